// Everything the engine needs from the world. Each has one real implementation and one hand-written fake.
// Effects never reject: what went wrong is in the returned value.

import type { SolveEvent } from './events';
import type { JournalEntry } from './ledger';
import type { Allowance, Offer, Progress, Proposal } from './offer';
import type { FileEdit, Patch } from './patch';
import type { Baseline, Problem, Snapshot } from './problem';
import type { Suite, SuiteRun, SuiteScope } from './suite';

/** A checkout of the base snapshot outside the workspace, with what the suite needs beside it. */
export interface Tree {
	/** Absolute path of the folder that stands for the repository's root. */
	readonly root: string;
	/** Back to the base, byte for byte, whatever was written since. `failed` means it must not be used again. */
	reset(): Promise<{ readonly kind: 'done' } | { readonly kind: 'failed'; readonly reason: string }>;
	/** Applies a patch to a tree at its base. `refused` when a path leaves the repository or a hunk does not fit. */
	apply(
		patch: Patch,
	): Promise<{ readonly kind: 'done' } | { readonly kind: 'refused'; readonly reason: string }>;
	/** The patch these whole-file edits make against the base. The tree's files are not touched. */
	patchOf(edits: readonly FileEdit[]): Promise<Patch | undefined>;
}

export interface Trees {
	/** Lends a tree for the time of `use` and takes it away however that ends. */
	borrow<T>(
		base: Snapshot,
		use: (tree: Tree) => Promise<T>,
		signal: AbortSignal,
	): Promise<
		{ readonly kind: 'used'; readonly value: T } | { readonly kind: 'failed'; readonly reason: string }
	>;
}

export interface SuiteRunner {
	/** Runs tests in a tree. Every process it starts has ended when the promise settles. */
	run(root: string, suite: Suite, scope: SuiteScope, limitMs: number, signal: AbortSignal): Promise<SuiteRun>;
}

export interface ProposalTask {
	readonly problem: Problem;
	readonly baseline: Baseline;
	/** At its base; the proposer may write in it, whoever uses it next resets it. */
	readonly tree: Tree;
	readonly allowance: Allowance;
}

/** Turns a problem into patches. It never decides whether it succeeded. */
export interface Proposer {
	readonly offer: Offer;
	propose(task: ProposalTask, report: (progress: Progress) => void, signal: AbortSignal): Promise<Proposal>;
}

export interface Clock {
	/** Milliseconds since any fixed moment, never going back. */
	nowMs(): number;
	/** A signal that aborts after so many milliseconds. `stop` releases its timer. */
	timeout(ms: number): { readonly signal: AbortSignal; stop(): void };
}

export interface Journal {
	/** Resolves when the entry is safe on disk; `failed` means the money must not be spent. */
	append(
		entry: JournalEntry,
	): Promise<{ readonly kind: 'done' } | { readonly kind: 'failed'; readonly reason: string }>;
}

export type EventSink = (event: SolveEvent) => void;

/** The rules a patch must keep before it is run. Returns why it is rejected, or undefined. */
export type PatchRule = (patch: Patch, problem: Problem) => string | undefined;

export interface Effects {
	readonly trees: Trees;
	readonly runner: SuiteRunner;
	readonly proposers: readonly Proposer[];
	readonly clock: Clock;
	readonly journal: Journal;
	readonly events: EventSink;
}
