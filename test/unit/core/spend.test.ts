import assert from 'node:assert/strict';
import { Books, type DatedEntry } from '../../../src/core/books';
import { nanoUsd } from '../../../src/core/money';
import { foldSpend, type SpendRow, spendReport } from '../../../src/core/spend';

const cents = (count: number) => nanoUsd(count * 10_000_000);
const day1 = '2026-01-31T23:59:00.000Z';
const day2 = '2026-02-01T00:01:00.000Z';
const run = (at: string, name: string, repository: string): DatedEntry => ({
	at,
	kind: 'run',
	run: name,
	bid: cents(100),
	repository,
	target: 't',
});
const reserve = (at: string, name: string, call: number, attempt: number, offer: string, amount: number) =>
	({
		at,
		kind: 'reserve',
		run: name,
		id: `${name}/${call}`,
		attempt,
		offer,
		amount: cents(amount),
	}) as const;
const settle = (
	at: string,
	name: string,
	call: number,
	attempt: number,
	offer: string,
	amount: number,
	basis: 'billed' | 'estimated',
	doubt?: number,
): DatedEntry => ({
	at,
	kind: 'settle',
	run: name,
	id: `${name}/${call}`,
	attempt,
	offer,
	cost: { amount: cents(amount), basis },
	...(doubt === undefined ? {} : { doubt: cents(doubt) }),
});
const attempt = (at: string, name: string, number: number, offer: string): DatedEntry => ({
	at,
	kind: 'attempt',
	run: name,
	attempt: number,
	offer,
	ended: 'patches',
	verified: false,
	proposeMs: 1.5,
	verifyMs: 2,
});

const entries: readonly DatedEntry[] = [
	run(day1, 'a', 'shop'),
	attempt(day1, 'a', 1, 'free'),
	reserve(day1, 'a', 1, 2, 'x/cheap/edit', 5),
	reserve(day1, 'a', 2, 2, 'x/cheap/edit', 5),
	settle(day1, 'a', 1, 2, 'x/cheap/edit', 3, 'billed'),
	// After midnight, of money set aside before it.
	settle(day2, 'a', 2, 2, 'x/cheap/edit', 1, 'billed', 2),
	attempt(day2, 'a', 2, 'x/cheap/edit'),
	{ at: day2, kind: 'outcome', run: 'a', outcome: 'solved' },
	run(day2, 'b', 'blog'),
	reserve(day2, 'b', 1, 1, 'x/cheap/agent', 2),
	settle(day2, 'b', 1, 1, 'x/cheap/agent', 1, 'estimated'),
	attempt(day2, 'b', 1, 'x/cheap/agent'),
	reserve(day2, 'b', 2, 2, 'strong', 7),
	reserve(day2, 'b', 3, 2, 'strong', 1),
	{ at: day2, kind: 'release', run: 'b', id: 'b/3' },
];

const told = (rows: readonly SpendRow[]) =>
	rows.map(
		(row) =>
			`${row.key}: ${row.runs} runs, ${row.solved} solved, ${row.attempts} attempts, ${row.billed / 1e7} billed, ${row.estimated / 1e7} estimated, ${row.open / 1e7} open, ${row.doubted / 1e7} doubted`,
	);

describe('foldSpend', () => {
	it('by day: what is open counts whole as estimated; money stands in the day it was set aside', () => {
		assert.deepEqual(told(foldSpend(entries, 'day')), [
			'2026-01-31: 1 runs, 1 solved, 2 attempts, 4 billed, 0 estimated, 0 open, 2 doubted',
			'2026-02-01: 1 runs, 0 solved, 2 attempts, 0 billed, 8 estimated, 7 open, 0 doubted',
		]);
	});
	it('by offer, and by model, which is the offer without its scaffold', () => {
		assert.deepEqual(told(foldSpend(entries, 'offer')), [
			'free: 1 runs, 1 solved, 1 attempts, 0 billed, 0 estimated, 0 open, 0 doubted',
			'strong: 1 runs, 0 solved, 1 attempts, 0 billed, 7 estimated, 7 open, 0 doubted',
			'x/cheap/agent: 1 runs, 0 solved, 1 attempts, 0 billed, 1 estimated, 0 open, 0 doubted',
			'x/cheap/edit: 1 runs, 1 solved, 1 attempts, 4 billed, 0 estimated, 0 open, 2 doubted',
		]);
		assert.deepEqual(
			foldSpend(entries, 'model').map(({ key, runs }) => [key, runs]),
			[
				['free', 1],
				['strong', 1],
				['x/cheap', 2],
			],
		);
	});
	for (const [by, keys] of [
		['month', ['2026-01', '2026-02']],
		['outcome', ['solved', 'unfinished']],
		['repository', ['blog', 'shop']],
	] as const) {
		it(`by ${by}`, () =>
			assert.deepEqual(
				foldSpend(entries, by).map(({ key }) => key),
				keys,
			));
	}
	it('the total counts a run once, whatever its rows', () => {
		const books = new Books();
		for (const entry of entries) {
			books.add(entry);
		}
		const { runs, attempts, estimated } = spendReport(books, 'offer').total;
		assert.deepEqual([runs, attempts, estimated], [2, 4, cents(8)]);
		assert.deepEqual(
			told(spendReport(books, 'month', { since: '2026-02-01', until: '2026-02-28' }).rows),
			told(foldSpend(entries, 'month').slice(1)),
		);
		assert.deepEqual(spendReport(books, 'day', { until: '2025-12-31' }).rows, []);
	});
	it('the first version wrote no attempts: there a reservation was one', () => {
		const old = [1, 2, 3].map((call) => reserve(day1, 'old', call, 0, 'strong', 1));
		assert.deepEqual(
			foldSpend(old, 'offer').map(({ attempts }) => attempts),
			[3],
		);
	});
	it('a payment whose reservation was lost counts in its own day', () => {
		assert.deepEqual(told(foldSpend([settle(day2, 'c', 1, 1, 'strong', 4, 'billed')], 'day')), [
			'2026-02-01: 1 runs, 0 solved, 0 attempts, 4 billed, 0 estimated, 0 open, 0 doubted',
		]);
	});
});
