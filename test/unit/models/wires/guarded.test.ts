// Everything that the wires send passes the gateway's guard: the limit that is paid for, and no more text than is
// counted, whatever the conversation holds.
import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { inputCeiling } from '../../../../src/core/ceiling';
import type { ChatMessage, ChatRequest } from '../../../../src/core/model';
import { rateOf } from '../../../../src/core/price';
import { GuardedCall } from '../../../../src/models/guardedFetch';
import { wireFor } from '../../../../src/models/providers';
import type { WirePart } from '../../../../src/models/wire';
import { WireServer } from '../../../fakes/wire/server';
import { CHAT, KEY, requestOf, TOOL } from './playback';

const text = fc.oneof(
	fc.string({ unit: 'binary', maxLength: 300 }),
	fc.constant('"\\\n\u0000💥'),
	fc.constant(''),
);
const call = fc.record({
	id: fc.string({ minLength: 1, maxLength: 40 }),
	name: fc.constantFrom('read', 'nothing like it'),
	arguments: fc.oneof(fc.constant('{"path":"a.ts"}'), fc.json(), text),
});
const message: fc.Arbitrary<ChatMessage> = fc.oneof(
	fc.record({ role: fc.constant('user' as const), text }),
	fc.record({
		role: fc.constant('assistant' as const),
		text,
		toolCalls: fc.array(call, { maxLength: 3 }),
	}),
	fc.record({
		role: fc.constant('tool' as const),
		results: fc.array(fc.record({ callId: fc.string(), name: fc.constant('read'), text }), {
			minLength: 1,
			maxLength: 3,
		}),
	}),
);
const chats: fc.Arbitrary<ChatRequest> = fc.record({
	system: text,
	messages: fc.array(message, { minLength: 1, maxLength: 6 }),
	tools: fc.constantFrom([], [TOOL]),
	effort: fc.constantFrom('none', 'low', 'medium', 'high'),
	outputTokens: fc.constant(9999),
	leastOutputTokens: fc.constant(1),
	timeMs: fc.constant(1000),
	cacheUpTo: fc.constant(0),
});

describe('wires under the guard', () => {
	let server: WireServer;
	before(async () => {
		server = await WireServer.start({ keep: 1 });
	});
	after(() => server.close());

	const models = {
		'openai-compatible': ['mistral', 'devstral'],
		openrouter: ['openrouter', 'anthropic/claude-haiku-4.5'],
		anthropic: ['anthropic', 'claude-haiku-4-5'],
		google: ['google', 'gemini-3-flash'],
	} as const;
	for (const dialect of ['openai-compatible', 'openrouter', 'anthropic', 'google'] as const) {
		const [provider, model] = models[dialect];
		const ask = async (chat: ChatRequest, outputTokens: number) => {
			const guard = new GuardedCall({
				origins: [server.origin],
				outputTokens,
				mostBytes: inputCeiling(chat),
				limits: { headersMs: 5000, stallMs: 5000, bodyBytes: 1_000_000 },
				fetch: () => globalThis.fetch,
				nowEpochMs: () => Date.now(),
			});
			const wire = wireFor({ provider, dialect, baseUrl: server.base(dialect) }, () => KEY);
			const quoted = { ...requestOf().quoted, cacheWrite: rateOf(1) };
			const parts: WirePart[] = [];
			const { signal } = new AbortController();
			for await (const part of wire.stream({
				model,
				chat,
				outputTokens,
				quoted,
				fetch: guard.fetch,
				signal,
			})) {
				parts.push(part);
			}
			return { guard, parts };
		};

		it(`${dialect}: any conversation`, async () => {
			await fc.assert(
				fc.asyncProperty(chats, fc.integer({ min: 1, max: 100_000 }), async (chat, outputTokens) => {
					const { guard, parts } = await ask(chat, outputTokens);
					assert.equal(guard.fault, undefined);
					assert.equal(parts.at(-1)?.kind, 'finish', JSON.stringify(parts.at(-1)));
					assert.equal(server.seen.at(-1)?.limit, outputTokens);
				}),
				{ numRuns: 60 },
			);
		});

		it(`${dialect}: what is given back is counted`, async () => {
			const answer = {
				text: 'I read it.',
				reasoning: 'Let me see. '.repeat(200),
				tools: [{ id: 'call_1', name: 'read', arguments: '{"path":"a.ts"}' }],
			};
			server.script({ kind: 'answer', answer });
			const chat = { ...CHAT, tools: [TOOL], effort: 'high' as const };
			const first = await ask(chat, 8000);
			const finish = first.parts.find((part) => part.kind === 'finish');
			const toolCalls = first.parts.flatMap((part) => (part.kind === 'tool' ? [part.call] : []));
			assert.equal(toolCalls.length, 1);
			const second = await ask(
				{
					...chat,
					messages: [
						...chat.messages,
						{
							role: 'assistant',
							text: answer.text,
							toolCalls,
							...(finish?.echo === undefined ? {} : { echo: finish.echo }),
						},
						{ role: 'tool', results: [{ callId: toolCalls[0]?.id ?? '', name: 'read', text: 'x' }] },
					],
				},
				8000,
			);
			assert.equal(second.guard.fault, undefined);
			assert.equal(second.parts.at(-1)?.kind, 'finish');
		});
	}
});
