import assert from 'node:assert/strict';
import fc from 'fast-check';
import { aligned } from '../../../src/core/alignment';
import { relatedTests } from '../../../src/core/relatedTests';
import type { TestResult } from '../../../src/core/suite';

const tests = (...names: string[]): TestResult[] =>
	names.map((text) => {
		const [file = '', name = ''] = text.split('::');
		return { id: text, file, name, status: 'passed' };
	});
const ids = (list: readonly TestResult[]) => list.map(({ id }) => id);

describe('tests that are called otherwise', () => {
	it('are known by their place in a file with as many tests as before', () => {
		const { tests: now, renamed } = aligned(
			tests('a::one', 'a::of -8', 'a::two'),
			tests('a::one', 'a::of 42', 'a::two'),
		);
		assert.deepEqual(ids(now), ['a::one', 'a::of -8', 'a::two']);
		assert.deepEqual(renamed, [{ from: 'a::of -8', to: 'a::of 42' }]);
	});

	it('are missing where one was added, taken away or put elsewhere', () => {
		const before = tests('a::one', 'a::two', 'a::three');
		for (const after of [
			tests('a::one', 'a::three'),
			tests('a::one', 'a::three', 'a::four'),
			tests('a::one', 'a::x', 'a::three', 'a::four'),
			tests('b::one', 'b::x', 'b::three'),
		]) {
			assert.ok(!ids(aligned(before, after).tests).includes('a::two'), ids(after).join());
		}
	});

	it('never take the name of another, and none is lost or doubled', () => {
		const list = fc.uniqueArray(fc.constantFrom('a::p', 'a::q', 'a::r', 'b::p', 'b::q', 'b::r', 'a::s'));
		fc.assert(
			fc.property(list, list, (before, after) => {
				const now = ids(aligned(tests(...before), tests(...after)).tests);
				assert.equal(new Set(now).size, after.length);
				for (const [index, id] of after.entries()) {
					assert.ok(!before.includes(id) || now[index] === id);
				}
			}),
		);
	});
});

describe('the tests that a patch most likely touches', () => {
	it('are those of the target, then by name, then by what a file imports', async () => {
		const texts: Record<string, string> = {
			'test/other.js': "const { add } = require('../src/sums');",
			'test/prose.js': '// it sums up sums',
			'test/sums.js': '',
			'test/main.js': '',
		};
		const all = tests('test/prose.js::a', 'test/other.js::b', 'test/sums.js::c', 'test/main.js::d');
		const found = await relatedTests(
			all,
			tests('test/main.js::d'),
			{ files: ['src/sums.js'] },
			async (file) => texts[file],
		);
		assert.deepEqual(ids(found), ['test/main.js::d', 'test/sums.js::c', 'test/other.js::b']);
	});
});
