import assert from 'node:assert/strict';
import type { TestResult } from '../../../src/core/suite';
import { selectTargets } from '../../../src/core/target';
import { suite } from '../../fakes/world';

function test(id: string, status: 'passed' | 'failed' | 'skipped' = 'failed'): TestResult {
	const [file, name] = id.includes('::')
		? [id.slice(0, id.indexOf('::')), id.slice(id.indexOf('::') + 2)]
		: [undefined, id];
	return { id, name: name ?? id, status, ...(file === undefined ? {} : { file }) };
}

const results = [
	test('test/math.test.js::Math > adds'),
	test('test/math.test.js::Math > subtracts', 'passed'),
	test('test/other.test.js::Other > divides by zero'),
	test('test/other.test.js::Other > is skipped', 'skipped'),
	test('test/twice.js::has a namesake', 'passed'),
	test('test/twice.js::has a namesake (2)'),
	test('tests/test_gcd.py::test_gcd[1-2]'),
	test('tests/test_gcd.py::test_gcd[3-4]'),
	test('tests/test_gcd.py::test_gcd[5-6]', 'passed'),
	test('tests/test_gcd.py::TestLcm::test_small'),
];

const cases: [string, string[] | string][] = [
	['test/math.test.js::Math > adds', ['test/math.test.js::Math > adds']],
	['Math > adds', ['test/math.test.js::Math > adds']],
	['Math adds', ['test/math.test.js::Math > adds']],
	['Math › adds', ['test/math.test.js::Math > adds']],
	['adds', ['test/math.test.js::Math > adds']],
	['./test/math.test.js', ['test/math.test.js::Math > adds']],
	['math.test.js', ['test/math.test.js::Math > adds']],
	['divides by', ['test/other.test.js::Other > divides by zero']],
	['Other', ['test/other.test.js::Other > divides by zero']],
	['tests/test_gcd.py::test_gcd', ['tests/test_gcd.py::test_gcd[1-2]', 'tests/test_gcd.py::test_gcd[3-4]']],
	['test_gcd', ['tests/test_gcd.py::test_gcd[1-2]', 'tests/test_gcd.py::test_gcd[3-4]']],
	['test_gcd[3-4]', ['tests/test_gcd.py::test_gcd[3-4]']],
	['TestLcm::test_small', ['tests/test_gcd.py::TestLcm::test_small']],
	['has a namesake', ['test/twice.js::has a namesake (2)']],
	['test/twice.js::has a namesake (2)', ['test/twice.js::has a namesake (2)']],
	['subtracts', 'already passes'],
	['is skipped', 'is skipped'],
	['nothing like it', 'No test is called "nothing like it"'],
	['', 'No test is called ""'],
];

describe('selectTargets', () => {
	for (const [name, expected] of cases) {
		it(`${JSON.stringify(name)} → ${typeof expected === 'string' ? expected : expected.length}`, () => {
			const selection = selectTargets({ kind: 'named', names: [name] }, results, suite);
			if (typeof expected === 'string') {
				assert.ok(
					selection.kind === 'refused' && selection.reason.includes(expected),
					JSON.stringify(selection),
				);
			} else {
				assert.deepEqual(selection.kind === 'selected' && selection.tests.map(({ id }) => id), expected);
			}
		});
	}
	it('takes every failing test when none is named', () => {
		const selection = selectTargets({ kind: 'failing' }, results, suite);
		assert.equal(selection.kind === 'selected' && selection.tests.length, 6);
	});
	it('says so when a command ran no test', () => {
		const selection = selectTargets({ kind: 'failing' }, [], suite);
		assert.ok(selection.kind === 'refused' && selection.reason.includes('ran no test'));
	});
});
