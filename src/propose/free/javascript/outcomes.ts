// Reads runs of tests: who passed, and how the rest failed.
import { createHash } from 'node:crypto';
import type { TestOutcome, WarmRun, WarmTest } from './protocol';

/** Every test was seen to pass, and none of them to fail or to be skipped. */
export function passesAll(run: WarmRun, tests: readonly WarmTest[]): boolean {
	return run.lost === undefined && passing(run, tests).length === tests.length;
}

export function passing(run: WarmRun, tests: readonly WarmTest[]): readonly WarmTest[] {
	const passed = new Set<string>();
	const failed = new Set<string>();
	for (const outcome of run.outcomes) {
		(outcome.passed && !outcome.skipped ? passed : failed).add(outcome.id);
	}
	return tests.filter(({ id, whole }) => {
		if (whole) {
			return passesWhole(run, id);
		}
		const known = passed.has(id) || failed.has(id) ? id : plainId(id);
		return passed.has(known) && !failed.has(known);
	});
}

/** Tests of the file were seen, and none of them to fail; what failed outside of tests counts as well. */
function passesWhole(run: WarmRun, file: string): boolean {
	const own = run.outcomes.filter(({ id }) => id === '' || id === file || id.startsWith(`${file}::`));
	return (
		own.some(({ passed, skipped }) => passed && !skipped) &&
		own.every(({ passed, skipped }) => passed || skipped)
	);
}

/** Tests of one name are told apart by a number that is not part of the name: `adds (2)`. */
export function plainId(id: string): string {
	return id.replace(/ \(\d+\)$/, '');
}

/** The outcome of a test; of all that share its name the first that failed. */
export function outcomeOf(outcomes: readonly TestOutcome[], id: string): TestOutcome | undefined {
	for (const known of [id, plainId(id)]) {
		const own = outcomes.filter((outcome) => outcome.id === known);
		if (own.length > 0) {
			return own.find(({ passed }) => !passed) ?? own[0];
		}
	}
	return undefined;
}

/** A digest of how tests fail: equal for two candidates that fail in the same way. */
export function signatureOf(outcomes: readonly TestOutcome[]): string {
	const hash = createHash('sha1');
	for (const { id, message } of outcomes.filter((outcome) => !outcome.passed)) {
		hash.update(`${id}\n${message ?? ''}\n`);
	}
	return hash.digest('hex').slice(0, 16);
}
