// `underbid lab …`: words in, a report out. Reads rows from the folder that --data names; writes only where --svg says.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import * as z from 'zod';
import { CALIBRATION } from '../core/cascade/calibration';
import { knowNothing } from '../core/cascade/knowledge';
import type { OutcomeRecord } from '../core/cascade/outcomeRecord';
import { UserError } from '../core/userError';
import { calibrate } from './calibrate';
import { EXPERIMENTS, type ExperimentName, runExperiment } from './experiments';
import type { FoldKind } from './folds';
import { replayHistory } from './history';
import { hardBids, quotesCameTrue, randomPools, transfer } from './judge';
import { nestedTuning } from './nested';
import { svgOf } from './plot';
import { type MarketName, runPolicy } from './policy';
import { labText } from './text';

export interface LabOutput {
	/** For standard output, with its last line ended. */
	readonly text: string;
	/** Files that were written. */
	readonly files: readonly string[];
}

export const LAB_HELP = `underbid lab WHAT --data DIR [--json]

  policy       the cascade on held-out tasks  --market six|two|current --folds kfold|repo|domain --seed N [--learn] [--bid USD] [--overhead USD]
  market NAME  an experiment of the paper: ${EXPERIMENTS.join(', ')}; or all   [--svg FOLDER]
  pools        random pools of current models  --count N --seed N
  bids         hard bids                       --bids 0.05,0.2,1 --seed N
  transfer     fitted in one domain, run in the other  --seed N
  quotes       of the quotes that said 60 %, how many came true  --market six|two|current --seed N
  nested       is the tuning an accident? each repository by what is best on the others  --market six|two --seed N
  calibrate    the calibration that is shipped, made anew, as JSON
  replay FILE  your own outcomes (JSON lines) under another temper  --temper thrifty|balanced|determined
`;

/** @throws UserError with one sentence on what to write instead. */
export function labCommand(argv: readonly string[]): LabOutput {
	const [what, ...rest] = argv;
	const { values, positionals } = read(rest);
	if (what === undefined || what === 'help' || values.help === true) {
		return { text: LAB_HELP, files: [] };
	}
	const json = values.json ?? false;
	const shown = (result: unknown): LabOutput => ({
		text: json ? `${JSON.stringify(result, undefined, '\t')}\n` : labText(result),
		files: [],
	});
	const seed = numberOf(values.seed ?? '1', '--seed');
	if (what === 'replay') {
		const temper = oneOf(values.temper ?? 'balanced', ['thrifty', 'balanced', 'determined'], '--temper');
		return shown(replayHistory(knowNothing(CALIBRATION), outcomesOf(positionals[0]), { temper }));
	}
	const dir = values.data;
	if (dir === undefined) {
		throw new UserError('underbid lab needs --data DIR, the folder that holds the measured rows.');
	}
	const market = oneOf<MarketName>(values.market ?? 'six', ['six', 'two', 'current'], '--market');
	switch (what) {
		case 'policy':
			return shown(
				runPolicy({
					dir,
					market,
					seed,
					folds: oneOf<FoldKind>(values.folds ?? 'kfold', ['kfold', 'repo', 'domain'], '--folds'),
					...(values.learn === undefined ? {} : { learn: values.learn }),
					...(values.bid === undefined ? {} : { bid: numberOf(values.bid, '--bid') }),
					...(values.overhead === undefined ? {} : { overhead: numberOf(values.overhead, '--overhead') }),
					...(values.repeats === undefined ? {} : { repeats: numberOf(values.repeats, '--repeats') }),
				}),
			);
		case 'market':
			return experiments(dir, positionals[0], values.svg, json);
		case 'pools':
			return shown(randomPools(dir, numberOf(values.count ?? '500', '--count'), seed));
		case 'bids': {
			const bids = (values.bids ?? '0.05,0.2,1').split(',').map((one) => numberOf(one, '--bids'));
			return shown(hardBids(dir, market, bids, seed));
		}
		case 'transfer':
			return shown(transfer(dir, seed));
		case 'quotes':
			return shown(quotesCameTrue(dir, market, seed));
		case 'nested':
			return shown(nestedTuning(dir, market === 'two' ? 'two' : 'six', seed));
		case 'calibrate':
			return { text: `${JSON.stringify(calibrate(dir))}\n`, files: [] };
		default:
			throw new UserError(`underbid lab has no ${JSON.stringify(what)} (see underbid lab help).`);
	}
}

