import assert from 'node:assert/strict';
import fc from 'fast-check';
import { formatRate, ratePerMillion, ratePerToken, usdOf, wholeOf } from '../../../src/core/decimal';
import { rateOf } from '../../../src/core/price';

describe('decimal prices', () => {
	for (const [text, rate] of [
		['0.1', 100_000_000],
		['0.2', 200_000_000],
		['0.3', 300_000_000],
		['3', 3_000_000_000],
		['.5', 500_000_000],
		['5.', 5_000_000_000],
		['0', 0],
		['0.0375', 37_500_000],
		['1e-7', 100],
		['1.5E+1', 15_000_000_000],
		['0.0000000001', 1],
		['99999.999999999', 99_999_999_999_999],
		['100000.000000001', undefined],
		['', undefined],
		['.', undefined],
		['-1', undefined],
		['+1', undefined],
		['0x10', undefined],
		['1,5', undefined],
		['1 2', undefined],
		['NaN', undefined],
		['Infinity', undefined],
		['1e999', undefined],
		['9'.repeat(61), undefined],
		['٣', undefined],
	] as const) {
		it(`${JSON.stringify(text)} per million tokens is ${rate ?? 'no price'}`, () =>
			assert.equal(ratePerMillion(text), rate));
	}

	it('per token is a million times as much', () => {
		assert.equal(ratePerToken('0.0000003'), 300_000_000);
		assert.equal(ratePerToken('0.00000008333333333333333'), 83_333_334);
		assert.equal(ratePerToken('-1'), undefined);
	});

	it('amounts are rounded as told', () => {
		assert.equal(usdOf('1.0000000015', 'down'), 1_000_000_001);
		assert.equal(usdOf('1.0000000015', 'up'), 1_000_000_002);
		assert.equal(usdOf('10000001', 'down'), undefined);
	});

	const digits = fc.integer({ min: 0, max: 99_999_999_999_999 });

	it('any text of digits is the number it says, to the last one', () => {
		fc.assert(
			fc.property(digits, fc.integer({ min: 0, max: 9 }), (number, places) => {
				const text = String(number).padStart(places + 1, '0');
				const decimal = places === 0 ? text : `${text.slice(0, -places)}.${text.slice(-places)}`;
				const expected = BigInt(number) * 10n ** BigInt(9 - places);
				assert.equal(wholeOf(decimal, 9, 'up'), expected);
				assert.equal(wholeOf(decimal, 9, 'down'), expected);
				assert.equal(ratePerMillion(decimal), expected > 100_000_000_000_000n ? undefined : Number(expected));
			}),
		);
	});

	it('what is shown reads back as the same rate', () => {
		fc.assert(
			fc.property(digits, (number) => assert.equal(ratePerMillion(formatRate(rateOf(number))), number)),
		);
		assert.deepEqual(
			[0, 5_000_000_000, 250_000_000, 37_500_000, 1].map((rate) => formatRate(rateOf(rate))),
			['0.00', '5.00', '0.25', '0.0375', '0.000000001'],
		);
	});

	it('a number out of JSON stands for the text it was written as', () => {
		fc.assert(
			fc.property(
				fc.integer({ min: 0, max: 999_999_999 }),
				fc.integer({ min: 0, max: 6 }),
				(number, places) => {
					const text = (number / 10 ** places).toFixed(places);
					assert.equal(ratePerMillion(String(JSON.parse(text))), ratePerMillion(text));
				},
			),
		);
	});

	it('rounding up is never below, and by less than one', () => {
		fc.assert(
			fc.property(fc.stringMatching(/^\d{1,4}\.\d{1,25}$/), (text) => {
				const [down, up] = [wholeOf(text, 9, 'down'), wholeOf(text, 9, 'up')];
				assert.ok(down !== undefined && up !== undefined && up - down <= 1n && up >= down);
			}),
		);
	});
});
