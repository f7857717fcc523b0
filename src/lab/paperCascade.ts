// The paper's cascade: a fixed order, cheapest first, and an allocation that says how much each stage may spend before
// it hands over.
import {
	BUDGETS,
	logGrid,
	marginsOf,
	meanOf,
	policyPrice,
	priceOf,
	providerCurve,
	spendCurve,
	taskCurve,
} from './curve';
import { type Market, must } from './rows';

/** By task, then by model: chance of a solution within each budget, and the expected spend within it. */
export interface Curves {
	readonly grid: readonly number[];
	readonly pass: readonly (readonly Float64Array[])[];
	readonly spend: readonly (readonly Float64Array[])[];
}

export interface CascadeCurve {
	/** By budget, mean over tasks. */
	readonly pass: number[];
	/** By model, then by budget: expected spend with it. */
	readonly spend: number[][];
}

export function curvesOf(market: Market, grid: readonly number[] = BUDGETS): Curves {
	const pass = market.cells.map((row) => row.map((cell) => Float64Array.from(taskCurve(cell, grid))));
	return {
		grid,
		pass,
		spend: pass.map((row) => row.map((one) => Float64Array.from(spendCurve(grid, [...one])))),
	};
}

export function cascadeCurve(curves: Curves, allocation: readonly number[]): CascadeCurve {
	const { grid } = curves;
	const tasks = curves.pass.length;
	const result: CascadeCurve = { pass: grid.map(() => 0), spend: allocation.map(() => grid.map(() => 0)) };
	const starts = allocation.map((_, stage) => allocation.slice(0, stage).reduce((sum, one) => sum + one, 0));
	// Where each budget falls within each stage is the same for all tasks.
	const places = allocation.map((most, stage) =>
		grid.map((budget) => placeOf(grid, Math.min(most, Math.max(0, budget - must(starts[stage]))))),
	);
	const ends = allocation.map((most) => placeOf(grid, most));
	for (let task = 0; task < tasks; task += 1) {
		let before = 1;
		const unsolved = new Float64Array(grid.length).fill(1);
		for (const [stage] of allocation.entries()) {
			const pass = must(must(curves.pass[task])[stage]);
			const spend = must(must(curves.spend[task])[stage]);
			const own = must(result.spend[stage]);
			for (const [index, place] of must(places[stage]).entries()) {
				unsolved[index] = must(unsolved[index]) * (1 - passAtPlace(pass, place));
				own[index] = must(own[index]) + (before * spendAtPlace(spend, place)) / tasks;
			}
			before *= 1 - passAtPlace(pass, must(ends[stage]));
		}
		for (const [index, one] of unsolved.entries()) {
			result.pass[index] = must(result.pass[index]) + (1 - one) / tasks;
		}
	}
	return result;
}

/** The price of solve rates under an allocation: the integral of what is unsolved, as for a provider. */
export function cascadePrice(
	curves: Curves,
	allocation: readonly number[],
	rates: readonly number[],
): number[] {
	const rising = cascadeCurve(curves, allocation).pass;
	for (let index = 1; index < rising.length; index += 1) {
		rising[index] = Math.max(must(rising[index]), must(rising[index - 1]));
	}
	return priceOf(curves.grid, rising, rates);
}

export function pricesOfMarket(market: Market, rates: readonly number[], grid = BUDGETS): number[][] {
	return market.models.map((_, model) => priceOf(grid, providerCurve(market, model, grid), rates));
}

/** Two models: the share of $1 (or of the top budget) for the first that gives the best mean margin over the rates. */
export function fitTwo(
	curves: Curves,
	prices: readonly number[],
	rates: readonly number[],
	firsts: readonly number[] = [0, ...logGrid(-2, Math.log10(0.5), 100), 1],
): { readonly allocation: readonly [number, number]; readonly margin: number } {
	const top = must(curves.grid.at(-1));
	let best: { allocation: readonly [number, number]; margin: number } = { allocation: [0, top], margin: -1 };
	for (const first of firsts) {
		const allocation = [first * top, (1 - first) * top] as const;
		const margin = meanOf(marginsOf(prices, cascadePrice(curves, allocation, rates)));
		best = margin > best.margin ? { allocation, margin } : best;
	}
	return best;
}

