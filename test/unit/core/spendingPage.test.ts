import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Books, type DatedEntry } from '../../../src/core/books';
import { beginOf, dayAfter, daysBetween, daysInMonth, nextOf, UNITS } from '../../../src/core/calendar';
import { wilson } from '../../../src/core/interval';
import { nanoUsd } from '../../../src/core/money';
import { foldSpend, spendReport } from '../../../src/core/spend';
import {
	type Amounts,
	amountOf,
	PERIODS,
	type Period,
	spendingFigures,
	spendingRows,
} from '../../../src/core/spendingPage';
import { halfYear, seeded } from '../../fakes/halfYear';

const TODAY = '2026-11-25';

function booksOf(entries: readonly DatedEntry[]): Books {
	const books = new Books();
	for (const entry of entries) {
		books.add(entry);
	}
	return books;
}

/** One run: what it paid whom, how the attempt ended. */
function run(
	day: string,
	name: string,
	attempts: readonly (readonly [
		offer: string,
		nano: number,
		ended: string,
		verified: boolean,
		ms?: number,
	])[],
	outcome = attempts.some(([, , , verified]) => verified) ? 'solved' : 'exhausted',
): readonly DatedEntry[] {
	const at = `${day}T10:00:00.000Z`;
	return [
		{ at, kind: 'run', run: name, bid: nanoUsd(10), repository: 'shop', target: 't' },
		...attempts.flatMap(([offer, nano, ended, verified, ms = 60_000], index): DatedEntry[] => {
			const of = { at, run: name, attempt: index + 1, offer };
			const cost = { amount: nanoUsd(nano), basis: 'billed' } as const;
			return [
				...(nano > 0 ? [{ ...of, kind: 'settle', id: `${name}/${index}`, cost } as const] : []),
				{ ...of, kind: 'attempt', ended, verified, proposeMs: ms, verifyMs: 0 },
			];
		}),
		{ at, kind: 'outcome', run: name, outcome },
	];
}

const figures = (entries: readonly DatedEntry[], period: Period = 'all', today = TODAY) =>
	spendingFigures(booksOf(entries), { period, today });

const sumUp = (amounts: readonly Amounts[]) => ({
	billed: amounts.reduce((total, one) => total + one.billed, 0),
	estimated: amounts.reduce((total, one) => total + one.estimated, 0),
});

