// Runs code that may not come to its end by itself, such as a pattern a model wrote: V8 can end it, matching included.
import { type Context, createContext, Script } from 'node:vm';

export type Timed<T> = { readonly kind: 'done'; readonly value: T } | { readonly kind: 'tooSlow' };

/** A context costs a millisecond to make, so there is one; whatever runs in it is ours. */
let call: { readonly script: Script; readonly context: Context & { make: () => void } } | undefined;

/** `make` must be synchronous. Errors it throws are thrown. */
export function timed<T>(make: () => T, limitMs: number): Timed<T> {
	call ??= {
		script: new Script('make()'),
		context: Object.assign(createContext({}), { make: () => undefined }),
	};
	let done: Timed<T> = { kind: 'tooSlow' };
	call.context.make = () => {
		done = { kind: 'done', value: make() };
	};
	try {
		call.script.runInContext(call.context, { timeout: Math.max(1, Math.ceil(limitMs)) });
	} catch (error) {
		// It may be an Error of the other context, which is none of ours.
		const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
		if (code !== 'ERR_SCRIPT_EXECUTION_TIMEOUT') {
			throw error;
		}
	} finally {
		call.context.make = () => undefined;
	}
	return done;
}
