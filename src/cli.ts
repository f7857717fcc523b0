#!/usr/bin/env node
// Composition root of the terminal: arguments in, the engine, words and an exit status out.
import { Console } from 'node:console';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { trackOf } from './core/cascade/track';
import type { OutgoingPrompt } from './core/effects';
import type { SolveEvent } from './core/events';
import type { Issue } from './core/issue/issue';
import type { SpendKey, SpendReport, SpendSpan } from './core/spend';
import { trainingRows } from './core/trainingRows';
import { UserError } from './core/userError';
import { createEngine } from './engine/engine';
import type { FixAllReport, FixReport, FixRequest } from './engine/requests';
import { labCommand } from './lab/command';
import { terminalFetch } from './models/terminalFetch';
import { addModel } from './store/addModel';
import { readArguments } from './terminal/arguments';
import type {
	AddCommand,
	Command,
	ExportCommand,
	FixCommand,
	McpCommand,
	ModelsCommand,
	OutcomesCommand,
	PatchCommand,
	ResumeCommand,
} from './terminal/commands';
import { exportText, NOTHING_KEPT } from './terminal/exportText';
import { fixAllOutput, refusedAllOutput } from './terminal/fixAllOutput';
import { fixOutput, refusedOutput } from './terminal/fixOutput';
import { groupsLines } from './terminal/groupsReport';
import { HELP } from './terminal/help';
import { modelsText } from './terminal/modelsText';
import { ProgressView } from './terminal/progress';
import { showPrompt } from './terminal/promptQuestion';
import { explainText, outcomesText, quoteText, trackText } from './terminal/quoteText';
import { reportLines } from './terminal/report';
import { leftOutText, spendText } from './terminal/spendText';
import { colouredDiff, printable, styleFor } from './terminal/style';
import { askAboutTest, editText } from './terminal/testQuestion';

const VERIFIED = 0;
const NOT_VERIFIED = 1;
const REFUSED = 2;
const CANCELLED = 130;
const QUOTE_LIMIT_MS = 30_000;

async function main(argv: readonly string[]): Promise<number> {
	let command: Command;
	const all = argv.includes('--all');
	try {
		command = readArguments(argv, process.cwd());
	} catch (error) {
		return refuse(error, argv.includes('--json') && (argv[0] === 'fix' || argv[0] === 'verify'), all);
	}
	switch (command.kind) {
		case 'help':
			process.stdout.write(HELP[command.topic]);
			return VERIFIED;
		case 'version':
			process.stdout.write(`${version()}\n`);
			return VERIFIED;
		case 'spend': {
			const { by, span, format } = command;
			const { unreadableLines, ...report } = await engineOf().journal.spend(by, span);
			await write(process.stdout, spendText(report, by, format, span));
			if (unreadableLines.length > 0) {
				process.stderr.write(leftOutText(unreadableLines));
			}
			return VERIFIED;
		}
		case 'quote': {
			const stop = AbortSignal.timeout(QUOTE_LIMIT_MS);
			return engineOf()
				.quote(command, command.bids, stop)
				.then(
					async (quote) => {
						const text = command.json ? `${JSON.stringify(quote, undefined, 2)}\n` : quoteText(quote);
						await write(process.stdout, text);
						return VERIFIED;
					},
					(error: unknown) => refuse(error, false),
				);
		}
		case 'explain': {
			const decisions = await engineOf().memory.outcomes.decisions(command.run);
			await write(process.stdout, explainText(command.run, decisions));
			return decisions === undefined ? NOT_VERIFIED : VERIFIED;
		}
		case 'outcomes':
			return outcomes(command);
		case 'export':
			return exportFixes(command).catch((error: unknown) => refuse(error, false));
		case 'add':
			return add(command).catch((error: unknown) => refuse(error, false));
		case 'lab':
			return lab(command.argv).catch((error: unknown) => refuse(error, false));
		case 'models':
			return models(command).catch((error: unknown) => refuse(error, false));
		case 'mcp':
			return mcp(command).catch((error: unknown) => refuse(error, false));
		case 'fix':
		case 'resume':
		case 'verify':
			return fix(command).catch((error: unknown) =>
				refuse(error, command.json, command.kind === 'fix' && command.all),
			);
	}
}

