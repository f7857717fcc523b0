// The paper's definitions (computational arbitrage, notebooks/utils.py): provider curves, the price of a solve rate,
// the market price, the margin.
import type { Cell, Market } from './rows';

/** 250 budgets from $0.0001 to $1, log-spaced. */
export const BUDGETS: readonly number[] = logGrid(-4, 0, 250);

export function logGrid(from: number, to: number, count: number): number[] {
	return Array.from({ length: count }, (_, index) => 10 ** (from + ((to - from) * index) / (count - 1)));
}

export function linearGrid(from: number, to: number, count: number): number[] {
	return Array.from({ length: count }, (_, index) => from + ((to - from) * index) / (count - 1));
}

/** Unbiased pass@t over the recorded runs; all runs and any success count as solved. */
export function passAt({ runs, solved }: Cell, tries: number): number {
	if (tries < 1 || runs <= 0) {
		return 0;
	}
	if (tries >= runs || runs - solved < tries) {
		return solved > 0 ? 1 : 0;
	}
	let fail = 1;
	for (let left = runs - solved + 1; left <= runs; left += 1) {
		fail *= 1 - tries / left;
	}
	return 1 - fail;
}

/** Chance of a verified solution within each budget of `grid`. */
export function taskCurve(cell: Cell, grid: readonly number[]): number[] {
	const known = new Map<number, number>();
	return grid.map((budget) => {
		const tries = Math.floor(budget / cell.cost);
		const pass = known.get(tries) ?? passAt(cell, tries);
		known.set(tries, pass);
		return pass;
	});
}

export function meanCurve(curves: readonly (readonly number[])[]): number[] {
	const [first = []] = curves;
	return first.map((_, index) => curves.reduce((sum, curve) => sum + (curve[index] ?? 0), 0) / curves.length);
}

/**
 * Expected spend within each budget, the integral of the chance that it is still unsolved: piecewise linear in the
 * log of the budget.
 */
export function spendCurve(grid: readonly number[], pass: readonly number[]): number[] {
	const spend: number[] = [];
	let sum = 0;
	for (let index = 0; index < grid.length; index += 1) {
		const x1 = grid[index] ?? 0;
		const y1 = 1 - (pass[index] ?? 0);
		if (index === 0) {
			sum = (x1 * (1 + y1)) / 2;
		} else {
			const x0 = grid[index - 1] ?? 0;
			const y0 = 1 - (pass[index - 1] ?? 0);
			const slope = (y1 - y0) / (Math.log(x1) - Math.log(x0));
			sum += x1 * y1 - x0 * y0 - slope * (x1 - x0);
		}
		spend.push(sum);
	}
	return spend;
}

/** Expected spend that reaches each solve rate; Infinity where it is not reached. */
export function priceOf(
	grid: readonly number[],
	pass: readonly number[],
	rates: readonly number[],
): number[] {
	const spend = spendCurve(grid, pass);
	return rates.map((rate) => crossing(pass, spend, rate, true));
}

/** Spend at which a rising curve of solve rates reaches `rate`, log-linear between its points. */
function crossing(
	pass: readonly number[],
	spend: readonly number[],
	rate: number,
	fromStart: boolean,
): number {
	const index = pass.findIndex((one) => one >= rate - 1e-12);
	if (index < 0) {
		return Number.POSITIVE_INFINITY;
	}
	if (index === 0) {
		return fromStart ? (spend[0] ?? 0) : Number.NaN;
	}
	const [before = 0, after = 0] = [pass[index - 1], pass[index]];
	const part = after > before ? (rate - before) / (after - before) : 1;
	const [low = 0, high = 0] = [spend[index - 1], spend[index]];
	return low > 0 ? Math.exp(Math.log(low) * (1 - part) + Math.log(high) * part) : high * part;
}

/** The market's price of each solve rate: the cheapest single provider's, on all rows. */
export function marketPrice(market: Market, rates: readonly number[], grid = BUDGETS): number[] {
	const prices = market.models.map((_, model) => priceOf(grid, providerCurve(market, model, grid), rates));
	return rates.map((_, index) =>
		Math.min(...prices.map((price) => price[index] ?? Number.POSITIVE_INFINITY)),
	);
}

export function providerCurve(market: Market, model: number, grid = BUDGETS): number[] {
	return meanCurve(market.cells.map((row) => taskCurve(row[model] as Cell, grid)));
}

/** Points of a policy at several values of a fix, each a mean over tasks. */
export interface PolicyPoint {
	readonly value: number;
	readonly solved: number;
	readonly spend: number;
}

/**
 * Spend of a policy at a solve rate, log-linear between neighbouring points. Where a dearer point solves no more than
 * a cheaper one, the cheaper stands. Infinity where the rate is not reached; what lies below the first point is taken
 * by a straight line from nothing.
 */
export function policyPrice(points: readonly PolicyPoint[], rates: readonly number[]): number[] {
	const sorted = [...points].sort((a, b) => a.solved - b.solved || b.spend - a.spend);
	const spend = sorted.map((point) => point.spend);
	for (let index = spend.length - 2; index >= 0; index -= 1) {
		spend[index] = Math.min(spend[index] ?? 0, spend[index + 1] ?? 0);
	}
	const pass = [0, ...sorted.map((point) => point.solved)];
	return rates.map((rate) => crossing(pass, [0, ...spend], rate, true));
}

/** Share of the market price that is saved, never below 0; 0 where the policy does not reach the rate. */
export function marginsOf(market: readonly number[], policy: readonly number[]): number[] {
	return market.map((price, index) => {
		const ours = policy[index] ?? Number.POSITIVE_INFINITY;
		return Number.isFinite(ours) && price > 0 ? Math.max(0, price - ours) / price : 0;
	});
}

export function meanOf(values: readonly number[]): number {
	return values.length === 0 ? 0 : values.reduce((sum, one) => sum + one, 0) / values.length;
}
