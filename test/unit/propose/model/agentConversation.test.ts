import assert from 'node:assert/strict';
import { Conversation } from '../../../../src/propose/model/agentConversation';
import { oneLine, ordinal } from '../../../../src/propose/model/agentWords';
import { call, calls } from './tools/scriptedModel';

describe('agentConversation', () => {
	const LONG = `begin ${'x'.repeat(5_000)} end`;
	const talkOf = (turns: number) => {
		const talk = new Conversation('our words', [{ name: 'look', description: 'Looks.', parameters: {} }]);
		talk.ask('the problem');
		for (let turn = 0; turn < turns; turn += 1) {
			const one = call('look', { turn });
			talk.reply(calls(`turn ${turn}`, one));
			talk.answer([{ callId: one.id, name: 'look', text: LONG }]);
		}
		return talk;
	};

	it('tells what is new, once', () => {
		const talk = talkOf(1);
		assert.match(
			talk.news(),
			/^# System\nour words\n\n# Tools\n\{"name":"look"[^]*# User\nthe problem[^]*turn 0\nlook \{"turn":0\}/,
		);
		talk.tell();
		assert.equal(talk.news(), '');
		talk.ask('more');
		assert.equal(talk.news(), '# User\nmore');
	});

	it('cuts all results but the last two, and says so', () => {
		const talk = talkOf(4);
		talk.tell();
		const before = talk.messages.map((message) => structuredClone(message));
		const bytes = talk.bytes;
		assert.equal(talk.shorten(), true);
		assert.ok(talk.bytes < bytes - 8_000);
		const texts = talk.messages.flatMap((message) =>
			message.role === 'tool' ? message.results.map(({ text }) => text) : [],
		);
		assert.deepEqual(
			texts.map((text) => text.length < 500),
			[true, true, false, false],
		);
		assert.match(texts[0] ?? '', /^begin x+\n\[\d+ characters left out\]\nx+ end$/);
		assert.deepEqual(
			talk.messages.filter(({ role }) => role !== 'tool'),
			before.filter(({ role }) => role !== 'tool'),
		);
		assert.match(talk.news(), /older results are cut/);
		assert.equal(talk.shorten(), false);
		assert.equal(talk.cuts, 1);
		assert.equal(talkOf(2).shorten(), false);
	});

	it('keeps what a client needs back, and no name that a provider would refuse', () => {
		const talk = talkOf(0);
		const one = call('no such\nname', '{');
		const echo = { signed: 'thinking' };
		talk.reply({ ...calls('', one), echo });
		talk.answer([{ callId: one.id, name: one.name, text: 'no' }]);
		assert.deepEqual(talk.messages.slice(1), [
			{ role: 'assistant', text: '', toolCalls: [{ ...one, name: 'unknown_tool' }], echo },
			{ role: 'tool', results: [{ callId: one.id, name: 'unknown_tool', text: 'no' }] },
		]);
	});

	it('puts words of others on one line', () => {
		assert.equal(oneLine('a\n\tb\u0007 \u202ec\u200b', 80), 'a b c');
		assert.equal(oneLine(`${'x'.repeat(9)}😀😀`, 11), `${'x'.repeat(9)}…`);
		assert.deepEqual([1, 2, 3, 4, 11, 12, 13, 21, 102, 111].map(ordinal), [
			'1st',
			'2nd',
			'3rd',
			'4th',
			'11th',
			'12th',
			'13th',
			'21st',
			'102nd',
			'111th',
		]);
	});
});
