import assert from 'node:assert/strict';
import fc from 'fast-check';
import { CALIBRATION } from '../../../../src/core/cascade/calibration';
import { cascadePlan, explainRun } from '../../../../src/core/cascade/cascadePlan';
import { columnOf } from '../../../../src/core/cascade/columns';
import { decide } from '../../../../src/core/cascade/decision';
import { NO_PROGRESS_SEEN, progressTilt, trustOf } from '../../../../src/core/cascade/evidence';
import { beliefFor, knowNothing, learnAll, observe } from '../../../../src/core/cascade/knowledge';
import { DEFAULT_OPTIONS } from '../../../../src/core/cascade/options';
import type { OutcomeRecord } from '../../../../src/core/cascade/outcomeRecord';
import { quoteFor } from '../../../../src/core/cascade/quote';
import { nanoUsd, ZERO } from '../../../../src/core/money';
import type { Offer } from '../../../../src/core/offer';
import type { Attempt } from '../../../../src/core/outcome';

const usd = (amount: number) => nanoUsd(Math.round(amount * 1e9));

function offer(id: string, spend: number, more: Partial<Offer> = {}): Offer {
	return {
		id,
		label: id,
		leastSpend: usd(spend / 10),
		expectedSpend: usd(spend),
		mostAttempts: 2,
		provider: id.split('/')[0] ?? id,
		...more,
	};
}

const FREE = offer('free', 0, { leastSpend: ZERO, mostAttempts: 1 });
const DEEPSEEK = offer('openrouter/deepseek/deepseek-v3.2/edit', 0.01);
const MINI = offer('openai/gpt-5-mini/edit', 0.012);
const OPUS = offer('anthropic/claude-opus-4.5/agent', 0.4);
const UNKNOWN = offer('acme/wonder-9/edit', 0.02);
const POOL = [OPUS, FREE, DEEPSEEK, UNKNOWN, MINI];

const HERE = { repository: 'acme/shop', features: {} };
const NOTHING = knowNothing(CALIBRATION);

function attempt(number: number, of: Offer, more: Partial<Attempt> = {}): Attempt {
	return {
		number,
		offer: of,
		allowance: usd(1),
		cost: { billed: of.expectedSpend, estimated: ZERO },
		ended: 'none',
		reason: 'no patch',
		verdicts: [],
		proposeMs: 1000,
		verifyMs: 1000,
		...more,
	};
}

function record(solvedBy: string | undefined, repository = 'acme/shop'): OutcomeRecord {
	return {
		run: 'r',
		repository,
		features: {},
		solved: solvedBy !== undefined,
		bid: 1,
		attempts: [
			{ offer: MINI.id, solved: solvedBy === MINI.id, spend: 0.012, proposeMs: 1, verifyMs: 1 },
			...(solvedBy === MINI.id
				? []
				: [{ offer: OPUS.id, solved: solvedBy === OPUS.id, spend: 0.4, proposeMs: 1, verifyMs: 1 }]),
		],
	};
}

const play = (offers: readonly Offer[], attempts: readonly Attempt[], bid = 1) =>
	decide(NOTHING, HERE, DEFAULT_OPTIONS, offers, attempts, usd(bid));

