import assert from 'node:assert/strict';
import fc from 'fast-check';
import { rateOf } from '../../../../src/core/price';
import {
	matchesPattern,
	modelNamed,
	ownShopId,
	placeInPool,
	recommended,
	selectsOffer,
} from '../../../../src/models/catalogue/pool';
import { shippedModels } from '../../../../src/models/catalogue/shipped';

describe('the pool', () => {
	it('every model we choose is shipped, and priced', () => {
		for (const provider of [
			'openrouter',
			'openai',
			'anthropic',
			'google',
			'deepseek',
			'groq',
			'together',
			'mistral',
			'xai',
		]) {
			const models = [...shippedModels(provider).values()].map(({ id, price }) => ({
				wireModel: id,
				...(price === undefined ? {} : { price }),
				contextTokens: 1,
				outputLimit: 1,
				callsTools: true,
			}));
			const chosen = recommended(provider, models);
			assert.ok(chosen.length >= 2, provider);
			// Too small for the rule: so each of them is one of ours.
			assert.deepEqual(
				recommended(
					provider,
					models.filter(({ wireModel }) => !chosen.includes(wireModel)),
				),
				[],
			);
		}
	});

	it('in its own order, an own entry says more than a pattern, and what nobody named comes last', () => {
		const entries = ['openrouter/qwen/*', 'editor/copilot', 'openai/gpt-6-luna', 'openrouter/qwen/big'];
		for (const [id, place] of [
			['openrouter/qwen/small', 0],
			['openrouter/qwen/big', 3],
			['editor/copilot/gpt-6', 1],
			['openai/gpt-6-luna', 2],
			['openai/gpt-6-luna-2', 4],
		] as const) {
			assert.equal(placeInPool(entries, id), place, id);
		}
	});

	it('where none of ours is left, it is a cheap, a middling and a dear one', () => {
		const models = Array.from({ length: 11 }, (_, n) => ({
			wireModel: `m${String(n).padStart(2, '0')}`,
			price: { input: rateOf(n * 1000), output: rateOf(n * 1000), tiers: [] },
			contextTokens: 100_000,
			outputLimit: 10_000,
			callsTools: true,
		}));
		assert.deepEqual(recommended('openai', models), ['m02', 'm05', 'm08']);
		assert.deepEqual(recommended('unheard-of', models.slice(3, 4)), ['m03']);
		assert.deepEqual(
			recommended(
				'unheard-of',
				models.map((one) => ({ ...one, callsTools: false })),
			),
			[],
		);
	});

	for (const [pattern, id, fits] of [
		['a/b', 'a/b', true],
		['a/b', 'a/bc', false],
		['a/*', 'a/b/c', true],
		['*', 'a/b', true],
		['*/b', 'a/b', true],
		['a/*b', 'a/b', true],
		['a*a', 'a', false],
		['a/*-mini*', 'a/x-mini-2', true],
		['a/*-mini', 'a/x-mini-2', false],
		['a/.', 'a/b', false],
		['*b*b*', 'abc', false],
	] as const) {
		it(`${pattern} ${fits ? 'names' : 'does not name'} ${id}`, () =>
			assert.equal(matchesPattern(pattern, id), fits));
	}
	it('a pattern fits what it was made of', () => {
		const part = fc.stringMatching(/^[a-c/.]{0,4}$/);
		fc.assert(
			fc.property(fc.array(fc.tuple(part, part), { minLength: 1, maxLength: 4 }), part, (parts, end) => {
				const pattern = `${parts.map(([text]) => text).join('*')}*${end}`;
				const id = `${parts.map(([text, any]) => text + any).join('')}${end}`;
				assert.ok(matchesPattern(pattern, id), `${pattern} ${id}`);
			}),
		);
	});

	for (const [name, offer, picks] of [
		['free', 'free', true],
		['openrouter', 'openrouter/qwen/qwen3-coder/edit', true],
		['openrouter/qwen', 'openrouter/qwen/qwen3-coder/edit', true],
		['openrouter/qwen/qwen3-coder', 'openrouter/qwen/qwen3-coder/agent', true],
		['openrouter/qwen/qwen3-coder/edit', 'openrouter/qwen/qwen3-coder/edit', true],
		['openrouter/qwen/qwen3-coder/edit', 'openrouter/qwen/qwen3-coder/agent', false],
		['openrouter/qwen/qwen3', 'openrouter/qwen/qwen3-coder/edit', false],
		['open', 'openai/gpt-6-luna/edit', false],
	] as const) {
		it(`--proposers ${name} ${picks ? 'picks' : 'does not pick'} ${offer}`, () =>
			assert.equal(selectsOffer(name, offer), picks));
	}
	it('a scaffold is no part of a model', () => {
		assert.equal(modelNamed('a/b/edit'), 'a/b');
		assert.equal(modelNamed('a/b/agent'), 'a/b');
		assert.equal(modelNamed('a/editor'), 'a/editor');
	});
	it('knows a model at its own shop', () => {
		assert.equal(ownShopId('openrouter/anthropic/claude-haiku-5.5'), 'anthropic/claude-haiku-5-5');
		assert.equal(ownShopId('openrouter/x-ai/grok-4.7'), 'xai/grok-4-7');
		assert.equal(ownShopId('openrouter/qwen/qwen3-coder'), undefined);
		assert.equal(ownShopId('openai/gpt-6-luna'), undefined);
	});
});
