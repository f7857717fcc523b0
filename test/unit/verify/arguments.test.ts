import assert from 'node:assert/strict';
import { inOrder } from '../../../src/verify/frameworks/arguments';

const withValue = new Set(['--reporter', '--timeout']);
const dropped = new Set(['--reporter', '--watch', '--bail']);

describe('inOrder', () => {
	for (const [args, kept] of [
		['test.js --report html', 'test.js --report html'],
		['--reporter dot test.js', 'test.js'],
		['--reporter=dot --timeout 5 test.js --bail', '--timeout 5 test.js'],
		['--watch a -- --bail', 'a -- --bail'],
		['', ''],
	] as const) {
		it(`${args} → ${kept}`, () => {
			const words = args.split(' ').filter((word) => word !== '');
			assert.equal(inOrder(words, withValue, dropped).join(' '), kept);
		});
	}
});
