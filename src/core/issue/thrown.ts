// Where an error came from: out of the project's code, or out of the test that calls it.
import type { TestFailure } from '../suite';

const FOREIGN =
	/(?:^|[\\/])(?:node_modules|site-packages|dist-packages)[\\/]|^node:|^internal[\\/]|[\\/]lib[\\/]python[\d.]+[\\/]|^<|^\(?native\)?/;

/**
 * True when the project's own code threw it, called by the test: the innermost place that is of no library is in another
 * file than the test's. False where that cannot be told.
 */
export function thrownByProject(failure: TestFailure | undefined, testFile: string | undefined): boolean {
	const places = placesIn(failure?.stack ?? '').filter((place) => !FOREIGN.test(place));
	const [inner] = places;
	if (inner === undefined || testFile === undefined) {
		return false;
	}
	// The test must be among those that called it, so that a set-up of the tests is not taken for the project's code.
	const isTest = (place: string) => place === testFile || place.endsWith(`/${testFile}`);
	return !isTest(inner) && places.some(isTest);
}

/** Files in a stack trace, the innermost first. */
function placesIn(stack: string): readonly string[] {
	const script: string[] = [];
	const python: string[] = [];
	for (const line of stack.split('\n').slice(0, 2_000)) {
		const short = line.slice(0, 500);
		const at =
			/^\s*(?:at\s|❯\s)(?:.*?[\s(])?((?:file:\/\/)?[^\s()]+?\.[cm]?[jt]sx?):\d+(?::\d+)?\)?\s*$/.exec(
				short,
			)?.[1];
		if (at !== undefined) {
			script.push(at.replace(/^file:\/\//, ''));
		}
		const told =
			/^\s*File "([^"]+)", line \d+/.exec(short)?.[1] ?? /^([\w./\\@ -]+\.py):\d+: /.exec(short)?.[1];
		if (told !== undefined) {
			python.push(told.replaceAll('\\', '/'));
		}
	}
	return script.length > 0 ? script : python.reverse();
}
