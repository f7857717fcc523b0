// What a run has cost until now, as the journal has it: calls that nobody settled count at their worst.
import { Books, type DatedEntry } from './books';
import { add, type NanoUsd, ZERO } from './money';
import type { Spent } from './offer';

export interface RunMoney {
	readonly spent: NanoUsd;
	readonly doubted: NanoUsd;
	/** Calls that money was put aside for; names of new ones begin after them. */
	readonly reservations: number;
	readonly byAttempt: ReadonlyMap<number, Spent>;
}

export const NOTHING_SPENT: RunMoney = {
	spent: ZERO,
	doubted: ZERO,
	reservations: 0,
	byAttempt: new Map(),
};

/** @param entries of all runs, in the journal's order: which reservations are void, the others decide. */
export function runMoney(entries: readonly DatedEntry[], run: string): RunMoney {
	const books = new Books();
	const open = new Map<string, { readonly attempt: number; readonly amount: NanoUsd }>();
	const byAttempt = new Map<number, Spent>();
	let doubted = ZERO;
	let reservations = 0;
	const count = (attempt: number, basis: 'billed' | 'estimated', amount: NanoUsd): void => {
		const before = byAttempt.get(attempt) ?? { billed: ZERO, estimated: ZERO };
		byAttempt.set(attempt, { ...before, [basis]: add(before[basis], amount) });
	};
	for (const entry of entries) {
		const isVoid = books.add(entry) !== undefined;
		if (entry.run !== run) {
			continue;
		}
		switch (entry.kind) {
			case 'reserve':
				reservations += 1;
				if (!isVoid) {
					open.set(entry.id, { attempt: entry.attempt, amount: entry.amount });
				}
				break;
			case 'release':
				open.delete(entry.id);
				break;
			case 'settle':
				open.delete(entry.id);
				doubted = add(doubted, entry.doubt ?? ZERO);
				count(entry.attempt, entry.cost.basis, entry.cost.amount);
				break;
			case 'attempt':
			case 'run':
			case 'outcome':
				break;
		}
	}
	for (const { attempt, amount } of open.values()) {
		count(attempt, 'estimated', amount);
	}
	const spent = add(...[...byAttempt.values()].flatMap(({ billed, estimated }) => [billed, estimated]));
	return { spent, doubted, reservations, byAttempt };
}
