// The command line, read strictly: what is not understood is told off in one sentence before anything starts.
import { parseArgs } from 'node:util';
import type { Temper } from '../core/cascade/options';
import { type NanoUsd, parseUsd, ZERO } from '../core/money';
import type { Bid } from '../core/problem';
import { MAY_CHANGE, type MayChange } from '../core/protectedFiles';
import { SANDBOX_WISHES, type SandboxChoice } from '../core/sandbox';
import type { AddedModel } from '../core/settings';
import { SPEND_KEYS, type SpendKey, type SpendSpan } from '../core/spend';
import type { Target } from '../core/suite';
import { ROW_FORMATS, type RowChoice } from '../core/trainingRows';
import { UserError } from '../core/userError';

export type Topic =
	| 'underbid'
	| 'fix'
	| 'verify'
	| 'quote'
	| 'spend'
	| 'models'
	| 'outcomes'
	| 'export'
	| 'mcp';

export type Command =
	| { readonly kind: 'help'; readonly topic: Topic }
	| { readonly kind: 'version' }
	| FixCommand
	| ResumeCommand
	| QuoteCommand
	| { readonly kind: 'explain'; readonly run: string }
	| OutcomesCommand
	| ExportCommand
	| AddCommand
	/** The lab reads its own words. */
	| { readonly kind: 'lab'; readonly argv: readonly string[] }
	| PatchCommand
	| ModelsCommand
	| McpCommand
	| SpendCommand;

export interface FixCommand {
	readonly kind: 'fix';
	readonly bid: Bid;
	readonly target: Target;
	/** What is to be fixed instead: a number, a URL, a file, a place, or `-`. */
	readonly issue: string | undefined;
	/** Everything that fails, cause by cause, instead of one fix for all of it. */
	readonly all: boolean;
	/** A test that is written for the issue is used without being asked about. */
	readonly yes: boolean;
	readonly testCommand: string | undefined;
	/** `tap`, or where the test command leaves its JUnit XML. */
	readonly testReport: string | undefined;
	/** The command that runs the suite on another machine. */
	readonly remoteSuite: string | undefined;
	readonly folder: string;
	readonly proposers: readonly string[] | undefined;
	readonly temper: Temper | undefined;
	readonly sandbox: SandboxChoice;
	/** Part of the related tests is hidden from every proposer. */
	readonly holdOut: boolean;
	/** What of the two may be wrong. */
	readonly mayChange: MayChange;
	readonly json: boolean;
	readonly apply: boolean;
	/** Print each prompt before it leaves, and ask where there is a terminal to ask. */
	readonly showPrompt: boolean;
}

/** Takes a run up again that was cut off. */
export interface ResumeCommand extends Pick<FixCommand, 'folder' | 'json' | 'apply' | 'showPrompt'> {
	readonly kind: 'resume';
	/** Absent: the newest of the repository. */
	readonly run: string | undefined;
	/** The whole bid, with what was spent before; absent: as it was. */
	readonly spend: NanoUsd | undefined;
	readonly timeMs: number | undefined;
}

export interface QuoteCommand {
	readonly kind: 'quote';
	readonly folder: string;
	readonly bids: readonly NanoUsd[];
	readonly proposers: readonly string[] | undefined;
	readonly temper: Temper | undefined;
	readonly json: boolean;
}

/** Judges a patch that is there already. */
export interface PatchCommand
	extends Pick<
		FixCommand,
		| 'bid'
		| 'target'
		| 'testCommand'
		| 'testReport'
		| 'folder'
		| 'sandbox'
		| 'mayChange'
		| 'remoteSuite'
		| 'json'
	> {
	readonly kind: 'verify';
	/** Its file, or `-`: standard input. */
	readonly patch: string;
}

export interface ModelsCommand {
	readonly kind: 'models';
	readonly format: 'table' | 'json';
	/** Fetch OpenRouter's prices first. */
	readonly refresh: boolean;
	/** From now on the fetched prices stand, also where they are lower. */
	readonly acceptPrices: boolean;
	/** Every model that is known, not the pool alone. */
	readonly all: boolean;
	/** Ask each usable one whether it answers. */
	readonly check: boolean;
}

