import { formatUsd, type NanoUsd } from '../../../core/money';
import { type Amounts, amountOf, type SpendingFigures } from '../../../core/spendingPage';
import { axisUsd, barWords, namesOf, OTHERS, spendWords } from '../words';
import { crisp, everyNth, ticksTo } from './axis';
import { type Child, html, svg } from './dom';
import type { Drawing, Stop } from './plot';
import { hatches, letterOf, tone } from './tones';

const HEIGHT = 260;
const LEFT = 52;
const TOP = 10;
const BOTTOM = 24;
const WIDEST_BAR = 40;
const LETTER = 15;

export function seriesNames({ spend }: SpendingFigures): readonly string[] {
	const models = spend.series.map(({ model }) => model).filter((model) => model !== undefined);
	const names = namesOf(models);
	return spend.series.map(({ model }) => (model === undefined ? OTHERS : (names.get(model) ?? model)));
}

/** Stacked bars; each model's billed part solid, its estimated part hatched right above it. */
export function spendPlot(figures: SpendingFigures, width: number): Drawing {
	const { bars, unit } = figures.spend;
	const names = seriesNames(figures);
	const sums = bars.map(({ amounts }) => amounts.reduce((total, one) => total + amountOf(one), 0));
	const ticks = ticksTo(Math.max(...sums, 0));
	const most = ticks.at(-1) ?? 1;
	const bottom = HEIGHT - BOTTOM;
	const y = (amount: number) => bottom - ((bottom - TOP) * amount) / most;
	const slot = (width - LEFT - 4) / Math.max(1, bars.length);
	const barWidth = Math.max(1, Math.min(WIDEST_BAR, slot * (slot > 6 ? 0.74 : 0.9)));
	const parts: Child[] = [hatches('spend', names.length), ...grid(ticks, y, width)];
	const stops: Stop[] = [];
	const nth = everyNth(bars.length, width - LEFT, unit === 'month' ? 64 : 52);
	for (const [index, { from, amounts }] of bars.entries()) {
		const middle = LEFT + slot * (index + 0.5);
		const sum = sums[index] ?? 0;
		parts.push(...stack(amounts, middle, barWidth, y));
		// The last one is always named, and none stands so near that both cannot be read.
		if ((bars.length - 1 - index) % nth === 0) {
			const text = barWords(from, unit);
			const edge = Math.min(middle, width - text.length * 3.4);
			parts.push(svg('text', { class: 'axis', x: edge, y: HEIGHT - 6, 'text-anchor': 'middle' }, text));
		}
		stops.push({ x: middle, y: Math.max(TOP, y(sum)), lines: barLines(figures, index, names, sum) });
	}
	return { label: spendWords(figures), size: { width, height: HEIGHT }, parts, stops, along: 'x' };
}

function barLines(
	{ spend }: SpendingFigures,
	index: number,
	names: readonly string[],
	sum: number,
): readonly string[] {
	const { from = '', amounts = [] } = spend.bars[index] ?? {};
	const head = `${spend.unit === 'week' ? 'Week of ' : ''}${barWords(from, spend.unit)}: ${formatUsd(sum as NanoUsd)}`;
	const lines = amounts.flatMap((one, seat) => {
		const estimated = one.estimated > 0 ? ` (${formatUsd(one.estimated)} estimated)` : '';
		return amountOf(one) > 0
			? [`${letterOf(seat)} ${names[seat] ?? ''} ${formatUsd(amountOf(one))}${estimated}`]
			: [];
	});
	return [head, ...lines];
}

function stack(
	amounts: readonly Amounts[],
	middle: number,
	barWidth: number,
	y: (amount: number) => number,
): readonly Child[] {
	const parts: Child[] = [];
	let below = 0;
	for (const [seat, { billed, estimated }] of amounts.entries()) {
		for (const [amount, fill] of [
			[billed, { class: `solid ${tone(seat)}` }],
			[estimated, { class: `hatched ${tone(seat)}`, fill: `url(#spend-${seat})` }],
		] as const) {
			if (amount > 0) {
				const top = y(below + amount);
				const height = Math.max(0.5, y(below) - top);
				const box = { x: middle - barWidth / 2, y: top, width: barWidth, height };
				parts.push(svg('rect', { ...box, ...fill }));
				if (amount === billed && height >= LETTER && barWidth >= LETTER) {
					const at = { x: middle, y: top + height / 2 + 4, 'text-anchor': 'middle' };
					parts.push(svg('text', { class: 'letter', ...at }, letterOf(seat)));
				}
			}
			below += amount;
		}
	}
	return parts;
}

export function grid(
	ticks: readonly number[],
	y: (amount: number) => number,
	width: number,
): readonly Child[] {
	const words = axisUsd(ticks);
	return ticks.flatMap((tick) => [
		svg('line', {
			class: tick === 0 ? 'base' : 'grid',
			...{ x1: LEFT, x2: width, y1: crisp(y(tick)), y2: crisp(y(tick)) },
		}),
		svg('text', { class: 'axis', x: LEFT - 8, y: y(tick) + 4, 'text-anchor': 'end' }, words(tick)),
	]);
}

/** Letters in the bars, colours, and the one difference that is not a model: billed or estimated. */
export function spendLegend(figures: SpendingFigures): HTMLElement {
	const names = seriesNames(figures);
	const entries = names.map((name, seat) =>
		html('li', {}, swatch(seat, 'solid'), html('span', { class: 'key' }, letterOf(seat)), ` ${name}`),
	);
	const kinds =
		figures.total.estimated > 0
			? [
					html('li', { class: 'apart' }, swatch(0, 'solid'), 'billed'),
					html('li', {}, swatch(0, 'hatched'), 'estimated'),
				]
			: [];
	return html('ul', { class: 'legend', 'aria-hidden': 'true' }, ...entries, ...kinds);
}

function swatch(seat: number, kind: 'solid' | 'hatched'): SVGElement {
	return svg(
		'svg',
		{ class: 'swatch', width: 14, height: 14, 'aria-hidden': 'true' },
		svg('rect', {
			...{ x: 0.5, y: 0.5, width: 13, height: 13, class: `${kind} ${tone(seat)}` },
			...(kind === 'hatched' ? { fill: `url(#spend-${seat})` } : {}),
		}),
	);
}
