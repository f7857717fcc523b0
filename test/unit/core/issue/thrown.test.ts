import assert from 'node:assert/strict';
import { thrownByProject } from '../../../../src/core/issue/thrown';

const thrown = (stack: string, file = 'test/x.test.js') => thrownByProject({ message: 'no', stack }, file);

describe('where an error came from', () => {
	const project: readonly (readonly [string, string, string?])[] = [
		[
			'mocha',
			'TypeError: no\n    at Function.parse (index.js:369:11)\n    at Context.<anonymous> (test/x.test.js:1:41)',
		],
		[
			'an absolute path',
			'Error: no\n    at parse (/tmp/t/src/a.ts:3:1)\n    at /tmp/t/test/x.test.js:4:5\n    at node:internal/x:1:1',
		],
		[
			'a module',
			'Error: no\n    at parse (file:///tmp/t/src/a.js:3:1)\n    at file:///tmp/t/test/x.test.js:4:5',
		],
		[
			'a library that the project calls',
			'Error: no\n    at deep (node_modules/b/index.js:1:1)\n    at parse (src/a.js:3:1)\n    at test (test/x.test.js:1:1)',
		],
		['vitest', 'Error: no\n ❯ parse src/a.ts:3:1\n ❯ test/x.test.js:4:5'],
		[
			'pytest',
			'    def test_x():\n>       s.index(7)\n\ntests/test_x.py:5: \n_ _ _\n\nlib/sets.py:425: ValueError',
			'tests/test_x.py',
		],
		[
			'unittest',
			'Traceback (most recent call last):\n  File "/t/tests/test_x.py", line 5, in test_x\n    s.index(7)\n  File "/t/lib/sets.py", line 4, in index\n    raise ValueError',
			'tests/test_x.py',
		],
	];
	for (const [name, stack, file] of project) {
		it(`out of the project: ${name}`, () => assert.equal(thrown(stack, file), true));
	}
	const other: readonly (readonly [string, string, string?])[] = [
		[
			'the test itself',
			'TypeError: no\n    at Context.<anonymous> (test/x.test.js:1:41)\n    at node:internal/x:1:1',
		],
		[
			'a library that the test calls',
			'Error: no\n    at deep (node_modules/chai/index.js:1:1)\n    at Context.<anonymous> (test/x.test.js:1:41)',
		],
		[
			'a set-up beside the test',
			'Error: no\n    at prepare (test/setup.js:1:1)\n    at run (test/all.js:2:2)',
		],
		['nothing that is told', 'Error: no'],
		['pytest, in the test', '>       prepare()\n\ntests/test_x.py:5: NameError', 'tests/test_x.py'],
	];
	for (const [name, stack, file] of other) {
		it(`not out of the project: ${name}`, () => assert.equal(thrown(stack, file), false));
	}
	it('cannot tell without a file or a stack', () => {
		assert.equal(thrownByProject({ message: 'no' }, 'test/x.test.js'), false);
		assert.equal(thrownByProject({ message: 'no', stack: 'at a (src/a.js:1:1)' }, undefined), false);
	});
});