/** Looks for a fix, or judges a patch: both end in a receipt. */
async function fix(command: FixCommand | ResumeCommand | PatchCommand): Promise<number> {
	const engine = engineOf();
	const style = styleFor(process.stderr, process.env);
	const several = command.kind === 'fix' && command.all ? command.bid : undefined;
	const view = new ProgressView(process.stderr, style, several);
	const cancel = new AbortController();
	const onSignal = (): void => {
		if (cancel.signal.aborted) {
			// Asked twice: what is left is taken away at once, without waiting for anybody.
			engine.removeAllSync();
			process.exit(CANCELLED);
		}
		cancel.abort();
	};
	const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
	for (const name of signals) {
		process.on(name, onSignal);
	}
	let report: FixReport | FixAllReport;
	const consent: FixRequest['consent'] = (proposed, texts, shown, refused) =>
		view.aside(() =>
			askAboutTest(
				{ proposed, texts, shown, refused },
				{ input: process.stdin, output: process.stderr },
				style,
				(text, name) => editText(text, name, process.env),
				cancel.signal,
			),
		);
	try {
		const asked = (prompt: OutgoingPrompt): Promise<boolean> =>
			view.aside(() =>
				showPrompt(prompt, { input: process.stdin, output: process.stderr }, style, cancel.signal),
			);
		const showing = {
			unsaved: [],
			showPrompt: command.kind !== 'verify' && command.showPrompt ? asked : undefined,
		};
		const show = (event: SolveEvent): void => view.show(event);
		switch (command.kind) {
			case 'fix':
				report = command.all
					? await engine.fixAll({ ...command, ...showing }, show, cancel.signal)
					: await engine.fix(
							{
								...command,
								...showing,
								issue: await issueOf(command, engine, cancel.signal),
								consent: command.yes ? undefined : consent,
							},
							show,
							cancel.signal,
						);
				break;
			case 'resume':
				report = await engine.resume({ ...command, ...showing }, show, cancel.signal);
				break;
			case 'verify':
				report = await engine.verifyPatch(
					{ ...command, unsaved: [], timeMs: command.bid.timeMs, diff: diffOf(command.patch) },
					show,
					cancel.signal,
				);
				break;
		}
	} catch (error) {
		if (!cancel.signal.aborted || !(error instanceof UserError)) {
			throw error;
		}
		view.close();
		process.stderr.write('Cancelled before anything was bought.\n');
		if (command.json) {
			await write(
				process.stdout,
				`${JSON.stringify(
					several === undefined
						? refusedOutput('cancelled', undefined, performance.now())
						: refusedAllOutput('cancelled', undefined),
					undefined,
					2,
				)}\n`,
			);
		}
		return CANCELLED;
	} finally {
		view.close();
		await engine.close();
	}
	if ('result' in report) {
		return allFixed(report, command.json, style);
	}
	const { outcome, evidence, landing } = report;
	if (command.json) {
		await write(
			process.stdout,
			`${JSON.stringify(fixOutput(outcome, evidence, evidence.bid, performance.now(), landing), undefined, 2)}\n`,
		);
	} else {
		process.stderr.write(`\n${reportLines(outcome, evidence, style).join('\n')}\n`);
		if (command.kind === 'verify') {
			await write(process.stdout, report.receipt);
		} else if (outcome.kind === 'solved' && landing?.kind !== 'landed') {
			process.stderr.write('\n');
			await write(
				process.stdout,
				colouredDiff(
					[outcome.reproduction?.test?.patch.diff, outcome.chosen.patch.diff]
						.flatMap((diff) => (diff === undefined ? [] : [diff.endsWith('\n') ? diff : `${diff}\n`]))
						.join(''),
					styleFor(process.stdout, process.env),
				),
			);
			if (process.stdout.isTTY) {
				process.stderr.write(
					`\n  ${style.dim('Nothing was changed. Take it with --apply, or save it: underbid fix … > fix.patch')}\n`,
				);
			}
		}
	}
	if (!landed(landing)) {
		return NOT_VERIFIED;
	}
	switch (outcome.kind) {
		case 'solved':
			return VERIFIED;
		case 'cancelled':
			return CANCELLED;
		case 'blocked':
			return outcome.spent > 0 ? NOT_VERIFIED : REFUSED;
		case 'exhausted':
			return NOT_VERIFIED;
	}
}

