// A verified fix as it is kept, where the user wants that: what was asked, in the words a model is asked in; the answer
// that was right; and the receipt that says so.
import type { NanoUsd } from './money';
import type { Receipt } from './receipt';

/** What a model is told and what it would have had to answer: the form in which this product asks models. */
export interface Lesson {
	readonly system: string;
	readonly prompt: string;
	/** Edits that, applied to the base, give the very text that was verified. */
	readonly answer: string;
}

/** Secrets are taken out of all its texts. */
export interface KeptFix {
	readonly run: string;
	/** ISO 8601, UTC. */
	readonly at: string;
	/** Absolute path of the repository's root. */
	readonly repository: string;
	/** The tests that failed and pass now, and what they said. */
	readonly tests: readonly FailedTest[];
	/** False: it was checked by a test that was written for this run, and no more. */
	readonly verified: boolean;
	/** Who found it. */
	readonly offer: string;
	/** Absent: nobody sold it, the free proposer found it. */
	readonly provider?: string;
	readonly model?: string;
	/** What the whole run cost. */
	readonly spent: NanoUsd;
	readonly lesson: Lesson;
	/** Unified diff of the fix alone. */
	readonly diff: string;
	/** SHA-256 of the diff that was verified, as the receipt names it. */
	readonly patchSha256: string;
	readonly receipt: Receipt;
}

export interface FailedTest {
	readonly id: string;
	readonly file?: string;
	readonly message: string;
}
