// What each offer did for this user so far, by repository and in all.
import type { OutcomeRecord } from './outcomeRecord';

export interface TrackRow {
	readonly offer: string;
	/** Absent: over all repositories. */
	readonly repository?: string;
	readonly attempts: number;
	readonly solved: number;
	/** Pass rate of one attempt, and its 95 % interval (Wilson's). */
	readonly rate: number;
	readonly low: number;
	readonly high: number;
	/** US dollars; all attempts of the offer, failed ones too. */
	readonly spend: number;
	/** US dollars; absent when it has fixed nothing. */
	readonly spendPerFix?: number;
}

/** Rows of each offer over all, then by repository; offers and repositories by name. */
export function trackOf(records: readonly OutcomeRecord[]): TrackRow[] {
	const groups = new Map<
		string,
		{ offer: string; repository?: string; n: number; k: number; spend: number }
	>();
	for (const { repository, attempts } of records) {
		for (const { offer, solved, spend } of attempts) {
			for (const of of [{ offer }, { offer, repository }]) {
				const key = JSON.stringify([offer, 'repository' in of ? of.repository : '']);
				const so = groups.get(key) ?? { ...of, n: 0, k: 0, spend: 0 };
				groups.set(key, { ...so, n: so.n + 1, k: so.k + Number(solved), spend: so.spend + spend });
			}
		}
	}
	return [...groups]
		.sort(([a], [b]) => (a < b ? -1 : 1))
		.map(([, { n, k, spend, ...of }]) => ({
			...of,
			attempts: n,
			solved: k,
			rate: k / n,
			...wilson(k, n),
			spend,
			...(k > 0 ? { spendPerFix: spend / k } : {}),
		}));
}

function wilson(solved: number, attempts: number): { low: number; high: number } {
	const z2 = 1.96 ** 2;
	const rate = solved / attempts;
	const middle = (rate + z2 / (2 * attempts)) / (1 + z2 / attempts);
	const half =
		(1.96 * Math.sqrt((rate * (1 - rate)) / attempts + z2 / (4 * attempts ** 2))) / (1 + z2 / attempts);
	return { low: Math.max(0, middle - half), high: Math.min(1, middle + half) };
}
