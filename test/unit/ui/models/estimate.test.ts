import assert from 'node:assert/strict';
import fc from 'fast-check';
import { inputCeiling } from '../../../../src/core/ceiling';
import { nanoUsd } from '../../../../src/core/money';
import { rateOf, worstCase } from '../../../../src/core/price';
import { estimatedCost, isOverrun, tokensIn } from '../../../../src/ui/models/estimate';

const price = { input: rateOf(1_000_000_000), output: rateOf(5_000_000_000), tiers: [] };

describe('estimates', () => {
	it('never pass what was put aside', () => {
		fc.assert(
			fc.property(fc.nat(200_000), fc.nat(200_000), fc.nat(1_000_000_000), (input, output, reserved) => {
				assert.ok(estimatedCost(price, input, output, nanoUsd(reserved)) <= reserved);
			}),
		);
	});

	it('count what is not seen, and grow with what is', () => {
		const plenty = nanoUsd(1_000_000_000_000);
		const one = estimatedCost(price, 1_000, 100, plenty);
		assert.ok(one > worstCase(price, 1_000, 100));
		assert.ok(estimatedCost(price, 2_000, 100, plenty) > one);
		assert.ok(estimatedCost(price, 1_000, 200, plenty) > one);
	});

	it('stay below the worst case for a usual prompt and answer', () => {
		const text = 'function add(a, b) { return a - b; }\n'.repeat(200);
		const request = {
			system: '',
			messages: [{ role: 'user' as const, text }],
			tools: [],
			outputTokens: 1_000,
			leastOutputTokens: 1,
			effort: 'none' as const,
			timeMs: 1_000,
		};
		const worst = worstCase(price, inputCeiling(request), 1_000);
		assert.ok(estimatedCost(price, tokensIn(text, text.length / 4), 300, worst) < worst);
	});

	it('believe a count that can be, and no other', () => {
		const text = 'some words of a prompt that a model reads '.repeat(20);
		const usual = tokensIn(text, undefined);
		assert.equal(tokensIn(text, usual + 7), usual + 7);
		for (const lie of [Number.NaN, -1, 0.5, Number.POSITIVE_INFINITY, text.length * 10]) {
			assert.equal(tokensIn(text, lie), usual);
		}
		assert.equal(tokensIn(text, 0), Math.floor(usual / 2));
		assert.equal(tokensIn('', 0), 0);
	});

	it('an answer is cut when it is far longer than was paid for', () => {
		assert.ok(!isOverrun(3_000, 1_000));
		assert.ok(isOverrun(3_001, 1_000));
	});
});
