// Are the constants of a repository that is left out an accident of having been looked at? Each is tried on its own
// around what is shipped, and each repository is judged by the set that was best on all the others.
import { SHIPPED_TUNING, type Tuning } from '../core/cascade/atoms';
import { linearGrid, logGrid, marginsOf, marketPrice, meanOf, policyPrice } from './curve';
import { foldsOf } from './folds';
import { type MarketName, pointsOf, REPEATED, readMarket, replayFolds, topRate } from './policy';
import type { TaskResult } from './replay';
import { must } from './rows';

export interface NestedResult {
	readonly market: MarketName;
	/** Mean margin over solve rates from .68 on, with what is shipped. */
	readonly shipped: number;
	/** The same, each repository with the set that was best on the others. */
	readonly nested: number;
	/** The worst and the best set, each used for all repositories. */
	readonly worst: number;
	readonly best: number;
	readonly each: readonly { readonly changed: Partial<Tuning>; readonly margin: number }[];
	readonly chosen: readonly { readonly repository: string; readonly changed: Partial<Tuning> }[];
}

const AROUND: readonly Partial<Tuning>[] = [
	{},
	{ costWidth: 0.6 },
	{ costTrust: 0.25 },
	{ costTrust: 0.75 },
	{ priorTasks: 4 },
	{ priorTasks: 20 },
	{ groupTrust: 0 },
	{ groupTrust: 0.6 },
	{ groupFloor: 0.3 },
];

export function nestedTuning(dir: string, name: Exclude<MarketName, 'current'>, seed: number): NestedResult {
	const market = readMarket(dir, name);
	const folds = foldsOf(market, 'repo', seed);
	const values = logGrid(-1.05, 1.05, 11);
	const rates = linearGrid(0.68, topRate(market), 76);
	const prices = marketPrice(market, rates);
	const marginOf = (results: readonly TaskResult[]): number =>
		meanOf(marginsOf(prices, policyPrice(pointsOf(results, values), rates)));
	// By set, then by repository.
	const results = AROUND.map((changed) =>
		folds.map(
			(fold) =>
				replayFolds(market, [fold], {
					rules: { ...REPEATED, values, learn: true, draws: 1 },
					fresh: true,
					seed,
					repeats: 1,
					tuning: { ...SHIPPED_TUNING, ...changed },
				}).results,
		),
	);
	const each = AROUND.map((changed, set) => ({ changed, margin: marginOf(must(results[set]).flat()) }));
	const margins = each.map(({ margin }) => margin);
	const picks = folds.map((_, left) => {
		const others = results.map((own) => marginOf(own.filter((_own, fold) => fold !== left).flat()));
		return others.indexOf(Math.max(...others));
	});
	return {
		market: name,
		shipped: must(margins[0]),
		nested: marginOf(picks.flatMap((set, fold) => must(must(results[set])[fold]))),
		worst: Math.min(...margins),
		best: Math.max(...margins),
		each,
		chosen: picks.map((set, fold) => ({
			repository: must(market.tasks[must(must(folds[fold]).test[0])]).repository,
			changed: must(AROUND[set]),
		})),
	};
}
