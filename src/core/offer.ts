import type { NanoUsd } from './money';
import type { ProposedPatch } from './patch';

/** A proposer at its price. */
export interface Offer {
	/** Stable across runs: `free`, `openrouter/qwen3-coder/edit`. */
	readonly id: string;
	/** For people. */
	readonly label: string;
	/** The worst case of the smallest useful attempt: with less left, it is not started. */
	readonly leastSpend: NanoUsd;
	/** What one attempt is expected to cost. */
	readonly expectedSpend: NanoUsd;
	/** Believed chance of a verified fix, 0 to 1; absent when nothing is known. */
	readonly passRate?: number;
	/** How many attempts at the same task make sense. A deterministic proposer says 1. */
	readonly mostAttempts: number;
}

/** What one attempt may use up. */
export interface Allowance {
	readonly spend: NanoUsd;
	readonly timeMs: number;
}

/** What an attempt cost. `billed` by the provider's own word; `estimated` is the worst case standing in for it. */
export interface Cost {
	readonly amount: NanoUsd;
	readonly basis: 'billed' | 'estimated';
}

/** What a proposer says on the way, for people. */
export interface Progress {
	/** `localising`, `trying candidates`. */
	readonly stage: string;
	/** Candidates tried so far, where that means something. */
	readonly tried?: number;
	/** Candidates that passed the target in the proposer's own eyes. */
	readonly plausible?: number;
}

/**
 * What became of one attempt to propose. `failed` is the provider's or the machine's trouble, never the task's
 * difficulty.
 */
export type Proposal = (
	| { readonly kind: 'patches'; readonly patches: readonly [ProposedPatch, ...ProposedPatch[]] }
	| { readonly kind: 'none'; readonly reason: string }
	| { readonly kind: 'failed'; readonly reason: string }
	| { readonly kind: 'cancelled' }
) & {
	readonly cost: Cost;
	/** Candidates tried, where that means something. */
	readonly tried?: number;
};
