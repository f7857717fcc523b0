import assert from 'node:assert/strict';
import fc from 'fast-check';
import { formatUsd, nanoUsd, parseUsd } from '../../../src/core/money';

describe('parseUsd', () => {
	for (const [text, amount] of [
		['0', 0],
		['0.25', 250_000_000],
		['$0.25', 250_000_000],
		['.5', 500_000_000],
		[' 1 ', 1_000_000_000],
		['1.000000001', 1_000_000_001],
		['0.0000000019', 1],
		['1000', 1_000_000_000_000],
		['007', 7_000_000_000],
	] as const) {
		it(`reads ${JSON.stringify(text)}`, () => assert.deepEqual(parseUsd(text), { kind: 'amount', amount }));
	}
	for (const text of [
		'',
		' ',
		'free',
		'-1',
		'1e9',
		'0,25',
		'$',
		'.',
		'1.2.3',
		'NaN',
		'Infinity',
		'0x10',
		'1000.01',
		'99999999999999999999',
		'٣',
		'1 000',
		'--1',
		'1'.repeat(400),
	]) {
		it(`tells off ${JSON.stringify(text.slice(0, 20))} in one sentence`, () => {
			const parsed = parseUsd(text);
			assert.equal(parsed.kind, 'unreadable');
			assert.ok(
				parsed.kind === 'unreadable' && parsed.message.length < 200 && !parsed.message.includes('\n'),
			);
		});
	}
	it('says how to write a comma amount', () => {
		const parsed = parseUsd('0,25');
		assert.ok(parsed.kind === 'unreadable' && parsed.message.includes('0.25'));
	});
});

describe('formatUsd', () => {
	for (const [amount, text] of [
		[0, '$0.00'],
		[250_000_000, '$0.25'],
		[1_000_000_000, '$1.00'],
		[3_100_000, '$0.0031'],
		[1, '$0.000000001'],
		[1_999_000_000, '$2.00'],
		[12_345_678, '$0.012'],
	] as const) {
		it(`${amount} is ${text}`, () => assert.equal(formatUsd(nanoUsd(amount)), text));
	}
	it('reads back what whole cents say', () => {
		fc.assert(
			fc.property(fc.integer({ min: 0, max: 100_000 }), (cents) => {
				const amount = nanoUsd(cents * 10_000_000);
				assert.deepEqual(parseUsd(formatUsd(amount)), { kind: 'amount', amount });
			}),
		);
	});
});

it('an amount is a whole, non-negative, safe integer', () => {
	for (const value of [-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53]) {
		assert.throws(() => nanoUsd(value), RangeError);
	}
});
