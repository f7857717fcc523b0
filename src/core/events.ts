import type { FailureGroup } from './failureGroups';
import type { Refusal } from './issue/reproduction';
import type { ReproductionRecord } from './issue/reproductionRecord';
import type { NanoUsd } from './money';
import type { Offer, Progress, Proposal } from './offer';
import type { Outcome } from './outcome';
import type { ProposedPatch } from './patch';
import type { Baseline, Bid } from './problem';
import type { TestResult } from './suite';
import type { RunRecord, Verdict } from './verdict';

/** All that happens in a run, in order, through one sink. */
export type SolveEvent =
	| { readonly kind: 'started'; readonly run: string; readonly bid: Bid }
	/** A stage that takes time has begun: `making a worktree`, `running the tests`. */
	| { readonly kind: 'stage'; readonly stage: string }
	/** For the user to know; nothing depends on it. */
	| { readonly kind: 'note'; readonly text: string }
	/** A run of tests came to its end. */
	| { readonly kind: 'ran'; readonly record: RunRecord }
	| { readonly kind: 'baseline'; readonly baseline: Baseline; readonly failToPass: readonly TestResult[] }
	/** Of the stage that turns an issue into a failing test: somebody is asked for one. Numbered by itself. */
	| {
			readonly kind: 'reproducing';
			readonly attempt: number;
			readonly offer: Offer;
			readonly allowance: NanoUsd;
	  }
	/** A test that was written for an issue was judged; no refusal: it shows the issue. */
	| {
			readonly kind: 'candidate';
			readonly offer: string;
			readonly proposed: ProposedPatch;
			readonly refusal?: Refusal;
	  }
	/** A test that shows the issue was settled on. */
	| { readonly kind: 'reproduced'; readonly record: ReproductionRecord }
	| { readonly kind: 'attempt'; readonly attempt: number; readonly offer: Offer; readonly allowance: NanoUsd }
	| { readonly kind: 'progress'; readonly attempt: number; readonly progress: Progress }
	/** Money was put aside, settled or released. */
	| { readonly kind: 'money'; readonly spent: NanoUsd; readonly reserved: NanoUsd }
	| {
			readonly kind: 'proposed';
			readonly attempt: number;
			readonly proposal: Proposal;
			/** Of the run so far. */
			readonly spent: NanoUsd;
	  }
	| {
			readonly kind: 'verdict';
			readonly attempt: number;
			readonly proposed: ProposedPatch;
			readonly verdict: Verdict;
	  }
	/** Of several groups of failing tests one is taken up; the events of its own run follow. Numbered from 1. */
	| {
			readonly kind: 'group';
			readonly number: number;
			readonly of: number;
			readonly group: FailureGroup;
			readonly bid: Bid;
	  }
	| { readonly kind: 'finished'; readonly outcome: Outcome };
