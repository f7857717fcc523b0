// What partial results and the problem itself say of how hard it is, as likelihoods over atoms. The measured rows hold
// none of these, so that the weights here are set by hand and kept small; each is a tilt along the ease of the atoms.
import type { Progress, TaskFeatures } from './outcomeRecord';

/** Logits of tilt for one logit of an atom's ease. */
const FLIPPED = 0.6;
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
