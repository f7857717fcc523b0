// The figures behind the page "Spending": pure sums over the books, made to be drawn and to be read out.
import type { Books, RunBook, SpendGroup } from './books';
import { beginOf, type CalendarUnit, dayAfter, daysBetween, daysInMonth, nextOf, UNITS } from './calendar';
import { type Interval, wilson } from './interval';
import type { Caps } from './ledger';
import type { NanoUsd } from './money';
import { modelOf, type SpendSums, spendReport } from './spend';

export const PERIODS = ['week', 'month', 'year', 'all'] as const;
/** The last 7 days, 30 days, 365 days (UTC, today included), or everything. */
export type Period = (typeof PERIODS)[number];

/** `estimated` is our own worst case where no bill came, what is open included. */
export interface Amounts {
	readonly billed: NanoUsd;
	readonly estimated: NanoUsd;
}

export interface SpendingFigures {
	readonly period: Period;
	/** `2026-11-25`, UTC. */
	readonly today: string;
	/** First day of the period; absent where nothing was ever run. */
	readonly since?: string;
	/** Runs of all times; 0: nothing was run yet on this machine. */
	readonly everRun: number;
	readonly spentToday: NanoUsd;
	readonly total: SpendSums;
	/** Runs that fixed something, without re-checks of text that was there already. */
	readonly fixes: number;
	/** Runs that looked for a fix. */
	readonly runs: number;
	/** Everything spent in the period over its fixes; absent without a fix. */
	readonly costPerFix?: NanoUsd;
	/** Proposing and verifying, the median of the runs that ended with a fix; absent without one. */
	readonly medianMs?: number;
	readonly spend: SpendOverTime;
	readonly month: MonthSpend;
	/** The dearest first; those that cost nothing last, by name. */
	readonly models: readonly ModelFigures[];
	readonly saved: Saved;
}

/** Stacked bars: in each bar the amounts of each series, in the order of `series`. */
export interface SpendOverTime {
	readonly unit: CalendarUnit;
	/** Models by what they cost, the dearest first; one without a model gathers those that are left over. */
	readonly series: readonly { readonly model?: string }[];
	readonly bars: readonly { readonly from: string; readonly amounts: readonly Amounts[] }[];
}

/** This calendar month (UTC), whatever the period. */
export interface MonthSpend {
	/** `2026-11` */
	readonly name: string;
	readonly days: number;
	/** What was spent up to the end of each day, today's last. */
	readonly cumulative: readonly Amounts[];
	readonly cap?: NanoUsd;
}

export interface ModelFigures {
	readonly model: string;
	readonly attempts: number;
	/** Attempts that had their say; provider trouble and calls that were too dear are left out. */
	readonly judged: number;
	readonly verified: number;
	readonly spent: Amounts;
	/** Verified of judged; absent when none was judged. */
	readonly passRate?: number;
	/** Wilson's, 95%. */
	readonly passInterval: Interval;
	/** Spent per verified fix; absent without one. */
	readonly costPerFix?: NanoUsd;
	/** By the pass rate's interval, at the mean cost of an attempt; no upper end without a fix. */
	readonly costInterval?: { readonly low: NanoUsd; readonly high?: NanoUsd };
}

/** Against the counterfactual: every fix bought once from the dearest model, at its own mean cost an attempt. */
export type Saved =
	| { readonly kind: 'unknown'; readonly reason: 'no fix' | 'nothing bought' | 'too few attempts' }
	| {
			readonly kind: 'known';
			/** The dearest by mean cost of a judged attempt, over all times. */
			readonly model: string;
			readonly meanCost: NanoUsd;
			/** Judged attempts the mean was taken over, and those of them that were verified. */
			readonly measured: number;
			readonly measuredVerified: number;
			readonly spent: NanoUsd;
			readonly wouldHave: NanoUsd;
			/** Cumulative, at the end of each bar of `spend`. */
			readonly course: readonly { readonly spent: NanoUsd; readonly wouldHave: NanoUsd }[];
	  };

