import { formatUsd } from '../../../core/money';
import { amountOf, type MonthSpend, type Saved, type SpendingFigures } from '../../../core/spendingPage';
import { barWords, monthName, monthWords, savedWords, shortMonth, spentOf } from '../words';
import { everyNth, ticksTo } from './axis';
import { type Child, svg } from './dom';
import type { Drawing, Stop } from './plot';
import { grid } from './spendPlot';
import { hatches } from './tones';

const HEIGHT = 220;
/** Stands beside a plot with more words below it. */
const MONTH_HEIGHT = 290;
const LEFT = 52;
const TOP = 18;
const BOTTOM = 24;
const RIGHT = 12;

type Point = readonly [x: number, y: number];

/** What was spent this month day by day, billed below and estimated above it, under the cap. */
export function monthPlot(month: MonthSpend, width: number): Drawing {
	const { cumulative, days, cap, name } = month;
	const ticks = ticksTo(Math.max(spentOf(cumulative), cap ?? 0));
	const y = heights(ticks.at(-1) ?? 1, MONTH_HEIGHT);
	const x = (day: number) => LEFT + ((width - LEFT - RIGHT) * day) / days;
	const start: Point = [x(0), y(0)];
	const billed: Point[] = [start, ...cumulative.map((one, index): Point => [x(index + 1), y(one.billed)])];
	const all: Point[] = [start, ...cumulative.map((one, index): Point => [x(index + 1), y(amountOf(one))])];
	const nth = everyNth(days, width - LEFT - RIGHT, 26);
	const month3 = shortMonth(name);
	const [endX, endY] = all.at(-1) ?? start;
	const parts: Child[] = [
		hatches('month', 1),
		...grid(ticks, y, width),
		svg('path', { class: 'area tone0', d: `${line(billed)} L${endX},${y(0)} Z` }),
		svg('path', { class: 'hatched tone0', fill: 'url(#month-0)', d: band(all, billed) }),
		svg('path', { class: 'line tone0', d: line(all) }),
		svg('circle', { class: 'dot tone0', cx: endX, cy: endY, r: 4 }),
		...(cap === undefined
			? []
			: [
					svg('line', { class: 'cap', x1: LEFT, x2: width - RIGHT, y1: y(cap), y2: y(cap) }),
					svg(
						'text',
						{ class: 'note', x: width - RIGHT, y: y(cap) - 5, 'text-anchor': 'end' },
						`monthly cap ${formatUsd(cap)}`,
					),
				]),
		...Array.from({ length: days }, (_, index) => index + 1)
			.filter((day) => (day - 1) % Math.max(nth, 7) === 0)
			.map((day) =>
				svg(
					'text',
					{ class: 'axis', x: x(day), y: MONTH_HEIGHT - 6, 'text-anchor': 'middle' },
					day === 1 ? `${month3} 1` : String(day),
				),
			),
	];
	const stops = cumulative.map((one, index): Stop => {
		const estimated = one.estimated > 0 ? [`${formatUsd(one.estimated)} of it estimated`] : [];
		const left =
			cap === undefined || cap === 0 ? [] : [`${Math.round((100 * amountOf(one)) / cap)}% of the cap`];
		return {
			x: x(index + 1),
			y: y(amountOf(one)),
			lines: [`Up to ${month3} ${index + 1}: ${formatUsd(amountOf(one))}`, ...estimated, ...left],
		};
	});
	const label = `${monthName(name)}: ${monthWords(month)}`;
	return { label, size: { width, height: MONTH_HEIGHT }, parts, stops, along: 'x' };
}

/** Two lines and what lies between them. */
export function savedPlot(
	saved: Saved & { readonly kind: 'known' },
	{ spend }: SpendingFigures,
	width: number,
): Drawing {
	const { course } = saved;
	const ticks = ticksTo(Math.max(saved.spent, saved.wouldHave));
	const y = heights(ticks.at(-1) ?? 1);
	const x = (index: number) => LEFT + ((width - LEFT - RIGHT) * index) / Math.max(1, course.length);
	const start: Point = [x(0), y(0)];
	const spent: Point[] = [start, ...course.map((one, index): Point => [x(index + 1), y(one.spent)])];
	const would: Point[] = [start, ...course.map((one, index): Point => [x(index + 1), y(one.wouldHave)])];
	const nth = everyNth(course.length, width - LEFT - RIGHT, spend.unit === 'month' ? 78 : 60);
	const ends = [
		['always the strongest', would.at(-1)?.[1] ?? 0],
		['as it was', spent.at(-1)?.[1] ?? 0],
	] as const;
	const parts: Child[] = [
		...grid(ticks, y, width),
		svg('path', { class: 'between', d: band(would, spent) }),
		svg('path', { class: 'line other', d: line(would) }),
		svg('path', { class: 'line tone0', d: line(spent) }),
		...labels(ends, width),
		...course.flatMap((_, index) => {
			const from = spend.bars[index]?.from;
			return from !== undefined && (course.length - 1 - index) % nth === 0
				? [
						svg(
							'text',
							{
								class: 'axis',
								x: Math.min(x(index + 1), width - (spend.unit === 'month' ? 28 : 22)),
								y: HEIGHT - 6,
								'text-anchor': 'middle',
							},
							barWords(from, spend.unit),
						),
					]
				: [];
		}),
	];
	const stops = course.map((one, index): Stop => {
		const from = spend.bars[index]?.from ?? '';
		return {
			x: x(index + 1),
			y: y(one.wouldHave),
			lines: [
				`Up to ${spend.unit === 'week' ? 'the week of ' : ''}${barWords(from, spend.unit)}`,
				`always the strongest ${formatUsd(one.wouldHave)}`,
				`as it was ${formatUsd(one.spent)}`,
			],
		};
	});
	return { label: savedWords(saved), size: { width, height: HEIGHT }, parts, stops, along: 'x' };
}

/** Written at the end of each line, and never one over the other. */
function labels(ends: readonly (readonly [string, number])[], width: number): readonly Child[] {
	const [upper, lower] = ends.toSorted((a, b) => a[1] - b[1]);
	if (upper === undefined || lower === undefined) {
		return [];
	}
	const lowerY = Math.max(lower[1] + 15, upper[1] + 12);
	const places = [
		[upper[0], Math.max(10, upper[1] - 6)],
		[lower[0], Math.min(lowerY, HEIGHT - BOTTOM - 5)],
	] as const;
	return places.map(([text, y]) =>
		svg('text', { class: 'note', x: width - RIGHT, y, 'text-anchor': 'end' }, text),
	);
}

function heights(most: number, height = HEIGHT): (amount: number) => number {
	const bottom = height - BOTTOM;
	return (amount) => bottom - ((bottom - TOP) * amount) / most;
}

function line(points: readonly Point[]): string {
	return points.map(([x, y], index) => `${index === 0 ? 'M' : 'L'}${x.toFixed(1)},${y.toFixed(1)}`).join(' ');
}

function band(upper: readonly Point[], lower: readonly Point[]): string {
	return `${line(upper)} ${line(lower.toReversed()).replace('M', 'L')} Z`;
}
