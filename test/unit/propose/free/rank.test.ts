import assert from 'node:assert/strict';
import { type Plausible, rank } from '../../../../src/propose/free/rank';

const one = (
	name: string,
	score: number,
	behaviour?: string[],
	template = 'operator',
	text = name,
): Plausible => ({
	candidates: [{ file: 'a.js', start: 0, end: 1, text, line: 1, template, prior: 1 }],
	score,
	...(behaviour === undefined ? {} : { behaviour }),
});
const names = (plausible: Plausible[]) => rank(plausible).order.map(({ candidates }) => candidates[0]?.text);

describe('rank', () => {
	it('the behaviour with the greatest weight goes first, its best member before the others', () => {
		assert.deepEqual(names([one('lone', 1, ['x']), one('b', 0.6, ['y']), one('a', 0.7, ['y'])]), [
			'a',
			'lone',
			'b',
		]);
	});
	it('counts behaviours', () => {
		assert.equal(rank([one('a', 1, ['x']), one('b', 1, ['y']), one('c', 1, ['x'])]).behaviours, 2);
		assert.equal(rank([one('a', 1), one('b', 1)]).behaviours, 1);
	});
	it('distrusts literals of the test', () => {
		assert.deepEqual(names([one('a', 1, ['x'], 'literal from the test'), one('b', 0.2, ['y'])]), ['b', 'a']);
	});
	it('prefers another operator to a turned sign', () => {
		assert.deepEqual(
			names([one('(-100)', 0.5, ['x'], 'constant'), one('-', 0.25, ['x'], 'arithmetic operator')]).at(0),
			'-',
		);
	});
	it('prefers the shorter edit', () => {
		assert.deepEqual(
			names([one('long', 1, ['x'], 'operator', 'x'.repeat(200)), one('s', 0.5, ['y'])]).at(0),
			's',
		);
	});
});
