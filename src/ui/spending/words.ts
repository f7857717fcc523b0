// The figures in words: what stands above each plot, and what a screen reader says of it.
import type { CalendarUnit } from '../../core/calendar';
import { formatUsd, NANO_PER_USD, type NanoUsd } from '../../core/money';
import {
	amountOf,
	LEAST_MEASURED,
	type ModelFigures,
	type MonthSpend,
	type Period,
	type Saved,
	type SpendingFigures,
} from '../../core/spendingPage';

export const PERIOD_WORDS: Readonly<Record<Period, string>> = {
	week: '7 days',
	month: '30 days',
	year: '12 months',
	all: 'All',
};

export const OTHERS = 'other models';

/** `in the last 7 days`, `since Jun 1, 2026`. */
export function periodWords({ period, since }: Pick<SpendingFigures, 'period' | 'since'>): string {
	return period === 'all'
		? since === undefined
			? 'so far'
			: `since ${dayWords(since, 'year')}`
		: `in the last ${PERIOD_WORDS[period]}`;
}

export function spendWords(figures: SpendingFigures): string {
	const { billed, estimated, open, doubted } = figures.total;
	const all = amountOf({ billed, estimated });
	const parts = [
		...(estimated > 0 ? [`${formatUsd(estimated)} of it estimated`] : []),
		...(open > 0 ? [`${formatUsd(open)} open`] : []),
		...(doubted > 0 ? [`up to ${formatUsd(doubted)} more in doubt`] : []),
	];
	return `${formatUsd(all)} ${periodWords(figures)}${parts.length === 0 ? '' : `, ${parts.join(', ')}`}.`;
}

export function monthWords({ days, cumulative, cap }: MonthSpend): string {
	const spent = spentOf(cumulative);
	const left = days - cumulative.length;
	const rest = left === 0 ? 'on its last day' : `with ${count(left, 'day')} to go`;
	if (cap === undefined) {
		return `${formatUsd(spent)} so far, ${rest}. You have set no monthly cap.`;
	}
	return cap === 0
		? `${formatUsd(spent)} so far. The cap is $0.00, so nothing is bought.`
		: `${formatUsd(spent)} of ${formatUsd(cap)}, ${Math.round((100 * spent) / cap)}% of the cap, ${rest}.`;
}

export function spentOf(cumulative: MonthSpend['cumulative']): NanoUsd {
	const last = cumulative.at(-1);
	return last === undefined ? (0 as NanoUsd) : amountOf(last);
}

export function savedWords(saved: Saved): string {
	switch (saved.kind) {
		case 'unknown':
			switch (saved.reason) {
				case 'no fix':
					return 'Nothing to compare yet: there is no verified fix in this period.';
				case 'nothing bought':
					return 'Nothing to compare with: no model was ever paid here.';
				case 'too few attempts':
					return `Nothing to compare with yet: no paid model has had ${LEAST_MEASURED} attempts judged.`;
			}
			break;
		case 'known': {
			const { spent, wouldHave } = saved;
			const [less, more] = [wouldHave - spent, spent - wouldHave] as [NanoUsd, NanoUsd];
			return less >= 0
				? `${formatUsd(spent)} instead of ${formatUsd(wouldHave)}: ${formatUsd(less)} saved${wouldHave > 0 ? `, ${Math.floor((100 * less) / wouldHave)}%` : ''}.`
				: `${formatUsd(spent)} instead of ${formatUsd(wouldHave)}: ${formatUsd(more)} more than that would have cost.`;
		}
	}
}

/** What it is measured against, and why not to believe it too much. */
export function counterfactualWords(saved: Saved & { readonly kind: 'known' }, fixes: number): string {
	const { model, meanCost, measured, measuredVerified } = saved;
	return `Against this: each of the ${count(fixes, 'verified fix', 'verified fixes')} bought once from ${model}, the dearest model used here and so taken for the strongest, at its own mean of ${formatUsd(meanCost)} an attempt (over ${measured}, of all times). Its limits: ${model} is taken to solve each at the first attempt, though it has solved ${measuredVerified} of the ${measured} it was given, often ones that cheaper models had failed at; what was spent on runs that fixed nothing counts on our side only.`;
}

export function costWords(models: readonly ModelFigures[], figures: SpendingFigures): string {
	const known = models.filter(({ costPerFix }) => costPerFix !== undefined);
	const [first, ...others] = known;
	if (first === undefined || figures.costPerFix === undefined) {
		return 'No verified fix in this period.';
	}
	const cheapest = others.reduce((a, b) => ((b.costPerFix ?? 0) < (a.costPerFix ?? 0) ? b : a), first);
	return `${formatUsd(figures.costPerFix)} a fix, all spending counted; least by ${nameOf(cheapest.model)} at ${formatUsd(cheapest.costPerFix ?? (0 as NanoUsd))}.`;
}

