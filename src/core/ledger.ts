// The ledger of one run: `spent + doubted + reserved <= bid`, always. Money leaves in two steps, reserve then settle.
import { add, formatUsd, type NanoUsd, nanoUsd, ZERO } from './money';
import type { Cost } from './offer';

export interface Reservation {
	readonly id: string;
	readonly amount: NanoUsd;
}

/** The most that may be spent in a day and in a month (UTC), over all runs on this machine. Absent: no limit. */
export interface Caps {
	readonly day?: NanoUsd;
	readonly month?: NanoUsd;
}

/** Of two sets of limits, both of which hold, the lower of each. */
export function lowerCaps(one: Caps, other: Caps): Caps {
	const day = lower(one.day, other.day);
	const month = lower(one.month, other.month);
	return { ...(day === undefined ? {} : { day }), ...(month === undefined ? {} : { month }) };
}

function lower(one: NanoUsd | undefined, other: NanoUsd | undefined): NanoUsd | undefined {
	return one === undefined || (other !== undefined && other < one) ? other : one;
}

/** One line of the journal that outlives the run. Amounts in nano-dollars. */
export type JournalEntry =
	| {
			readonly kind: 'run';
			readonly run: string;
			readonly bid: NanoUsd;
			readonly repository: string;
			readonly target: string;
	  }
	| {
			readonly kind: 'reserve';
			readonly run: string;
			readonly id: string;
			/** 1-based, within the run. */
			readonly attempt: number;
			readonly offer: string;
			readonly amount: NanoUsd;
			/** The user's limits it was made under; the journal writes them down so that every reader judges alike. */
			readonly caps?: Caps;
	  }
	| {
			readonly kind: 'settle';
			readonly run: string;
			readonly id: string;
			readonly attempt: number;
			readonly offer: string;
			readonly cost: Cost;
			/** How much more it may have cost at the worst, where the provider's word is not believed. */
			readonly doubt?: NanoUsd;
	  }
	| { readonly kind: 'release'; readonly run: string; readonly id: string }
	/** An attempt came to its end, its patches judged. Durations in milliseconds. */
	| {
			readonly kind: 'attempt';
			readonly run: string;
			readonly attempt: number;
			readonly offer: string;
			readonly ended: string;
			readonly verified: boolean;
			readonly proposeMs: number;
			readonly verifyMs: number;
	  }
	| { readonly kind: 'outcome'; readonly run: string; readonly outcome: string };

/**
 * Keeps the money of one run. Every method throws RangeError on a use that breaks the books (settling twice,
 * settling more than was reserved): those are bugs of ours, and a bug must not spend.
 */
export class Ledger {
	private readonly open = new Map<string, NanoUsd>();
	private spentSoFar: NanoUsd = ZERO;
	private doubtSoFar: NanoUsd = ZERO;
	private count = 0;

	/** @param before what the run had cost when it was cut off, and how many reservations it had made. */
	constructor(
		readonly bid: NanoUsd,
		private readonly run: string,
		before: { readonly spent: NanoUsd; readonly doubted: NanoUsd; readonly reservations: number } = {
			spent: ZERO,
			doubted: ZERO,
			reservations: 0,
		},
	) {
		nanoUsd(bid);
		this.spentSoFar = before.spent;
		this.doubtSoFar = before.doubted;
		this.count = before.reservations;
		nanoUsd(this.left);
	}

	get spent(): NanoUsd {
		return this.spentSoFar;
	}

	get reserved(): NanoUsd {
		return add(...this.open.values());
	}

	/** Not known to be spent, and out of reach all the same: a provider's word on it is not believed. */
	get doubted(): NanoUsd {
		return this.doubtSoFar;
	}

	/** What may still be reserved. */
	get left(): NanoUsd {
		return nanoUsd(this.bid - this.spentSoFar - this.doubtSoFar - this.reserved);
	}

	/** Undefined when the bid does not hold that much any more. */
	reserve(amount: NanoUsd): Reservation | undefined {
		if (nanoUsd(amount) > this.left) {
			return undefined;
		}
		this.count += 1;
		const reservation = { id: `${this.run}/${this.count}`, amount };
		this.open.set(reservation.id, amount);
		return reservation;
	}

	/** Ends a reservation at what it really cost, and what it may have cost on top of that; the rest is free again. */
	settle(reservation: Reservation, cost: NanoUsd, doubt: NanoUsd = ZERO): void {
		const reserved = this.take(reservation);
		if (add(cost, doubt) > reserved) {
			this.open.set(reservation.id, reserved);
			throw new RangeError(
				`settling ${formatUsd(add(cost, doubt))} against a reservation of ${formatUsd(reserved)}`,
			);
		}
		this.spentSoFar = add(this.spentSoFar, cost);
		this.doubtSoFar = add(this.doubtSoFar, doubt);
	}

	/** Ends a reservation of which nothing was used, because nothing was sent. */
	release(reservation: Reservation): void {
		this.take(reservation);
	}

	private take(reservation: Reservation): NanoUsd {
		const reserved = this.open.get(reservation.id);
		if (reserved === undefined) {
			throw new RangeError(`reservation ${reservation.id} is not open`);
		}
		this.open.delete(reservation.id);
		return reserved;
	}
}
