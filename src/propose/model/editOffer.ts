// What one answer with edits costs, as far as that can be told before.
import type { Model } from '../../core/model';
import { nanoUsd } from '../../core/money';
import type { Offer } from '../../core/offer';
import { costOf, worstCase } from '../../core/price';

/** The smallest prompt worth its money: our words and a problem cut short, in bytes; each may be a token. */
export const LEAST_PROMPT_BYTES = 6_500;
export const LEAST_OUTPUT_TOKENS = 1_000;

// Assumed, not measured: a prompt of 5,000 tokens and an answer of 1,500, and a second turn every third time.
const TYPICAL = { inputTokens: 5_000, outputTokens: 1_500 };
const SECOND_TURN = { inputTokens: 7_500, outputTokens: 1_200 };

export function editOffer(model: Model): Offer {
	const { price } = model;
	return {
		id: `${model.id}/edit`,
		provider: model.provider,
		model: model.id,
		label: model.label,
		leastSpend: worstCase(price, LEAST_PROMPT_BYTES, Math.min(LEAST_OUTPUT_TOKENS, model.outputLimit)),
		expectedSpend: nanoUsd(costOf(price, TYPICAL) + Math.ceil(costOf(price, SECOND_TURN) / 3)),
		// It has been told what failed by the second turn; what it does not see then, another model may.
		mostAttempts: 1,
	};
}
