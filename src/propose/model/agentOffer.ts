// What an agent of a model costs, as far as that can be told before.
import type { Model } from '../../core/model';
import { add, nanoUsd } from '../../core/money';
import type { Offer } from '../../core/offer';
import { costOf, worstCase } from '../../core/price';

/** Below that there is no room for a problem, a few files and answers. */
const LEAST_CONTEXT = 16_000;

// Assumed, not measured: six calls that send 10,000 tokens each, most of them sent before, and get 1,000 back.
const CALLS = 6;
const CALL_TOKENS = { input: 10_000, cached: 7_000, output: 1_000 };
// The least: a short problem, one look, one edit. A call's worst case counts a token for each byte.
const LEAST_BYTES = 24_000;
const LEAST_OUTPUT = 1_000;
const LEAST_EARLIER = { calls: 2, input: 6_000, output: 500 };

/** Undefined when the model cannot do it: it calls no tools, or remembers too little. */
export function agentOffer(model: Model): Offer | undefined {
	if (!model.callsTools || model.contextTokens < LEAST_CONTEXT) {
		return undefined;
	}
	const { price } = model;
	const call = costOf(price, {
		inputTokens: CALL_TOKENS.input,
		...(price.cacheRead === undefined ? {} : { cacheReadTokens: CALL_TOKENS.cached }),
		outputTokens: CALL_TOKENS.output,
	});
	const earlier = costOf(price, { inputTokens: LEAST_EARLIER.input, outputTokens: LEAST_EARLIER.output });
	return {
		id: `${model.id}/agent`,
		provider: model.provider,
		model: model.id,
		label: `${model.label}, step by step`,
		leastSpend: add(worstCase(price, LEAST_BYTES, LEAST_OUTPUT), nanoUsd(earlier * LEAST_EARLIER.calls)),
		expectedSpend: nanoUsd(call * CALLS),
		mostAttempts: 1,
	};
}
