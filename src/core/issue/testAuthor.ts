// Who can write a test that shows an issue: the issue itself by the code in it, or a model that is paid for it.
import type { Tree } from '../effects';
import type { NanoUsd } from '../money';
import type { Allowance, Offer, Progress } from '../offer';
import type { ProposedPatch } from '../patch';
import type { Snapshot } from '../problem';
import type { Purse } from '../purse';
import type { Suite, TestResult } from '../suite';
import type { Issue } from './issue';
import type { IssueFacts } from './issueFacts';
import type { Refusal } from './reproduction';

/** What became of one candidate. */
export type Fate =
	| { readonly kind: 'shows'; readonly telling: number; readonly agrees: readonly string[] }
	| { readonly kind: 'refused'; readonly refusal: Refusal }
	/** The run is over: nothing more is looked at. */
	| { readonly kind: 'stopped' };

export interface TestTask {
	readonly issue: Issue;
	readonly facts: IssueFacts;
	readonly suite: Suite;
	readonly base: Snapshot;
	/** All tests on the base, as they ended. */
	readonly tests: readonly TestResult[];
	/** At its base whenever the author is asked or told something. */
	readonly tree: Tree;
	readonly allowance: Allowance;
	readonly purse: Purse;
	/** Runs a candidate on the base and judges it by rule. Free; each one counts. */
	judge(proposed: ProposedPatch): Promise<Fate>;
	/** Must say true before a prompt may leave. */
	approve(prompt: string): Promise<boolean>;
}

/** `none`: nothing more to try. The rest as in `Proposal`. */
export type Written =
	| { readonly kind: 'done' }
	| { readonly kind: 'none'; readonly reason: string }
	| { readonly kind: 'unaffordable'; readonly needs: NanoUsd; readonly reason: string }
	| { readonly kind: 'failed'; readonly reason: string; readonly providerWide?: boolean }
	| { readonly kind: 'cancelled' };

export interface TestAuthor {
	readonly offer: Offer;
	/** Hands its candidates to `task.judge`, one by one. Never rejects. */
	write(task: TestTask, report: (progress: Progress) => void, signal: AbortSignal): Promise<Written>;
}
