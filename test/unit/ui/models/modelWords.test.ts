import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Listing } from '../../../../src/core/listing';
import { rateOf } from '../../../../src/core/price';
import {
	answerText,
	inPoolOrder,
	modelRows,
	moved,
	orderedRows,
	priceText,
} from '../../../../src/ui/models/modelWords';

const price = { input: rateOf(250_000_000), output: rateOf(1_000_000_000), tiers: [] };

function listing(id: string, more: Partial<Listing> = {}): Listing {
	const [provider = '', ...rest] = id.split('/');
	return {
		id,
		provider,
		label: id,
		price,
		priceSource: 'shipped 2026-11-10',
		contextTokens: 100_000,
		outputLimit: 8_000,
		limitsKnown: true,
		callsTools: true,
		keyPresent: true,
		pooled: true,
		usable: true,
		endpoint: { provider, dialect: 'openai-compatible', baseUrl: 'https://example.com/v1' },
		wireModel: rest.join('/'),
		...more,
	};
}

function unpriced(id: string, more: Partial<Listing> = {}): Listing {
	const entries = Object.entries(listing(id, { usable: false, pooled: false, ...more }));
	return Object.fromEntries(entries.filter(([name]) => !name.startsWith('price'))) as unknown as Listing;
}

describe('the list of models', () => {
	const rows = modelRows({
		listings: [
			listing('openai/other', { pooled: false }),
			listing('openai/mini'),
			listing('google/flash', { keyPresent: false, usable: false, why: 'no key: set GEMINI_API_KEY' }),
			unpriced('ollama/qwen', { why: 'no price' }),
		],
		editor: [
			{ id: 'editor/copilot/a', label: 'A', price, priceSource: 'shipped 2026-11-10', usable: true },
			{ id: 'editor/copilot/auto', label: 'Auto', usable: false, why: 'no price is published' },
		],
		local: new Set(['ollama']),
		pool: undefined,
		lentByDefault: new Set(['editor/copilot/a']),
		keyFrom: () => 'in secret storage',
	});

	it('stands in an order by hand, numbered, the rest below; chosen ones can be moved, others not', () => {
		const order = ['editor/copilot/a', 'openai/mini', 'gone/model'];
		const ordered = orderedRows(rows, order);
		assert.deepEqual(
			ordered.slice(0, 3).map(({ id, group, label }) => [id, group, label]),
			[
				['editor/copilot/a', 'order', '1. A'],
				['openai/mini', 'order', '2. openai/mini'],
				['openai/other', 'ready', 'openai/other'],
			],
		);
		assert.equal(ordered.length, rows.length);
		for (const row of [...ordered, ...orderedRows(rows, undefined)]) {
			assert.equal(row.actions.includes('earlier'), row.chosen, row.id);
		}
		const pool = ['editor/copilot', 'nobody/*', 'openai/*'];
		assert.deepEqual(inPoolOrder(rows, pool), ['editor/copilot/a', 'openai/mini']);
	});

	it('a move changes two places, or nothing at the ends, and is undone by its opposite', () => {
		fc.assert(
			fc.property(
				fc.uniqueArray(fc.string(), { minLength: 1, maxLength: 6 }),
				fc.nat(5),
				fc.constantFrom('earlier' as const, 'later' as const),
				(ids, at, by) => {
					const id = ids[at % ids.length] ?? '';
					const then = moved(ids, id, by);
					assert.deepEqual([...then].sort(), [...ids].sort());
					const step = then.indexOf(id) - ids.indexOf(id);
					const atEnd = ids.indexOf(id) === (by === 'earlier' ? 0 : ids.length - 1);
					assert.equal(step, atEnd ? 0 : by === 'earlier' ? -1 : 1);
					if (!atEnd) {
						assert.deepEqual(moved(then, id, by === 'earlier' ? 'later' : 'earlier'), ids);
					}
				},
			),
		);
	});

	it('has the ready ones first, the chosen of them in front, and says what the rest lack', () => {
		assert.deepEqual(
			rows.map(({ id, group, chosen }) => [id, group, chosen]),
			[
				['openai/mini', 'ready', true],
				['openai/other', 'ready', false],
				['editor/copilot/a', 'editor', true],
				['editor/copilot/auto', 'editor', false],
				['ollama/qwen', 'local', false],
				['google/flash', 'key', false],
			],
		);
		assert.deepEqual(
			rows.map(({ description }) => description),
			[
				'$0.25 in, $1.00 out per million',
				'$0.25 in, $1.00 out per million',
				'about $0.25 in, $1.00 out per million',
				'no price known',
				'no price known',
				'$0.25 in, $1.00 out per million',
			],
		);
		assert.equal(rows[0]?.detail, 'openai/mini · key: in secret storage · price of 2026-11-10');
		assert.match(rows[5]?.detail ?? '', /no key: set GEMINI_API_KEY/);
	});

	it('offers what can be done there and then', () => {
		assert.deepEqual(
			rows.map(({ actions }) => actions),
			[['test'], ['test'], ['test'], ['price'], ['test', 'free'], ['key']],
		);
	});

	it("marks the user's own choice where there is one, usable or not", () => {
		const own = modelRows({
			listings: [
				listing('openai/mini', { pooled: false }),
				listing('google/flash', { keyPresent: false, usable: false }),
			],
			editor: [],
			local: new Set(),
			pool: ['google/flash'],
			lentByDefault: new Set(),
			keyFrom: () => undefined,
		});
		assert.deepEqual(
			own.map(({ chosen }) => chosen),
			[false, true],
		);
	});
});

describe('what a question to a provider brought', () => {
	it('is told with the models and what the key may spend', () => {
		const credit = { limitUsd: 10, remainingUsd: 4.096 };
		assert.equal(
			answerText('OpenRouter', { kind: 'answers', models: ['a', 'b'], credit }),
			'OpenRouter answers and lists 2 models. The key may still spend $4.10.',
		);
		assert.equal(
			answerText('OpenRouter', { kind: 'answers', models: ['a'], credit: {} }),
			'OpenRouter answers and lists 1 model. The key has no limit of its own.',
		);
		assert.equal(answerText('Acme', { kind: 'answers' }), 'Acme answers.');
		assert.equal(
			answerText('Acme', { kind: 'answers', models: ['a'] }, 'b'),
			'Acme answers, and does not list b.',
		);
		assert.equal(
			answerText('Acme', { kind: 'trouble', trouble: 'key', reason: 'acme refused the key.' }),
			'acme refused the key.',
		);
	});

	it('prices in words', () => {
		assert.equal(priceText({ input: rateOf(0), output: rateOf(0), tiers: [] }), '$0');
		assert.equal(priceText(price), '$0.25 in, $1.00 out per million');
	});
});
