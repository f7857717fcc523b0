// A verified fix that waits for its review, as it outlives a reload of the window.
import type { NanoUsd } from '../../core/money';
import type { MayChange } from '../../core/protectedFiles';
import type { FileReview } from '../../core/review/review';
import type { Target } from '../../core/suite';

export interface StoredFile {
	/** Absolute path. */
	readonly file: string;
	/** Line ends are `\n` and there is no byte order mark, whatever the file has. */
	readonly review: FileReview;
	/** It had unsaved edits before the fix came in, so it is left unsaved after it. */
	readonly unsaved: boolean;
	/** Of a file that is written as a whole: its text with its own line ends and byte order mark, where it has any. */
	readonly raw?: string | undefined;
	/** Of the test that was written for an issue, not of the fix. */
	readonly isTest?: true;
}

/** Another patch for the same test, whole texts by absolute path. */
export interface Alternative {
	readonly summary: string;
	/** The whole suite ran on it; else only its proposer saw the target pass. */
	readonly verified: boolean;
	readonly changes: readonly {
		readonly file: string;
		readonly base?: string | undefined;
		readonly patched?: string | undefined;
		readonly isTest?: true;
	}[];
}

export interface StoredReview {
	readonly run: string;
	/** Grows with each step, so that a second window sees that its copy is old. */
	readonly revision: number;
	/** Absolute path of the workspace folder. */
	readonly folder: string;
	/** What was fixed, for people. */
	readonly title: string;
	/** What the fix changes, in a line. */
	readonly summary: string;
	readonly spent: NanoUsd;
	readonly bid: NanoUsd;
	/** Tests that passed with the fix. */
	readonly passed: number;
	readonly target: Target;
	/** The test that decided was written for the run: the fix is checked, and not verified. */
	readonly checked?: true;
	/** What the fix was allowed to change; absent: the code alone. */
	readonly mayChange?: MayChange;
	/** Markdown. */
	readonly receipt: string;
	/**
	 * `waiting`: nothing was brought into the files yet. `inline`: hunks stand in the files and are decided one by one.
	 * `accepted`: all is decided, and the text is not what was verified, so its tests can be run again.
	 */
	readonly stage: 'waiting' | 'inline' | 'accepted';
	readonly files: readonly StoredFile[];
	readonly alternatives: readonly Alternative[];
	/** Came while this one was half reviewed, and waits for its end. */
	readonly next?: Omit<StoredReview, 'next'> | undefined;
}

/** One per workspace. */
export interface ReviewStore {
	/** Undefined when nothing waits. `broken` when what was stored cannot be read; it is kept aside, not deleted. */
	load(): Promise<
		| { readonly kind: 'none' }
		| { readonly kind: 'review'; readonly review: StoredReview }
		| { readonly kind: 'broken'; readonly reason: string }
	>;
	save(review: StoredReview | undefined): Promise<void>;
	/** Tells when anybody has written, another window too; absent where nobody else can. */
	watch?(written: () => void): { dispose(): void };
}
