// Measured tasks, as the sample that stands for all tasks to come. A belief is a weighting of these atoms: attempts at
// one task are not independent, and a failure of one offer says through them what to think of the others.

/** How one offer does on each atom. */
export interface Column {
	/** Pseudo-counts of a Beta distribution over the chance that one attempt is verified. */
	readonly solved: Float64Array;
	readonly failed: Float64Array;
	/** Mean spend of one attempt, US dollars, above zero. */
	readonly cost: Float64Array;
	/** Natural logarithm of `cost`. */
	readonly logCost: Float64Array;
}

export interface Atoms {
	readonly size: number;
	/** Mass of each atom before anything is known; any positive scale. */
	readonly weight: Float64Array;
	/** Which group of similar origin (a repository, say) an atom was measured in; index into `groups`. */
	readonly group: Int32Array;
	readonly groups: readonly string[];
	/** One per offer, in the pool's order. */
	readonly columns: readonly Column[];
}

/** What is chosen inside training folds, or shipped. */
export interface Tuning {
	/** Log-sd of an attempt's cost around the mean of its own task: run to run .40 to .52 (measured). */
	readonly runSd: number;
	/** Log-sd between a new task's mean cost and that of the atom that stands for it. */
	readonly costWidth: number;
	/** Power of the cost likelihood, 0 to 1. In full it misleads where costs shift between repositories. */
	readonly costTrust: number;
	/** Worth of the general prior, in tasks, against what was seen in this repository. */
	readonly priorTasks: number;
	/** Power with which each task seen here moves the weights of whole groups. */
	readonly groupTrust: number;
	/** Share of the prior that whole groups can never take away. */
	readonly groupFloor: number;
	/**
	 * What is likeliest to pay straight away is passed over only for a way that is better by so large a share of its
	 * price: what is believed of the others after a failure is, if anything, too high.
	 */
	readonly waitMargin: number;
}

export const SHIPPED_TUNING: Tuning = {
	runSd: 0.45,
	costWidth: 0.4,
	costTrust: 0.5,
	priorTasks: 8,
	groupTrust: 0.3,
	groupFloor: 0.1,
	waitMargin: 0.03,
};

export function normalised(mass: Float64Array): Float64Array {
	let sum = 0;
	for (const one of mass) {
		sum += one;
	}
	return sum > 0 ? mass.map((one) => one / sum) : mass.map(() => 1 / mass.length);
}
