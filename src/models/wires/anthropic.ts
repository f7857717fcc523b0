// Anthropic's messages: caching by marks, thinking that counts in max_tokens and is signed, usage in pieces.
import type { Endpoint } from '../../core/endpoint';
import type { ReportedUsage, WireFinish, WireRequest } from '../wire';
import { claudeThinking } from './dialect';
import { defined, field, numberOf, sumOf, textOf } from './json';
import { promptOf, toolsOf } from './prompt';
import type { Ear, Heard, Speech } from './speak';

export async function anthropicSpeech(
	endpoint: Endpoint,
	key: string | undefined,
	request: WireRequest,
	fetch: typeof globalThis.fetch,
): Promise<Speech> {
	const { createAnthropic } = await import('@ai-sdk/anthropic');
	const { chat, model, outputTokens, quoted } = request;
	const by = `${endpoint.provider}/${model}`;
	const tools = toolsOf(chat);
	// A key that is not given at all would be looked for in the environment.
	const client = createAnthropic({
		baseURL: endpoint.baseUrl,
		apiKey: key ?? '',
		fetch: (input, init) => fetch(input, { ...init, body: withLimit(init?.body, outputTokens) }),
	});
	const thinking = claudeThinking(model, chat.effort, outputTokens);
	return {
		model: client(model),
		by,
		keepsReasoning: true,
		ear: new AnthropicEar(),
		options: {
			prompt: promptOf(chat, {
				by,
				system: 'system',
				keepsReasoning: true,
				// Without a price for writing to the cache nobody has put that price aside. The default lives five minutes;
				// an hour would cost more.
				...(quoted.cacheWrite === undefined
					? {}
					: { cacheMark: { anthropic: { cacheControl: { type: 'ephemeral' } } } }),
			}),
			maxOutputTokens: outputTokens,
			...(tools === undefined ? {} : { tools, toolChoice: { type: 'auto' } }),
			providerOptions: {
				anthropic: {
					...thinking,
					toolStreaming: false,
					...(tools === undefined ? {} : { disableParallelToolUse: true }),
				},
			},
		},
	};
}

/** The library adds the thinking budget to the limit, and lowers it to its own list's; what was put aside is what goes out. */
function withLimit(body: RequestInit['body'], outputTokens: number): string {
	const request = JSON.parse(typeof body === 'string' ? body : '{}') as Record<string, unknown>;
	return JSON.stringify({ ...request, max_tokens: outputTokens });
}

const FINISHES: Readonly<Record<string, WireFinish>> = {
	end_turn: 'stop',
	stop_sequence: 'stop',
	max_tokens: 'length',
	model_context_window_exceeded: 'length',
	tool_use: 'tools',
	refusal: 'refused',
};

/**
 * docs.claude.com/en/api/messages-streaming: `message_start` has the prompt, `message_delta` the running total of the
 * output (thinking included) and sometimes the prompt again. `input_tokens` leaves out what a cache read or wrote.
 */
class AnthropicEar implements Ear {
	private readonly seen = new Map<string, number>();

	hear(event: unknown): Heard {
		const type = textOf(field(event, 'type'));
		switch (type) {
			case 'error':
				return { known: true, content: false, error: event };
			case 'message_start': {
				const message = field(event, 'message');
				const usage = this.usage(field(message, 'usage'));
				return { known: true, content: false, ...defined({ id: textOf(field(message, 'id')), usage }) };
			}
			case 'message_delta': {
				const reason = textOf(field(field(event, 'delta'), 'stop_reason'));
				const finish = reason === undefined ? undefined : (FINISHES[reason] ?? 'other');
				const usage = this.usage(field(event, 'usage'));
				return { known: true, content: false, ...defined({ finish, usage }) };
			}
			case 'ping':
			case 'message_stop':
			case 'content_block_stop':
				return { known: true, content: false };
			case undefined:
				return { known: false, content: false };
			default:
				return { known: true, content: true };
		}
	}

	fields(): undefined {
		return undefined;
	}

	private usage(reported: unknown): ReportedUsage | undefined {
		if (typeof reported !== 'object' || reported === null) {
			return undefined;
		}
		for (const [name, value] of Object.entries(reported)) {
			if (typeof value === 'number') {
				this.seen.set(name, value);
			}
		}
		const fresh = this.seen.get('input_tokens');
		const read = this.seen.get('cache_read_input_tokens');
		const written = this.seen.get('cache_creation_input_tokens');
		const thought = numberOf(field(field(reported, 'output_tokens_details'), 'thinking_tokens'));
		return defined({
			inputTokens: fresh === undefined ? undefined : sumOf(fresh, read, written),
			cacheReadTokens: read,
			cacheWriteTokens: written,
			outputTokens: this.seen.get('output_tokens'),
			reasoningTokens: thought,
		});
	}
}
