import assert from 'node:assert/strict';
import { type TestResult, withWholeFiles } from '../../../src/core/suite';

describe('a target that is a whole file', () => {
	const whole: TestResult = { id: 'a.js', file: 'a.js', name: '(the file)', status: 'failed' };
	const test = (name: string, status: TestResult['status'], file = 'a.js'): TestResult => ({
		id: `${file}::${name}`,
		file,
		name,
		status,
	});
	const statusAmong = (tests: readonly TestResult[]) =>
		withWholeFiles(tests, [whole]).find(({ id }) => id === 'a.js')?.status;

	it('passes when its tests are seen again and none fails', () => {
		assert.equal(statusAmong([test('x', 'passed'), test('y', 'skipped')]), 'passed');
		assert.equal(statusAmong([test('x', 'passed'), test('y', 'failed')]), 'failed');
		assert.equal(statusAmong([test('y', 'skipped')]), undefined);
		assert.equal(statusAmong([test('x', 'passed', 'b.js')]), undefined);
		assert.equal(statusAmong([{ ...whole }, test('x', 'passed')]), 'failed');
	});

	it('is added for no other target', () => {
		assert.deepEqual(withWholeFiles([test('x', 'passed')], [test('x', 'failed')]), [test('x', 'passed')]);
	});
});