export function passWords(models: readonly ModelFigures[]): string {
	const judged = models.reduce((total, one) => total + one.judged, 0);
	const verified = models.reduce((total, one) => total + one.verified, 0);
	return judged === 0
		? 'No attempt was judged in this period.'
		: `${verified.toLocaleString('en-US')} of ${count(judged, 'judged attempt')} ended in a verified fix.`;
}

export function costRowWords(model: ModelFigures): string {
	const { costPerFix, costInterval } = model;
	if (costInterval === undefined) {
		return 'not judged yet';
	}
	if (costPerFix === undefined) {
		return amountOf(model.spent) === 0 ? 'no fix yet' : `no fix yet, at least ${formatUsd(costInterval.low)}`;
	}
	return amountOf(model.spent) === 0 ? 'free' : formatUsd(costPerFix);
}

export function costRangeWords({ costInterval, spent }: ModelFigures): string {
	if (costInterval === undefined || amountOf(spent) === 0) {
		return '';
	}
	return costInterval.high === undefined
		? `${formatUsd(costInterval.low)} or more`
		: `${formatUsd(costInterval.low)} to ${formatUsd(costInterval.high)}`;
}

export function passRowWords({ passRate, verified, judged }: ModelFigures): string {
	return passRate === undefined
		? 'not judged yet'
		: `${Math.round(100 * passRate)}% (${verified} of ${judged})`;
}

export function passRangeWords({ passRate, passInterval: { low, high } }: ModelFigures): string {
	return passRate === undefined ? '' : `${Math.floor(100 * low)}% to ${Math.ceil(100 * high)}%`;
}

/** `48 s`, `4.2 min`. */
export function timeWords(ms: number): string {
	return ms < 59_500 ? `${Math.max(1, Math.round(ms / 1000))} s` : `${(ms / 60_000).toFixed(1)} min`;
}

/** The last part of a model's id, for people; the whole id is in the tables. */
export function nameOf(model: string): string {
	return model === 'free' ? 'free proposer' : (model.split('/').at(-1) ?? model);
}

/** Short names, whole ids where two would read the same. */
export function namesOf(models: readonly string[]): ReadonlyMap<string, string> {
	const times = new Map<string, number>();
	for (const model of models) {
		times.set(nameOf(model), (times.get(nameOf(model)) ?? 0) + 1);
	}
	return new Map(models.map((model) => [model, times.get(nameOf(model)) === 1 ? nameOf(model) : model]));
}

/** `Nov 25`; with `year`: `Nov 25, 2026`. */
export function dayWords(day: string, form: 'short' | 'year' = 'short'): string {
	const [year = '', month = '1', date = '1'] = day.split('-');
	const short = `${MONTHS[Number(month) - 1] ?? month} ${Number(date)}`;
	return form === 'year' ? `${short}, ${year}` : short;
}

/** A bar of the plot, as its axis names it. */
export function barWords(from: string, unit: CalendarUnit): string {
	switch (unit) {
		case 'day':
		case 'week':
			return dayWords(from);
		case 'month':
			return `${MONTHS[Number(from.slice(5, 7)) - 1] ?? ''} ${from.slice(0, 4)}`;
		case 'year':
			return from.slice(0, 4);
	}
}

export function monthName(month: string): string {
	return `${FULL_MONTHS[Number(month.slice(5)) - 1] ?? month} ${month.slice(0, 4)}`;
}

/** `Nov` */
export function shortMonth(month: string): string {
	return MONTHS[Number(month.slice(5, 7)) - 1] ?? month;
}

/** For the ticks of an axis, all with as many decimals: `$0`, `$0.50`, `$1.00`. */
export function axisUsd(ticks: readonly number[]): (tick: number) => string {
	const usd = ticks.map((tick) => tick / NANO_PER_USD);
	const decimals = Math.max(0, ...usd.map(decimalsOf));
	const shown = decimals === 1 ? 2 : decimals;
	return (tick) => (tick === 0 ? '$0' : `$${(tick / NANO_PER_USD).toFixed(shown)}`);
}

/** For one tick of an axis whose ticks are powers of ten. */
export function powerUsd(tick: number): string {
	return axisUsd([tick])(tick);
}

function decimalsOf(usd: number): number {
	return Number(usd.toFixed(9)).toString().split('.')[1]?.length ?? (usd > 0 && usd < 1 ? 9 : 0);
}

export function count(number: number, noun: string, many = `${noun}s`): string {
	return `${number.toLocaleString('en-US')} ${number === 1 ? noun : many}`;
}

const FULL_MONTHS = [
	...['January', 'February', 'March', 'April', 'May', 'June'],
	...['July', 'August', 'September', 'October', 'November', 'December'],
];
const MONTHS = FULL_MONTHS.map((name) => name.slice(0, 3));
