// What is believed of one task while it is worked on: a posterior over atoms, moved by verified failures, by what each
// attempt cost, and by whatever else was seen.
import type { Atoms, Column, Tuning } from './atoms';

export class Belief {
	/** Weights by passes and failures alone. */
	private readonly byVerdict: Float64Array;
	/** Log-likelihood of the costs seen, untempered; one part per offer, replaced as its mean sharpens. */
	private readonly byCost: Float64Array;
	private readonly costParts: (Float64Array | undefined)[];
	private readonly failures: Int32Array;
	private readonly costs: Int32Array;
	private readonly logCostSum: Float64Array;
	private readonly pass: (Float64Array | undefined)[];
	private readonly weights: Float64Array;
	private stale = true;

	constructor(
		readonly atoms: Atoms,
		/** Mass of each atom before the task is seen, summing to 1. */
		readonly prior: Float64Array,
		readonly tuning: Tuning,
	) {
		const offers = atoms.columns.length;
		this.byVerdict = prior.slice();
		this.byCost = new Float64Array(atoms.size);
		this.costParts = new Array<Float64Array | undefined>(offers);
		this.failures = new Int32Array(offers);
		this.costs = new Int32Array(offers);
		this.logCostSum = new Float64Array(offers);
		this.pass = new Array<Float64Array | undefined>(offers);
		this.weights = new Float64Array(atoms.size);
	}

	/** A belief that goes its own way from here. */
	clone(): Belief {
		const copy = new Belief(this.atoms, this.prior, this.tuning);
		copy.byVerdict.set(this.byVerdict);
		copy.byCost.set(this.byCost);
		copy.failures.set(this.failures);
		copy.costs.set(this.costs);
		copy.logCostSum.set(this.logCostSum);
		this.costParts.forEach((part, offer) => {
			copy.costParts[offer] = part;
		});
		this.pass.forEach((chances, offer) => {
			copy.pass[offer] = chances;
		});
		return copy;
	}

	/** The posterior; sums to 1. Changed by the next observation. */
	posterior(): Float64Array {
		if (this.stale) {
			const { weights, byVerdict, byCost, tuning } = this;
			let top = Number.NEGATIVE_INFINITY;
			for (let atom = 0; atom < byCost.length; atom += 1) {
				top = Math.max(top, at(byCost, atom));
			}
			let sum = 0;
			for (let atom = 0; atom < weights.length; atom += 1) {
				const mass = at(byVerdict, atom) * Math.exp(tuning.costTrust * (at(byCost, atom) - top));
				weights[atom] = mass;
				sum += mass;
			}
			for (let atom = 0; atom < weights.length; atom += 1) {
				weights[atom] = sum > 0 ? at(weights, atom) / sum : at(this.prior, atom);
			}
			this.stale = false;
		}
		return this.weights;
	}

	/** Chance that the next attempt of this offer is verified. */
	chance(offer: number): number {
		return dot(this.posterior(), this.chances(offer));
	}

	/** Expected spend of the next attempt, US dollars. */
	spend(offer: number): number {
		return dot(this.posterior(), this.column(offer).cost);
	}

	/** Expected logarithm of the mean spend of an attempt. */
	logSpend(offer: number): number {
		return dot(this.posterior(), this.column(offer).logCost);
	}

	/** Failed attempts of all offers. */
	get attempts(): number {
		return this.failures.reduce((sum, one) => sum + one, 0);
	}

	failuresOf(offer: number): number {
		return this.failures[offer] ?? 0;
	}

	/** A verified failure. */
	fail(offer: number): void {
		const chances = this.chances(offer);
		const { byVerdict } = this;
		let sum = 0;
		for (let atom = 0; atom < byVerdict.length; atom += 1) {
			const mass = at(byVerdict, atom) * (1 - at(chances, atom));
			byVerdict[atom] = mass;
			sum += mass;
		}
		this.rescale(sum);
		const failures = this.failuresOf(offer) + 1;
		this.failures[offer] = failures;
		const { solved, failed } = this.column(offer);
		// A new array: clones share the old one.
		const after = new Float64Array(chances.length);
		for (let atom = 0; atom < after.length; atom += 1) {
			const wins = at(solved, atom);
			after[atom] = wins / (wins + at(failed, atom) + failures);
		}
		this.pass[offer] = after;
	}

	/** A verified success. The task is over; what is left to learn from is its posterior. */
	succeed(offer: number): void {
		this.reweigh(this.chances(offer));
	}

	/** What an attempt cost, US dollars. Nothing is learnt from an attempt that cost nothing. */
	cost(offer: number, usd: number): void {
		if (!(usd > 0)) {
			return;
		}
		const { runSd, costWidth } = this.tuning;
		const seen = (this.costs[offer] ?? 0) + 1;
		// The mean of a lognormal is exp(mu + sd²/2), and the atoms hold means.
		const sum = (this.logCostSum[offer] ?? 0) + Math.log(usd) + runSd ** 2 / 2;
		this.costs[offer] = seen;
		this.logCostSum[offer] = sum;
		const mean = sum / seen;
		const variance = runSd ** 2 / seen + costWidth ** 2;
		const { logCost } = this.column(offer);
		const before = this.costParts[offer];
		const part = new Float64Array(this.atoms.size);
		for (let atom = 0; atom < part.length; atom += 1) {
			const apart = mean - at(logCost, atom);
			const now = (-0.5 * apart * apart) / variance;
			part[atom] = now;
			this.byCost[atom] = at(this.byCost, atom) + now - (before === undefined ? 0 : at(before, atom));
		}
		this.costParts[offer] = part;
		this.stale = true;
	}

	/** Any other evidence: the likelihood of what was seen, for each atom. */
	reweigh(likelihood: Float64Array): void {
		const { byVerdict } = this;
		let sum = 0;
		for (let atom = 0; atom < byVerdict.length; atom += 1) {
			const mass = at(byVerdict, atom) * at(likelihood, atom);
			byVerdict[atom] = mass;
			sum += mass;
		}
		this.rescale(sum);
	}

	/** Chance of each atom that the next attempt of this offer is verified. */
	chances(offer: number): Float64Array {
		const known = this.pass[offer];
		if (known !== undefined) {
			return known;
		}
		const made = firstChances(this.column(offer));
		this.pass[offer] = made;
		return made;
	}

	private column(offer: number): Column {
		const column = this.atoms.columns[offer];
		if (column === undefined) {
			throw new Error(`no column for offer ${offer}`);
		}
		return column;
	}

	private rescale(sum: number): void {
		const { byVerdict } = this;
		// What no atom can explain says nothing about which one it is.
		for (let atom = 0; atom < byVerdict.length; atom += 1) {
			byVerdict[atom] = sum > 1e-280 ? at(byVerdict, atom) / sum : at(this.prior, atom);
		}
		this.stale = true;
	}
}

const FIRST = new WeakMap<Column, Float64Array>();

/** Before any failure; the same for every belief over these atoms. */
function firstChances(column: Column): Float64Array {
	const known = FIRST.get(column);
	if (known !== undefined) {
		return known;
	}
	const made = column.solved.map((wins, atom) => wins / (wins + at(column.failed, atom)));
	FIRST.set(column, made);
	return made;
}

export function dot(weights: Float64Array, values: Float64Array): number {
	let sum = 0;
	for (let index = 0; index < weights.length; index += 1) {
		sum += at(weights, index) * at(values, index);
	}
	return sum;
}

/** Inside the length by construction; the type of an indexed access does not know that. */
function at(array: Float64Array, index: number): number {
	return array[index] as number;
}
