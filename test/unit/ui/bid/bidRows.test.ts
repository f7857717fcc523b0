import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { QuotePoint } from '../../../../src/core/cascade/quote';
import { formatUsd, type NanoUsd, nanoUsd, ZERO } from '../../../../src/core/money';
import {
	type BidState,
	bidRows,
	firstOf,
	minutesOf,
	type Odds,
	oddsOf,
	oddsWords,
	pricesOf,
} from '../../../../src/ui/bid/bidRows';

const usd = (amount: number): NanoUsd => nanoUsd(Math.round(amount * 1e9));
const state = (over: Partial<BidState> = {}): BidState => ({
	typed: '',
	last: undefined,
	standard: ZERO,
	minutes: 10,
	temper: 'balanced',
	command: 'npm test',
	odds: new Map(),
	...over,
});
const flat = (mean: number) => ({ mean, low: mean, high: mean });
const point = (bid: NanoUsd, chance: number, spend: number): QuotePoint => ({
	bid,
	chance: flat(chance),
	spend: flat(spend),
	minutes: flat(1),
	first: undefined,
});

describe('the list that asks for the bid', () => {
	for (const [last, standard, wanted] of [
		[undefined, 0, [0, 0.05, 0.25, 1]],
		[undefined, 0.5, [0, 0.05, 0.25, 0.5, 1]],
		[0.25, 0, [0.25, 0, 0.05, 1]],
		[0.35, 0.25, [0.35, 0, 0.05, 0.25, 1]],
		[0, 0.25, [0, 0.05, 0.25, 1]],
	] as const) {
		it(`offers ${wanted.join(', ')} after a last bid of ${last ?? 'none'} and a default of ${standard}`, () => {
			const memory = { last: last === undefined ? undefined : usd(last), standard: usd(standard) };
			assert.deepEqual(pricesOf(memory), wanted.map(usd));
			assert.equal(firstOf(memory), usd(last ?? standard));
		});
	}

	it('says no estimate yet, what is free, and which was last', () => {
		assert.deepEqual(
			bidRows(state({ last: usd(0.25), standard: usd(1) })).map((row) =>
				'description' in row ? `${row.label} ${row.description}` : row.label,
			),
			[
				'$0.25 no estimate yet · last used',
				'$0.00 no estimate yet · free, no paid model',
				'$0.05 no estimate yet',
				'$1.00 no estimate yet · your default',
				'Change Time Limit… 10 minutes',
				'Change Temper… balanced: goes on while the odds are fair',
				'Choose Models… and the keys to pay for them',
				'Change Test Command… npm test',
			],
		);
	});

	it('shows an amount that is typed alone, with its odds', () => {
		const odds = new Map<NanoUsd, Odds>([[usd(0.35), point(usd(0.35), 0.889, 0.03)]]);
		assert.deepEqual(bidRows(state({ typed: '.35', odds })), [
			{
				kind: 'price',
				spend: usd(0.35),
				label: '$0.35',
				description: 'about 88% likely to be fixed, usually $0.03',
			},
		]);
	});

	for (const [typed, said] of [
		['a lot', /not an amount/],
		['-1', /below zero/],
		['0,25', /write it with a point: 0\.25/],
		['2000', /more than \$1000/],
	] as const) {
		it(`tells ${typed} off, and nothing can be chosen`, () => {
			const [row, ...more] = bidRows(state({ typed }));
			assert.equal(row?.kind, 'unreadable');
			assert.match(row.label, said);
			assert.deepEqual(more, []);
		});
	}

	it('finds what can be changed by its words', () => {
		assert.deepEqual(
			bidRows(state({ typed: 'model' })).map(({ kind }) => kind),
			['models'],
		);
	});

	it('never offers an amount other than the typed one, whatever is typed', () => {
		fc.assert(
			fc.property(fc.string({ maxLength: 12 }), (typed) => {
				const rows = bidRows(state({ typed }));
				assert.ok(rows.length > 0);
				const prices = rows.filter((row) => row.kind === 'price');
				assert.ok(typed.trim() === '' || prices.length === 0 || (prices.length === 1 && rows.length === 1));
			}),
		);
	});

	it('never claims more than was quoted, nor a spend above the bid', () => {
		fc.assert(
			fc.property(
				fc.double({ min: 0, max: 1, noNaN: true }),
				fc.double({ min: 0, max: 5, noNaN: true }),
				fc.integer({ min: 0, max: 1000 }),
				(chance, spend, cents) => {
					const bid = nanoUsd(cents * 10_000_000);
					const words = oddsWords(point(bid, chance, spend), bid);
					const percent = Number(/(\d+)%/.exec(words)?.[1]);
					assert.ok(percent <= chance * 100);
					const usual = /usually (\S+)/.exec(words)?.[1];
					assert.ok(usual === undefined || bid > 0);
					assert.ok(usual === undefined || Number(usual.slice(1)) <= Number(formatUsd(bid).slice(1)) + 1e-9);
				},
			),
		);
	});

	it('has odds for what was quoted, and none for the rest', () => {
		const quoted = point(usd(0.25), 0.5, 0.1);
		assert.deepEqual(
			[...oddsOf({ kind: 'quoted', points: [quoted], basis: 'measured' }, [usd(0.25), usd(1)])],
			[
				[usd(0.25), quoted],
				[usd(1), 'none'],
			],
		);
		assert.deepEqual([...oddsOf({ kind: 'noEstimate', reason: 'x' }, [ZERO])], [[ZERO, 'none']]);
	});

	for (const [text, minutes] of [
		['10', 10],
		['2.5', 2.5],
		[' 240 ', 240],
		['0', undefined],
		['241', undefined],
		['1e2', undefined],
		['ten', undefined],
		['', undefined],
	] as const) {
		it(`reads the time limit ${JSON.stringify(text)} as ${minutes ?? 'unreadable'}`, () => {
			const read = minutesOf(text);
			assert.equal(read.kind === 'minutes' ? read.minutes : undefined, minutes);
		});
	}
});
