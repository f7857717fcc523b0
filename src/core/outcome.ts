import type { HeldOut } from './holdOut';
import type { ReproductionRecord } from './issue/reproductionRecord';
import type { NanoUsd } from './money';
import type { Offer, Proposal, Spent } from './offer';
import type { ProposedPatch } from './patch';
import type { Baseline, Problem } from './problem';
import type { Evidence, RunRecord, SuiteNotRun, Verdict } from './verdict';

export interface Attempt {
	readonly number: number;
	readonly offer: Offer;
	readonly allowance: NanoUsd;
	readonly cost: Spent;
	/** How the proposer ended. */
	readonly ended: Proposal['kind'];
	/** Ended `failed`: the provider's other offers would meet the same. */
	readonly providerWide?: boolean;
	/** Ended `unaffordable`: the worst case of the smallest useful call. */
	readonly needs?: NanoUsd;
	/** Why there is no patch, where there is none. */
	readonly reason?: string;
	readonly tried?: number;
	/** Patches that were judged, in order. */
	readonly verdicts: readonly { readonly proposed: ProposedPatch; readonly verdict: Verdict }[];
	readonly proposeMs: number;
	readonly verifyMs: number;
}

/** What every outcome tells, whichever way the run ended. */
interface Told {
	readonly run: string;
	readonly attempts: readonly Attempt[];
	readonly spent: NanoUsd;
	/** What providers may have billed on top of that, where their word was not believed; absent when nothing. */
	readonly doubted?: NanoUsd;
	readonly durationMs: number;
	readonly baselineRuns: readonly RunRecord[];
	/** Absent when the run ended before the baseline was known. */
	readonly problem?: Problem;
	readonly baseline?: Baseline;
	/** What was hidden from every proposer; absent where nothing should be, or the base was not seen. */
	readonly heldOut?: HeldOut;
	/** How an issue became a failing test; absent where there was no issue. */
	readonly reproduction?: ReproductionRecord;
	/** The test that decides was written for this fix in an earlier run, whose record of it is not here. */
	readonly testWritten?: true;
}

/**
 * `reproduction`: no test shows the issue, and so no fix was bought. `suite`: it does not fit the time limit, and so
 * no patch can be verified.
 */
export type ExhaustedBy = 'bid' | 'cap' | 'time' | 'offers' | 'reproduction' | 'suite';

export type Outcome =
	| (Told & {
			readonly kind: 'solved';
			readonly attempt: Attempt;
			readonly chosen: ProposedPatch;
			readonly evidence: Evidence;
			/** Passed the same tests in the proposer's eyes; not verified. */
			readonly alternatives: readonly ProposedPatch[];
			readonly problem: Problem;
			readonly baseline: Baseline;
	  })
	| (Told & {
			readonly kind: 'exhausted';
			readonly by: ExhaustedBy;
			readonly reason: string;
			/** With `suite`: the patch that passes what could be run. Not verified. */
			readonly unproved?: ProposedPatch & { readonly evidence: SuiteNotRun };
	  })
	| (Told & { readonly kind: 'cancelled' })
	/** Nothing can be verified here, or nothing can be trusted any more; `reason` says what to do. */
	| (Told & { readonly kind: 'blocked'; readonly reason: string });