/** Serves other programs until they go away. */
async function mcp(command: McpCommand): Promise<number> {
	// Nothing but the protocol may ever be on stdout.
	globalThis.console = new Console(process.stderr);
	const engine = engineOf();
	const folder = path.resolve(command.folder);
	if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) {
		throw new UserError(`The folder ${folder} does not exist; name the project's with -C DIR.`);
	}
	const cancel = new AbortController();
	let asked = 0;
	for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
		process.on(name, () => {
			asked += 1;
			cancel.abort();
			if (asked > 1) {
				engine.removeAllSync();
				process.exit(CANCELLED);
			}
		});
	}
	const { serve } = await import('./mcp/serve');
	const words = {
		quote: quoteText,
		spend: (report: SpendReport, by: SpendKey, span: SpendSpan) => spendText(report, by, 'table', span),
	};
	await serve({ ...command, folder, engine, words, version: version() }, cancel.signal);
	await engine.close();
	return VERIFIED;
}

/** False when what should be written was refused; either way it is told. */
function landed(landing: FixReport['landing']): boolean {
	if (landing?.kind === 'landed') {
		const merged =
			landing.merged.length > 0
				? ` (merged with newer edits, so not verified as merged: ${landing.merged.join(', ')}; run the tests again)`
				: '';
		process.stderr.write(`Applied to ${landing.files.join(', ')}${merged}\n`);
	}
	if (landing?.kind === 'refused') {
		process.stderr.write(`Not applied: ${printable(landing.reason)}\n`);
		return false;
	}
	return true;
}

/** The end of all causes under one bid. */
async function allFixed(
	{ result, evidence, landing }: FixAllReport,
	json: boolean,
	style: ReturnType<typeof styleFor>,
): Promise<number> {
	const { whole, cancelled } = result;
	if (json) {
		const output = fixAllOutput(result, evidence, landing);
		await write(process.stdout, `${JSON.stringify(output, undefined, 2)}\n`);
	} else {
		process.stderr.write(`\n${groupsLines(evidence, style).join('\n')}\n`);
		if (whole?.kind === 'solved' && landing?.kind !== 'landed') {
			process.stderr.write('\n');
			await write(
				process.stdout,
				colouredDiff(whole.chosen.patch.diff, styleFor(process.stdout, process.env)),
			);
		}
	}
	if (!landed(landing)) {
		return NOT_VERIFIED;
	}
	return cancelled ? CANCELLED : evidence.allFixed ? VERIFIED : NOT_VERIFIED;
}

async function outcomes({ what }: OutcomesCommand): Promise<number> {
	const store = engineOf().memory.outcomes;
	const records = await store.read();
	switch (what) {
		case 'table':
			await write(process.stdout, outcomesText(trackOf(records)));
			return VERIFIED;
		case 'lines':
			await write(process.stdout, records.map((record) => `${JSON.stringify(record)}\n`).join(''));
			return VERIFIED;
		case 'clear':
			await store.clear();
			await write(process.stdout, `Forgot ${records.length === 1 ? 'one run' : `${records.length} runs`}.\n`);
			return VERIFIED;
	}
}

/** @throws UserError when it cannot be written. */
async function exportFixes({ file, ...choice }: ExportCommand): Promise<number> {
	const { store } = engineOf().lessons;
	const fixes = await store.read();
	if (file === undefined) {
		await store.clear();
		await write(process.stdout, `Forgot ${fixes.length === 1 ? 'one fix' : `${fixes.length} fixes`}.\n`);
		return VERIFIED;
	}
	if (fixes.length === 0) {
		process.stderr.write(NOTHING_KEPT);
		return NOT_VERIFIED;
	}
	const data = trainingRows(fixes, choice);
	const sources = `${file.replace(/\.jsonl$/, '')}.sources.jsonl`;
	if (data.rows.length > 0) {
		writeNew(file, data.rows.map((row) => `${row}\n`).join(''));
		writeNew(sources, data.sources.map((source) => `${JSON.stringify(source)}\n`).join(''));
	}
	await write(process.stdout, exportText(data, data.rows.length > 0 ? file : undefined, sources));
	return data.rows.length > 0 ? VERIFIED : NOT_VERIFIED;
}

/** @throws UserError when it is there already, or cannot be written. */
function writeNew(file: string, text: string): void {
	try {
		writeFileSync(file, text, { flag: 'wx', mode: 0o600 });
	} catch (error) {
		throw new UserError(
			error instanceof Error && 'code' in error && error.code === 'EEXIST'
				? `${file} is there already; name another file, or take it away first.`
				: `${file} cannot be written: ${error instanceof Error ? error.message : String(error)}`,
		);
	}
}

async function add({ model }: AddCommand): Promise<number> {
	const { settingsFile } = engineOf();
	await addModel(settingsFile, model);
	await write(
		process.stdout,
		`${model.id} is in the pool now (${settingsFile}). Whether it answers: underbid models --check\n`,
	);
	return VERIFIED;
}

