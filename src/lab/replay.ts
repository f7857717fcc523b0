// Measured tasks through the cascade's own belief: every attempt fails with the chance that the recorded runs give it,
// so that the solve rate of a sequence is exact; what the policy sees of costs, and in learning of results, is drawn.
import type { Atoms, Tuning } from '../core/cascade/atoms';
import { Belief } from '../core/cascade/belief';
import { learnTask, type Mixing, priorOf } from '../core/cascade/mixing';
import { worthOf } from '../core/cascade/worth';
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

/** The tasks in this order, as one repository works through them. */
export function replayTasks(
	market: Market,
	order: readonly number[],
	atoms: Atoms,
	mixing: (repository: string) => Mixing,
	rules: ReplayRules,
	seed: number,
): TaskResult[] {
	const results = new Map(
		order.map((task) => [
			task,
			{ task, solved: rules.values.map(() => 0), spend: rules.values.map(() => 0) },
		]),
	);
	// What is learnt depends on how far the policy goes, so that each value of a fix has its own history.
	const histories = rules.learn ? rules.values.map((_, index) => [index]) : [rules.values.map((_, i) => i)];
	for (const watched of histories) {
		const random = randomOf(seed * 7919 + 17);
		const learnt = new Map<string, Mixing>();
		for (const task of order) {
			const { repository } = must(market.tasks[task]);
			const known = learnt.get(repository) ?? mixing(repository);
			const prior = priorOf(atoms, known, rules.tuning);
			const result = must(results.get(task));
			for (let draw = 0; draw < rules.draws; draw += 1) {
				const belief = new Belief(atoms, prior, rules.tuning);
				const end = walk(must(market.cells[task]), belief, rules, watched, random, result, draw > 0);
				if (rules.learn && draw === 0) {
					learnt.set(repository, learnTask(atoms, known, prior, end, rules.tuning));
				} else {
					learnt.set(repository, known);
				}
			}
		}
	}
	return [...results.values()];
}

function walk(
	cells: readonly Cell[],
	belief: Belief,
	rules: ReplayRules,
	watched: readonly number[],
	random: Random,
	into: TaskResult,
	later: boolean,
): Float64Array {
	const luck = random();
	const open = new Set(watched);
	let unsolved = 1;
	let spent = 0;
	let room = rules.bid;
	let end: Float64Array | undefined;
	const close = (index: number): void => {
		into.solved[index] = must(into.solved[index]) + (1 - unsolved) / rules.draws;
		into.spend[index] = must(into.spend[index]) + spent / rules.draws;
		open.delete(index);
	};
	for (let step = 0; step < MOST_STEPS && unsolved > 1e-9; step += 1) {
		const best = bestOffer(belief, cells.length, rules, room);
		for (const index of open) {
			if (best === undefined || must(rules.values[index]) * best.chance < best.spend) {
				close(index);
			}
		}
		if (open.size === 0 || best === undefined) {
			break;
		}
		const cell = must(cells[best.offer]);
		const noise =
			rules.costNoise > 0 ? Math.exp(rules.costNoise * normal(random) - rules.costNoise ** 2 / 2) : 1;
		const drawn = cell.cost * noise;
		const cut = room !== undefined && drawn > room;
		// Without a limit the draw's own mean is charged: the same expectation, less noise.
		const charge = room === undefined ? cell.cost : Math.min(drawn, room);
		spent += unsolved * (charge + (rules.overhead ?? 0));
		room = room === undefined ? undefined : room - charge;
		const fails = cut ? 1 : failChance(cell, belief.failuresOf(best.offer));
		if (!cut) {
			belief.cost(best.offer, drawn);
		}
		if (end === undefined && !later && luck > unsolved * fails) {
			const solved = belief.clone();
			solved.succeed(best.offer);
			end = solved.posterior().slice();
		}
		unsolved *= fails;
		belief.fail(best.offer);
	}
	for (const index of open) {
		close(index);
	}
	return end ?? belief.posterior();
}

function bestOffer(
	belief: Belief,
	offers: number,
	rules: ReplayRules,
	room: number | undefined,
): { offer: number; chance: number; spend: number } | undefined {
	let best: { offer: number; chance: number; spend: number } | undefined;
	if (room !== undefined && room < 1e-6) {
		return undefined;
	}
	for (let offer = 0; offer < offers; offer += 1) {
		if (belief.failuresOf(offer) >= rules.mostAttempts) {
			continue;
		}
		const worth = worthOf(belief, offer, room);
		const spend = worth.spend + (rules.overhead ?? 0);
		if (best === undefined || worth.chance * best.spend > best.chance * spend) {
			best = { offer, chance: worth.chance, spend };
		}
	}
	return best;
}

/** Chance that the next of the recorded runs fails, after so many of them, drawn without repeating one, have failed. */
export function failChance({ runs, solved }: Cell, failures: number): number {
	if (solved === 0) {
		return 1;
	}
	return failures >= runs - solved ? 0 : (runs - solved - failures) / (runs - failures);
}
