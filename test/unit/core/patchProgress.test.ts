import assert from 'node:assert/strict';
import { recordOf } from '../../../src/core/cascade/pool';
import { flipsOf } from '../../../src/core/patchProgress';
import { solve } from '../../../src/core/solve';
import type { TestResult } from '../../../src/core/suite';
import { base, costing, offer, patches, suite, tests, usd, world } from '../../fakes/world';

const failed = (name: string, message: string): TestResult => ({
	id: name,
	name,
	status: 'failed',
	failure: { message },
});
const byId = (results: readonly TestResult[]) => new Map(results.map((one) => [one.id, one]));

describe('flipsOf', () => {
	const before = [failed('a', 'a is 1'), failed('b', 'b is 1, after 12 ms'), failed('c', 'c is 1')];
	for (const [what, now, expected] of [
		['nothing moved', before, { flipped: 0, errorChanged: false }],
		[
			'another time is the same error',
			[failed('b', 'b is 1, after 9 ms')],
			{ flipped: 0, errorChanged: false },
		],
		['another message', [failed('a', 'a is 2')], { flipped: 0, errorChanged: true }],
		['one of three passes', tests('x:P').map((one) => ({ ...one, id: 'a' })), { flipped: 1 / 3 }],
		['none was run', [], { flipped: 0 }],
	] as const) {
		it(what, () => assert.deepEqual(flipsOf(before, byId(now)), expected));
	}
});

const times = (count: number, run: string) => Array.from({ length: count }, () => run);

/** The progress of a run's attempts, as it is learnt from: real verification over scripted runs. */
async function learnt(...runs: readonly string[]) {
	const played = world({
		runs: ['red add:F mul:F sub:P', 'red add:F mul:F', ...runs],
		offers: [{ offer: offer('cheap', 1), replies: [costing(patches('half'), 1)] }],
	});
	const outcome = await solve(
		{
			run: 'r1',
			bid: { spend: usd(1), timeMs: 60_000 },
			base,
			suite,
			target: { kind: 'named', names: ['add', 'mul'] },
			repository: 'repo',
		},
		played.effects,
		played.user.signal,
	);
	const [attempt] = outcome.attempts;
	assert.ok(attempt);
	const { patch, ...progress } = recordOf(attempt)?.progress ?? {};
	assert.ok(patch !== undefined);
	return progress;
}

describe('what is learnt of a patch that is no fix', () => {
	for (const [what, runs, expected] of [
		['the same failures', ['red add:F mul:F'], { applied: true, flipped: 0, errorChanged: false }],
		['half of the target', ['red add:P mul:F'], { applied: true, flipped: 0.5, errorChanged: false }],
		[
			'the target, and another test broken',
			['ok add:P mul:P', 'red add:P mul:P sub:F', ...times(5, 'red sub:F'), ...times(3, 'ok sub:P')],
			{ applied: true, flipped: 1, broken: 1 },
		],
		['it does not start, the base does', ['never', 'red add:F mul:F'], { applied: true }],
	] as const) {
		it(what, async () => assert.deepEqual(await learnt(...runs), expected));
	}
});
