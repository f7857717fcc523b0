import assert from 'node:assert/strict';
import type { SolveEvent } from '../../../src/core/events';
import { nanoUsd, ZERO } from '../../../src/core/money';
import type { Outcome } from '../../../src/core/outcome';
import { RunWords } from '../../../src/core/runWords';
import { outcomeWords, testName } from '../../../src/ui/outcomeWords';

const offer = { id: 'free', label: 'free', leastSpend: ZERO, expectedSpend: ZERO, mostAttempts: 1 };
const told = { run: 'r', attempts: [], spent: ZERO, durationMs: 1, baselineRuns: [] };

const baseline = {
	tests: [],
	count: { passed: 41, failed: 1, skipped: 0 },
	passToPass: [],
	flaky: [],
	knownFailing: [],
	suiteMs: 1,
	partial: false,
};

describe('RunWords', () => {
	const story: readonly [SolveEvent, string][] = [
		[{ kind: 'stage', stage: 'making a worktree' }, 'Making a private copy of your code'],
		[
			{ kind: 'stage', stage: 'running the tests on the current text' },
			'Running your tests on the code as it is',
		],
		[{ kind: 'stage', stage: 'something new' }, 'Something new'],
		[{ kind: 'attempt', attempt: 1, offer, allowance: ZERO }, 'Attempt 1, free: looking for a fix'],
		[
			{ kind: 'progress', attempt: 1, progress: { stage: 'trying candidates', tried: 1 } },
			'Attempt 1, free: trying candidates, 1 change tried',
		],
		[
			{ kind: 'progress', attempt: 1, progress: { stage: 'trying candidates', tried: 90, plausible: 2 } },
			'Attempt 1, free: trying candidates, 90 changes tried, 2 worth verifying',
		],
		[{ kind: 'stage', stage: 'verifying' }, 'Attempt 1, free: running your tests on a fix'],
		[{ kind: 'baseline', failToPass: [], baseline }, 'Attempt 1, free: 0 failing tests seen to fail'],
		[{ kind: 'stage', stage: 'verifying' }, 'Attempt 1, free: running your 42 tests on a fix'],
		[
			{
				kind: 'proposed',
				attempt: 1,
				proposal: { kind: 'none', reason: 'nothing passed' },
				spent: nanoUsd(10_000_000),
			},
			'Attempt 1, free: no fix found',
		],
		[{ kind: 'finished', outcome: { ...told, kind: 'cancelled' } }, 'Cleaning up'],
	];

	it('tells a run line by line', () => {
		const words = new RunWords(nanoUsd(250_000_000));
		for (const [event, line] of story) {
			words.see(event);
			assert.equal(words.line, line);
		}
	});

	it('says what is spent, and that a bid of nothing is free', () => {
		const words = new RunWords(nanoUsd(250_000_000));
		assert.equal(words.money, '$0.00 of $0.25');
		for (const [event] of story.slice(0, -1)) {
			words.see(event);
		}
		assert.equal(words.money, '$0.01 of $0.25');
		assert.equal(new RunWords(ZERO).money, '$0.00 (free)');
	});
});

describe('outcomeWords', () => {
	const cases: readonly [Outcome, string][] = [
		[{ ...told, kind: 'cancelled' }, 'Cancelled. Your files are untouched, nothing was spent.'],
		[
			{ ...told, kind: 'blocked', reason: 'No test command was found.' },
			'No test command was found. Your files are untouched, nothing was spent.',
		],
		[
			{ ...told, spent: nanoUsd(120_000_000), kind: 'exhausted', by: 'bid', reason: 'The bid is used up.' },
			'No verified fix: The bid is used up. Your files are untouched, $0.12 was spent.',
		],
	];
	for (const [outcome, words] of cases) {
		it(outcome.kind, () => assert.equal(outcomeWords(outcome), words));
	}
});

describe('testName', () => {
	for (const [id, name] of [
		['a.test.js::group > adds', 'group > adds'],
		['tests/test_a.py::TestA::test_b', 'test_b'],
		['npm test', 'npm test'],
		['broken::', 'broken::'],
		['x'.repeat(100), `${'x'.repeat(79)}…`],
	] as const) {
		it(JSON.stringify(id.slice(0, 30)), () => assert.equal(testName(id), name));
	}
});
