// What was spent, by day, model and so on: settled amounts, and reservations that nobody settled, which count whole.
import { Books, type DatedEntry, type RunBook, type SpendGroup } from './books';
import type { NanoUsd } from './money';

export interface SpendSums {
	/** A run counts once in a row, and once in the total. */
	readonly runs: number;
	readonly solved: number;
	readonly attempts: number;
	readonly billed: NanoUsd;
	/** Worst cases standing in for a bill, settled or still open. */
	readonly estimated: NanoUsd;
	/** The part of `estimated` that is open: calls that run now, or that were cut off by a crash. */
	readonly open: NanoUsd;
	/** How much more the settled calls may have cost at the worst; in no other sum. */
	readonly doubted: NanoUsd;
}

export interface SpendRow extends SpendSums {
	/** The day (`2026-11-25`, UTC), the month (`2026-11`), the offer and so on, by what was asked. */
	readonly key: string;
}

export interface SpendReport {
	readonly rows: readonly SpendRow[];
	readonly total: SpendSums;
}

export const SPEND_KEYS = ['day', 'month', 'offer', 'model', 'repository', 'outcome'] as const;
export type SpendKey = (typeof SPEND_KEYS)[number];

/** First and last day (`2026-11-25`, UTC) that count, both included; absent: no limit. */
export interface SpendSpan {
	readonly since?: string;
	readonly until?: string;
}

export function foldSpend(entries: Iterable<DatedEntry>, by: SpendKey): readonly SpendRow[] {
	const books = new Books();
	for (const entry of entries) {
		books.add(entry);
	}
	return spendReport(books, by).rows;
}

/** Money stands in the row of the day it was set aside; a run also in that of the day it began. */
export function spendReport(books: Pick<Books, 'runs'>, by: SpendKey, span: SpendSpan = {}): SpendReport {
	const { since = '', until = '~' } = span;
	const within = (day: string): boolean => day >= since && day <= until;
	const rows = new Map<string, Tally>();
	const tallyOf = (key: string): Tally => {
		const tally = rows.get(key) ?? new Tally();
		rows.set(key, tally);
		return tally;
	};
	const total = new Tally();
	for (const run of books.runs) {
		if (within(run.day)) {
			total.see(run);
			if (by !== 'offer' && by !== 'model') {
				tallyOf(keyOf(by, run, run)).see(run);
			}
		}
		for (let group = run.groups; group !== undefined; group = group.next) {
			if (within(group.day)) {
				total.take(run, group);
				tallyOf(keyOf(by, run, group)).take(run, group);
			}
		}
	}
	return {
		rows: [...rows].sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, tally]) => ({ key, ...tally.sums() })),
		total: total.sums(),
	};
}

class Tally {
	private runs = 0;
	private solved = 0;
	private attempts = 0;
	private billed = 0;
	private estimated = 0;
	private open = 0;
	private doubted = 0;
	private last: RunBook | undefined;

	/** Runs come one after the other, so only the last one can come again. */
	see(run: RunBook): void {
		if (this.last !== run) {
			this.last = run;
			this.runs += 1;
			this.solved += run.outcome === 'solved' ? 1 : 0;
		}
	}

	take(run: RunBook, group: SpendGroup): void {
		this.see(run);
		this.attempts += group.attempts;
		this.billed += group.billed;
		this.estimated += group.estimated + group.open;
		this.open += group.open;
		this.doubted += group.doubted;
	}

	sums(): SpendSums {
		return {
			runs: this.runs,
			solved: this.solved,
			attempts: this.attempts,
			billed: shown(this.billed),
			estimated: shown(this.estimated),
			open: shown(this.open),
			doubted: shown(this.doubted),
		};
	}
}

/** The model behind an offer, by the offer's id. */
export function modelOf(offer: string): string {
	return offer.replace(/\/(?:edit|agent)$/, '');
}

function keyOf(by: SpendKey, run: RunBook, at: { readonly day: string; readonly offer?: string }): string {
	switch (by) {
		case 'day':
			return at.day;
		case 'month':
			return at.day.slice(0, 7);
		case 'offer':
			return at.offer ?? 'unknown';
		case 'model':
			return at.offer === undefined ? 'unknown' : modelOf(at.offer);
		case 'repository':
			return run.repository;
		case 'outcome':
			return run.outcome;
	}
}

function shown(sum: number): NanoUsd {
	return Math.min(sum, Number.MAX_SAFE_INTEGER) as NanoUsd;
}
