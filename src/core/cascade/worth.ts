// What the next attempt of an offer is worth, given the belief and the money that is left for it.
import type { Column } from './atoms';
import { type Belief, dot } from './belief';

export interface Worth {
	/** Chance that the attempt is verified within its room. */
	readonly chance: number;
	/** Expected spend, US dollars, never above the room. */
	readonly spend: number;
}

/** Room that is as good as none; what costs nothing still fits into it. */
export const LEAST_ROOM = 1e-5;

/** Above so many times the dearest mean, a limit on one attempt makes no difference. */
const AMPLE = 8;

/** `room` is the most that one attempt may cost, US dollars; absent when nothing limits it. */
export function worthOf(belief: Belief, offer: number, room?: number): Worth {
	const column = belief.atoms.columns[offer];
	if (column === undefined) {
		throw new Error(`no column for offer ${offer}`);
	}
	const weights = belief.posterior();
	const chances = belief.chances(offer);
	const { cost, logCost } = column;
	if (room === undefined || room > AMPLE * dearestOf(column)) {
		return { chance: dot(weights, chances), spend: dot(weights, cost) };
	}
	// An attempt's cost is lognormal around its task's mean; cut at the room, it is paid and has failed.
	const sd = belief.tuning.runSd;
	const logRoom = Math.log(room);
	let chance = 0;
	let spend = 0;
	for (let atom = 0; atom < weights.length; atom += 1) {
		const weight = weights[atom] ?? 0;
		if (weight < 1e-6) {
			continue;
		}
		const z = (logRoom - (logCost[atom] ?? 0)) / sd;
		if (z > 4) {
			chance += weight * (chances[atom] ?? 0);
			spend += weight * (cost[atom] ?? 0);
			continue;
		}
		const fits = normalCdf(z + sd / 2);
		chance += weight * (chances[atom] ?? 0) * fits;
		// E[min(X, room)] of a lognormal X.
		spend += weight * ((cost[atom] ?? 0) * normalCdf(z - sd / 2) + room * (1 - fits));
	}
	return { chance, spend };
}

const DEAREST = new WeakMap<Column, number>();

/** The largest mean cost of its atoms, US dollars. */
function dearestOf(column: Column): number {
	let dearest = DEAREST.get(column);
	if (dearest === undefined) {
		dearest = 0;
		for (let atom = 0; atom < column.cost.length; atom += 1) {
			dearest = Math.max(dearest, column.cost[atom] ?? 0);
		}
		DEAREST.set(column, dearest);
	}
	return dearest;
}

const CDF_STEPS = 400;
const CDF_EDGE = 6;
/** Interpolated below to about 2e-7: this is read many thousand times a decision. */
const CDF = Float64Array.from({ length: 2 * CDF_EDGE * CDF_STEPS + 2 }, (_, index) =>
	exactCdf(index / CDF_STEPS - CDF_EDGE),
);

export function normalCdf(z: number): number {
	if (z <= -CDF_EDGE) {
		return 0;
	}
	if (z >= CDF_EDGE) {
		return 1;
	}
	const place = (z + CDF_EDGE) * CDF_STEPS;
	const index = Math.floor(place);
	const low = CDF[index] ?? 0;
	return low + (place - index) * ((CDF[index + 1] ?? 1) - low);
}

/** Abramowitz and Stegun 26.2.17: absolute error below 7.5e-8. */
function exactCdf(z: number): number {
	const t = 1 / (1 + 0.2316419 * Math.abs(z));
	const poly =
		t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
	const tail = 0.3989422804014327 * Math.exp((-z * z) / 2) * poly;
	return z > 0 ? 1 - tail : tail;
}
