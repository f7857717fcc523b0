// Atoms from measured rows: each task of the training rows stands for itself. What was seen of a model on a task is
// smoothed towards what the other models' results on that task say of it.
import type { Atoms, Column } from '../core/cascade/atoms';
import { meanOf } from './curve';
import { type Cell, type Market, must } from './rows';

/**
 * Strength of the prior where every task was run once, so that the rows cannot tell it: repeated runs say .3 to .65. A
 * larger one makes the models look more independent than they are, so that another seems likelier to pass after one
 * has failed (over pairs of the current models: said .327 with .3, .339 with .6; true .316).
 */
const SINGLE_RUN_STRENGTH = 0.3;
/** Log-sd between runs of one model on one task. */
const RUN_SD = 0.45;

/** `onceStrength`: of the prior, in pseudo-runs, where every task was run once. */
export function fitAtoms(market: Market, onceStrength = SINGLE_RUN_STRENGTH): Atoms {
	const groups = [...new Set(market.tasks.map((task) => task.repository))].sort();
	return {
		size: market.tasks.length,
		weight: new Float64Array(market.tasks.length).fill(1),
		group: Int32Array.from(market.tasks, (task) => groups.indexOf(task.repository)),
		groups,
		columns: market.models.map((_, model) => fitColumn(market, model, onceStrength)),
	};
}

export function fitColumn(market: Market, model: number, onceStrength = SINGLE_RUN_STRENGTH): Column {
	const cells = market.cells.map((row) => must(row[model]));
	const means = priorMeans(market, model, cells);
	const strength = strengthOf(cells, means, onceStrength);
	const cost = costsOf(market, model, cells);
	return {
		solved: Float64Array.from(cells, (cell, task) => strength * must(means[task]) + cell.solved),
		failed: Float64Array.from(
			cells,
			(cell, task) => strength * (1 - must(means[task])) + cell.runs - cell.solved,
		),
		cost,
		logCost: cost.map(Math.log),
	};
}

/**
 * Mean cost of a run on each task: what was recorded, shrunk towards what the other models' costs say of the task's
 * size as far as few runs leave it open. Scaled so that the column's mean stays what was recorded.
 */
function costsOf(market: Market, model: number, cells: readonly Cell[]): Float64Array {
	const logs = market.cells.map((row) => row.map((cell) => Math.log(cell.cost)));
	const levels = market.models.map((_, other) => meanOf(logs.map((row) => must(row[other]))));
	const sizes = logs.map((row) =>
		meanOf(row.flatMap((log, other) => (other === model ? [] : [log - must(levels[other])]))),
	);
	const own = logs.map((row) => must(row[model]) - must(levels[model]));
	const spread = meanOf(sizes.map((size) => size * size));
	const slope = spread > 0 ? meanOf(sizes.map((size, task) => size * must(own[task]))) / spread : 0;
	const apart = meanOf(sizes.map((size, task) => (must(own[task]) - slope * size) ** 2));
	const runs = meanOf(cells.map((cell) => 1 / cell.runs));
	const between = Math.max(apart - RUN_SD ** 2 * runs, 0.02);
	const smoothed = cells.map((cell, task) => {
		const trust = between / (between + RUN_SD ** 2 / cell.runs);
		return Math.exp(must(levels[model]) + trust * must(own[task]) + (1 - trust) * slope * must(sizes[task]));
	});
	const scale = meanOf(cells.map((cell) => cell.cost)) / meanOf(smoothed);
	return Float64Array.from(smoothed, (cost) => cost * scale);
}

/** Logistic regression of one model's passes on how easy each task was for the others. */
function priorMeans(market: Market, model: number, cells: readonly Cell[]): number[] {
	const ease = market.cells.map((row) => easeOf(row, model));
	let [level, slope] = [0, 1];
	// Newton's steps, each task counting as one; a weak pull to slope 1 keeps few or uniform rows finite.
	for (let step = 0; step < 25; step += 1) {
		let [g0, g1, h00, h01, h11] = [-0.1 * level, -1 * (slope - 1), 0.1, 0, 1];
		cells.forEach((cell, task) => {
			const x = must(ease[task]);
			const p = logistic(level + slope * x);
			const off = cell.solved / cell.runs - p;
			const v = p * (1 - p);
			g0 += off;
			g1 += off * x;
			h00 += v;
			h01 += v * x;
			h11 += v * x * x;
		});
		const det = h00 * h11 - h01 * h01;
		level += clamp((h11 * g0 - h01 * g1) / det, 2);
		slope += clamp((h00 * g1 - h01 * g0) / det, 2);
	}
	return ease.map((x) => Math.min(0.995, Math.max(0.005, logistic(level + slope * x))));
}

function easeOf(row: readonly Cell[], without: number): number {
	let [passed, models] = [0.25, 0.5];
	row.forEach((cell, model) => {
		if (model !== without) {
			passed += (cell.solved + 0.1) / (cell.runs + 0.2);
			models += 1;
		}
	});
	return Math.log(passed / (models - passed));
}

/** Beta-binomial likelihood over a grid of strengths. */
function strengthOf(cells: readonly Cell[], means: readonly number[], onceStrength: number): number {
	if (cells.every((cell) => cell.runs === 1)) {
		return onceStrength;
	}
	let best = { strength: onceStrength, likelihood: Number.NEGATIVE_INFINITY };
	for (let log = -2.5; log <= 2.5; log += 0.125) {
		const strength = Math.exp(log);
		let likelihood = 0;
		cells.forEach((cell, task) => {
			const a = strength * must(means[task]);
			const b = strength - a;
			likelihood += logBeta(a + cell.solved, b + cell.runs - cell.solved) - logBeta(a, b);
		});
		best = likelihood > best.likelihood ? { strength, likelihood } : best;
	}
	return best.strength;
}

export function logBeta(a: number, b: number): number {
	return logGamma(a) + logGamma(b) - logGamma(a + b);
}

/** Lanczos' approximation, relative error below 2e-10 for positive arguments. */
function logGamma(x: number): number {
	const shifted = x + 5.5;
	let series = 1.000000000190015;
	LANCZOS.forEach((term, index) => {
		series += term / (x + index + 1);
	});
	return (x + 0.5) * Math.log(shifted) - shifted + Math.log((2.5066282746310005 * series) / x);
}

const LANCZOS = [
	76.18009172947146, -86.50532032941677, 24.01409824083091, -1.231739572450155, 1.208650973866179e-3,
	-5.395239384953e-6,
];

function logistic(x: number): number {
	return 1 / (1 + Math.exp(-x));
}

function clamp(x: number, most: number): number {
	return Math.max(-most, Math.min(most, x));
}
