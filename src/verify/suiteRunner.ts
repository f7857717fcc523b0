// Runs a suite as the project does, in a process group of its own, and reads what the framework reported.
import { randomBytes, randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { SuiteRunner } from '../core/effects';
import type { Suite, SuiteRun, SuiteScope, TestResult } from '../core/suite';
import { readCargoOutput } from './cargoOutput';
import { readGoOutput } from './goOutput';
import { type Invocation, invocationOf } from './invocation';
import { readJunitFiles } from './junit';
import { errorIn, readLoadFailure } from './loadFailure';
import { type ProcessEnd, runProcess } from './process';
import { cleanText, type Report, readReport, relativeFile } from './reportRecords';
import { readTap, type TapEnd } from './tap';
import { binFolders } from './toolFiles';

export interface RunnerSettings {
	/** Folder with our built reporters (`dist`). */
	readonly assets: string;
	/** Folder for reports, outside of every tree; made when it is not there. */
	readonly tempRoot: string;
	/** What children may see: see `childEnvironment`. */
	readonly environment: Readonly<Record<string, string>>;
	/** What to put before a command in a tree so that it runs in a sandbox; `folder`: ours, for its report. */
	readonly prefixOf?: (root: string, folder: string) => readonly string[];
}

/** Most bytes of a framework's own output that are kept when results are read from it. */
const STDOUT_BYTES = 64 * 1024 * 1024;

export class ProcessSuiteRunner implements SuiteRunner {
	constructor(private readonly settings: RunnerSettings) {}

	async run(
		root: string,
		suite: Suite,
		scope: SuiteScope,
		limitMs: number,
		signal: AbortSignal,
	): Promise<SuiteRun> {
		const started = performance.now();
		let folder: string | undefined;
		try {
			mkdirSync(this.settings.tempRoot, { recursive: true });
			folder = mkdtempSync(path.join(this.settings.tempRoot, 'run-'));
			const prefix = this.settings.prefixOf?.(root, folder) ?? [];
			const real = realpathSync(root);
			return await new Run(this.settings, real, suite, scope, limitMs, signal, folder, prefix).result();
		} catch (error) {
			return {
				kind: 'neverRan',
				argv: suite.argv,
				durationMs: performance.now() - started,
				output: '',
				reason: error instanceof Error ? error.message : String(error),
			};
		} finally {
			if (folder !== undefined) {
				rmSync(folder, { recursive: true, force: true });
			}
		}
	}
}

class Run {
	private readonly started = performance.now();
	private readonly startedAt = Date.now();
	/** Marks what the run starts; the code under test may see it. */
	private readonly nonce = randomUUID();
	/** Seals the report; read and taken away by our reporter before the code under test runs. */
	private readonly key = randomBytes(32).toString('hex');
	private readonly stdout: Buffer[] = [];
	private stdoutBytes = 0;
	private bytesAtStop: number | undefined;
	private hintsAtStop: number | undefined;

	constructor(
		private readonly settings: RunnerSettings,
		private readonly root: string,
		private readonly suite: Suite,
		private readonly scope: SuiteScope,
		private readonly limitMs: number,
		private readonly signal: AbortSignal,
		private readonly folder: string,
		private readonly prefix: readonly string[],
	) {}

	async result(): Promise<SuiteRun> {
		const environment = this.environment();
		const invocation = invocationOf({
			root: this.root,
			suite: this.suite,
			scope: this.scope,
			assets: this.settings.assets,
			folder: this.folder,
			environment,
		});
		if (typeof invocation === 'string') {
			return this.ended(this.suite.argv, '', { kind: 'neverRan', reason: invocation });
		}
		for (const argv of this.suite.build ?? []) {
			const built = await this.process(argv, environment, undefined);
			const fault = this.buildFault(argv, built);
			if (fault !== undefined) {
				return fault;
			}
		}
		const reports =
			invocation.results === 'records'
				? { UNDERBID_REPORT: this.reportFile(), UNDERBID_HINTS: this.hintsFile() }
				: {};
		const env = { ...environment, ...invocation.env, ...reports };
		if (invocation.results === 'records') {
			writeFileSync(`${this.reportFile()}.key`, this.key, { mode: 0o600 });
		}
		const readsStdout =
			invocation.results === 'go' || invocation.results === 'cargo' || invocation.results === 'tap';
		const ended = await this.process(invocation.argv, env, readsStdout ? this.keep : undefined);
		return this.judge(invocation, ended);
	}

	private process(
		argv: readonly string[],
		env: Readonly<Record<string, string>>,
		onStdout: ((chunk: Buffer) => void) | undefined,
	): Promise<ProcessEnd> {
		return runProcess(
			{
				argv,
				prefix: this.prefix,
				cwd: path.join(this.root, this.suite.folder),
				env,
				nonce: this.nonce,
				limitMs: Math.max(1, this.limitMs - (performance.now() - this.started)),
				onStop: this.onStop,
				...(onStdout ? { onStdout } : {}),
			},
			this.signal,
		);
	}

	private judge(invocation: Invocation, ended: ProcessEnd): SuiteRun {
		const { shown } = invocation;
		switch (ended.kind) {
			case 'notStarted':
				return this.ended(shown, ended.output, { kind: 'neverRan', reason: ended.reason });
			case 'cancelled':
				return this.ended(shown, ended.output, { kind: 'cancelled' });
			case 'timedOut': {
				const tests = invocation.results === 'exit' ? [] : this.report(invocation, ended).tests;
				return this.ended(shown, ended.output, { kind: 'timedOut', tests, limitMs: this.limitMs });
			}
			case 'exited':
				break;
		}
		if (invocation.results === 'exit') {
			return this.byExit(shown, ended);
		}
		const report = this.report(invocation, ended);
		if (report.whole && report.fault === undefined) {
			return this.ended(shown, ended.output, { kind: 'finished', tests: report.tests, exitCode: ended.code });
		}
		const broken = this.loadFailure(report, ended);
		if (broken !== undefined) {
			return this.ended(shown, ended.output, { kind: 'finished', tests: [broken], exitCode: ended.code });
		}
		return this.ended(shown, ended.output, {
			kind: 'neverRan',
			reason: `${reasonFor(report)} (exit ${ended.signal ?? ended.code})${lastWords(cleanText(ended.output, this.root))}`,
			exitCode: ended.code,
		});
	}

	/** The command tells only success or failure, so it is one test. */
	private byExit(shown: readonly string[], ended: Extract<ProcessEnd, { kind: 'exited' }>): SuiteRun {
		const output = cleanText(ended.output.slice(-4000), this.root);
		if (ended.code === 126 || ended.code === 127) {
			const reason = `the command was not found or may not be executed (exit ${ended.code})${lastWords(output)}`;
			return this.ended(shown, ended.output, { kind: 'neverRan', reason, exitCode: ended.code });
		}
		const name = this.suite.argv.join(' ');
		const failure = {
			message: `The command ended with ${ended.signal ?? `exit ${ended.code}`}.\n${output}`.trim(),
		};
		const test: TestResult = {
			id: name,
			name,
			status: ended.code === 0 ? 'passed' : 'failed',
			durationMs: ended.durationMs,
			...(ended.code === 0 ? {} : { failure: { ...failure, stack: output } }),
		};
		return this.ended(shown, ended.output, { kind: 'finished', tests: [test], exitCode: ended.code });
	}

	private report(invocation: Invocation, ended: ProcessEnd): Report {
		const hung = ended.kind === 'timedOut';
		const stdout = Buffer.concat(this.stdout).toString('utf8');
		const { root, suite } = this;
		switch (invocation.results) {
			case 'records':
				return readReport(this.reportText(), this.key, root, suite.folder, hung, this.hintsText());
			case 'go':
				return readGoOutput(stdout, root, hung);
			case 'cargo':
				return readCargoOutput(stdout, root, hung);
			case 'tap':
				return readTap(stdout, this.tapEnd(ended));
			case 'junit':
				return readJunitFiles(suite.report ?? '', root, suite.folder, this.startedAt);
			case 'exit':
				return { whole: true, tests: [], open: [] };
		}
	}

	/** mocha, and a script by itself, end at once when a file of the project throws while it is loaded. */
	private loadFailure(
		report: Report,
		ended: Extract<ProcessEnd, { kind: 'exited' }>,
	): TestResult | undefined {
		const nothingRan = report.tests.length === 0 && report.open.length === 0;
		const kind = this.suite.framework;
		return nothingRan && ended.code !== 0 && (kind === 'mocha' || kind === 'node:test')
			? readLoadFailure(cleanText(ended.output, this.root))
			: undefined;
	}

	private tapEnd(ended: ProcessEnd): TapEnd {
		// A pattern is no file: `tape test/*.js` runs as many as it finds.
		const scripts = this.suite.argv.slice(1).filter((word) => /\.[cm]?[jt]sx?$/.test(word));
		const [only] = scripts.some((word) => /[*?[\]{}]/.test(word)) ? [] : scripts;
		const succeeded = ended.kind === 'exited' && ended.code === 0;
		return {
			root: this.root,
			file: scripts.length === 1 && only ? relativeFile(only, this.root, this.suite.folder) : undefined,
			how: succeeded ? 'succeeded' : ended.kind === 'timedOut' ? 'hung' : 'stopped',
			lastWords: errorIn(cleanText(ended.output, this.root)),
		};
	}

	private buildFault(argv: readonly string[], built: ProcessEnd): SuiteRun | undefined {
		switch (built.kind) {
			case 'exited': {
				const reason = `the build step ${JSON.stringify(argv.join(' '))} failed (exit ${built.code})${lastWords(cleanText(built.output, this.root))}`;
				return built.code === 0
					? undefined
					: this.ended(argv, built.output, { kind: 'neverRan', reason, exitCode: built.code });
			}
			case 'timedOut':
				return this.ended(argv, built.output, { kind: 'timedOut', tests: [], limitMs: this.limitMs });
			case 'cancelled':
				return this.ended(argv, built.output, { kind: 'cancelled' });
			case 'notStarted':
				return this.ended(argv, built.output, { kind: 'neverRan', reason: built.reason });
		}
	}

	private ended<T>(argv: readonly string[], output: string, how: T) {
		return { argv, durationMs: performance.now() - this.started, output, ...how };
	}

	private environment(): Record<string, string> {
		const environment: Record<string, string> = { ...this.settings.environment };
		const bins = binFolders(this.root, this.suite.folder);
		environment['PATH'] = [...bins, environment['PATH'] ?? ''].join(path.delimiter);
		return { ...environment, ...this.suite.env };
	}

	private reportText(): string {
		const text = readIfThere(this.reportFile());
		return (this.bytesAtStop === undefined ? text : text.subarray(0, this.bytesAtStop)).toString('utf8');
	}

	/** A framework that is asked to end calls what it had not run yet failed: only what it said before counts. */
	private readonly onStop = (): void => {
		this.bytesAtStop = readIfThere(this.reportFile()).length;
		this.hintsAtStop = readIfThere(this.hintsFile()).length;
	};

	private hintsText(): string {
		const text = readIfThere(this.hintsFile());
		return (this.hintsAtStop === undefined ? text : text.subarray(0, this.hintsAtStop)).toString('utf8');
	}

	private hintsFile(): string {
		return path.join(this.folder, 'hints.jsonl');
	}

	private reportFile(): string {
		return path.join(this.folder, 'report.jsonl');
	}

	private readonly keep = (chunk: Buffer): void => {
		if (this.stdoutBytes < STDOUT_BYTES) {
			this.stdout.push(chunk);
			this.stdoutBytes += chunk.length;
		}
	};
}

function readIfThere(file: string): Buffer {
	try {
		return readFileSync(file);
	} catch {
		return Buffer.alloc(0);
	}
}

function reasonFor(report: Report): string {
	const [open] = report.open;
	return (
		report.fault ??
		(open === undefined
			? 'the report ends early: the test program stopped before its end'
			: `the report ends early: the test program stopped in ${JSON.stringify(open)}`)
	);
}

/** What the program said last, where that is likely to explain it. */
function lastWords(output: string): string {
	const said = errorIn(output).split('\n').slice(0, 3);
	return said[0] ? `: ${said.join(' ⏎ ').slice(0, 600)}` : '';
}
