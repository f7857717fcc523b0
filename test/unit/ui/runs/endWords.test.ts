import assert from 'node:assert/strict';
import { nanoUsd, ZERO } from '../../../../src/core/money';
import { type EndWords, endWords } from '../../../../src/ui/runs/endWords';
import type { KeptAttempt, KeptEnd } from '../../../../src/ui/runs/keptRun';

const cents = (count: number) => nanoUsd(count * 10_000_000);

function attempt(offer: string, proposal: 'none' | 'failed', why = ''): KeptAttempt {
	const label = offer === 'free' ? 'free proposer' : offer;
	return { number: 1, offer, label, state: 'ended', cost: ZERO, estimated: ZERO, proposal, why, patches: [] };
}
const free = attempt('free', 'none');
const found = attempt('Small', 'none');
const down = attempt('Large', 'failed', 'the provider answered 529');

describe('the end of a run in words', () => {
	const cases: readonly [string, KeptEnd & { kind: unknown }, number, number, KeptAttempt[], EndWords][] = [
		[
			'the bid is used up',
			{ kind: 'exhausted', by: 'bid', reason: 'r' },
			25,
			21,
			[free, found, found, found],
			{
				severity: 'warning',
				message: 'No verified fix within $0.25 (used $0.21, 4 attempts).',
				nextBid: cents(50),
			},
		],
		[
			'the bid is used up, and one could not be asked',
			{ kind: 'exhausted', by: 'bid', reason: 'r' },
			100,
			21,
			[free, found, down],
			{
				severity: 'warning',
				message:
					'No verified fix within $1.00 (used $0.21, 3 attempts). Large could not be asked: the provider answered 529.',
				nextBid: cents(200),
			},
		],
		[
			'nobody could be asked',
			{ kind: 'exhausted', by: 'offers', reason: 'r' },
			25,
			0,
			[free, down, down],
			{
				severity: 'warning',
				message:
					'No model could be asked, so nothing is known about the fix. Large and 1 more could not be asked: the provider answered 529. Your files are untouched, nothing was spent.',
			},
		],
		[
			'all was tried',
			{ kind: 'exhausted', by: 'offers', reason: 'r' },
			25,
			3,
			[free, found],
			{
				severity: 'warning',
				message: 'No verified fix: all that is worth trying was tried (used $0.03 of $0.25, 2 attempts).',
			},
		],
		[
			'for nothing',
			{ kind: 'exhausted', by: 'offers', reason: 'r' },
			0,
			0,
			[free],
			{
				severity: 'warning',
				message: 'No free fix was found. Your files are untouched, nothing was spent.',
				nextBid: cents(25),
			},
		],
		[
			'the time is up',
			{ kind: 'exhausted', by: 'time', reason: 'r' },
			25,
			3,
			[found],
			{ severity: 'warning', message: 'No verified fix within 10 minutes (used $0.03, 1 attempt).' },
		],
		[
			'a cap is reached',
			{ kind: 'exhausted', by: 'cap', reason: 'The limit of the day is reached.' },
			25,
			3,
			[found],
			{
				severity: 'warning',
				message: 'No verified fix (used $0.03, 1 attempt). The limit of the day is reached.',
			},
		],
		[
			'stopped',
			{ kind: 'cancelled' },
			25,
			3,
			[found],
			{ severity: 'information', message: 'Stopped. Your files are untouched, $0.03 was spent.' },
		],
		[
			'blocked',
			{ kind: 'blocked', reason: 'No test command was found.' },
			25,
			0,
			[],
			{
				severity: 'warning',
				message: 'No test command was found. Your files are untouched, nothing was spent.',
			},
		],
	];
	for (const [title, end, bid, spent, attempts, words] of cases) {
		it(title, () => {
			assert.ok(end.kind !== 'solved');
			assert.deepEqual(
				endWords({ end, bid: cents(bid), spent: cents(spent), attempts, timeMs: 600_000 }),
				words,
			);
		});
	}
});
