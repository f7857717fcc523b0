// What is kept of a run to learn from: numbers and names, no text of the user's.

/** What a failed attempt got done, as far as the tests showed it. Absent parts were not seen. */
export interface Progress {
	/** The patch could be applied and its tests ran. */
	readonly applied: boolean;
	/** Share of the failing tests that flipped, 0 to 1. */
	readonly flipped?: number;
	/** The target failed with another error than on the base. */
	readonly errorChanged?: boolean;
	/** Tests that passed before and failed on the patch. */
	readonly broken?: number;
	/** Hash of the patch: two offers that agree on a wrong patch are wrong in the same way. */
	readonly patch?: string;
}

export interface AttemptRecord {
	readonly offer: string;
	readonly solved: boolean;
	/** US dollars, billed and estimated together. */
	readonly spend: number;
	readonly proposeMs: number;
	readonly verifyMs: number;
	readonly progress?: Progress;
}

/** Known before any spend. Absent parts are not known. */
export interface TaskFeatures {
	readonly kind?: 'failing test' | 'issue';
	readonly language?: string;
	readonly failingTests?: number;
	readonly testLines?: number;
	readonly stackDepth?: number;
	/** Patches of the free proposer that passed the target but not the suite. */
	readonly nearMisses?: number;
	readonly changedRecently?: boolean;
}

export interface OutcomeRecord {
	readonly run: string;
	readonly repository: string;
	readonly features: TaskFeatures;
	/** Attempts that were judged, in order; provider trouble is left out. */
	readonly attempts: readonly AttemptRecord[];
	readonly solved: boolean;
	/** US dollars. */
	readonly bid: number;
}
