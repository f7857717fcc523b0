import type { NanoUsd } from './money';
import type { ProposedPatch } from './patch';

/** A proposer at its price. */
export interface Offer {
	/** Stable across runs: `free`, `openrouter/qwen/qwen3-coder/edit`. */
	readonly id: string;
	/** Who sells it; absent when nobody does. Trouble of a provider as a whole shuts all its offers. */
	readonly provider?: string;
	/** The model behind it, by id; trouble with it shuts the other ways to ask the same model. */
	readonly model?: string;
	/** For people. */
	readonly label: string;
	/** The worst case of the smallest useful attempt: with less left, it is not started. */
	readonly leastSpend: NanoUsd;
	/** What one attempt is expected to cost. */
	readonly expectedSpend: NanoUsd;
	/** Believed chance of a verified fix, 0 to 1; absent when nothing is known. */
	readonly passRate?: number;
	/** Longer than that seldom helps; kept to where others wait for their turn. Milliseconds; absent: no such point. */
	readonly usefulMs?: number;
	/** How many attempts at the same task make sense. A deterministic proposer says 1. */
	readonly mostAttempts: number;
}

/** What one attempt may use up. */
export interface Allowance {
	readonly spend: NanoUsd;
	readonly timeMs: number;
}

/** What one call cost. `billed` by the provider's own word; `estimated` is the worst case standing in for it. */
export interface Cost {
	readonly amount: NanoUsd;
	readonly basis: 'billed' | 'estimated';
}

/** What an attempt cost: bills, and worst cases standing in for a bill. */
export interface Spent {
	readonly billed: NanoUsd;
	readonly estimated: NanoUsd;
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
 * difficulty; `providerWide` when its other offers would meet the same. `unaffordable`: the smallest useful call does
 * not fit the allowance; `needs` is its worst case, and nothing was sent for it.
 */
export type Proposal = (
	| { readonly kind: 'patches'; readonly patches: readonly [ProposedPatch, ...ProposedPatch[]] }
	| { readonly kind: 'none'; readonly reason: string }
	| { readonly kind: 'unaffordable'; readonly needs: NanoUsd; readonly reason: string }
	| { readonly kind: 'failed'; readonly reason: string; readonly providerWide?: boolean }
	| { readonly kind: 'cancelled' }
) & {
	/** Candidates tried, where that means something. */
	readonly tried?: number;
};
