import assert from 'node:assert/strict';
import fc from 'fast-check';
import { commonEnds } from '../../../src/ui/commonEnds';

const text = fc
	.array(fc.constantFrom('a', 'b', '\n', '\r\n', '\r', '😀', '😁', '\u{1F468}'), { maxLength: 12 })
	.map((parts) => parts.join(''));

describe('commonEnds', () => {
	it('cuts out a middle that turns one text into the other', () => {
		fc.assert(
			fc.property(text, text, (a, b) => {
				const { start, end } = commonEnds(a, b);
				const rebuilt = a.slice(0, start) + b.slice(start, b.length - end) + a.slice(a.length - end);
				assert.equal(rebuilt, b);
				assert.ok(start + end <= Math.min(a.length, b.length));
			}),
		);
	});

	it('never cuts a line end or a character in two', () => {
		fc.assert(
			fc.property(text, text, (a, b) => {
				const { start, end } = commonEnds(a, b);
				for (const [whole, from, to] of [
					[a, start, a.length - end],
					[b, start, b.length - end],
				] as const) {
					for (const at of [from, to]) {
						assert.ok(!whole.startsWith('\r\n', at - 1) || at === 0);
						const around = whole.slice(Math.max(0, at - 1), at + 1);
						assert.ok(!/^[\uD800-\uDBFF][\uDC00-\uDFFF]$/.test(around));
					}
				}
			}),
		);
	});

	const cases: readonly [string, string, string][] = [
		['a + b', 'a - b', '-'],
		['same', 'same', ''],
		['', 'new', 'new'],
		['one\r\ntwo', 'one\ntwo', '\n'],
	];
	for (const [a, b, middle] of cases) {
		it(`from ${JSON.stringify(a)} to ${JSON.stringify(b)} writes ${JSON.stringify(middle)}`, () => {
			const { start, end } = commonEnds(a, b);
			assert.equal(b.slice(start, b.length - end), middle);
		});
	}
});
