import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { DatedEntry } from '../../../src/core/books';
import { Ledger } from '../../../src/core/ledger';
import { add, nanoUsd, ZERO } from '../../../src/core/money';
import { runMoney } from '../../../src/core/runMoney';

const at = '2026-03-01T10:00:00.000Z';
const reserve = (run: string, id: string, attempt: number, amount: number, day?: number): DatedEntry => ({
	at,
	kind: 'reserve',
	run,
	id,
	attempt,
	offer: 'o',
	amount: nanoUsd(amount),
	...(day === undefined ? {} : { caps: { day: nanoUsd(day) } }),
});
const settle = (run: string, id: string, attempt: number, amount: number, doubt?: number): DatedEntry => ({
	at,
	kind: 'settle',
	run,
	id,
	attempt,
	offer: 'o',
	cost: { amount: nanoUsd(amount), basis: 'billed' },
	...(doubt === undefined ? {} : { doubt: nanoUsd(doubt) }),
});

describe('runMoney', () => {
	it('counts what was settled as it was, what is open at its worst, and nothing of void or given back', () => {
		const money = runMoney(
			[
				reserve('r', 'r/1', 1, 100),
				settle('r', 'r/1', 1, 40, 5),
				reserve('other', 'other/1', 1, 900),
				reserve('r', 'r/2', 2, 70),
				{ at, kind: 'release', run: 'r', id: 'r/2' },
				// 40 + 5 + 900 are held; 60 more pass this limit, so it is void.
				reserve('r', 'r/3', 2, 60, 1_000),
				reserve('r', 'r/4', 2, 30),
			],
			'r',
		);
		assert.deepEqual(
			{ ...money, byAttempt: [...money.byAttempt] },
			{
				spent: 70,
				doubted: 5,
				reservations: 4,
				byAttempt: [
					[1, { billed: 40, estimated: 0 }],
					[2, { billed: 0, estimated: 30 }],
				],
			},
		);
	});

	it('never lets a run that is taken up pass its bid, and no name of a reservation comes twice', () => {
		fc.assert(
			fc.property(
				fc.array(
					fc.record({
						amount: fc.nat(100),
						used: fc.double({ min: 0, max: 1, noNaN: true }),
						open: fc.boolean(),
					}),
					{
						maxLength: 12,
					},
				),
				fc.nat(600),
				fc.nat(12),
				(calls, bid, cut) => {
					const entries: DatedEntry[] = [];
					const names: string[] = [];
					const play = (ledger: Ledger, some: typeof calls): void => {
						for (const { amount, used, open } of some) {
							const made = ledger.reserve(nanoUsd(amount));
							if (made === undefined) {
								continue;
							}
							names.push(made.id);
							entries.push(reserve('r', made.id, 1, amount));
							if (!open) {
								const cost = Math.floor(amount * used);
								ledger.settle(made, nanoUsd(cost));
								entries.push(settle('r', made.id, 1, cost));
							}
						}
					};
					play(new Ledger(nanoUsd(bid), 'r'), calls.slice(0, cut));
					const before = runMoney(entries, 'r');
					play(new Ledger(nanoUsd(bid), 'r', before), calls.slice(cut));
					const all = runMoney(entries, 'r');
					assert.ok(add(all.spent, all.doubted) <= bid);
					assert.ok(all.spent >= before.spent && before.doubted === ZERO);
					assert.equal(new Set(names).size, names.length);
				},
			),
		);
	});
});
