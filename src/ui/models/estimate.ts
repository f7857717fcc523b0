// What a call to one of the editor's models is taken to have cost. Nobody reports it, so all of this is an estimate.
import { textEstimate } from '../../core/ceiling';
import { type NanoUsd, nanoUsd } from '../../core/money';
import { costOf, type Price } from '../../core/price';

/** Instructions that a vendor adds unseen, tokens. */
const ADDED_TOKENS = 288;
/** What a model thinks is billed and not shown; taken to be as much as what it says. */
const UNSEEN_FACTOR = 2;
/** Of an answer, per token; tokens of code hold 3 to 4 bytes. */
const TOKEN_BYTES = 3;

/** Tokens as counted, never above what was put aside. */
export function estimatedCost(
	price: Price,
	inputTokens: number,
	outputTokens: number,
	reserved: NanoUsd,
): NanoUsd {
	const cost = costOf(price, {
		inputTokens: inputTokens + ADDED_TOKENS,
		outputTokens: outputTokens * UNSEEN_FACTOR,
	});
	return nanoUsd(Math.min(cost, reserved));
}

/** The vendor's count where it can be believed; never below half of what such a text usually takes. */
export function tokensIn(text: string, counted: number | undefined): number {
	const usual = textEstimate(text);
	const believable =
		counted !== undefined &&
		Number.isSafeInteger(counted) &&
		counted >= 0 &&
		counted <= Buffer.byteLength(text);
	return believable ? Math.max(counted, Math.floor(usual / 2)) : usual;
}

/** More has come than was paid for: no limit can be told to these models, so we stop reading. */
export function isOverrun(bytes: number, outputTokens: number): boolean {
	return bytes > outputTokens * TOKEN_BYTES;
}
