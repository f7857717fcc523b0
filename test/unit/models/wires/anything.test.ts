// Whatever bytes come back: a wire never throws, ends with one last word at most, and says that an answer is finished
// only where the provider said so.
import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { drawn, events, Playback, partsOf, requestOf } from './playback';

const words = fc.constantFrom(
	'stop',
	'STOP',
	'end_turn',
	'tool_calls',
	'message_start',
	'message_delta',
	'error',
	'x',
);
const leaf = fc.oneof(words, fc.integer(), fc.double(), fc.boolean(), fc.constant(null), fc.string());
const names = fc.constantFrom(
	...[
		'choices',
		'delta',
		'content',
		'tool_calls',
		'function',
		'name',
		'arguments',
		'index',
		'id',
		'finish_reason',
	],
	...[
		'usage',
		'prompt_tokens',
		'completion_tokens',
		'cost',
		'type',
		'message',
		'error',
		'content_block',
		'stop_reason',
	],
	...[
		'candidates',
		'parts',
		'text',
		'functionCall',
		'args',
		'finishReason',
		'usageMetadata',
		'promptTokenCount',
	],
	...[
		'reasoning_details',
		'reasoning_content',
		'signature',
		'partial_json',
		'code',
		'__proto__',
		'constructor',
	],
);
const { event } = fc.letrec((tie) => ({
	event: fc.oneof(
		{ depthSize: 'medium', withCrossShrink: true },
		leaf,
		fc.array(tie('event'), { maxLength: 3 }),
		fc.dictionary(names, tie('event'), { maxKeys: 5 }),
	),
}));
/** Real events with one thing in them that is something else. */
const nearly = fc
	.tuple(
		fc.constantFrom<Record<string, unknown>>(
			{ id: 'x', choices: [{ index: 0, delta: { content: 'a' }, finish_reason: null }] },
			{ id: 'x', choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] },
			{ id: 'x', choices: [], usage: { prompt_tokens: 1, completion_tokens: 1 } },
			{
				type: 'message_start',
				message: {
					id: 'm',
					role: 'assistant',
					model: 'c',
					content: [],
					usage: { input_tokens: 1, output_tokens: 1 },
				},
			},
			{ type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
			{ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'a' } },
			{ type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 1 } },
			{ candidates: [{ content: { role: 'model', parts: [{ text: 'a' }] }, finishReason: 'STOP' }] },
		),
		names,
		event,
		fc.boolean(),
	)
	.map(([real, name, other, change]) => (change ? { ...real, [name]: other } : real));
const body = fc
	.array(fc.oneof({ weight: 3, arbitrary: nearly }, event, fc.string()), { maxLength: 6 })
	.map((all) => events(...all));

describe('anything over the wire', () => {
	let server: Playback;
	const unhandled: unknown[] = [];
	const note = (reason: unknown) => {
		unhandled.push(reason);
	};
	before(async () => {
		server = await Playback.start();
		process.on('unhandledRejection', note);
	});
	after(async () => {
		process.off('unhandledRejection', note);
		await server.close();
	});

	const models = {
		'openai-compatible': 'm',
		openrouter: 'a/b',
		anthropic: 'claude-haiku-4-5',
		google: 'gemini-2.5-flash',
	};
	const finishes = {
		'openai-compatible': '"finish_reason"',
		openrouter: '"finish_reason"',
		anthropic: '"stop_reason"',
		google: /"finishReason"|"blockReason"/,
	};
	for (const dialect of ['openai-compatible', 'openrouter', 'anthropic', 'google'] as const) {
		it(dialect, async () => {
			await fc.assert(
				fc.asyncProperty(body, async (text) => {
					server.next = { body: text };
					const endpoint = { provider: 'p', dialect, baseUrl: `${server.origin}/v1` };
					const parts = await partsOf(endpoint, requestOf({ model: models[dialect] }));
					const last = parts.filter(({ kind }) => kind === 'finish' || kind === 'failed');
					assert.ok(last.length <= 1, drawn(parts).join('\n'));
					assert.ok(last[0] === undefined || parts.at(-1) === last[0]);
					if (last[0]?.kind === 'finish') {
						assert.match(text, new RegExp(finishes[dialect]));
					}
					for (const part of parts) {
						assert.ok(part.kind !== 'text' || typeof part.text === 'string');
						assert.ok(part.kind !== 'tool' || typeof part.call.arguments === 'string');
						assert.ok(part.kind !== 'failed' || part.sent === 'maybe');
					}
				}),
				{ numRuns: 150 },
			);
			assert.deepEqual(unhandled, []);
		});
	}
});
