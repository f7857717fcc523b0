// A model that plays back replies with a cost each, records what it was sent, and throws when its script runs out.
import type { ChatReply, ChatRequest, Model, ToolCall } from '../../../../../src/core/model';
import { nanoUsd } from '../../../../../src/core/money';
import { costOf, type Price, rateOf, worstCase } from '../../../../../src/core/price';
import type { Purse } from '../../../../../src/core/purse';

export const PRICE: Price = { input: rateOf(1_000_000_000), output: rateOf(4_000_000_000), tiers: [] };

export type Reply = ChatReply | ((request: ChatRequest) => ChatReply | Promise<ChatReply>);

export class ScriptedModel implements Model {
	readonly id = 'somebody/some-model';
	readonly provider = 'somebody';
	readonly label = 'Some Model';
	readonly sent: ChatRequest[] = [];

	constructor(
		private readonly replies: Reply[] | ((turn: number) => Reply),
		readonly price: Price = PRICE,
		readonly contextTokens = 100_000,
		readonly outputLimit = 16_000,
		readonly callsTools = true,
	) {}

	async send(
		request: ChatRequest,
		purse: Purse,
		_onText: (text: string) => void,
		signal: AbortSignal,
	): Promise<ChatReply> {
		if (signal.aborted) {
			return { kind: 'cancelled' };
		}
		const inputTokens = Buffer.byteLength(JSON.stringify(request));
		const worst = worstCase(this.price, inputTokens, request.outputTokens);
		const least = worstCase(this.price, inputTokens, request.leastOutputTokens);
		if (least > purse.left) {
			return { kind: 'unaffordable', needs: least, reason: 'The smallest useful call does not fit.' };
		}
		const reserved = await purse.reserve(nanoUsd(Math.min(worst, purse.left)));
		if (reserved.kind === 'refused') {
			return { kind: 'closed', reason: reserved.reason };
		}
		const turn = this.sent.length;
		this.sent.push(structuredClone(request));
		const next = typeof this.replies === 'function' ? this.replies(turn) : this.replies[turn];
		if (next === undefined) {
			throw new Error(`the script has no reply ${turn + 1}`);
		}
		const reply = typeof next === 'function' ? await next(request) : next;
		const usage = { inputTokens: Math.ceil(inputTokens / 4), outputTokens: 200 };
		await purse.settle(reserved.reservation, { amount: costOf(this.price, usage), basis: 'billed' });
		return reply;
	}
}

let count = 0;

export function call(name: string, args: unknown): ToolCall {
	count += 1;
	return { id: `call-${count}`, name, arguments: typeof args === 'string' ? args : JSON.stringify(args) };
}

export function calls(text: string, ...toolCalls: readonly ToolCall[]): ChatReply & { kind: 'replied' } {
	return { kind: 'replied', text, toolCalls, finish: toolCalls.length > 0 ? 'tools' : 'stop' };
}
