// What one attempt may pay from: its allowance, out of the ledger of the run, with every step in the journal first.
import type { Journal } from './effects';
import type { Ledger, Reservation } from './ledger';
import { add, formatUsd, type NanoUsd, nanoUsd, ZERO } from './money';
import type { Cost, Spent } from './offer';

export type Reserved =
	| { readonly kind: 'reserved'; readonly reservation: Reservation }
	/**
	 * Nothing may be sent. `allowance`: the attempt has too little left; `cap`: the user's limit for the day or month;
	 * `journal`: the books cannot be kept; `closed`: the attempt is over.
	 */
	| {
			readonly kind: 'refused';
			readonly by: 'allowance' | 'cap' | 'journal' | 'closed';
			readonly reason: string;
	  };

/** Pays the calls of one attempt: `reserve` before a call leaves, `settle` when it has ended however it ended. */
export interface Purse {
	/** Whose calls it pays. */
	readonly of?: { readonly run: string; readonly attempt: number; readonly offer: string };
	/** What may still be reserved. */
	readonly left: NanoUsd;
	/** Puts the worst case of one call aside, safe on disk when this resolves. */
	reserve(amount: NanoUsd): Promise<Reserved>;
	/**
	 * Ends a reservation at what the call cost. `doubt` is how much more it may have cost at the worst, where the
	 * provider's word is not believed: it stays out of reach for the rest of the run.
	 */
	settle(reservation: Reservation, cost: Cost, doubt?: NanoUsd): Promise<void>;
	/** Ends a reservation of which nothing was used, because nothing was sent. */
	release(reservation: Reservation): Promise<void>;
}

export class AttemptPurse implements Purse {
	private readonly open = new Map<string, Reservation>();
	private readonly writing = new Set<Promise<unknown>>();
	private billed: NanoUsd = ZERO;
	private estimated: NanoUsd = ZERO;
	private doubted: NanoUsd = ZERO;
	private closed = false;
	private stopped: { readonly by: 'cap' | 'journal'; readonly reason: string } | undefined;

	constructor(
		private readonly ledger: Ledger,
		private readonly journal: Journal,
		readonly of: { readonly run: string; readonly attempt: number; readonly offer: string },
		private readonly allowance: NanoUsd,
		private readonly changed: () => void = () => undefined,
	) {}

	get spent(): Spent {
		return { billed: this.billed, estimated: this.estimated };
	}

	get left(): NanoUsd {
		const used = add(
			this.billed,
			this.estimated,
			this.doubted,
			...[...this.open.values()].map((one) => one.amount),
		);
		return nanoUsd(Math.max(0, Math.min(this.allowance - used, this.ledger.left)));
	}

	/** Why no more money may leave in this run: a cap was reached, or the journal failed. */
	get stop(): { readonly by: 'cap' | 'journal'; readonly reason: string } | undefined {
		return this.stopped;
	}

	async reserve(amount: NanoUsd): Promise<Reserved> {
		if (this.closed) {
			return { kind: 'refused', by: 'closed', reason: 'The attempt is over.' };
		}
		if (this.stopped !== undefined) {
			return { kind: 'refused', ...this.stopped };
		}
		const reservation = nanoUsd(amount) > this.left ? undefined : this.ledger.reserve(amount);
		if (reservation === undefined) {
			const reason = `The call may cost ${formatUsd(amount)} at the worst, and ${formatUsd(this.left)} is left for it.`;
			return { kind: 'refused', by: 'allowance', reason };
		}
		this.open.set(reservation.id, reservation);
		const writing = this.journal.reserve({
			kind: 'reserve',
			...this.of,
			id: reservation.id,
			amount: reservation.amount,
		});
		this.writing.add(writing);
		const written = await writing;
		this.writing.delete(writing);
		if (written.kind !== 'done') {
			this.open.delete(reservation.id);
			this.ledger.release(reservation);
			this.stopped ??=
				written.kind === 'capped'
					? { by: 'cap', reason: written.reason }
					: { by: 'journal', reason: journalFault(written.reason) };
			return { kind: 'refused', ...this.stopped };
		}
		if (this.wasClosed()) {
			await this.release(reservation);
			return { kind: 'refused', by: 'closed', reason: 'The attempt is over.' };
		}
		this.changed();
		return { kind: 'reserved', reservation };
	}

	async settle(reservation: Reservation, cost: Cost, doubt: NanoUsd = ZERO): Promise<void> {
		this.ledger.settle(reservation, cost.amount, doubt);
		this.open.delete(reservation.id);
		this.doubted = add(this.doubted, doubt);
		if (cost.basis === 'billed') {
			this.billed = add(this.billed, cost.amount);
		} else {
			this.estimated = add(this.estimated, cost.amount);
		}
		this.changed();
		await this.write({
			kind: 'settle',
			...this.of,
			id: reservation.id,
			cost,
			...(doubt > 0 ? { doubt } : {}),
		});
	}

	async release(reservation: Reservation): Promise<void> {
		this.ledger.release(reservation);
		this.open.delete(reservation.id);
		this.changed();
		await this.write({ kind: 'release', run: this.of.run, id: reservation.id });
	}

	/** No call may leave from here on; one that nobody settled counts at its worst case. */
	async close(): Promise<void> {
		this.closed = true;
		// A reservation that is just being written is released by whoever asked for it.
		while (this.writing.size > 0) {
			await Promise.all(this.writing);
		}
		for (const reservation of [...this.open.values()]) {
			await this.settle(reservation, { amount: reservation.amount, basis: 'estimated' });
		}
	}

	/** Read afresh: it may have changed while the journal was written. */
	private wasClosed(): boolean {
		return this.closed;
	}

	private async write(entry: Parameters<Journal['append']>[0]): Promise<void> {
		const written = await this.journal.append(entry);
		if (written.kind === 'failed') {
			this.stopped ??= { by: 'journal', reason: journalFault(written.reason) };
		}
	}
}

export function journalFault(reason: string): string {
	return `Nothing more is bought, since the books cannot be kept: ${reason}`;
}
