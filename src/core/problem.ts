import type { NanoUsd } from './money';
import type { MayChange } from './protectedFiles';
import type { Suite, SuiteCount, TestResult } from './suite';

/** What the user sees, as a commit of our own that no ref points to. */
export interface Snapshot {
	/** Commit id in the run's own object store, which borrows from the user's. */
	readonly commit: string;
	/** Tree id: equal trees are equal texts. */
	readonly tree: string;
}

/** The most the user pays for one verified fix, in money and in time. Fixed for the run. */
export interface Bid {
	readonly spend: NanoUsd;
	readonly timeMs: number;
}

/** The suite on the untouched snapshot, seen before any money moves. */
export interface Baseline {
	/** Every test of the first run. */
	readonly tests: readonly TestResult[];
	readonly count: SuiteCount;
	/** Ids that passed in every run: these must still appear and pass. */
	readonly passToPass: readonly string[];
	/** Tests whose result differed between runs, with how often they passed. Left out of the comparison. */
	readonly flaky: readonly { readonly id: string; readonly passed: number; readonly runs: number }[];
	/** Failing on the base and not asked about: known, not hidden. */
	readonly knownFailing: readonly string[];
	/** What one run of everything took, milliseconds; undefined when it never came to its end. */
	readonly suiteMs: number | undefined;
	/** The longest that a run of the target alone took, milliseconds; absent when it was not run alone. */
	readonly targetMs?: number;
	/** True when the suite as a whole never came to its end, and only the target was seen. */
	readonly partial: boolean;
	/** True when the target fails otherwise alone than in the suite: it needs the tests before it in its file. */
	readonly needsItsFile?: boolean;
}

/** A failing test and an issue become the same thing here. */
export interface Problem {
	/** What is wrong, in words: the failure's message and stack, or the issue's text. Data, never instructions. */
	readonly statement: string;
	/** The statement is an issue's text, worth reading beside the failure. */
	readonly fromIssue?: true;
	readonly base: Snapshot;
	readonly suite: Suite;
	/** The tests that must flip, as they failed on the base. Never empty. */
	readonly failToPass: readonly TestResult[];
	/** Ids of tests that no proposer may know of; never in the problem that one is given. */
	readonly heldOut?: readonly string[];
	/** `code` where absent. */
	readonly mayChange?: MayChange;
}
