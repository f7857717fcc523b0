// Other questions to the same policy: pools drawn at random, hard bids, another domain, and whether its quotes came true.
import { type Atoms, SHIPPED_TUNING, type Tuning } from '../core/cascade/atoms';
import { Belief } from '../core/cascade/belief';
import { calibrated, type Forecast, type Knot, knotsOf } from '../core/cascade/calibrated';
import { Outlook } from '../core/cascade/choose';
import { type Mixing, priorOf } from '../core/cascade/mixing';
import { linearGrid, logGrid, marginsOf, marketPrice, meanOf, policyPrice, providerCurve } from './curve';
import { fitAtoms } from './fitAtoms';
import { type Fold, foldsOf, startOf } from './folds';
import { allocations, bestAllocations, curvesOf, frontier } from './paperCascade';
import { judgePolicy, type MarketName, pointsOf, REPEATED, readMarket, replayFolds } from './policy';
import { randomOf, shuffled } from './random';
import { replayTasks } from './replay';
import { type Market, must, subset, withModels } from './rows';

/** Rows of single runs are too noisy to be the only witnesses of a repository. */
const POOL_TUNING: Tuning = { ...SHIPPED_TUNING, priorTasks: 100 };

export interface PoolResult {
	readonly models: readonly string[];
	/** Spend at the solve rate of the pool's best single model, over what that model costs. */
	readonly ratio: number;
}

/** Pools of 1 to all current models, drawn at random. */
export function randomPools(dir: string, count: number, seed: number): PoolResult[] {
	const market = readMarket(dir, 'current');
	const random = randomOf(seed);
	return Array.from({ length: count }, (_, number) => {
		const size = 1 + Math.floor(random() * market.models.length);
		const drawn = shuffled([...market.models.keys()], random)
			.slice(0, size)
			.sort((a, b) => a - b);
		const pool = withModels(market, drawn);
		const { matchedRatio } = judgePolicy(pool, {
			folds: 'kfold',
			seed: seed + number,
			market: 'current',
			quick: POOL_TUNING,
		});
		return { models: pool.models, ratio: matchedRatio };
	});
}

export interface BidResult {
	readonly bid: number;
	/** What a fix is taken to be worth, in bids; Infinity spends the bid up. */
	readonly worth: number;
	readonly solved: number;
	readonly spend: number;
}

const WORTHS = [1, 2, 5, 8, 10, Number.POSITIVE_INFINITY];

export function hardBids(dir: string, name: MarketName, bids: readonly number[], seed: number): BidResult[] {
	const market = readMarket(dir, name);
	return bids.flatMap((bid) => {
		const values = WORTHS.map((worth) => worth * bid);
		const { results } = replayFolds(market, foldsOf(market, 'kfold', seed), {
			rules: { ...REPEATED, values, draws: 2, mostAttempts: 40, learn: false, bid },
			fresh: false,
			seed,
			repeats: 1,
		});
		return pointsOf(results, values).map(({ solved, spend }, index) => ({
			bid,
			worth: must(WORTHS[index]),
			solved,
			spend,
		}));
	});
}

export interface TransferResult {
	readonly market: MarketName;
	readonly from: string;
	readonly to: string;
	/** Mean margin over the top 5 points of what a single model solves there. */
	readonly cascade: number;
	readonly ours: number;
	/** The same, learning from its own outcomes as it goes. */
	readonly learning: number;
}

export function transfer(dir: string, seed: number): TransferResult[] {
	return (['two', 'six'] as const).flatMap((name) => {
		const market = readMarket(dir, name);
		return foldsOf(market, 'domain', seed).map((fold) => {
			const django = must(market.tasks[must(fold.test[0])]).repository === 'django';
			const target = subset(market, fold.test);
			const top = Math.max(...target.models.map((_, model) => must(providerCurve(target, model).at(-1))));
			const rates = linearGrid(top - 0.05, top, 20);
			const prices = marketPrice(target, rates);
			const margin = (learn: boolean): number => {
				const values = logGrid(-1.3, 1.3, learn ? 14 : 40);
				const { results } = replayFolds(market, [fold], {
					rules: { ...REPEATED, values, draws: learn ? 1 : 2, learn },
					fresh: true,
					seed,
					repeats: 1,
				});
				return meanOf(marginsOf(prices, policyPrice(pointsOf(results, values), rates)));
			};
			return {
				market: name,
				from: django ? 'not django' : 'django',
				to: django ? 'django' : 'not django',
				cascade: soldElsewhere(subset(market, fold.train), target, rates, prices),
				ours: margin(false),
				learning: margin(true),
			};
		});
	});
}

