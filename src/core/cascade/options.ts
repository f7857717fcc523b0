// What the user wants of the cascade besides the bid.

/**
 * `thrifty`: a fix is worth the bid, and money is kept where more would be too little likely to help. `determined`:
 * the bid is there to be used up. `balanced` lies between.
 */
export type Temper = 'thrifty' | 'balanced' | 'determined';

export interface CascadeOptions {
	readonly temper: Temper;
	/** What a minute of waiting is worth, US dollars. */
	readonly usdPerMinute: number;
	/**
	 * `pool`: whatever the odds, the offers are tried as they stand in the pool, each once before any is asked again;
	 * the temper decides still when to stop. Absent: the odds decide.
	 */
	readonly order?: 'pool';
	/** What one run of the suite takes, milliseconds; absent when it is not known. */
	readonly suiteMs?: number;
}

export const DEFAULT_OPTIONS: CascadeOptions = { temper: 'balanced', usdPerMinute: 0.002 };

/** Bids that a fix is worth, by temper. */
const VALUES = { thrifty: 1, balanced: 8, determined: Number.POSITIVE_INFINITY } as const;

/** What costs nothing is worth its time under any bid, zero too. */
const LEAST_VALUE = 0.05;

export function valueOf(temper: Temper, bidUsd: number): number {
	return temper === 'determined' ? Number.POSITIVE_INFINITY : Math.max(LEAST_VALUE, VALUES[temper] * bidUsd);
}