/** The engine for other programs, on stdin and stdout. */
export interface McpCommand
	extends Pick<
		FixCommand,
		'folder' | 'testCommand' | 'testReport' | 'proposers' | 'temper' | 'sandbox' | 'yes'
	> {
	readonly kind: 'mcp';
	/** For all calls together; undefined: nothing but what a person says yes to. */
	readonly limit: NanoUsd | undefined;
	readonly timeMs: number;
}

/** What was learnt from: shown, given out, forgotten. */
export interface OutcomesCommand {
	readonly kind: 'outcomes';
	readonly what: 'table' | 'lines' | 'clear';
}

/** Kept fixes as a data set. */
export interface ExportCommand extends RowChoice {
	readonly kind: 'export';
	/** Where it is written; undefined: only forget what is kept. */
	readonly file: string | undefined;
}

/** One more model in the user's settings. */
export interface AddCommand {
	readonly kind: 'add';
	readonly model: AddedModel;
}

export interface SpendCommand {
	readonly kind: 'spend';
	readonly by: SpendKey;
	readonly span: SpendSpan;
	readonly format: 'table' | 'json' | 'csv';
}

const TOPICS: readonly Topic[] = [
	'underbid',
	'fix',
	'verify',
	'quote',
	'spend',
	'models',
	'outcomes',
	'export',
	'mcp',
];
const TEMPERS: readonly Temper[] = ['thrifty', 'balanced', 'determined'];
const DEFAULT_BIDS = '0,0.05,0.25,1';
const DEFAULT_MINUTES = 10;
const MOST_MINUTES = 24 * 60;

/** @throws UserError with one sentence on what to write instead. */
export function readArguments(argv: readonly string[], cwd: string): Command {
	const [name, ...rest] = argv;
	switch (name) {
		case undefined:
		case 'help':
		case '--help':
		case '-h':
			return { kind: 'help', topic: TOPICS.find((topic) => topic === rest[0]) ?? 'underbid' };
		case '--version':
		case '-v':
		case 'version':
			return { kind: 'version' };
		case 'fix':
			return readFix(rest, cwd);
		case 'quote':
			return readQuote(rest, cwd);
		case 'explain':
			return readExplain(rest);
		case 'outcomes':
			return readOutcomes(rest);
		case 'export':
			return readExport(rest);
		case 'lab':
			return { kind: 'lab', argv: rest };
		case 'verify':
			return readVerify(rest, cwd);
		case 'spend':
			return readSpend(rest);
		case 'models':
			return readModels(rest);
		case 'mcp':
			return readMcp(rest, cwd);
		default:
			throw new UserError(
				`underbid has no command ${JSON.stringify(name)}; it has fix, verify, quote, models, spend, explain, outcomes, export, mcp and lab (see underbid --help).`,
			);
	}
}

function readFix(argv: readonly string[], cwd: string): Command {
	if (argv.some((word) => word === '--resume' || word.startsWith('--resume='))) {
		return readResume(argv, cwd);
	}
	const { values } = strict('fix', () =>
		parseArgs({
			args: [...argv],
			options: {
				test: { type: 'string', multiple: true },
				issue: { type: 'string' },
				all: { type: 'boolean' },
				yes: { type: 'boolean', short: 'y' },
				'test-command': { type: 'string' },
				'test-report': { type: 'string' },
				'remote-suite': { type: 'string' },
				'max-spend': { type: 'string' },
				time: { type: 'string' },
				proposers: { type: 'string' },
				temper: { type: 'string' },
				folder: { type: 'string', short: 'C' },
				json: { type: 'boolean' },
				apply: { type: 'boolean' },
				'show-prompt': { type: 'boolean' },
				'hold-out': { type: 'boolean' },
				sandbox: { type: 'string' },
				'allow-network': { type: 'boolean' },
				'may-change': { type: 'string' },
				help: { type: 'boolean', short: 'h' },
			},
		}),
	);
	if (values.help) {
		return { kind: 'help', topic: 'fix' };
	}
	const issue = values.issue?.trim();
	if (issue === '') {
		throw new UserError(
			'--issue needs a number, a URL, a file, a place like src/a.js:12, or - for standard input.',
		);
	}
	if (issue !== undefined && values.test !== undefined) {
		throw new UserError('Give --issue or --test, not both: an issue is first turned into a failing test.');
	}
	if (values.all && (values['hold-out'] || (values['may-change'] ?? 'code') !== 'code')) {
		throw new UserError('--all goes without --hold-out and --may-change: fix such a test by itself.');
	}
	if (values.all && (issue !== undefined || values.test !== undefined)) {
		throw new UserError('--all is everything that fails now; it goes without --test and without --issue.');
	}
	if (values.yes && issue === undefined) {
		throw new UserError('--yes is about the test that is written for an issue; it goes with --issue.');
	}
	if (issue !== undefined && mayChangeOf(values['may-change']) !== 'code') {
		throw new UserError(
			'--may-change goes with --test: the test of an issue is found or written first, and you are asked about it.',
		);
	}
	if (issue !== undefined && values['hold-out']) {
		throw new UserError(
			'--hold-out goes with --test: the test of an issue is written with the others in sight.',
		);
	}
	const spend = values['max-spend'];
	if (spend === undefined) {
		throw new UserError(
			'Say the most you will pay with --max-spend, in US dollars, like --max-spend 0.25 (0 uses the free proposer alone).',
		);
	}
	const amount = parseUsd(spend);
	if (amount.kind === 'unreadable') {
		throw new UserError(`--max-spend: ${amount.message}`);
	}
	return {
		kind: 'fix',
		bid: { spend: amount.amount, timeMs: minutes(values.time) },
		...readTests(values),
		issue,
		all: values.all ?? false,
		yes: values.yes ?? false,
		folder: values.folder ?? cwd,
		proposers: values.proposers === undefined ? undefined : listed(values.proposers),
		temper: temperOf(values.temper),
		sandbox: sandboxOf(values),
		mayChange: mayChangeOf(values['may-change']),
		json: values.json ?? false,
		apply: values.apply ?? false,
		showPrompt: values['show-prompt'] ?? false,
		holdOut: values['hold-out'] ?? false,
	};
}

