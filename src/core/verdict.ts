import type { SuiteCount } from './suite';

/** What the project's own tests said of a patch. */
export type Verdict =
	| { readonly kind: 'resolved'; readonly evidence: Evidence }
	/** The tests were run and did not all do what they must. */
	| { readonly kind: 'unresolved'; readonly reason: string }
	/** Broke a rule; nothing was run. */
	| { readonly kind: 'rejected'; readonly reason: string }
	/** The machine's fault, not the patch's. */
	| { readonly kind: 'inconclusive'; readonly reason: string };

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
}
