// What a language model is to those who buy from it. A call pays from a purse: its worst case is put aside before it
// leaves, it is settled however it ends, and no call rejects.
import type { Price, Usage } from './price';
import type { Purse } from './purse';

export interface ToolSpec {
	readonly name: string;
	readonly description: string;
	/** JSON Schema of the arguments, an object at the top. */
	readonly parameters: Readonly<Record<string, unknown>>;
}

export interface ToolCall {
	readonly id: string;
	readonly name: string;
	/** JSON text as the model wrote it: may be malformed, may hold anything. */
	readonly arguments: string;
}

export type ChatMessage =
	| { readonly role: 'user'; readonly text: string }
	| {
			readonly role: 'assistant';
			readonly text: string;
			readonly toolCalls: readonly ToolCall[];
			/** What the client needs back unchanged in the next request (signed thinking, say); opaque to all others. */
			readonly echo?: unknown;
	  }
	| {
			readonly role: 'tool';
			readonly results: readonly { readonly callId: string; readonly name: string; readonly text: string }[];
	  };

export interface ChatRequest {
	/** Our own words, never data. */
	readonly system: string;
	/** Never empty; the last one is of the user or of a tool. */
	readonly messages: readonly ChatMessage[];
	readonly tools: readonly ToolSpec[];
	/** Wanted output limit, tokens, reasoning included. Clamped to what the purse holds, never raised. */
	readonly outputTokens: number;
	/** Where the purse does not hold even this output, the call is not sent. */
	readonly leastOutputTokens: number;
	/** How hard to think, where the model can be told. */
	readonly effort: 'none' | 'low' | 'medium' | 'high';
	/** This prefix will be sent again: index of its last message. The provider's cache is used where it has one. */
	readonly cacheUpTo?: number;
	/** The whole call, retries included. */
	readonly timeMs: number;
}

/**
 * Why a provider did not do its work. Never the model failing the task.
 * `key`: missing or refused key, or no credit; `gone`: no such model here; `busy`: rate limit or overload that did not
 * end within the time; `down`: 5xx, no network, a stream that broke off or stood still; `refused`: content refused;
 * `malformed`: an answer that is not in the provider's format; `price`: it is dearer than quoted; `request`: it refuses
 * the form of our request (too long, unknown parameter).
 */
export type Trouble = 'key' | 'gone' | 'busy' | 'down' | 'refused' | 'malformed' | 'price' | 'request';

export type ChatReply =
	| {
			readonly kind: 'replied';
			readonly text: string;
			readonly toolCalls: readonly ToolCall[];
			/** `length`: cut by the output limit. */
			readonly finish: 'stop' | 'length' | 'tools' | 'other';
			readonly echo?: unknown;
			/** As reported; absent when nothing believable was. */
			readonly usage?: Usage;
	  }
	/** The smallest useful call does not fit what is left; nothing was sent. `needs` is its worst case. */
	| { readonly kind: 'unaffordable'; readonly needs: number; readonly reason: string }
	/** The purse refused for another reason (a cap, the journal): nothing more can be bought in this run. */
	| { readonly kind: 'closed'; readonly reason: string }
	| { readonly kind: 'failed'; readonly trouble: Trouble; readonly reason: string }
	| { readonly kind: 'timedOut'; readonly reason: string }
	| { readonly kind: 'cancelled' };

export interface Model {
	/** `openrouter/qwen/qwen3-coder`: the provider, then its own name for the model. */
	readonly id: string;
	readonly provider: string;
	/** For people. */
	readonly label: string;
	/** As quoted. */
	readonly price: Price;
	/** Prompt and output together, tokens. */
	readonly contextTokens: number;
	/** The provider's own limit on one answer, tokens. */
	readonly outputLimit: number;
	/** False when the model is known not to call tools. */
	readonly callsTools: boolean;
	/** Never rejects. `onText` sees the answer as it comes. */
	send(
		request: ChatRequest,
		purse: Purse,
		onText: (text: string) => void,
		signal: AbortSignal,
	): Promise<ChatReply>;
}

/** True when the trouble is of the provider as a whole, so that its other models need not be tried. */
export function isProviderWide(trouble: Trouble): boolean {
	return trouble === 'key' || trouble === 'busy' || trouble === 'down';
}
