// The offers of a run as the cascade sees them: what is still open, what an attempt must have and takes, and what the
// attempts made so far say.
import { NANO_PER_USD } from '../money';
import type { Offer } from '../offer';
import type { Attempt } from '../outcome';
import type { Candidate } from './choose';
import type { PoolOffer } from './columns';
import type { Knowledge } from './knowledge';
import type { CascadeOptions } from './options';
import type { AttemptRecord, Progress } from './outcomeRecord';

/** Before any was timed: an attempt of a paid offer, and of the free one. */
const PROPOSE_MS = { paid: 45_000, free: 20_000 };
/** A patch is judged by the target more than once and the suite once. */
const SUITE_RUNS = 2;
const SUITE_MS = 10_000;

export function poolOf(offers: readonly Offer[]): PoolOffer[] {
	return offers.map((offer) => ({ id: offer.id, spend: usdOf(offer.expectedSpend) }));
}

/** Milliseconds that one attempt of this offer takes with its judging. */
export function attemptMs(knowledge: Knowledge, offer: PoolOffer, options: CascadeOptions): number {
	const seen = knowledge.offers.get(offer.id);
	const prior = PROPOSE_MS[offer.spend > 0 ? 'paid' : 'free'] + SUITE_RUNS * (options.suiteMs ?? SUITE_MS);
	return seen === undefined ? prior : (3 * prior + seen.proposeMs + seen.verifyMs) / (3 + seen.attempts);
}

export function overheadOf(knowledge: Knowledge, offer: PoolOffer, options: CascadeOptions): number {
	return (options.usdPerMinute * attemptMs(knowledge, offer, options)) / 60_000;
}

/** The offers that may be tried next, as candidates; their column is the offer's place in the pool. */
export function openCandidates(
	offers: readonly Offer[],
	attempts: readonly Attempt[],
	overhead: (offer: number) => number,
): Candidate[] {
	return offers.flatMap((offer, column) => {
		const attemptsLeft = left(offer, attempts);
		const made = attemptsMade(offer, attempts);
		return attemptsLeft > 0 ? [{ column, overhead: overhead(column), attemptsLeft, made }] : [];
	});
}

function attemptsMade({ id }: Offer, attempts: readonly Attempt[]): number {
	return attempts.filter(({ offer, ended }) => offer.id === id && ended !== 'unaffordable').length;
}

function left(offer: Offer, attempts: readonly Attempt[]): number {
	const own = attempts.filter((attempt) => attempt.offer.id === offer.id);
	const made = attemptsMade(offer, attempts);
	const shut =
		// Asked again once, with what it said it needs; a second refusal is final.
		own.length - made >= 2 ||
		attempts.some(
			({ ended, offer: one }) =>
				ended === 'failed' && (one.id === offer.id || (one.model !== undefined && one.model === offer.model)),
		) ||
		attempts.some((one) => one.providerWide === true && one.offer.provider === offer.provider);
	return shut ? 0 : Math.max(0, offer.mostAttempts - made);
}

/** The worst case of its smallest useful call, as far as is known by now, US dollars. */
export function leastUsd(offer: Offer, attempts: readonly Attempt[]): number {
	const needs = attempts.filter((attempt) => attempt.offer.id === offer.id).at(-1)?.needs;
	return usdOf(Math.max(offer.leastSpend, needs ?? 0));
}

/** What is learnt of an attempt; undefined where it says nothing of the task (provider trouble, cancelled, the machine). */
export function recordOf(attempt: Attempt): AttemptRecord | undefined {
	if (attempt.ended !== 'patches' && attempt.ended !== 'none') {
		return undefined;
	}
	const last = attempt.verdicts.at(-1);
	if (last?.verdict.kind === 'inconclusive') {
		return undefined;
	}
	return {
		offer: attempt.offer.id,
		solved: last?.verdict.kind === 'resolved',
		spend: usdOf(attempt.cost.billed + attempt.cost.estimated),
		proposeMs: attempt.proposeMs,
		verifyMs: attempt.verifyMs,
		...(last === undefined ? {} : { progress: progressOf(attempt, last.proposed.patch.hash) }),
	};
}

/** Of the patch that came furthest; the hash is that of the last. */
function progressOf({ verdicts }: Attempt, patch: string): Progress {
	const seen = verdicts.flatMap(({ verdict }) =>
		verdict.kind === 'unresolved' && verdict.progress !== undefined ? [verdict.progress] : [],
	);
	const [furthest] = [...seen].sort(
		(a, b) =>
			(b.flipped ?? 0) - (a.flipped ?? 0) ||
			Number(b.errorChanged ?? false) - Number(a.errorChanged ?? false),
	);
	return { applied: verdicts.some(({ verdict }) => verdict.kind !== 'rejected'), ...furthest, patch };
}

export function usdOf(nano: number): number {
	return nano / NANO_PER_USD;
}
