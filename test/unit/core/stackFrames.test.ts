import assert from 'node:assert/strict';
import { isForeign, stackFrames } from '../../../src/core/stackFrames';

describe('places in stack traces', () => {
	for (const [what, stack, frames] of [
		[
			'Node, the innermost first',
			'TypeError: x\n    at f (file:///r/src/a.js:7:9)\n    at /r/test/a.test.js:3:1\n    at node:internal/test:1:1',
			[
				['/r/src/a.js', 7],
				['/r/test/a.test.js', 3],
			],
		],
		[
			'Vitest',
			' ❯ parse src/parse.ts:12:5\n ❯ test/parse.test.ts:4:2',
			[
				['src/parse.ts', 12],
				['test/parse.test.ts', 4],
			],
		],
		[
			'Python, turned round',
			'  File "/r/tests/test_a.py", line 3, in a\n  File "/r/shop/price.py", line 4, in of',
			[
				['/r/shop/price.py', 4],
				['/r/tests/test_a.py', 3],
			],
		],
		[
			'pytest, turned round',
			'tests/test_a.py:3: in a\nshop/price.py:4: KeyError',
			[
				['shop/price.py', 4],
				['tests/test_a.py', 3],
			],
		],
		['Go', '    sum_test.go:9: got 1', [['sum_test.go', 9]]],
		['Windows', '    at f (C:\\r\\src\\a.ts:2:1)', [['C:/r/src/a.ts', 2]]],
		['no file at all', 'Expected 1 to be 2', []],
	] as const) {
		it(what, () =>
			assert.deepEqual(
				stackFrames(stack).map(({ path, line }) => [path, line]),
				frames,
			),
		);
	}

	it('takes no time over a hostile one', () => {
		const startedMs = performance.now();
		stackFrames(`${'a/'.repeat(100_000)}\n`.repeat(100));
		assert.ok(performance.now() - startedMs < 2_000);
	});

	for (const [path, foreign] of [
		['node_modules/x/y.js', true],
		['/usr/lib/python3.11/unittest/case.py', true],
		['internal/modules/cjs/loader.js', true],
		['src/vendors.js', false],
		['src/a.js', false],
	] as const) {
		it(`${path} is ${foreign ? 'foreign' : "the project's own"}`, () =>
			assert.equal(isForeign(path), foreign));
	}
});
