// A second opinion on a written test, after the rules: does it fail for the reason that the issue gives?

import type { Allowance, Offer } from '../offer';
import type { FileEdit } from '../patch';
import type { Purse } from '../purse';
import type { Issue } from './issue';
import type { Shown } from './reproduction';

export interface JudgeTask {
	readonly issue: Issue;
	/** The test's files, whole. */
	readonly texts: readonly FileEdit[];
	readonly shown: Shown;
	readonly allowance: Allowance;
	readonly purse: Purse;
	/** Must say true before a prompt may leave. */
	approve(prompt: string): Promise<boolean>;
}

export type Opinion =
	| { readonly kind: 'same' }
	/** In one line. */
	| { readonly kind: 'other'; readonly reason: string }
	/** It could not be asked, or did not say; the rules' word stands. */
	| { readonly kind: 'none'; readonly reason: string }
	| { readonly kind: 'cancelled' };

export interface ReasonJudge {
	readonly offer: Offer;
	/** Never rejects. */
	judge(task: JudgeTask, signal: AbortSignal): Promise<Opinion>;
}
