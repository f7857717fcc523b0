// Small shapes of what is run and told.
import type { WarmRun, WarmTest } from '../protocol';
import type { Selection } from './driver';

/** Characters of a message that tell one failure from another. */
const mostMessage = 500;

export function selectionOf(tests: readonly WarmTest[], failFast: boolean): Selection {
	return {
		files: [...new Set(tests.flatMap((test) => test.file ?? []))],
		ids: tests.some(({ whole }) => whole) ? undefined : new Set(tests.map(({ id }) => id)),
		failFast,
	};
}

/** Without what only the base's run is asked for. */
export function brief(run: WarmRun): WarmRun {
	const outcomes = run.outcomes.map(({ id, passed, skipped, ms, message }) => ({
		id,
		passed,
		ms,
		...(skipped ? { skipped } : {}),
		...(message === undefined ? {} : { message: message.slice(0, mostMessage) }),
	}));
	return { ...run, outcomes };
}

export function asRecord(lines: ReadonlyMap<number, ReadonlySet<number>>): Record<string, readonly number[]> {
	return Object.fromEntries([...lines].map(([file, set]) => [file, [...set].sort((a, b) => a - b)]));
}
