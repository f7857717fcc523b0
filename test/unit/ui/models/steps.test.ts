import assert from 'node:assert/strict';
import { rateOf } from '../../../../src/core/price';
import { CallsLeft } from '../../../../src/ui/models/callsLeft';
import { inSteps } from '../../../../src/ui/models/steps';

function at(id: string, rate: number) {
	return { id, price: { input: rateOf(rate), output: rateOf(rate * 4), tiers: [] } };
}

describe("the editor's models that a run uses by itself", () => {
	it('are all of a few, cheapest first, without those that have no price', () => {
		const few = inSteps([at('c', 3), at('a', 1), { id: 'x' }, at('b', 2)]);
		assert.deepEqual(
			few.map(({ id }) => id),
			['a', 'b', 'c'],
		);
	});

	it('are four steps of many, the cheapest among them', () => {
		const many = inSteps(Array.from({ length: 30 }, (_, n) => at(`m${n}`, (n + 1) * 1_000_000)));
		assert.equal(many.length, 4);
		assert.equal(many[0]?.id, 'm0');
	});

	it('may be called so often in a run, and no more', () => {
		const calls = new CallsLeft(2);
		assert.deepEqual([calls.take(), calls.take(), calls.take()], [true, true, false]);
		assert.equal(new CallsLeft(0).take(), false);
	});
});
