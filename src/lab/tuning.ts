// Hyper-parameters, chosen inside the training rows: the tuning under which the failure and the cost of one model best
// foretell what another does on held-out tasks. A score of foresight is far less noisy than the spend of a policy.
import { SHIPPED_TUNING, type Tuning } from '../core/cascade/atoms';
import { Belief } from '../core/cascade/belief';
import { priorOf } from '../core/cascade/mixing';
import { meanOf } from './curve';
import { fitAtoms } from './fitAtoms';
import { foldsOf, startOf } from './folds';
import { normal, randomOf } from './random';
import { type Market, must, subset } from './rows';

const CANDIDATES: readonly Partial<Tuning>[] = [
	{},
	{ costWidth: 0.6 },
	{ priorTasks: 100 },
	{ priorTasks: 100, costWidth: 0.6 },
	{ priorTasks: 1000, groupTrust: 0 },
];
const INNER_FOLDS = 4;
/** Models whose failures are looked at: those that a cascade asks first. */
const FIRST_ASKED = 4;

export function chooseTuning(training: Market, fresh: boolean, costNoise: number, seed: number): Tuning {
	// In a new repository foresight on one task at a time does not say what pays over many: there the choice by this
	// score was no better than none, so that the shipped tuning stands.
	if (fresh) {
		return SHIPPED_TUNING;
	}
	// Tasks that were run once are too noisy to be the only witnesses of a repository.
	const once = training.cells.every((row) => row.every((cell) => cell.runs === 1));
	const candidates = CANDIDATES.filter((one) => !once || one.priorTasks !== undefined);
	const scores = candidates.map(() => [] as number[]);
	const folds = foldsOf(training, 'kfold', seed, INNER_FOLDS);
	for (const fold of folds) {
		const atoms = fitAtoms(subset(training, fold.train));
		const start = startOf(atoms);
		for (const [index, candidate] of candidates.entries()) {
			const tuning = { ...SHIPPED_TUNING, ...candidate };
			for (const task of fold.test) {
				const prior = priorOf(atoms, start(must(training.tasks[task]).repository), tuning);
				must(scores[index]).push(
					foresight(training, task, new Belief(atoms, prior, tuning), costNoise, seed),
				);
			}
		}
	}
	const means = scores.map(meanOf);
	return { ...SHIPPED_TUNING, ...candidates[means.indexOf(Math.max(...means))] };
}

/** Mean log-likelihood of every model's passes, after one failure of each of the first asked. */
function foresight(market: Market, task: number, fresh: Belief, costNoise: number, seed: number): number {
	const row = must(market.cells[task]);
	const random = randomOf(seed * 65_537 + task);
	const logs: number[] = [];
	for (const asked of firstAsked(market)) {
		const cell = must(row[asked]);
		const fails = 1 - cell.solved / cell.runs;
		const cost = cell.cost * Math.exp(costNoise * normal(random) - costNoise ** 2 / 2);
		if (fails > 0) {
			const belief = fresh.clone();
			belief.cost(asked, cost);
			belief.fail(asked);
			row.forEach((other, model) => {
				if (model !== asked) {
					const rate = other.solved / other.runs;
					const chance = Math.min(0.999, Math.max(0.001, belief.chance(model)));
					logs.push(fails * (rate * Math.log(chance) + (1 - rate) * Math.log(1 - chance)));
				}
			});
		}
	}
	return meanOf(logs);
}

function firstAsked(market: Market): number[] {
	const index = market.models.map((_, model) => {
		const passed = meanOf(market.cells.map((row) => must(row[model]).solved / must(row[model]).runs));
		return passed / meanOf(market.cells.map((row) => must(row[model]).cost));
	});
	return [...index.keys()].sort((a, b) => must(index[b]) - must(index[a])).slice(0, FIRST_ASKED);
}