describe('the figures of the page Spending', () => {
	it('are zeros, and no invented figure, where nothing was run', () => {
		for (const period of PERIODS) {
			const empty = figures([], period);
			assert.equal(empty.everRun, 0);
			assert.equal(empty.since, undefined);
			assert.equal(empty.costPerFix, undefined);
			assert.equal(empty.medianMs, undefined);
			assert.deepEqual(empty.models, []);
			assert.deepEqual(empty.spend.series, []);
			assert.deepEqual(empty.saved, { kind: 'unknown', reason: 'no fix' });
			assert.equal(empty.month.cumulative.length, 25);
			assert.equal(empty.month.days, 30);
			assert.deepEqual(spendingRows(booksOf([]), period, TODAY), []);
		}
	});

	const days = [...Array(12).keys()].map((back) => dayAfter(TODAY, -back * back * 4));
	const offers = [
		'free',
		'given',
		'a/x/edit',
		'a/x/agent',
		'b/y/edit',
		...[...Array(8).keys()].map((n) => `c/m${n}/edit`),
	];
	const entry = fc
		.record({
			day: fc.constantFrom(...days),
			run: fc.constantFrom('1', '2', '3', '4'),
			offer: fc.constantFrom(...offers),
			attempt: fc.integer({ min: 1, max: 3 }),
			amount: fc.nat(1_000_000),
			doubt: fc.nat(100),
			basis: fc.constantFrom('billed' as const, 'estimated' as const),
			kind: fc.constantFrom('run', 'reserve', 'settle', 'release', 'attempt', 'outcome'),
			verified: fc.boolean(),
		})
		.map(({ day, run: name, offer, attempt, amount, doubt, basis, kind, verified }): DatedEntry => {
			const of = { at: `${day}T12:00:00.000Z`, run: name };
			const id = `${name}/${attempt}`;
			switch (kind) {
				case 'run':
					return { ...of, kind, bid: nanoUsd(1), repository: 'r', target: 't' };
				case 'reserve':
					return { ...of, kind, id, attempt, offer, amount: nanoUsd(amount) };
				case 'settle': {
					const cost = { amount: nanoUsd(amount), basis };
					return { ...of, kind, id, attempt, offer, cost, doubt: nanoUsd(doubt) };
				}
				case 'release':
					return { ...of, kind, id };
				case 'attempt':
					return { ...of, kind, attempt, offer, ended: 'patches', verified, proposeMs: 5, verifyMs: 6 };
				default:
					return { ...of, kind: 'outcome', outcome: verified ? 'solved' : 'exhausted' };
			}
		});

	it('add up to the journal, to the nano-dollar, in every period and in every part', () => {
		fc.assert(
			fc.property(fc.array(entry, { maxLength: 60 }), fc.constantFrom(...PERIODS), (entries, period) => {
				const books = booksOf(entries);
				const page = spendingFigures(books, { period, today: TODAY });
				const span = page.since === undefined ? {} : { since: page.since };
				const { total } = spendReport(books, 'day', span);
				const { billed, estimated } = total;
				assert.deepEqual(page.total, total);
				assert.deepEqual(sumUp(page.spend.bars.flatMap(({ amounts }) => amounts)), { billed, estimated });
				assert.deepEqual(sumUp(spendingRows(books, period, TODAY)), { billed, estimated });
				assert.deepEqual(sumUp(page.models.map(({ spent }) => spent)), { billed, estimated });
				const byDay = new Map(foldSpend(entries, 'day').map((row) => [row.key, row]));
				const today = byDay.get(TODAY);
				assert.equal(page.spentToday, today === undefined ? 0 : amountOf(today));
				const month = foldSpend(entries, 'month').find(({ key }) => key === TODAY.slice(0, 7));
				const last = page.month.cumulative.at(-1);
				assert.equal(last && amountOf(last), month === undefined ? 0 : amountOf(month));
				for (const { passRate, passInterval, judged, costPerFix, costInterval } of page.models) {
					assert.equal(passRate === undefined, judged === 0);
					if (passRate !== undefined) {
						assert.ok(passInterval.low <= passRate && passRate <= passInterval.high);
					}
					if (costPerFix !== undefined) {
						assert.ok(costInterval && costInterval.low <= costPerFix, 'low');
						assert.ok(costInterval.high !== undefined && costPerFix <= costInterval.high, 'high');
					}
				}
				if (page.saved.kind === 'known') {
					assert.equal(page.saved.course.at(-1)?.wouldHave, page.saved.wouldHave);
					assert.equal(page.saved.course.at(-1)?.spent, page.saved.spent);
				}
			}),
			{ numRuns: 500 },
		);
	});

	it('are the cost of a fix with everything counted, and the median of the work on it', () => {
		const page = figures([
			...run(TODAY, '1', [
				['a/x/edit', 90, 'none', false, 60_000],
				['a/y/edit', 10, 'patches', true, 60_000],
			]),
			...run(TODAY, '2', [['a/x/edit', 50, 'patches', true, 30_000]]),
			...run(TODAY, '3', [['a/x/edit', 31, 'patches', false]]),
			...run(TODAY, '4', [['free', 0, 'patches', true, 1000]]),
		]);
		assert.deepEqual([page.runs, page.fixes, page.costPerFix], [4, 3, Math.ceil(181 / 3)]);
		assert.equal(page.medianMs, 30_000);
		assert.equal(page.spentToday, 181);
	});

	it('leave re-checks of text that was there out of runs, fixes and models', () => {
		const page = figures([...run(TODAY, '1', [['given', 0, 'patches', true]])]);
		assert.deepEqual([page.everRun, page.runs, page.fixes, page.models], [1, 0, 0, []]);
	});

	for (const [ended, verified, judged] of [
		['patches', true, 1],
		['patches', false, 1],
		['none', false, 1],
		['failed', false, 0],
		['cancelled', false, 0],
		['unaffordable', false, 0],
	] as const) {
		it(`an attempt that ended in ${ended}${verified ? ', verified,' : ''} ${judged ? 'was' : 'was not'} judged`, () => {
			const [model] = figures(run(TODAY, '1', [['a/x/edit', 5, ended, verified]])).models;
			assert.deepEqual([model?.attempts, model?.judged, model?.verified], [1, judged, verified ? 1 : 0]);
		});
	}

	it('an attempt over midnight is judged where its money is', () => {
		const of = { run: 'r', attempt: 1, offer: 'a/x/edit' } as const;
		const books = booksOf([
			{ at: '2026-11-24T23:59:00.000Z', kind: 'reserve', ...of, id: 'r/1', amount: nanoUsd(9) },
			{
				at: '2026-11-25T00:01:00.000Z',
				kind: 'attempt',
				...of,
				ended: 'none',
				verified: false,
				proposeMs: 1,
				verifyMs: 2,
			},
		]);
		const rows = spendingRows(books, 'all', TODAY);
		assert.deepEqual(
			rows.map(({ day, attempts, judged, open, workMs }) => [day, attempts, judged, open, workMs]),
			[['2026-11-24', 1, 1, 9, 3]],
		);
	});

	const dear = (name: string, verified = false) =>
		run(TODAY, name, [['d/dear/agent', 100, 'patches', verified]]);
	const cheap = (name: string) => run(TODAY, name, [['c/cheap/edit', 10, 'patches', true]]);
	for (const [title, entries, expected] of [
		['no fix', dear('1'), 'no fix'],
		['only free fixes', run(TODAY, '1', [['free', 0, 'patches', true]]), 'nothing bought'],
		['too few attempts to take a mean of', [...dear('1'), ...dear('2', true)], 'too few attempts'],
	] as const) {
		it(`claim nothing saved with ${title}`, () => {
			assert.deepEqual(figures(entries).saved, { kind: 'unknown', reason: expected });
		});
	}

	it('compare with each fix bought once from the dearest at its own mean, all spending on our side', () => {
		const entries = [...dear('1'), ...dear('2'), ...dear('3', true), ...['4', '5', '6', '7'].flatMap(cheap)];
		const { saved } = figures(entries);
		assert.deepEqual(saved.kind === 'known' && { ...saved, course: saved.course.length }, {
			kind: 'known',
			model: 'd/dear',
			meanCost: 100,
			measured: 3,
			measuredVerified: 1,
			spent: 340,
			wouldHave: 500,
			course: 1,
		});
	});

	it('name five models and gather the rest when there are more than six', () => {
		const many = [...Array(9).keys()].flatMap((n) =>
			run(TODAY, `r${n}`, [[`p/m${n}/edit`, 100 - n, 'none', false]]),
		);
		const { spend } = figures(many);
		assert.deepEqual(
			spend.series.map(({ model }) => model),
			['p/m0', 'p/m1', 'p/m2', 'p/m3', 'p/m4', undefined],
		);
		assert.deepEqual(spend.bars.at(-1)?.amounts.map(amountOf), [100, 99, 98, 97, 96, 95 + 94 + 93 + 92]);
	});

	for (const [period, unit, bars] of [
		['week', 'day', 7],
		['month', 'day', 30],
		['year', 'week', 53],
		['all', 'week', 27],
	] as const) {
		it(`show ${period} by ${unit}`, () => {
			const { spend } = figures(halfYear(TODAY), period);
			assert.deepEqual([spend.unit, spend.bars.length], [unit, bars]);
		});
	}

	it('outlive days that no calendar has and clocks that run ahead', () => {
		for (const day of ['0001-01-01', '2026-99-99', '9999-12-31', '2026-12-24']) {
			const page = figures([
				...run(day, '1', [['a/x/edit', 5, 'none', false]]),
				...run(TODAY, '2', [['a/x/edit', 7, 'none', false]]),
			]);
			assert.equal(amountOf(page.total), 12, day);
			assert.equal(amountOf(sumUp(page.spend.bars.flatMap(({ amounts }) => amounts)) as Amounts), 12, day);
			assert.ok(page.spend.bars.length <= 200);
		}
	});

	it('stay sums of whole numbers beyond what is counted exactly', () => {
		const most = Number.MAX_SAFE_INTEGER;
		const page = figures([
			...run(TODAY, '1', [['a/x/edit', most, 'patches', true]]),
			...run(TODAY, '2', [['a/x/edit', most, 'patches', true]]),
		]);
		assert.equal(amountOf(page.total), most);
		assert.equal(page.models[0] && amountOf(page.models[0].spent), most);
	});

	it('of a hundred thousand entries take less than two seconds of processor time', () => {
		const books = booksOf(halfYear(TODAY, { days: 1100, busy: 17 }));
		const before = process.cpuUsage();
		spendingFigures(books, { period: 'all', today: TODAY });
		const { user, system } = process.cpuUsage(before);
		assert.ok(user + system < 2_000_000, `${(user + system) / 1000} ms`);
	});
});