/** Below this many judged attempts a mean is no ground to boast on. */
export const LEAST_MEASURED = 3;
const MOST_SERIES = 6;
const MOST_DAYS = 45;
const MOST_BARS = 62;
const MOST_FILLED = 200;
const DAYS = { day: 1, week: 7, month: 30, year: 365 } as const;
/** The offer of a re-check: no fix was looked for. */
const RE_CHECK = 'given';

export function spendingFigures(
	{ runs }: Pick<Books, 'runs'>,
	{ period, today, caps = {} }: { readonly period: Period; readonly today: string; readonly caps?: Caps },
): SpendingFigures {
	const since = sinceOf(period, today, runs);
	const begin = since ?? today;
	const { total } = spendReport({ runs }, 'day', { since: begin });
	const everything = groupsOf(runs);
	const groups = everything.filter(({ day }) => day >= begin);
	const looked = runs.filter((run) => run.day >= begin && !isReCheck(run));
	const fixed = looked.filter((run) => run.outcome === 'solved');
	const models = modelsOf(groups);
	const last = [...groups, ...looked].reduce((latest, { day }) => (day > latest ? day : latest), today);
	const spend = spendOverTime(groups, models, begin, last);
	const medianMs = median(fixed.map(workOf));
	return {
		period,
		today,
		...(since === undefined ? {} : { since }),
		everRun: runs.length,
		spentToday: sumOf(everything.filter(({ day }) => day === today)),
		total,
		fixes: fixed.length,
		runs: looked.length,
		...(fixed.length === 0 ? {} : { costPerFix: shareOf(total.billed + total.estimated, fixed.length) }),
		...(medianMs === undefined ? {} : { medianMs }),
		spend,
		month: monthSpend(everything, today, caps.month),
		models,
		saved: savedOf(everything, groups, fixed, spend),
	};
}

/** What is exported: a day and a model a row, in that order. */
export interface SpendingRow {
	readonly day: string;
	readonly model: string;
	readonly attempts: number;
	readonly judged: number;
	readonly verified: number;
	readonly billed: NanoUsd;
	/** `open` included. */
	readonly estimated: NanoUsd;
	readonly open: NanoUsd;
	/** In no other sum. */
	readonly doubted: NanoUsd;
	readonly workMs: number;
}

export function spendingRows(
	{ runs }: Pick<Books, 'runs'>,
	period: Period,
	today: string,
): readonly SpendingRow[] {
	const since = sinceOf(period, today, runs) ?? today;
	const groups = groupsOf(runs).filter((group) => group.day >= since && isSought(group));
	const byKey = grouped(groups, ({ day, offer }) => `${day} ${modelOf(offer)}`);
	return [...byKey]
		.sort(([a], [b]) => (a < b ? -1 : 1))
		.flatMap(([, own]) => {
			const [first] = own;
			if (first === undefined) {
				return [];
			}
			const of = (name: 'attempts' | 'judged' | 'verified' | 'open' | 'doubted' | 'workMs'): number =>
				own.reduce((total, group) => total + group[name], 0);
			return [
				{
					day: first.day,
					model: modelOf(first.offer),
					attempts: of('attempts'),
					judged: of('judged'),
					verified: of('verified'),
					...amountsOf(own),
					open: counted(of('open')),
					doubted: counted(of('doubted')),
					workMs: of('workMs'),
				},
			];
		});
}

/** Undefined where nothing was ever run. */
function sinceOf(period: Period, today: string, runs: readonly RunBook[]): string | undefined {
	if (runs.length === 0) {
		return undefined;
	}
	switch (period) {
		case 'week':
			return dayAfter(today, -6);
		case 'month':
			return dayAfter(today, -29);
		case 'year':
			return dayAfter(today, -364);
		case 'all': {
			let first = today;
			for (const run of runs) {
				first = run.day < first ? run.day : first;
				for (let group = run.groups; group !== undefined; group = group.next) {
					first = group.day < first ? group.day : first;
				}
			}
			return first;
		}
	}
}

