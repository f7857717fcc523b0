// Several causes under one bid: each group of failing tests is a problem of its own, fixed on top of the fixes before it.
// What one leaves of the bid goes to the next. In the end all of it is judged together, against the text as it was.
import type { FailureGroup } from './failureGroups';
import { add, type NanoUsd, nanoUsd, ZERO } from './money';
import type { Outcome } from './outcome';
import type { Patch } from './patch';
import type { Bid, Snapshot } from './problem';

export type Taken =
	| { readonly kind: 'taken'; readonly snapshot: Snapshot }
	| { readonly kind: 'failed'; readonly reason: string };

/** Nothing of it rejects but for bugs. */
export interface GroupWork {
	/** The group is taken up; tests that fail no more on the base are not asked for. */
	begun(number: number, group: FailureGroup, bid: Bid): void;
	/** Of these tests the ids that still fail on the base; undefined when that could not be seen. */
	stillFailing(base: Snapshot, group: FailureGroup): Promise<ReadonlySet<string> | undefined>;
	/** Looks for a fix that makes these tests pass on this base, for at most the bid. */
	fix(base: Snapshot, tests: readonly string[], bid: Bid): Promise<Outcome>;
	/** The base with the patch in it. */
	with(base: Snapshot, patch: Patch): Promise<Taken>;
	/** Judges all that lies between the two, with these tests as its targets. Free. */
	judge(base: Snapshot, now: Snapshot, tests: readonly string[], timeMs: number): Promise<Outcome>;
	nowMs(): number;
}

export interface GroupResult {
	readonly group: FailureGroup;
	/** The most that it might cost. */
	readonly bid: NanoUsd;
	/** Absent where nothing was run: it was fixed along, or there was no time left. */
	readonly outcome?: Outcome;
	/** The number, from 1, of the group whose fix made these tests pass too. */
	readonly along?: number;
	/** Why there is no fix of it, where its outcome does not say so: nothing was run, or its fix could not be built on. */
	readonly reason?: string;
}

export interface GroupsResult {
	readonly groups: readonly GroupResult[];
	/** Of all the fixes together; absent where no group was fixed. */
	readonly whole?: Outcome;
	/** Ids that the fixes must make pass, over all groups that were fixed. */
	readonly fixed: readonly string[];
	readonly spent: NanoUsd;
	readonly cancelled: boolean;
}

/** Too little for a baseline and a verdict. */
const LEAST_MS = 5_000;
/** A group gets at least this, if it is there, whatever waits behind it. */
const LEAST_SHARE_MS = 60_000;
/** Kept back for judging all of it together. */
const LAST_SHARE = 0.1;

export async function fixGroups(
	groups: readonly FailureGroup[],
	base: Snapshot,
	bid: Bid,
	work: GroupWork,
	signal: AbortSignal,
): Promise<GroupsResult> {
	const startedMs = work.nowMs();
	const leftMs = (): number => bid.timeMs - (work.nowMs() - startedMs);
	const results: GroupResult[] = [];
	let now = base;
	let spent: NanoUsd = ZERO;
	/** With what may be billed on top: out of reach of the groups that follow. */
	let used: NanoUsd = ZERO;
	let last: { readonly number: number; readonly outcome: Outcome } | undefined;
	let fixes = 0;
	for (const [index, group] of groups.entries()) {
		const waiting = groups.length - index;
		const share = shareOf(nanoUsd(bid.spend - used), waiting);
		if (signal.aborted) {
			break;
		}
		const timeMs = leftMs() - (groups.length > 1 ? bid.timeMs * LAST_SHARE : 0);
		if (timeMs < LEAST_MS) {
			results.push({ group, bid: share, reason: 'No time was left for it.' });
			continue;
		}
		const own: Bid = {
			spend: share,
			timeMs: Math.min(timeMs, Math.max(timeMs / waiting, LEAST_SHARE_MS)),
		};
		work.begun(index + 1, group, own);
		const failing = last === undefined ? undefined : await work.stillFailing(now, group);
		if (failing?.size === 0 && last !== undefined) {
			results.push({ group, bid: share, along: last.number });
			continue;
		}
		const ids = group.tests.map(({ id }) => id).filter((id) => failing?.has(id) ?? true);
		const outcome = await work.fix(now, ids, own);
		results.push({ group, bid: share, outcome });
		spent = add(spent, outcome.spent);
		used = add(used, outcome.spent, outcome.doubted ?? ZERO);
		if (outcome.kind === 'solved') {
			const taken = await work.with(now, outcome.chosen.patch);
			if (taken.kind === 'failed') {
				results[index] = { group, bid: share, outcome, reason: taken.reason };
				continue;
			}
			now = taken.snapshot;
			last = { number: index + 1, outcome };
			fixes += 1;
		}
		if (outcome.kind === 'cancelled') {
			break;
		}
	}
	const fixed = results.filter(isFixed).flatMap(({ group }) => group.tests.map(({ id }) => id));
	const whole =
		last === undefined
			? undefined
			: fixes === 1 && results.every(({ along }) => along === undefined) && sameTests(last.outcome, fixed)
				? last.outcome
				: signal.aborted
					? undefined
					: await work.judge(base, now, fixed, Math.max(LEAST_MS, leftMs()));
	return {
		groups: results,
		...(whole === undefined ? {} : { whole }),
		fixed,
		spent,
		cancelled: signal.aborted || results.some(({ outcome }) => outcome?.kind === 'cancelled'),
	};
}

/** An even part of what is left: what a group does not use goes to those behind it, and none can use up the others'. */
export function shareOf(left: NanoUsd, waiting: number): NanoUsd {
	return nanoUsd(Math.max(0, Math.floor(left / Math.max(1, waiting))));
}

/** By its own fix or along with another's. */
export function isFixed({ outcome, along, reason }: GroupResult): boolean {
	return along !== undefined || (outcome?.kind === 'solved' && reason === undefined);
}

function sameTests(outcome: Outcome, ids: readonly string[]): boolean {
	const flipped = new Set(outcome.kind === 'solved' ? outcome.evidence.flipped : []);
	return ids.every((id) => flipped.has(id));
}
