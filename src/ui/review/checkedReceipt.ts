import type { StoredReview } from './storedReview';

/**
 * Whoever judges a text again does not know that its test was written for it: the receipt, with the weaker word. Of a fix
 * that might change tests, it says itself what it is.
 */
export function receiptAs(review: Pick<StoredReview, 'checked' | 'mayChange'>, receipt: string): string {
	return review.checked === true && review.mayChange === undefined
		? receipt
				.replace(/^## Verified fix/m, '## Checked fix: it passes the written reproduction')
				.replace(/(?<=\| )verified(?= \|)/g, 'checked')
		: receipt;
}
