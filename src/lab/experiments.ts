// The experiments of the paper, each as a table and a plot, on rows of a folder.
import path from 'node:path';
import { BUDGETS, linearGrid, logGrid, marginsOf, marketPrice, meanOf, providerCurve } from './curve';
import {
	bestAllocations,
	type Curves,
	cascadeCurve,
	cascadePrice,
	curvesOf,
	fitTwo,
	frontierPrice,
	pricesOfMarket,
} from './paperCascade';
import type { Plot } from './plot';
import { topRate } from './policy';
import { type Market, must, readRepeated, SIX_MODELS, subset, TWO_MODELS } from './rows';

export interface Table {
	readonly title: string;
	readonly columns: readonly string[];
	readonly rows: readonly (readonly string[])[];
}

export interface Experiment {
	readonly name: ExperimentName;
	readonly tables: readonly Table[];
	readonly plot: Plot;
	/** Figures by name, as fractions or dollars, for checking. */
	readonly figures: Readonly<Record<string, number>>;
}

export const EXPERIMENTS = [
	'curves',
	'two',
	'many',
	'robust',
	'competition',
	'segments',
	'distillation',
	'lean',
] as const;
export type ExperimentName = (typeof EXPERIMENTS)[number];

export function runExperiment(name: ExperimentName, dir: string): Experiment {
	switch (name) {
		case 'curves':
			return providerCurves(dir);
		case 'two':
			return twoModels(dir);
		case 'many':
			return manyModels(dir);
		case 'robust':
			return robust(dir);
		case 'competition':
			return competition(dir);
		case 'segments':
			return segments(dir);
		case 'distillation':
			return distillation(dir);
		case 'lean':
			return lean(dir);
	}
}

interface TwoModels {
	readonly market: Market;
	readonly curves: Curves;
	readonly rates: readonly number[];
	readonly singles: readonly (readonly number[])[];
	readonly prices: readonly number[];
	readonly allocation: readonly [number, number];
	readonly cascade: readonly number[];
	readonly margins: readonly number[];
}

function two(dir: string): TwoModels {
	const market = readRepeated(path.join(dir, 'swebench_repeated'), TWO_MODELS);
	const curves = curvesOf(market);
	const rates = linearGrid(0.68, topRate(market), 1000);
	const singles = pricesOfMarket(market, rates);
	const prices = cheapest(singles);
	const { allocation } = fitTwo(curves, prices, rates);
	const cascade = cascadePrice(curves, allocation, rates);
	return { market, curves, rates, singles, prices, allocation, cascade, margins: marginsOf(prices, cascade) };
}

function providerCurves(dir: string): Experiment {
	const market = readRepeated(path.join(dir, 'swebench_repeated'), SIX_MODELS);
	const curves = market.models.map((_, model) => providerCurve(market, model));
	const budgets = [0.005, 0.02, 0.05, 0.1, 0.2, 0.5, 1];
	const at = (curve: readonly number[], budget: number): number =>
		must(
			curve[
				Math.max(
					0,
					BUDGETS.findIndex((one) => one >= budget - 1e-9),
				)
			],
		);
	return {
		name: 'curves',
		tables: [
			{
				title: 'Solve rate within a budget, by provider',
				columns: ['model', ...budgets.map((budget) => `$${budget}`)],
				rows: market.models.map((model, index) => [
					model,
					...budgets.map((budget) => share(at(must(curves[index]), budget))),
				]),
			},
		],
		plot: {
			title: 'What each provider solves within a budget',
			x: { label: 'budget, $ per task', log: true },
			y: { label: 'solve rate' },
			lines: market.models.map((model, index) => ({
				label: model,
				points: BUDGETS.map((budget, point) => [budget, must(must(curves[index])[point])]),
			})),
		},
		figures: Object.fromEntries(
			market.models.map((model, index) => [model, must(must(curves[index]).at(-1))]),
		),
	};
}

function twoModels(dir: string): Experiment {
	const { rates, prices, cascade, margins, allocation } = two(dir);
	const most = Math.max(...margins);
	const at = (values: readonly number[], rate: number): number =>
		must(
			values[
				Math.max(
					0,
					rates.findIndex((one) => one >= rate - 1e-9),
				)
			],
		);
	const watched = [0.7, 0.72, 0.74, must(rates.at(-1))];
	return {
		name: 'two',
		tables: [
			{
				title: `GPT-5 mini then DeepSeek v3.2, allocation ${allocation.map((one) => one.toFixed(7)).join(' / ')}`,
				columns: ['solve rate', 'market $', 'cascade $', 'margin'],
				rows: watched.map((rate) => [
					rate.toFixed(4),
					at(prices, rate).toFixed(4),
					at(cascade, rate).toFixed(4),
					share(at(margins, rate)),
				]),
			},
		],
		plot: linesOver(rates, 'The market and the cascade of two models', [
			['market', prices],
			['cascade', cascade],
		]),
		figures: {
			maxMargin: most,
			atRate: must(rates[margins.indexOf(most)]),
			margin70: at(margins, 0.7),
			margin72: at(margins, 0.72),
			margin74: at(margins, 0.74),
			first: allocation[0],
			market500: 500 * at(prices, 0.7549),
			cascade500: 500 * at(cascade, 0.7549),
		},
	};
}