/** The issue that the user named, told what of it is left out. @throws UserError */
async function issueOf(
	command: FixCommand,
	engine: ReturnType<typeof createEngine>,
	signal: AbortSignal,
): Promise<Issue | undefined> {
	if (command.issue === undefined) {
		return undefined;
	}
	if (!command.yes && (command.issue.trim() === '-' || !process.stdin.isTTY || !process.stderr.isTTY)) {
		throw new UserError(
			'A test that is written for an issue is used only with your word, and there is no terminal to ask in: add --yes.',
		);
	}
	const issue = await engine.issue(command.issue, command.folder, readInput, signal);
	process.stderr.write(
		`${printable([issue.source.name, issue.title].filter((one) => one !== '').join(': '))}\n`,
	);
	for (const left of issue.leftOut) {
		process.stderr.write(`  ${printable(left)}\n`);
	}
	return issue;
}

const MOST_INPUT_BYTES = 2 * 1024 * 1024;

async function readInput(): Promise<string> {
	const pieces: Buffer[] = [];
	let bytes = 0;
	for await (const piece of process.stdin as AsyncIterable<Buffer>) {
		bytes += piece.length;
		if (bytes > MOST_INPUT_BYTES) {
			throw new UserError('The text on standard input is far longer than an issue.');
		}
		pieces.push(piece);
	}
	return Buffer.concat(pieces).toString('utf8');
}

async function lab(argv: readonly string[]): Promise<number> {
	const own = argv[0] === 'replay' && (argv[1] === undefined || argv[1].startsWith('-'));
	const words = own ? ['replay', engineOf().memory.outcomes.file, ...argv.slice(1)] : argv;
	const { text, files } = labCommand(words);
	await write(process.stdout, text);
	for (const file of files) {
		process.stderr.write(`Wrote ${file}\n`);
	}
	return VERIFIED;
}

/** @throws UserError when it cannot be read. */
function diffOf(patch: string): string {
	try {
		return readFileSync(patch === '-' ? process.stdin.fd : patch, 'utf8');
	} catch (error) {
		throw new UserError(
			`The patch ${patch} cannot be read: ${error instanceof Error ? error.message : String(error)}`,
		);
	}
}

async function models(command: ModelsCommand): Promise<number> {
	const cancel = new AbortController();
	process.once('SIGINT', () => cancel.abort());
	const engine = engineOf();
	const catalogue = await engine.catalogue();
	const view = await catalogue.view(command, cancel.signal);
	const columns = process.stdout.isTTY ? process.stdout.columns : undefined;
	const track = command.format === 'table' ? trackText(trackOf(await engine.memory.outcomes.read())) : '';
	await write(process.stdout, `${modelsText({ ...view, columns }, command.format)}${track}`);
	return cancel.signal.aborted ? CANCELLED : view.refreshFailed ? NOT_VERIFIED : VERIFIED;
}

function engineOf(): ReturnType<typeof createEngine> {
	return createEngine({ dist: __dirname, fetch: terminalFetch(process.env) });
}

function refuse(error: unknown, json: boolean, all = false): number {
	if (!(error instanceof UserError)) {
		throw error;
	}
	process.stderr.write(`underbid: ${printable(error.message)}\n`);
	if (json) {
		const output = all
			? refusedAllOutput('blocked', error.message)
			: refusedOutput('blocked', error.message, performance.now());
		process.stdout.write(`${JSON.stringify(output, undefined, 2)}\n`);
	}
	return REFUSED;
}

/** Resolves when the text is out: a pipe may be slower than the end of the process. */
async function write(stream: NodeJS.WriteStream, text: string): Promise<void> {
	await new Promise<void>((resolve) => stream.write(text, () => resolve()));
}

function version(): string {
	const { version: text } = JSON.parse(readFileSync(path.join(__dirname, '../package.json'), 'utf8')) as {
		version: string;
	};
	return text;
}

main(process.argv.slice(2)).then(
	(status) => {
		process.exitCode = status;
		// All is done and cleaned up: a handle that is open all the same may not keep the user waiting.
		setTimeout(() => process.exit(), 1000).unref();
	},
	(error: unknown) => {
		process.stderr.write(
			`underbid: this is a bug of ours: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
		);
		process.exitCode = 70;
	},
);
// A reader that goes away early (underbid fix | head) is no bug.
process.stdout.on('error', () => undefined);
