import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Journal } from '../../../src/core/effects';
import { type JournalEntry, Ledger, type Reservation } from '../../../src/core/ledger';
import { add, nanoUsd, ZERO } from '../../../src/core/money';
import { AttemptPurse } from '../../../src/core/purse';

const of = { run: 'r', attempt: 1, offer: 'acme/one/edit' };

function memory(
	said: { reserve?: 'capped' | 'failed'; append?: 'failed' } = {},
): Journal & { entries: JournalEntry[] } {
	const entries: JournalEntry[] = [];
	return {
		entries,
		append: async (entry) => {
			entries.push(entry);
			return said.append === undefined ? { kind: 'done' } : { kind: 'failed', reason: 'disk full' };
		},
		reserve: async (entry) => {
			entries.push(entry);
			return said.reserve === undefined ? { kind: 'done' } : { kind: said.reserve, reason: 'no' };
		},
	};
}

describe('AttemptPurse', () => {
	it('writes the reservation before it is given out, then the settlement', async () => {
		const ledger = new Ledger(nanoUsd(100), 'r');
		const journal = memory();
		const purse = new AttemptPurse(ledger, journal, of, nanoUsd(60));
		const reserved = await purse.reserve(nanoUsd(50));
		assert.ok(reserved.kind === 'reserved');
		assert.deepEqual([purse.left, ledger.left], [10, 50]);
		assert.deepEqual(journal.entries, [{ kind: 'reserve', ...of, id: 'r/1', amount: 50 }]);
		await purse.settle(reserved.reservation, { amount: nanoUsd(20), basis: 'billed' });
		assert.deepEqual([purse.left, ledger.left], [40, 80]);
		assert.deepEqual(purse.spent, { billed: 20, estimated: 0 });
		assert.equal(journal.entries.at(-1)?.kind, 'settle');
	});

	it('never gives more than the allowance, or than the bid holds', async () => {
		const ledger = new Ledger(nanoUsd(100), 'r');
		const purse = new AttemptPurse(ledger, memory(), of, nanoUsd(60));
		assert.equal((await purse.reserve(nanoUsd(61))).kind, 'refused');
		const poor = new AttemptPurse(new Ledger(nanoUsd(10), 'r'), memory(), of, nanoUsd(60));
		const refused = await poor.reserve(nanoUsd(11));
		assert.ok(refused.kind === 'refused' && refused.by === 'allowance');
	});

	it('doubt stays out of reach, and is not called spent', async () => {
		const ledger = new Ledger(nanoUsd(100), 'r');
		const purse = new AttemptPurse(ledger, memory(), of, nanoUsd(100));
		const reserved = await purse.reserve(nanoUsd(80));
		assert.ok(reserved.kind === 'reserved');
		await purse.settle(reserved.reservation, { amount: nanoUsd(10), basis: 'billed' }, nanoUsd(70));
		assert.deepEqual([ledger.spent, ledger.doubted, ledger.left, purse.left], [10, 70, 20, 20]);
	});

	for (const [how, stop] of [
		['capped', 'cap'],
		['failed', 'journal'],
	] as const) {
		it(`a journal that says ${how} stops the money for good`, async () => {
			const ledger = new Ledger(nanoUsd(100), 'r');
			const purse = new AttemptPurse(ledger, memory({ reserve: how }), of, nanoUsd(100));
			const refused = await purse.reserve(nanoUsd(10));
			assert.ok(refused.kind === 'refused' && refused.by === stop);
			assert.equal(ledger.left, 100);
			assert.equal(purse.stop?.by, stop);
			assert.equal((await purse.reserve(nanoUsd(1))).kind, 'refused');
		});
	}

	it('a settlement that cannot be written stops the money too', async () => {
		const purse = new AttemptPurse(
			new Ledger(nanoUsd(100), 'r'),
			memory({ append: 'failed' }),
			of,
			nanoUsd(100),
		);
		const reserved = await purse.reserve(nanoUsd(10));
		assert.ok(reserved.kind === 'reserved');
		await purse.settle(reserved.reservation, { amount: nanoUsd(10), basis: 'billed' });
		assert.equal(purse.stop?.by, 'journal');
	});

	it('closing settles what nobody settled at its worst, and lets nothing more out', async () => {
		const ledger = new Ledger(nanoUsd(100), 'r');
		const purse = new AttemptPurse(ledger, memory(), of, nanoUsd(100));
		await purse.reserve(nanoUsd(30));
		const late = purse.reserve(nanoUsd(5));
		await purse.close();
		assert.equal((await late).kind, 'refused', 'closed while it was being written');
		assert.equal((await purse.reserve(nanoUsd(1))).kind, 'refused');
		assert.deepEqual(purse.spent, { billed: 0, estimated: 30 });
		assert.equal(ledger.reserved, 0);
	});

	it('whatever is done, spent, doubted and reserved never pass the bid nor the allowance', async () => {
		const step = fc.record({
			what: fc.constantFrom('reserve', 'settle', 'release'),
			amount: fc.nat(120),
			part: fc.nat(100),
			doubt: fc.nat(100),
		});
		await fc.assert(
			fc.asyncProperty(
				fc.nat(200),
				fc.nat(200),
				fc.array(step, { maxLength: 30 }),
				async (bid, allowance, steps) => {
					const ledger = new Ledger(nanoUsd(bid), 'r');
					const purse = new AttemptPurse(ledger, memory(), of, nanoUsd(allowance));
					const open: Reservation[] = [];
					for (const { what, amount, part, doubt } of steps) {
						const one = what === 'reserve' ? undefined : open.shift();
						if (what === 'reserve') {
							const reserved = await purse.reserve(nanoUsd(amount));
							if (reserved.kind === 'reserved') {
								open.push(reserved.reservation);
							}
						} else if (one !== undefined && what === 'settle') {
							const cost = Math.floor((one.amount * part) / 100);
							const rest = Math.floor(((one.amount - cost) * doubt) / 100);
							await purse.settle(one, { amount: nanoUsd(cost), basis: 'billed' }, nanoUsd(rest));
						} else if (one !== undefined) {
							await purse.release(one);
						}
						const all = add(ledger.spent, ledger.doubted, ledger.reserved);
						assert.ok(all <= bid && all <= allowance);
						assert.ok(purse.left <= Math.min(bid, allowance) - all || purse.left === ZERO);
					}
				},
			),
		);
	});
});
