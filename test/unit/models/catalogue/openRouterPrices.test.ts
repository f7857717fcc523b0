import assert from 'node:assert/strict';
import fc from 'fast-check';
import { costOf } from '../../../../src/core/price';
import { readPriceList } from '../../../../src/models/catalogue/openRouterPrices';

const row = (pricing: unknown, more: object = {}) => ({ id: 'maker/model', name: 'Model', pricing, ...more });
const priceOf = (pricing: unknown, more: object = {}) => {
	// A second row, so that a list with one bad row is still a list.
	const list = readPriceList({
		data: [row(pricing, more), { ...row({ prompt: '1e-6', completion: '1e-6' }), id: 'x/y' }],
	});
	assert.ok(list.kind === 'list');
	return list.models.find(({ id }) => id !== 'x/y')?.price;
};

describe("OpenRouter's list", () => {
	it('is read whole', () => {
		const list = readPriceList({
			data: [
				row(
					{
						prompt: '0.00000125',
						completion: '0.00001',
						request: '0.0005',
						image: '0.00516',
						web_search: '0',
						internal_reasoning: '0.000012',
						input_cache_read: '0.000000125',
						input_cache_write: '0.00000008333333333333334',
						overrides: [{ min_prompt_tokens: 200000, prompt: '0.0000025', completion: '0.000015' }],
					},
					{
						context_length: 1048576,
						top_provider: { context_length: 1000000, max_completion_tokens: 65536, is_moderated: false },
						supported_parameters: ['max_tokens', 'tools'],
						something_new: { deep: [1] },
					},
				),
			],
		});
		assert.deepEqual(list, {
			kind: 'list',
			skipped: 0,
			models: [
				{
					id: 'maker/model',
					name: 'Model',
					price: {
						input: 1_250_000_000,
						output: 10_000_000_000,
						request: 500_000,
						reasoning: 12_000_000_000,
						cacheRead: 125_000_000,
						cacheWrite: 83_333_334,
						tiers: [
							{
								inputTokensAbove: 200_000,
								input: 2_500_000_000,
								output: 15_000_000_000,
								reasoning: 12_000_000_000,
								cacheRead: 125_000_000,
								cacheWrite: 83_333_334,
							},
						],
					},
					context: 1_000_000,
					maxOutput: 65_536,
					callsTools: true,
				},
			],
		});
	});

	for (const [what, pricing, more] of [
		['-1, as routers have', { prompt: '-1', completion: '-1' }, {}],
		['nothing for a prompt', { completion: '1' }, {}],
		['null for an answer', { prompt: '1', completion: null }, {}],
		['words', { prompt: 'free', completion: '1' }, {}],
		['an absurd price', { prompt: '5', completion: '1' }, {}],
		['$0 without being called free', { prompt: '0', completion: '0' }, {}],
		['a request at a negative price', { prompt: '1e-6', completion: '1e-6', request: '-1' }, {}],
		['an unreadable cache price', { prompt: '1e-6', completion: '1e-6', input_cache_read: 'x' }, {}],
		['no prices', undefined, {}],
		['a list for prices', [], {}],
		['an id with a line break', { prompt: '1e-6', completion: '1e-6' }, { id: 'a/b\n' }],
		['an id without end', { prompt: '1e-6', completion: '1e-6' }, { id: 'a'.repeat(300) }],
		[
			'an override without sense',
			{ prompt: '1e-6', completion: '1e-6', overrides: [{ min_prompt_tokens: -1 }] },
			{},
		],
		[
			'an override of each request',
			{ prompt: '1e-6', completion: '1e-6', overrides: [{ request: '1' }] },
			{},
		],
		['a batch', { prompt: '1e-6', completion: '1e-6' }, { id: 'maker/model:batch' }],
		['a moving alias', { prompt: '1e-6', completion: '1e-6' }, { id: '~maker/model-latest' }],
	] as const) {
		it(`has no price for ${what}`, () => assert.equal(priceOf(pricing, more), undefined));
	}

	it('takes $0 from what is called free', () => {
		assert.deepEqual(priceOf({ prompt: '0', completion: '0' }, { id: 'a/b:free' }), {
			input: 0,
			output: 0,
			tiers: [],
		});
	});

	it('where a price depends on the hour, the dearer one counts', () => {
		const base = { prompt: '0.000001', completion: '0.000002', input_cache_read: '0.0000001' };
		const at = (override: object) => priceOf({ ...base, overrides: [override] });
		assert.equal(at({ utc_start: 100, utc_end: 400, prompt: '0.0000005' })?.input, 1_000_000_000);
		assert.equal(at({ utc_start: 100, utc_end: 400, prompt: '0.000003' })?.input, 3_000_000_000);
		assert.equal(at({ utc_days: ['monday'], completion: '0.000009' })?.output, 9_000_000_000);
		assert.equal(at({ some_new_condition: true, prompt: '0.000003' })?.input, 3_000_000_000);
		assert.equal(at({ utc_start: 1, min_prompt_tokens: 1000, prompt: '0.000003' })?.input, 1_000_000_000);
		assert.deepEqual(at({ utc_start: 1, min_prompt_tokens: 1000, prompt: '0.000003' })?.tiers, [
			{ inputTokensAbove: 1000, input: 3_000_000_000, output: 2_000_000_000, cacheRead: 100_000_000 },
		]);
		// Without a rate of its own a cache is billed as input: a lower one at some hours changes nothing.
		const hourly = { utc_start: 1, input_cache_read: '0.0000001' };
		assert.equal(priceOf({ ...base, input_cache_read: null, overrides: [hourly] })?.cacheRead, undefined);
	});

	it('later overrides win, part by part', () => {
		const price = priceOf({
			prompt: '0.000001',
			completion: '0.000002',
			overrides: [
				{ min_prompt_tokens: 128000, prompt: '0.000004', completion: '0.000008' },
				{ min_prompt_tokens: 32000, prompt: '0.000003' },
			],
		});
		assert.deepEqual(price?.tiers, [
			{ inputTokensAbove: 32_000, input: 3_000_000_000, output: 2_000_000_000 },
			{ inputTokensAbove: 128_000, input: 3_000_000_000, output: 8_000_000_000 },
		]);
		assert.ok(price && costOf(price, { inputTokens: 32_001, outputTokens: 0 }) === 96_003_000);
	});

	for (const value of [null, [], 'x', {}, { data: {} }, { data: [] }, { data: [1, null, 'x', {}] }]) {
		it(`refuses ${JSON.stringify(value)}`, () => assert.equal(readPriceList(value).kind, 'refused'));
	}

	it('a bad row costs nothing but itself, and the first of two counts', () => {
		const good = row({ prompt: '1e-6', completion: '1e-6' });
		const list = readPriceList({
			data: [1, good, { ...good, pricing: { prompt: '9e-6', completion: '9e-6' } }],
		});
		assert.ok(list.kind === 'list' && list.models.length === 1 && list.skipped === 2);
		assert.equal(list.models[0]?.price?.input, 1_000_000_000);
	});

	it('shows no control characters of a name', () => {
		const list = readPriceList({
			data: [row({ prompt: '1e-6', completion: '1e-6' }, { name: 'a\u001b[31m\u202eb' })],
		});
		assert.ok(list.kind === 'list' && list.models[0]?.name === 'a [31m b');
	});

	it('never throws, and never has a price that is no price', () => {
		const text = fc.oneof(
			fc.string(),
			fc.double().map(String),
			fc.constantFrom('0', '-1', '1e-6', '', '0.0000003'),
		);
		const pricing = fc.record(
			{
				prompt: fc.oneof(text, fc.double(), fc.anything()),
				completion: text,
				request: fc.anything(),
				input_cache_read: text,
				overrides: fc.oneof(
					fc.anything(),
					fc.array(fc.record({ prompt: text, min_prompt_tokens: fc.integer() })),
				),
			},
			{ requiredKeys: [] },
		);
		fc.assert(
			fc.property(
				fc.array(
					fc.oneof(
						fc.anything(),
						pricing.map((one) => row(one)),
					),
				),
				(data) => {
					const list = readPriceList({ data });
					for (const { price } of list.kind === 'list' ? list.models : []) {
						assert.ok(price && Number.isSafeInteger(price.input) && price.input >= 0 && price.output >= 0);
					}
				},
			),
			{ numRuns: 300 },
		);
	});
});
