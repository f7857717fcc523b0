// The books of all runs on this machine: the journal's entries folded in file order. Whoever folds the same entries
// holds the same books, and that is what keeps the user's caps without a lock: a reservation that passes its own caps
// at its own place in the file is void for every reader, its writer included.
import type { Caps, JournalEntry } from './ledger';
import type { NanoUsd } from './money';

/** A journal entry with the moment it was written, ISO 8601 UTC; only its day matters here. */
export type DatedEntry = JournalEntry & { readonly at: string };

/** What counts against a cap of one day or month. Together: `all`. */
export interface Held {
	readonly spent: NanoUsd;
	/** What was settled may have cost so much more. */
	readonly doubted: NanoUsd;
	/** Set aside for calls that run, or that were cut off and that nobody settled. */
	readonly reserved: NanoUsd;
	readonly all: NanoUsd;
}

/** Why a reservation does not fit. */
export interface CapRefusal {
	readonly period: 'day' | 'month';
	readonly cap: NanoUsd;
	/** Without the reservation. */
	readonly held: Held;
}

/** Sums of one period. Infinity once beyond what is counted exactly, and so for good: no cap is kept by an overflow. */
interface Period {
	spent: number;
	doubted: number;
	reserved: number;
}

interface DayBook {
	readonly name: string;
	readonly day: Period;
	readonly month: Period;
}

interface OpenReservation {
	readonly id: string;
	readonly amount: number;
	readonly on: DayBook;
	readonly group: SpendGroup;
	/** The one before it in the run. */
	next: OpenReservation | undefined;
}

/** What one run spent on one offer in one day. Nano-dollars; Infinity beyond what is counted exactly. */
export interface SpendGroup {
	readonly offer: string;
	readonly day: string;
	attempts: number;
	billed: number;
	/** Settled only. */
	estimated: number;
	open: number;
	doubted: number;
	/** Attempts that had their say: a patch that was judged, or the word that there is none. No provider trouble. */
	judged: number;
	verified: number;
	/** Proposing and verifying. */
	workMs: number;
	/** The one before it in the run. */
	readonly next: SpendGroup | undefined;
}

export interface RunBook {
	readonly day: string;
	readonly repository: string;
	/** `unfinished` until the run says how it ended. */
	outcome: string;
	/** The latest first. Chains, since a hundred thousand runs with two arrays each are slow to make. */
	groups: SpendGroup | undefined;
	open: OpenReservation | undefined;
	lastAttempt: number;
}

export class Books {
	/** By day. Days of one month share its sums. */
	private readonly days = new Map<string, DayBook>();
	private readonly months = new Map<string, Period>();
	private today: DayBook | undefined;
	private readonly named = new Map<string, RunBook>();
	private readonly inOrder: RunBook[] = [];
	private recent: { readonly name: string; readonly run: RunBook } | undefined;

	/**
	 * Takes the next entry. Money counts in the day and month (UTC) in which it was set aside; a payment without its
	 * reservation (the line was lost) in its own. Returns why, where a reservation is void.
	 */
	add(entry: DatedEntry): CapRefusal | undefined {
		const day = entry.at.slice(0, 10);
		switch (entry.kind) {
			case 'run':
				this.begin(entry.run, day, entry.repository);
				return undefined;
			case 'outcome':
				this.runOf(entry.run, day).outcome = entry.outcome;
				return undefined;
			case 'attempt': {
				const run = this.runOf(entry.run, day);
				const first = isNew(run, entry.attempt);
				// Over midnight the attempt stays with its money.
				const group = first ? groupOf(run, entry.offer, day) : latestOf(run, entry.offer, day);
				group.attempts += first ? 1 : 0;
				group.judged += entry.verified || entry.ended === 'patches' || entry.ended === 'none' ? 1 : 0;
				group.verified += entry.verified ? 1 : 0;
				group.workMs += entry.proposeMs + entry.verifyMs;
				return undefined;
			}
			case 'reserve': {
				const refusal = this.refusal(entry.amount, entry.caps, day);
				if (refusal === undefined) {
					this.reserve(entry, day);
				}
				return refusal;
			}
			case 'release': {
				const held = this.take(entry.run, entry.id);
				if (held !== undefined) {
					held.group.open -= held.amount;
				}
				return undefined;
			}
			case 'settle':
				this.settle(entry, day);
				return undefined;
		}
	}

	/** Why such a reservation would be void now; undefined when it fits. */
	refusal(amount: NanoUsd, caps: Caps | undefined, day: string): CapRefusal | undefined {
		if (caps === undefined) {
			return undefined;
		}
		const book = this.dayOf(day);
		if (caps.day !== undefined && sumOf(book.day) + amount > caps.day) {
			return { period: 'day', cap: caps.day, held: heldIn(book.day) };
		}
		if (caps.month !== undefined && sumOf(book.month) + amount > caps.month) {
			return { period: 'month', cap: caps.month, held: heldIn(book.month) };
		}
		return undefined;
	}

	/** @param day `2026-11-25` */
	held(day: string): { readonly day: Held; readonly month: Held } {
		const book = this.dayOf(day);
		return { day: heldIn(book.day), month: heldIn(book.month) };
	}

