// The user's own history again, under another pool or temper. An attempt that was made can be made again with what it
// cost and whether it passed; what was never tried is not known, and is told as the belief of it, apart.

import { Outlook } from '../core/cascade/choose';
import type { PoolOffer } from '../core/cascade/columns';
import { trustOf } from '../core/cascade/evidence';
import { beliefFor, type Knowledge, learnAll, observe } from '../core/cascade/knowledge';
import { DEFAULT_OPTIONS, type Temper, valueOf } from '../core/cascade/options';
import type { AttemptRecord, OutcomeRecord } from '../core/cascade/outcomeRecord';
import { overheadOf } from '../core/cascade/pool';
import { LEAST_ROOM } from '../core/cascade/worth';
import { must } from './rows';

export interface HistoryOptions {
	/** Offers that may be asked; those of the history when absent. */
	readonly pool?: readonly PoolOffer[];
	readonly temper?: Temper;
}

export interface HistoryReport {
	readonly outcomes: number;
	readonly was: { readonly solved: number; readonly spend: number };
	readonly now: {
		/** Attempts that the history holds: known. */
		readonly solved: number;
		readonly spend: number;
		/** Expected of attempts that the history does not hold: believed, never seen. */
		readonly believedSolved: number;
		readonly believedSpend: number;
		/** Outcomes in which at least one such attempt was wanted. */
		readonly unknown: number;
	};
	readonly limits: readonly string[];
}

const LIMITS = [
	'An attempt that was never made has no known result: its chance and cost are what was believed then, and are shown apart.',
	'A later attempt is replayed as it happened, though it may have seen what an earlier one left behind.',
	'Each outcome is judged with what was learnt from those before it, never from itself.',
];

export function replayHistory(
	start: Knowledge,
	records: readonly OutcomeRecord[],
	options: HistoryOptions = {},
): HistoryReport {
	const pool = options.pool ?? poolOf(records);
	const spends = new Map(pool.map(({ id, spend }) => [id, spend]));
	let knowledge = start;
	const now = { solved: 0, spend: 0, believedSolved: 0, believedSpend: 0, unknown: 0 };
	for (const record of records) {
		again(knowledge, record, pool, options.temper ?? DEFAULT_OPTIONS.temper, now);
		knowledge = learnAll(knowledge, [record], spends);
	}
	return {
		outcomes: records.length,
		was: {
			solved: records.filter(({ solved }) => solved).length,
			spend: records.reduce((sum, { attempts }) => sum + spendOf(attempts), 0),
		},
		now,
		limits: LIMITS,
	};
}

function again(
	knowledge: Knowledge,
	record: OutcomeRecord,
	pool: readonly PoolOffer[],
	temper: Temper,
	into: { solved: number; spend: number; believedSolved: number; believedSpend: number; unknown: number },
): void {
	const { belief } = beliefFor(knowledge, pool, record.repository, record.features);
	const options = { ...DEFAULT_OPTIONS, temper };
	const value = valueOf(temper, record.bid);
	const made = new Map<string, number>();
	const seenPatches = new Set<string>();
	let room = record.bid;
	for (let step = 0; step < 50; step += 1) {
		const candidates = pool.map((offer, column) => ({
			column,
			overhead: overheadOf(knowledge, offer, options),
			attemptsLeft: offer.spend > 0 ? 3 - (made.get(offer.id) ?? 0) : 1 - (made.get(offer.id) ?? 0),
		}));
		const outlook = new Outlook(belief, candidates, Math.max(room, LEAST_ROOM));
		const chosen = outlook.choose(value);
		if (chosen === undefined) {
			return;
		}
		const { column } = chosen.appraisal.candidate;
		const { id } = must(pool[column]);
		const count = made.get(id) ?? 0;
		made.set(id, count + 1);
		const attempt = record.attempts.filter((one) => one.offer === id)[count];
		if (attempt === undefined) {
			// From here on nothing was seen: what is believed of the rest stands for it.
			const rest = outlook.prospect(value);
			into.believedSolved += rest.chance;
			into.believedSpend += rest.spend;
			into.unknown += 1;
			return;
		}
		into.spend += attempt.spend;
		room -= attempt.spend;
		if (attempt.solved) {
			into.solved += 1;
			return;
		}
		observe(belief, knowledge.calibration, column, attempt, seenPatches, trustOf(knowledge.progress));
	}
}

/** The offers of the history, at what they cost on the mean. */
function poolOf(records: readonly OutcomeRecord[]): PoolOffer[] {
	const attempts = records.flatMap((record) => record.attempts);
	return [...new Set(attempts.map(({ offer }) => offer))].sort().map((id) => {
		const own = attempts.filter(({ offer }) => offer === id);
		return { id, spend: spendOf(own) / own.length };
	});
}

function spendOf(attempts: readonly AttemptRecord[]): number {
	return attempts.reduce((sum, { spend }) => sum + spend, 0);
}