function manyModels(dir: string): Experiment {
	const market = readRepeated(path.join(dir, 'swebench_repeated'), SIX_MODELS);
	const rates = linearGrid(0.1, topRate(market), 132);
	const prices = marketPrice(market, rates);
	const best = bestAllocations(market, curvesOf(market), every(rates, 5));
	const cascade = frontierPrice(best, rates);
	const margins = marginsOf(prices, cascade);
	const most = Math.max(...margins);
	return {
		name: 'many',
		tables: [
			{
				title: 'Six models, cheapest first: the best allocation for each solve rate',
				columns: ['solve rate', 'market $', 'cascade $', 'margin', 'allocation $'],
				rows: [0.5, 0.6, 0.7, 0.72, 0.74, must(rates.at(-1))].map((rate) => {
					const index = rates.findIndex((one) => one >= rate - 1e-9);
					return [
						rate.toFixed(4),
						must(prices[index]).toFixed(4),
						must(cascade[index]).toFixed(4),
						share(must(margins[index])),
						(best.find(({ solved }) => solved >= rate) ?? must(best.at(-1))).allocation
							.map((one) => one.toFixed(3))
							.join(' '),
					];
				}),
			},
		],
		plot: linesOver(rates, 'The market and cascades of six models', [
			['market', prices],
			['cascade', cascade],
		]),
		figures: {
			maxMargin: most,
			atRate: must(rates[margins.indexOf(most)]),
			profitableFrom: must(rates[margins.findIndex((one) => one > 0.005)]),
		},
	};
}

/** Fitted on all rows of one domain, sold in another; margin over the top 5 points there. */
function robust(dir: string): Experiment {
	const market = readRepeated(path.join(dir, 'swebench_repeated'), TWO_MODELS);
	const all = [...market.tasks.keys()];
	const isDjango = (task: number): boolean => must(market.tasks[task]).repository === 'django';
	const django = subset(market, all.filter(isDjango));
	const others = subset(
		market,
		all.filter((task) => !isDjango(task)),
	);
	const firsts = [0, ...logGrid(-4, Math.log10(0.5), 100), 1];
	const fitted = (domain: Market): readonly [number, number] => {
		const rates = linearGrid(0.1, highest(domain), 100);
		return fitTwo(curvesOf(domain), marketPrice(domain, rates), rates, firsts).allocation;
	};
	const sold = (domain: Market, allocation: readonly number[]): number => {
		const top = highest(domain);
		const rates = linearGrid(top - 0.05, top, 20);
		return meanOf(marginsOf(marketPrice(domain, rates), cascadePrice(curvesOf(domain), allocation, rates)));
	};
	const cases = [
		['all', 'all', market, market],
		['not django', 'django', others, django],
		['django', 'not django', django, others],
	] as const;
	const rows = cases.map(([from, to, source, target]) => {
		const allocation = fitted(source);
		return { from, to, first: allocation[0], margin: sold(target, allocation) };
	});
	return {
		name: 'robust',
		tables: [
			{
				title: 'Fitted in one domain, sold in another (two models, mean margin over the top 5 points)',
				columns: ['fitted on', 'sold in', 'first stage $', 'margin'],
				rows: rows.map(({ from, to, first, margin }) => [from, to, first.toFixed(4), share(margin)]),
			},
		],
		plot: {
			title: 'Margin in a domain that the allocation was not fitted on',
			x: { label: 'case' },
			y: { label: 'margin' },
			lines: [{ label: 'margin', points: rows.map(({ margin }, index) => [index + 1, margin]) }],
		},
		figures: Object.fromEntries(rows.map(({ from, to, margin }) => [`${from} -> ${to}`, margin])),
	};
}

