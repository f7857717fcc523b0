// All that differs between models and servers that speak "the same" format, in one table: which name the output limit
// has, who may hear a system message, how thinking is asked for, what must be given back. Later rows win. A server that
// refuses unknown fields (OpenAI, Mistral) gets none: nothing is sent that its own reference does not name.
import type { ChatRequest } from '../../core/model';

export type Effort = ChatRequest['effort'];

export interface Manners {
	/** The field for the output limit, reasoning included. */
	readonly limit: 'max_tokens' | 'max_completion_tokens';
	/** `user`: the model takes no system message, so its text opens the first user message. */
	readonly system: 'system' | 'developer' | 'user';
	/** Usage in a stream has to be asked for. */
	readonly asksUsage: boolean;
	/** One tool call at a time can be asked for. */
	readonly oneToolCall: boolean;
	/** What the assistant's message must carry back in a later request. */
	readonly echo: 'nothing' | 'reasoning_content' | 'reasoning_details';
	/** Only nine letters and digits are an id of a tool call. */
	readonly shortToolIds: boolean;
	/** The prefix is marked for the cache, part by part. */
	readonly marksCache: boolean;
	/** `completion_tokens` leaves reasoning out. */
	readonly reasoningApart: boolean;
	/** Fields of the body that ask for so much thinking; empty where the model cannot be told. */
	readonly thinking: (effort: Effort, withTools: boolean) => Readonly<Record<string, unknown>>;
}

interface Row {
	/** Host of the address, or the provider's id in our table. */
	readonly at: RegExp;
	readonly model?: RegExp;
	readonly manners: Partial<Manners>;
}

const plain: Manners = {
	limit: 'max_tokens',
	system: 'system',
	asksUsage: true,
	oneToolCall: false,
	echo: 'nothing',
	shortToolIds: false,
	marksCache: false,
	reasoningApart: false,
	thinking: () => ({}),
};

const OPENAI = /^openai$|(^|\.)openai\.com$/;
const OPENROUTER = /^openrouter$|(^|\.)openrouter\.ai$/;
const DEEPSEEK = /^deepseek$|(^|\.)deepseek\.com$/;
const GROQ = /^groq$|(^|\.)groq\.com$/;
const TOGETHER = /^together(ai)?$|(^|\.)together\.(ai|xyz)$/;
const MISTRAL = /^mistral$|(^|\.)mistral\.ai$/;
const XAI = /^xai$|(^|\.)x\.ai$/;
const TEMPLATED = /^(vllm|llama\.?cpp|llama-cpp)$/i;

const effortOf =
	(names: Partial<Record<Effort, string>>): Manners['thinking'] =>
	(effort) =>
		names[effort] === undefined ? {} : { reasoning_effort: names[effort] };

const LOW_AT_LEAST = { none: 'low', low: 'low', medium: 'medium', high: 'high' } as const;
const NONE_OR_MORE = { none: 'none', low: 'low', medium: 'medium', high: 'high' } as const;