/** The run's own order stands: what it was asked for cannot be changed on the way, but for money and time. */
function readResume(argv: readonly string[], cwd: string): Command {
	const at = argv.indexOf('--resume');
	const next = argv[at + 1];
	const named = at < 0 || (next !== undefined && !next.startsWith('-'));
	const { values } = strict('fix', () =>
		parseArgs({
			args: named ? [...argv] : argv.flatMap((word, index) => (index === at ? ['--resume='] : [word])),
			options: {
				resume: { type: 'string' },
				'max-spend': { type: 'string' },
				time: { type: 'string' },
				folder: { type: 'string', short: 'C' },
				json: { type: 'boolean' },
				apply: { type: 'boolean' },
				'show-prompt': { type: 'boolean' },
				help: { type: 'boolean', short: 'h' },
			},
		}),
	);
	if (values.help) {
		return { kind: 'help', topic: 'fix' };
	}
	const amount = values['max-spend'] === undefined ? undefined : parseUsd(values['max-spend']);
	if (amount?.kind === 'unreadable') {
		throw new UserError(`--max-spend: ${amount.message}`);
	}
	const run = values.resume?.trim() ?? '';
	return {
		kind: 'resume',
		run: run === '' ? undefined : run,
		spend: amount?.amount,
		timeMs: values.time === undefined ? undefined : minutes(values.time),
		folder: values.folder ?? cwd,
		json: values.json ?? false,
		apply: values.apply ?? false,
		showPrompt: values['show-prompt'] ?? false,
	};
}

function readVerify(argv: readonly string[], cwd: string): Command {
	const { values } = strict('verify', () =>
		parseArgs({
			args: [...argv],
			options: {
				patch: { type: 'string' },
				test: { type: 'string', multiple: true },
				'test-command': { type: 'string' },
				'test-report': { type: 'string' },
				'remote-suite': { type: 'string' },
				time: { type: 'string' },
				folder: { type: 'string', short: 'C' },
				sandbox: { type: 'string' },
				'allow-network': { type: 'boolean' },
				'may-change': { type: 'string' },
				json: { type: 'boolean' },
				help: { type: 'boolean', short: 'h' },
			},
		}),
	);
	if (values.help) {
		return { kind: 'help', topic: 'verify' };
	}
	const patch = values.patch?.trim() ?? '';
	if (patch === '') {
		throw new UserError('Name the patch with --patch FILE, or --patch - to read it from standard input.');
	}
	return {
		kind: 'verify',
		bid: { spend: ZERO, timeMs: minutes(values.time) },
		...readTests(values),
		folder: values.folder ?? cwd,
		patch,
		sandbox: sandboxOf(values),
		mayChange: mayChangeOf(values['may-change']),
		json: values.json ?? false,
	};
}

