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
/** An attempt that could not afford its smallest call is given this many times what that call needs. */
const UNAFFORDABLE_FACTOR = 2;

/** Cheapest expected spend first; each offer as often as it makes sense. */
export const cheapestFirst: Plan = (offers, attempts, left) => {
	const open = offers
		.filter((offer) => isOpen(offer, attempts))
		.sort((a, b) => a.expectedSpend - b.expectedSpend || (a.id < b.id ? -1 : 1));
	if (open.length === 0) {
		return { kind: 'stop', by: 'offers', reason: whyNothing(offers, attempts) };
	}
	for (const offer of open) {
		const needs = leastOf(offer, attempts);
		if (needs <= left) {
			const most = Math.max(
				needs === offer.leastSpend ? needs : needs * UNAFFORDABLE_FACTOR,
				offer.expectedSpend * ALLOWANCE_FACTOR,
			);
			return { kind: 'offer', offer, allowance: Math.min(left, most) as NanoUsd };
		}
	}
	const least = open.reduce((so, offer) => (leastOf(offer, attempts) < leastOf(so, attempts) ? offer : so));
	return {
		kind: 'stop',
		by: 'bid',
		reason: `What is left of the bid does not hold the smallest call to ${least.label}.`,
	};
};

function isOpen(offer: Offer, attempts: readonly Attempt[]): boolean {
	const own = attempts.filter((attempt) => attempt.offer.id === offer.id);
	const made = own.filter(({ ended }) => ended !== 'unaffordable').length;
	const unaffordable = own.length - made;
	return (
		made < offer.mostAttempts &&
		// Asked again once, with what it said it needs; a second refusal is final.
		unaffordable < 2 &&
		!attempts.some(
			({ ended, offer: one }) =>
				ended === 'failed' && (one.id === offer.id || (one.model !== undefined && one.model === offer.model)),
		) &&
		!attempts.some((attempt) => attempt.providerWide === true && attempt.offer.provider === offer.provider)
	);
}

/** The worst case of its smallest useful call, as far as is known by now. */
function leastOf(offer: Offer, attempts: readonly Attempt[]): NanoUsd {
	const needs = attempts.filter((attempt) => attempt.offer.id === offer.id).at(-1)?.needs;
	return needs === undefined || needs < offer.leastSpend ? offer.leastSpend : needs;
}

/** Providers' trouble is told apart from models that did not find it. */
function whyNothing(offers: readonly Offer[], attempts: readonly Attempt[]): string {
	if (offers.length === 0) {
		return 'There is no proposer to ask.';
	}
	const troubles = attempts.filter(({ ended }) => ended === 'failed').map(({ reason }) => reason);
	const [first] = troubles.filter((reason) => reason !== undefined);
	return first === undefined
		? 'Nothing is left that is worth trying.'
		: `Nothing is left that is worth trying. One could not be asked: ${first}`;
}
