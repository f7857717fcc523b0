// What the parent and the worker say to each other: one JSON object a line, over a pipe of their own, because
// tests print to stdout and may use node's own channel.

import path from 'node:path';

/** One test as both sides know it. */
export interface WarmTest {
	/** As in `core/suite`. */
	readonly id: string;
	/** Absolute path; absent for a suite known by its exit status alone. */
	readonly file?: string;
	/** The file as a whole failed: it did not load, or it ended before its tests were told apart. */
	readonly whole?: boolean;
}

/** How the suite is kept warm. */
export type WarmFramework = 'script' | 'node:test' | 'mocha' | 'jest' | 'vitest' | 'vitest-server';

export interface Preparation {
	readonly framework: WarmFramework;
	/** Absolute real path of the worktree. */
	readonly root: string;
	/** Absolute path of the folder that the suite runs in. */
	readonly folder: string;
	/** What follows the program's own name: `--require x test/*.js`. */
	readonly args: readonly string[];
	/** Modules to load first: values of node's `--require` and `--import`. */
	readonly preloads: readonly string[];
	/** The script and its arguments; `script` only. */
	readonly script: readonly string[];
	/** Folder for caches, outside the worktree; ours to fill, the parent's to remove. */
	readonly scratch: string;
	/** The tests to fix. */
	readonly targets: readonly WarmTest[];
}

export interface TestOutcome {
	readonly id: string;
	readonly passed: boolean;
	/** Not run because the framework or the test said so. */
	readonly skipped?: boolean;
	readonly ms: number;
	/** Of the failure; absent when it passed. */
	readonly message?: string;
	readonly stack?: string;
	/** A file's number among the probed → lines in which statements that ran begin; only while coverage is taken. */
	readonly lines?: Readonly<Record<string, readonly number[]>>;
}

export type LostReason = 'timeout' | 'memory' | 'exit' | 'crash';

/** How one run of some tests in the worker ended. */
export interface WarmRun {
	readonly outcomes: readonly TestOutcome[];
	readonly ms: number;
	/** The run ended before its tests did. */
	readonly lost?: LostReason;
	/** Something is still alive in the worker that cannot be ended from inside: use another one. */
	readonly dirty?: boolean;
}

export type Texts = Readonly<Record<string, string>>;

export type Request =
	| { readonly kind: 'prepare'; readonly preparation: Preparation }
	/** Texts to load instead of what is on disk, by absolute path: the base with probes in it. */
	| { readonly kind: 'texts'; readonly texts: Texts; readonly coverage: boolean }
	/** Runs the tests on the base: the targets, and as many others as fit the time. */
	| { readonly kind: 'base'; readonly limitMs: number; readonly othersMs: number }
	/** Runs these on the base, all of them, as they would be run on a candidate. */
	| { readonly kind: 'others'; readonly tests: readonly WarmTest[]; readonly limitMs: number }
	/** Runs the targets, and `others` when they all pass, with `texts` in place of the base's. */
	| {
			readonly kind: 'attempt';
			readonly texts: Texts;
			readonly limitMs: number;
			readonly others: readonly WarmTest[];
			readonly othersLimitMs: number;
	  }
	| {
			readonly kind: 'observe';
			readonly file: string;
			/** With loop guards, as it would be loaded. */
			readonly text: string;
			/** The base's, which also tells the recorder what it exports. */
			readonly recording: string;
			/** Tests besides the targets whose calls are recorded. */
			readonly others: readonly WarmTest[];
			readonly limitMs: number;
	  };

export type Reply =
	| { readonly kind: 'unavailable'; readonly reason: string }
	| { readonly kind: 'ready' }
	| {
			readonly kind: 'base';
			readonly target: WarmRun;
			readonly others: readonly TestOutcome[];
			/** Project files that were loaded, absolute. */
			readonly loaded: readonly string[];
	  }
	| { readonly kind: 'others'; readonly run: WarmRun }
	| { readonly kind: 'attempt'; readonly target: WarmRun; readonly others?: WarmRun }
	| { readonly kind: 'observe'; readonly behaviour?: readonly string[] };

export interface Envelope<T> {
	readonly id: number;
	readonly body: T;
}

/** The descriptor of the pipe in the worker. */
export const channelDescriptor = 3;

/** The file through which vitest's own workers get the probes. It belongs to the runner whose scratch folder it names. */
export function probesFile(folder: string, scratch: string): string {
	return path.join(folder, `.${path.basename(scratch)}.mjs`);
}
