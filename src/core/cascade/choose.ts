// Which offer next. The rule is the index of expected chance over expected spend, which an exact dynamic programme did
// not beat on measured rows by more than 2 %. Where another offer is worth more at once, both ways are followed to
// their ends under the belief and the better one is taken: cheapest-per-chance first can cost more than buying the
// good one straight away.
import type { Belief } from './belief';
import { type Worth, worthOf } from './worth';

export interface Candidate {
	/** Index of its column in the atoms. */
	readonly column: number;
	/** Priced in for each attempt besides its spend (time, verifying), US dollars. */
	readonly overhead: number;
	/** Attempts it may still make on this task. */
	readonly attemptsLeft: number;
	/** Attempts it has made; absent is none. Counts only where the pool's own order holds. */
	readonly made?: number;
}

export interface Appraisal extends Worth {
	readonly candidate: Candidate;
	/** Spend and overhead, US dollars, above zero. */
	readonly price: number;
}

/** What going on is expected to bring from here on. */
export interface Prospect {
	readonly chance: number;
	readonly spend: number;
	readonly overhead: number;
	readonly attempts: number;
	readonly first: Appraisal | undefined;
}

export interface Chosen {
	readonly appraisal: Appraisal;
	/**
	 * `index`: most chance for the money; `straight`: buying the better one at once is worth more; `order`: the user's
	 * own order.
	 */
	readonly rule: 'index' | 'straight' | 'order';
}

const MOST_STEPS = 60;
/** Only so many first attempts are chosen by following both ways: later it never paid, and it takes time. */
const LOOKS_AHEAD = 4;
/** A price of nothing would make every chance the same. */
const LEAST_PRICE = 1e-9;
/** Stands for a fix that is worth any money, where two ways must be compared. */
const ANY_MONEY = 1e6;

/** The choices from one belief; answers for several values of a fix share their work. */
export class Outlook {
	readonly appraisals: readonly Appraisal[];
	private readonly index: Appraisal | undefined;
	private readonly ways = new Map<Appraisal, Way>();

	constructor(
		private readonly belief: Belief,
		private readonly candidates: readonly Candidate[],
		/** The most that may still be spent, US dollars; absent when nothing limits it. */
		private readonly room?: number,
		/** Tried as they stand, whatever the odds. */
		private readonly order?: 'pool',
	) {
		this.appraisals = candidates
			.filter((candidate) => candidate.attemptsLeft > 0)
			.map((candidate) => appraise(belief, candidate, room));
		this.index = byIndex(this.appraisals);
	}

	/**
	 * `value` is what a verified fix is worth, US dollars; Infinity never stops for the sake of money. Undefined when
	 * nothing is worth its price. Equal ones go by the order of the candidates.
	 */
	choose(value: number): Chosen | undefined {
		const { index } = this;
		if (index === undefined || value * index.chance < index.price) {
			return undefined;
		}
		if (this.order !== undefined) {
			return { appraisal: inTurn(this.appraisals) ?? index, rule: 'order' };
		}
		const straight = byValue(this.appraisals, Math.min(value, ANY_MONEY));
		if (
			straight === undefined ||
			straight === index ||
			this.belief.attempts >= LOOKS_AHEAD ||
			this.costsNothingToWait(index, straight)
		) {
			return { appraisal: index, rule: 'index' };
		}
		const [patient, direct] = [this.prospect(value, index), this.prospect(value, straight)];
		return net(direct, value) + this.waitMargin(straight) > net(patient, value) + 1e-12
			? { appraisal: straight, rule: 'straight' }
			: { appraisal: index, rule: 'index' };
	}

	/**
	 * True when trying `first` before whatever begins with `then` is sure to be better under the belief: what it
	 * saves of `then` where it succeeds is more than its own price.
	 */
	private costsNothingToWait(first: Appraisal, then: Appraisal): boolean {
		const weights = this.belief.posterior();
		const chances = this.belief.chances(first.candidate.column);
		const { cost = new Float64Array() } = this.belief.atoms.columns[then.candidate.column] ?? {};
		const most = this.room ?? Number.POSITIVE_INFINITY;
		let saved = 0;
		for (let atom = 0; atom < weights.length; atom += 1) {
			saved += (weights[atom] ?? 0) * (chances[atom] ?? 0) * Math.min(cost[atom] ?? 0, most);
		}
		return saved >= first.price + this.waitMargin(then);
	}

