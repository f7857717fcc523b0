// A verified fix that waits for its review, as it outlives a reload of the window.
import type { NanoUsd } from '../../core/money';
import type { FileReview } from '../../core/review/review';
import type { Target } from '../../core/suite';

export interface StoredFile {
	/** Absolute path. */
	readonly file: string;
	/** Line ends are `\n` and there is no byte order mark, whatever the file has. */
	readonly review: FileReview;
	/** It had unsaved edits before the fix came in, so it is left unsaved after it. */
	readonly unsaved: boolean;
}

export interface StoredReview {
	readonly run: string;
	/** Absolute path of the workspace folder. */
	readonly folder: string;
	/** What was fixed, for people. */
	readonly title: string;
	readonly spent: NanoUsd;
	readonly bid: NanoUsd;
	/** Tests that passed with the fix. */
	readonly passed: number;
	readonly target: Target;
	/** Markdown. */
	readonly receipt: string;
	/** `waiting`: nothing was brought into the files yet. `inline`: hunks stand in the files and are decided one by one. */
	readonly stage: 'waiting' | 'inline';
	readonly files: readonly StoredFile[];
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
}
