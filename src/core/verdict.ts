import type { HeldOutEnd } from './holdOut';
import type { SuiteCount } from './suite';

/** What the project's own tests said of a patch. */
export type Verdict =
	| { readonly kind: 'resolved'; readonly evidence: Evidence }
	/** The tests were run and did not all do what they must. */
	| { readonly kind: 'unresolved'; readonly reason: string; readonly progress?: PatchProgress }
	/** Broke a rule; nothing was run. */
	| { readonly kind: 'rejected'; readonly reason: string }
	/** The machine's fault, not the patch's. */
	| { readonly kind: 'inconclusive'; readonly reason: string; readonly suiteNotRun?: SuiteNotRun };

/** The target and related tests pass on the patch; the suite does not fit the time limit, and so nobody knows the rest. */
export interface SuiteNotRun {
	/** Related tests that pass. */
	readonly related: number;
	readonly runs: readonly RunRecord[];
}

/** How far a patch came that is no fix, as its runs showed it. Absent parts were not seen. */
export interface PatchProgress {
	/** Share of the tests that must flip which passed, 0 to 1. */
	readonly flipped?: number;
	/** Of those that did not, one failed otherwise than on the base. */
	readonly errorChanged?: boolean;
	/** Tests that passed before and did not on the patch, twice. */
	readonly broken?: number;
}

/** One run of tests, as the receipt shows it. */
export interface RunRecord {
	/** `baseline`, `target on the patch`, `suite on the patch`, `target without the patch`, … */
	readonly what: string;
	readonly argv: readonly string[];
	readonly result: string;
	readonly durationMs: number;
}

/** Why a patch may be called verified. */
export interface Evidence {
	readonly runs: readonly RunRecord[];
	/** The ids that failed on the base and pass on the patch. */
	readonly flipped: readonly string[];
	/** How often each of them was seen to pass. */
	readonly targetPasses: number;
	/** The target failed again when the patch was taken away. */
	readonly failsWithout: boolean;
	readonly before: SuiteCount;
	readonly after: SuiteCount;
	/** Tests that failed once on the patch and passed when run again. */
	readonly flaky: readonly string[];
	readonly knownFailing: readonly string[];
	readonly warnings: readonly string[];
	/** How tests ended that no proposer had seen; absent where none was held out. */
	readonly heldOut?: HeldOutEnd;
	/** Files of tests that the patch changes, by the user's word: then it is checked, and not verified. */
	readonly testsChanged?: readonly string[];
}
