// Failing tests that share a cause, as far as their failures show it: the same kind of error in the same words, from
// the same line of the project's own code. What a failure does not tell joins nothing: such a test stands alone.
import { protectedAs } from './protectedFiles';
import type { TestFailure, TestResult } from './suite';

export interface Place {
	/** Relative to the repository's root, `/`-separated. */
	readonly path: string;
	/** 1-based. */
	readonly line: number;
}

export interface FailureGroup {
	/** By id; never empty. */
	readonly tests: readonly TestResult[];
	/** What they fail with, for people, in the words of the first. */
	readonly error: string;
	/** The line of the project's own code they come from; absent for a test that stands alone because none is known. */
	readonly at?: Place;
}

/**
 * Largest first, then by the first test's id; the same whatever the order of `failing`. `root`: the absolute path that
 * the tests ran in.
 */
export function failureGroups(failing: readonly TestResult[], root: string): readonly FailureGroup[] {
	const groups = new Map<string, { readonly tests: TestResult[]; readonly at: Place | undefined }>();
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

/** A file and a line in it, as stacks of JavaScript, Python, Go, Rust, Java and Ruby name them. */
const FRAME =
	/((?:file:\/\/)?(?:[A-Za-z]:)?[\w@.~+$\-/\\[\]]*[\w\])]\.(?:[cm]?[jt]sx?|vue|svelte|py|go|rs|rb|java|kt|cs|php|ex|exs|swift|scala))(?:\?[\w=.&-]{0,60})?(?:", line |:)(\d{1,7})/;
const FOREIGN =
	/(^|\/)(node_modules|site-packages|dist-packages|\.venv|venv|vendor|\.cargo|\.rustup|\.pnpm)\/|^node:|\/lib\/python\d/;
const MOST_ROWS = 400;

/** The innermost line of the project's own code that is no test; undefined where the failure names none. */
function placeOf(failure: TestFailure | undefined, root: string): Place | undefined {
	const rows = (failure?.stack ?? '').split('\n', MOST_ROWS);
	const own = rows.flatMap((row): Place[] => {
		const [, named, line] = FRAME.exec(row.slice(0, 1_000)) ?? [];
		const path = named === undefined ? undefined : ownPath(named, root);
		return path === undefined || protectedAs(path) !== undefined ? [] : [{ path, line: Number(line) }];
	});
	// Python tells the call that failed last.
	return own.at(-1)?.path.endsWith('.py') ? own.at(-1) : own[0];
}

function ownPath(named: string, root: string): string | undefined {
	const path = named.replace(/^file:\/\//, '').replaceAll('\\', '/');
	const home = `${root.replaceAll('\\', '/').replace(/\/$/, '')}/`;
	const [, below] = path.startsWith(home)
		? ['', path.slice(home.length)]
		: // The same folder by its other name.
			path.startsWith(`/private${home}`)
			? ['', path.slice(`/private${home}`.length)]
			: ['', /^(?:[A-Za-z]:)?\//.test(path) ? undefined : path.replace(/^(?:\.\/)+/, '')];
	return below === undefined || below.startsWith('../') || FOREIGN.test(below) ? undefined : below;
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
