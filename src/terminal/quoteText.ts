// The odds before a cent is spent, and what led to each attempt of a run that is over.
import type { Decision } from '../core/cascade/decision';
import type { Estimate, Quote } from '../core/cascade/quote';
import type { TrackRow } from '../core/cascade/track';
import { formatUsd } from '../core/money';
import { printable } from './style';

/** What `underbid quote` prints. */
export function quoteText(quote: Quote): string {
	if (quote.kind === 'noEstimate') {
		return `No estimate yet. ${quote.reason}\n`;
	}
	const rows = quote.points.map(({ bid, chance, spend, minutes, first }) => [
		formatUsd(bid),
		`${percent(chance.mean)} (${percent(chance.low)} to ${percent(chance.high)})`,
		`${dollars(spend.mean)} (${dollars(spend.low)} to ${dollars(spend.high)})`,
		`${figure(minutes)} min`,
		first ?? 'nothing',
	]);
	const basis =
		quote.basis === 'measured'
			? 'From public measurements of these or like models, and your own runs; no two code bases are alike.'
			: 'Some offers were never measured: for those it is a guess by price, wide, until you have runs of your own.';
	return `${columns([['bid', 'verified fix', 'expected spend', 'time', 'asked first'], ...rows])}\n${basis}\nOf each figure, 8 of 10 should lie in the interval.\n`;
}

/** What `underbid explain` prints. `decisions` as they were kept; anything else is told off. */
export function explainText(run: string, decisions: unknown): string {
	if (!Array.isArray(decisions)) {
		return `Nothing is kept of a run ${JSON.stringify(run)}.\n`;
	}
	const lines = (decisions as readonly Partial<Decision>[]).flatMap((decision, index) => [
		`${index + 1}. ${printable(String(decision.because ?? ''))}`,
		...outlookOf(decision),
		...(decision.weighed ?? [])
			.slice(0, 6)
			.map(
				({ offer, chance, spend, standing }) =>
					`   ${printable(String(offer))}: ${percent(Number(chance))} for ${dollars(Number(spend))}, by ${WORDS[standing.basis] ?? 'a guess'}${standing.attempts > 0 ? ` and ${standing.attempts} own attempts (${standing.solved} verified)` : ''}`,
			),
		...((decision.weighed?.length ?? 0) > 6 ? [`   … and ${(decision.weighed?.length ?? 0) - 6} more`] : []),
	]);
	return `Run ${run}: what was believed before each attempt.\n${lines.join('\n')}\n`;
}

/** How hard the task is taken to be, and what going on was expected to bring. */
function outlookOf({ ease, easeBefore, prospect, value }: Partial<Decision>): string[] {
	if (ease === undefined || easeBefore === undefined || prospect === undefined) {
		return [];
	}
	const before =
		Math.round(100 * ease) === Math.round(100 * easeBefore) ? '' : ` (${percent(easeBefore)} at first)`;
	const worth = typeof value === 'number' ? `, where a fix is worth ${dollars(value)}` : '';
	return [
		`   A model in general passes such a task with ${percent(ease)}${before}; going on: ${percent(prospect.chance)} for ${dollars(prospect.spend)}${worth}.`,
	];
}

/** What `underbid outcomes` prints: every offer over all and by repository. */
export function outcomesText(rows: readonly TrackRow[]): string {
	if (rows.length === 0) {
		return 'Nothing was learnt yet: no run with a judged attempt is kept.\n';
	}
	const cells = rows.map((row) => [printable(row.offer), row.repository ?? 'all', ...figuresOf(row)]);
	return columns([['offer', 'repository', ...FIGURES], ...cells]);
}

/** What each offer did so far on this machine; nothing where there is nothing. */
export function trackText(rows: readonly TrackRow[]): string {
	const own = rows.filter(({ repository }) => repository === undefined);
	if (own.length === 0) {
		return '';
	}
	const cells = own.map((row) => [row.offer, ...figuresOf(row)]);
	return `\nSo far on this machine\n${columns([['offer', ...FIGURES], ...cells])}`;
}

const FIGURES = ['attempts', 'verified', 'pass rate', '$ a fix'];

function figuresOf({ attempts, solved, rate, low, high, spendPerFix }: TrackRow): string[] {
	return [
		String(attempts),
		String(solved),
		`${percent(rate)} (${percent(low)} to ${percent(high)})`,
		spendPerFix === undefined ? '-' : dollars(spendPerFix),
	];
}

const WORDS: Readonly<Record<string, string>> = {
	measured: 'measurements',
	family: 'its family',
	price: 'its price alone',
	free: 'our own measurements',
};

function percent(share: number): string {
	return `${Math.round(share * 100)} %`;
}

function dollars(usd: number): string {
	return usd >= 5e-6 && usd < 0.01 ? `$${usd.toPrecision(2)}` : `$${usd.toFixed(2)}`;
}

function figure({ mean }: Estimate): string {
	return mean < 10 ? mean.toFixed(1) : String(Math.round(mean));
}

function columns(rows: readonly (readonly string[])[]): string {
	const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
	return rows
		.map(
			(row) =>
				`${row
					.map((cell, column) => printable(cell).padEnd(widths[column] ?? 0))
					.join('  ')
					.trimEnd()}\n`,
		)
		.join('');
}
