// A model a line: a dot for what was seen, a bar for where the truth lies with 95%.
import { formatUsd, NANO_PER_USD } from '../../../core/money';
import { amountOf, type ModelFigures, type SpendingFigures } from '../../../core/spendingPage';
import {
	costRangeWords,
	costRowWords,
	costWords,
	namesOf,
	passRangeWords,
	passRowWords,
	passWords,
	powerUsd,
} from '../words';
import { crisp, powersAround } from './axis';
import { type Child, svg } from './dom';
import type { Drawing, Stop } from './plot';

const ROW = 36;
const TOP = 4;
const BOTTOM = 22;
const MOST_ROWS = 10;

interface Row {
	readonly name: string;
	readonly value: string;
	readonly dot?: number;
	readonly low?: number;
	/** Absent where it has no end. */
	readonly high?: number;
	readonly lines: readonly string[];
}

/** The cheapest fix first, those without one last. */
export function rowsShown(models: readonly ModelFigures[]): readonly ModelFigures[] {
	const cost = ({ costPerFix }: ModelFigures): number => costPerFix ?? Number.POSITIVE_INFINITY;
	return models
		.filter(({ judged }) => judged > 0)
		.slice(0, MOST_ROWS)
		.toSorted((a, b) => (cost(a) === cost(b) ? 0 : cost(a) - cost(b)));
}

interface Scale {
	readonly ticks: readonly number[];
	/** Where a value lies between the first tick and the last, 0 to 1. */
	readonly share: (value: number) => number;
	readonly words: (tick: number) => string;
}

export function costPlot(figures: SpendingFigures, width: number): Drawing {
	const models = rowsShown(figures.models);
	const names = namesOf(models.map(({ model }) => model));
	const rows = models.map((one): Row => {
		const free = amountOf(one.spent) === 0;
		const { costInterval: range, costPerFix } = one;
		return {
			name: names.get(one.model) ?? one.model,
			value: costRowWords(one),
			...(costPerFix === undefined ? {} : { dot: costPerFix }),
			...(range === undefined || free ? {} : { low: range.low }),
			...(range?.high === undefined || free ? {} : { high: range.high }),
			lines: [
				`${one.model}: ${costRowWords(one)}`,
				...(free ? [] : [`95%: ${costRangeWords(one)}`]),
				`${formatUsd(amountOf(one.spent))} for ${one.verified} of ${one.judged}`,
			],
		};
	});
	// From a tenth of a cent to a dollar lies a factor of a thousand: only powers show both ends. What is free has no
	// place there, and ends that few attempts push far out are cut.
	const paid = rows.flatMap(({ dot, low }) => [dot ?? 0, low ?? 0]).filter((one) => one > 0);
	const highs = rows.map(({ dot, low, high }) => Math.min(high ?? 0, 10 * (dot ?? low ?? 0)));
	const ticks =
		paid.length === 0
			? [NANO_PER_USD / 100, NANO_PER_USD]
			: powersAround(Math.min(...paid), Math.max(...paid, ...highs));
	const first = ticks[0] ?? 1;
	const span = Math.log10((ticks.at(-1) ?? 10) / first);
	const share = (value: number) => Math.log10(Math.max(value, first) / first) / span;
	const placed = rows.map(({ dot, ...row }) =>
		dot === 0 ? row : { ...row, ...(dot === undefined ? {} : { dot }) },
	);
	return rowPlot(placed, { ticks, share, words: powerUsd }, costWords(figures.models, figures), width);
}

export function passPlot(figures: SpendingFigures, width: number): Drawing {
	const models = rowsShown(figures.models);
	const names = namesOf(models.map(({ model }) => model));
	const rows = models.map((one): Row => {
		const { low, high } = one.passInterval;
		return {
			name: names.get(one.model) ?? one.model,
			value: passRowWords(one),
			...(one.passRate === undefined ? {} : { dot: one.passRate }),
			low,
			high,
			lines: [`${one.model}: ${passRowWords(one)}`, `95%: ${passRangeWords(one)}`],
		};
	});
	const percent = (share: number) => `${Math.round(100 * share)}%`;
	const scale = { ticks: [0, 0.25, 0.5, 0.75, 1], share: (value: number) => value, words: percent };
	return rowPlot(rows, scale, passWords(figures.models), width);
}

function rowPlot(
	rows: readonly Row[],
	{ ticks, share, words }: Scale,
	label: string,
	width: number,
): Drawing {
	const height = TOP + rows.length * ROW + BOTTOM;
	const left = 8;
	const right = width - 16;
	const [first] = ticks;
	const most = ticks.at(-1) ?? 1;
	const x = (value: number) => left + (right - left) * share(value);
	const parts: Child[] = ticks.flatMap((tick) => [
		svg('line', {
			class: tick === first ? 'base' : 'grid',
			...{ x1: crisp(x(tick)), x2: crisp(x(tick)), y1: TOP, y2: height - BOTTOM },
		}),
		svg(
			'text',
			{
				...{ class: 'axis', x: x(tick), y: height - 6 },
				'text-anchor': tick === first ? 'start' : tick === most ? 'end' : 'middle',
			},
			words(tick),
		),
	]);
	const stops: Stop[] = [];
	for (const [index, row] of rows.entries()) {
		const top = TOP + index * ROW;
		parts.push(...rowParts(row, top, x, most, right));
		stops.push({ x: x(Math.min(most, row.dot ?? row.low ?? 0)), y: top + 10, lines: row.lines });
	}
	return { label, size: { width, height }, parts, stops, along: 'y' };
}

function rowParts(
	{ name, value, dot, low, high }: Row,
	top: number,
	x: (value: number) => number,
	most: number,
	right: number,
): readonly Child[] {
	const y = top + 25;
	const parts: Child[] = [
		svg('text', { class: 'name', x: x(0) + 6, y: top + 13 }, name),
		svg('text', { class: 'value', x: right, y: top + 13, 'text-anchor': 'end' }, value),
	];
	if (low !== undefined) {
		const end = Math.min(most, high ?? most);
		const cut = high === undefined || high > most;
		const [x1, x2] = [x(Math.min(low, most)), x(end)];
		parts.push(
			svg('rect', {
				class: 'range tone0',
				x: x1,
				y: y - 3.5,
				width: Math.max(1, x2 - x1),
				height: 7,
				rx: 3.5,
			}),
		);
		if (cut) {
			parts.push(svg('path', { class: 'cut', d: `M${x2 + 4},${y - 5} l6,5 l-6,5` }));
		}
	}
	if (dot !== undefined) {
		parts.push(svg('circle', { class: 'dot tone0', cx: x(Math.min(dot, most)), cy: y, r: 5 }));
	}
	return parts;
}
