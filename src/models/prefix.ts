// A tighter bound for a conversation that goes on: what was sent before costs about what it was reported to cost, and
// only what is new counts by its bytes. Without it, every step of an agent would put aside four times its price.

import { messageCeiling, overheadCeiling, promptEstimate } from '../core/ceiling';
import type { ChatMessage, ChatRequest } from '../core/model';
import type { Usage } from '../core/price';

interface Sent {
	readonly system: string;
	readonly tools: string;
	readonly messages: readonly ChatMessage[];
	readonly inputTokens: number;
}

/** A report below this part of our own estimate is no ground to stand on. */
const PLAUSIBLE = 0.8;
/** Whoever answers next may count the same text somewhat higher. */
const MARGIN = 1.15;

/** What was reported of earlier requests, for those that repeat them: same message objects, same system, same tools. */
export class SentPrefixes {
	private readonly sent = new WeakMap<ChatMessage, Sent>();

	/** Only for usage that was believed without a doubt. */
	note(request: ChatRequest, usage: Usage): void {
		const last = request.messages.at(-1);
		if (last !== undefined && usage.inputTokens >= promptEstimate(request) * PLAUSIBLE) {
			this.sent.set(last, {
				system: request.system,
				tools: JSON.stringify(request.tools),
				messages: [...request.messages],
				inputTokens: usage.inputTokens,
			});
		}
	}

	/** Undefined when no earlier request is the beginning of this one. */
	ceiling(request: ChatRequest): number | undefined {
		for (let at = request.messages.length - 1; at >= 0; at -= 1) {
			const message = request.messages[at];
			const sent = message === undefined ? undefined : this.sent.get(message);
			if (sent !== undefined && begins(request, sent)) {
				const fresh = request.messages.slice(at + 1);
				return (
					Math.ceil(sent.inputTokens * MARGIN) +
					// Templates and tools may be written out differently next time: they count in full.
					overheadCeiling(request) +
					fresh.reduce((sum, one) => sum + messageCeiling(one), 0)
				);
			}
		}
		return undefined;
	}
}

function begins(request: ChatRequest, sent: Sent): boolean {
	return (
		request.system === sent.system &&
		sent.messages.every((message, at) => request.messages[at] === message) &&
		JSON.stringify(request.tools) === sent.tools
	);
}
