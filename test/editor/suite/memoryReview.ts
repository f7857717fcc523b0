// Keeps the review that waits, as the disk would.
import type { ReviewStore, StoredReview } from '../../../src/ui/review/storedReview';

export function memoryReview(): ReviewStore {
	let kept: StoredReview | undefined;
	return {
		load: async () => (kept === undefined ? { kind: 'none' } : { kind: 'review', review: kept }),
		save: async (review) => {
			kept = review;
		},
	};
}
