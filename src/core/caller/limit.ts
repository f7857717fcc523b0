// How much another program that calls us may have spent: what it says can lower the user's limit, never raise it.
import { usdOf } from '../decimal';
import { add, formatUsd, NANO_PER_USD, type NanoUsd, nanoUsd, parseUsd, ZERO } from '../money';

/** Where the user set no other limit: the most for one fix. */
export const STANDARD_LIMIT = nanoUsd(NANO_PER_USD / 4);

export type CallLimit =
	| { readonly kind: 'limit'; readonly amount: NanoUsd }
	/** One sentence for the caller. */
	| { readonly kind: 'refused'; readonly reason: string };

/** The limit that a caller named, within the user's; left out, it is the user's. */
export function limitWithin(said: unknown, most: NanoUsd): CallLimit {
	if (said === undefined) {
		return { kind: 'limit', amount: most };
	}
	const read = amountOf(said);
	if (typeof read === 'string') {
		return { kind: 'refused', reason: `limit: ${read}` };
	}
	return read > most
		? {
				kind: 'refused',
				reason: `A limit of ${formatUsd(read)} is more than the user allows here (${formatUsd(most)}). A caller may lower the limit, never raise it: leave it out, or name less.`,
			}
		: { kind: 'limit', amount: read };
}

/** What a caller wrote for an amount of US dollars, as a number or as text; a sentence when it is none. */
export function amountOf(said: unknown): NanoUsd | string {
	if (typeof said === 'string') {
		const parsed = parseUsd(said);
		return parsed.kind === 'amount' ? parsed.amount : parsed.message;
	}
	if (typeof said !== 'number' || !Number.isFinite(said)) {
		return 'it is not an amount; write US dollars as a number, like 0.25.';
	}
	if (said < 0) {
		return `${said} is below zero; write US dollars, like 0.25 (0 buys nothing).`;
	}
	return usdOf(String(said), 'down') ?? `${said} is more than anything here may cost; name less.`;
}

/** One sum for all calls of a session, also for those at the same time. */
export class SharedLimit {
	private gone: NanoUsd = ZERO;
	private readonly taken = new Set<Share>();

	constructor(readonly whole: NanoUsd) {}

	/** What no call has spent or set aside. */
	get left(): NanoUsd {
		return nanoUsd(this.whole - this.gone - add(...[...this.taken].map(({ amount }) => amount)));
	}

	/** Spent, set aside or in doubt. */
	get used(): NanoUsd {
		return nanoUsd(this.whole - this.left);
	}

	/** Sets an amount aside for one call; undefined when there is not so much left. */
	take(amount: NanoUsd): Share | undefined {
		if (nanoUsd(amount) > this.left) {
			return undefined;
		}
		const share: Share = { amount };
		this.taken.add(share);
		return share;
	}

	/** The call is over and used so much of it; the rest is free again. @throws RangeError on a share that is not taken */
	settle(share: Share, used: NanoUsd): void {
		if (!this.taken.has(share) || used > share.amount) {
			throw new RangeError('settling what was not set aside');
		}
		this.taken.delete(share);
		this.gone = add(this.gone, used);
	}
}

export interface Share {
	readonly amount: NanoUsd;
}
