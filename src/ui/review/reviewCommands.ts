/** Ids of the commands of a review, as package.json lists them. */
export const REVIEW_INLINE = 'underbid.reviewInline';
export const SHOW_DIFF = 'underbid.showDiff';
export const SHOW_RECEIPT = 'underbid.showReceipt';
export const ACCEPT_HUNK = 'underbid.acceptHunk';
export const REJECT_HUNK = 'underbid.rejectHunk';
export const ACCEPT_FILE = 'underbid.acceptFile';
export const REJECT_FILE = 'underbid.rejectFile';
export const ACCEPT_ALL = 'underbid.acceptAll';
export const DISCARD_ALL = 'underbid.discardAll';
export const NEXT_HUNK = 'underbid.nextHunk';
export const PREVIOUS_HUNK = 'underbid.prevHunk';
export const CHOOSE_HUNKS = 'underbid.chooseHunks';
export const REVERIFY = 'underbid.reverify';
export const COMPARE_ALTERNATIVES = 'underbid.compareAlternatives';
export const VERIFY_ALTERNATIVE = 'underbid.verifyAlternative';
