// What is shipped of the measurements: kinds of tasks, and how each measured model does on them. Made by
// `underbid lab calibrate`; facts fitted from public runs, none of the rows.
import type { Knot } from './calibrated';
import shipped from './calibration.json';

export interface CalibratedModel {
	/** As the leaderboard names its file. */
	readonly name: string;
	/** Parts of a model's id by which it is known in a pool. */
	readonly keys: readonly string[];
	/** Mean spend of an attempt when it was measured, US dollars. */
	readonly spend: number;
	/** Mean pass rate of one attempt. */
	readonly rate: number;
	/** By atom: pass rate in percent. */
	readonly pass: readonly number[];
	/** By atom: how alike its tasks are, pseudo-counts of the Beta distribution around `pass`. */
	readonly strength: readonly number[];
	/** By atom: logarithm of its cost over `spend`. */
	readonly cost: readonly number[];
}

export interface Calibration {
	readonly source: string;
	readonly groups: readonly string[];
	/** By atom. */
	readonly group: readonly number[];
	/** By atom: how many measured tasks it stands for. */
	readonly weight: readonly number[];
	/** By atom: logit of the mean pass rate over all models. */
	readonly ease: readonly number[];
	readonly models: readonly CalibratedModel[];
	/** How often chances that were quoted from such measurements came true. */
	readonly quotes: readonly Knot[];
}

export const CALIBRATION: Calibration = shipped;
