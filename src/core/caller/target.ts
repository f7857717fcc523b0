// Which test a calling program means.
import type { Target } from '../suite';

const MOST_NAME = 2_000;

export type CallTarget =
	| { readonly kind: 'target'; readonly target: Target }
	/** One sentence for the caller. */
	| { readonly kind: 'refused'; readonly reason: string };

/** The test's id or name as a caller wrote it; left out: whatever fails. */
export function targetOf(said: unknown): CallTarget {
	if (said === undefined) {
		return { kind: 'target', target: { kind: 'failing' } };
	}
	if (typeof said !== 'string') {
		return { kind: 'refused', reason: 'test: write the id or the name of one test as text.' };
	}
	const name = said.trim();
	if (name === '') {
		return {
			kind: 'refused',
			reason: 'test: it is empty; name a test, or leave it out to fix whatever fails.',
		};
	}
	if (name.length > MOST_NAME || name.includes('\0')) {
		return { kind: 'refused', reason: `test: that is no name of a test; at most ${MOST_NAME} characters.` };
	}
	return { kind: 'target', target: { kind: 'named', names: [name] } };
}
