// What a fix may be called. Against the project's own tests it is verified; against a test that was written for the run
// it is checked, which is less, and says so everywhere.
import type { StoredReview } from './storedReview';

export interface FixWords {
	/** In the middle of a sentence. */
	readonly fix: 'verified fix' | 'checked fix';
	/** At its beginning. */
	readonly Fix: 'Verified fix' | 'Checked fix';
	readonly done: 'verified' | 'checked';
	readonly Done: 'Verified' | 'Checked';
	/** An icon of the editor's own. */
	readonly icon: '$(verified)' | '$(check)';
}

const VERIFIED: FixWords = {
	fix: 'verified fix',
	Fix: 'Verified fix',
	done: 'verified',
	Done: 'Verified',
	icon: '$(verified)',
};
const CHECKED: FixWords = {
	fix: 'checked fix',
	Fix: 'Checked fix',
	done: 'checked',
	Done: 'Checked',
	icon: '$(check)',
};

export function fixWords(review: { readonly checked?: boolean | undefined } | undefined): FixWords {
	return review?.checked === true ? CHECKED : VERIFIED;
}

/**
 * What was accepted of a fix that has a test of its own: all or nothing of one of the two, which are each whole by
 * themselves; undefined where it is anything else.
 */
export function partOf(review: Pick<StoredReview, 'files'>): 'test' | 'fix' | undefined {
	const decided = (wanted: boolean) =>
		review.files
			.filter(({ isTest }) => (isTest ?? false) === wanted)
			.flatMap(({ review: one }) => one.hunks.map(({ decision }) => decision));
	const [test, fix] = [decided(true), decided(false)];
	if (test.length === 0 || fix.length === 0) {
		return undefined;
	}
	const all = (of: readonly string[], decision: string) => of.every((one) => one === decision);
	if (all(test, 'accepted') && all(fix, 'rejected')) {
		return 'test';
	}
	return all(fix, 'accepted') && all(test, 'rejected') ? 'fix' : undefined;
}
