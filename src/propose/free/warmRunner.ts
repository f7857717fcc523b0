// What the search needs from a framework's warm worker: a process that has loaded the project once and tries
// candidate texts on the target tests, many a second.
import type { FileEdit } from '../../core/patch';
import type { Problem } from '../../core/problem';

/** How the base behaved in the warm worker. */
export interface WarmBase {
	/** Lines executed (1-based) by at least one test, per file (relative to the repository's root), test by test. */
	readonly coverage: readonly TestCoverage[];
	/** Frames of the target's failure inside the project, innermost first. */
	readonly frames: readonly { readonly file: string; readonly line: number }[];
	/** How long the target tests took, milliseconds: what candidates are budgeted by. */
	readonly targetMs: number;
	/** How many tests besides the target a passing candidate is also run on. */
	readonly otherTests: number;
	/** True when candidates are written into the tree, so that no second runner may work in it. */
	readonly exclusive?: boolean;
}

export interface TestCoverage {
	readonly test: string;
	readonly passed: boolean;
	/** file → lines */
	readonly lines: ReadonlyMap<string, readonly number[]>;
}

export type Trial =
	/** Target and the other tests pass. */
	| { readonly kind: 'passed'; readonly ms: number }
	/** `passedTests`: how many of the target tests pass now; `signature`: a digest of how the rest fail. */
	| { readonly kind: 'failed'; readonly ms: number; readonly passedTests: number; readonly signature: string }
	/** The candidate cost its own slot: it looped, exited, ate memory, crashed the worker. */
	| { readonly kind: 'lost'; readonly ms: number; readonly reason: 'timeout' | 'memory' | 'exit' | 'crash' };

/** Behaviour of a file's functions on inputs made from what the tests pass them: one short string an input. */
export type Behaviour = readonly string[];

/**
 * A warm worker for one problem. Methods never reject. One `attempt` at a time; open several runners to use
 * more cores.
 */
export interface WarmRunner {
	/** Loads the project and runs the base. `unavailable` when this framework or project cannot be kept warm. */
	start(
		signal: AbortSignal,
	): Promise<
		| { readonly kind: 'ready'; readonly base: WarmBase }
		| { readonly kind: 'unavailable'; readonly reason: string }
	>;
	/** Tries a whole-file edit (usually one). A dead worker is restarted behind this call. */
	attempt(edits: readonly FileEdit[], limitMs: number, signal: AbortSignal): Promise<Trial>;
	/**
	 * How the edited file's functions behave on generated inputs, the same inputs for every call on the same
	 * file. Undefined when nothing could be recorded (no calls seen, values that cannot be copied).
	 */
	observe(edit: FileEdit, limitMs: number, signal: AbortSignal): Promise<Behaviour | undefined>;
	/** Ends the processes; safe to call twice. */
	close(): Promise<void>;
}

/** What a runner is built from. */
export interface WarmSetup {
	readonly problem: Problem;
	/** Absolute path of the worktree that holds the base. Candidates need not be written to it. */
	readonly root: string;
	/** Folder with our built programs (`dist`). */
	readonly assets: string;
	/**
	 * The suite never came to its end on the base, so some tests of the target's files were never seen. A candidate
	 * must pass every test of those files.
	 */
	readonly partial?: boolean;
	/** What to put before every command of this problem, so that it runs in a sandbox; absent where there is none. */
	readonly prefix?: readonly string[];
	/** Most memory of one worker, bytes. */
	readonly memoryBytes: number;
}
