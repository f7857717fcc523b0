// Where an error came from: out of the project's code, or out of the test that calls it.
import { isForeign, stackFrames } from '../stackFrames';
import type { TestFailure } from '../suite';

/**
 * True when the project's own code threw it, called by the test: the innermost place that is of no library is in another
 * file than the test's. False where that cannot be told.
 */
export function thrownByProject(failure: TestFailure | undefined, testFile: string | undefined): boolean {
	const places = stackFrames(failure?.stack ?? '')
		.map(({ path }) => path)
		.filter((path) => !isForeign(path));
	const [inner] = places;
	if (inner === undefined || testFile === undefined) {
		return false;
	}
	// The test must be among those that called it, so that a set-up of the tests is not taken for the project's code.
	const isTest = (place: string) => place === testFile || place.endsWith(`/${testFile}`);
	return !isTest(inner) && places.some(isTest);
}
