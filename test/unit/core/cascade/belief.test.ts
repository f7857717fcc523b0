import assert from 'node:assert/strict';
import fc from 'fast-check';
import { type Atoms, type Column, SHIPPED_TUNING } from '../../../../src/core/cascade/atoms';
import { Belief } from '../../../../src/core/cascade/belief';
import { learnTask, mixingOfGroup, noMixing, priorOf } from '../../../../src/core/cascade/mixing';
import { normalCdf, worthOf } from '../../../../src/core/cascade/worth';

function column(pass: readonly number[], cost: readonly number[], strength = 4): Column {
	return {
		solved: Float64Array.from(pass, (one) => one * strength),
		failed: Float64Array.from(pass, (one) => (1 - one) * strength),
		cost: Float64Array.from(cost),
		logCost: Float64Array.from(cost, Math.log),
	};
}

/** An easy kind of task and a hard one; a cheap offer and a dear one. */
const ATOMS: Atoms = {
	size: 2,
	weight: Float64Array.of(1, 1),
	group: Int32Array.of(0, 1),
	groups: ['easy', 'hard'],
	columns: [column([0.8, 0.1], [0.01, 0.03]), column([0.95, 0.5], [0.2, 0.6])],
};
const EVEN = Float64Array.of(0.5, 0.5);

function fresh(): Belief {
	return new Belief(ATOMS, EVEN, SHIPPED_TUNING);
}

const SEEN = fc.oneof(
	fc.record({ kind: fc.constant('fail' as const), offer: fc.nat(1) }),
	fc.record({
		kind: fc.constant('cost' as const),
		offer: fc.nat(1),
		usd: fc.double({ min: 1e-5, max: 10, noNaN: true }),
	}),
);

describe('Belief', () => {
	it('starts at the prior, with means over the atoms', () => {
		const belief = fresh();
		assert.deepEqual([...belief.posterior()], [0.5, 0.5]);
		assert.ok(Math.abs(belief.chance(0) - 0.45) < 1e-12);
		assert.ok(Math.abs(belief.spend(1) - 0.4) < 1e-12);
	});

	it('a failure of one offer lowers the chance of the other, and a success raises it', () => {
		const failed = fresh();
		failed.fail(0);
		assert.ok(failed.chance(1) < fresh().chance(1));
		const passed = fresh();
		passed.succeed(0);
		assert.ok(passed.chance(1) > fresh().chance(1));
	});

	it('the exact posterior of one failure', () => {
		const belief = fresh();
		belief.fail(0);
		assert.ok(Math.abs((belief.posterior()[0] ?? 0) - 0.2 / (0.2 + 0.9)) < 1e-12);
	});

	it('a dear attempt speaks for the hard kind; an attempt that cost nothing says nothing', () => {
		const dear = fresh();
		dear.cost(0, 0.05);
		assert.ok((dear.posterior()[1] ?? 0) > 0.5);
		const nothing = fresh();
		nothing.cost(0, 0);
		assert.deepEqual([...nothing.posterior()], [0.5, 0.5]);
	});

	it('stays a distribution, and every chance a chance, whatever is seen', () => {
		fc.assert(
			fc.property(fc.array(SEEN, { maxLength: 60 }), (events) => {
				const belief = fresh();
				for (const event of events) {
					if (event.kind === 'fail') {
						belief.fail(event.offer);
					} else {
						belief.cost(event.offer, event.usd);
					}
				}
				const sum = belief.posterior().reduce((total, one) => total + one, 0);
				assert.ok(Math.abs(sum - 1) < 1e-9);
				for (const offer of [0, 1]) {
					assert.ok(belief.chance(offer) >= 0 && belief.chance(offer) <= 1);
					assert.ok(belief.spend(offer) > 0);
				}
			}),
		);
	});

	it('does not depend on the order of what was seen', () => {
		fc.assert(
			fc.property(
				fc.array(SEEN, { maxLength: 12 }),
				fc.array(fc.nat(), { maxLength: 12 }),
				(events, keys) => {
					const play = (order: typeof events): number[] => {
						const belief = fresh();
						for (const event of order) {
							if (event.kind === 'fail') {
								belief.fail(event.offer);
							} else {
								belief.cost(event.offer, event.usd);
							}
						}
						return [...belief.posterior()];
					};
					const mixed = events
						.map((event, index) => ({ event, key: keys[index] ?? 0 }))
						.sort((a, b) => a.key - b.key)
						.map(({ event }) => event);
					const [a, b] = [play(events), play(mixed)];
					a.forEach((one, atom) => {
						assert.ok(Math.abs(one - (b[atom] ?? 0)) < 1e-6);
					});
				},
			),
		);
	});

	it('more failures never raise a chance of the same offer', () => {
		const belief = fresh();
		let last = belief.chance(0);
		for (let failure = 0; failure < 20; failure += 1) {
			belief.fail(0);
			assert.ok(belief.chance(0) <= last + 1e-12);
			last = belief.chance(0);
		}
	});

	it('a clone goes its own way', () => {
		const belief = fresh();
		belief.fail(0);
		const copy = belief.clone();
		copy.fail(0);
		copy.cost(1, 0.9);
		assert.equal(belief.failuresOf(0), 1);
		assert.ok(belief.chance(0) > copy.chance(0));
	});
});

