import assert from 'node:assert/strict';
import type { Listing } from '../../../src/core/listing';
import { rateOf } from '../../../src/core/price';
import { type ModelsView, modelsText } from '../../../src/terminal/modelsText';

const listing = (id: string, of: Partial<Listing> = {}): Listing => {
	const provider = id.split('/')[0] ?? '';
	return {
		id,
		provider,
		label: id,
		price: {
			input: rateOf(250_000_000),
			output: rateOf(2_000_000_000),
			cacheRead: rateOf(37_500_000),
			tiers: [],
		},
		priceSource: 'shipped 2026-11-10',
		contextTokens: 1_048_576,
		outputLimit: 8192,
		limitsKnown: true,
		callsTools: true,
		keyPresent: true,
		pooled: true,
		usable: true,
		endpoint: { provider, dialect: 'openai-compatible', baseUrl: 'https://example.com/v1' },
		wireModel: id.slice(provider.length + 1),
		...of,
	};
};
const unpriced = (id: string, why: string): Listing => {
	const one: Listing & { price?: unknown; priceSource?: unknown } = {
		...listing(id, { usable: false, why }),
	};
	delete one.price;
	delete one.priceSource;
	return one;
};
const text = (listings: readonly Listing[], of: Partial<ModelsView> = {}) =>
	modelsText({ listings, sources: [], notes: [], answers: new Map(), columns: 80, ...of }, 'table');

const keyless = { keyPresent: false, usable: false };
const LISTINGS = [
	listing('ollama/qwen3:8b', {
		price: { input: rateOf(0), output: rateOf(0), tiers: [] },
		priceSource: 'free by your word',
		contextTokens: 16_384,
		limitsKnown: false,
	}),
	listing('openai/gpt-mini'),
	listing(`openrouter/${'maker/a-very-long-name-of-a-model-'.repeat(3)}1`, {
		priceSource: 'refreshed 2026-11-25',
		price: {
			input: rateOf(1_234_567_891),
			output: rateOf(20_000_000_000),
			tiers: [{ inputTokensAbove: 1000, input: rateOf(2_000_000_000), output: rateOf(40_000_000_000) }],
		},
	}),
	listing('anthropic/claude-a', {
		...keyless,
		why: 'no key: set ANTHROPIC_API_KEY (https://example.com/settings/keys)',
	}),
	listing('anthropic/claude-b', {
		...keyless,
		why: 'no key: set ANTHROPIC_API_KEY (https://example.com/settings/keys)',
	}),
	listing('xai/grok', { ...keyless, why: 'no key: set XAI_API_KEY (https://x.example)' }),
	listing('openrouter/old/one', { usable: false, why: 'OpenRouter did not list it any more on 2026-11-25' }),
	unpriced('lmstudio/some-model', 'no price: say "local": "free" in the settings to use it at $0'),
];

describe('underbid models', () => {
	it('is drawn in 80 columns', () => {
		const drawn = text(LISTINGS, {
			sources: ['shipped: a package 1.5.2, 2026-11-10'],
			notes: ['Fetched 300 prices of OpenRouter.'],
		});
		assert.equal(
			drawn,
			`model, $ per million tokens               in    out  cached  context  price
ollama/qwen3:8b                         0.00   0.00       -     16K?  free
openai/gpt-mini                         0.25   2.00  0.0375       1M  shipped
openrouter/maker/a-very-long-name-of-a-model-maker/a-very-long-name-of-a-model-maker/a-very-long-name-of-a-model-1
                                 1.234567891  20.00       -       1M  refreshed+

+ dearer for long prompts; --json shows all rates
? not known, so taken as this; set it under "limits" in the settings

Not used
  anthropic  no key: set ANTHROPIC_API_KEY (https://example.com/settings/keys)
  xai        no key: set XAI_API_KEY (https://x.example)
  openrouter/old/one: OpenRouter did not list it any more on 2026-11-25
  lmstudio/some-model: no price: say "local": "free" in the settings to use it at $0

Prices
  shipped: a package 1.5.2, 2026-11-10

Fetched 300 prices of OpenRouter.
`,
		);
	});

	it('says what answers', () => {
		const drawn = text([listing('openai/a'), listing('openai/b'), listing('groq/c'), listing('groq/d')], {
			answers: new Map([
				['openai/a', 'yes'],
				['openai/b', 'openai answers, and does not list b.'],
				['groq/c', 'groq refused the key.'],
				['groq/d', 'groq refused the key.'],
			]),
		});
		assert.match(drawn, /context {2}price {4}answers\n/);
		assert.match(drawn, /openai\/a .* yes\n/);
		assert.match(drawn, /openai\/b .* no\n/);
		assert.match(drawn, /No answer\n {2}openai answers, and does not list b\.\n {2}groq refused the key\.\n/);
	});

	it('without any key says so, and what to set', () => {
		const drawn = text(LISTINGS.filter(({ provider }) => provider === 'xai'));
		assert.equal(
			drawn,
			`No model can be used yet; the free proposer needs none.

Not used
  xai  no key: set XAI_API_KEY (https://x.example)
`,
		);
	});

	it('with no terminal, nothing is wrapped', () => {
		const lines = text(LISTINGS, { columns: undefined }).split('\n');
		assert.ok(lines[3]?.endsWith('refreshed+') && lines[3].startsWith('openrouter/maker'));
	});

	it('shows no control characters', () => {
		const drawn = text([listing('openai/a')], { notes: ['a\u001b[31mb'] });
		assert.ok(!drawn.includes('\u001b') && drawn.includes('\\x1b'));
	});

	it('gives all rates in JSON', () => {
		const json = JSON.parse(
			modelsText(
				{
					listings: LISTINGS,
					sources: ['s'],
					notes: [],
					answers: new Map([['openai/gpt-mini', 'yes']]),
					columns: 80,
				},
				'json',
			),
		) as { unit: string; models: Record<string, unknown>[] };
		assert.equal(json.unit, 'nano-dollars per million tokens');
		assert.deepEqual(json.models[1], {
			id: 'openai/gpt-mini',
			provider: 'openai',
			label: 'openai/gpt-mini',
			price: { input: 250_000_000, output: 2_000_000_000, cacheRead: 37_500_000, tiers: [] },
			priceSource: 'shipped 2026-11-10',
			contextTokens: 1_048_576,
			outputLimit: 8192,
			limitsKnown: true,
			callsTools: true,
			keyPresent: true,
			pooled: true,
			usable: true,
			wireModel: 'gpt-mini',
			dialect: 'openai-compatible',
			baseUrl: 'https://example.com/v1',
			answers: 'yes',
		});
		assert.equal(json.models[7]?.['price'], undefined);
	});
});