/** Which tests, and how they are run. */
function readTests(values: {
	readonly test?: string[] | undefined;
	readonly 'test-command'?: string | undefined;
	readonly 'test-report'?: string | undefined;
	readonly 'remote-suite'?: string | undefined;
}): Pick<FixCommand, 'target' | 'testCommand' | 'testReport' | 'remoteSuite'> {
	const names = (values.test ?? []).map((test) => test.trim());
	if (names.includes('')) {
		throw new UserError('--test needs the name of a test, like --test "adds two numbers".');
	}
	const command = values['test-command']?.trim();
	if (command === '') {
		throw new UserError('--test-command needs a command, like --test-command "npx mocha".');
	}
	const testReport = values['test-report']?.trim();
	if (testReport !== undefined && (testReport === '' || command === undefined)) {
		throw new UserError(
			'--test-report names what --test-command leaves: "tap", or a path of JUnit XML like build/junit.xml; give both.',
		);
	}
	const remoteSuite = values['remote-suite']?.trim();
	if (remoteSuite !== undefined && command !== undefined) {
		throw new UserError('Give --remote-suite or --test-command, not both: each says how the tests are run.');
	}
	return {
		remoteSuite,
		target: names.length > 0 ? { kind: 'named', names } : { kind: 'failing' },
		testCommand: command,
		testReport,
	};
}

function readQuote(argv: readonly string[], cwd: string): Command {
	const { values } = strict('quote', () =>
		parseArgs({
			args: [...argv],
			options: {
				bids: { type: 'string' },
				proposers: { type: 'string' },
				temper: { type: 'string' },
				folder: { type: 'string', short: 'C' },
				json: { type: 'boolean' },
				help: { type: 'boolean', short: 'h' },
			},
		}),
	);
	if (values.help) {
		return { kind: 'help', topic: 'quote' };
	}
	const bids = (values.bids ?? DEFAULT_BIDS).split(',').map((text) => {
		const parsed = parseUsd(text);
		if (parsed.kind === 'unreadable') {
			throw new UserError(`--bids: ${parsed.message}`);
		}
		return parsed.amount;
	});
	return {
		kind: 'quote',
		folder: values.folder ?? cwd,
		bids,
		proposers: values.proposers === undefined ? undefined : listed(values.proposers),
		temper: temperOf(values.temper),
		json: values.json ?? false,
	};
}

function readExplain(argv: readonly string[]): Command {
	const [run, ...more] = argv;
	if (run === undefined || run.startsWith('-') || more.length > 0) {
		throw new UserError('underbid explain takes the name of one run, as the receipt and --json give it.');
	}
	return { kind: 'explain', run };
}

function readOutcomes(argv: readonly string[]): Command {
	const { values } = strict('outcomes', () =>
		parseArgs({
			args: [...argv],
			options: {
				export: { type: 'boolean' },
				clear: { type: 'boolean' },
				help: { type: 'boolean', short: 'h' },
			},
		}),
	);
	if (values.help) {
		return { kind: 'help', topic: 'outcomes' };
	}
	if (values.export && values.clear) {
		throw new UserError('underbid outcomes takes one of --export and --clear.');
	}
	return { kind: 'outcomes', what: values.export ? 'lines' : values.clear ? 'clear' : 'table' };
}

function readExport(argv: readonly string[]): Command {
	const { values, positionals } = strict('export', () =>
		parseArgs({
			args: [...argv],
			allowPositionals: true,
			options: {
				format: { type: 'string' },
				include: { type: 'string', multiple: true },
				checked: { type: 'boolean' },
				clear: { type: 'boolean' },
				help: { type: 'boolean', short: 'h' },
			},
		}),
	);
	if (values.help) {
		return { kind: 'help', topic: 'export' };
	}
	const [file, ...more] = positionals;
	if (more.length > 0 || (file === undefined) === (values.clear !== true)) {
		throw new UserError('underbid export takes the file to write, like fixes.jsonl, or --clear.');
	}
	const format = ROW_FORMATS.find((one) => one === (values.format ?? 'chat'));
	if (format === undefined) {
		throw new UserError(`--format takes ${ROW_FORMATS.join(', ')}, not ${JSON.stringify(values.format)}.`);
	}
	const include = (values.include ?? []).flatMap((text) => text.split(',').map((name) => name.trim()));
	if (include.some((name) => name === '')) {
		throw new UserError('--include takes the name of a provider, like --include deepseek.');
	}
	return { kind: 'export', file, format, include, checked: values.checked ?? false };
}

