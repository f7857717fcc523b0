// Answers in the shapes that the providers document, over real HTTP: what is told of them, part by part.
import assert from 'node:assert/strict';
import type { Endpoint } from '../../../../src/core/endpoint';
import { CHAT, drawn, events, Playback, partsOf, requestOf, TOOL } from './playback';

type Where = Pick<Endpoint, 'provider' | 'dialect'> & { readonly model: string };

interface Case {
	readonly name: string;
	readonly where: Where;
	readonly body: string;
	readonly headers?: Readonly<Record<string, string>>;
	readonly parts: readonly string[];
}

const OPENAI: Where = { provider: 'openai', dialect: 'openai-compatible', model: 'gpt-5-mini' };
const at = (provider: string, model: string): Where => ({ provider, dialect: 'openai-compatible', model });
const OPENROUTER: Where = { provider: 'openrouter', dialect: 'openrouter', model: 'deepseek/deepseek-v3.2' };
const ANTHROPIC: Where = { provider: 'anthropic', dialect: 'anthropic', model: 'claude-haiku-4-5' };
const GOOGLE: Where = { provider: 'google', dialect: 'google', model: 'gemini-2.5-flash' };

const chunk = (delta: unknown, finish: string | null = null, rest: object = {}) => ({
	id: 'chatcmpl-9',
	object: 'chat.completion.chunk',
	created: 1_760_000_000,
	model: 'm',
	choices: [{ index: 0, delta, logprobs: null, finish_reason: finish }],
	...rest,
});
const usageChunk = (usage: unknown, rest: object = {}) => ({
	id: 'chatcmpl-9',
	object: 'chat.completion.chunk',
	created: 1_760_000_000,
	model: 'm',
	choices: [],
	usage,
	...rest,
});
const messageStart = (usage: unknown) => ({
	type: 'message_start',
	message: {
		id: 'msg_01',
		type: 'message',
		role: 'assistant',
		model: 'claude',
		content: [],
		stop_reason: null,
		stop_sequence: null,
		usage,
	},
});
const messageDelta = (stopReason: string, usage: unknown) => ({
	type: 'message_delta',
	delta: { stop_reason: stopReason, stop_sequence: null },
	usage,
});
const textBlock = (text: string) => [
	{ type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
	{ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text } },
	{ type: 'content_block_stop', index: 0 },
];
const gemini = (parts: readonly unknown[], finishReason?: string, usageMetadata?: unknown) => ({
	candidates: [{ content: { parts, role: 'model' }, finishReason, index: 0 }],
	usageMetadata,
	modelVersion: 'gemini-2.5-flash',
	responseId: 'resp-1',
});

