// The odds before a cent is spent: at several bids the chance of a verified fix, the expected spend and minutes, each
// with how far it may be off.
import { NANO_PER_USD, type NanoUsd } from '../money';
import type { Offer } from '../offer';
import type { Atoms, Column } from './atoms';
import { Belief } from './belief';
import { calibrated } from './calibrated';
import { Outlook } from './choose';
import { logistic, logit, type Standing } from './columns';
import type { Situation } from './decision';
import { beliefFor, type Knowledge } from './knowledge';
import { type CascadeOptions, valueOf } from './options';
import { attemptMs, overheadOf, poolOf, usdOf } from './pool';
import { LEAST_ROOM } from './worth';

/** A figure with the interval in which it lies in 8 of 10 such quotes. */
export interface Estimate {
	readonly mean: number;
	readonly low: number;
	readonly high: number;
}

export interface QuotePoint {
	readonly bid: NanoUsd;
	readonly chance: Estimate;
	/** US dollars. */
	readonly spend: Estimate;
	readonly minutes: Estimate;
	/** Offers that may be asked, in the order in which they would be if all failed; at most eight. */
	readonly first: string | undefined;
}

export type Quote =
	| {
			readonly kind: 'quoted';
			readonly points: readonly QuotePoint[];
			/** `measured`: from public runs and the user's own; `guessed`: offers that nobody measured. */
			readonly basis: 'measured' | 'guessed';
	  }
	/** Nothing that was measured speaks for these offers yet. */
	| { readonly kind: 'noEstimate'; readonly reason: string };

/** Own attempts from which on an unmeasured offer is quoted. */
const ENOUGH_OWN = 3;
/** 80 % of a normal distribution lie within so many standard deviations. */
const EIGHTY = 1.2816;

export function quoteFor(
	offers: readonly Offer[],
	knowledge: Knowledge,
	situation: Situation,
	options: CascadeOptions,
	bids: readonly NanoUsd[],
): Quote {
	if (offers.length === 0) {
		return { kind: 'noEstimate', reason: 'There is no proposer to ask.' };
	}
	const pool = poolOf(offers);
	const { belief, standings } = beliefFor(knowledge, pool, situation.repository, situation.features);
	const spoken = standings.filter(isSpoken);
	if (spoken.length === 0) {
		return {
			kind: 'noEstimate',
			reason: `None of the ${offers.length} offers was measured, and there are fewer than ${ENOUGH_OWN} attempts of your own.`,
		};
	}
	const overheads = pool.map((offer) => overheadOf(knowledge, offer, options));
	const minutes = pool.map((offer) => attemptMs(knowledge, offer, options) / 60_000);
	const views = [0, -EIGHTY, EIGHTY].map((deviations) => shifted(belief, standings, deviations));
	const points: QuotePoint[] = [];
	for (const bid of [...bids].sort((a, b) => a - b)) {
		const value = valueOf(options.temper, usdOf(bid));
		const at = views.map((view) => {
			const candidates = offers.flatMap((offer, column) =>
				usdOf(offer.leastSpend) <= usdOf(bid)
					? [{ column, overhead: overheads[column] ?? 0, attemptsLeft: offer.mostAttempts }]
					: [],
			);
			const perMinute = candidates.reduce((sum, { column }) => sum + (minutes[column] ?? 0), 0);
			const room = Math.max(usdOf(bid), LEAST_ROOM);
			const prospect = new Outlook(view, candidates, room, options.order).prospect(value);
			return {
				...prospect,
				minutes: candidates.length === 0 ? 0 : (prospect.attempts * perMinute) / candidates.length,
			};
		});
		const [mean, worse, better] = at;
		if (mean === undefined || worse === undefined || better === undefined) {
			throw new Error('three views were asked for');
		}
		const last = points.at(-1);
		const most = bid / NANO_PER_USD;
		const chances = at.map(({ chance }) => calibrated(chance, knowledge.calibration.quotes));
		points.push({
			bid,
			// Whoever may spend more may also stop as early: a larger bid is never quoted as worse.
			chance: atLeast(estimate(chances[0] ?? 0, chances[1] ?? 0, chances[2] ?? 0), last?.chance),
			spend: capped(atLeast(spread(estimate(mean.spend, better.spend, worse.spend)), last?.spend), most),
			minutes: atLeast(spread(estimate(mean.minutes, better.minutes, worse.minutes)), last?.minutes),
			first: mean.first === undefined ? undefined : offers[mean.first.candidate.column]?.id,
		});
	}
	const basis = standings.every((one) => one.basis !== 'price' || isSpoken(one)) ? 'measured' : 'guessed';
	return { kind: 'quoted', points, basis };
}

function isSpoken(standing: Standing): boolean {
	return standing.basis === 'measured' || standing.basis === 'family' || standing.attempts >= ENOUGH_OWN;
}

/** The belief, were every offer so many standard deviations of our ignorance better than is thought. */
function shifted(belief: Belief, standings: readonly Standing[], deviations: number): Belief {
	if (deviations === 0) {
		return belief;
	}
	const columns = belief.atoms.columns.map((column, offer): Column => {
		const standing = standings[offer];
		const worth = (standing?.pseudoAttempts ?? 1) + (standing?.attempts ?? 0);
		const rate = Math.min(0.9, Math.max(0.1, standing?.rate ?? 0.5));
		const sd = 1 / Math.sqrt(worth * rate * (1 - rate));
		const pass = column.solved.map((wins, atom) =>
			logistic(logit(wins / (wins + (column.failed[atom] ?? 1))) + deviations * sd),
		);
		const strength = column.solved.map((wins, atom) => wins + (column.failed[atom] ?? 0));
		return {
			...column,
			solved: pass.map((one, atom) => one * (strength[atom] ?? 1)),
			failed: pass.map((one, atom) => (1 - one) * (strength[atom] ?? 1)),
		};
	});
	const atoms: Atoms = { ...belief.atoms, columns };
	return new Belief(atoms, belief.posterior().slice(), belief.tuning);
}

function estimate(mean: number, low: number, high: number): Estimate {
	return { mean, low: Math.min(mean, low), high: Math.max(mean, high) };
}

/** Costs and times of single tasks spread by about half each way, besides what is not known of the offers. */
function spread({ mean, low, high }: Estimate): Estimate {
	return { mean, low: low * 0.6, high: high * 1.6 };
}

function atLeast(one: Estimate, last: Estimate | undefined): Estimate {
	return last === undefined
		? one
		: {
				mean: Math.max(one.mean, last.mean),
				low: Math.max(one.low, last.low),
				high: Math.max(one.high, last.high),
			};
}

function capped(one: Estimate, most: number): Estimate {
	return {
		mean: Math.min(one.mean, most),
		low: Math.min(one.low, most),
		high: Math.min(one.high, most),
	};
}
