import assert from 'node:assert/strict';
import { type Atoms, type Column, SHIPPED_TUNING } from '../../../../src/core/cascade/atoms';
import { Belief } from '../../../../src/core/cascade/belief';
import { Outlook } from '../../../../src/core/cascade/choose';

function column(pass: number, cost: number): Column {
	return {
		solved: Float64Array.of(1e6 * pass),
		failed: Float64Array.of(1e6 * (1 - pass)),
		cost: Float64Array.of(cost),
		logCost: Float64Array.of(Math.log(cost)),
	};
}

/** One kind of task: the dear offer passes 9 times in 10 for $1, the cheap one 3 times in 10. */
function choiceWith(cheap: number, waitMargin: number): string | undefined {
	const atoms: Atoms = {
		size: 1,
		weight: Float64Array.of(1),
		group: Int32Array.of(0),
		groups: ['one'],
		columns: [column(0.3, cheap), column(0.9, 1)],
	};
	const belief = new Belief(atoms, Float64Array.of(1), { ...SHIPPED_TUNING, waitMargin });
	const candidates = [0, 1].map((at) => ({ column: at, overhead: 0, attemptsLeft: 1 }));
	return new Outlook(belief, candidates).choose(3)?.rule;
}

describe('Outlook.choose', () => {
	// Cheap first is worth 3 x .93 - price - .7, the dear one straight away 3 x .93 - 1 - .1 x price.
	for (const [price, margin, rule] of [
		[0.2, 0, 'index'],
		[0.32, 0, 'index'],
		[0.2, 0.03, 'index'],
		[0.32, 0.03, 'straight'],
		[0.2, 0.2, 'straight'],
	] as const) {
		it(`a cheap offer at $${price}, to be better by ${margin} of the dear one's price: ${rule}`, () => {
			assert.equal(choiceWith(price, margin), rule);
		});
	}
});
