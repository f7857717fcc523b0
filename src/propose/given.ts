// A patch that is there already: a person's, another tool's, or what a review left of one of ours.
import type { Proposer } from '../core/effects';
import { ZERO } from '../core/money';
import type { Offer, Proposal } from '../core/offer';
import type { ProposedPatch } from '../core/patch';

export const givenOffer: Offer = {
	id: 'given',
	label: 'the patch at hand',
	leastSpend: ZERO,
	expectedSpend: ZERO,
	mostAttempts: 1,
};

export class GivenPatch implements Proposer {
	readonly offer = givenOffer;

	constructor(private readonly proposed: ProposedPatch) {}

	async propose(): Promise<Proposal> {
		return { kind: 'patches', patches: [this.proposed] };
	}
}
