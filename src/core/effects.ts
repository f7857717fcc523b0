// Everything the engine needs from the world. Each has one real implementation and one hand-written fake.
// Effects never reject: what went wrong is in the returned value.

import type { SolveEvent } from './events';
import type { JournalEntry } from './ledger';
import type { Allowance, Offer, Progress, Proposal } from './offer';
import type { Attempt } from './outcome';
import type { FileChange, Patch } from './patch';
import type { Baseline, Problem, Snapshot } from './problem';
import type { Purse } from './purse';
import type { Replays, RunMemory } from './runMemory';
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
	/** The patch these whole-file changes make against the base. The tree's files are not touched. */
	patchOf(changes: readonly FileChange[]): Promise<Patch | undefined>;
	/** The text of a file as it stands in the tree; undefined where there is none, or it cannot be read. */
	read?(path: string): Promise<string | undefined>;
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
	/** Pays for what is bought; never more than the allowance. */
	readonly purse: Purse;
	/** What was tried before in this run, and what became of it. */
	readonly attempts: readonly Attempt[];
	/** Runs the target or everything on the tree as it is, within a limit of time that fits the suite. Free. */
	run(scope: 'target' | 'all', signal: AbortSignal): Promise<SuiteRun>;
	/** Must say true before a prompt may leave: it is kept and, where the user asked for that, shown. */
	approve(prompt: string): Promise<boolean>;
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
	/** Resolves when the entry is safe on disk. */
	append(
		entry: JournalEntry,
	): Promise<{ readonly kind: 'done' } | { readonly kind: 'failed'; readonly reason: string }>;
	/**
	 * Puts an amount aside against the user's caps over all processes that share the journal. Resolves when it is safe
	 * on disk; `capped` and `failed` mean that nothing may be sent.
	 */
	reserve(
		entry: JournalEntry & { readonly kind: 'reserve' },
	): Promise<
		| { readonly kind: 'done' }
		| { readonly kind: 'capped'; readonly reason: string }
		| { readonly kind: 'failed'; readonly reason: string }
	>;
}

/** A prompt that is about to leave. */
export interface OutgoingPrompt {
	readonly run: string;
	readonly attempt: number;
	/** 1-based, within the attempt. */
	readonly call: number;
	readonly offer: string;
	/** As people read it: who says what, in order. Secrets are already taken out. */
	readonly text: string;
}

/** Keeps what is sent, and shows it first where the user asked for that. */
export interface Outbox {
	/** True when it may be sent. */
	approve(prompt: OutgoingPrompt): Promise<boolean>;
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
	readonly outbox: Outbox;
	readonly events: EventSink;
	/** Keeps what the run pays for and finds out; absent: nothing is kept. */
	readonly memory?: RunMemory;
	/** Answers that are there already; whoever asks models takes them from here. */
	readonly replays?: Replays;
	/** A run of the whole suite on this patch, in a tree of its own, that was begun before its turn. */
	readonly begun?: (patch: Patch) => Promise<SuiteRun> | undefined;
	/** Two runs at once cannot meet, and there is a processor for each: a second tree may be used beside the first. */
	readonly apart?: boolean;
}
