import assert from 'node:assert/strict';
import fc from 'fast-check';
import { nanoUsd } from '../../../../src/core/money';
import { costOf, isDearer, type Price, rateOf, worstCase } from '../../../../src/core/price';
import { dearer } from '../../../../src/models/catalogue/catalogued';

const rate = fc.integer({ min: 0, max: 50_000_000_000 }).map(rateOf);
const rates = fc.record(
	{ input: rate, output: rate, cacheRead: rate, cacheWrite: rate, reasoning: rate },
	{ requiredKeys: ['input', 'output'] },
);
const price: fc.Arbitrary<Price> = fc
	.tuple(
		rates,
		fc.uniqueArray(fc.tuple(fc.integer({ min: 1, max: 300_000 }), rates), {
			maxLength: 3,
			selector: ([at]) => at,
		}),
		fc.option(fc.integer({ min: 1, max: 1_000_000 }).map(nanoUsd), { nil: undefined }),
	)
	.map(([base, tiers, request]) => ({
		...base,
		...(request === undefined ? {} : { request }),
		tiers: tiers.map(([inputTokensAbove, at]) => ({ inputTokensAbove, ...at })),
	}));
const usage = fc
	.record({
		inputTokens: fc.integer({ min: 0, max: 400_000 }),
		read: fc.double({ min: 0, max: 0.5, noNaN: true }),
		write: fc.double({ min: 0, max: 0.5, noNaN: true }),
		outputTokens: fc.integer({ min: 0, max: 100_000 }),
		reasoning: fc.double({ min: 0, max: 1, noNaN: true }),
	})
	.map(({ inputTokens, read, write, outputTokens, reasoning }) => ({
		inputTokens,
		cacheReadTokens: Math.floor(inputTokens * read),
		cacheWriteTokens: Math.floor(inputTokens * write),
		outputTokens,
		reasoningTokens: Math.floor(outputTokens * reasoning),
	}));

describe('the dearer of two prices', () => {
	it('costs at least as much as either, whatever is used', () => {
		fc.assert(
			fc.property(price, price, usage, (a, b, used) => {
				const joined = dearer(a, b);
				assert.ok(costOf(joined, used) >= Math.max(costOf(a, used), costOf(b, used)));
			}),
			{ numRuns: 500 },
		);
	});
	it('reserves at least as much as either', () => {
		fc.assert(
			fc.property(price, price, usage, (a, b, { inputTokens, outputTokens }) => {
				const most = (one: Price) => worstCase(one, inputTokens, outputTokens);
				assert.ok(most(dearer(a, b)) >= Math.max(most(a), most(b)));
			}),
		);
	});
	it('is nowhere exceeded, and the same either way round', () => {
		fc.assert(
			fc.property(price, price, (a, b) => {
				const joined = dearer(a, b);
				assert.ok(!isDearer(a, joined) && !isDearer(b, joined));
				assert.deepEqual(joined, dearer(b, a));
			}),
		);
	});
	it('of a price and itself is that price', () => {
		fc.assert(fc.property(price, (one) => assert.ok(!isDearer(dearer(one, one), one))));
	});
});