function sandboxOf(values: {
	readonly sandbox?: string | undefined;
	readonly 'allow-network'?: boolean | undefined;
}): SandboxChoice {
	const wish = SANDBOX_WISHES.find((one) => one === values.sandbox);
	if (values.sandbox !== undefined && wish === undefined) {
		throw new UserError(
			`--sandbox takes ${SANDBOX_WISHES.join(', ')}, not ${JSON.stringify(values.sandbox)}.`,
		);
	}
	return { wish, network: values['allow-network'] };
}

function mayChangeOf(text: string | undefined): MayChange {
	const found = MAY_CHANGE.find((one) => one === (text ?? 'code'));
	if (found === undefined) {
		throw new UserError(`--may-change takes ${MAY_CHANGE.join(', ')}, not ${JSON.stringify(text)}.`);
	}
	return found;
}

function temperOf(text: string | undefined): Temper | undefined {
	const temper = TEMPERS.find((one) => one === text);
	if (text !== undefined && temper === undefined) {
		throw new UserError(`--temper takes ${TEMPERS.join(', ')}, not ${JSON.stringify(text)}.`);
	}
	return temper;
}

function readSpend(argv: readonly string[]): Command {
	const { values } = strict('spend', () =>
		parseArgs({
			args: [...argv],
			options: {
				by: { type: 'string' },
				since: { type: 'string' },
				until: { type: 'string' },
				json: { type: 'boolean' },
				csv: { type: 'boolean' },
				help: { type: 'boolean', short: 'h' },
			},
		}),
	);
	if (values.help) {
		return { kind: 'help', topic: 'spend' };
	}
	if (values.json && values.csv) {
		throw new UserError('Choose one of --json and --csv.');
	}
	const by = values.by ?? 'day';
	const key = SPEND_KEYS.find((one) => one === by);
	if (key === undefined) {
		throw new UserError(`--by takes ${SPEND_KEYS.join(', ')}, not ${JSON.stringify(by)}.`);
	}
	const span = {
		...(values.since === undefined ? {} : { since: dayOf(values.since, '--since') }),
		...(values.until === undefined ? {} : { until: dayOf(values.until, '--until') }),
	};
	if (span.since !== undefined && span.until !== undefined && span.since > span.until) {
		throw new UserError('--since names a day after --until; turn them round.');
	}
	return { kind: 'spend', by: key, span, format: values.json ? 'json' : values.csv ? 'csv' : 'table' };
}

/** A day that is in the calendar. */
function dayOf(text: string, option: string): string {
	const moment = new Date(`${text}T00:00:00.000Z`);
	if (Number.isNaN(moment.getTime()) || moment.toISOString().slice(0, 10) !== text) {
		throw new UserError(`${option} takes a day like 2026-11-25, not ${JSON.stringify(text)}.`);
	}
	return text;
}

function readModels(argv: readonly string[]): Command {
	const { values } = strict('models', () =>
		parseArgs({
			args: [...argv],
			options: {
				json: { type: 'boolean' },
				refresh: { type: 'boolean' },
				'accept-prices': { type: 'boolean' },
				all: { type: 'boolean' },
				check: { type: 'boolean' },
				add: { type: 'string' },
				url: { type: 'string' },
				'key-variable': { type: 'string' },
				price: { type: 'string' },
				free: { type: 'boolean' },
				context: { type: 'string' },
				output: { type: 'string' },
				help: { type: 'boolean', short: 'h' },
			},
		}),
	);
	if (values.help) {
		return { kind: 'help', topic: 'models' };
	}
	const { add, ...about } = values;
	if (add !== undefined) {
		return { kind: 'add', model: addedModel(add, about) };
	}
	const stray = ABOUT_ADDED.find((name) => values[name] !== undefined);
	if (stray !== undefined) {
		throw new UserError(`--${stray} is about a model that is added; it goes with --add.`);
	}
	return {
		kind: 'models',
		format: values.json ? 'json' : 'table',
		refresh: values.refresh ?? false,
		acceptPrices: values['accept-prices'] ?? false,
		all: values.all ?? false,
		check: values.check ?? false,
	};
}

