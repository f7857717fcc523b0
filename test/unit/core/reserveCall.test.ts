import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Journal } from '../../../src/core/effects';
import { Ledger } from '../../../src/core/ledger';
import type { ChatRequest } from '../../../src/core/model';
import { nanoUsd } from '../../../src/core/money';
import { rateOf, worstCase } from '../../../src/core/price';
import { AttemptPurse } from '../../../src/core/purse';
import { reserveCall } from '../../../src/core/reserveCall';

const done: Journal = { append: async () => ({ kind: 'done' }), reserve: async () => ({ kind: 'done' }) };

function purseOf(allowance: number, journal: Journal = done): AttemptPurse {
	const of = { run: 'r', attempt: 1, offer: 'acme/one/edit' };
	return new AttemptPurse(new Ledger(nanoUsd(allowance), 'r'), journal, of, nanoUsd(allowance));
}

function request(leastOutputTokens: number): ChatRequest {
	return {
		system: '',
		messages: [{ role: 'user', text: 'x' }],
		tools: [],
		outputTokens: 8_000,
		leastOutputTokens,
		effort: 'low',
		timeMs: 1_000,
	};
}

describe('the money for a call', () => {
	it('is put aside at its worst, for as long an answer as it holds', async () => {
		const rate = fc.integer({ min: 0, max: 50_000_000_000 }).map((one) => rateOf(one));
		await fc.assert(
			fc.asyncProperty(
				fc.record({ input: rate, output: rate, tiers: fc.constant([]) }),
				fc.nat(200_000),
				fc.integer({ min: 1, max: 100_000 }),
				fc.nat(2_000),
				fc.nat(2_000_000_000),
				async (price, inputCeiling, outputTokens, least, allowance) => {
					const purse = purseOf(allowance);
					const needs = worstCase(price, inputCeiling, Math.max(1, least));
					const cost = { label: 'one', price, inputCeiling, outputTokens };
					const reserved = await reserveCall(request(least), cost, purse);
					if (reserved.kind === 'refused') {
						assert.equal(purse.left, allowance);
						assert.ok(needs > allowance || outputTokens < Math.max(1, least));
						assert.ok(reserved.reply.kind === 'unaffordable' && reserved.reply.needs === needs);
						return;
					}
					assert.ok(reserved.outputTokens >= Math.max(1, least) && reserved.outputTokens <= outputTokens);
					const worst = worstCase(price, inputCeiling, reserved.outputTokens);
					assert.equal(reserved.reservation.amount, worst);
					assert.equal(purse.left, allowance - worst);
					if (reserved.outputTokens < outputTokens) {
						assert.ok(worstCase(price, inputCeiling, reserved.outputTokens + 1) > allowance);
					}
				},
			),
		);
	});

	it('is not to be had where the books cannot be kept, which closes the run', async () => {
		const journal: Journal = {
			...done,
			reserve: async () => ({ kind: 'failed', reason: 'The disk is full.' }),
		};
		const price = { input: rateOf(1_000), output: rateOf(1_000), tiers: [] };
		const cost = { label: 'one', price, inputCeiling: 10, outputTokens: 10 };
		const reserved = await reserveCall(request(1), cost, purseOf(1_000_000, journal));
		assert.ok(reserved.kind === 'refused' && reserved.reply.kind === 'closed');
	});
});
