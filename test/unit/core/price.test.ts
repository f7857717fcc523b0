import assert from 'node:assert/strict';
import fc from 'fast-check';
import { NANO_PER_USD, nanoUsd } from '../../../src/core/money';
import {
	affordableOutput,
	costOf,
	isDearer,
	isFree,
	type Price,
	type Rates,
	rateOf,
	type Usage,
	worstCase,
} from '../../../src/core/price';

/** US dollars per million tokens. */
const usd = (dollars: number) => rateOf(Math.round(dollars * NANO_PER_USD));
const plain: Price = { input: usd(3), output: usd(15), tiers: [] };
const cached: Price = { ...plain, cacheRead: usd(0.3), cacheWrite: usd(3.75) };
const tiered: Price = {
	...plain,
	tiers: [{ inputTokensAbove: 200_000, input: usd(6), output: usd(22.5) }],
};

describe('price', () => {
	const table: [string, Price, Usage, number][] = [
		['tokens in and out', plain, { inputTokens: 1000, outputTokens: 100 }, 4_500_000],
		[
			'a fraction of a nano-dollar is rounded up once',
			{ ...plain, input: rateOf(37_500_000), output: rateOf(500_000) },
			{ inputTokens: 1, outputTokens: 1 },
			38,
		],
		[
			'cached tokens',
			cached,
			{ inputTokens: 1000, cacheReadTokens: 900, outputTokens: 0 },
			300_000 + 270_000,
		],
		['a cache write', cached, { inputTokens: 1000, cacheWriteTokens: 1000, outputTokens: 0 }, 3_750_000],
		[
			'a cache read whose price is unknown',
			plain,
			{ inputTokens: 1000, cacheReadTokens: 900, outputTokens: 0 },
			3_000_000,
		],
		[
			'a cache write whose price is unknown',
			plain,
			{ inputTokens: 1000, cacheWriteTokens: 1000, outputTokens: 0 },
			6_000_000,
		],
		[
			'reasoning at the output rate',
			plain,
			{ inputTokens: 0, outputTokens: 100, reasoningTokens: 60 },
			1_500_000,
		],
		[
			'reasoning at its own rate',
			{ ...plain, reasoning: usd(30) },
			{ inputTokens: 0, outputTokens: 100, reasoningTokens: 60 },
			600_000 + 1_800_000,
		],
		['just at a tier', tiered, { inputTokens: 200_000, outputTokens: 0 }, 600_000_000],
		[
			'above a tier, the whole request',
			tiered,
			{ inputTokens: 200_001, outputTokens: 10 },
			1_200_006_000 + 225_000,
		],
		[
			'a fee for the request',
			{ ...plain, request: nanoUsd(5_000_000) },
			{ inputTokens: 0, outputTokens: 0 },
			5_000_000,
		],
	];
	for (const [name, price, usage, expected] of table) {
		it(name, () => assert.equal(costOf(price, usage), expected));
	}

	const rate = fc.integer({ min: 0, max: 100_000_000_000 }).map(rateOf);
	const rates = fc
		.record(
			{ input: rate, output: rate, cacheRead: rate, cacheWrite: rate, reasoning: rate },
			{ requiredKeys: ['input', 'output'] },
		)
		.map((one) => one as Rates);
	const price: fc.Arbitrary<Price> = fc
		.tuple(rates, fc.array(fc.tuple(rates, fc.nat(400_000)), { maxLength: 3 }))
		.map(([base, tiers]) => ({
			...base,
			tiers: tiers.map(([at, above]) => ({ ...at, inputTokensAbove: above })),
		}));
	const tokens = fc.nat(500_000);

	it('no usage within the limits costs more than the worst case, unless a cache is written at no known price', () => {
		fc.assert(
			fc.property(
				price,
				tokens,
				tokens,
				fc.nat(100),
				fc.nat(100),
				fc.nat(100),
				(one, input, output, a, b, c) => {
					const known = [one, ...one.tiers].every((at) => at.cacheWrite !== undefined);
					const read = Math.floor((input * a) / 100);
					const written = known ? Math.floor(((input - read) * b) / 100) : 0;
					const usage = {
						inputTokens: input,
						cacheReadTokens: read,
						cacheWriteTokens: written,
						outputTokens: output,
						reasoningTokens: Math.floor((output * c) / 100),
					};
					assert.ok(costOf(one, usage) <= worstCase(one, input, output));
				},
			),
		);
	});

	it('a bigger call is never cheaper at the worst', () => {
		fc.assert(
			fc.property(price, tokens, tokens, fc.nat(1000), fc.nat(1000), (one, input, output, more, longer) => {
				assert.ok(worstCase(one, input, output) <= worstCase(one, input + more, output + longer));
			}),
		);
	});

	it('the affordable output fits, and one token more does not', () => {
		fc.assert(
			fc.property(price, tokens, fc.integer({ min: 0, max: 10 * NANO_PER_USD }), (one, input, left) => {
				const output = affordableOutput(one, input, nanoUsd(left));
				if (output === undefined) {
					assert.ok(worstCase(one, input, 0) > left);
				} else if (output < Number.MAX_SAFE_INTEGER) {
					assert.ok(worstCase(one, input, output) <= left);
					assert.ok(worstCase(one, input, output + 2) >= left, 'nothing worth having is left unused');
				}
			}),
		);
	});

	it('knows what is free and what became dearer', () => {
		assert.ok(isFree({ input: usd(0), output: usd(0), tiers: [] }));
		assert.ok(!isFree({ input: usd(0), output: usd(1), tiers: [] }));
		assert.ok(!isFree({ input: usd(0), output: usd(0), request: nanoUsd(1), tiers: [] }));
		assert.ok(!isDearer(plain, plain));
		assert.ok(isDearer({ ...plain, output: usd(16) }, plain));
		assert.ok(!isDearer({ ...plain, output: usd(14) }, plain));
		assert.ok(isDearer(tiered, plain), 'a tier was added');
		assert.ok(!isDearer(plain, tiered));
	});
});