const rows: readonly Row[] = [
	// Gemma's chat template has no system turn before its fourth generation (ai.google.dev/gemma/docs/core/prompt-structure).
	{ at: /./, model: /(^|\/)gemma-?([123](?!\d)|\b(?!-?\d))/i, manners: { system: 'user' } },

	// platform.openai.com/docs/api-reference/chat/create: max_tokens is deprecated, and refused by reasoning models.
	{ at: OPENAI, manners: { limit: 'max_completion_tokens', oneToolCall: true } },
	// platform.openai.com/docs/guides/reasoning: o-series and gpt-5 hear developers; efforts differ by generation.
	{
		at: OPENAI,
		model: /^o\d/,
		manners: {
			system: 'developer',
			oneToolCall: false,
			thinking: effortOf(LOW_AT_LEAST),
		},
	},
	{ at: OPENAI, model: /^o1-(mini|preview)/, manners: { system: 'user', thinking: () => ({}) } },
	{
		at: OPENAI,
		model: /^gpt-5/,
		manners: {
			system: 'developer',
			thinking: effortOf({ ...LOW_AT_LEAST, none: 'minimal' }),
		},
	},
	// From gpt-5.1 on thinking can be off. From 5.2 on chat completions refuses tools together with any other effort,
	// the default too (github.com/BerriAI/litellm/pull/34569, github.com/livekit/agents/pull/5088).
	{
		at: OPENAI,
		model: /^gpt-(5\.\d|[6-9]|\d\d)/,
		manners: {
			system: 'developer',
			thinking: (effort, withTools) => ({ reasoning_effort: withTools ? 'none' : NONE_OR_MORE[effort] }),
		},
	},
	{ at: OPENAI, model: /^gpt-5(\.\d)?-(chat|pro|codex)/, manners: { thinking: () => ({}) } },

	// openrouter.ai/docs/use-cases/reasoning-tokens and /docs/features/prompt-caching. `reasoning` goes only to models
	// known to think: with require_parameters any other would find no endpoint.
	{ at: OPENROUTER, manners: { echo: 'reasoning_details' } },
	{ at: OPENROUTER, model: /^anthropic\//, manners: { marksCache: true } },
	{
		at: OPENROUTER,
		model:
			/claude-(3\.7|(opus|sonnet|haiku|fable)-?\d)|gemini-(2\.5|[3-9])|deepseek-(chat-)?v(3\.[12]|4)|qwen3(?!.*(coder|instruct))|glm-(4\.[5-9]|[5-9])|kimi-k2\.\d|kimi-k[3-9]|grok-(3-mini|4)|gpt-5\.\d/i,
		manners: {
			thinking: (effort) => ({ reasoning: { effort } }),
		},
	},
	// Where thinking cannot be switched off, `none` is answered with 400.
	{
		at: OPENROUTER,
		model:
			/openai\/(o\d|gpt-5(?!\.)|gpt-oss)|gemini-(2\.5-pro|[3-9])|deepseek-r1|grok-(3-mini|4(?!.*fast))|thinking|minimax-m\d|(opus|sonnet)-5\.5|fable/i,
		manners: {
			thinking: (effort) => ({ reasoning: { effort: LOW_AT_LEAST[effort] } }),
		},
	},

	// api-docs.deepseek.com/guides/thinking_mode: on by default; with tools its reasoning must be given back.
	{
		at: DEEPSEEK,
		manners: {
			echo: 'reasoning_content',
			thinking: (effort) =>
				effort === 'none'
					? { thinking: { type: 'disabled' } }
					: { thinking: { type: 'enabled' }, reasoning_effort: effort },
		},
	},
	{ at: DEEPSEEK, model: /reasoner/, manners: { thinking: () => ({}) } },

	// console.groq.com/docs/api-reference and /docs/reasoning.
	{ at: GROQ, manners: { limit: 'max_completion_tokens', oneToolCall: true } },
	{ at: GROQ, model: /gpt-oss/, manners: { thinking: effortOf(LOW_AT_LEAST) } },
	{
		at: GROQ,
		model: /qwen-?3/i,
		manners: {
			thinking: (effort) => ({
				reasoning_effort: effort === 'none' ? 'none' : 'default',
				reasoning_format: 'parsed',
			}),
		},
	},

	// docs.together.ai/docs/reasoning-overview
	{ at: TOGETHER, model: /gpt-oss/i, manners: { thinking: effortOf(LOW_AT_LEAST) } },
	{
		at: TOGETHER,
		model: /deepseek-v(3\.[12]|4)|glm-(4\.[5-9]|[5-9])|kimi-k2\.\d/i,
		manners: {
			thinking: (effort) => ({ reasoning: { enabled: effort !== 'none' } }),
		},
	},

	// docs.mistral.ai/api: usage always comes, and stream_options is refused (openai/openai-agents-python#442).
	{ at: MISTRAL, manners: { asksUsage: false, oneToolCall: true, shortToolIds: true } },

	// docs.x.ai/docs/api-reference: the completion limit counts reasoning; completion_tokens do not.
	{ at: XAI, manners: { limit: 'max_completion_tokens', reasoningApart: true, oneToolCall: true } },
	{
		at: XAI,
		model: /^grok-3-mini/,
		manners: {
			thinking: effortOf({ none: 'low', low: 'low', medium: 'high', high: 'high' }),
		},
	},

	// docs.vllm.ai/en/latest/features/reasoning_outputs.html; llama.cpp tools/server/README.md
	{
		at: TEMPLATED,
		model: /qwen3(?!.*(coder|instruct|thinking))|glm-4\.[5-9]/i,
		manners: {
			thinking: (effort) => ({ chat_template_kwargs: { enable_thinking: effort !== 'none' } }),
		},
	},
];

/** How a chat-completions server wants to be spoken to for this model. */
export function mannersOf(provider: string, host: string, model: string): Manners {
	// A router's own suffix says how to route, not what the model is.
	const name = model.replace(/:(free|nitro|floor|exacto|extended|online)$/, '');
	return rows
		.filter(
			(row) =>
				(row.at.test(provider) || row.at.test(host)) && (row.model === undefined || row.model.test(name)),
		)
		.reduce<Manners>((so, row) => ({ ...so, ...row.manners }), plain);
}

export interface ClaudeThinking {
	readonly thinking?: { readonly type: 'disabled' | 'adaptive' } | { type: 'enabled'; budgetTokens: number };
	readonly effort?: 'low' | 'medium' | 'high';
}

const BUDGETS = { none: 0, low: 2048, medium: 8192, high: 16_384 } as const;
const LEAST_BUDGET = 1024;

/**
 * docs.claude.com/en/docs/build-with-claude/adaptive-thinking: from 4.6 on Claude is told an effort; before, a budget
 * of at least 1,024 tokens that `max_tokens` includes; before 3.7 it does not think.
 */
export function claudeThinking(model: string, effort: Effort, outputTokens: number): ClaudeThinking {
	if (/claude-(3-[05]|3-(opus|sonnet|haiku)|2|instant)/.test(model)) {
		return {};
	}
	if (/claude-(3-7|[a-z]+-4(-[015])?(-\d{6,}|@|$))/.test(model)) {
		const budgetTokens = Math.min(BUDGETS[effort], Math.floor(outputTokens / 2));
		return budgetTokens < LEAST_BUDGET ? {} : { thinking: { type: 'enabled', budgetTokens } };
	}
	if (effort === 'none') {
		// Some think by themselves unless told not to; those that cannot stop are told to think little.
		return /claude-(sonnet|opus)-5-5|claude-fable/.test(model)
			? { thinking: { type: 'adaptive' }, effort: 'low' }
			: { thinking: { type: 'disabled' } };
	}
	return { thinking: { type: 'adaptive' }, effort };
}

export interface GeminiThinking {
	readonly includeThoughts?: boolean;
	readonly thinkingBudget?: number;
	readonly thinkingLevel?: 'minimal' | 'low' | 'medium' | 'high';
}

/** ai.google.dev/gemini-api/docs/thinking: a budget for 2.5, a level from 3 on, nothing before. */
export function geminiThinking(model: string, effort: Effort, outputTokens: number): GeminiThinking {
	if (/gemini-2\.5/.test(model) && !/image|tts|audio/.test(model)) {
		const least = /pro/.test(model) ? 128 : /lite/.test(model) && effort !== 'none' ? 512 : 0;
		const most = /pro/.test(model) ? 32_768 : 24_576;
		const wanted = Math.min(BUDGETS[effort], Math.floor(outputTokens / 2), most);
		return { includeThoughts: effort !== 'none', thinkingBudget: Math.max(least, wanted) };
	}
	if (/gemini-([3-9]|\d\d)/.test(model)) {
		// Pro knows no `minimal`, and the first of them no `medium`.
		const least = /flash/.test(model) ? 'minimal' : 'low';
		const middle = /gemini-3-pro/.test(model) ? 'high' : 'medium';
		const level = { none: least, low: 'low', medium: middle, high: 'high' } as const;
		return { includeThoughts: effort !== 'none', thinkingLevel: level[effort] };
	}
	return {};
}

/** A public server of one of the sellers in the table: none of them answers without a key. */
export function isSeller(host: string): boolean {
	return [OPENAI, OPENROUTER, DEEPSEEK, GROQ, TOGETHER, MISTRAL, XAI].some((seller) => seller.test(host));
}