function experiments(
	dir: string,
	name: string | undefined,
	svg: string | undefined,
	json: boolean,
): LabOutput {
	const names =
		name === undefined || name === 'all'
			? EXPERIMENTS
			: [oneOf<ExperimentName>(name, EXPERIMENTS, 'lab market')];
	const found = names.map((one) => runExperiment(one, dir));
	const files = found.flatMap(({ name: one, plot }) => {
		if (svg === undefined) {
			return [];
		}
		mkdirSync(svg, { recursive: true });
		const file = path.join(svg, `${one}.svg`);
		writeFileSync(file, svgOf(plot));
		return [file];
	});
	const text = json
		? `${JSON.stringify(
				found.map(({ name: one, figures, tables }) => ({ name: one, figures, tables })),
				undefined,
				'\t',
			)}\n`
		: found.flatMap(({ tables }) => tables.map((table) => labText(table))).join('\n');
	return { text, files };
}

function read(argv: readonly string[]) {
	const text = { type: 'string' } as const;
	const flag = { type: 'boolean' } as const;
	try {
		return parseArgs({
			args: [...argv],
			allowPositionals: true,
			options: {
				data: text,
				market: text,
				folds: text,
				seed: text,
				count: text,
				bids: text,
				bid: text,
				overhead: text,
				repeats: text,
				temper: text,
				svg: text,
				learn: flag,
				json: flag,
				help: { ...flag, short: 'h' },
			},
		});
	} catch (error) {
		throw new UserError(`underbid lab: ${error instanceof Error ? error.message : String(error)}`);
	}
}

function numberOf(text: string, name: string): number {
	const value = Number(text);
	if (text.trim() === '' || !Number.isFinite(value) || value < 0) {
		throw new UserError(`${name} needs a number from 0 on, not ${JSON.stringify(text)}.`);
	}
	return value;
}

function oneOf<T extends string>(text: string, known: readonly T[], name: string): T {
	const found = known.find((one) => one === text);
	if (found === undefined) {
		throw new UserError(`${name} is one of ${known.join(', ')}, not ${JSON.stringify(text)}.`);
	}
	return found;
}

const PROGRESS = z.object({
	applied: z.boolean(),
	flipped: z.number().exactOptional(),
	errorChanged: z.boolean().exactOptional(),
	broken: z.number().exactOptional(),
	patch: z.string().exactOptional(),
});
const RECORD = z.object({
	run: z.string(),
	repository: z.string(),
	features: z.object({
		kind: z.enum(['failing test', 'issue']).exactOptional(),
		language: z.string().exactOptional(),
		failingTests: z.number().exactOptional(),
		testLines: z.number().exactOptional(),
		stackDepth: z.number().exactOptional(),
		nearMisses: z.number().exactOptional(),
		changedRecently: z.boolean().exactOptional(),
	}),
	attempts: z.array(
		z.object({
			offer: z.string(),
			solved: z.boolean(),
			spend: z.number().nonnegative(),
			proposeMs: z.number(),
			verifyMs: z.number(),
			progress: PROGRESS.exactOptional(),
		}),
	),
	solved: z.boolean(),
	bid: z.number().nonnegative(),
});

function outcomesOf(file: string | undefined): OutcomeRecord[] {
	if (file === undefined) {
		throw new UserError(
			'underbid lab replay needs the file that holds your outcomes, one JSON object a line.',
		);
	}
	let text: string;
	try {
		text = readFileSync(file, 'utf8');
	} catch {
		throw new UserError(`${file} can't be read.`);
	}
	return text
		.split('\n')
		.filter((line) => line.trim() !== '')
		.map((line, index) => {
			let value: unknown;
			try {
				value = JSON.parse(line);
			} catch {
				value = undefined;
			}
			const parsed = RECORD.safeParse(value);
			if (!parsed.success) {
				throw new UserError(`Line ${index + 1} of ${file} is not an outcome.`);
			}
			return parsed.data;
		});
}