function groupsOf(runs: readonly RunBook[]): readonly SpendGroup[] {
	const groups: SpendGroup[] = [];
	for (const run of runs) {
		for (let group = run.groups; group !== undefined; group = group.next) {
			groups.push(group);
		}
	}
	return groups;
}

function isReCheck(run: RunBook): boolean {
	return run.groups?.offer === RE_CHECK && run.groups.next === undefined;
}

/** Money is never left out, whatever a journal says. */
function isSought(group: SpendGroup): boolean {
	return group.offer !== RE_CHECK || spentBy(group) > 0;
}

function workOf(run: RunBook): number {
	let ms = 0;
	for (let group = run.groups; group !== undefined; group = group.next) {
		ms += group.workMs;
	}
	return ms;
}

function modelsOf(groups: readonly SpendGroup[]): readonly ModelFigures[] {
	const byModel = grouped(groups.filter(isSought), ({ offer }) => modelOf(offer));
	return [...byModel]
		.map(([model, own]) => figuresOf(model, own))
		.sort((a, b) => amountOf(b.spent) - amountOf(a.spent) || (a.model < b.model ? -1 : 1));
}

function figuresOf(model: string, groups: readonly SpendGroup[]): ModelFigures {
	const [attempts, judged, verified] = (['attempts', 'judged', 'verified'] as const).map((name) =>
		groups.reduce((total, group) => total + group[name], 0),
	) as [number, number, number];
	const spent = amountsOf(groups);
	const passInterval = wilson(verified, judged);
	const known = { model, attempts, judged, verified, spent, passInterval };
	if (judged === 0) {
		return known;
	}
	const mean = amountOf(spent) / judged;
	const low = counted(Math.floor(mean / passInterval.high));
	if (verified === 0) {
		return { ...known, passRate: 0, costInterval: { low } };
	}
	return {
		...known,
		passRate: verified / judged,
		costPerFix: shareOf(amountOf(spent), verified),
		costInterval: { low, high: counted(Math.ceil(mean / passInterval.low)) },
	};
}

function spendOverTime(
	groups: readonly SpendGroup[],
	models: readonly ModelFigures[],
	since: string,
	last: string,
): SpendOverTime {
	const unit = unitOf(since, last);
	const paying = models.filter(({ spent }) => amountOf(spent) > 0).map(({ model }) => model);
	const named = paying.length > MOST_SERIES ? paying.slice(0, MOST_SERIES - 1) : paying;
	const own = named.map((model) => ({ model }));
	const series = named.length < paying.length ? [...own, {}] : own;
	const seat = new Map(named.map((model, index) => [model, index]));
	const empty = () => series.map(() => [] as SpendGroup[]);
	const bars = new Map<string, SpendGroup[][]>();
	const end = beginOf(last, unit);
	// A clock that was centuries off must not make for thousands of empty bars.
	const filled = daysBetween(since, last) / DAYS[unit] <= MOST_FILLED;
	for (let from = beginOf(since, unit); filled && from <= end; from = nextOf(from, unit)) {
		bars.set(from, empty());
	}
	for (const group of groups) {
		if (spentBy(group) > 0) {
			const from = beginOf(group.day, unit);
			const bar = bars.get(from) ?? empty();
			bars.set(from, bar);
			bar[seat.get(modelOf(group.offer)) ?? named.length]?.push(group);
		}
	}
	return {
		unit,
		series,
		bars: [...bars]
			.sort(([a], [b]) => (a < b ? -1 : 1))
			.map(([from, parts]) => ({ from, amounts: parts.map(amountsOf) })),
	};
}

/** The finest that does not give more bars than can be told apart. */
function unitOf(first: string, last: string): CalendarUnit {
	const days = daysBetween(first, last);
	return UNITS.find((unit) => days / DAYS[unit] <= (unit === 'day' ? MOST_DAYS : MOST_BARS)) ?? 'year';
}

