// Measured outcomes, read from a folder of CSV files: one file a model, one line a task.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { UserError } from '../core/userError';

/** What one model did on one task. */
export interface Cell {
	readonly runs: number;
	readonly solved: number;
	/** Mean spend of a run; US dollars, or the unit of the data. */
	readonly cost: number;
}

export interface Market {
	readonly models: readonly string[];
	readonly tasks: readonly { readonly id: string; readonly repository: string }[];
	/** By task, then by model. */
	readonly cells: readonly (readonly Cell[])[];
}

/** From cheapest to dearest: the order of the paper's cascades. */
export const SIX_MODELS = [
	'minicoder4b',
	'qwen3-coder-30b',
	'qwen3-coder-480b',
	'gpt5mini',
	'deepseek',
	'sonnet',
] as const;
export const TWO_MODELS = ['gpt5mini', 'deepseek'] as const;

/** Repeated runs: `instance_id,n_runs,n_resolved,mean_cost_…,outcomes`. @throws UserError naming what is missing. */
export function readRepeated(folder: string, models: readonly string[]): Market {
	return join(
		models,
		models.map((model) => table(path.join(folder, `${model}.csv`), (cells) => repeated(cells))),
	);
}

/** One run each: `instance_id,resolved,cost_usd,api_calls`; every model of the folder when none is named. */
export function readSingle(folder: string, models?: readonly string[]): Market {
	const names =
		models ??
		list(folder)
			.filter((name) => name.endsWith('.csv') && !name.startsWith('_'))
			.map((name) => name.slice(0, -'.csv'.length))
			.sort();
	return join(
		names,
		names.map((name) =>
			table(path.join(folder, `${name}.csv`), ([, solved, cost]) => ({
				runs: 1,
				solved: Number(solved),
				// A run that was billed nothing still took something; ratios need a number above zero.
				cost: Math.max(Number(cost), 1e-4),
			})),
		),
	);
}

/** The tasks with these indexes. */
export function subset(market: Market, tasks: readonly number[]): Market {
	return {
		models: market.models,
		tasks: tasks.map((task) => must(market.tasks[task])),
		cells: tasks.map((task) => must(market.cells[task])),
	};
}

/** The models with these indexes, in this order. */
export function withModels(market: Market, models: readonly number[]): Market {
	return {
		models: models.map((model) => must(market.models[model])),
		tasks: market.tasks,
		cells: market.cells.map((row) => models.map((model) => must(row[model]))),
	};
}

export function must<T>(value: T | undefined): T {
	if (value === undefined) {
		throw new Error('an index out of range');
	}
	return value;
}

function repeated(cells: readonly string[]): Cell {
	return { runs: Number(cells[1]), solved: Number(cells[2]), cost: Number(cells[3]) };
}

function table(file: string, read: (cells: readonly string[]) => Cell): ReadonlyMap<string, Cell> {
	let text: string;
	try {
		text = readFileSync(file, 'utf8');
	} catch {
		throw new UserError(`There is no ${file}; --data names the folder that holds the measured rows.`);
	}
	const rows = new Map<string, Cell>();
	for (const [index, line] of text.trim().split('\n').slice(1).entries()) {
		const cells = line.split(',');
		const cell = read(cells);
		if (![cell.runs, cell.solved, cell.cost].every(Number.isFinite) || cell.cost <= 0) {
			throw new UserError(`Line ${index + 2} of ${file} has no readable runs, solved and cost.`);
		}
		rows.set(cells[0] ?? '', cell);
	}
	return rows;
}

/** Tasks that every model was run on, by id. */
function join(models: readonly string[], tables: readonly ReadonlyMap<string, Cell>[]): Market {
	const [first] = tables;
	const ids = [...(first?.keys() ?? [])].filter((id) => tables.every((rows) => rows.has(id))).sort();
	return {
		models,
		tasks: ids.map((id) => ({ id, repository: id.split('__')[0] ?? id })),
		cells: ids.map((id) => tables.map((rows) => must(rows.get(id)))),
	};
}

function list(folder: string): string[] {
	try {
		return readdirSync(folder);
	} catch {
		throw new UserError(
			`There is no folder ${folder}; --data names the folder that holds the measured rows.`,
		);
	}
}
