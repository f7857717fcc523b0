// A model whose whole answers are kept as they come: where the run was cut off, they are given again and not bought.
import type { ChatReply, ChatRequest, Model } from '../core/model';
import type { Purse } from '../core/purse';
import type { Replays, RunMemory } from '../core/runMemory';

export class KeptModel implements Model {
	readonly id: string;
	readonly provider: string;
	readonly label: string;
	readonly price: Model['price'];
	readonly contextTokens: number;
	readonly outputLimit: number;
	readonly callsTools: boolean;

	constructor(
		private readonly inner: Model,
		private readonly memory: RunMemory,
		private readonly replays: Replays,
	) {
		this.id = inner.id;
		this.provider = inner.provider;
		this.label = inner.label;
		this.price = inner.price;
		this.contextTokens = inner.contextTokens;
		this.outputLimit = inner.outputLimit;
		this.callsTools = inner.callsTools;
	}

	async send(
		request: ChatRequest,
		purse: Purse,
		onText: (text: string) => void,
		signal: AbortSignal,
	): Promise<ChatReply> {
		const { of } = purse;
		const known = of === undefined ? undefined : this.replays.next(of.attempt, of.offer);
		if (known !== undefined) {
			onText(known.text);
			return known;
		}
		const reply = await this.inner.send(request, purse, onText, signal);
		if (of !== undefined && reply.kind === 'replied') {
			await this.memory.keep({ kind: 'reply', attempt: of.attempt, offer: of.offer, reply });
		}
		return reply;
	}
}