describe('decide', () => {
	it('asks what costs nothing first, under any bid, zero too', () => {
		for (const bid of [0, 0.01, 1]) {
			const { choice } = play(POOL, [], bid);
			assert.ok(choice.kind === 'offer' && choice.offer.id === 'free', `bid ${bid}`);
		}
	});

	it('then the cheap ones, and the dear one in the end', () => {
		const attempts: Attempt[] = [];
		const order: string[] = [];
		for (let number = 1; number <= 12; number += 1) {
			const { choice } = play(POOL, attempts, 3);
			if (choice.kind === 'stop') {
				break;
			}
			order.push(choice.offer.id);
			attempts.push(attempt(number, choice.offer));
		}
		assert.equal(order[0], 'free');
		assert.ok(order.indexOf(OPUS.id) > order.indexOf(MINI.id));
		assert.ok(order.indexOf(OPUS.id) > order.indexOf(DEEPSEEK.id));
	});

	it('provider trouble shuts the offer, or the whole provider, and teaches nothing of the task', () => {
		const failed = attempt(1, MINI, { ended: 'failed', reason: '429', providerWide: true });
		const decision = play([MINI, DEEPSEEK], [failed]);
		assert.ok(decision.choice.kind === 'offer' && decision.choice.offer.id === DEEPSEEK.id);
		assert.equal(decision.ease, decision.easeBefore);
	});

	it('stops for the bid when nothing can be afforded, for the offers when none is left', () => {
		const poor = play([OPUS], [], 0.001);
		assert.ok(poor.choice.kind === 'stop' && poor.choice.by === 'bid');
		const none = play([MINI], [attempt(1, MINI), attempt(2, MINI)]);
		assert.ok(none.choice.kind === 'stop' && none.choice.by === 'offers');
		const nobody = play([], []);
		assert.ok(nobody.choice.kind === 'stop' && nobody.choice.by === 'offers');
	});

	it('starts an attempt under an in-flight limit rather than refuse it', () => {
		const { choice } = play([OPUS], [], 0.2);
		assert.ok(choice.kind === 'offer');
		assert.equal(choice.allowance, usd(0.2));
	});

	it('a refused smallest call is asked again once with what it said it needs, then no more', () => {
		const needs = usd(0.05);
		const refused = attempt(1, MINI, {
			ended: 'unaffordable',
			needs,
			cost: { billed: ZERO, estimated: ZERO },
		});
		const again = play([MINI], [refused]);
		assert.ok(again.choice.kind === 'offer' && again.choice.allowance >= needs);
		assert.equal(play([MINI], [refused, { ...refused, number: 2 }]).choice.kind, 'stop');
	});

	it('thrifty stops where determined goes on', () => {
		const attempts = [1, 2, 3, 4].map((number) => attempt(number, number < 3 ? MINI : DEEPSEEK));
		const with_ = (temper: 'thrifty' | 'determined') =>
			decide(NOTHING, HERE, { ...DEFAULT_OPTIONS, temper }, [MINI, DEEPSEEK, OPUS], attempts, usd(0.45));
		assert.equal(with_('thrifty').choice.kind, 'stop');
		assert.equal(with_('determined').choice.kind, 'offer');
	});

	it('the order of the pool, where the user wants it: each once, then again, until the temper says stop', () => {
		fc.assert(
			fc.property(
				fc.shuffledSubarray(POOL, { minLength: 1 }),
				fc.constantFrom('thrifty' as const, 'determined' as const),
				(offers, temper) => {
					const options = { ...DEFAULT_OPTIONS, temper, order: 'pool' as const };
					const attempts: Attempt[] = [];
					for (;;) {
						const { choice } = decide(NOTHING, HERE, options, offers, attempts, usd(1000));
						if (choice.kind === 'stop') {
							break;
						}
						attempts.push(attempt(attempts.length + 1, choice.offer));
					}
					const rounds = [0, 1].flatMap((round) => offers.filter(({ mostAttempts }) => mostAttempts > round));
					const tried = attempts.map((one) => one.offer.id);
					assert.deepEqual(
						tried,
						rounds.slice(0, tried.length).map(({ id }) => id),
					);
					if (temper === 'determined') {
						assert.equal(tried.length, rounds.length);
					}
				},
			),
			{ numRuns: 30 },
		);
	});

	it('an offer that needs more than it was given keeps its turn, one that cannot be paid does not', () => {
		const options = { ...DEFAULT_OPTIONS, order: 'pool' as const };
		const none = { billed: ZERO, estimated: ZERO };
		const refused = attempt(1, OPUS, { ended: 'unaffordable', needs: usd(0.2), cost: none });
		const next = (left: number) => {
			const { choice } = decide(NOTHING, HERE, options, [OPUS, MINI], [refused], usd(left));
			return choice.kind === 'offer' ? choice.offer.id : choice.reason;
		};
		assert.equal(next(1), OPUS.id);
		assert.equal(next(0.1), MINI.id);
	});

	it('is the same for the same inputs, never more than is left, and weighs every open offer', () => {
		fc.assert(
			fc.property(
				fc.subarray(POOL, { minLength: 1 }),
				fc.array(fc.nat(4), { maxLength: 6 }),
				fc.double({ min: 0, max: 3, noNaN: true }),
				(offers, picks, bid) => {
					const attempts = picks.map((pick, index) =>
						attempt(index + 1, offers[pick % offers.length] ?? FREE),
					);
					const once = play(offers, attempts, bid);
					assert.deepEqual(once, play(offers, attempts, bid));
					if (once.choice.kind === 'offer') {
						assert.ok(once.choice.allowance <= usd(bid));
						const { id } = once.choice.offer;
						assert.ok(once.weighed.some((one) => one.offer === id));
					}
				},
			),
			{ numRuns: 40 },
		);
	});

	it('explains a run that is over with the decisions that were made in it', () => {
		const told: unknown[] = [];
		const plan = cascadePlan(NOTHING, HERE, DEFAULT_OPTIONS, (decision) => told.push(decision));
		const attempts: Attempt[] = [];
		let left: number = usd(1);
		for (let number = 1; number <= 3; number += 1) {
			const choice = plan(POOL, attempts, nanoUsd(left));
			assert.ok(choice.kind === 'offer');
			attempts.push(attempt(number, choice.offer));
			left -= choice.offer.expectedSpend;
		}
		plan(POOL, attempts, nanoUsd(left));
		assert.deepEqual(explainRun(NOTHING, HERE, DEFAULT_OPTIONS, POOL, attempts, usd(1)), told);
	});
});

