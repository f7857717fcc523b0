import assert from 'node:assert/strict';
import { isFree } from '../../../../src/core/price';
import { SHIPPED_ON, shippedModels, shippedProviders } from '../../../../src/models/catalogue/shipped';

const all = shippedProviders().flatMap((provider) =>
	[...shippedModels(provider).values()].map((model) => ({ provider, ...model })),
);

describe('shipped prices', () => {
	it('say when they were published', () => assert.match(SHIPPED_ON, /^20\d\d-\d\d-\d\d$/));

	it('cover the providers there are keys for', () => {
		const counts = Object.fromEntries(shippedProviders().map((one) => [one, shippedModels(one).size]));
		for (const [provider, least] of Object.entries({
			openrouter: 250,
			openai: 25,
			anthropic: 15,
			google: 15,
			deepseek: 2,
			groq: 5,
			together: 10,
			mistral: 25,
			xai: 3,
			'github-copilot': 20,
		})) {
			assert.ok((counts[provider] ?? 0) >= least, `${provider}: ${counts[provider]}`);
		}
		assert.equal(shippedModels('nobody').size, 0);
		assert.equal(shippedModels('constructor').size, 0);
	});

	it('are whole numbers, plausible, and dearer for longer prompts', () => {
		for (const { provider, id, price } of all) {
			if (price === undefined) {
				continue;
			}
			assert.ok(price.output >= price.input * 0.5 && price.output <= 1_000_000_000_000, `${provider}/${id}`);
			for (const tier of price.tiers) {
				assert.ok(tier.inputTokensAbove >= 1000 && tier.input >= price.input, `${provider}/${id}`);
			}
		}
		assert.ok(all.filter(({ price }) => (price?.tiers.length ?? 0) > 0).length > 50);
	});

	it('are nothing only where the name says so', () => {
		const free = all.filter(({ price }) => price !== undefined && isFree(price));
		assert.ok(free.length > 5);
		assert.deepEqual(
			free.filter(({ provider, id }) => provider !== 'openrouter' || !id.endsWith(':free')),
			[],
		);
		// In the source at $0, because nothing is known of it.
		assert.equal(shippedModels('google').get('gemma-4-31b-it')?.price, undefined);
		assert.ok(shippedModels('google').has('gemma-4-31b-it'));
	});

	it('have no batches, no moving aliases and no routers', () => {
		assert.deepEqual(
			all.filter(({ id }) => /:batch$|^~|^auto$|^openrouter\/|jev-router/.test(id)),
			[],
		);
	});

	it('leave out a cache rate that is not known', () => {
		assert.ok(all.every(({ price }) => price === undefined || price.input === 0 || price.cacheRead !== 0));
		assert.ok(all.every(({ price }) => price === undefined || price.input === 0 || price.cacheWrite !== 0));
	});

	it('are what the providers publish', () => {
		const haiku = shippedModels('anthropic').get('claude-haiku-4-5-20251001');
		assert.deepEqual(haiku?.price, {
			input: 1_000_000_000,
			output: 5_000_000_000,
			cacheRead: 100_000_000,
			cacheWrite: 1_250_000_000,
			tiers: [],
		});
		assert.deepEqual(shippedModels('google').get('gemini-2.5-pro'), {
			id: 'gemini-2.5-pro',
			name: 'Gemini 2.5 Pro',
			price: {
				input: 1_250_000_000,
				output: 10_000_000_000,
				cacheRead: 125_000_000,
				tiers: [
					{ inputTokensAbove: 200_000, input: 2_500_000_000, output: 15_000_000_000, cacheRead: 250_000_000 },
				],
			},
			context: 1_048_576,
			maxOutput: 65_536,
		});
	});
});
