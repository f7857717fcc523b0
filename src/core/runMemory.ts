// What a run has paid for or found out, kept as it goes, so that a run that was cut off is taken up where it was:
// nothing is bought twice, and what was judged is not judged again.
import type { ChatReply } from './model';
import type { NanoUsd } from './money';
import type { Attempt } from './outcome';
import type { Baseline } from './problem';
import type { TestResult } from './suite';
import type { RunRecord, Verdict } from './verdict';

export type Replied = ChatReply & { readonly kind: 'replied' };

export type Memo =
	| {
			readonly kind: 'baseline';
			readonly baseline: Baseline;
			readonly failToPass: readonly TestResult[];
			readonly records: readonly RunRecord[];
	  }
	/** An attempt begins. */
	| {
			readonly kind: 'asking';
			readonly attempt: number;
			readonly offer: string;
			readonly allowance: NanoUsd;
	  }
	/** A whole answer, paid for. */
	| { readonly kind: 'reply'; readonly attempt: number; readonly offer: string; readonly reply: Replied }
	/** What the tests said of a patch, on the base and by the command of the run. */
	| { readonly kind: 'verdict'; readonly hash: string; readonly verdict: Verdict }
	/** An attempt came to its end, its patches judged. */
	| { readonly kind: 'attempt'; readonly attempt: Attempt };

export interface RunMemory {
	/** From before the run was cut off, in order; empty at its first beginning. */
	readonly before: readonly Memo[];
	/** Resolves when it is safe on disk. What cannot be kept is done again if need be: no reason to stop. */
	keep(memo: Memo): Promise<void>;
}

/** The answers of an attempt that are there already, in the order in which they were given. */
export class Replays {
	private readonly queues = new Map<string, Replied[]>();

	constructor(memos: readonly Memo[]) {
		for (const memo of memos) {
			if (memo.kind === 'reply') {
				const key = keyOf(memo.attempt, memo.offer);
				this.queues.set(key, [...(this.queues.get(key) ?? []), memo.reply]);
			}
		}
	}

	has(attempt: number, offer: string): boolean {
		return (this.queues.get(keyOf(attempt, offer)) ?? []).length > 0;
	}

	/** The next one, which is given once. */
	next(attempt: number, offer: string): Replied | undefined {
		return this.queues.get(keyOf(attempt, offer))?.shift();
	}
}

function keyOf(attempt: number, offer: string): string {
	return `${attempt} ${offer}`;
}

/** What is known of a run that is taken up. */
export class Recollection {
	readonly attempts: readonly Attempt[];
	readonly baseline: (Memo & { readonly kind: 'baseline' }) | undefined;
	/** The attempt that was begun and came to no end. */
	readonly cutOff: (Memo & { readonly kind: 'asking' }) | undefined;
	private readonly verdicts: ReadonlyMap<string, Verdict>;

	constructor(memos: readonly Memo[]) {
		const attempts = new Map(
			memos.flatMap((memo) =>
				memo.kind === 'attempt' ? [[memo.attempt.number, memo.attempt] as const] : [],
			),
		);
		// Counted from one, without a gap: what comes after one is not known to be of this run.
		this.attempts = [...Array(attempts.size).keys()].flatMap((index) => attempts.get(index + 1) ?? []);
		this.baseline = memos.findLast((memo) => memo.kind === 'baseline');
		const last = memos.findLast((memo) => memo.kind === 'asking');
		this.cutOff = last?.attempt === this.attempts.length + 1 ? last : undefined;
		this.verdicts = new Map(
			memos.flatMap((memo) => (memo.kind === 'verdict' ? [[memo.hash, memo.verdict] as const] : [])),
		);
	}

	verdictOf(hash: string): Verdict | undefined {
		return this.verdicts.get(hash);
	}
}