describe('columnOf', () => {
	for (const [id, spend, basis, like] of [
		['openrouter/openai/gpt-5-mini/edit', 0.01, 'measured', 'gpt-5-mini-2025-08-07-medium-reasoning'],
		['openai/gpt-5.1/agent', 0.3, 'measured', 'gpt-5-1-2025-11-13-medium-reasoning'],
		['anthropic/claude-opus-4.5', 0.5, 'measured', 'claude-4-5-opus-medium-20251101'],
		['anthropic/claude-sonnet-4-5-20250929', 0.5, 'measured', 'claude-4-5-sonnet-20250929'],
		['openai/gpt-5.9/agent', 0.3, 'family', 'gpt-5-2025-08-07-medium-reasoning'],
		['acme/wonder-9/edit', 0.02, 'price', undefined],
		['free', 0, 'free', undefined],
	] as const) {
		it(`${id} is ${basis}${like === undefined ? '' : `, like ${like}`}`, () => {
			const { standing } = columnOf(CALIBRATION, { id, spend }, undefined);
			assert.deepEqual([standing.basis, standing.like], [basis, like]);
			assert.ok(standing.rate > 0 && standing.rate < 1);
		});
	}

	it('own attempts move a guess more than a measurement', () => {
		const seen = {
			attempts: 10,
			solved: 9,
			expected: 4,
			costs: 0,
			logCostOff: 0,
			proposeMs: 0,
			verifyMs: 0,
		};
		const gain = (id: string): number => {
			const { standing } = columnOf(CALIBRATION, { id, spend: 0.02 }, seen);
			return standing.rate - standing.priorRate;
		};
		assert.ok(gain(UNKNOWN.id) > gain(MINI.id) && gain(MINI.id) > 0);
	});
});

describe('learning', () => {
	it('is a fold: one at a time or all together', () => {
		const records = [record(MINI.id), record(OPUS.id), record(undefined), record(MINI.id, 'other')];
		const spends = new Map(POOL.map((one) => [one.id, one.expectedSpend / 1e9]));
		const together = learnAll(NOTHING, records, spends);
		const stepwise = records.reduce((known, one) => learnAll(known, [one], spends), NOTHING);
		assert.equal(stepwise.outcomes, 4);
		for (const [id, seen] of together.offers) {
			assert.equal(stepwise.offers.get(id)?.attempts, seen.attempts);
			assert.ok(Math.abs((stepwise.offers.get(id)?.expected ?? 0) - seen.expected) < 1e-9);
		}
	});

	it('a repository where the cheap one always passes is quoted better than one where nothing does', () => {
		const quoted = (solvedBy: string | undefined): number => {
			const known = learnAll(NOTHING, new Array(15).fill(record(solvedBy)) as OutcomeRecord[], new Map());
			const quote = quoteFor([MINI, OPUS], known, HERE, DEFAULT_OPTIONS, [usd(0.1)]);
			return quote.kind === 'quoted' ? (quote.points[0]?.chance.mean ?? 0) : 0;
		};
		assert.ok(quoted(MINI.id) > quoted(undefined) + 0.2);
	});

	it('partial progress leaves a task looking easier than none', () => {
		const after = (flipped: number): number => {
			const { belief } = beliefFor(NOTHING, [{ id: MINI.id, spend: 0.012 }], 'x', {});
			const one = { offer: MINI.id, solved: false, spend: 0.012, proposeMs: 1, verifyMs: 1 };
			const progress = { applied: true, flipped, errorChanged: flipped > 0 };
			observe(belief, CALIBRATION, 0, { ...one, progress }, new Set(), 1);
			return belief.chance(0);
		};
		assert.ok(after(0.5) > after(0));
		assert.ok(progressTilt({ applied: false }) < 0);
	});
});