describe('Wilson intervals', () => {
	it('hold the rate, lie within 0 and 1, and narrow with more of the same', () => {
		fc.assert(
			fc.property(
				fc.integer({ min: 1, max: 100_000 }),
				fc.double({ min: 0, max: 1, noNaN: true }),
				(trials, share) => {
					const hits = Math.round(trials * share);
					const { low, high } = wilson(hits, trials);
					const rate = hits / trials;
					assert.ok(0 <= low && low <= rate && rate <= high && high <= 1);
					const more = wilson(hits * 4, trials * 4);
					assert.ok(more.high - more.low < high - low);
				},
			),
		);
	});

	// Newcombe 1998, table I, method 3.
	for (const [hits, trials, low, high] of [
		[81, 263, 0.2553, 0.3662],
		[15, 148, 0.0624, 0.1605],
		[0, 20, 0, 0.1611],
		[1, 29, 0.0061, 0.1718],
	] as const) {
		it(`of ${hits} in ${trials} are those that were published`, () => {
			const found = wilson(hits, trials);
			assert.ok(
				Math.abs(found.low - low) < 5e-5 && Math.abs(found.high - high) < 5e-5,
				JSON.stringify(found),
			);
		});
	}

	it('say nothing without trials', () => assert.deepEqual(wilson(0, 0), { low: 0, high: 1 }));

	it('hold the true rate about 95 times of 100', () => {
		const random = seeded(3);
		let held = 0;
		for (let round = 0; round < 4000; round++) {
			const rate = 0.05 + 0.9 * random();
			const hits = Array.from({ length: 40 }, random).filter((one) => one < rate).length;
			const { low, high } = wilson(hits, 40);
			held += low <= rate && rate <= high ? 1 : 0;
		}
		assert.ok(held > 3720 && held < 3880, String(held));
	});
});

