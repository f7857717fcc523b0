// What an attempt ends with when a call to its model brought no answer. Shared by every scaffold.
import { type ChatReply, isProviderWide } from '../../core/model';
import { nanoUsd } from '../../core/money';
import type { Proposal } from '../../core/offer';

/** Undefined when the model replied. Trouble of a provider, slowness too, never counts as the task being hard. */
export function troubleProposal(reply: ChatReply): Proposal | undefined {
	switch (reply.kind) {
		case 'replied':
			return undefined;
		case 'unaffordable':
			return { kind: 'unaffordable', needs: nanoUsd(reply.needs), reason: reply.reason };
		case 'closed':
			// The purse tells the run why it stopped; the offer itself did nothing wrong.
			return { kind: 'none', reason: reply.reason };
		case 'failed':
			return isProviderWide(reply.trouble)
				? { kind: 'failed', reason: reply.reason, providerWide: true }
				: { kind: 'failed', reason: reply.reason };
		case 'timedOut':
			// Only this model was seen to be slow: others of its provider may be quick.
			return { kind: 'failed', reason: reply.reason };
		case 'cancelled':
			return { kind: 'cancelled' };
	}
}