describe('trust in partial progress', () => {
	const known = (moved: number, still: number): number => {
		// A first wrong patch that moved something, or nothing; then one that passes with this chance of ten.
		const tasks = [moved, still].flatMap((solved, kind) =>
			Array.from({ length: 50 }, (_, index): OutcomeRecord => {
				const passes = index % 10 < solved;
				const judged = { offer: MINI.id, spend: 0.01, proposeMs: 1, verifyMs: 1 };
				const progress = { applied: true, flipped: kind === 0 ? 0.5 : 0, errorChanged: false };
				const attempts = [
					{ ...judged, solved: false, progress },
					{ ...judged, solved: passes },
				];
				return { run: 'r', repository: 'x', features: {}, attempts, solved: passes, bid: 1 };
			}),
		);
		return trustOf(learnAll(NOTHING, tasks, new Map()).progress);
	};

	it('is whole before anything is seen', () => {
		assert.ok(Math.abs(trustOf(NO_PROGRESS_SEEN) - 1) < 1e-9);
	});
	it('grows where tasks with progress end better, and shrinks where they do not', () => {
		assert.ok(known(8, 3) > 1.5);
		assert.ok(known(5, 5) < 0.5);
		assert.equal(known(2, 8), 0);
	});
});

describe('quoteFor', () => {
	const bids = [0, 0.005, 0.02, 0.1, 0.5, 2].map(usd);

	it('quotes the order of the pool where that is what will be tried', () => {
		const order = { ...DEFAULT_OPTIONS, order: 'pool' as const };
		const dear = quoteFor([OPUS, MINI], NOTHING, HERE, order, bids);
		const cheap = quoteFor([MINI, OPUS], NOTHING, HERE, order, bids);
		assert.ok(dear.kind === 'quoted' && cheap.kind === 'quoted');
		const [last, other] = [dear.points.at(-1), cheap.points.at(-1)];
		assert.deepEqual([last?.first, other?.first], [OPUS.id, MINI.id]);
		assert.ok((last?.spend.mean ?? 0) > (other?.spend.mean ?? 0));
	});

	it('a larger bid is never quoted as worse, and figures lie in their intervals and under the bid', () => {
		fc.assert(
			fc.property(
				fc.subarray([FREE, DEEPSEEK, MINI, OPUS, UNKNOWN], { minLength: 1 }),
				fc.constantFrom('thrifty', 'balanced', 'determined'),
				(offers, temper) => {
					const quote = quoteFor(offers, NOTHING, HERE, { ...DEFAULT_OPTIONS, temper }, bids);
					if (quote.kind === 'noEstimate') {
						return;
					}
					let last = 0;
					for (const { bid, chance, spend, minutes } of quote.points) {
						assert.ok(chance.mean >= last);
						last = chance.mean;
						for (const one of [chance, spend, minutes]) {
							assert.ok(one.low <= one.mean && one.mean <= one.high);
						}
						assert.ok(chance.low >= 0 && chance.high <= 1);
						assert.ok(spend.high <= bid / 1e9 + 1e-12);
					}
				},
			),
			{ numRuns: 30 },
		);
	});

	it('says so when nothing speaks for the offers', () => {
		assert.equal(quoteFor([UNKNOWN], NOTHING, HERE, DEFAULT_OPTIONS, bids).kind, 'noEstimate');
		assert.equal(quoteFor([], NOTHING, HERE, DEFAULT_OPTIONS, bids).kind, 'noEstimate');
	});

	it('quotes an unmeasured offer once there are own attempts, and calls it by its worth', () => {
		const own = new Array(4).fill({
			...record(undefined),
			attempts: [{ offer: UNKNOWN.id, solved: true, spend: 0.02, proposeMs: 1, verifyMs: 1 }],
			solved: true,
		}) as OutcomeRecord[];
		const quote = quoteFor([UNKNOWN], learnAll(NOTHING, own, new Map()), HERE, DEFAULT_OPTIONS, bids);
		assert.equal(quote.kind, 'quoted');
	});
});
