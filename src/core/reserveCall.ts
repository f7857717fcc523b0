// How a call to a model gets its money: whoever sells it, the worst that it can cost is put aside before it leaves.
import type { Reservation } from './ledger';
import type { ChatReply, ChatRequest } from './model';
import { formatUsd } from './money';
import { affordableOutput, type Price, worstCase } from './price';
import type { Purse } from './purse';

export interface CallCost {
	/** As in sentences. */
	readonly label: string;
	readonly price: Price;
	/** No prompt of this request has more tokens. */
	readonly inputCeiling: number;
	/** Tokens of the answer that are wanted at most; no less than the request's least. */
	readonly outputTokens: number;
}

export type ReservedCall =
	/** `outputTokens`: what the money allows for the answer; at least the request's least, and 1. */
	| { readonly kind: 'reserved'; readonly reservation: Reservation; readonly outputTokens: number }
	/** Nothing is put aside, and nothing may be sent. */
	| { readonly kind: 'refused'; readonly reply: ChatReply };

/** Cuts the answer's length down to what the purse holds, and puts aside what it then costs at the worst. */
export async function reserveCall(request: ChatRequest, cost: CallCost, purse: Purse): Promise<ReservedCall> {
	const { price, inputCeiling } = cost;
	const least = Math.max(1, request.leastOutputTokens);
	const outputTokens = Math.min(cost.outputTokens, affordableOutput(price, inputCeiling, purse.left) ?? 0);
	if (outputTokens < least) {
		return { kind: 'refused', reply: unaffordable(cost, least, purse) };
	}
	const reserved = await purse.reserve(worstCase(price, inputCeiling, outputTokens));
	if (reserved.kind === 'refused') {
		const reply: ChatReply =
			reserved.by === 'allowance'
				? unaffordable(cost, least, purse)
				: { kind: 'closed', reason: reserved.reason };
		return { kind: 'refused', reply };
	}
	return { kind: 'reserved', reservation: reserved.reservation, outputTokens };
}

function unaffordable({ label, price, inputCeiling }: CallCost, least: number, purse: Purse): ChatReply {
	const needs = worstCase(price, inputCeiling, least);
	const reason = `The smallest useful call to ${label} may cost ${formatUsd(needs)} at the worst, and ${formatUsd(purse.left)} is left for it.`;
	return { kind: 'unaffordable', needs, reason };
}
