// A wire speaks one provider's format: one request out, the parts of its answer back as they come. It knows no money:
// who sends has priced the request before, and sees the exact body in the `fetch` that is handed in.
import type { ChatRequest, ToolCall, Trouble } from '../core/model';
import type { Price } from '../core/price';

export interface WireRequest {
	/** The provider's own name for the model. */
	readonly model: string;
	readonly chat: ChatRequest;
	/** The clamped limit that goes on the wire, tokens, reasoning included; `chat.outputTokens` is only what was wanted. */
	readonly outputTokens: number;
	/** OpenRouter is told not to route above it. */
	readonly quoted: Price;
	/** The only way out to the network. */
	readonly fetch: typeof globalThis.fetch;
	readonly signal: AbortSignal;
}

/** Numbers exactly as reported: may be absurd (negative, NaN, huge). What is not a number was not reported. */
export interface ReportedUsage {
	/** All of the prompt: fresh, read from the cache and written to it. */
	readonly inputTokens?: number;
	readonly cacheReadTokens?: number;
	readonly cacheWriteTokens?: number;
	/** All that was written, reasoning included. */
	readonly outputTokens?: number;
	readonly reasoningTokens?: number;
}

export type WireFinish = 'stop' | 'length' | 'tools' | 'refused' | 'other';

/** `nothing`: no byte of the request reached the provider (refused connection, DNS, TLS). */
export type Sent = 'nothing' | 'maybe';

export type WirePart =
	| { readonly kind: 'text'; readonly text: string }
	| { readonly kind: 'reasoning'; readonly text: string }
	/** Whole. */
	| { readonly kind: 'tool'; readonly call: ToolCall }
	/** May come several times; the last one stands. `costUsd`: the provider's own cost field, as decimal text. */
	| { readonly kind: 'usage'; readonly usage: ReportedUsage; readonly costUsd?: string }
	/** The provider's id of this answer. */
	| { readonly kind: 'generation'; readonly id: string }
	/** Only where the provider said that it had finished. `echo` goes into the assistant message of the next request. */
	| { readonly kind: 'finish'; readonly finish: WireFinish; readonly echo?: unknown }
	| {
			readonly kind: 'failed';
			/** HTTP status, where there was an answer. */
			readonly status?: number;
			/** How long the provider asks to wait. */
			readonly retryAfterMs?: number;
			readonly trouble: Trouble;
			/** One sentence for a person; holds no key. */
			readonly reason: string;
			readonly sent: Sent;
	  };

export interface Wire {
	/**
	 * Never throws, never retries. A stream that ends without `finish` or `failed` was cut: by the network, by the
	 * provider, or by `request.signal`.
	 */
	stream(request: WireRequest): AsyncIterable<WirePart>;
}
