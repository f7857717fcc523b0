// Chat completions: OpenAI's format, which most servers speak in a manner of their own, and OpenRouter's, which adds
// routing under a price, its own cost and reasoning that must be given back.
import type { JSONObject, JSONValue } from '@ai-sdk/provider';
import type { Endpoint } from '../../core/endpoint';
import type { Price, Rate } from '../../core/price';
import type { ReportedUsage, WireFinish, WireRequest } from '../wire';
import { type Manners, mannersOf } from './dialect';
import { defined, field, numberOf, sumOf, textOf } from './json';
import { promptOf, toolsOf } from './prompt';
import type { Ear, Heard, Speech } from './speak';

const NAME = 'openaiCompatible';

export async function chatSpeech(
	endpoint: Endpoint,
	key: string | undefined,
	request: WireRequest,
	fetch: typeof globalThis.fetch,
): Promise<Speech> {
	const { createOpenAICompatible } = await import('@ai-sdk/openai-compatible');
	const { chat, model, outputTokens, quoted } = request;
	const manners = mannersOf(endpoint.provider, new URL(endpoint.baseUrl).hostname, model);
	const by = `${endpoint.provider}/${model}`;
	const tools = toolsOf(chat);
	const keepsReasoning = manners.echo === 'reasoning_content';
	// Without a price for writing to the cache nobody has put that price aside.
	const cached = manners.marksCache && quoted.cacheWrite !== undefined && chat.cacheUpTo !== undefined;
	const client = createOpenAICompatible({
		name: NAME,
		baseURL: endpoint.baseUrl,
		...(key === undefined ? {} : { apiKey: key }),
		includeUsage: manners.asksUsage,
		fetch,
		transformRequestBody: (body) => {
			const { max_tokens: limit, ...rest } = body as Record<string, unknown>;
			return {
				...rest,
				messages: messagesFor(rest['messages'], manners, cached),
				[manners.limit]: limit,
				...manners.thinking(chat.effort, tools !== undefined),
				...(tools !== undefined && manners.oneToolCall ? { parallel_tool_calls: false } : {}),
				...(endpoint.dialect === 'openrouter' ? { provider: routing(quoted) } : {}),
			};
		},
	});
	return {
		model: client.chatModel(model),
		by,
		keepsReasoning,
		ear: new ChatEar(manners),
		options: {
			prompt: promptOf(chat, {
				by,
				system: manners.system,
				keepsReasoning,
				...(manners.echo === 'reasoning_details' ? { fieldsUnder: NAME } : {}),
				...(cached ? { cacheMark: { [NAME]: { cache_control: { type: 'ephemeral' } } } } : {}),
				...(manners.shortToolIds ? { callId: shortId } : {}),
			}),
			maxOutputTokens: outputTokens,
			...(tools === undefined ? {} : { tools, toolChoice: { type: 'auto' } }),
		},
	};
}

/**
 * openrouter.ai/docs/features/provider-routing: `max_price` in US dollars per million tokens. Endpoints that do not
 * know a parameter are left out, or one might not know the output limit.
 */
function routing(quoted: Price) {
	return {
		max_price: { prompt: usdPerMillion(quoted.input), completion: usdPerMillion(quoted.output) },
		allow_fallbacks: true,
		require_parameters: true,
	};
}

/** The quoted price itself must pass, whatever a division has made of its last digit; far below a nano-dollar above it. */
function usdPerMillion(rate: Rate): number {
	return Number(((rate / 1e9) * (1 + 1e-12)).toPrecision(15));
}

function messagesFor(messages: unknown, manners: Manners, cached: boolean): unknown {
	if (!Array.isArray(messages)) {
		return messages;
	}
	return messages.map((message: Record<string, unknown>) => {
		const said = message['role'] === 'system' ? { ...message, role: manners.system } : message;
		return cached ? withCacheInParts(said) : said;
	});
}

/** openrouter.ai/docs/features/prompt-caching: the mark belongs to a part of the content, not to the message. */
function withCacheInParts({
	cache_control: mark,
	...message
}: Record<string, unknown>): Record<string, unknown> {
	const text = message['content'];
	return mark === undefined || typeof text !== 'string' || text === ''
		? message
		: { ...message, content: [{ type: 'text', text, cache_control: mark }] };
}

/** The same for the same id, with as good as no chance of two alike. */
function shortId(id: string): string {
	if (/^[a-zA-Z0-9]{9}$/.test(id)) {
		return id;
	}
	let hash = 0xcbf29ce484222325n;
	for (const byte of new TextEncoder().encode(id)) {
		hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n);
	}
	return hash.toString(36).padStart(13, '0').slice(-9);
}

const FINISHES: Readonly<Record<string, WireFinish>> = {
	stop: 'stop',
	end: 'stop',
	eos: 'stop',
	length: 'length',
	model_length: 'length',
	tool_calls: 'tools',
	function_call: 'tools',
	content_filter: 'refused',
};

/** Finish reasons that stand for a failure on the provider's side (OpenRouter and Mistral; DeepSeek). */
const FAILURES = /^(error|insufficient_system_resource|network_error)$/;