/** The paper's cascade, the best allocation for each rate at home, used as it is in the other domain. */
function soldElsewhere(
	home: Market,
	target: Market,
	rates: readonly number[],
	prices: readonly number[],
): number {
	const top = Math.max(...home.models.map((_, model) => must(providerCurve(home, model).at(-1))));
	const fitted = bestAllocations(home, curvesOf(home), linearGrid(0.4, top, 12));
	const curves = curvesOf(target);
	const there = fitted.flatMap(({ allocation }) =>
		allocations(
			curves,
			allocation.map((one) => [one]),
		),
	);
	const points = frontier(there).map(({ solved, spend }) => ({ value: 0, solved, spend }));
	return meanOf(marginsOf(prices, policyPrice(points, rates)));
}

export interface Decile {
	/** Quotes from this chance on, below the next tenth. */
	readonly from: number;
	readonly quotes: number;
	readonly said: number;
	readonly cameTrue: number;
}

const QUOTED_BIDS = [0.003, 0.01, 0.02, 0.05, 0.2, 1];
const INNER_FOLDS = 4;

/** Quotes on held-out tasks before any spend, against what the policy then solved within the bid. */
export function quotesCameTrue(dir: string, name: MarketName, seed: number): Decile[] {
	const market = readMarket(dir, name);
	const pairs = foldsOf(market, 'kfold', seed).flatMap((fold, number) => {
		const knots = quoteKnots(subset(market, fold.train), name, seed + number);
		return forecasts(market, name, fold, seed * 31 + number).map(({ said, cameTrue }) => ({
			said: calibrated(said, knots),
			cameTrue,
		}));
	});
	return Array.from({ length: 10 }, (_, decile) => {
		const own = pairs.filter(({ said }) => Math.min(9, Math.floor(10 * said)) === decile);
		return {
			from: decile / 10,
			quotes: own.length,
			said: meanOf(own.map(({ said }) => said)),
			cameTrue: meanOf(own.map(({ cameTrue }) => cameTrue)),
		};
	});
}

/** How chances quoted from other tasks of the market came true, told by leaving out each part of it in turn. */
function quoteKnots(market: Market, name: MarketName, seed: number): readonly Knot[] {
	return knotsOf(heldOut(market, name, seed));
}

/** Of the repeated and of the single runs together: what is shipped. */
export function shippedKnots(dir: string, seed: number): readonly Knot[] {
	return knotsOf((['six', 'current'] as const).flatMap((name) => heldOut(readMarket(dir, name), name, seed)));
}

function heldOut(market: Market, name: MarketName, seed: number): Forecast[] {
	const inner = [seed, seed + 1_000].flatMap((one) => foldsOf(market, 'kfold', one, INNER_FOLDS));
	return inner.flatMap((fold, number) => forecasts(market, name, fold, seed * 57 + number));
}

/** What was quoted for each held-out task and bid, as the belief has it, and whether it came true. */
function forecasts(market: Market, name: MarketName, fold: Fold, seed: number): Forecast[] {
	const single = name === 'current';
	const noise = single ? { mostAttempts: 1, costNoise: 0 } : REPEATED;
	const atoms = fitAtoms(subset(market, fold.train));
	const start = startOf(atoms);
	const tuning = single ? POOL_TUNING : SHIPPED_TUNING;
	return QUOTED_BIDS.flatMap((bid) => {
		const said = new Map<string, number>();
		return replayTasks(
			market,
			fold.test,
			atoms,
			start,
			{ ...noise, tuning, values: [Number.POSITIVE_INFINITY], draws: 1, learn: false, bid },
			seed,
		).map((result) => {
			const { repository } = must(market.tasks[result.task]);
			const quoted =
				said.get(repository) ?? quotedChance(atoms, start(repository), tuning, noise.mostAttempts, bid);
			said.set(repository, quoted);
			return { said: quoted, cameTrue: must(result.solved[0]) };
		});
	});
}

function quotedChance(
	atoms: Atoms,
	mixing: Mixing,
	tuning: Tuning,
	mostAttempts: number,
	bid: number,
): number {
	const candidates = atoms.columns.map((_, column) => ({ column, overhead: 0, attemptsLeft: mostAttempts }));
	const belief = new Belief(atoms, priorOf(atoms, mixing, tuning), tuning);
	return new Outlook(belief, candidates, bid).prospect(Number.POSITIVE_INFINITY).chance;
}
