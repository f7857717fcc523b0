// What partial results and the problem itself say of how hard it is, as likelihoods over atoms. The measured rows hold
// none of these, so that the weights here are set by hand and kept small; each is a tilt along the ease of the atoms.
// Those of progress are then scaled by what the user's own runs showed: random edits of real bugs told nothing by it.
import { logit } from './columns';
import type { AttemptRecord, Progress, TaskFeatures } from './outcomeRecord';

/** Logits of tilt for one logit of an atom's ease. */
const FLIPPED = 0.5;
const ERROR_CHANGED = 0.15;
const NOTHING_MOVED = -0.15;
const NOT_APPLIED = -0.1;
const BROKEN = -0.1;

/** The tilt of a failed attempt's partial progress; 0 when nothing was seen. */
export function progressTilt(progress: Progress): number {
	if (!progress.applied) {
		return NOT_APPLIED;
	}
	const flipped = progress.flipped ?? 0;
	const moved = flipped > 0 ? FLIPPED * flipped : progress.errorChanged === true ? ERROR_CHANGED : 0;
	const still = moved === 0 && progress.errorChanged === false ? NOTHING_MOVED : 0;
	return moved + still + ((progress.broken ?? 0) > 0 ? BROKEN : 0);
}

/** Wrong patches of the user's own that moved something and that moved nothing, and after how many a later one passed. */
export interface ProgressSeen {
	readonly moved: number;
	readonly movedSolved: number;
	readonly still: number;
	readonly stillSolved: number;
}

export const NO_PROGRESS_SEEN: ProgressSeen = { moved: 0, movedSolved: 0, still: 0, stillSolved: 0 };

/** What the weights above claim of the odds, in logits, and how many own attempts of each kind weigh as much. */
const CLAIM = 0.3;
const CLAIM_PSEUDO = 25;
const MOST_TRUST = 4;

/** By what the tilts of progress are multiplied: 1 before anything is seen, 0 where it turned out to tell nothing. */
export function trustOf({ moved, movedSolved, still, stillSolved }: ProgressSeen): number {
	const rate = (movedSolved + stillSolved + 1) / (moved + still + 2);
	const level = logit(rate);
	const claimed = (half: number): number => CLAIM_PSEUDO / (1 + Math.exp(-(level + half)));
	const odds =
		logit((movedSolved + claimed(CLAIM / 2)) / (moved + CLAIM_PSEUDO)) -
		logit((stillSolved + claimed(-CLAIM / 2)) / (still + CLAIM_PSEUDO));
	// In steps: what follows from one is remembered.
	return Math.min(MOST_TRUST, Math.max(0, Math.round((20 * odds) / CLAIM) / 20));
}

/** The judged attempts of one task; the last one has none after it, and says nothing here. */
export function progressAfter(
	seen: ProgressSeen,
	attempts: readonly AttemptRecord[],
	solved: boolean,
): ProgressSeen {
	let now = seen;
	for (const { progress } of attempts.slice(0, -1)) {
		if (progress?.flipped !== undefined) {
			const [moved, passed] = [progress.flipped > 0 || progress.errorChanged === true, Number(solved)];
			now = moved
				? { ...now, moved: now.moved + 1, movedSolved: now.movedSolved + passed }
				: { ...now, still: now.still + 1, stillSolved: now.stillSolved + passed };
		}
	}
	return now;
}

/** The tilt of what is known before any spend. */
export function featureTilt(features: TaskFeatures): number {
	const many =
		features.failingTests === undefined ? 0 : -0.08 * Math.log2(Math.max(1, features.failingTests));
	const long = features.testLines === undefined ? 0 : -0.05 * Math.log2(Math.max(1, features.testLines / 20));
	const deep = features.stackDepth === undefined ? 0 : -0.02 * Math.min(20, features.stackDepth);
	const near = (features.nearMisses ?? 0) > 0 ? 0.25 : 0;
	const fresh = features.changedRecently === true ? 0.15 : 0;
	const issue = features.kind === 'issue' ? -0.2 : 0;
	return many + long + deep + near + fresh + issue;
}

const TILTS = new WeakMap<readonly number[], Map<number, Float64Array>>();
/** Tilts are few, but nothing says so of what a file holds. */
const MOST_TILTS = 1000;

/** exp(tilt × ease), scaled so that the largest is 1. Shared: never changed in place. */
export function tilted(ease: readonly number[], tilt: number): Float64Array {
	let known = TILTS.get(ease);
	if (known === undefined || known.size >= MOST_TILTS) {
		known = new Map();
		TILTS.set(ease, known);
	}
	const found = known.get(tilt);
	if (found !== undefined) {
		return found;
	}
	const logs = ease.map((one) => tilt * one);
	const top = Math.max(...logs);
	const made = Float64Array.from(logs, (log) => Math.exp(log - top));
	known.set(tilt, made);
	return made;
}
