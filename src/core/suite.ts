// What a test suite is, and how one run of it ended. Only a finished run says anything about the code.

export type Framework =
	| 'node:test'
	| 'mocha'
	| 'jest'
	| 'vitest'
	| 'pytest'
	| 'unittest'
	| 'go'
	| 'cargo'
	/** A command that writes JUnit XML, prints TAP, or only exits with a status. */
	| 'junit'
	| 'tap'
	| 'exit-code';

/** How the project's tests are run. */
export interface Suite {
	readonly framework: Framework;
	/** Folder the command runs in, relative to the repository's root, `/`-separated; '' is the root. */
	readonly folder: string;
	/** Program and arguments that run everything, without the flags that we add for the report. */
	readonly argv: readonly string[];
	/** Extra environment variables the command sets itself (`NODE_ENV=test mocha`). */
	readonly env: Readonly<Record<string, string>>;
	/** Where the command was found, for people: `scripts.test in package.json`, `--test-command`. */
	readonly source: string;
	/** Steps the project runs first (compiling, say), each a program and its arguments; all must succeed. */
	readonly build?: readonly (readonly string[])[];
	/** `junit` only: where the command leaves its XML, a path or glob relative to `folder`. */
	readonly report?: string;
}

export type TestStatus = 'passed' | 'failed' | 'skipped';

export interface TestFailure {
	/** First lines of what the framework said, without colour codes. */
	readonly message: string;
	readonly stack?: string;
	readonly expected?: string;
	readonly actual?: string;
	/** True when the test did not end by itself within its time. */
	readonly hung?: boolean;
}

export interface TestResult {
	/**
	 * The test's identity across runs: `file::name` when the file is known, else `name`. The file is relative to
	 * the repository's root; the name path is joined by ' > '. pytest and unittest keep their own node ids.
	 */
	readonly id: string;
	readonly file?: string;
	/** Name path joined by ' > '. */
	readonly name: string;
	/** 1-based. */
	readonly line?: number;
	readonly status: TestStatus;
	readonly durationMs?: number;
	readonly failure?: TestFailure;
}

/** What part of a suite to run. */
export type SuiteScope =
	| { readonly kind: 'all' }
	| { readonly kind: 'tests'; readonly tests: readonly TestResult[] };

interface Ended {
	/** As run, for the receipt and for people to repeat: program and arguments. */
	readonly argv: readonly string[];
	readonly durationMs: number;
	/** Head and tail of stdout and stderr, within a cap. */
	readonly output: string;
}

/**
 * How one run ended.
 * - `finished`: the framework reported to the end. `tests` has every test it named; a suite known by its exit
 *   status alone has one entry, whose id is the command line.
 * - `timedOut`: ended by us. `tests` holds what was reported until then; one that had started and not ended is
 *   `failed` with `hung`.
 * - `neverRan`: the program could not be started, or its report is missing, cut short, stale or foreign. `elsewhere`:
 *   another machine was to run it, and what went wrong on the way is never taken for the patch's doing.
 */
export type SuiteRun =
	| (Ended & { readonly kind: 'finished'; readonly tests: readonly TestResult[]; readonly exitCode: number })
	| (Ended & { readonly kind: 'timedOut'; readonly tests: readonly TestResult[]; readonly limitMs: number })
	| (Ended & { readonly kind: 'cancelled' })
	| (Ended & {
			readonly kind: 'neverRan';
			readonly reason: string;
			readonly exitCode?: number;
			readonly elsewhere?: true;
	  });

/** Which tests the user wants fixed. */
export type Target =
	/** Whatever fails on the base. */
	| { readonly kind: 'failing' }
	/** Named as a person or another tool names tests: id, full name, file, or an unambiguous part of these. */
	| { readonly kind: 'named'; readonly names: readonly string[] };

/** Counts for people and for the receipt. */
export interface SuiteCount {
	readonly passed: number;
	readonly failed: number;
	readonly skipped: number;
}

export function countOf(tests: readonly TestResult[]): SuiteCount {
	const count = { passed: 0, failed: 0, skipped: 0 };
	for (const test of tests) {
		count[test.status] += 1;
	}
	return count;
}

/** True when the suite is judged by its exit status alone, so that single tests cannot be told apart. */
export function isWhole(suite: Suite): boolean {
	return suite.framework === 'exit-code';
}

/**
 * The tests and, for each target that is a file as a whole (it could not be loaded, or hung outside of any test), an
 * entry for it: a file that loads is not reported as such. It passes when tests of it were seen and none failed.
 */
export function withWholeFiles(
	tests: readonly TestResult[],
	targets: readonly TestResult[],
): readonly TestResult[] {
	const seen = new Set(tests.map((test) => test.id));
	const added = targets
		.filter((target) => target.id === target.file && !seen.has(target.id))
		.flatMap((target): TestResult[] => {
			const inside = tests.filter((test) => test.file === target.file);
			const bad = inside.find((test) => test.status === 'failed');
			if (bad !== undefined) {
				return [{ ...target, status: 'failed', failure: bad.failure ?? { message: 'A test in it failed.' } }];
			}
			const passed = inside.some((test) => test.status === 'passed');
			return passed ? [{ id: target.id, file: target.id, name: target.name, status: 'passed' }] : [];
		});
	return [...tests, ...added];
}
