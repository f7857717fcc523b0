import assert from 'node:assert/strict';
import fc from 'fast-check';
import { LEAST_SIMILARITY, similarFixes } from '../../../src/core/similarFixes';

const fix = (id: string, message: string, file = 'test/a.test.js') => ({
	tests: [{ id, file, message }],
	diff: `diff of ${id}`,
});
const EARLIER = [
	fix('test/price.test.js::rounds a unit price', 'Expected 3.14, got 3.1415', 'test/price.test.js'),
	fix('test/date.test.js::parses a leap day', 'RangeError: Invalid date 2024-02-29', 'test/date.test.js'),
	fix('test/list.test.js::keeps order', 'TypeError: items.sort is not a function', 'test/list.test.js'),
];

describe('similar fixes', () => {
	it('finds the one whose failure is most alike', () => {
		const [first] = similarFixes(
			[
				{
					id: 'test/date.test.js::parses the last day',
					file: 'test/date.test.js',
					message: 'RangeError: Invalid date 2023-12-31',
				},
			],
			EARLIER,
			2,
		);
		assert.equal(first?.fix, EARLIER[1]);
	});

	it('says nothing of what has nothing in common', () => {
		assert.deepEqual(similarFixes([{ id: 'zebra', message: 'quux' }], EARLIER, 2), []);
		assert.deepEqual(similarFixes([], EARLIER, 2), []);
		assert.deepEqual(similarFixes([{ id: 'a', message: 'b' }], [], 2), []);
	});

	it('knows the parts of names', () => {
		const [first] = similarFixes(
			[{ id: 'unitPriceOf', message: 'unitPriceOf is wrong by rounding' }],
			[fix('the unit price', 'wrong price of unit', 'x.js'), fix('other', 'different', 'y.js')],
			1,
		);
		assert.equal(first?.fix.tests[0]?.id, 'the unit price');
	});

	it('is within its bounds, in order, and the same failure is the same', () => {
		const words = fc.array(fc.constantFrom('parse', 'date', 'sum', 'TypeError', 'total', '42', 'a_b'), {
			maxLength: 6,
		});
		const some = fc
			.record({ id: words, message: words })
			.map(({ id, message }) => fix(id.join(' '), message.join(' '), ''));
		fc.assert(
			fc.property(
				some,
				fc.array(some, { maxLength: 8 }),
				fc.integer({ min: 0, max: 9 }),
				(wanted, all, most) => {
					const found = similarFixes(wanted.tests, all, most);
					assert.ok(found.length <= most);
					assert.ok(found.every(({ similarity }) => similarity >= LEAST_SIMILARITY && similarity <= 1));
					assert.deepEqual(
						found.map(({ similarity }) => similarity),
						found.map(({ similarity }) => similarity).sort((a, b) => b - a),
					);
					const [same] = similarFixes(wanted.tests, [...all, wanted], 9);
					if (wanted.tests[0]?.id !== '' || wanted.tests[0]?.message !== '') {
						assert.ok((same?.similarity ?? 0) > 0.999);
					}
				},
			),
		);
	});
});
