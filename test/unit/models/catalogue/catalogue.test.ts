import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { ratePerMillion } from '../../../../src/core/decimal';
import { isFree, type Price, rateOf } from '../../../../src/core/price';
import { NO_SETTINGS, type Settings } from '../../../../src/core/settings';
import { UserError } from '../../../../src/core/userError';
import { Catalogue } from '../../../../src/models/catalogue/catalogue';
import { RefreshedPriceStore } from '../../../../src/models/catalogue/refreshedPrices';
import { SHIPPED_ON } from '../../../../src/models/catalogue/shipped';

const never = new AbortController().signal;
const usd = (text: string) => ratePerMillion(text) ?? rateOf(0);
const price = (input: string, output: string): Price => ({
	input: usd(input),
	output: usd(output),
	tiers: [],
});
const KEYS = { OPENROUTER_API_KEY: 'or', OPENAI_API_KEY: 'oa' };

/** Answers from pages by address; anything else is not there. */
const web =
	(pages: Record<string, unknown>, asked: string[] = []): typeof fetch =>
	async (url) => {
		assert.ok(typeof url === 'string');
		asked.push(url);
		const page = pages[url];
		if (page === undefined) {
			throw new TypeError('fetch failed', { cause: { code: 'ECONNREFUSED' } });
		}
		return new Response(JSON.stringify(page));
	};

