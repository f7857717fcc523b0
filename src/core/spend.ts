// Folds the journal into what was spent: settled amounts, and reservations that nobody settled, which count whole.
import type { JournalEntry } from './ledger';
import { add, type NanoUsd, ZERO } from './money';

export interface SpendRow {
	/** The day (`2026-11-25`, UTC), the offer or the repository, by what was asked. */
	readonly key: string;
	readonly runs: number;
	readonly solved: number;
	readonly attempts: number;
	readonly billed: NanoUsd;
	/** Worst cases standing in for a bill, settled or still open after a crash. */
	readonly estimated: NanoUsd;
}

export type SpendKey = 'day' | 'offer' | 'repository' | 'outcome';

export function foldSpend(
	entries: readonly (JournalEntry & { readonly at: string })[],
	by: SpendKey,
): readonly SpendRow[] {
	const runs = new Map<string, { day: string; repository: string; outcome: string }>();
	const open = new Map<string, { run: string; offer: string; amount: NanoUsd }>();
	const attempted: { run: string; offer: string }[] = [];
	const paid: { run: string; offer: string; billed: NanoUsd; estimated: NanoUsd }[] = [];
	for (const entry of entries) {
		switch (entry.kind) {
			case 'run':
				runs.set(entry.run, {
					day: entry.at.slice(0, 10),
					repository: entry.repository,
					outcome: 'unfinished',
				});
				break;
			case 'outcome': {
				const run = runs.get(entry.run);
				if (run !== undefined) {
					run.outcome = entry.outcome;
				}
				break;
			}
			case 'reserve':
				open.set(entry.id, { run: entry.run, offer: entry.offer, amount: entry.amount });
				break;
			case 'attempt':
				attempted.push({ run: entry.run, offer: entry.offer });
				break;
			case 'release':
				open.delete(entry.id);
				break;
			case 'settle': {
				open.delete(entry.id);
				const { amount, basis } = entry.cost;
				const split =
					basis === 'billed' ? { billed: amount, estimated: ZERO } : { billed: ZERO, estimated: amount };
				paid.push({ run: entry.run, offer: entry.offer, ...split });
				break;
			}
		}
	}
	for (const { run, offer, amount } of open.values()) {
		paid.push({ run, offer, billed: ZERO, estimated: amount });
	}

	const rows = new Map<
		string,
		{ runs: Set<string>; attempts: number; billed: NanoUsd; estimated: NanoUsd }
	>();
	const rowOf = (key: string) => {
		const row = rows.get(key) ?? { runs: new Set<string>(), attempts: 0, billed: ZERO, estimated: ZERO };
		rows.set(key, row);
		return row;
	};
	const keyOf = (run: string): string => (by === 'offer' ? '' : (runs.get(run)?.[by] ?? 'unknown'));
	if (by !== 'offer') {
		for (const run of runs.keys()) {
			rowOf(keyOf(run)).runs.add(run);
		}
	}
	for (const { run, offer, billed, estimated } of paid) {
		const row = rowOf(by === 'offer' ? offer : keyOf(run));
		row.runs.add(run);
		row.billed = add(row.billed, billed);
		row.estimated = add(row.estimated, estimated);
	}
	for (const { run, offer } of attempted) {
		const row = rowOf(by === 'offer' ? offer : keyOf(run));
		row.runs.add(run);
		row.attempts += 1;
	}
	return [...rows]
		.sort(([a], [b]) => a.localeCompare(b))
		.map(([key, row]) => ({
			key,
			runs: row.runs.size,
			solved: [...row.runs].filter((run) => runs.get(run)?.outcome === 'solved').length,
			attempts: row.attempts,
			billed: row.billed,
			estimated: row.estimated,
		}));
}
