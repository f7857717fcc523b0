// The cascade judged on tasks it was not fitted on. Everything that is chosen is chosen inside the training folds.
import path from 'node:path';
import type { Tuning } from '../core/cascade/atoms';
import { linearGrid, logGrid, marginsOf, marketPrice, meanOf, type PolicyPoint, policyPrice } from './curve';
import { fitAtoms } from './fitAtoms';
import { type Fold, type FoldKind, foldsOf, startOf } from './folds';
import { randomOf, shuffled } from './random';
import { type ReplayRules, replayTasks, type TaskResult } from './replay';
import { type Market, must, readRepeated, readSingle, SIX_MODELS, subset, TWO_MODELS } from './rows';
import { chooseTuning } from './tuning';

export type MarketName = 'six' | 'two' | 'current';

export interface PolicyOptions {
	/** Folder of the rows. */
	readonly dir: string;
	readonly folds: FoldKind;
	readonly seed: number;
	readonly market: MarketName;
	/** Learn from the policy's own outcomes, task by task; by default where a repository is left out. */
	readonly learn?: boolean;
	/** Passes over the tasks in other orders and with other noise. */
	readonly repeats?: number;
	readonly bid?: number;
	readonly overhead?: number;
	/** One split, fewer values, and this tuning instead of one chosen in the folds. */
	readonly quick?: Tuning;
}

export interface PolicyReport {
	readonly market: MarketName;
	readonly folds: FoldKind;
	readonly seed: number;
	readonly models: readonly string[];
	readonly tasks: number;
	readonly learn: boolean;
	/** Mean over solve rates from .68 to the market's highest; repeated runs only. */
	readonly meanMargin: number | undefined;
	readonly rates: readonly {
		readonly rate: number;
		readonly market: number;
		readonly policy: number;
		readonly margin: number;
	}[];
	/** The single model that solves most, and what the policy pays for as much. */
	readonly bestSingle: { readonly model: string; readonly rate: number; readonly spend: number };
	readonly matchedSpend: number;
	readonly matchedRatio: number;
	readonly points: readonly PolicyPoint[];
	/** Chosen in the training part of each fold. */
	readonly tunings: readonly Tuning[];
}

const SPLITS = 3;
export const NO_NOISE = { mostAttempts: 1, costNoise: 0 };
export const REPEATED = { mostAttempts: 200, costNoise: 0.45 };

export function readMarket(dir: string, name: MarketName): Market {
	switch (name) {
		case 'six':
			return readRepeated(path.join(dir, 'swebench_repeated'), SIX_MODELS);
		case 'two':
			return readRepeated(path.join(dir, 'swebench_repeated'), TWO_MODELS);
		case 'current':
			return readSingle(path.join(dir, 'swebench_single'));
	}
}

export function runPolicy(options: PolicyOptions): PolicyReport {
	const market = readMarket(options.dir, options.market);
	return judgePolicy(market, options);
}

export function judgePolicy(market: Market, options: Omit<PolicyOptions, 'dir'>): PolicyReport {
	const single = market.cells.every((row) => row.every((cell) => cell.runs === 1));
	const learn = options.learn ?? options.folds === 'repo';
	const values = single
		? logGrid(-1.7, 1.8, options.quick === undefined ? 100 : 28)
		: logGrid(-1.05, 1.05, learn ? 15 : 40);
	const repeats = options.repeats ?? (single ? 1 : learn ? 2 : 1);
	// One run a model and task leaves much to the split: three splits are pooled.
	const splits = single && options.folds === 'kfold' && options.quick === undefined ? SPLITS : 1;
	const folds = Array.from({ length: splits }, (_, split) =>
		foldsOf(market, options.folds, options.seed + split * 100_003),
	).flat();
	const { results, tunings } = replayFolds(market, folds, {
		rules: {
			...(single ? NO_NOISE : REPEATED),
			values,
			learn,
			draws: single || learn ? 1 : 3,
			...(options.bid === undefined ? {} : { bid: options.bid }),
			...(options.overhead === undefined ? {} : { overhead: options.overhead }),
		},
		fresh: options.folds !== 'kfold',
		seed: options.seed,
		repeats,
		...(options.quick === undefined ? {} : { tuning: options.quick }),
	});
	const points = pointsOf(results, values);
	const bestSingle = bestSingleOf(market);
	const matchedSpend = must(policyPrice(points, [bestSingle.rate])[0]);
	const rates = single ? [] : linearGrid(0.68, topRate(market), 76);
	const prices = marketPrice(market, rates);
	const ours = policyPrice(points, rates);
	const margins = marginsOf(prices, ours);
	return {
		market: options.market,
		folds: options.folds,
		seed: options.seed,
		models: market.models,
		tasks: market.tasks.length,
		learn,
		meanMargin: single ? undefined : meanOf(margins),
		rates: rates.map((rate, index) => ({
			rate,
			market: must(prices[index]),
			policy: must(ours[index]),
			margin: must(margins[index]),
		})),
		bestSingle,
		matchedSpend,
		matchedRatio: matchedSpend / bestSingle.spend,
		points,
		tunings,
	};
}

/** Of equal ones the cheapest. */
export function bestSingleOf(market: Market): { model: string; rate: number; spend: number } {
	const singles = market.models.map((model, index) => ({
		model,
		rate: meanOf(market.cells.map((row) => must(row[index]).solved / must(row[index]).runs)),
		spend: meanOf(market.cells.map((row) => must(row[index]).cost)),
	}));
	return singles.reduce((so, one) =>
		one.rate > so.rate + 1e-12 || (one.rate > so.rate - 1e-12 && one.spend < so.spend) ? one : so,
	);
}

/** The highest solve rate that a single model sells within $1. */
export function topRate(market: Market): number {
	let [low, high] = [0.68, 1];
	for (let step = 0; step < 40; step += 1) {
		const middle = (low + high) / 2;
		if (Number.isFinite(must(marketPrice(market, [middle])[0]))) {
			low = middle;
		} else {
			high = middle;
		}
	}
	return low;
}

export interface FoldedReplay {
	readonly rules: Omit<ReplayRules, 'tuning'>;
	/** The held-out tasks are of repositories that no training task is of. */
	readonly fresh: boolean;
	readonly seed: number;
	readonly repeats: number;
	/** Instead of one chosen in each fold. */
	readonly tuning?: Tuning;
}

export function replayFolds(
	market: Market,
	folds: readonly Fold[],
	how: FoldedReplay,
): { results: TaskResult[]; tunings: Tuning[] } {
	const results: TaskResult[] = [];
	const tunings: Tuning[] = [];
	for (const [number, fold] of folds.entries()) {
		const training = subset(market, fold.train);
		const tuning = how.tuning ?? chooseTuning(training, how.fresh, how.rules.costNoise, how.seed);
		tunings.push(tuning);
		const atoms = fitAtoms(training);
		for (let repeat = 0; repeat < how.repeats; repeat += 1) {
			const seed = how.seed * 1009 + number * 31 + repeat;
			const order = shuffled(fold.test, randomOf(seed));
			results.push(...replayTasks(market, order, atoms, startOf(atoms), { ...how.rules, tuning }, seed));
		}
	}
	return { results, tunings };
}

export function pointsOf(results: readonly TaskResult[], values: readonly number[]): PolicyPoint[] {
	return values.map((value, index) => ({
		value,
		solved: meanOf(results.map((result) => must(result.solved[index]))),
		spend: meanOf(results.map((result) => must(result.spend[index]))),
	}));
}