	/** US dollars by which another way must be better than what begins with `straight`. */
	private waitMargin(straight: Appraisal): number {
		return this.belief.tuning.waitMargin * straight.price;
	}

	/** What is expected when `first` (absent: the choice itself) is tried, and the index followed after each failure. */
	prospect(value: number, first = this.choose(value)?.appraisal): Prospect {
		let [unsolved, spend, overhead, attempts] = [1, 0, 0, 0];
		if (first !== undefined) {
			let way = this.ways.get(first);
			if (way === undefined) {
				way = new Way(this.belief, this.candidates, { room: this.room, order: this.order, first });
				this.ways.set(first, way);
			}
			for (let step = 0; step < MOST_STEPS && unsolved > 1e-4; step += 1) {
				const at = way.step(step);
				if (at === undefined || value * at.best.chance < at.best.price) {
					break;
				}
				const { now } = at;
				spend += unsolved * now.spend;
				overhead += unsolved * now.candidate.overhead;
				attempts += unsolved;
				unsolved *= 1 - now.chance;
			}
		}
		return { chance: 1 - unsolved, spend, overhead, attempts, first };
	}
}

/** The attempts that follow one another when all fail, made as far as they are asked for. */
class Way {
	private readonly steps: Step[];
	private readonly ahead: Belief;
	private readonly order: 'pool' | undefined;
	private room: number | undefined;

	constructor(
		belief: Belief,
		private candidates: readonly Candidate[],
		from: {
			readonly room: number | undefined;
			readonly order: 'pool' | undefined;
			readonly first: Appraisal;
		},
	) {
		this.ahead = belief.clone();
		this.room = from.room;
		this.order = from.order;
		this.steps = [{ now: from.first, best: from.first }];
	}

	step(wanted: number): Step | undefined {
		while (this.steps.length <= wanted) {
			const last = this.steps.at(-1);
			if (last === undefined) {
				return undefined;
			}
			const next = this.after(last.now);
			if (next === undefined) {
				return undefined;
			}
			this.steps.push(next);
		}
		return this.steps[wanted];
	}

	private after(last: Appraisal): Step | undefined {
		const { column } = last.candidate;
		this.ahead.fail(column);
		this.room = this.room === undefined ? undefined : Math.max(this.room - last.spend, LEAST_PRICE);
		this.candidates = this.candidates
			.map((one) =>
				one.column === column
					? { ...one, attemptsLeft: one.attemptsLeft - 1, made: (one.made ?? 0) + 1 }
					: one,
			)
			.filter((one) => one.attemptsLeft > 0);
		const appraisals = this.candidates.map((candidate) => appraise(this.ahead, candidate, this.room));
		const best = byIndex(appraisals);
		return best && { now: this.order === undefined ? best : (inTurn(appraisals) ?? best), best };
	}
}

interface Step {
	readonly now: Appraisal;
	/** The one with the most chance for the money: where it is not worth its price, nothing is. */
	readonly best: Appraisal;
}

function appraise(belief: Belief, candidate: Candidate, room?: number): Appraisal {
	const { chance, spend } = worthOf(belief, candidate.column, room);
	return { candidate, chance, spend, price: Math.max(spend + candidate.overhead, LEAST_PRICE) };
}

function byIndex(appraisals: readonly Appraisal[]): Appraisal | undefined {
	return best(appraisals, (one, so) => one.chance * so.price > so.chance * one.price);
}

/** Each once before any is asked again, as they stand. */
function inTurn(appraisals: readonly Appraisal[]): Appraisal | undefined {
	return best(appraisals, ({ candidate: one }, { candidate: so }) => (one.made ?? 0) < (so.made ?? 0));
}

function byValue(appraisals: readonly Appraisal[], value: number): Appraisal | undefined {
	return best(appraisals, (one, so) => value * one.chance - one.price > value * so.chance - so.price);
}

function best(
	appraisals: readonly Appraisal[],
	better: (one: Appraisal, so: Appraisal) => boolean,
): Appraisal | undefined {
	let so: Appraisal | undefined;
	for (const one of appraisals) {
		so = so === undefined || better(one, so) ? one : so;
	}
	return so;
}

function net(prospect: Prospect, value: number): number {
	return Math.min(value, ANY_MONEY) * prospect.chance - prospect.spend - prospect.overhead;
}
