// Runs the suite's own command for every candidate, written into the private worktree: slow, but it works for
// every framework, and its exit status says who passed.
import { spawn } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { FileEdit } from '../../../core/patch';
import { protectedAs } from '../../../core/protectedFiles';
import type { Behaviour, Trial, WarmRunner, WarmSetup } from '../warmRunner';
import { coldArguments } from './coldCommand';
import { childEnvironment } from './environment';
import { importedSources } from './probing';
import { killGroup } from './workerProcess';

type Started = Awaited<ReturnType<WarmRunner['start']>>;

const startLimitMs = 30_000;

export class ColdRunner implements WarmRunner {
	private readonly bases = new Map<string, string>();
	private readonly open = new Set<number>();
	private targetMs = 0;

	constructor(private readonly setup: WarmSetup) {}

	async start(signal: AbortSignal): Promise<Started> {
		const ended = await this.run(startLimitMs, signal);
		if (ended.kind !== 'exited' || ended.code === 0) {
			const what =
				ended.kind === 'exited' ? 'passes' : ended.reason === 'timeout' ? 'takes too long' : 'cannot run';
			return { kind: 'unavailable', reason: `the failing test ${what} when its command is run again` };
		}
		this.targetMs = ended.ms;
		const { root, problem } = this.setup;
		const entries = problem.failToPass.flatMap((test) => test.file ?? []);
		const scripts = problem.suite.argv
			.filter((argument) => /\.[cm]?[jt]sx?$/.test(argument))
			.map((argument) => path.join(problem.suite.folder, argument));
		const files = await importedSources([...entries, ...scripts].map((file) => path.join(root, file)));
		const lines = new Map<string, readonly number[]>();
		for (const [file, text] of files) {
			const inside = path.relative(root, file).split(path.sep).join('/');
			if (!entries.includes(inside) && protectedAs(inside) === undefined) {
				lines.set(
					inside,
					Array.from(text.split('\n'), (_, index) => index + 1),
				);
			}
		}
		return {
			kind: 'ready',
			base: {
				coverage: problem.failToPass.map((test) => ({ test: test.id, passed: false, lines })),
				frames: [],
				targetMs: this.targetMs,
				otherTests: 0,
				exclusive: true,
			},
		};
	}

	async attempt(edits: readonly FileEdit[], limitMs: number, signal: AbortSignal): Promise<Trial> {
		try {
			for (const edit of edits) {
				await this.write(edit);
			}
			const ended = await this.run(Math.max(limitMs, 3 * this.targetMs), signal);
			if (ended.kind === 'lost') {
				return { kind: 'lost', ms: ended.ms, reason: ended.reason };
			}
			return ended.code === 0
				? { kind: 'passed', ms: ended.ms }
				: { kind: 'failed', ms: ended.ms, passedTests: 0, signature: `exit ${ended.code}` };
		} finally {
			await this.restore();
		}
	}

	async observe(): Promise<Behaviour | undefined> {
		return undefined;
	}

	async close(): Promise<void> {
		for (const pid of this.open) {
			killGroup(pid);
		}
		await this.restore();
	}

	private async write(edit: FileEdit): Promise<void> {
		const file = path.join(this.setup.root, edit.path);
		if (!this.bases.has(file)) {
			this.bases.set(file, await readFile(file, 'utf8'));
		}
		await writeFile(file, edit.text);
	}

	private async restore(): Promise<void> {
		for (const [file, text] of this.bases) {
			await writeFile(file, text);
		}
		this.bases.clear();
	}

	private run(limitMs: number, signal: AbortSignal) {
		const { suite, failToPass } = this.setup.problem;
		const [program = '', ...args] = [...(this.setup.prefix ?? []), ...coldArguments(suite, failToPass)];
		const start = performance.now();
		type Ended =
			| { readonly kind: 'exited'; readonly code: number; readonly ms: number }
			| { readonly kind: 'lost'; readonly reason: 'timeout' | 'crash'; readonly ms: number };
		return new Promise<Ended>((resolve) => {
			const child = spawn(program, args, {
				cwd: path.join(this.setup.root, suite.folder),
				env: childEnvironment(process.env, suite.env),
				stdio: 'ignore',
				detached: process.platform !== 'win32',
				windowsHide: true,
			});
			let lost: 'timeout' | 'crash' | undefined;
			const end = (reason: 'timeout' | 'crash'): void => {
				lost ??= reason;
				if (child.pid !== undefined) {
					killGroup(child.pid);
				}
			};
			const abort = (): void => end('crash');
			const timer = setTimeout(() => end('timeout'), limitMs);
			signal.addEventListener('abort', abort, { once: true });
			if (child.pid !== undefined) {
				this.open.add(child.pid);
			}
			const finish = (code: number | null): void => {
				clearTimeout(timer);
				signal.removeEventListener('abort', abort);
				if (child.pid !== undefined) {
					this.open.delete(child.pid);
					killGroup(child.pid);
				}
				const ms = performance.now() - start;
				resolve(
					lost === undefined && code !== null
						? { kind: 'exited', code, ms }
						: { kind: 'lost', reason: lost ?? 'crash', ms },
				);
			};
			child.once('error', () => finish(null));
			child.once('exit', finish);
		});
	}
}
