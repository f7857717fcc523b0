// How much one attempt may use up: what an attempt that will succeed hardly ever costs more than. Failures cost about
// twice as much as successes, so that the tail is mostly failures (measured: the 95th percentile of successful cost
// keeps 95 % of the successes and saves 5 to 24 % of the spend of good models, more of weak ones).
import type { Belief } from './belief';
import { normalCdf } from './worth';

export const SUCCESS_SHARE = 0.95;

/** US dollars under which so large a share of this offer's successes stay, as believed now. */
export function successCost(belief: Belief, offer: number, share = SUCCESS_SHARE): number {
	const weights = belief.posterior();
	const chances = belief.chances(offer);
	const logCost = belief.atoms.columns[offer]?.logCost ?? new Float64Array();
	const { runSd, costWidth } = belief.tuning;
	const sd = Math.hypot(runSd, costWidth);
	const mass = weights.map((weight, atom) => weight * (chances[atom] ?? 0));
	const total = mass.reduce((sum, one) => sum + one, 0);
	if (!(total > 0)) {
		return Math.exp(Math.max(...logCost) + 2 * sd);
	}
	let low = Math.min(...logCost) - 4 * sd;
	let high = Math.max(...logCost) + 4 * sd;
	for (let step = 0; step < 30; step += 1) {
		const middle = (low + high) / 2;
		let below = 0;
		for (let atom = 0; atom < mass.length; atom += 1) {
			const one = mass[atom] ?? 0;
			if (one > 1e-6 * total) {
				below += one * normalCdf((middle - (logCost[atom] ?? 0) + (runSd * runSd) / 2) / sd);
			}
		}
		if (below < share * total) {
			low = middle;
		} else {
			high = middle;
		}
	}
	return Math.exp(high);
}