/** Two arbitrageurs undercut each other by 7 %, never below their cost. */
function competition(dir: string): Experiment {
	const { rates, prices, cascade } = two(dir);
	const UNDERCUT = 0.93;
	let price = [...prices];
	const rounds: { readonly margin: number; readonly most: number; readonly consumer: number }[] = [];
	do {
		price = price.map((one, index) => Math.min(one, Math.max(one * UNDERCUT, must(cascade[index]))));
		const margins = price.map((one, index) => Math.max(0, one - must(cascade[index])) / one);
		rounds.push({
			margin: meanOf(margins),
			most: Math.max(...margins),
			consumer: meanOf(price.map((one, index) => one / must(prices[index]))),
		});
	} while (must(rounds.at(-1)).most > 1e-9 && rounds.length < 40);
	const falls = prices.flatMap((one, index) =>
		must(rates[index]) > 0.69 ? [1 - Math.min(must(cascade[index]), one) / one] : [],
	);
	// The last round only meets the cost: rounds in which somebody still earned.
	const earning = rounds.filter(({ most }) => most > 1e-9).length;
	return {
		name: 'competition',
		tables: [
			{
				title: 'Undercutting by 7 % a round',
				columns: ['round', 'mean margin', 'max margin', 'consumer price'],
				rows: rounds.map(({ margin, most, consumer }, round) => [
					String(round + 1),
					share(margin),
					share(most),
					share(consumer),
				]),
			},
		],
		plot: {
			title: 'Margins under competition',
			x: { label: 'round' },
			y: { label: 'margin' },
			lines: [
				{ label: 'mean', points: rounds.map(({ margin }, round) => [round + 1, margin]) },
				{ label: 'max', points: rounds.map(({ most }, round) => [round + 1, most]) },
			],
		},
		figures: {
			firstMargin: must(rounds[0]).most,
			roundsWithMargin: earning,
			roundsToZero: rounds.length,
			consumerMeanFall: meanOf(falls),
			consumerMostFall: Math.max(...falls),
		},
	};
}

function segments(dir: string): Experiment {
	const { rates, singles, prices, cascade, curves, allocation } = two(dir);
	const [first, second] = [must(singles[0]), must(singles[1])];
	const switchRate = must(rates[first.findIndex((price, index) => must(second[index]) < price)]);
	const curve = cascadeCurve(curves, allocation);
	const paid = rates.map((rate) => {
		const index = Math.max(
			1,
			curve.pass.findIndex((one) => one >= rate - 1e-12),
		);
		const [low, high] = [must(curve.pass[index - 1]), must(curve.pass[index])];
		const part = high > low ? (rate - low) / (high - low) : 1;
		return curve.spend.map((own) => must(own[index - 1]) * (1 - part) + must(own[index]) * part);
	});
	const profitable = prices.map((price, index) => must(cascade[index]) < price);
	const revenue = paid.map((own, index) =>
		must(profitable[index]) ? own.reduce((sum, one) => sum + one, 0) / must(prices[index]) : 1,
	);
	const shareOf = (model: number, index: number): number =>
		must(profitable[index])
			? must(must(paid[index])[model]) / must(paid[index]).reduce((sum, one) => sum + one, 0)
			: Number(must(must(singles[model])[index]) <= must(prices[index]));
	const entry = must(rates[rates.findIndex((_, index) => shareOf(1, index) > 0.2)]);
	return {
		name: 'segments',
		tables: [
			{
				title: 'Who earns at which solve rate (share of what providers get)',
				columns: [
					'solve rate',
					'GPT-5 mini alone',
					'with arbitrage',
					'DeepSeek alone',
					'with arbitrage',
					'revenue',
				],
				rows: [0, 0.25, 0.4, 0.6, 0.8, 1].map((part) => {
					const index = Math.floor(part * (rates.length - 1));
					const alone = (model: number): number =>
						Number(must(must(singles[model])[index]) <= must(prices[index]));
					return [
						must(rates[index]).toFixed(4),
						share(alone(0)),
						share(shareOf(0, index)),
						share(alone(1)),
						share(shareOf(1, index)),
						share(must(revenue[index])),
					];
				}),
			},
		],
		plot: linesOver(rates, 'Share of DeepSeek, and what providers earn of before', [
			['DeepSeek with arbitrage', rates.map((_, index) => shareOf(1, index))],
			['provider revenue', revenue],
		]),
		figures: {
			switchRate,
			entry,
			leastRevenue: Math.min(...revenue),
			meanRevenue: meanOf(revenue),
		},
	};
}

const STUDENTS = [
	['1.7b-84', '70M'],
	['1.7b-281', '200M'],
	['1.7b-845', '600M'],
	['1.7b-2816', '1.8B'],
	['1.7b-1e', '5.4B'],
] as const;

function distillation(dir: string): Experiment {
	const folder = path.join(dir, 'swebench_distill');
	const rows = STUDENTS.map(([student, tokens]) => ({
		label: tokens,
		...withTeacher(readRepeated(folder, [student, 'qwen3-coder-480b']), BUDGETS, 0.1),
	}));
	return students('distillation', 'Students of Qwen3-Coder-480B before their teacher', rows);
}

const PROVERS = ['kimina-1.7b', 'kimina-8b', 'kimina-72b'];