const cases: readonly Case[] = [
	{
		name: 'OpenAI: usage in a last chunk of its own, reasoning within the output',
		where: OPENAI,
		body: events(
			chunk({ role: 'assistant', content: '', refusal: null }),
			chunk({ content: 'Hel' }),
			chunk({ content: 'lo' }),
			chunk({}, 'stop'),
			usageChunk({
				prompt_tokens: 1200,
				completion_tokens: 300,
				total_tokens: 1500,
				prompt_tokens_details: { cached_tokens: 1024, audio_tokens: 0 },
				completion_tokens_details: { reasoning_tokens: 256, audio_tokens: 0 },
			}),
			'[DONE]',
		),
		parts: [
			'generation: chatcmpl-9',
			'text: Hello',
			'usage: in 1200, read 1024, out 300, thought 256',
			'finish: stop',
		],
	},
	{
		name: 'OpenAI: a tool call in pieces, its arguments as the model wrote them',
		where: OPENAI,
		body: events(
			chunk({
				role: 'assistant',
				content: null,
				tool_calls: [{ index: 0, id: 'call_1', type: 'function', function: { name: 'read', arguments: '' } }],
			}),
			chunk({ tool_calls: [{ index: 0, function: { arguments: '{"path":' } }] }),
			chunk({ tool_calls: [{ index: 0, function: { arguments: ' "a.ts"' } }] }),
			chunk({}, 'tool_calls'),
			'[DONE]',
		),
		parts: ['generation: chatcmpl-9', 'tool: call_1 read {"path": "a.ts"', 'finish: tools'],
	},
	{
		name: 'OpenAI: a refusal in its own field',
		where: OPENAI,
		body: events(chunk({ role: 'assistant', refusal: 'I cannot help.' }), chunk({}, 'stop'), '[DONE]'),
		parts: ['generation: chatcmpl-9', 'text: I cannot help.', 'finish: refused'],
	},
	{
		name: 'OpenAI: the content filter',
		where: OPENAI,
		body: events(chunk({ content: 'Well' }), chunk({}, 'content_filter'), '[DONE]'),
		parts: ['generation: chatcmpl-9', 'text: Well', 'finish: refused'],
	},
	{
		name: 'DeepSeek: cached tokens under a name of its own, reasoning shown',
		where: at('deepseek', 'deepseek-reasoner'),
		body: events(
			chunk({ role: 'assistant', content: null, reasoning_content: 'Hm.' }),
			chunk({ content: 'Yes', reasoning_content: null }),
			chunk({ content: '' }, 'length', {
				usage: {
					prompt_tokens: 20,
					completion_tokens: 9,
					total_tokens: 29,
					prompt_cache_hit_tokens: 16,
					prompt_cache_miss_tokens: 4,
					completion_tokens_details: { reasoning_tokens: 7 },
				},
			}),
			'[DONE]',
		),
		parts: [
			'generation: chatcmpl-9',
			'reasoning: Hm.',
			'text: Yes',
			'usage: in 20, read 16, out 9, thought 7',
			'finish: length',
		],
	},
	{
		name: 'xAI: reasoning comes on top of the completion',
		where: at('xai', 'grok-4'),
		body: events(
			chunk({ role: 'assistant', content: 'Yes' }, 'stop'),
			usageChunk({
				prompt_tokens: 32,
				completion_tokens: 9,
				total_tokens: 135,
				prompt_tokens_details: { cached_tokens: 6 },
				completion_tokens_details: { reasoning_tokens: 94 },
			}),
			'[DONE]',
		),
		parts: [
			'generation: chatcmpl-9',
			'text: Yes',
			'usage: in 32, read 6, out 103, thought 94',
			'finish: stop',
		],
	},
	{
		name: 'Groq: usage under x_groq',
		where: at('groq', 'openai/gpt-oss-20b'),
		body: events(
			chunk({ role: 'assistant', content: 'Yes' }),
			chunk({}, 'stop', {
				x_groq: { id: 'req_1', usage: { prompt_tokens: 8, completion_tokens: 2, total_tokens: 10 } },
			}),
			'[DONE]',
		),
		parts: ['generation: chatcmpl-9', 'text: Yes', 'usage: in 8, out 2', 'finish: stop'],
	},
	{
		name: 'Mistral: thinking as a part of the content, usage with the finish',
		where: at('mistral', 'magistral-small'),
		body: events(
			chunk({
				role: 'assistant',
				content: [{ type: 'thinking', thinking: [{ type: 'text', text: 'Hm.' }] }],
			}),
			chunk({ content: 'Yes' }),
			chunk({ content: '' }, 'model_length', {
				usage: { prompt_tokens: 8, completion_tokens: 5, total_tokens: 13 },
			}),
			'[DONE]',
		),
		parts: ['generation: chatcmpl-9', 'reasoning: Hm.', 'text: Yes', 'usage: in 8, out 5', 'finish: length'],
	},
	{
		name: 'Ollama: tool calls whole, no details of the usage',
		where: at('ollama', 'qwen3:8b'),
		body: events(
			chunk({
				role: 'assistant',
				content: '',
				tool_calls: [
					{
						id: 'call_x',
						index: 0,
						type: 'function',
						function: { name: 'read', arguments: '{"path":"b"}' },
					},
				],
			}),
			chunk({ role: 'assistant', content: '' }, 'stop'),
			usageChunk({ prompt_tokens: 5, completion_tokens: 6, total_tokens: 11 }),
			'[DONE]',
		),
		parts: [
			'generation: chatcmpl-9',
			'tool: call_x read {"path":"b"}',
			'usage: in 5, out 6',
			'finish: tools',
		],
	},
	{
		name: 'OpenRouter: comments, its own cost in decimals, what went to the cache',
		where: OPENROUTER,
		headers: { 'x-generation-id': 'gen-77' },
		body: `: OPENROUTER PROCESSING\n\n${events(
			chunk({ role: 'assistant', content: 'Yes' }, null, { provider: 'DeepInfra' }),
			chunk({ role: 'assistant', content: '' }, 'stop'),
			usageChunk({
				prompt_tokens: 194,
				completion_tokens: 2,
				total_tokens: 196,
				cost: 0.00000095,
				is_byok: false,
				prompt_tokens_details: { cached_tokens: 64, cache_write_tokens: 100, audio_tokens: 0 },
				cost_details: { upstream_inference_cost: null },
				completion_tokens_details: { reasoning_tokens: 0 },
			}),
			'[DONE]',
		)}`,
		parts: [
			'generation: gen-77',
			'text: Yes',
			'usage: in 194, read 64, written 100, out 2, thought 0, cost 0.00000095',
			'finish: stop',
		],
	},
	{
		name: 'OpenRouter: with a key of the user’s own, what the provider behind takes is added',
		where: OPENROUTER,
		body: events(
			chunk({ content: 'Yes' }, 'stop'),
			usageChunk({
				prompt_tokens: 1,
				completion_tokens: 1,
				cost: 0.0005,
				is_byok: true,
				cost_details: { upstream_inference_cost: 0.01 },
			}),
		),
		parts: ['generation: chatcmpl-9', 'text: Yes', 'usage: in 1, out 1, cost 0.0105', 'finish: stop'],
	},
	{
		name: 'OpenRouter: an error in the middle',
		where: OPENROUTER,
		body: events(
			chunk({ content: 'Ye' }),
			chunk({ content: '' }, 'error', { error: { code: 429, message: 'Upstream is rate-limited' } }),
		),
		parts: ['generation: chatcmpl-9', 'text: Ye', 'failed: busy, sent maybe'],
	},
	{
		name: 'Anthropic: the prompt is what is fresh, read and written; output grows',
		where: ANTHROPIC,
		body: events(
			messageStart({
				input_tokens: 25,
				cache_creation_input_tokens: 1000,
				cache_read_input_tokens: 4000,
				output_tokens: 1,
				service_tier: 'standard',
			}),
			{ type: 'ping' },
			{
				type: 'content_block_start',
				index: 0,
				content_block: { type: 'thinking', thinking: '', signature: '' },
			},
			{ type: 'content_block_delta', index: 0, delta: { type: 'thinking_delta', thinking: 'Hm.' } },
			{ type: 'content_block_delta', index: 0, delta: { type: 'signature_delta', signature: 'c2ln' } },
			{ type: 'content_block_stop', index: 0 },
			{
				type: 'content_block_start',
				index: 1,
				content_block: { type: 'tool_use', id: 'toolu_1', name: 'read', input: {} },
			},
			{ type: 'content_block_delta', index: 1, delta: { type: 'input_json_delta', partial_json: '' } },
			{
				type: 'content_block_delta',
				index: 1,
				delta: { type: 'input_json_delta', partial_json: '{"path": "a' },
			},
			{
				type: 'content_block_delta',
				index: 1,
				delta: { type: 'input_json_delta', partial_json: '.ts"}' },
			},
			{ type: 'content_block_stop', index: 1 },
			messageDelta('tool_use', { output_tokens: 89 }),
			{ type: 'message_stop' },
		),
		parts: [
			'generation: msg_01',
			'usage: in 5025, read 4000, written 1000',
			'reasoning: Hm.',
			'tool: toolu_1 read {"path": "a.ts"}',
			'usage: in 5025, read 4000, written 1000, out 89',
			'finish: tools',
		],
	},
	{
		name: 'Anthropic: a refusal',
		where: ANTHROPIC,
		body: events(
			messageStart({ input_tokens: 5, output_tokens: 1 }),
			...textBlock('No'),
			messageDelta('refusal', { output_tokens: 3 }),
			{ type: 'message_stop' },
		),
		parts: ['generation: msg_01', 'usage: in 5', 'text: No', 'usage: in 5, out 3', 'finish: refused'],
	},
	{
		name: 'Anthropic: overloaded in the middle',
		where: ANTHROPIC,
		body: events(messageStart({ input_tokens: 5, output_tokens: 1 }), ...textBlock('We'), {
			type: 'error',
			error: { type: 'overloaded_error', message: 'Overloaded' },
		}),
		parts: ['generation: msg_01', 'usage: in 5', 'text: We', 'failed: busy, sent maybe'],
	},
	{
		name: 'Anthropic: overloaded at once, under status 200',
		where: ANTHROPIC,
		body: events({ type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } }),
		parts: ['failed: busy, sent maybe'],
	},
	{
		name: 'Google: candidates leave thoughts out, the prompt holds the cached content',
		where: GOOGLE,
		body: events(
			gemini([{ text: 'Hm.', thought: true }], undefined, {
				promptTokenCount: 50,
				thoughtsTokenCount: 3,
				totalTokenCount: 53,
			}),
			gemini([{ text: 'Yes' }], 'STOP', {
				promptTokenCount: 50,
				cachedContentTokenCount: 32,
				candidatesTokenCount: 4,
				thoughtsTokenCount: 12,
				totalTokenCount: 66,
			}),
		),
		parts: [
			'generation: resp-1',
			'usage: in 50',
			'reasoning: Hm.',
			'text: Yes',
			'usage: in 50, read 32, out 16, thought 12',
			'finish: stop',
		],
	},
	{
		name: 'Google: a call of a function',
		where: GOOGLE,
		body: events(
			gemini([{ functionCall: { id: 'fc1', name: 'read', args: { path: 'a.ts' } } }], 'STOP', {
				promptTokenCount: 5,
				candidatesTokenCount: 4,
				totalTokenCount: 9,
			}),
		),
		parts: ['generation: resp-1', 'tool: fc1 read {"path":"a.ts"}', 'usage: in 5, out 4', 'finish: tools'],
	},
	...['SAFETY', 'RECITATION', 'PROHIBITED_CONTENT'].map(
		(reason): Case => ({
			name: `Google: ${reason}`,
			where: GOOGLE,
			body: events(gemini([{ text: 'Ye' }]), gemini([], reason)),
			parts: ['generation: resp-1', 'text: Ye', 'finish: refused'],
		}),
	),
	{
		name: 'Google: a prompt that is blocked has no candidates',
		where: GOOGLE,
		body: events({
			promptFeedback: { blockReason: 'PROHIBITED_CONTENT' },
			usageMetadata: { promptTokenCount: 9, totalTokenCount: 9 },
			responseId: 'resp-2',
		}),
		parts: ['generation: resp-2', 'usage: in 9', 'finish: refused'],
	},
	{
		name: 'Google: an error in the middle',
		where: GOOGLE,
		body: events(gemini([{ text: 'Ye' }]), {
			error: { code: 503, message: 'The model is overloaded.', status: 'UNAVAILABLE' },
		}),
		parts: ['generation: resp-1', 'text: Ye', 'failed: down, sent maybe'],
	},
	{
		name: 'a stream that ends without a finish is no finish: OpenAI',
		where: OPENAI,
		body: events(chunk({ content: 'Ye' })),
		parts: ['generation: chatcmpl-9', 'text: Ye'],
	},
	{
		name: 'a stream that ends without a finish is no finish: OpenRouter, with [DONE]',
		where: OPENROUTER,
		body: events(chunk({ content: 'Ye' }), '[DONE]'),
		parts: ['generation: chatcmpl-9', 'text: Ye'],
	},
	{
		name: 'a stream that ends without a finish is no finish: Anthropic',
		where: ANTHROPIC,
		body: events(messageStart({ input_tokens: 5, output_tokens: 1 }), ...textBlock('We')),
		parts: ['generation: msg_01', 'usage: in 5', 'text: We'],
	},
	{
		name: 'a stream that ends without a finish is no finish: Google, whatever was counted until then',
		where: GOOGLE,
		body: events(gemini([{ text: 'Ye' }], undefined, { promptTokenCount: 5, candidatesTokenCount: 1 })),
		parts: ['generation: resp-1', 'usage: in 5', 'text: Ye'],
	},
	{
		name: 'usage in words was not reported, and takes nothing from the answer',
		where: OPENAI,
		body: events(
			chunk({ content: 'Yes' }, 'stop'),
			usageChunk({ prompt_tokens: '12', completion_tokens: 'many' }),
		),
		parts: ['generation: chatcmpl-9', 'text: Yes', 'usage: ', 'finish: stop'],
	},
	{
		name: 'usage that is absurd is told as it is, the last one',
		where: OPENAI,
		body: events(
			chunk({ content: 'Yes' }, 'stop'),
			usageChunk({ prompt_tokens: 12, completion_tokens: 7 }),
			usageChunk({ prompt_tokens: -5, completion_tokens: 1e300 }),
		),
		parts: ['generation: chatcmpl-9', 'text: Yes', 'usage: in -5, out 1e+300', 'finish: stop'],
	},
	{
		name: 'an event that is no JSON',
		where: OPENAI,
		body: events(chunk({ content: 'Ye' }), '{"choices": [', chunk({}, 'stop')),
		parts: ['generation: chatcmpl-9', 'text: Ye', 'failed: malformed, sent maybe'],
	},
	{
		name: 'a page instead of a stream',
		where: OPENAI,
		headers: { 'content-type': 'text/html' },
		body: '<html><body><h1>Sign in</h1></body></html>',
		parts: ['failed: malformed, sent maybe'],
	},
	{
		name: 'an error in plain JSON under status 200',
		where: OPENROUTER,
		headers: { 'content-type': 'application/json' },
		body: '{"error":{"code":402,"message":"Insufficient credits"}}',
		parts: ['failed: key, sent maybe'],
	},
];

describe('answers over the wire', () => {
	let server: Playback;
	before(async () => {
		server = await Playback.start();
	});
	after(() => server.close());

	for (const { name, where, body, headers, parts } of cases) {
		it(name, async () => {
			server.next = { body, ...(headers === undefined ? {} : { headers }) };
			const { model, ...endpoint } = where;
			const told = await partsOf(
				{ ...endpoint, baseUrl: `${server.origin}/v1` },
				requestOf({ model, chat: { ...CHAT, tools: [TOOL] } }),
			);
			assert.deepEqual(drawn(told), parts);
		});
	}
});
