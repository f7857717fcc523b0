import assert from 'node:assert/strict';
import fc from 'fast-check';
import { failureGroups, shapeOf } from '../../../src/core/failureGroups';
import type { TestResult } from '../../../src/core/suite';

const ROOT = '/tmp/trees/1';

function failed(id: string, message: string, stack?: string, hung?: true): TestResult {
	return {
		id,
		name: id,
		status: 'failed',
		failure: { message, ...(stack === undefined ? {} : { stack }), ...(hung ? { hung } : {}) },
	};
}

const at = (path: string, line: number, test = 'test/a.test.js') =>
	`    at f (file://${ROOT}/${path}:${line}:9)\n    at next (${ROOT}/node_modules/x/y.js:1:1)\n    at ${ROOT}/${test}:3:1\n    at node:internal/test:1:1`;
const READ = (name: string) => `TypeError: Cannot read properties of undefined (reading '${name}')`;

describe('failing tests that share a cause', () => {
	for (const [what, tests, groups] of [
		[
			'the same error from the same line of the source',
			[
				failed('a', READ('x'), at('src/a.js', 7)),
				failed('b', READ('y'), at('src/a.js', 7, 'test/b.test.js')),
			],
			[['a', 'b']],
		],
		[
			'another line',
			[failed('a', READ('x'), at('src/a.js', 7)), failed('b', READ('x'), at('src/a.js', 8))],
			[['a'], ['b']],
		],
		[
			'another file',
			[failed('a', READ('x'), at('src/a.js', 7)), failed('b', READ('x'), at('src/b.js', 7))],
			[['a'], ['b']],
		],
		[
			'another error',
			[failed('a', READ('x'), at('src/a.js', 7)), failed('b', 'RangeError: too large', at('src/a.js', 7))],
			[['a'], ['b']],
		],
		[
			'an assertion in the tests themselves tells no line of the source',
			[
				failed('a', '1 !== 2', `    at ${ROOT}/test/a.test.js:3:1`),
				failed('b', '1 !== 2', `    at ${ROOT}/test/a.test.js:3:1`),
			],
			[['a'], ['b']],
		],
		['no stack at all', [failed('a', 'x'), failed('b', 'x')], [['a'], ['b']]],
		[
			'what hangs says nothing of where',
			[failed('a', 'x', at('src/a.js', 7), true), failed('b', 'x', at('src/a.js', 7), true)],
			[['a'], ['b']],
		],
		[
			'Python, where the innermost call comes last',
			[
				failed(
					't::a',
					'KeyError: 1',
					`  File "${ROOT}/tests/test_a.py", line 3, in a\n  File "${ROOT}/shop/cart.py", line 9, in total\n  File "${ROOT}/shop/price.py", line 4, in of`,
				),
				failed(
					't::b',
					'KeyError: 22',
					`  File "${ROOT}/tests/test_a.py", line 8, in b\n  File "${ROOT}/shop/price.py", line 4, in of`,
				),
				failed(
					't::c',
					'KeyError: 22',
					`  File "${ROOT}/tests/test_a.py", line 8, in c\n  File "${ROOT}/shop/cart.py", line 9, in total`,
				),
			],
			[['t::a', 't::b'], ['t::c']],
		],
		[
			'the largest comes first',
			[
				failed('a', READ('x'), at('src/a.js', 1)),
				failed('b', READ('x'), at('src/a.js', 7)),
				failed('c', READ('x'), at('src/a.js', 7)),
			],
			[['b', 'c'], ['a']],
		],
	] as const) {
		it(what, () =>
			assert.deepEqual(
				failureGroups(tests, ROOT).map((group) => group.tests.map(({ id }) => id)),
				groups,
			),
		);
	}

	it('tells the place and the error', () => {
		const [group] = failureGroups([failed('a', `${READ('x')}\nand more`, at('src/a.js', 7))], ROOT);
		assert.deepEqual([group?.at, group?.error], [{ path: 'src/a.js', line: 7 }, READ('x')]);
		const [values] = failureGroups([failed('a', 'Expected values to be equal:\n\n110 !== 90\n')], ROOT);
		assert.deepEqual([values?.at, values?.error], [undefined, 'Expected values to be equal: 110 !== 90']);
	});

	const anyTest = fc.record({
		id: fc.integer({ min: 0, max: 40 }),
		kind: fc.constantFrom('TypeError', 'RangeError'),
		value: fc.integer(),
		line: fc.integer({ min: 1, max: 3 }),
		path: fc.constantFrom('src/a.js', 'src/b.js', 'test/a.test.js', undefined),
	});
	const tests = fc
		.uniqueArray(anyTest, { selector: ({ id }) => id, maxLength: 25 })
		.map((all) =>
			all.map(({ id, kind, value, line, path }) =>
				failed(`t${id}`, `${kind}: got ${value} of "${value}"`, path && at(path, line)),
			),
		);

	it('every test is in exactly one group, and the order they come in changes nothing', () => {
		fc.assert(
			fc.property(
				tests.chain((all) => fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length }))),
				([all, shuffled]) => {
					const groups = failureGroups(all, ROOT);
					assert.deepEqual(failureGroups(shuffled, ROOT), groups);
					const ids = groups.flatMap((group) => group.tests.map(({ id }) => id));
					assert.deepEqual([...ids].sort(), all.map(({ id }) => id).sort());
					assert.ok(groups.every((group) => group.tests.length > 0));
				},
			),
		);
	});

	it('tests of one group have one place and one shape, and those of different groups do not', () => {
		fc.assert(
			fc.property(tests, (all) => {
				const keys = failureGroups(all, ROOT).map((group) => {
					const shapes = new Set(group.tests.map(({ failure }) => shapeOf(failure?.message ?? '')));
					assert.equal(shapes.size, 1);
					assert.ok(group.at !== undefined || group.tests.length === 1);
					return group.at === undefined ? Symbol('alone') : JSON.stringify([group.at, ...shapes]);
				});
				assert.equal(new Set(keys).size, keys.length);
			}),
		);
	});

	it('one more failing test parts no two that were together', () => {
		fc.assert(
			fc.property(tests, anyTest, (all, { kind, line }) => {
				const before = failureGroups(all, ROOT);
				const more = failed('new', `${kind}: got 7 of "7"`, at('src/a.js', line));
				const groupOf = new Map(
					failureGroups([...all, more], ROOT).flatMap((group, index) =>
						group.tests.map(({ id }) => [id, index] as const),
					),
				);
				for (const group of before) {
					assert.equal(new Set(group.tests.map(({ id }) => groupOf.get(id))).size, 1);
				}
			}),
		);
	});
});
