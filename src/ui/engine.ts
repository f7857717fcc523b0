// What the editor's face needs from the engine, and no more. The composition root hands in the real one.
import type { SolveEvent } from '../core/events';
import type { NanoUsd } from '../core/money';
import type { Outcome } from '../core/outcome';
import type { Bid } from '../core/problem';
import type { Target, TestResult } from '../core/suite';

/** Text that the user sees and that differs from the disk. */
export interface UnsavedText {
	/** Absolute path. */
	readonly file: string;
	readonly text: string;
}

/** Where and on which text: the folder as the user sees it now. */
export interface Place {
	/** Absolute path of the workspace folder; the repository's root may lie above it. */
	readonly folder: string;
	readonly unsaved: readonly UnsavedText[];
}

/** What the suite says of the text as it is, free. `failing` may be empty. */
export type FailingTests =
	| { readonly kind: 'found'; readonly failing: readonly TestResult[]; readonly command: string }
	/** One sentence that says what to do. */
	| { readonly kind: 'blocked'; readonly reason: string }
	| { readonly kind: 'cancelled' };

export interface FixRequest extends Place {
	readonly bid: Bid;
	readonly target: Target;
}

/** Text that is there already, to be judged against what was there before. */
export interface VerifyRequest extends Place {
	readonly target: Target;
	/** The files before the change, whole texts by absolute path; `undefined`: the file was not there. */
	readonly bases: ReadonlyMap<string, string | undefined>;
	readonly timeMs: number;
}

/** One file of the verified patch, whole texts. */
export interface ChangedFile {
	/** Absolute path, in the user's own tree. */
	readonly file: string;
	/** Absent when the patch makes the file. */
	readonly base?: string;
	/** Absent when the patch deletes the file. */
	readonly patched?: string;
}

export interface FixResult {
	readonly outcome: Outcome;
	/** The receipt, in Markdown. */
	readonly receipt: string;
	/** Of the chosen patch; empty unless the outcome is `solved`. */
	readonly changes: readonly ChangedFile[];
}

/** Never rejects but for bugs. When `signal` aborts, every process and worktree is gone once the promise settles. */
export interface Engine {
	failingTests(
		place: Place,
		onEvent: (event: SolveEvent) => void,
		signal: AbortSignal,
	): Promise<FailingTests>;
	fix(request: FixRequest, onEvent: (event: SolveEvent) => void, signal: AbortSignal): Promise<FixResult>;
	/** Judges the text as it is like anybody's patch: red without the change, green with it, nothing broken. Free. */
	verify(
		request: VerifyRequest,
		onEvent: (event: SolveEvent) => void,
		signal: AbortSignal,
	): Promise<FixResult>;
	/** Spent today (days as core/spend counts them) by every window and the terminal. */
	spentToday(): Promise<NanoUsd>;
}

/** What the composition root exports as createEngine takes. */
export interface EngineOptions {
	/** Absolute path of the folder that holds the built child-process programs and grammars. */
	readonly dist: string;
}

export type CreateEngine = (options: EngineOptions) => Engine;
