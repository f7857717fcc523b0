import assert from 'node:assert/strict';
import { localise, suspicionAt } from '../../../../src/propose/free/localise';
import type { WarmBase } from '../../../../src/propose/free/warmRunner';

const test = (name: string, passed: boolean, lines: number[], file = 'a.js') => ({
	test: name,
	passed,
	lines: new Map([[file, lines]]),
});
const base = (coverage: WarmBase['coverage'], frames: WarmBase['frames'] = []): WarmBase => ({
	coverage,
	frames,
	targetMs: 1,
	otherTests: 0,
});

describe('localise', () => {
	it('is Ochiai', () => {
		const suspicion = localise(
			base([test('t', false, [1, 2]), test('u', true, [1, 3]), test('v', true, [1])]),
		);
		const lines = suspicion.get('a.js');
		assert.equal(lines?.get(2), 1);
		assert.ok(Math.abs((lines?.get(1) ?? 0) - 1 / Math.sqrt(3)) < 1e-9);
		assert.equal(lines?.get(3), undefined, 'no failing test executed it');
	});
	it('raises the frames of the failure, innermost most', () => {
		const suspicion = localise(
			base(
				[test('t', false, [1, 10, 20])],
				[
					{ file: 'a.js', line: 20 },
					{ file: 'a.js', line: 10 },
				],
			),
		);
		const lines = suspicion.get('a.js');
		assert.equal(lines?.get(20), 1);
		assert.ok((lines?.get(10) ?? 0) > (lines?.get(1) ?? 0));
	});
	it('a frame alone is enough where coverage is missing', () => {
		assert.equal(suspicionAt(localise(base([], [{ file: 'b.js', line: 5 }])), 'b.js', 5), 1);
	});
	it('a line inside a statement takes the statement’s', () => {
		const suspicion = localise(base([test('t', false, [1, 10])]));
		assert.equal(suspicionAt(suspicion, 'a.js', 12), 1);
		assert.equal(suspicionAt(suspicion, 'a.js', 9), 0);
		assert.equal(suspicionAt(suspicion, 'other.js', 10), 0);
	});
});
