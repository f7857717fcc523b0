// Makes the calibration that is shipped: a few dozen kinds of tasks instead of the rows themselves. Tasks of one
// repository that models found alike are one atom; of each model it keeps the mean pass rate, how much the tasks in it
// differ, and how its cost there compares with its usual one.
import path from 'node:path';
import type { Calibration } from '../core/cascade/calibration';
import { meanOf } from './curve';
import { fitAtoms } from './fitAtoms';
import { shippedKnots } from './judge';
import { randomOf } from './random';
import { type Market, must, readRepeated, readSingle, SIX_MODELS } from './rows';

/** The same model in both sets, and the keys by which pools are matched; longer keys first win. */
const SAME: Readonly<Record<string, string>> = {
	gpt5mini: 'gpt-5-mini-2025-08-07-medium-reasoning',
	deepseek: 'deepseek-v3-2-reasoner',
	sonnet: 'claude-4-5-sonnet-20250929',
	'qwen3-coder-480b': 'qwen3-coder-480b-a35b-instruct',
};
const ATOMS = 90;
const ROUNDS = 30;

/** Kinds of tasks are taken over many of them, so that one run counts for less than where each stands for itself. */
const ONCE_STRENGTH = 1.5;

export function calibrate(dir: string): Calibration {
	const repeated = readRepeated(path.join(dir, 'swebench_repeated'), SIX_MODELS);
	const single = readSingle(path.join(dir, 'swebench_single'));
	const market = merged(repeated, single);
	const atoms = fitAtoms(market, ONCE_STRENGTH);
	const pass = atoms.columns.map((column) =>
		column.solved.map((wins, task) => wins / (wins + must(column.failed[task]))),
	);
	const clusters = clustersOf(market, pass);
	return {
		source: 'SWE-bench Verified (Python): repeated runs of 6 models, single runs of 24, 445 tasks; late 2025',
		quotes: shippedKnots(dir, 1).map(({ said, cameTrue }) => ({
			said: round(said, 3),
			cameTrue: round(cameTrue, 3),
		})),
		groups: atoms.groups,
		group: clusters.map((members) => must(atoms.group[must(members[0])])),
		weight: clusters.map((members) => members.length),
		ease: clusters.map((members) =>
			round(logit(meanOf(members.flatMap((task) => pass.map((column) => must(column[task]))))), 2),
		),
		models: market.models.map((name, model) => {
			const column = must(atoms.columns[model]);
			const own = must(pass[model]);
			const typical = meanOf([...column.cost]);
			return {
				name,
				keys: keysOf(name),
				spend: round(typical, 5),
				rate: round(meanOf([...own]), 3),
				pass: clusters.map((members) => {
					const mean = meanOf(members.map((task) => must(own[task])));
					return Math.min(99, Math.max(1, Math.round(100 * mean)));
				}),
				strength: clusters.map((members) => round(strengthOf(members, column.solved, column.failed), 1)),
				cost: clusters.map((members) =>
					round(Math.log(meanOf(members.map((task) => must(column.cost[task]))) / typical), 2),
				),
			};
		}),
	};
}

/** Moments of the mixture of the members' Beta distributions. */
function strengthOf(members: readonly number[], solved: Float64Array, failed: Float64Array): number {
	const moments = members.map((task) => {
		const [a, b] = [must(solved[task]), must(failed[task])];
		const mean = a / (a + b);
		return { mean, square: (mean * (1 - mean)) / (a + b + 1) + mean * mean };
	});
	const mean = Math.min(0.99, Math.max(0.01, meanOf(moments.map((one) => one.mean))));
	const variance = Math.max(meanOf(moments.map((one) => one.square)) - mean * mean, 1e-4);
	return Math.min(30, Math.max(0.3, (mean * (1 - mean)) / variance - 1));
}

