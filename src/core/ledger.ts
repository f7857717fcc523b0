// The ledger of one run: `spent + reserved <= bid`, always. Money leaves in two steps, reserve then settle.
import { add, formatUsd, type NanoUsd, nanoUsd, ZERO } from './money';
import type { Cost } from './offer';

export interface Reservation {
	readonly id: string;
	readonly amount: NanoUsd;
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
			readonly offer: string;
			readonly amount: NanoUsd;
	  }
	| {
			readonly kind: 'settle';
			readonly run: string;
			readonly id: string;
			readonly offer: string;
			readonly cost: Cost;
	  }
	| { readonly kind: 'release'; readonly run: string; readonly id: string }
	| { readonly kind: 'outcome'; readonly run: string; readonly outcome: string };

/**
 * Keeps the money of one run. Every method throws RangeError on a use that breaks the books (settling twice,
 * settling more than was reserved): those are bugs of ours, and a bug must not spend.
 */
export class Ledger {
	private readonly open = new Map<string, NanoUsd>();
	private spentSoFar: NanoUsd = ZERO;
	private count = 0;

	constructor(
		readonly bid: NanoUsd,
		private readonly run: string,
	) {
		nanoUsd(bid);
	}

	get spent(): NanoUsd {
		return this.spentSoFar;
	}

	get reserved(): NanoUsd {
		return add(...this.open.values());
	}

	/** What may still be reserved. */
	get left(): NanoUsd {
		return nanoUsd(this.bid - this.spentSoFar - this.reserved);
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

	/** Ends a reservation at what it really cost; the rest is free again. */
	settle(reservation: Reservation, cost: NanoUsd): void {
		const reserved = this.take(reservation);
		if (nanoUsd(cost) > reserved) {
			this.open.set(reservation.id, reserved);
			throw new RangeError(`settling ${formatUsd(cost)} against a reservation of ${formatUsd(reserved)}`);
		}
		this.spentSoFar = add(this.spentSoFar, cost);
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
