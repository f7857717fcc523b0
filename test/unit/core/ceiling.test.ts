import assert from 'node:assert/strict';
import fc from 'fast-check';
import { inputCeiling, promptEstimate, textEstimate } from '../../../src/core/ceiling';
import type { ChatMessage, ChatRequest } from '../../../src/core/model';
import { SentPrefixes } from '../../../src/models/prefix';
import { promptTokens } from '../../fakes/wire/meter';

const plain: ChatRequest = {
	system: 'Fix the test.',
	messages: [{ role: 'user', text: 'It fails.' }],
	tools: [],
	outputTokens: 100,
	leastOutputTokens: 10,
	effort: 'none',
	timeMs: 1000,
};
const tool = { name: 'read', description: 'Reads a file.', parameters: { type: 'object', properties: {} } };

describe('inputCeiling', () => {
	it('is above one token a byte with the templates around it, for every request', () => {
		const text = fc.string({ unit: 'binary', maxLength: 200 });
		const call = fc.record({
			id: fc.string({ maxLength: 60 }),
			name: fc.string({ maxLength: 60 }),
			arguments: text,
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
				results: fc.array(fc.record({ callId: fc.string(), name: fc.string(), text }), { maxLength: 3 }),
			}),
		);
		const tools = fc.array(
			fc.record({ name: text, description: text, parameters: fc.dictionary(fc.string(), fc.jsonValue()) }),
			{ maxLength: 3 },
		);
		fc.assert(
			fc.property(text, fc.array(message, { maxLength: 6 }), tools, (system, messages, specs) => {
				const request: ChatRequest = { ...plain, system, messages, tools: specs };
				// Written out the way the dearest template would: everything as JSON, every byte a token.
				const body = {
					system,
					messages: messages.flatMap((one): unknown[] =>
						one.role === 'tool' ? one.results.map((result) => ({ ...result })) : [{ ...one }],
					),
					tools: specs,
				};
				assert.ok(promptTokens(body, 1) <= inputCeiling(request));
			}),
		);
	});

	it('counts bytes, not letters', () => {
		const wide = { ...plain, messages: [{ role: 'user' as const, text: '漢'.repeat(100) }] };
		const none = { ...plain, messages: [{ role: 'user' as const, text: '' }] };
		assert.equal(inputCeiling(wide) - inputCeiling(none), 300);
	});

	it('has room for the longest hidden instructions that a provider documents, 530 tokens', () => {
		assert.ok(inputCeiling({ ...plain, tools: [tool] }) - inputCeiling(plain) > 530);
	});
});

describe('textEstimate', () => {
	const table: [string, string, number, number][] = [
		['nothing', '', 0, 0],
		['words', 'the value of the index is read before it was set', 10, 13],
		['a ruler', '='.repeat(80), 1, 1],
		['code', 'for (let i = 0; i < list.length; i += 1) {', 14, 24],
		['characters of their own', '漢字漢字漢字', 3, 6],
	];
	for (const [name, text, least, most] of table) {
		it(name, () => {
			const tokens = textEstimate(text);
			assert.ok(tokens >= least && tokens <= most, String(tokens));
		});
	}
});

describe('SentPrefixes', () => {
	const long: ChatMessage = { role: 'user', text: 'the value of the index '.repeat(400) };
	const first: ChatRequest = { ...plain, messages: [long] };
	const next: ChatRequest = { ...plain, messages: [long, { role: 'user', text: 'And now?' }] };
	const usage = { inputTokens: 2500, outputTokens: 1 };

	it('what was reported stands for what is sent again, the new counts by its bytes', () => {
		const sent = new SentPrefixes();
		sent.note(first, usage);
		const ceiling = sent.ceiling(next);
		assert.ok(ceiling !== undefined && ceiling > 2500 && ceiling < inputCeiling(next) / 2, String(ceiling));
	});

	const others: [string, ChatRequest][] = [
		['another system', { ...next, system: 'Other.' }],
		['other tools', { ...next, tools: [tool] }],
		['another beginning', { ...next, messages: [{ role: 'user', text: 'Other.' }] }],
		['a message before it', { ...next, messages: [{ role: 'user', text: 'Other.' }, ...next.messages] }],
	];
	for (const [name, request] of others) {
		it(`${name} is another conversation`, () => {
			const sent = new SentPrefixes();
			sent.note(first, usage);
			assert.equal(sent.ceiling(request), undefined);
		});
	}

	it('a report below our own estimate is no ground to stand on', () => {
		const sent = new SentPrefixes();
		sent.note(first, { inputTokens: Math.floor(promptEstimate(first) * 0.7), outputTokens: 1 });
		assert.equal(sent.ceiling(next), undefined);
	});
});
