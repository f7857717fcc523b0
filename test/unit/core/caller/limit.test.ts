import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { limitWithin, type Share, SharedLimit } from '../../../../src/core/caller/limit';
import { add, type NanoUsd, nanoUsd, ZERO } from '../../../../src/core/money';

const usd = (dollars: number): NanoUsd => nanoUsd(Math.round(dollars * 1e9));
const MOST = usd(0.5);

describe('the limit of a caller', () => {
	for (const [said, amount] of [
		[undefined, 0.5],
		[0, 0],
		['0', 0],
		[0.25, 0.25],
		['0.25', 0.25],
		['$0.25', 0.25],
		[1e-7, 1e-7],
		[0.5, 0.5],
		['0.50', 0.5],
	] as const) {
		it(`takes ${JSON.stringify(said)}`, () =>
			assert.deepEqual(limitWithin(said, MOST), { kind: 'limit', amount: usd(amount) }));
	}

	for (const [said, words] of [
		[0.500000001, /more than the user allows here \(\$0\.50\)/],
		['1', /more than the user allows/],
		[1e9, /more than anything/],
		[Number.POSITIVE_INFINITY, /not an amount/],
		[Number.NaN, /not an amount/],
		[null, /not an amount/],
		[true, /not an amount/],
		[{ valueOf: () => 0.1 }, /not an amount/],
		[-1e-9, /below zero/],
		['-1', /below zero/],
		['1e9', /not an amount/],
		['Infinity', /not an amount/],
		['0x1', /not an amount/],
		['', /not an amount/],
	] as const) {
		it(`refuses ${String(said)}`, () => {
			const read = limitWithin(said, MOST);
			assert.equal(read.kind, 'refused');
			assert.match(read.kind === 'refused' ? read.reason : '', words);
		});
	}

	it('is never above the user’s, whatever is said', () => {
		fc.assert(
			fc.property(fc.anything(), fc.nat(2_000_000_000), (said, most) => {
				const read = limitWithin(said, nanoUsd(most));
				assert.ok(read.kind === 'refused' ? read.reason.length < 300 : read.amount <= most);
			}),
		);
		fc.assert(
			fc.property(fc.oneof(fc.double(), fc.string()), fc.nat(2_000_000_000), (said, most) => {
				const read = limitWithin(said, nanoUsd(most));
				assert.ok(read.kind === 'refused' || read.amount <= most);
			}),
		);
	});
});

describe('one limit for several calls', () => {
	it('never gives out more than the whole, in whatever order calls begin and end', () => {
		fc.assert(
			fc.property(
				fc.nat(1000),
				fc.array(fc.record({ take: fc.boolean(), amount: fc.nat(1200), which: fc.nat(9) })),
				(whole, steps) => {
					const limit = new SharedLimit(nanoUsd(whole));
					const open: Share[] = [];
					let spent: NanoUsd = ZERO;
					for (const { take, amount, which } of steps) {
						if (take) {
							const before = limit.left;
							const share = limit.take(nanoUsd(amount));
							assert.equal(share === undefined, amount > before);
							open.push(...(share === undefined ? [] : [share]));
						} else if (open.length > 0) {
							const [share] = open.splice(which % open.length, 1);
							assert.ok(share !== undefined);
							const used = nanoUsd(Math.min(amount, share.amount));
							limit.settle(share, used);
							spent = add(spent, used);
						}
						const aside = open.reduce((sum, one) => sum + one.amount, 0);
						assert.equal(limit.left + aside + spent, whole);
					}
				},
			),
		);
	});

	it('does not settle twice, nor more than was set aside', () => {
		const limit = new SharedLimit(MOST);
		const share = limit.take(usd(0.2));
		assert.ok(share !== undefined);
		assert.throws(() => limit.settle(share, usd(0.3)), RangeError);
		limit.settle(share, usd(0.1));
		assert.throws(() => limit.settle(share, ZERO), RangeError);
		assert.equal(limit.left, usd(0.4));
	});
});