export interface Ending {
	readonly allocation: readonly number[];
	readonly solved: number;
	readonly spend: number;
}

/**
 * Every allocation of a grid at its own end. A total cap on an allocation is another allocation with a smaller last
 * stage, so that the cheapest ending of each solve rate is the best allocation for it.
 */
export function allocations(curves: Curves, levels: readonly (readonly number[])[]): Ending[] {
	const tasks = curves.pass.length;
	const endings: Ending[] = [];
	const visit = (
		stage: number,
		allocation: readonly number[],
		unsolved: Float64Array,
		spent: number,
	): void => {
		const choices = levels[stage];
		if (choices === undefined) {
			endings.push({
				allocation,
				solved: 1 - unsolved.reduce((sum, one) => sum + one, 0) / tasks,
				spend: spent,
			});
			return;
		}
		for (const most of choices) {
			const place = placeOf(curves.grid, most);
			const next = new Float64Array(tasks);
			let more = 0;
			for (let task = 0; task < tasks; task += 1) {
				const before = must(unsolved[task]);
				more += before * spendAtPlace(must(must(curves.spend[task])[stage]), place);
				next[task] = before * (1 - passAtPlace(must(must(curves.pass[task])[stage]), place));
			}
			visit(stage + 1, [...allocation, most], next, spent + more / tasks);
		}
	};
	visit(0, [], new Float64Array(tasks).fill(1), 0);
	return endings;
}

/** Endings that no other one beats in both, rising. */
export function frontier(endings: readonly Ending[]): Ending[] {
	const sorted = [...endings].sort((a, b) => a.spend - b.spend || b.solved - a.solved);
	const best: Ending[] = [];
	for (const one of sorted) {
		if (one.solved > (best.at(-1)?.solved ?? -1)) {
			best.push(one);
		}
	}
	return best;
}

export function frontierPrice(best: readonly Ending[], rates: readonly number[]): number[] {
	return policyPrice(
		best.map(({ solved, spend }) => ({ value: 0, solved, spend })),
		rates,
	);
}

/** Allocations for a market of any size: a coarse grid, then for each of some rates a finer one around its best. */
export function bestAllocations(market: Market, curves: Curves, rates: readonly number[]): Ending[] {
	const top = must(curves.grid.at(-1));
	const perStage = market.models.length > 4 ? 6 : 14;
	const means = market.models.map((_, model) => meanOf(market.cells.map((row) => must(row[model]).cost)));
	let best = frontier(
		allocations(
			curves,
			means.map((mean) => {
				const low = Math.log10(Math.min(mean / 2, top / 10));
				return [0, ...logGrid(low, Math.log10(Math.min(top, mean * 60)), perStage - 1)];
			}),
		),
	);
	for (const step of [1.5, 1.3, 1.15, 1.07, 1.03]) {
		const finer = rates.flatMap((rate) => {
			const { allocation } = best.find(({ solved }) => solved >= rate) ?? must(best.at(-1));
			return allocations(
				curves,
				allocation.map((at) => (at === 0 ? [0] : [at / step, at, Math.min(top, at * step)])),
			);
		});
		best = frontier([...best, ...finer]);
	}
	return best;
}

interface Place {
	readonly below: boolean;
	readonly share: number;
	readonly index: number;
	readonly part: number;
}

/** Where a budget lies on the grid, log-linear; below its first point nothing is solved. */
function placeOf(grid: readonly number[], budget: number): Place {
	const first = must(grid[0]);
	if (budget < first) {
		return { below: true, share: budget, index: 0, part: 0 };
	}
	let [low, high] = [0, grid.length - 1];
	while (high - low > 1) {
		const middle = (low + high) >> 1;
		[low, high] = must(grid[middle]) <= budget ? [middle, high] : [low, middle];
	}
	const part = Math.log(budget / must(grid[low])) / Math.log(must(grid[high]) / must(grid[low]));
	return { below: false, share: 0, index: low, part: Math.min(1, Math.max(0, part)) };
}

function passAtPlace(pass: Float64Array, { below, index, part }: Place): number {
	return below ? 0 : must(pass[index]) * (1 - part) + must(pass[index + 1]) * part;
}

function spendAtPlace(spend: Float64Array, { below, share, index, part }: Place): number {
	return below ? share : must(spend[index]) * (1 - part) + must(spend[index + 1]) * part;
}
