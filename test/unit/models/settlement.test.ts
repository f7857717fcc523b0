import assert from 'node:assert/strict';
import fc from 'fast-check';
import { nanoUsd } from '../../../src/core/money';
import { type Price, rateOf, worstCase } from '../../../src/core/price';
import { type Asked, nanoFromText, type Reported, settlementOf } from '../../../src/models/settlement';

// $1 in, $2 out, 10 cents cached: 1,000 and 2,000 nano-dollars a token.
const price: Price = {
	input: rateOf(1_000_000_000),
	output: rateOf(2_000_000_000),
	cacheRead: rateOf(100_000_000),
	tiers: [],
};
const asked: Asked = {
	price,
	reserved: worstCase(price, 1000, 500),
	inputCeiling: 1000,
	outputTokens: 500,
	promptEstimate: 200,
	answerEstimate: 100,
};
const whole = 2_000_000;

describe('settlementOf', () => {
	const table: [string, Reported, number, 'billed' | 'estimated', number, string?][] = [
		[
			'usage at the published price',
			{ usage: { inputTokens: 300, outputTokens: 120 } },
			540_000,
			'billed',
			0,
		],
		[
			'cached tokens at theirs',
			{ usage: { inputTokens: 300, cacheReadTokens: 200, outputTokens: 120 } },
			360_000,
			'billed',
			0,
		],
		['nothing reported', {}, whole, 'estimated', 0],
		['no output reported', { usage: { inputTokens: 300 } }, whole, 'estimated', 0],
		['zero for a prompt', { usage: { inputTokens: 0, outputTokens: 0 } }, 0, 'billed', whole],
		[
			'a tenth of the prompt',
			{ usage: { inputTokens: 20, outputTokens: 120 } },
			260_000,
			'billed',
			1_740_000,
		],
		[
			'a tenth of the answer',
			{ usage: { inputTokens: 300, outputTokens: 10 } },
			320_000,
			'billed',
			1_680_000,
		],
		['negative', { usage: { inputTokens: -300, outputTokens: -1 } }, whole, 'estimated', 0],
		['no number', { usage: { inputTokens: Number.NaN, outputTokens: Number.NaN } }, whole, 'estimated', 0],
		['half a token', { usage: { inputTokens: 300.5, outputTokens: 1 } }, whole, 'estimated', 0],
		[
			'more cached than sent',
			{ usage: { inputTokens: 300, cacheReadTokens: 301, outputTokens: 120 } },
			whole,
			'estimated',
			0,
		],
		[
			'more thought than written',
			{ usage: { inputTokens: 300, outputTokens: 120, reasoningTokens: 121 } },
			whole,
			'estimated',
			0,
		],
		['one token above the limit', { usage: { inputTokens: 300, outputTokens: 501 } }, whole, 'estimated', 0],
		[
			'without end',
			{ usage: { inputTokens: 1e300, outputTokens: Infinity } },
			whole,
			'estimated',
			0,
			'reported more tokens than it was sent or allowed',
		],
		[
			'its own cost',
			{ usage: { inputTokens: 300, outputTokens: 120 }, costUsd: '0.0005395001' },
			539_501,
			'billed',
			0,
		],
		['its own cost alone', { costUsd: '5.4e-4' }, 540_000, 'billed', 0],
		[
			'a cost beside absurd usage',
			{ usage: { inputTokens: -1, outputTokens: 1e30 }, costUsd: '0.00054' },
			540_000,
			'billed',
			0,
		],
		[
			'a cost far below its price',
			{ usage: { inputTokens: 300, outputTokens: 120 }, costUsd: '0.0001' },
			100_000,
			'billed',
			1_900_000,
		],
		['no cost for content', { costUsd: '0' }, 0, 'billed', whole],
		[
			'a cost above its price',
			{ usage: { inputTokens: 300, outputTokens: 120 }, costUsd: '0.001' },
			1_000_000,
			'billed',
			0,
			'billed more than its published price',
		],
		[
			'a cost above the reservation',
			{ usage: { inputTokens: 300, outputTokens: 120 }, costUsd: '0.002000000001' },
			whole,
			'estimated',
			0,
			'billed more than the call could cost by its price',
		],
		[
			'a cost that is no amount',
			{ usage: { inputTokens: 300, outputTokens: 120 }, costUsd: '-1' },
			540_000,
			'billed',
			0,
		],
	];
	for (const [name, reported, amount, basis, doubt, dearer] of table) {
		it(name, () => {
			const so = settlementOf(asked, reported);
			assert.deepEqual([so.cost, so.doubt, so.dearer], [{ amount, basis }, doubt, dearer]);
		});
	}

	it('thinking that has a dearer rate and is not told apart counts at it', () => {
		const thinking = { ...price, reasoning: rateOf(4_000_000_000) };
		const so = settlementOf(
			{ ...asked, price: thinking, reserved: worstCase(thinking, 1000, 500) },
			{ usage: { inputTokens: 300, outputTokens: 120 } },
		);
		assert.equal(so.cost.amount, 300_000 + 480_000);
	});

	it('is never more than was put aside, doubt and all, whatever is reported', () => {
		const figure = fc.option(fc.oneof(fc.integer(), fc.double(), fc.nat(600)), { nil: undefined });
		const usage = fc.record({
			inputTokens: figure,
			outputTokens: figure,
			cacheReadTokens: figure,
			cacheWriteTokens: figure,
			reasoningTokens: figure,
		});
		const cost = fc.option(fc.oneof(fc.double().map(String), fc.string()), { nil: undefined });
		fc.assert(
			fc.property(usage, cost, (figures, costUsd) => {
				const known = Object.fromEntries(Object.entries(figures).filter(([, one]) => one !== undefined));
				const so = settlementOf(asked, { usage: known, ...(costUsd === undefined ? {} : { costUsd }) });
				assert.ok(Number.isSafeInteger(so.cost.amount) && so.cost.amount + so.doubt <= asked.reserved);
				assert.ok(so.cost.amount >= 0 && nanoUsd(so.doubt) >= 0);
			}),
			{ numRuns: 500 },
		);
	});
});

describe('nanoFromText', () => {
	const table: [string, number | undefined][] = [
		['0', 0],
		['1', 1_000_000_000],
		['0.000000001', 1],
		['0.0000000011', 2],
		['1e-9', 1],
		['1.5E-9', 2],
		['4.9e-324', 1],
		['0.1', 100_000_000],
		['1e300', Number.POSITIVE_INFINITY],
		['9007199.254740992', Number.POSITIVE_INFINITY],
		['-1', undefined],
		['NaN', undefined],
		['', undefined],
		['0x10', undefined],
	];
	for (const [text, expected] of table) {
		it(JSON.stringify(text), () => assert.equal(nanoFromText(text), expected));
	}
});