/** Tasks that both sets hold; a model of both has its runs added up, at the costs of the single runs. */
function merged(repeated: Market, single: Market): Market {
	const names = [...single.models, ...repeated.models.filter((name) => SAME[name] === undefined)];
	const tasks = single.tasks.filter(({ id }) => repeated.tasks.some((task) => task.id === id));
	return {
		models: names,
		tasks,
		cells: tasks.map(({ id }) => {
			const many = must(repeated.cells[repeated.tasks.findIndex((task) => task.id === id)]);
			const one = must(single.cells[single.tasks.findIndex((task) => task.id === id)]);
			return names.map((name, model) => {
				const twin = repeated.models.findIndex((other) => other === name || SAME[other] === name);
				const [own, more] = [one[model], many[twin]];
				if (own === undefined) {
					return must(more);
				}
				return more === undefined
					? own
					: { runs: own.runs + more.runs, solved: own.solved + more.solved, cost: own.cost };
			});
		}),
	};
}

/** k-means within each repository, on pass rates: as many atoms each as its share of the tasks. */
function clustersOf(market: Market, pass: readonly Float64Array[]): number[][] {
	const found: number[][] = [];
	for (const repository of [...new Set(market.tasks.map((task) => task.repository))].sort()) {
		const tasks = [...market.tasks.keys()].filter(
			(task) => must(market.tasks[task]).repository === repository,
		);
		const count = Math.max(1, Math.round((ATOMS * tasks.length) / market.tasks.length));
		const points = tasks.map((task) => pass.map((column) => must(column[task])));
		found.push(
			...kMeans(points, Math.min(count, tasks.length)).map((members) =>
				members.map((member) => must(tasks[member])),
			),
		);
	}
	return found;
}

function kMeans(points: readonly (readonly number[])[], count: number): number[][] {
	const random = randomOf(1);
	const apart = (a: readonly number[], b: readonly number[]): number =>
		a.reduce((sum, one, index) => sum + (one - must(b[index])) ** 2, 0);
	const nearest = (point: readonly number[], centres: readonly (readonly number[])[]): number => {
		const distances = centres.map((centre) => apart(point, centre));
		return distances.indexOf(Math.min(...distances));
	};
	const centres: (readonly number[])[] = [must(points[Math.floor(random() * points.length)])];
	while (centres.length < count) {
		const far = points.map((point) => apart(point, must(centres[nearest(point, centres)])));
		let left = random() * far.reduce((sum, one) => sum + one, 0);
		const next = far.findIndex((one) => {
			left -= one;
			return left <= 0;
		});
		centres.push(must(points[Math.max(0, next)]));
	}
	let members: number[][] = [];
	for (let round = 0; round < ROUNDS; round += 1) {
		members = centres.map(() => []);
		for (const [index, point] of points.entries()) {
			must(members[nearest(point, centres)]).push(index);
		}
		members.forEach((own, centre) => {
			if (own.length > 0) {
				centres[centre] = must(points[0]).map((_, axis) =>
					meanOf(own.map((index) => must(must(points[index])[axis]))),
				);
			}
		});
	}
	return members.filter((own) => own.length > 0);
}

/** `claude-4-5-sonnet-20250929` is `claude-4-5-sonnet` and `claude-sonnet-4-5`; the words of a key stand together. */
function keysOf(name: string): string[] {
	const plain = name
		.replace(/-(?:20\d{6}|20\d\d-\d\d-\d\d|2512)\b/g, '')
		.replace(/-(?:medium-reasoning|reasoning|reasoner|medium|instruct|t-1|preview)\b/g, '')
		.replace(/-a35b$/, '');
	const turned = /^claude-([\d-]+)-(opus|sonnet|haiku)$/.exec(plain);
	return turned === null ? [plain] : [plain, `claude-${turned[2]}-${turned[1]}`];
}

function logit(p: number): number {
	return Math.log(p / (1 - p));
}

function round(value: number, digits: number): number {
	return Number(value.toFixed(digits));
}
