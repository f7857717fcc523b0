/** Bounds of a share, 0 to 1. */
export interface Interval {
	readonly low: number;
	readonly high: number;
}

/** Standard deviations to either side that hold 95 of 100. */
const Z = 1.959_963_984_540_054;

/**
 * Wilson's score interval at 95%: where the true rate lies, given so many hits in so many trials. It holds the
 * observed rate, stays within 0 and 1, and is honest with few trials. No trials say nothing: 0 to 1.
 */
export function wilson(hits: number, trials: number): Interval {
	if (trials <= 0) {
		return { low: 0, high: 1 };
	}
	const rate = hits / trials;
	const z2 = Z * Z;
	const middle = (rate + z2 / (2 * trials)) / (1 + z2 / trials);
	const half = (Z * Math.sqrt((rate * (1 - rate)) / trials + z2 / (4 * trials * trials))) / (1 + z2 / trials);
	// At no hits and at nothing but hits the formula ends at 0 and at 1, but for rounding.
	return {
		low: hits === 0 ? 0 : Math.max(0, Math.min(middle - half, rate)),
		high: hits === trials ? 1 : Math.min(1, Math.max(middle + half, rate)),
	};
}
