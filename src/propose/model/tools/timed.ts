// Runs code that may not come to its end by itself, such as a pattern a model wrote: V8 can end it, matching included.
import { createContext, Script } from 'node:vm';

export type Timed<T> = { readonly kind: 'done'; readonly value: T } | { readonly kind: 'tooSlow' };

const CALL = new Script('made = make()');

/** `make` must be synchronous. Errors it throws are thrown. */
export function timed<T>(make: () => T, limitMs: number): Timed<T> {
	const made: { make: () => void } = { make: () => undefined };
	let value: T | undefined;
	let ended = false;
	made.make = () => {
		value = make();
		ended = true;
	};
	try {
		CALL.runInContext(createContext(made), { timeout: Math.max(1, Math.ceil(limitMs)) });
	} catch (error) {
		// It may be an Error of the other context, which is none of ours.
		const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
		if (code === 'ERR_SCRIPT_EXECUTION_TIMEOUT') {
			return { kind: 'tooSlow' };
		}
		throw error;
	}
	return ended ? { kind: 'done', value: value as T } : { kind: 'tooSlow' };
}
