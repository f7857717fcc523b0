// The smallest wire there can be: chat completions in the OpenAI form, written by hand, so that the gateway is tested
// apart from the client libraries behind the real wires.
import type { Trouble } from '../../../src/core/model';
import type { ReportedUsage, Wire, WireFinish, WirePart, WireRequest } from '../../../src/models/wire';

interface Event {
	readonly choices?: readonly {
		readonly delta?: {
			readonly content?: string;
			readonly reasoning_content?: string;
			readonly reasoning?: string;
			readonly tool_calls?: readonly {
				readonly index: number;
				readonly id?: string;
				readonly function?: { readonly name?: string; readonly arguments?: string };
			}[];
		};
		readonly finish_reason?: string | null;
	}[];
	readonly usage?: {
		readonly prompt_tokens?: number;
		readonly completion_tokens?: number;
		readonly prompt_tokens_details?: {
			readonly cached_tokens?: number;
			readonly cache_write_tokens?: number;
		};
		readonly completion_tokens_details?: { readonly reasoning_tokens?: number };
		readonly cost?: number;
	};
	readonly error?: { readonly message?: string };
}

export class PlainWire implements Wire {
	constructor(
		private readonly base: string,
		private readonly key: string,
	) {}

	async *stream(request: WireRequest): AsyncIterable<WirePart> {
		let response: Response | undefined;
		try {
			response = await request.fetch(`${this.base}/chat/completions`, {
				method: 'POST',
				headers: { authorization: `Bearer ${this.key}`, 'content-type': 'application/json' },
				body: JSON.stringify(bodyOf(request)),
				signal: request.signal,
			});
			if (!response.ok) {
				yield failed(troubleOf(response.status), await response.text(), response.status);
				return;
			}
			yield* this.parts(response);
		} catch (error) {
			yield failed('down', error instanceof Error ? error.message : String(error), response?.status);
		}
	}

	private async *parts(response: Response): AsyncIterable<WirePart> {
		const tools: { id: string; name: string; arguments: string }[] = [];
		let finish: string | undefined;
		let rest = '';
		const decoder = new TextDecoder();
		for await (const piece of response.body as AsyncIterable<Uint8Array>) {
			const lines = (rest + decoder.decode(piece, { stream: true })).split('\n');
			rest = lines.pop() ?? '';
			for (const line of lines.filter((one) => one.startsWith('data: '))) {
				if (line === 'data: [DONE]') {
					continue;
				}
				let event: Event;
				try {
					event = JSON.parse(line.slice(6)) as Event;
				} catch {
					yield failed('malformed', 'The answer is not in the format of the provider.', response.status);
					return;
				}
				if (event.error !== undefined) {
					yield failed('down', event.error.message ?? '', response.status);
					return;
				}
				const choice = event.choices?.[0];
				const { content, reasoning_content: reasoning = choice?.delta?.reasoning } = choice?.delta ?? {};
				if (reasoning !== undefined && reasoning !== '') {
					yield { kind: 'reasoning', text: reasoning };
				}
				if (content !== undefined && content !== '') {
					yield { kind: 'text', text: content };
				}
				for (const call of choice?.delta?.tool_calls ?? []) {
					const tool = (tools[call.index] ??= { id: '', name: '', arguments: '' });
					tool.id += call.id ?? '';
					tool.name += call.function?.name ?? '';
					tool.arguments += call.function?.arguments ?? '';
				}
				if (typeof choice?.finish_reason === 'string') {
					finish = choice.finish_reason;
					for (const call of tools) {
						yield { kind: 'tool', call };
					}
					yield { kind: 'finish', finish: FINISHES[finish] ?? 'other' };
				}
				if (event.usage !== undefined) {
					yield usageOf(event.usage);
				}
			}
		}
	}
}

const FINISHES: Readonly<Record<string, WireFinish>> = {
	stop: 'stop',
	length: 'length',
	tool_calls: 'tools',
	content_filter: 'refused',
};

function bodyOf({ chat, model, outputTokens }: WireRequest): unknown {
	const messages = chat.messages.flatMap((message): unknown[] => {
		switch (message.role) {
			case 'user':
				return [{ role: 'user', content: message.text }];
			case 'assistant': {
				const calls = message.toolCalls.map(({ id, name, arguments: args }) => ({
					id,
					type: 'function',
					function: { name, arguments: args },
				}));
				return [
					{ role: 'assistant', content: message.text, ...(calls.length > 0 ? { tool_calls: calls } : {}) },
				];
			}
			case 'tool':
				return message.results.map(({ callId, text }) => ({
					role: 'tool',
					tool_call_id: callId,
					content: text,
				}));
		}
	});
	return {
		model,
		max_tokens: outputTokens,
		stream: true,
		stream_options: { include_usage: true },
		messages: [{ role: 'system', content: chat.system }, ...messages],
		...(chat.tools.length > 0
			? { tools: chat.tools.map((tool) => ({ type: 'function', function: tool })) }
			: {}),
	};
}

function usageOf(usage: NonNullable<Event['usage']>): WirePart {
	const number = (value: unknown) => (typeof value === 'number' ? value : undefined);
	const figures = {
		inputTokens: number(usage.prompt_tokens),
		outputTokens: number(usage.completion_tokens),
		cacheReadTokens: number(usage.prompt_tokens_details?.cached_tokens),
		cacheWriteTokens: number(usage.prompt_tokens_details?.cache_write_tokens),
		reasoningTokens: number(usage.completion_tokens_details?.reasoning_tokens),
	};
	const known: ReportedUsage = Object.fromEntries(
		Object.entries(figures).filter(([, figure]) => figure !== undefined),
	);
	return {
		kind: 'usage',
		usage: known,
		...(usage.cost === undefined ? {} : { costUsd: String(usage.cost) }),
	};
}

function troubleOf(status: number): Trouble {
	if (status === 401 || status === 402 || status === 403) {
		return 'key';
	}
	if (status === 404) {
		return 'gone';
	}
	return status === 429 || status === 503 || status === 529 ? 'busy' : status < 500 ? 'request' : 'down';
}

function failed(trouble: Trouble, reason: string, status: number | undefined): WirePart {
	return { kind: 'failed', trouble, reason, sent: 'maybe', ...(status === undefined ? {} : { status }) };
}
