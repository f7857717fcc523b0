// What the plots show, as tables: always there for a screen reader, and for everybody at the press of a button.
import { formatUsd } from '../../../core/money';
import { amountOf, type MonthSpend, type Saved, type SpendingFigures } from '../../../core/spendingPage';
import {
	barWords,
	costRangeWords,
	costRowWords,
	dayWords,
	passRangeWords,
	passRowWords,
	shortMonth,
} from '../words';
import { html } from './dom';
import { seriesNames } from './spendPlot';

export function spendTable(figures: SpendingFigures): HTMLElement {
	const { bars, series, unit } = figures.spend;
	const names = seriesNames(figures);
	const head = [unit === 'week' ? 'week of' : unit, 'model', 'billed', 'estimated', 'together'];
	const rows = bars.toReversed().flatMap(({ from, amounts }) =>
		series.flatMap(({ model }, seat) => {
			const one = amounts[seat];
			const when = unit === 'day' || unit === 'week' ? dayWords(from, 'year') : barWords(from, unit);
			return one !== undefined && amountOf(one) > 0
				? [
						[
							when,
							model ?? names[seat] ?? '',
							formatUsd(one.billed),
							formatUsd(one.estimated),
							formatUsd(amountOf(one)),
						],
					]
				: [];
		}),
	);
	return table('Spend over time and by model', head, rows, 2);
}

export function monthTable({ name, cumulative }: MonthSpend): HTMLElement {
	const rows = cumulative.map((one, index) => [
		`${shortMonth(name)} ${index + 1}`,
		formatUsd(one.billed),
		formatUsd(one.estimated),
		formatUsd(amountOf(one)),
	]);
	return table('This month up to each day', ['up to', 'billed', 'estimated', 'together'], rows, 1);
}

export function savedTable(
	{ course }: Saved & { readonly kind: 'known' },
	{ spend }: SpendingFigures,
): HTMLElement {
	const rows = course.map((one, index) => [
		barWords(spend.bars[index]?.from ?? '', spend.unit),
		formatUsd(one.spent),
		formatUsd(one.wouldHave),
	]);
	const head = [
		spend.unit === 'week' ? 'up to the week of' : `up to the ${spend.unit}`,
		'as it was',
		'always the strongest',
	];
	return table('Spent, and what the strongest model would have cost', head, rows, 1);
}

export function costTable({ models }: SpendingFigures): HTMLElement {
	const rows = models.map((one) => [
		one.model,
		formatUsd(one.spent.billed),
		formatUsd(one.spent.estimated),
		String(one.verified),
		costRowWords(one),
		costRangeWords(one),
	]);
	const head = ['model', 'billed', 'estimated', 'verified', 'a verified fix', '95%'];
	return table('Cost of a verified fix by model', head, rows, 1);
}

export function passTable({ models }: SpendingFigures): HTMLElement {
	const rows = models.map((one) => [
		one.model,
		String(one.attempts),
		String(one.judged),
		String(one.verified),
		passRowWords(one),
		passRangeWords(one),
	]);
	return table(
		'Pass rate by model',
		['model', 'attempts', 'judged', 'verified', 'pass rate', '95%'],
		rows,
		1,
	);
}

/** @param texts so many columns are words; the others are figures, set to the right. */
function table(
	caption: string,
	head: readonly string[],
	rows: readonly (readonly string[])[],
	texts: number,
): HTMLElement {
	const kind = (column: number) => (column < texts ? {} : { class: 'figure' });
	return html(
		'table',
		{},
		html('caption', { class: 'unseen' }, caption),
		html(
			'thead',
			{},
			html('tr', {}, ...head.map((text, at) => html('th', { scope: 'col', ...kind(at) }, text))),
		),
		html(
			'tbody',
			{},
			...rows.map((row) =>
				html(
					'tr',
					{},
					...row.map((text, at) =>
						at === 0 ? html('th', { scope: 'row' }, text) : html('td', kind(at), text),
					),
				),
			),
		),
	);
}
