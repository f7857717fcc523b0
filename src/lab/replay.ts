// Measured tasks through the cascade's own belief and choice. Every attempt fails with the chance that the recorded
// runs give it, so that the solve rate of a sequence is exact; what the policy sees of costs, and in learning of
// results, is drawn. The same draw holds for every value of a fix.

import { successCost } from '../core/cascade/allowance';
import type { Atoms, Tuning } from '../core/cascade/atoms';
import { Belief } from '../core/cascade/belief';
import { type Candidate, Outlook } from '../core/cascade/choose';
import { learnTask, type Mixing, priorOf } from '../core/cascade/mixing';
import { normal, type Random, randomOf } from './random';
import { type Cell, type Market, must } from './rows';

export interface ReplayRules {
	readonly tuning: Tuning;
	/** Values of a fix at which the policy is watched, US dollars, rising. */
	readonly values: readonly number[];
	/** Attempts of one offer on one task. */
	readonly mostAttempts: number;
	/** Log-sd of an attempt's cost around the recorded mean; 0 where the recorded cost is that of the run itself. */
	readonly costNoise: number;
	/** Noise draws per task. */
	readonly draws: number;
	readonly learn: boolean;
	/** Attempts are cut at what this share of successes stays under; only where a run's own cost is known. */
	readonly successShare?: number;
	/** Most that may be spent on one task, US dollars. */
	readonly bid?: number;
	/** Charged for each attempt on top, US dollars: the price of verifying. */
	readonly overhead?: number;
}

export interface TaskResult {
	readonly task: number;
	/** By value: chance of a verified fix, and expected spend. */
	readonly solved: number[];
	readonly spend: number[];
}

const MOST_STEPS = 160;

/** The tasks in this order, as one user works through them. `mixing` is what was known of a repository before. */
export function replayTasks(
	market: Market,
	order: readonly number[],
	atoms: Atoms,
	mixing: (repository: string) => Mixing,
	rules: ReplayRules,
	seed: number,
): TaskResult[] {
	const results = order.map((task) => ({
		task,
		solved: rules.values.map(() => 0),
		spend: rules.values.map(() => 0),
	}));
	// What is tried, and so learnt, depends on what a fix is worth: then each value has a history of its own.
	const all = [...rules.values.keys()];
	for (const watched of rules.learn ? all.map((value) => [value]) : [all]) {
		const learnt = new Map<string, Mixing>();
		// What comes first is the same for all tasks of a repository, until something is learnt there.
		const starts = new Map<string, Start>();
		order.forEach((task, position) => {
			const { repository } = must(market.tasks[task]);
			const known = learnt.get(repository) ?? mixing(repository);
			const start = starts.get(repository) ?? startOf(atoms, known, rules, watched);
			starts.set(repository, start);
			for (let draw = 0; draw < rules.draws; draw += 1) {
				const world = new World(must(market.cells[task]), rules, seed * 7919 + task * 64 + draw);
				const end = world.run(start, watched, must(results[position]));
				if (rules.learn && draw === 0) {
					learnt.set(repository, learnTask(atoms, known, start.prior, end, rules.tuning));
					starts.delete(repository);
				}
			}
		});
	}
	return results;
}

/** Before the first attempt; shared, so that its belief is never moved. */
interface Start {
	readonly prior: Float64Array;
	readonly belief: Belief;
	readonly branches: Branches;
}

/** Values, by index, by the column that each of them chooses; by undefined where they stop. */
type Branches = ReadonlyMap<number | undefined, readonly number[]>;

function startOf(atoms: Atoms, known: Mixing, rules: ReplayRules, watched: readonly number[]): Start {
	const prior = priorOf(atoms, known, rules.tuning);
	const belief = new Belief(atoms, prior, rules.tuning);
	return { prior, belief, branches: branchesOf(belief, rules.bid, rules, watched) };
}

function branchesOf(
	belief: Belief,
	room: number | undefined,
	rules: ReplayRules,
	watched: readonly number[],
): Branches {
	const outlook = new Outlook(belief, candidatesOf(belief, rules), room);
	const branches = new Map<number | undefined, number[]>();
	for (const index of watched) {
		const column = outlook.choose(must(rules.values[index]))?.appraisal.candidate.column;
		branches.set(column, [...(branches.get(column) ?? []), index]);
	}
	return branches;
}

function candidatesOf(belief: Belief, rules: ReplayRules): Candidate[] {
	return belief.atoms.columns.map((_, column) => ({
		column,
		overhead: rules.overhead ?? 0,
		attemptsLeft: rules.mostAttempts - belief.failuresOf(column),
	}));
}