describe('worthOf', () => {
	it('less room never means more chance or more spend', () => {
		fc.assert(
			fc.property(
				fc.double({ min: 1e-4, max: 5, noNaN: true }),
				fc.double({ min: 1e-4, max: 5, noNaN: true }),
				(a, b) => {
					const [less, more] = [worthOf(fresh(), 1, Math.min(a, b)), worthOf(fresh(), 1, Math.max(a, b))];
					assert.ok(less.chance <= more.chance + 1e-9);
					assert.ok(less.spend <= more.spend + 1e-9);
					assert.ok(less.spend <= Math.min(a, b) + 1e-9);
				},
			),
		);
	});

	for (const [z, p] of [
		[0, 0.5],
		[1, 0.8413447],
		[-1.959964, 0.025],
		[7, 1],
		[-7, 0],
	] as const) {
		it(`the normal distribution at ${z} is ${p}`, () => assert.ok(Math.abs(normalCdf(z) - p) < 1e-6));
	}
});

describe('mixing weights', () => {
	it('sum to 1, and begin with the weights of the atoms', () => {
		assert.deepEqual([...priorOf(ATOMS, noMixing(ATOMS), SHIPPED_TUNING)], [0.5, 0.5]);
	});

	it('tasks that were hard here make the next one look hard, more with each', () => {
		let mixing = noMixing(ATOMS);
		let last = 0.5;
		for (let task = 0; task < 10; task += 1) {
			const prior = priorOf(ATOMS, mixing, SHIPPED_TUNING);
			const belief = new Belief(ATOMS, prior, SHIPPED_TUNING);
			belief.fail(0);
			belief.fail(0);
			mixing = learnTask(ATOMS, mixing, prior, belief.posterior(), SHIPPED_TUNING);
			const hard = priorOf(ATOMS, mixing, SHIPPED_TUNING)[1] ?? 0;
			assert.ok(hard > last);
			last = hard;
		}
	});

	it('a repository that was measured starts from its own tasks', () => {
		const prior = priorOf(ATOMS, mixingOfGroup(ATOMS, 'easy'), SHIPPED_TUNING);
		assert.ok((prior[0] ?? 0) > 0.5);
	});

	it('no evidence can take a group away altogether', () => {
		const mixing = { ...noMixing(ATOMS), groups: Float64Array.of(-1e3, 0) };
		assert.ok((priorOf(ATOMS, mixing, SHIPPED_TUNING)[0] ?? 0) > 0.04);
	});
});
