// Which offer next, given what has been seen.
import type { NanoUsd } from './money';
import type { Offer } from './offer';
import type { Attempt } from './outcome';

export type Choice =
	| { readonly kind: 'offer'; readonly offer: Offer; readonly allowance: NanoUsd }
	| { readonly kind: 'stop'; readonly by: 'bid' | 'offers'; readonly reason: string };

/** Re-made after every attempt; deterministic given its inputs. */
export type Plan = (offers: readonly Offer[], attempts: readonly Attempt[], left: NanoUsd) => Choice;

/** How far one attempt may run past what it is expected to cost. */
const ALLOWANCE_FACTOR = 3;

/** Cheapest expected spend first; each offer as often as it makes sense. */
export const cheapestFirst: Plan = (offers, attempts, left) => {
	const open = offers
		.filter(
			(offer) => attempts.filter((attempt) => attempt.offer.id === offer.id).length < offer.mostAttempts,
		)
		.filter(
			(offer) => !attempts.some((attempt) => attempt.offer.id === offer.id && attempt.ended === 'failed'),
		)
		.sort((a, b) => a.expectedSpend - b.expectedSpend || a.id.localeCompare(b.id));
	const [first] = open;
	if (first === undefined) {
		const reason =
			offers.length === 0 ? 'There is no proposer to ask.' : 'Nothing is left that is worth trying.';
		return { kind: 'stop', by: 'offers', reason };
	}
	const affordable = open.find((offer) => offer.leastSpend <= left);
	if (affordable === undefined) {
		return {
			kind: 'stop',
			by: 'bid',
			reason: `What is left of the bid does not hold the smallest call to ${first.label}.`,
		};
	}
	const most = Math.max(affordable.leastSpend, affordable.expectedSpend * ALLOWANCE_FACTOR);
	return { kind: 'offer', offer: affordable, allowance: Math.min(left, most) as NanoUsd };
};