function monthSpend(groups: readonly SpendGroup[], today: string, cap: NanoUsd | undefined): MonthSpend {
	const name = today.slice(0, 7);
	const reached = Number(today.slice(8));
	const byDay = grouped(
		groups.filter(({ day }) => day.startsWith(name)),
		({ day }) => Math.min(reached, Number(day.slice(8))),
	);
	let billed = 0;
	let estimated = 0;
	const cumulative = Array.from({ length: reached }, (_, index): Amounts => {
		const spent = amountsOf(byDay.get(index + 1) ?? []);
		billed += spent.billed;
		estimated += spent.estimated;
		return { billed: counted(billed), estimated: counted(estimated) };
	});
	return { name, days: daysInMonth(today), cumulative, ...(cap === undefined ? {} : { cap }) };
}

function savedOf(
	everything: readonly SpendGroup[],
	groups: readonly SpendGroup[],
	fixed: readonly RunBook[],
	{ unit, bars }: SpendOverTime,
): Saved {
	if (fixed.length === 0) {
		return { kind: 'unknown', reason: 'no fix' };
	}
	const bought = modelsOf(everything).filter(({ spent }) => amountOf(spent) > 0);
	const measured = bought.filter(({ judged }) => judged >= LEAST_MEASURED);
	const [first, ...others] = measured;
	if (first === undefined) {
		return { kind: 'unknown', reason: bought.length === 0 ? 'nothing bought' : 'too few attempts' };
	}
	const meanOf = ({ spent, judged }: ModelFigures): number => amountOf(spent) / judged;
	const dearest = others.reduce((most, one) => (meanOf(one) > meanOf(most) ? one : most), first);
	// Rounded down: nobody is to boast with a nano-dollar.
	const meanCost = counted(Math.floor(meanOf(dearest)));
	const fixesIn = grouped(fixed, ({ day }) => beginOf(day, unit));
	let spent = 0;
	let fixes = 0;
	const course = bars.map(({ from, amounts }) => {
		spent += amounts.reduce((total, one) => total + amountOf(one), 0);
		fixes += fixesIn.get(from)?.length ?? 0;
		return { spent: counted(spent), wouldHave: counted(fixes * meanCost) };
	});
	return {
		kind: 'known',
		model: dearest.model,
		meanCost,
		measured: dearest.judged,
		measuredVerified: dearest.verified,
		spent: sumOf(groups),
		wouldHave: counted(fixed.length * meanCost),
		course,
	};
}

export function amountOf({ billed, estimated }: Amounts): NanoUsd {
	return counted(billed + estimated);
}

function amountsOf(groups: readonly SpendGroup[]): Amounts {
	let billed = 0;
	let estimated = 0;
	for (const group of groups) {
		billed += group.billed;
		estimated += group.estimated + group.open;
	}
	return { billed: counted(billed), estimated: counted(estimated) };
}

function spentBy(group: SpendGroup): number {
	return group.billed + group.estimated + group.open;
}

function sumOf(groups: readonly SpendGroup[]): NanoUsd {
	return counted(groups.reduce((total, group) => total + spentBy(group), 0));
}

/** Rounded up, as every amount that is said to a person. */
function shareOf(total: number, among: number): NanoUsd {
	return counted(Math.ceil(total / among));
}

function median(numbers: readonly number[]): number | undefined {
	const sorted = numbers.toSorted((a, b) => a - b);
	const middle = Math.floor(sorted.length / 2);
	const upper = sorted[middle];
	const lower = sorted.length % 2 === 0 ? sorted[middle - 1] : upper;
	return upper === undefined || lower === undefined ? undefined : (lower + upper) / 2;
}

/** Map.groupBy, which Node 20 does not have. */
function grouped<T, K>(all: readonly T[], keyOf: (one: T) => K): ReadonlyMap<K, readonly T[]> {
	const groups = new Map<K, T[]>();
	for (const one of all) {
		const key = keyOf(one);
		const group = groups.get(key);
		if (group === undefined) {
			groups.set(key, [one]);
		} else {
			group.push(one);
		}
	}
	return groups;
}

/** Beyond what is counted exactly, the most that is. */
function counted(amount: number): NanoUsd {
	return Math.min(amount, Number.MAX_SAFE_INTEGER) as NanoUsd;
}
