import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Books, type DatedEntry } from '../../../src/core/books';
import { nanoUsd } from '../../../src/core/money';
import { foldSpend } from '../../../src/core/spend';

const amount = fc.integer({ min: 0, max: 60 }).map(nanoUsd);
const moments = [
	'2026-01-31T23:59:59.999Z',
	'2026-02-01T00:00:00.000Z',
	'2026-02-02T08:00:00.000Z',
	'2028-02-29T12:00:00.000Z',
	'2028-03-01T00:00:00.000Z',
];
const CAPS = { day: nanoUsd(100), month: nanoUsd(150) };

/** What writers do, in the order in which it went into the file; their clocks go as they like. */
const step = fc.record({
	at: fc.constantFrom(...moments),
	writer: fc.constantFrom('a', 'b', 'c'),
	act: fc.constantFrom('reserve', 'reserve', 'settle', 'release', 'crash'),
	amount,
	share: fc.integer({ min: 0, max: 100 }),
	doubt: fc.integer({ min: 0, max: 100 }),
});

/** Honest writers: they settle what was valid, once, and no higher than it was reserved. */
function entriesOf(steps: readonly (typeof step extends fc.Arbitrary<infer T> ? T : never)[]): DatedEntry[] {
	const books = new Books();
	const entries: DatedEntry[] = [];
	const open = new Map<string, { id: string; amount: number }[]>();
	let count = 0;
	for (const { at, writer, act, amount: asked, share, doubt } of steps) {
		const mine = open.get(writer) ?? [];
		open.set(writer, mine);
		const put = (entry: DatedEntry) => {
			entries.push(entry);
			return books.add(entry);
		};
		if (act === 'reserve') {
			count += 1;
			const id = `${writer}/${count}`;
			const refusal = put({
				at,
				kind: 'reserve',
				run: writer,
				id,
				attempt: 1,
				offer: 'o',
				amount: asked,
				caps: CAPS,
			});
			if (refusal === undefined) {
				mine.push({ id, amount: asked });
			}
		} else if (act === 'crash') {
			mine.length = 0;
		} else {
			const [one] = mine.splice(share % Math.max(1, mine.length), 1);
			if (one !== undefined && act === 'release') {
				put({ at, kind: 'release', run: writer, id: one.id });
			} else if (one !== undefined) {
				const cost = Math.floor((one.amount * share) / 100);
				const more = Math.floor(((one.amount - cost) * doubt) / 100);
				const paid = { amount: nanoUsd(cost), basis: 'billed' } as const;
				const of = { run: writer, id: one.id, attempt: 1, offer: 'o' };
				put({ at, kind: 'settle', ...of, cost: paid, doubt: nanoUsd(more) });
			}
		}
	}
	return entries;
}

const days = [...new Set(moments.map((at) => at.slice(0, 10)))];

describe('Books', () => {
	it('no cap is passed at any place of any interleaving, and every reader judges alike', () => {
		fc.assert(
			fc.property(fc.array(step, { maxLength: 80 }), fc.nat(), (steps, cut) => {
				const entries = entriesOf(steps);
				const judged = (of: readonly DatedEntry[]) => {
					const books = new Books();
					const voids = of.map((entry) => books.add(entry) !== undefined);
					return { books, voids };
				};
				const whole = judged(entries);
				const length = cut % (entries.length + 1);
				const prefix = judged(entries.slice(0, length));
				assert.deepEqual(prefix.voids, whole.voids.slice(0, length));
				for (const { books } of [prefix, whole]) {
					for (const day of days) {
						const held = books.held(day);
						assert.ok(held.day.all <= CAPS.day, `${day}: ${held.day.all}`);
						assert.ok(held.month.all <= CAPS.month, `${day}: ${held.month.all}`);
						assert.equal(held.day.all, held.day.spent + held.day.doubted + held.day.reserved);
					}
				}
			}),
			{ numRuns: 400 },
		);
	});

	it('without its void reservations a journal says the same', () => {
		fc.assert(
			fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
				const books = new Books();
				const entries = entriesOf(steps);
				const valid = entries.filter((entry) => books.add(entry) === undefined);
				assert.deepEqual(foldSpend(valid, 'day'), foldSpend(entries, 'day'));
			}),
		);
	});

	it('a reservation that fits to the nano-dollar is valid, and one more nano-dollar is not', () => {
		const of = { kind: 'reserve', run: 'r', attempt: 1, offer: 'o', caps: CAPS } as const;
		const at = moments[1] ?? '';
		const books = new Books();
		assert.equal(books.add({ ...of, at, id: 'r/1', amount: nanoUsd(100) }), undefined);
		assert.equal(books.add({ ...of, at, id: 'r/2', amount: nanoUsd(1) })?.period, 'day');
		const next = { ...of, at: moments[2] ?? '' };
		assert.equal(books.add({ ...next, id: 'r/3', amount: nanoUsd(51) })?.period, 'month');
		assert.equal(books.add({ ...next, id: 'r/4', amount: nanoUsd(50) }), undefined);
		assert.deepEqual(
			['r/1', 'r/2', 'r/3', 'r/4', 'r/5'].filter((id) => books.holds('r', id)),
			['r/1', 'r/4'],
		);
	});

	it('each reservation by its own caps: a limit that was raised or lifted counts from then on', () => {
		const of = { kind: 'reserve', at: moments[0] ?? '', run: 'r', attempt: 1, offer: 'o' } as const;
		const books = new Books();
		assert.equal(books.add({ ...of, id: 'r/1', amount: nanoUsd(500) }), undefined);
		assert.equal(books.add({ ...of, id: 'r/2', amount: nanoUsd(10), caps: { day: nanoUsd(509) } })?.cap, 509);
		assert.equal(
			books.add({ ...of, id: 'r/3', amount: nanoUsd(10), caps: { day: nanoUsd(510) } }),
			undefined,
		);
	});

	it('a run name that comes twice keeps both runs’ money', () => {
		const of = { at: moments[0] ?? '', run: 'r', attempt: 1, offer: 'o' };
		const begin = { ...of, kind: 'run', bid: nanoUsd(9), repository: 'x', target: 't' } as const;
		const entries: DatedEntry[] = [
			begin,
			{ ...of, kind: 'reserve', id: 'r/1', amount: nanoUsd(7) },
			begin,
			{ ...of, kind: 'reserve', id: 'r/1', amount: nanoUsd(5) },
			{ ...of, kind: 'settle', id: 'r/1', cost: { amount: nanoUsd(2), basis: 'billed' } },
		];
		const [row] = foldSpend(entries, 'repository');
		assert.deepEqual([row?.runs, row?.billed, row?.open], [2, 2, 7]);
	});

	it('sums too large to count never fit again', () => {
		const of = { kind: 'reserve', at: moments[0] ?? '', run: 'r', attempt: 1, offer: 'o' } as const;
		const books = new Books();
		for (const id of ['r/1', 'r/2']) {
			books.add({ ...of, id, amount: nanoUsd(Number.MAX_SAFE_INTEGER) });
			books.add({ at: of.at, kind: 'release', run: 'r', id: 'r/2' });
		}
		const caps = { day: nanoUsd(Number.MAX_SAFE_INTEGER) };
		assert.equal(books.add({ ...of, id: 'r/3', amount: nanoUsd(1), caps })?.period, 'day');
	});
});