function lean(dir: string): Experiment {
	const folder = path.join(dir, 'lean_minif2f');
	const grid = logGrid(4, 8.5, 250);
	const market = readRepeated(folder, PROVERS);
	const top = highest(market, grid);
	const rates = linearGrid(0.5, top, 140);
	const prices = marketPrice(market, rates, grid);
	const cascade = frontierPrice(bestAllocations(market, curvesOf(market, grid), every(rates, 3)), rates);
	const margins = marginsOf(prices, cascade);
	const most = Math.max(...margins);
	return {
		name: 'lean',
		tables: [
			{
				title: 'Provers on MiniF2F, cost in units of tokens × parameters',
				columns: ['solve rate', 'market', 'cascade', 'margin'],
				rows: [0.6, 0.7, 0.8, top].map((rate) => {
					const index = rates.findIndex((one) => one >= rate - 1e-9);
					return [
						rate.toFixed(4),
						must(prices[index]).toExponential(3),
						must(cascade[index]).toExponential(3),
						share(must(margins[index])),
					];
				}),
			},
		],
		plot: linesOver(rates, 'The market and cascades of three provers', [
			['market', prices],
			['cascade', cascade],
		]),
		figures: { maxMargin: most, atRate: must(rates[margins.indexOf(most)]) },
	};
}

interface StudentRow {
	readonly label: string;
	readonly margin: number;
	readonly first: number;
	readonly teacherRevenue: number;
}

/** A student before its teacher: margin and what the teacher still earns, over the top part of what the teacher sells. */
function withTeacher(market: Market, grid: readonly number[], top: number): Omit<StudentRow, 'label'> {
	const curves = curvesOf(market, grid);
	const highestRate = highest(market, grid);
	const rates = linearGrid(highestRate - top, highestRate, 60);
	const prices = marketPrice(market, rates, grid);
	const last = must(grid.at(-1));
	const firsts = [0, ...logGrid(-4, Math.log10(0.5), 100), 1];
	const { allocation, margin } = fitTwo(curves, prices, rates, firsts);
	const curve = cascadeCurve(curves, allocation);
	const cascade = cascadePrice(curves, allocation, rates);
	const revenue = rates.map((rate, index) => {
		const point = Math.max(
			0,
			curve.pass.findIndex((one) => one >= rate - 1e-12),
		);
		return must(cascade[index]) < must(prices[index])
			? must(must(curve.spend[1])[point]) / must(prices[index])
			: 1;
	});
	return { margin, first: allocation[0] / last, teacherRevenue: meanOf(revenue) };
}

function students(name: 'distillation', title: string, rows: readonly StudentRow[]): Experiment {
	return {
		name,
		tables: [
			{
				title,
				columns: [
					'distillation tokens',
					'first stage',
					'mean margin, top 10 points',
					'teacher earns of before',
				],
				rows: rows.map(({ label, first, margin, teacherRevenue }) => [
					label,
					first.toFixed(4),
					share(margin),
					share(teacherRevenue),
				]),
			},
		],
		plot: {
			title,
			x: { label: 'student' },
			y: { label: 'share' },
			lines: [
				{ label: 'margin', points: rows.map(({ margin }, index) => [index + 1, margin]) },
				{
					label: 'teacher revenue',
					points: rows.map(({ teacherRevenue }, index) => [index + 1, teacherRevenue]),
				},
			],
		},
		figures: Object.fromEntries(
			rows.flatMap(({ label, margin, teacherRevenue }) => [
				[`margin ${label}`, margin],
				[`teacher ${label}`, teacherRevenue],
			]),
		),
	};
}

/** The highest solve rate that one model sells within the grid. */
function highest(market: Market, grid = BUDGETS): number {
	return Math.max(...market.models.map((_, model) => must(providerCurve(market, model, grid).at(-1))));
}

/** Every so many, and the last. */
function every(rates: readonly number[], step: number): number[] {
	return rates.filter((_, index) => index === rates.length - 1 || index % step === 0);
}

function cheapest(singles: readonly (readonly number[])[]): number[] {
	return must(singles[0]).map((_, index) => Math.min(...singles.map((prices) => must(prices[index]))));
}

function linesOver(
	rates: readonly number[],
	title: string,
	series: readonly (readonly [string, readonly number[]])[],
): Plot {
	return {
		title,
		x: { label: 'solve rate' },
		y: { label: series.some(([label]) => label === 'market') ? '$ per task' : 'share' },
		lines: series.map(([label, values]) => ({
			label,
			points: rates.flatMap((rate, index): [number, number][] => {
				const value = must(values[index]);
				return Number.isFinite(value) ? [[rate, value]] : [];
			}),
		})),
	};
}

function share(value: number): string {
	return `${(100 * value).toFixed(1)} %`;
}