/** How far one task has come when everything so far has failed. */
interface Standing {
	readonly belief: Belief;
	readonly unsolved: number;
	readonly spent: number;
	readonly step: number;
	readonly room: number | undefined;
	/** The posterior at the attempt that, in this draw, was verified. */
	readonly end: Float64Array | undefined;
}

function isOver({ step, unsolved, room }: Standing): boolean {
	return step >= MOST_STEPS || unsolved < 1e-9 || (room ?? 1) < 1e-6;
}

function stopped(watched: readonly number[]): Branches {
	return new Map([[undefined, watched]]);
}

/** One task under one draw of luck and noise. */
class World {
	private readonly luck: number;
	private readonly noise: Random[];
	private readonly drawn: number[][];

	constructor(
		private readonly cells: readonly Cell[],
		private readonly rules: ReplayRules,
		seed: number,
	) {
		this.luck = randomOf(seed)();
		this.noise = cells.map((_, column) => randomOf(seed * 131 + column + 1));
		this.drawn = cells.map(() => []);
	}

	/** Returns the posterior at the end of the last of the values. */
	run({ belief, branches }: Start, watched: readonly number[], into: TaskResult): Float64Array {
		const room = this.rules.bid;
		const from = { belief, unsolved: 1, spent: 0, step: 0, room, end: undefined };
		return this.follow(from, isOver(from) ? stopped(watched) : branches, into, true);
	}

	/** Follows the values while they choose alike, and each branch where they part. */
	private walk(from: Standing, watched: readonly number[], into: TaskResult): Float64Array {
		const branches = isOver(from)
			? stopped(watched)
			: branchesOf(from.belief, from.room, this.rules, watched);
		return this.follow(from, branches, into, branches.size > 1);
	}

	/** `kept`: the belief at hand is needed again. */
	private follow(from: Standing, branches: Branches, into: TaskResult, kept: boolean): Float64Array {
		const { rules } = this;
		let last = from.end ?? from.belief.posterior();
		for (const [column, indexes] of branches) {
			if (column === undefined) {
				for (const index of indexes) {
					into.solved[index] = must(into.solved[index]) + (1 - from.unsolved) / rules.draws;
					into.spend[index] = must(into.spend[index]) + from.spent / rules.draws;
				}
			} else {
				const belief = kept ? from.belief.clone() : from.belief;
				last = this.walk(this.attempt({ ...from, belief }, column), indexes, into);
			}
		}
		return last;
	}

	private attempt(from: Standing, column: number): Standing {
		const { belief, unsolved, room } = from;
		const cell = must(this.cells[column]);
		const failures = belief.failuresOf(column);
		const cost = cell.cost * this.noiseOf(column, failures);
		const { successShare } = this.rules;
		const allowed = Math.min(
			room ?? Number.POSITIVE_INFINITY,
			successShare === undefined ? Number.POSITIVE_INFINITY : successCost(belief, column, successShare),
		);
		const cut = cost > allowed;
		// Without a limit the mean of the draw is charged: the same expectation, less noise.
		const charge = Number.isFinite(allowed) ? Math.min(cost, allowed) : cell.cost;
		belief.cost(column, charge);
		const still = unsolved * (cut ? 1 : failChance(cell, failures));
		let { end } = from;
		if (end === undefined && this.luck > still) {
			const solved = belief.clone();
			solved.succeed(column);
			end = solved.posterior();
		}
		belief.fail(column);
		return {
			belief,
			unsolved: still,
			spent: from.spent + unsolved * (charge + (this.rules.overhead ?? 0)),
			step: from.step + 1,
			room: room === undefined ? undefined : room - charge,
			end,
		};
	}

	private noiseOf(column: number, attempt: number): number {
		const sd = this.rules.costNoise;
		if (sd === 0) {
			return 1;
		}
		const drawn = must(this.drawn[column]);
		while (drawn.length <= attempt) {
			drawn.push(Math.exp(sd * normal(must(this.noise[column])) - sd ** 2 / 2));
		}
		return must(drawn[attempt]);
	}
}

/** Chance that the next of the recorded runs fails, after so many of them, drawn without repeating one, have failed. */
export function failChance({ runs, solved }: Cell, failures: number): number {
	if (solved === 0) {
		return 1;
	}
	return failures >= runs - solved ? 0 : (runs - solved - failures) / (runs - failures);
}
