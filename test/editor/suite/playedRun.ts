// A whole run of several attempts, as the engine would tell it.
import type { SolveEvent } from '../../../src/core/events';
import { type NanoUsd, nanoUsd, ZERO } from '../../../src/core/money';
import type { Offer, Proposal } from '../../../src/core/offer';
import type { Attempt, Outcome } from '../../../src/core/outcome';
import type { ProposedPatch } from '../../../src/core/patch';
import type { TestResult } from '../../../src/core/suite';
import type { Verdict } from '../../../src/core/verdict';
import type { FixResult } from '../../../src/ui/engine';

export const milli = (thousandths: number): NanoUsd => nanoUsd(thousandths * 1_000_000);

export function offer(id: string, label: string): Offer {
	return { id, label, leastSpend: ZERO, expectedSpend: ZERO, mostAttempts: 1 };
}

export const FREE = offer('free', 'free proposer');
export const SMALL = offer('shop/small/edit', 'Small Coder');
export const LARGE = offer('shop/large/agent', 'Large Coder, step by step');

export function proposed(summary: string, ...files: string[]): ProposedPatch {
	const diff = files
		.map(
			(file) => `diff --git a/${file} b/${file}\n--- a/${file}\n+++ b/${file}\n@@ -1 +1 @@\n-a + b\n+a - b\n`,
		)
		.join('');
	return { patch: { diff, hash: 'h', files, linesAdded: 1, linesRemoved: 1 }, summary, warnings: [] };
}

export interface PlayedAttempt {
	readonly offer: Offer;
	/** Thousandths of a dollar. */
	readonly cost: number;
	readonly estimated?: number;
	readonly proposal: Proposal;
	readonly verdict?: Verdict;
}

/** Plays the events; `between` is called before each attempt's answer. Returns the attempts as the outcome has them. */
export async function play(
	run: string,
	bid: NanoUsd,
	test: TestResult,
	attempts: readonly PlayedAttempt[],
	onEvent: (event: SolveEvent) => void,
	between: (attempt: number, at: 'asked' | 'judged') => Promise<void> = async () => undefined,
): Promise<readonly Attempt[]> {
	onEvent({ kind: 'started', run, bid: { spend: bid, timeMs: 600_000 } });
	onEvent({ kind: 'stage', stage: 'making a worktree' });
	onEvent({ kind: 'stage', stage: 'running the tests on the current text' });
	onEvent({
		kind: 'ran',
		record: {
			what: 'baseline',
			argv: ['npm', 'test'],
			result: '41 passed, 1 failed; exit 1',
			durationMs: 1234,
		},
	});
	onEvent({
		kind: 'baseline',
		failToPass: [test],
		baseline: {
			tests: [test],
			count: { passed: 41, failed: 1, skipped: 0 },
			passToPass: [],
			flaky: [],
			knownFailing: [],
			suiteMs: 1234,
			partial: false,
		},
	});
	const done: Attempt[] = [];
	let spent: NanoUsd = ZERO;
	for (const [index, one] of attempts.entries()) {
		const number = index + 1;
		onEvent({ kind: 'attempt', attempt: number, offer: one.offer, allowance: milli(one.cost * 3) });
		if (one.cost > 0) {
			onEvent({ kind: 'money', spent, reserved: milli(one.cost * 2) });
		}
		await between(number, 'asked');
		spent = nanoUsd(spent + milli(one.cost));
		onEvent({ kind: 'money', spent, reserved: ZERO });
		onEvent({ kind: 'proposed', attempt: number, proposal: one.proposal, spent });
		const verdicts: { proposed: ProposedPatch; verdict: Verdict }[] = [];
		if (one.proposal.kind === 'patches' && one.verdict !== undefined) {
			onEvent({ kind: 'stage', stage: 'verifying' });
			await between(number, 'judged');
			const [first] = one.proposal.patches;
			onEvent({ kind: 'verdict', attempt: number, proposed: first, verdict: one.verdict });
			verdicts.push({ proposed: first, verdict: one.verdict });
		}
		const estimated = milli(one.estimated ?? 0);
		done.push({
			number,
			offer: one.offer,
			allowance: milli(one.cost * 3),
			cost: { billed: nanoUsd(milli(one.cost) - estimated), estimated },
			ended: one.proposal.kind,
			...('reason' in one.proposal ? { reason: one.proposal.reason } : {}),
			verdicts,
			proposeMs: 10,
			verifyMs: 10,
		});
	}
	return done;
}

export function unsolvedRun(
	run: string,
	attempts: readonly Attempt[],
	spent: NanoUsd,
	ending:
		| { readonly kind: 'exhausted'; readonly by: 'bid' | 'cap' | 'time' | 'offers'; readonly reason: string }
		| { readonly kind: 'cancelled' }
		| { readonly kind: 'blocked'; readonly reason: string },
): FixResult {
	const outcome = { run, attempts, spent, durationMs: 4200, baselineRuns: [], ...ending } as Outcome;
	return { outcome, receipt: `## No verified fix (${ending.kind})\n\nrun ${run}\n`, changes: [] };
}

export const NONE: PlayedAttempt = {
	offer: FREE,
	cost: 0,
	proposal: { kind: 'none', reason: '640 candidates, none passed', tried: 640 },
};
export const WRONG: PlayedAttempt = {
	offer: SMALL,
	cost: 4,
	proposal: { kind: 'patches', patches: [proposed('rounds the price', 'src/pricing.js')] },
	verdict: { kind: 'unresolved', reason: '“never goes below zero” fails now' },
};
export const TROUBLED: PlayedAttempt = {
	offer: LARGE,
	cost: 8,
	estimated: 8,
	proposal: { kind: 'failed', reason: 'the provider answered 529, overloaded' },
};