	/** Whether this reservation is valid and open. */
	holds(run: string, id: string): boolean {
		let one = this.named.get(run)?.open;
		while (one !== undefined && one.id !== id) {
			one = one.next;
		}
		return one !== undefined;
	}

	/** In order; a name that is used again begins a new run. */
	get runs(): readonly RunBook[] {
		return this.inOrder;
	}

	private reserve(entry: DatedEntry & { readonly kind: 'reserve' }, on: string): void {
		const run = this.runOf(entry.run, on);
		const group = groupOf(run, entry.offer, on);
		group.attempts += isNew(run, entry.attempt) ? 1 : 0;
		const { id, amount } = entry;
		const book = this.dayOf(on);
		book.day.reserved = plus(book.day.reserved, amount);
		book.month.reserved = plus(book.month.reserved, amount);
		group.open = plus(group.open, amount);
		run.open = { id, amount, on: book, group, next: run.open };
	}

	private settle(entry: DatedEntry & { readonly kind: 'settle' }, on: string): void {
		const held = this.take(entry.run, entry.id);
		const group = held?.group ?? groupOf(this.runOf(entry.run, on), entry.offer, on);
		const { cost, doubt = 0 } = entry;
		if (held !== undefined) {
			group.open -= held.amount;
		}
		const { day, month } = held?.on ?? this.dayOf(on);
		day.spent = plus(day.spent, cost.amount);
		day.doubted = plus(day.doubted, doubt);
		month.spent = plus(month.spent, cost.amount);
		month.doubted = plus(month.doubted, doubt);
		group[cost.basis] = plus(group[cost.basis], cost.amount);
		group.doubted = plus(group.doubted, doubt);
	}

	/** Ends an open reservation; of several with one name, the latest. */
	private take(name: string, id: string): OpenReservation | undefined {
		const run = this.recent?.name === name ? this.recent.run : this.named.get(name);
		let later: OpenReservation | undefined;
		let held = run?.open;
		while (held !== undefined && held.id !== id) {
			later = held;
			held = held.next;
		}
		if (run === undefined || held === undefined) {
			return undefined;
		}
		if (later === undefined) {
			run.open = held.next;
		} else {
			later.next = held.next;
		}
		held.on.day.reserved -= held.amount;
		held.on.month.reserved -= held.amount;
		return held;
	}

	private runOf(name: string, day: string): RunBook {
		if (this.recent?.name === name) {
			return this.recent.run;
		}
		const run = this.named.get(name);
		if (run === undefined) {
			return this.begin(name, day, 'unknown');
		}
		this.recent = { name, run };
		return run;
	}

	private begin(name: string, day: string, repository: string): RunBook {
		const run: RunBook = {
			day,
			repository,
			outcome: 'unfinished',
			groups: undefined,
			open: undefined,
			lastAttempt: 0,
		};
		this.named.set(name, run);
		this.inOrder.push(run);
		this.recent = { name, run };
		return run;
	}

	private dayOf(name: string): DayBook {
		if (this.today?.name === name) {
			return this.today;
		}
		let book = this.days.get(name);
		if (book === undefined) {
			const monthName = name.slice(0, 7);
			const month = this.months.get(monthName) ?? emptyPeriod();
			this.months.set(monthName, month);
			book = { name, day: emptyPeriod(), month };
			this.days.set(name, book);
		}
		this.today = book;
		return book;
	}
}

/** An attempt counts once, by its number; the first version wrote none, and one reservation an attempt. */
function isNew(run: RunBook, attempt: number): boolean {
	const before = run.lastAttempt;
	run.lastAttempt = Math.max(before, attempt);
	return attempt === 0 || attempt > before;
}

function groupOf(run: RunBook, offer: string, day: string): SpendGroup {
	let known = run.groups;
	while (known !== undefined && (known.offer !== offer || known.day !== day)) {
		known = known.next;
	}
	if (known !== undefined) {
		return known;
	}
	run.groups = {
		offer,
		day,
		attempts: 0,
		billed: 0,
		estimated: 0,
		open: 0,
		doubted: 0,
		judged: 0,
		verified: 0,
		workMs: 0,
		next: run.groups,
	};
	return run.groups;
}

function latestOf(run: RunBook, offer: string, day: string): SpendGroup {
	let known = run.groups;
	while (known !== undefined && known.offer !== offer) {
		known = known.next;
	}
	return known ?? groupOf(run, offer, day);
}

function emptyPeriod(): Period {
	return { spent: 0, doubted: 0, reserved: 0 };
}

function heldIn(period: Period): Held {
	return {
		spent: shown(period.spent),
		doubted: shown(period.doubted),
		reserved: shown(period.reserved),
		all: shown(sumOf(period)),
	};
}

function sumOf(period: Period): number {
	return plus(plus(period.spent, period.doubted), period.reserved);
}

function plus(a: number, b: number): number {
	const sum = a + b;
	return sum > Number.MAX_SAFE_INTEGER ? Number.POSITIVE_INFINITY : sum;
}

function shown(sum: number): NanoUsd {
	return Math.min(sum, Number.MAX_SAFE_INTEGER) as NanoUsd;
}
