import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Ledger, type Reservation } from '../../../src/core/ledger';
import { type NanoUsd, nanoUsd } from '../../../src/core/money';

const amount = fc.integer({ min: 0, max: 2_000 });
const step = fc.oneof(
	fc.record({ kind: fc.constant('reserve' as const), amount }),
	fc.record({
		kind: fc.constant('settle' as const),
		index: fc.nat(20),
		share: fc.double({ min: 0, max: 1.5, noNaN: true }),
	}),
	fc.record({ kind: fc.constant('release' as const), index: fc.nat(20) }),
);

describe('Ledger', () => {
	it('never holds more than the bid, whatever is asked of it', () => {
		fc.assert(
			fc.property(amount, fc.array(step, { maxLength: 60 }), (bid, steps) => {
				const ledger = new Ledger(nanoUsd(bid), 'run');
				const open: Reservation[] = [];
				let spent = 0;
				for (const one of steps) {
					if (one.kind === 'reserve') {
						const reservation = ledger.reserve(nanoUsd(one.amount));
						if (reservation !== undefined) {
							open.push(reservation);
						}
					} else if (open.length > 0) {
						const [reservation] = open.splice(one.index % open.length, 1);
						assert.ok(reservation);
						const cost = one.kind === 'settle' ? Math.floor(reservation.amount * one.share) : 0;
						if (one.kind === 'release') {
							ledger.release(reservation);
						} else if (cost > reservation.amount) {
							assert.throws(() => ledger.settle(reservation, nanoUsd(cost)), RangeError);
							open.push(reservation);
						} else {
							ledger.settle(reservation, nanoUsd(cost));
							spent += cost;
						}
					}
					assert.ok(ledger.spent + ledger.reserved <= bid);
					assert.equal(ledger.spent, spent);
					assert.equal(ledger.left, bid - ledger.spent - ledger.reserved);
				}
			}),
		);
	});

	it('refuses what breaks the books', () => {
		const ledger = new Ledger(nanoUsd(10), 'run');
		const reservation = ledger.reserve(nanoUsd(10));
		assert.ok(reservation);
		assert.equal(ledger.reserve(nanoUsd(1)), undefined);
		ledger.settle(reservation, nanoUsd(3));
		assert.throws(() => ledger.settle(reservation, nanoUsd(1)), RangeError);
		assert.throws(() => ledger.release(reservation), RangeError);
		assert.throws(() => ledger.reserve(-1 as NanoUsd), RangeError);
		assert.throws(() => ledger.reserve(0.5 as NanoUsd), RangeError);
		assert.equal(ledger.spent, 3);
	});
});