describe('Catalogue', () => {
	let folder: string;
	beforeEach(() => {
		folder = mkdtempSync(path.join(os.tmpdir(), 'catalogue-'));
	});
	afterEach(() => rmSync(folder, { recursive: true }));

	const catalogueOf = ({
		settings = {},
		environment = KEYS,
		fetch = web({}),
		now = '2026-11-25',
		secretOf,
	}: {
		readonly settings?: Partial<Settings>;
		readonly environment?: Record<string, string>;
		readonly fetch?: typeof globalThis.fetch;
		readonly now?: string;
		readonly secretOf?: (provider: string) => string | undefined;
	} = {}) =>
		new Catalogue({
			settings: { ...NO_SETTINGS, ...settings },
			environment,
			prices: new RefreshedPriceStore(path.join(folder, 'prices.json'), () => new Date(`${now}T00:00:00Z`)),
			fetch,
			probe: async ({ provider }, key) =>
				provider === 'openai'
					? { kind: 'answers', models: ['gpt-6-luna'] }
					: {
							kind: 'trouble',
							trouble: 'key',
							reason: `${provider} refuses ${key() === undefined ? 'no' : 'the'} key.`,
						},
			...(secretOf === undefined ? {} : { secretOf }),
		});
	const one = async (id: string, of: Parameters<typeof catalogueOf>[0] = {}) => {
		const found = (await catalogueOf(of).list({ all: true }, never)).find((listing) => listing.id === id);
		assert.ok(found, id);
		return found;
	};

	it('lists a shipped model with all there is to know', async () => {
		assert.deepEqual(await one('openai/gpt-5-mini'), {
			id: 'openai/gpt-5-mini',
			provider: 'openai',
			label: 'GPT-5 Mini (OpenAI)',
			price: { input: 250_000_000, output: 2_000_000_000, cacheRead: 25_000_000, tiers: [] },
			priceSource: `shipped ${SHIPPED_ON}`,
			contextTokens: 400_000,
			outputLimit: 128_000,
			limitsKnown: true,
			callsTools: true,
			keyPresent: true,
			pooled: true,
			usable: true,
			endpoint: { provider: 'openai', dialect: 'openai-compatible', baseUrl: 'https://api.openai.com/v1' },
			wireModel: 'gpt-5-mini',
		});
	});

	it('without a key says what to set', async () => {
		const listing = await one('anthropic/claude-haiku-5-5');
		assert.ok(!listing.usable && !listing.keyPresent && listing.pooled);
		assert.equal(listing.why, 'no key: set ANTHROPIC_API_KEY (https://console.anthropic.com/settings/keys)');
	});

	it('a key may be kept elsewhere', async () => {
		const secretOf = (provider: string) => (provider === 'anthropic' ? 'secret' : undefined);
		assert.ok((await one('anthropic/claude-haiku-5-5', { secretOf })).usable);
		assert.equal(catalogueOf({ secretOf }).keyOf('anthropic'), 'secret');
		assert.equal(catalogueOf({ secretOf }).keyOf('openai'), 'oa');
		assert.equal(catalogueOf().keyOf('nobody'), undefined);
	});

	it('without a price there is no offer, and it says how to give one', async () => {
		const listing = await one('google/gemma-4-31b-it', { environment: { GEMINI_API_KEY: 'x' } });
		assert.ok(!listing.usable && listing.price === undefined && listing.priceSource === undefined);
		assert.match(listing.why ?? '', /"prices" in the settings, as "google\/gemma-4-31b-it"/);
		const settings = { prices: new Map([['google/gemma-4-31b-it', price('0.1', '0.2')]]) };
		const priced = await one('google/gemma-4-31b-it', { environment: { GEMINI_API_KEY: 'x' }, settings });
		assert.ok(priced.usable && priced.priceSource === 'yours');
	});

	it("the user's price and limits stand above all", async () => {
		const listing = await one('openai/gpt-5-mini', {
			settings: {
				prices: new Map([['openai/gpt-5-mini', price('9', '99')]]),
				limits: new Map([['openai/gpt-5-mini', { context: 10_000 }]]),
			},
		});
		assert.deepEqual(listing.price, price('9', '99'));
		assert.equal(listing.priceSource, 'yours');
		assert.deepEqual([listing.contextTokens, listing.outputLimit], [10_000, 10_000]);
	});

	it("a server of the user's own, by address and price", async () => {
		const settings: Partial<Settings> = {
			providers: [{ id: 'mine', baseUrl: 'https://models.example.com/v1', keyVariable: 'MINE', free: false }],
			prices: new Map([['mine/big/model', price('0.1', '0.2')]]),
		};
		assert.match((await one('mine/big/model', { settings })).why ?? '', /no key: set MINE/);
		const listing = await one('mine/big/model', { settings, environment: { MINE: 'k' } });
		assert.ok(listing.usable && listing.pooled && !listing.limitsKnown);
		assert.deepEqual(listing.endpoint.baseUrl, 'https://models.example.com/v1');
		assert.deepEqual(
			[listing.wireModel, listing.contextTokens, listing.outputLimit],
			['big/model', 16_384, 4_096],
		);
	});

	it('the pool is cheapest first, and holds no model twice', async () => {
		const both = (await catalogueOf().pool(undefined, never)).filter(({ usable }) => usable);
		const ids = both.map(({ id }) => id);
		assert.ok(ids.includes('openai/gpt-6-luna') && !ids.includes('openrouter/openai/gpt-6-luna'));
		assert.ok(ids.includes('openrouter/qwen/qwen3-coder-next'));
		assert.ok(both.every(({ price: at }) => at !== undefined && !isFree(at)));
		const alone = await catalogueOf({ environment: { OPENROUTER_API_KEY: 'x' } }).pool(undefined, never);
		assert.ok(alone.some(({ id, usable }) => id === 'openrouter/openai/gpt-6-luna' && usable));
		const dearest = both.at(-1);
		assert.ok(dearest && (both[0]?.price?.output ?? 0) < (dearest.price?.output ?? 0));
	});

	it("the settings' pool replaces ours", async () => {
		const settings = { models: ['openrouter/qwen/qwen3-coder*', 'openai/gpt-99', 'nobody/x'] };
		const pool = await catalogueOf({ settings }).pool(undefined, never);
		assert.ok(pool.length >= 4);
		assert.deepEqual(
			pool.filter(({ usable }) => !usable).map(({ id }) => id),
			['openai/gpt-99'],
		);
		const { notes } = await catalogueOf({ settings }).view(
			{ refresh: false, acceptPrices: false, all: false, check: false },
			never,
		);
		assert.deepEqual(notes, ['"models" in the settings names "nobody/x", and there is no such model.']);
	});

	for (const [named, ids] of [
		[['openai/gpt-4o-mini'], ['openai/gpt-4o-mini']],
		[['openai/gpt-4o-mini/edit', 'free'], ['openai/gpt-4o-mini']],
		[['free'], []],
		[['openrouter/minimax'], ['openrouter/minimax/minimax-m3.1-flash']],
		[['openrouter/openai/gpt-6-luna'], ['openrouter/openai/gpt-6-luna']],
		[['deepseek'], ['deepseek/deepseek-flash', 'deepseek/deepseek-v4-pro']],
		[['openai/gpt-99'], ['openai/gpt-99']],
	] as const) {
		it(`--proposers ${named.join(',')} picks ${ids.join(', ') || 'no model'}`, async () => {
			const pool = await catalogueOf().pool(named, never);
			assert.deepEqual(
				pool.map(({ id }) => id),
				ids,
			);
		});
	}
	it('a maker that is not in the pool stands for all its models', async () => {
		const pool = await catalogueOf().pool(['openrouter/xiaomi'], never);
		assert.ok(pool.length > 2 && pool.every(({ id }) => id.startsWith('openrouter/xiaomi/')));
	});
	it("a provider's name picks from the pool, or else our choice of it", async () => {
		const settings = { models: ['openrouter/qwen/qwen3-coder'] };
		const pool = await catalogueOf({ settings }).pool(['openrouter', 'openai'], never);
		const ids = pool.map(({ id }) => id);
		assert.ok(ids.includes('openrouter/qwen/qwen3-coder') && ids.includes('openai/gpt-6-luna'));
		assert.ok(!ids.includes('openrouter/z-ai/glm-5.3-flash'));
	});
	it('a name that means nothing is told off', async () => {
		await assert.rejects(catalogueOf().pool(['free', 'opnai'], never), (error) => {
			return error instanceof UserError && error.message.includes('"opnai"');
		});
	});

	describe('on this computer', () => {
		const pages = { 'http://127.0.0.1:11434/v1/models': { data: [{ id: 'qwen3:8b' }] } };
		const view = { refresh: false, acceptPrices: false, all: false, check: false };

		it('is not asked unless it may be used', async () => {
			const asked: string[] = [];
			await catalogueOf({ fetch: web(pages, asked) }).pool(undefined, never);
			await catalogueOf({ fetch: web(pages, asked) }).pool(['openai'], never);
			assert.deepEqual(asked, []);
		});
		it('is listed without a price until the user says it is free', async () => {
			const { listings } = await catalogueOf({ fetch: web(pages) }).view(view, never);
			const found = listings.find(({ id }) => id === 'ollama/qwen3:8b');
			assert.ok(found && !found.usable && found.price === undefined);
			assert.equal(found.why, 'no price: say "local": "free" in the settings to use it at $0');
			const pool = await catalogueOf({ fetch: web(pages) }).pool(['ollama'], never);
			assert.deepEqual([pool.length, pool[0]?.usable], [1, false]);
			await assert.rejects(catalogueOf().pool(['ollama'], never), /Ollama.*127\.0\.0\.1:11434.*start it/);
		});
		it('is used at $0 by the word of the user, before all others', async () => {
			const pool = await catalogueOf({ settings: { local: 'free' }, fetch: web(pages) }).pool(
				undefined,
				never,
			);
			const [first] = pool;
			assert.ok(first?.id === 'ollama/qwen3:8b' && first.usable && first.price && isFree(first.price));
			assert.deepEqual([first.priceSource, first.limitsKnown], ['free by your word', false]);
		});
		it('stands for a provider that was pointed there, key or not', async () => {
			const listing = await one('openai/gpt-5-mini', {
				environment: { UNDERBID_OPENAI_URL: 'http://127.0.0.1:5555/v1' },
			});
			assert.ok(listing.usable && listing.endpoint.baseUrl === 'http://127.0.0.1:5555/v1');
			assert.equal(listing.price?.input, 250_000_000);
		});
	});

	describe('fetched prices', () => {
		const ROUTER = 'https://openrouter.ai/api/v1/models';
		const perToken = (text: string) => `${text}e-6`;
		const list = (rows: Record<string, readonly [string, string]>) => ({
			data: Object.entries(rows).map(([id, [input, output]]) => ({
				id,
				name: id,
				context_length: 100_000,
				supported_parameters: ['max_tokens'],
				pricing: {
					prompt: perToken(input),
					completion: perToken(output),
					input_cache_read: perToken('0.07'),
				},
			})),
		});
		const refresh = { refresh: true, acceptPrices: false, all: true, check: false };
		const CODER = 'openrouter/qwen/qwen3-coder-next';
		/** Shipped at 0.12 and 0.80. */
		const after = async (
			rows: Record<string, readonly [string, string]>,
			ask = refresh,
			now = '2026-11-25',
		) => {
			const { listings, ...rest } = await catalogueOf({ fetch: web({ [ROUTER]: list(rows) }), now }).view(
				ask,
				never,
			);
			const of = (id: string) => listings.find((listing) => listing.id === id);
			return { ...rest, coder: of(CODER), of };
		};

		it('that are higher count at once', async () => {
			const { coder, notes } = await after({ 'qwen/qwen3-coder-next': ['0.2', '0.9'] });
			assert.deepEqual([coder?.price?.input, coder?.price?.output], [usd('0.2'), usd('0.9')]);
			assert.equal(coder?.priceSource, 'refreshed 2026-11-25');
			assert.deepEqual([coder.contextTokens, coder.callsTools], [100_000, false]);
			assert.deepEqual(notes, ['Fetched 1 prices of OpenRouter.']);
		});
		it('that are lower do not, until they are accepted', async () => {
			const { coder } = await after({ 'qwen/qwen3-coder-next': ['0.01', '0.9'] });
			assert.deepEqual([coder?.price?.input, coder?.price?.output], [usd('0.12'), usd('0.9')]);
			assert.equal(coder?.priceSource, `dearer of refreshed 2026-11-25 and shipped ${SHIPPED_ON}`);
			const accepted = await after(
				{ 'qwen/qwen3-coder-next': ['0.01', '0.9'] },
				{ ...refresh, acceptPrices: true },
			);
			assert.equal(accepted.coder?.price?.input, usd('0.01'));
			assert.equal(accepted.coder.priceSource, 'refreshed 2026-11-25');
			// Lower yet again: what was accepted still stands, and what is higher counts at once.
			const lower = await after({ 'qwen/qwen3-coder-next': ['0.001', '2'] }, refresh, '2026-11-30');
			assert.deepEqual([lower.coder?.price?.input, lower.coder?.price?.output], [usd('0.01'), usd('2')]);
			assert.equal(lower.coder?.priceSource, 'dearer of refreshed 2026-11-30 and accepted 2026-11-25');
		});
		it('bring new models, and tell which are gone', async () => {
			const { of } = await after({ 'new/model': ['1', '2'] });
			assert.ok(of('openrouter/new/model')?.usable);
			assert.equal(of(CODER)?.usable, false);
			assert.equal(of(CODER)?.why, 'OpenRouter did not list it any more on 2026-11-25');
			assert.equal(of(CODER)?.pooled, false);
			const pool = async (models?: readonly string[], named?: readonly string[]) =>
				(await catalogueOf({ settings: models === undefined ? {} : { models } }).pool(named, never))
					.filter(({ provider }) => provider === 'openrouter')
					.map(({ id, usable }) => [id, usable]);
			assert.deepEqual(await pool(['openrouter/qwen/*']), []);
			assert.deepEqual(await pool([CODER]), [[CODER, false]]);
			assert.deepEqual(await pool(undefined, [CODER]), [[CODER, false]]);
			// Nothing of our choice is left, and the one model there is calls no tools.
			assert.deepEqual(await pool(), []);
		});
		it('touch no other provider, and not what is yours', async () => {
			const { of } = await after({ 'openai/gpt-5-mini': ['7', '7'] });
			assert.equal(of('openai/gpt-5-mini')?.price?.input, usd('0.25'));
			const own = await one(CODER, { settings: { prices: new Map([[CODER, price('1', '1')]]) } });
			assert.ok(own.usable && own.priceSource === 'yours');
		});
		it('that are older than what was shipped are not used', async () => {
			const { coder, sources } = await after({ 'new/model': ['1', '2'] }, refresh, '2026-01-01');
			assert.equal(coder?.priceSource, `shipped ${SHIPPED_ON}`);
			assert.match(sources.join(), /older than what was shipped/);
		});
		it('that cannot be had change nothing, not even when they were to be accepted', async () => {
			await after({ 'qwen/qwen3-coder-next': ['0.01', '0.9'] });
			const failed = await catalogueOf().view({ ...refresh, acceptPrices: true }, never);
			assert.ok(failed.refreshFailed);
			assert.match(failed.notes.join(), /were not taken: it could not be reached \(ECONNREFUSED\)/);
			assert.equal(failed.listings.find(({ id }) => id === CODER)?.price?.input, usd('0.12'));
		});
		it('cannot be accepted before they were fetched', async () => {
			await assert.rejects(
				catalogueOf().view({ ...refresh, refresh: false, acceptPrices: true }, never),
				/--refresh/,
			);
		});
	});

	it('asks each provider once whether it answers', async () => {
		const settings = { models: ['openai/gpt-6-luna', 'openai/gpt-5-mini', CODE, 'xai/grok-4.7'] };
		const { answers } = await catalogueOf({ settings }).view(
			{ refresh: false, acceptPrices: false, all: false, check: true },
			never,
		);
		assert.deepEqual(
			new Map(answers),
			new Map([
				['openai/gpt-6-luna', 'yes'],
				['openai/gpt-5-mini', 'openai answers, and does not list gpt-5-mini.'],
				[CODE, 'openrouter refuses the key.'],
			]),
		);
	});
	const CODE = 'openrouter/qwen/qwen3-coder';
});
