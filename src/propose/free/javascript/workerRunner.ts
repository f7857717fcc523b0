// The parent's side of the warm worker: tells it what to load, sends candidates, replaces it when it dies.
import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { FileEdit } from '../../../core/patch';
import { protectedAs } from '../../../core/protectedFiles';
import type { Grammars } from '../grammars';
import type { Behaviour, Trial, WarmBase, WarmRunner, WarmSetup } from '../warmRunner';
import { baseOf, foreignFailure } from './baseReport';
import { type WarmCommand, warmCommand } from './command';
import { passesAll, passing, signatureOf } from './outcomes';
import { ProbedSources } from './probing';
import {
	type Preparation,
	probesFile,
	type Reply,
	type Request,
	type WarmFramework,
	type WarmTest,
} from './protocol';
import { WorkerPool } from './workerPool';

type Started = Awaited<ReturnType<WarmRunner['start']>>;
type BaseReply = Extract<Reply, { kind: 'base' }>;

const baseLimitMs = 2_000;
/** For a base that is known to loop. */
const shortLimitMs = 250;
const othersMs = 3_000;
/** Enough to see that a loop does not end. */
const hungMs = 300;
/** Added to a candidate's own limit before the worker is ended from outside. */
const graceMs = 300;

export class WorkerRunner implements WarmRunner {
	private readonly sources: ProbedSources;
	private pool: WorkerPool | undefined;
	/** What the suite turned out to be; undefined before the start. */
	framework: WarmFramework | undefined;
	private root = '';
	private scratch = '';
	private targets: readonly WarmTest[] = [];
	private others: readonly WarmTest[] = [];
	private othersMs = 0;

	/** `withVite`: vitest's tests are run by vitest itself. */
	constructor(
		private readonly setup: WarmSetup,
		grammars: Grammars,
		private readonly withVite = false,
	) {
		this.sources = new ProbedSources(grammars);
	}

	async start(signal: AbortSignal): Promise<Started> {
		const { suite, failToPass } = this.setup.problem;
		this.root = await realpath(this.setup.root);
		const folder = path.join(this.root, suite.folder);
		const read = warmCommand(suite, folder);
		if (!read) {
			return unavailable(`no warm worker for \`${suite.argv.join(' ')}\``);
		}
		this.framework = this.withVite && read.framework === 'vitest' ? 'vitest-server' : read.framework;
		const command = { ...read, framework: this.framework };
		this.targets = failToPass.map((test) => ({
			id: test.id,
			...(test.file === undefined ? {} : { file: path.join(this.root, test.file) }),
			...(test.id === test.file ? { whole: true } : {}),
		}));
		if (command.framework !== 'script' && this.targets.some((test) => test.file === undefined)) {
			return unavailable('the file of the failing test is not known');
		}
		if (command.framework === 'jest') {
			this.sources.runtime = 'process.cpuUsage.__underbid';
		}
		if (command.framework === 'jest' || command.framework === 'vitest-server') {
			this.scratch = await mkdtemp(path.join(tmpdir(), 'underbid-warm-'));
		}
		await this.sources.closure(this.entries(command, folder));
		const pool = new WorkerPool(this.setup, folder, command);
		this.pool = pool;
		pool.setup = [{ kind: 'prepare', preparation: this.preparation(command, folder) }];
		const covered = await this.coverage(pool, signal);
		if ('reason' in covered) {
			return unavailable(covered.reason);
		}
		return this.ready(pool, covered, signal);
	}

	async attempt(edits: readonly FileEdit[], limitMs: number, signal: AbortSignal): Promise<Trial> {
		const start = performance.now();
		const texts: Record<string, string> = {};
		for (const edit of edits) {
			const file = path.join(this.root, edit.path);
			texts[file] = await this.sources.guarded(file, edit.text);
		}
		const othersLimitMs = this.others.length > 0 ? limitMs + 4 * this.othersMs : 0;
		const reply = await this.ask(
			{ kind: 'attempt', texts, limitMs, others: this.others, othersLimitMs },
			limitMs + othersLimitMs + graceMs,
			signal,
		);
		const ms = performance.now() - start;
		if (reply.kind !== 'attempt') {
			return { kind: 'lost', ms, reason: reply.kind === 'lost' ? reply.reason : 'crash' };
		}
		const { target, others } = reply;
		const lost = target.lost ?? others?.lost;
		if (target.dirty || others?.dirty) {
			this.pool?.discard('timeout');
		}
		if (lost !== undefined) {
			return { kind: 'lost', ms, reason: lost };
		}
		if (passesAll(target, this.targets) && (others === undefined || passesAll(others, this.others))) {
			return { kind: 'passed', ms };
		}
		return {
			kind: 'failed',
			ms,
			passedTests: passing(target, this.targets).length,
			signature: signatureOf([...target.outcomes, ...(others?.outcomes ?? [])]),
		};
	}

	async observe(edit: FileEdit, limitMs: number, signal: AbortSignal): Promise<Behaviour | undefined> {
		const file = path.join(this.root, edit.path);
		const text = await this.sources.guarded(file, edit.text);
		const recording = await this.sources.recording(file, edit.text);
		const reply = await this.ask(
			{ kind: 'observe', file, text, recording, others: this.others, limitMs },
			5 * limitMs + graceMs,
			signal,
		);
		return reply.kind === 'observe' ? reply.behaviour : undefined;
	}

	async close(): Promise<void> {
		await this.pool?.close();
		if (this.scratch !== '') {
			await rm(this.scratch, { recursive: true, force: true });
			await rm(probesFile(path.join(this.root, this.setup.problem.suite.folder), this.scratch), {
				force: true,
			});
		}
	}

	private async ask(request: Request, limitMs: number, signal: AbortSignal) {
		return this.pool?.ask(request, limitMs, signal) ?? { kind: 'lost' as const, reason: 'crash' as const };
	}