class ChatEar implements Ear {
	private readonly details: Record<string, JSONValue | undefined>[] = [];
	private refused = false;

	constructor(private readonly manners: Manners) {}

	hear(event: unknown): Heard {
		const choices = field(event, 'choices');
		const choice: unknown = Array.isArray(choices) ? choices[0] : undefined;
		const delta = field(choice, 'delta');
		const error = field(event, 'error') ?? field(choice, 'error');
		const reason = textOf(field(choice, 'finish_reason'));
		if ((error !== undefined && error !== null) || (reason !== undefined && FAILURES.test(reason))) {
			return { known: true, content: false, error: { error: error ?? { message: reason, code: 502 } } };
		}
		this.keepDetails(field(delta, 'reasoning_details'));
		this.refused ||= (textOf(field(delta, 'refusal')) ?? '') !== '';
		const usage = field(event, 'usage') ?? field(field(event, 'x_groq'), 'usage') ?? field(choice, 'usage');
		const finish = reason === undefined ? undefined : (FINISHES[reason] ?? 'other');
		const pieces = ['content', 'reasoning', 'reasoning_content', 'tool_calls', 'refusal'];
		return {
			known: Array.isArray(choices) || usage !== undefined,
			content: pieces.some((name) => hasSomething(field(delta, name))),
			...defined({
				id: textOf(field(event, 'id')),
				...(usage === undefined || usage === null
					? {}
					: { usage: usageOf(usage, this.manners), costUsd: costOf(usage) }),
				finish: this.refused && finish !== undefined ? ('refused' as const) : finish,
			}),
		};
	}

	fields(): JSONObject | undefined {
		return this.details.length > 0 && this.manners.echo === 'reasoning_details'
			? { reasoning_details: this.details }
			: undefined;
	}

	/** They come in pieces: those of one kind and index in a row are one. */
	private keepDetails(details: unknown): void {
		for (const detail of Array.isArray(details) ? (details as unknown[]) : []) {
			if (typeof detail !== 'object' || detail === null) {
				continue;
			}
			const last = this.details.at(-1);
			const grows = ['text', 'summary'].find((name) => textOf(field(detail, name)) !== undefined);
			const continues = ['type', 'index'].every((name) => field(last, name) === field(detail, name));
			if (last !== undefined && grows !== undefined && continues) {
				const text = `${textOf(last[grows]) ?? ''}${textOf(field(detail, grows)) ?? ''}`;
				const known = Object.entries(detail).filter(([, value]) => value !== null);
				Object.assign(last, Object.fromEntries(known), { [grows]: text });
			} else {
				this.details.push({ ...(detail as JSONObject) });
			}
		}
	}
}

function hasSomething(value: unknown): boolean {
	return (
		value !== undefined && value !== null && value !== '' && !(Array.isArray(value) && value.length === 0)
	);
}

/**
 * `prompt_tokens` counts cached tokens everywhere. `completion_tokens` counts reasoning (OpenAI, OpenRouter, DeepSeek,
 * Groq), except at xAI; a total that only fits with reasoning added says so too.
 */
function usageOf(usage: unknown, manners: Manners): ReportedUsage {
	const prompt = numberOf(field(usage, 'prompt_tokens'));
	const completion = numberOf(field(usage, 'completion_tokens'));
	const total = numberOf(field(usage, 'total_tokens'));
	const inPrompt = field(usage, 'prompt_tokens_details');
	const reasoning = numberOf(field(field(usage, 'completion_tokens_details'), 'reasoning_tokens'));
	const withReasoning = sumOf(completion, reasoning);
	const apart =
		total === undefined
			? manners.reasoningApart
			: reasoning !== undefined && reasoning > 0 && total === sumOf(prompt, withReasoning);
	return defined({
		inputTokens: prompt,
		cacheReadTokens:
			numberOf(field(inPrompt, 'cached_tokens')) ??
			numberOf(field(usage, 'prompt_cache_hit_tokens')) ??
			numberOf(field(usage, 'cached_tokens')),
		cacheWriteTokens: numberOf(field(inPrompt, 'cache_write_tokens')),
		outputTokens: apart ? withReasoning : completion,
		reasoningTokens: reasoning,
	});
}

/** What OpenRouter took; with a key of the user's own, what the provider behind takes comes on top. */
function costOf(usage: unknown): string | undefined {
	const own = numberOf(field(usage, 'cost'));
	const upstream =
		field(usage, 'is_byok') === true
			? numberOf(field(field(usage, 'cost_details'), 'upstream_inference_cost'))
			: undefined;
	const cost = sumOf(own, upstream);
	return own === undefined || cost === undefined ? undefined : decimal(cost);
}

/** The shortest decimal that is this number, without an exponent. */
function decimal(value: number): string {
	const text = String(value);
	const parts = /^(-?)(\d)(?:\.(\d+))?e-(\d+)$/.exec(text);
	if (parts === null) {
		return text;
	}
	const [, sign = '', first = '', rest = '', exponent = ''] = parts;
	return `${sign}0.${'0'.repeat(Number(exponent) - 1)}${first}${rest}`;
}