function readMcp(argv: readonly string[], cwd: string): Command {
	const { values } = strict('mcp', () =>
		parseArgs({
			args: [...argv],
			options: {
				limit: { type: 'string' },
				time: { type: 'string' },
				yes: { type: 'boolean', short: 'y' },
				'test-command': { type: 'string' },
				'test-report': { type: 'string' },
				proposers: { type: 'string' },
				temper: { type: 'string' },
				folder: { type: 'string', short: 'C' },
				sandbox: { type: 'string' },
				'allow-network': { type: 'boolean' },
				help: { type: 'boolean', short: 'h' },
			},
		}),
	);
	if (values.help) {
		return { kind: 'help', topic: 'mcp' };
	}
	const limit = values.limit === undefined ? undefined : parseUsd(values.limit);
	if (limit?.kind === 'unreadable') {
		throw new UserError(`--limit: ${limit.message}`);
	}
	const { testCommand, testReport } = readTests(values);
	return {
		kind: 'mcp',
		limit: limit?.amount,
		timeMs: minutes(values.time),
		yes: values.yes ?? false,
		folder: values.folder ?? cwd,
		testCommand,
		testReport,
		proposers: values.proposers === undefined ? undefined : listed(values.proposers),
		temper: temperOf(values.temper),
		sandbox: sandboxOf(values),
	};
}

const ABOUT_ADDED = ['url', 'key-variable', 'price', 'free', 'context', 'output'] as const;

/** The settings' own reader judges what the values mean. */
function addedModel(
	id: string,
	about: {
		readonly url?: string | undefined;
		readonly 'key-variable'?: string | undefined;
		readonly price?: string | undefined;
		readonly free?: boolean | undefined;
		readonly context?: string | undefined;
		readonly output?: string | undefined;
	},
): AddedModel {
	if (!/^[a-z][a-z0-9-]*\/\S+$/.test(id)) {
		throw new UserError(
			`--add takes a provider and a model, like my-server/tuned-coder, not ${JSON.stringify(id)}.`,
		);
	}
	if ((about.price === undefined) === (about.free !== true)) {
		throw new UserError(
			'Say what the model costs: --price IN,OUT in US dollars per million tokens, like --price 0.20,0.80, or --free.',
		);
	}
	const [input, output, ...more] = (about.price ?? '0,0').split(',').map((one) => one.trim());
	if (!input || !output || more.length > 0) {
		throw new UserError(
			`--price takes two prices, in and out, like --price 0.20,0.80; not ${JSON.stringify(about.price)}.`,
		);
	}
	const tokens = (name: 'context' | 'output'): number | undefined => {
		const text = about[name];
		if (text !== undefined && !/^\d{1,10}$/.test(text)) {
			throw new UserError(
				`--${name} takes a whole number of tokens, like 32768; not ${JSON.stringify(text)}.`,
			);
		}
		return text === undefined ? undefined : Number(text);
	};
	const [context, mostOutput] = [tokens('context'), tokens('output')];
	return {
		id,
		price: { input, output },
		...(about.url === undefined ? {} : { baseUrl: about.url }),
		...(about['key-variable'] === undefined ? {} : { keyVariable: about['key-variable'] }),
		...(context === undefined ? {} : { context }),
		...(mostOutput === undefined ? {} : { output: mostOutput }),
	};
}

function strict<T>(topic: string, read: () => T): T {
	try {
		return read();
	} catch (error) {
		const said = error instanceof Error ? (error.message.split('. ')[0] ?? '') : String(error);
		throw new UserError(`${said.replace(/\.$/, '')} (see underbid ${topic} --help).`);
	}
}

function minutes(text: string | undefined): number {
	const value =
		text === undefined ? DEFAULT_MINUTES : /^\d*\.?\d+$/.test(text.trim()) ? Number(text) : Number.NaN;
	if (!(value > 0 && value <= MOST_MINUTES)) {
		throw new UserError(
			`--time takes minutes, more than 0 and at most ${MOST_MINUTES}, like --time 5; not ${JSON.stringify(text)}.`,
		);
	}
	return value * 60_000;
}

function listed(text: string): readonly string[] {
	const names = text.split(',').map((name) => name.trim());
	if (names.some((name) => name === '')) {
		throw new UserError('--proposers takes names with commas between them, like --proposers free.');
	}
	return names;
}