	private entries(command: WarmCommand, folder: string): readonly string[] {
		const [script] = command.script;
		const files = this.targets.flatMap((test) => test.file ?? []);
		return [...new Set(script === undefined ? files : [path.resolve(folder, script), ...files])];
	}

	private preparation(command: WarmCommand, folder: string): Preparation {
		const { framework, args, preloads, script } = command;
		const { root, scratch, targets } = this;
		return { framework, root, folder, args, preloads, script, scratch, targets };
	}

	/** Runs the base with statement counters: once more when files turned up that had none. */
	private async coverage(
		pool: WorkerPool,
		signal: AbortSignal,
	): Promise<BaseReply | { readonly reason: string }> {
		let limitMs = this.baseLimit();
		let budgetMs = othersMs;
		for (let round = 0; ; round++) {
			const sent = await pool.send(
				{ kind: 'texts', texts: this.sources.texts((file) => this.isCounted(file)), coverage: true },
				10_000,
				signal,
			);
			if (sent.kind !== 'ready') {
				return {
					reason: sent.kind === 'unavailable' ? sent.reason : `the worker was lost: ${reasonOf(sent)}`,
				};
			}
			const reply = await pool.send(
				{ kind: 'base', limitMs, othersMs: budgetMs },
				2 * limitMs + 2 * budgetMs + 10_000,
				signal,
			);
			if (reply.kind === 'lost' && reply.reason === 'memory' && limitMs > shortLimitMs) {
				// A base that loops may eat memory faster than its time runs out.
				limitMs = shortLimitMs;
				continue;
			}
			if (reply.kind === 'lost' && budgetMs > 0 && !signal.aborted) {
				// Some other test file ends the worker, or never ends: then the targets' tests alone must do.
				budgetMs = 0;
				continue;
			}
			if (reply.kind !== 'base') {
				return { reason: `the base could not be run: ${reasonOf(reply)}` };
			}
			const more = await this.sources.addAll(reply.loaded);
			if (!more || round >= 1) {
				return reply;
			}
		}
	}

	private async ready(pool: WorkerPool, covered: BaseReply, signal: AbortSignal): Promise<Started> {
		const failure = foreignFailure(covered.target, this.targets, this.setup.problem.failToPass);
		if (failure !== undefined) {
			return unavailable(failure);
		}
		const usable = covered.others.filter(
			(outcome) =>
				!outcome.skipped &&
				(outcome.passed || (this.setup.partial === true && this.isTargetFile(outcome.id))),
		);
		const limitMs = this.baseLimit();
		const quick = covered.target.lost === undefined ? limitMs : hungMs;
		pool.setup = [
			...pool.setup,
			{ kind: 'texts', texts: this.sources.texts(() => false), coverage: false },
			{ kind: 'base', limitMs: quick, othersMs: 0 },
		];
		const again = await pool.warmUp(signal);
		const plain = again.kind === 'base' ? again.target : undefined;
		if (!plain) {
			return unavailable(`the base could not be run again: ${reasonOf(again)}`);
		}
		await this.keepStable(pool, withFiles(usable, this.root), signal);
		const base: WarmBase = baseOf(covered, plain, {
			root: this.root,
			isCounted: (file) => this.isCounted(file),
			linesOf: (hits) => this.sources.linesOf(hits),
			otherTests: this.others.length,
		});
		pool.keepSpare();
		return { kind: 'ready', base };
	}

	/** Of the others those that pass also one after another in a worker where much stays loaded. */
	private async keepStable(pool: WorkerPool, tests: readonly WarmTest[], signal: AbortSignal): Promise<void> {
		if (tests.length === 0) {
			return;
		}
		const start = performance.now();
		const reply = await pool.ask({ kind: 'others', tests, limitMs: othersMs }, othersMs + graceMs, signal);
		this.othersMs = performance.now() - start;
		const strict = this.setup.partial === true;
		this.others =
			reply.kind === 'others'
				? tests.filter(
						({ id }) => (strict && this.isTargetFile(id)) || passing(reply.run, [{ id }]).length > 0,
					)
				: [];
	}

	/** The test is in a file of the targets. */
	private isTargetFile(id: string): boolean {
		return this.targets.some((test) => test.id.split('::')[0] === id.split('::')[0]);
	}

	private baseLimit(): number {
		const { failToPass } = this.setup.problem;
		if (failToPass.some((test) => test.failure?.hung)) {
			return 2 * hungMs;
		}
		const known = failToPass.reduce((sum, test) => sum + (test.durationMs ?? 0), 0);
		// vitest's own worker starts with the first run.
		const least = this.framework === 'vitest-server' ? 10_000 : baseLimitMs;
		return Math.min(10_000, Math.max(least, 2 * known));
	}

	/** Only what a fix may touch is counted: the project's sources, not its tests. */
	private isCounted(file: string): boolean {
		const inside = path.relative(this.root, file).split(path.sep).join('/');
		return (
			!inside.startsWith('../') &&
			!`/${inside}`.includes('/node_modules/') &&
			!this.targets.some((test) => test.file === file) &&
			protectedAs(inside) === undefined
		);
	}
}

function withFiles(outcomes: BaseReply['others'], root: string): readonly WarmTest[] {
	return outcomes.map(({ id }) => {
		const separator = id.indexOf('::');
		return separator < 0 ? { id } : { id, file: path.join(root, id.slice(0, separator)) };
	});
}

function unavailable(reason: string): Started {
	return { kind: 'unavailable', reason };
}

function reasonOf(reply: Reply | { readonly kind: 'lost'; readonly reason: string }): string {
	return 'reason' in reply ? reply.reason : `unexpected answer ${reply.kind}`;
}
