// Failing tests that share a cause, as far as their failures show it: the same kind of error in the same words, from
// the same line of the project's own code. What a failure does not tell joins nothing: such a test stands alone.
import { protectedAs } from './protectedFiles';
import { isForeign, type StackFrame, stackFrames } from './stackFrames';
import type { TestFailure, TestResult } from './suite';

export interface FailureGroup {
	/** By id; never empty. */
	readonly tests: readonly TestResult[];
	/** What they fail with, for people, in the words of the first. */
	readonly error: string;
	/** The line of the project's own code they come from; absent for a test that stands alone because none is known. */
	readonly at?: StackFrame;
}

/**
 * Largest first, then by the first test's id; the same whatever the order of `failing`. `root`: the absolute path that
 * the tests ran in.
 */
export function failureGroups(failing: readonly TestResult[], root: string): readonly FailureGroup[] {
	const groups = new Map<string, { readonly tests: TestResult[]; readonly at: StackFrame | undefined }>();
	for (const test of [...failing].sort(byId)) {
		const at = test.failure?.hung === true ? undefined : placeOf(test.failure, root);
		const key =
			at === undefined
				? JSON.stringify(['alone', test.id])
				: JSON.stringify([at.path, at.line, shapeOf(test.failure?.message ?? '')]);
		const group = groups.get(key) ?? { tests: [], at };
		group.tests.push(test);
		groups.set(key, group);
	}
	return [...groups.values()]
		.map(({ tests, at }) => ({
			tests,
			error: errorOf(tests[0]?.failure?.message ?? ''),
			...(at === undefined ? {} : { at }),
		}))
		.sort((a, b) => b.tests.length - a.tests.length || byId(a.tests[0], b.tests[0]));
}

function byId(a: TestResult | undefined, b: TestResult | undefined): number {
	const [left, right] = [a?.id ?? '', b?.id ?? ''];
	return left < right ? -1 : left > right ? 1 : 0;
}

/** The words of an error without what differs from one test to the next: numbers, quoted values, paths. */
export function shapeOf(message: string): string {
	return firstLine(message)
		.replace(/^Uncaught /, '')
		.replace(/(["'`])(?:(?!\1)[^\\]|\\.)*\1/g, '“”')
		.replace(/(?:file:\/\/)?(?:[A-Za-z]:)?(?:[\\/][\w.@-]+){2,}/g, '/')
		.replace(/0x[0-9a-f]+|\b[0-9a-f]{8,}\b/gi, '0')
		.replace(/[-+]?\d+(?:[.,_]\d+)*(?:e[-+]?\d+)?/gi, '0')
		.replace(/\s+/g, ' ')
		.trim();
}

/** The innermost line of the project's own code that is no test; undefined where the failure names none. */
function placeOf(failure: TestFailure | undefined, root: string): StackFrame | undefined {
	for (const { path: named, line } of stackFrames(failure?.stack ?? '')) {
		const path = ownPath(named, root);
		if (path !== undefined && protectedAs(path) === undefined) {
			return { path, line };
		}
	}
	return undefined;
}

function ownPath(path: string, root: string): string | undefined {
	const home = `${root.replaceAll('\\', '/').replace(/\/$/, '')}/`;
	// The second is the same folder by its other name.
	const above = [home, `/private${home}`].find((one) => path.startsWith(one));
	const below =
		above !== undefined
			? path.slice(above.length)
			: /^(?:[A-Za-z]:)?\//.test(path)
				? undefined
				: path.replace(/^(?:\.\/)+/, '');
	return below === undefined || below.startsWith('../') || isForeign(below) ? undefined : below;
}

/** In one line, with the values where the first line only announces them. */
function errorOf(message: string): string {
	const first = firstLine(message);
	const rest = message
		.slice(message.indexOf(first) + first.length)
		.replace(/\s+/g, ' ')
		.trim();
	return first.endsWith(':') && rest !== '' ? firstLine(`${first} ${rest}`) : first;
}

function firstLine(message: string): string {
	const line =
		message
			.split('\n')
			.find((one) => one.trim() !== '')
			?.trim() ?? '';
	return line.length > 200 ? `${line.slice(0, 199)}…` : line;
}