describe('the calendar', () => {
	for (const [day, unit, begin, next] of [
		['2026-11-25', 'week', '2026-11-23', '2026-11-30'],
		['2026-03-01', 'week', '2026-02-23', '2026-03-02'],
		['2024-02-29', 'month', '2024-02-01', '2024-03-01'],
		['2026-12-31', 'month', '2026-12-01', '2027-01-01'],
		['2024-12-31', 'year', '2024-01-01', '2025-01-01'],
	] as const) {
		it(`${day} lies in the ${unit} from ${begin}`, () => {
			assert.equal(beginOf(day, unit), begin);
			assert.equal(nextOf(begin, unit), next);
		});
	}

	it('every day lies in exactly one unit of each kind', () => {
		fc.assert(
			fc.property(fc.integer({ min: 0, max: 40_000 }), fc.constantFrom(...UNITS), (back, unit) => {
				const day = dayAfter('2060-01-01', -back);
				const begin = beginOf(day, unit);
				assert.ok(begin <= day && day < nextOf(begin, unit));
				assert.equal(beginOf(nextOf(begin, unit), unit), nextOf(begin, unit));
				assert.equal(daysBetween(day, '2060-01-01'), back + 1);
			}),
		);
	});

	it('knows how long months are', () =>
		assert.deepEqual(['2026-02-03', '2024-02-01', '2026-12-31'].map(daysInMonth), [28, 29, 31]));
});
