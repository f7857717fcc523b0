// What leaves for each kind of provider: the output limit, thinking, caching, tools, what is given back, and no more.
import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import type { Endpoint } from '../../../../src/core/endpoint';
import type { ChatMessage, ChatRequest } from '../../../../src/core/model';
import { rateOf } from '../../../../src/core/price';
import type { WirePart } from '../../../../src/models/wire';
import { CHAT, events, KEY, Playback, partsOf, requestOf, TOOL } from './playback';

const WITH_TOOLS: ChatRequest = { ...CHAT, tools: [TOOL] };

describe('requests over the wire', () => {
	let server: Playback;
	before(async () => {
		server = await Playback.start();
	});
	after(() => server.close());

	const at = (provider: string, dialect: Endpoint['dialect'] = 'openai-compatible'): Endpoint => ({
		provider,
		dialect,
		baseUrl: `${server.origin}/v1`,
	});
	const sent = async (endpoint: Endpoint, model: string, chat: ChatRequest, quoted = requestOf().quoted) => {
		server.next = { body: '' };
		await partsOf(endpoint, requestOf({ model, chat, quoted }));
		return server.last;
	};

	describe('chat completions, field by field', () => {
		const rows: readonly (readonly [string, string, Partial<ChatRequest>, Record<string, unknown>])[] = [
			[
				'openai',
				'gpt-4.1-mini',
				{ tools: [TOOL] },
				{ max_completion_tokens: 4096, parallel_tool_calls: false, reasoning_effort: undefined },
			],
			['openai', 'gpt-5-mini', { effort: 'none' }, { reasoning_effort: 'minimal' }],
			['openai', 'gpt-5.6', { effort: 'high' }, { reasoning_effort: 'high' }],
			['openai', 'gpt-5.6', { effort: 'high', tools: [TOOL] }, { reasoning_effort: 'none' }],
			['openai', 'gpt-5-chat-latest', { effort: 'high' }, { reasoning_effort: undefined }],
			[
				'openai',
				'o4-mini',
				{ tools: [TOOL] },
				{ reasoning_effort: 'low', parallel_tool_calls: undefined, max_tokens: undefined },
			],
			[
				'deepseek',
				'deepseek-v4',
				{ effort: 'low' },
				{ max_tokens: 4096, thinking: { type: 'enabled' }, reasoning_effort: 'low' },
			],
			['groq', 'openai/gpt-oss-20b', {}, { max_completion_tokens: 4096, reasoning_effort: 'low' }],
			['groq', 'qwen/qwen3-32b', {}, { reasoning_effort: 'none', reasoning_format: 'parsed' }],
			['mistral', 'devstral-small', { tools: [TOOL] }, { max_tokens: 4096, stream_options: undefined }],
			['xai', 'grok-4', { effort: 'high' }, { max_completion_tokens: 4096, reasoning_effort: undefined }],
			['together', 'Qwen/Qwen3-Coder', {}, { max_tokens: 4096, stream_options: { include_usage: true } }],
			['vllm', 'Qwen/Qwen3-8B', {}, { chat_template_kwargs: { enable_thinking: false } }],
			['ollama', 'qwen3:8b', {}, { max_tokens: 4096, chat_template_kwargs: undefined }],
			['mine', 'whatever', { tools: [TOOL] }, { max_tokens: 4096, parallel_tool_calls: undefined }],
		];
		for (const [provider, model, change, fields] of rows) {
			it(`${provider} ${model} ${JSON.stringify(Object.keys(change))}`, async () => {
				const { body } = await sent(at(provider), model, { ...CHAT, ...change });
				for (const [name, value] of Object.entries(fields)) {
					assert.deepEqual(body[name], value, name);
				}
			});
		}
	});

	const roles: readonly (readonly [string, string, readonly string[]])[] = [
		['openai', 'gpt-4.1', ['system', 'user']],
		['openai', 'o3', ['developer', 'user']],
		['openai', 'o1-mini', ['user']],
		['ollama', 'gemma3:27b', ['user']],
		['ollama', 'gemma-4-31b', ['system', 'user']],
	];
	for (const [provider, model, expected] of roles) {
		it(`${provider} ${model} hears ${expected.join(', ')}`, async () => {
			const { body } = await sent(at(provider), model, CHAT);
			const messages = body['messages'] as { role: string; content: string }[];
			assert.deepEqual(
				messages.map(({ role }) => role),
				expected,
			);
			assert.ok(
				messages
					.map(({ content }) => content)
					.join(' ')
					.includes('Mend it.'),
			);
		});
	}

	it('OpenRouter routes under the quoted price, which itself passes, and only where the limit is known', async () => {
		const { body } = await sent(at('openrouter', 'openrouter'), 'qwen/qwen3-coder:free', WITH_TOOLS);
		assert.equal(body['model'], 'qwen/qwen3-coder:free');
		assert.equal(body['max_tokens'], 4096);
		assert.equal(body['reasoning'], undefined);
		const { max_price: most, ...routing } = body['provider'] as {
			max_price: { prompt: number; completion: number };
		};
		assert.deepEqual(routing, { allow_fallbacks: true, require_parameters: true });
		assert.ok(most.prompt >= 0.15 && most.prompt < 0.150000001, String(most.prompt));
		assert.ok(most.completion >= 0.6 && most.completion < 0.600000001, String(most.completion));
	});

	it('OpenRouter: no price is left out by its last digit, however it was worked out', async () => {
		await fc.assert(
			fc.asyncProperty(fc.integer({ min: 0, max: 200_000_000_000 }), async (rate) => {
				const quoted = { input: rateOf(rate), output: rateOf(rate), tiers: [] };
				const { body } = await sent(at('openrouter', 'openrouter'), 'a/b', CHAT, quoted);
				const { prompt } = (body['provider'] as { max_price: { prompt: number } }).max_price;
				// Per token as OpenRouter publishes it, and per million as it compares.
				for (const theirs of [rate / 1e9, (rate / 1e15) * 1e6, Number((rate / 1e15).toFixed(15)) * 1e6]) {
					assert.ok(prompt >= theirs, `${prompt} < ${theirs}`);
				}
				assert.ok(prompt <= (rate / 1e9) * (1 + 1e-11));
			}),
			{ numRuns: 60 },
		);
	});

	it('OpenRouter is told how hard to think only for models that think, and never to stop where none can', async () => {
		const effort = async (model: string, wanted: ChatRequest['effort']) =>
			(await sent(at('openrouter', 'openrouter'), model, { ...CHAT, effort: wanted })).body['reasoning'];
		assert.deepEqual(await effort('deepseek/deepseek-v3.2', 'none'), { effort: 'none' });
		assert.deepEqual(await effort('openai/gpt-5-mini', 'none'), { effort: 'low' });
		assert.deepEqual(await effort('google/gemini-2.5-pro', 'none'), { effort: 'low' });
		assert.deepEqual(await effort('google/gemini-2.5-flash', 'none'), { effort: 'none' });
		assert.equal(await effort('meta-llama/llama-3.3-70b-instruct', 'high'), undefined);
	});

	it('marks the stable prefix for Anthropic’s cache, and only where writing to it has a price', async () => {
		const messages: ChatMessage[] = [
			{ role: 'user', text: 'One.' },
			{ role: 'assistant', text: 'Two.', toolCalls: [] },
			{ role: 'user', text: 'Three.' },
		];
		const unstable = { ...WITH_TOOLS, messages };
		const chat = { ...unstable, cacheUpTo: 0 };
		const priced = { ...requestOf().quoted, cacheWrite: rateOf(200_000_000) };
		const mark = { cache_control: { type: 'ephemeral' } };
		for (const [endpoint, model] of [
			[at('anthropic', 'anthropic'), 'claude-haiku-4-5'],
			[at('openrouter', 'openrouter'), 'anthropic/claude-haiku-4.5'],
		] as const) {
			const { body } = await sent(endpoint, model, chat, priced);
			const marked = JSON.stringify(body).match(/"cache_control":\{"type":"ephemeral"\}/g)?.length;
			assert.equal(marked, 2, model);
			const said = (body['messages'] as { content: unknown }[]).map(({ content }) => content);
			assert.ok(
				said.some((one) => JSON.stringify(one) === JSON.stringify([{ type: 'text', text: 'One.', ...mark }])),
			);
			const unpriced = await sent(endpoint, model, chat);
			assert.ok(!JSON.stringify(unpriced.body).includes('cache_control'), model);
			assert.ok(
				!JSON.stringify((await sent(endpoint, model, unstable, priced)).body).includes('cache_control'),
			);
		}
	});

	it('Claude: the limit is always set and holds the thinking, whatever the effort', async () => {
		const rows: readonly (readonly [string, ChatRequest['effort'], unknown, unknown])[] = [
			['claude-haiku-4-5', 'none', undefined, undefined],
			['claude-haiku-4-5', 'medium', { type: 'enabled', budget_tokens: 2048 }, undefined],
			['claude-3-5-haiku-latest', 'high', undefined, undefined],
			['claude-opus-4-7', 'none', { type: 'disabled' }, undefined],
			['claude-opus-4-7', 'high', { type: 'adaptive' }, { effort: 'high' }],
			['claude-sonnet-4-20250514', 'low', { type: 'enabled', budget_tokens: 2048 }, undefined],
			['claude-something-9', 'low', { type: 'adaptive' }, { effort: 'low' }],
		];
		for (const [model, effort, thinking, output] of rows) {
			const { body, headers } = await sent(at('anthropic', 'anthropic'), model, { ...CHAT, effort });
			assert.equal(body['max_tokens'], 4096, model);
			assert.deepEqual(body['thinking'], thinking, model);
			assert.deepEqual(body['output_config'], output, model);
			assert.equal(body['temperature'], undefined);
			assert.equal(headers['anthropic-beta'], undefined);
		}
	});

	it('Gemini: thinking by budget or by level, within the limit', async () => {
		const rows: readonly (readonly [string, ChatRequest['effort'], unknown])[] = [
			['gemini-2.5-flash', 'none', { includeThoughts: false, thinkingBudget: 0 }],
			['gemini-2.5-pro', 'none', { includeThoughts: false, thinkingBudget: 128 }],
			['gemini-2.5-pro', 'high', { includeThoughts: true, thinkingBudget: 2048 }],
			['gemini-3-pro-preview', 'none', { includeThoughts: false, thinkingLevel: 'low' }],
			['gemini-3.5-flash', 'none', { includeThoughts: false, thinkingLevel: 'minimal' }],
			['gemini-2.0-flash', 'high', undefined],
		];
		for (const [model, effort, thinking] of rows) {
			const { body, path } = await sent(at('google', 'google'), model, { ...CHAT, effort });
			const config = body['generationConfig'] as Record<string, unknown>;
			assert.equal(config['maxOutputTokens'], 4096);
			assert.deepEqual(config['thinkingConfig'], thinking, model);
			assert.match(path, new RegExp(`/models/${model}:streamGenerateContent\\?alt=sse$`));
			assert.ok(!path.includes(KEY));
		}
	});

	it('signed thinking goes back to the model that signed it, and to no other', async () => {
		server.next = {
			body: events(
				{
					type: 'message_start',
					message: {
						id: 'm',
						type: 'message',
						role: 'assistant',
						model: 'c',
						content: [],
						stop_reason: null,
						stop_sequence: null,
						usage: { input_tokens: 1, output_tokens: 1 },
					},
				},
				{
					type: 'content_block_start',
					index: 0,
					content_block: { type: 'thinking', thinking: '', signature: '' },
				},
				{ type: 'content_block_delta', index: 0, delta: { type: 'thinking_delta', thinking: 'Hm.' } },
				{ type: 'content_block_delta', index: 0, delta: { type: 'signature_delta', signature: 'c2ln' } },
				{ type: 'content_block_stop', index: 0 },
				{ type: 'content_block_start', index: 1, content_block: { type: 'redacted_thinking', data: 'cmVk' } },
				{ type: 'content_block_stop', index: 1 },
				{ type: 'content_block_start', index: 2, content_block: { type: 'text', text: '' } },
				{ type: 'content_block_delta', index: 2, delta: { type: 'text_delta', text: 'I read.' } },
				{ type: 'content_block_stop', index: 2 },
				{
					type: 'content_block_start',
					index: 3,
					content_block: { type: 'tool_use', id: 'toolu_1', name: 'read', input: {} },
				},
				{
					type: 'content_block_delta',
					index: 3,
					delta: { type: 'input_json_delta', partial_json: '{"path":"a"}' },
				},
				{ type: 'content_block_stop', index: 3 },
				{
					type: 'message_delta',
					delta: { stop_reason: 'tool_use', stop_sequence: null },
					usage: { output_tokens: 9 },
				},
				{ type: 'message_stop' },
			),
		};
		const first = await partsOf(
			at('anthropic', 'anthropic'),
			requestOf({ model: 'claude-haiku-4-5', chat: WITH_TOOLS }),
		);
		const chat = answered(WITH_TOOLS, first);
		const { body } = await sent(at('anthropic', 'anthropic'), 'claude-haiku-4-5', { ...chat, effort: 'low' });
		assert.deepEqual((body['messages'] as { content: unknown }[])[1]?.content, [
			{ type: 'thinking', thinking: 'Hm.', signature: 'c2ln' },
			{ type: 'redacted_thinking', data: 'cmVk' },
			{ type: 'text', text: 'I read.' },
			{ type: 'tool_use', id: 'toolu_1', name: 'read', input: { path: 'a' } },
		]);
		const other = await sent(at('anthropic', 'anthropic'), 'claude-opus-4-7', chat);
		assert.ok(!JSON.stringify(other.body).includes('c2ln'));
		assert.ok(JSON.stringify(other.body).includes('I read.'));
	});

	it('a signature of Gemini goes back on the call it came with', async () => {
		server.next = {
			body: events({
				candidates: [
					{
						content: {
							role: 'model',
							parts: [
								{ functionCall: { id: 'f1', name: 'read', args: { path: 'a' } }, thoughtSignature: 'c2ln' },
							],
						},
						finishReason: 'STOP',
					},
				],
				responseId: 'r',
			}),
		};
		const first = await partsOf(
			at('google', 'google'),
			requestOf({ model: 'gemini-3-flash', chat: WITH_TOOLS }),
		);
		const { body } = await sent(at('google', 'google'), 'gemini-3-flash', answered(WITH_TOOLS, first));
		const parts = (body['contents'] as { parts: Record<string, unknown>[] }[])[1]?.parts;
		assert.equal(parts?.[0]?.['thoughtSignature'], 'c2ln');
	});

	it('reasoning goes back as DeepSeek and OpenRouter want it, and not to others', async () => {
		const chunk = (delta: unknown, finish: string | null = null) => ({
			id: 'x',
			choices: [{ index: 0, delta, finish_reason: finish }],
		});
		const details = (text: string, signature: string | null) => [
			{ type: 'reasoning.text', text, signature, index: 0, format: 'anthropic-claude-v1' },
		];
		const body = events(
			chunk({ reasoning: 'H', reasoning_details: details('H', null) }),
			chunk({ reasoning: 'm.', reasoning_details: details('m.', 'c2ln') }),
			chunk({
				tool_calls: [{ index: 0, id: 'c1', type: 'function', function: { name: 'read', arguments: '{}' } }],
			}),
			chunk({}, 'tool_calls'),
		);
		const back = async (endpoint: Endpoint, model: string) => {
			server.next = { body };
			const first = await partsOf(endpoint, requestOf({ model, chat: WITH_TOOLS }));
			const second = await sent(endpoint, model, answered(WITH_TOOLS, first));
			return (second.body['messages'] as Record<string, unknown>[])[2];
		};
		const openRouter = await back(at('openrouter', 'openrouter'), 'anthropic/claude-haiku-4.5');
		assert.deepEqual(openRouter?.['reasoning_details'], details('Hm.', 'c2ln'));
		const deepseek = await back(at('deepseek'), 'deepseek-v4');
		assert.equal(deepseek?.['reasoning_content'], 'Hm.');
		const groq = await back(at('groq'), 'openai/gpt-oss-20b');
		assert.deepEqual(Object.keys(groq ?? {}).sort(), ['content', 'role', 'tool_calls']);
	});

	it('Mistral gets ids of nine letters, the same for a call and its result', async () => {
		const chat: ChatRequest = {
			...WITH_TOOLS,
			messages: [
				...CHAT.messages,
				{
					role: 'assistant',
					text: '',
					toolCalls: [{ id: 'call_very_long_1', name: 'read', arguments: '{"pa' }],
				},
				{ role: 'tool', results: [{ callId: 'call_very_long_1', name: 'read', text: 'No.' }] },
			],
		};
		const { body } = await sent(at('mistral'), 'devstral', chat);
		const [, , call, result] = body['messages'] as Record<string, unknown>[];
		const calls = call?.['tool_calls'] as { id: string; function: { arguments: string } }[];
		assert.match(calls[0]?.id ?? '', /^[a-z0-9]{9}$/);
		assert.equal(result?.['tool_call_id'], calls[0]?.id);
		// Servers refuse arguments that are no JSON: they go back as what they were, within JSON.
		assert.deepEqual(JSON.parse(calls[0]?.function.arguments ?? ''), { malformed_arguments: '{"pa' });
	});
});

/** The next request of a conversation in which the tool was asked for. */
function answered(chat: ChatRequest, parts: readonly WirePart[]): ChatRequest {
	const text = parts.map((part) => (part.kind === 'text' ? part.text : '')).join('');
	const toolCalls = parts.flatMap((part) => (part.kind === 'tool' ? [part.call] : []));
	const echo = parts.flatMap((part) => (part.kind === 'finish' ? [part.echo] : []))[0];
	const results = toolCalls.map(({ id, name }) => ({ callId: id, name, text: 'Read.' }));
	return {
		...chat,
		messages: [
			...chat.messages,
			{ role: 'assistant', text, toolCalls, ...(echo === undefined ? {} : { echo }) },
			{ role: 'tool', results },
		],
	};
}
