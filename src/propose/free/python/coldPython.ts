// The slow way for a project that cannot be kept warm: the candidate is written to the worktree and the suite's own
// command runs the target tests, a process each.
import { spawn } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { FileEdit } from '../../../core/patch';
import type { Trial, WarmBase, WarmSetup } from '../warmRunner';
import { pytestOptions, suiteWords } from './suiteArguments';

const BASE_LIMIT_MS = 60_000;
const FRAME = /(?:File "([^"\n]+\.py)", line (\d+))|^([\w./\\-]+\.py):(\d+):/gm;

interface Ended {
	readonly ms: number;
	/** Undefined when we ended it. */
	readonly status: number | undefined;
	readonly signal: NodeJS.Signals | undefined;
}

export class ColdPython {
	private readonly cwd: string;
	private readonly argv: readonly string[];

	constructor(
		private readonly setup: WarmSetup,
		private readonly env: Record<string, string>,
	) {
		const { suite, failToPass } = setup.problem;
		this.cwd = path.join(setup.root, suite.folder);
		const words = suiteWords(suite);
		const program = suite.argv.slice(0, suite.argv.length - words.length);
		this.argv =
			suite.framework === 'pytest'
				? [
						...program,
						...pytestOptions(suite, this.cwd),
						'-x',
						'-p',
						'no:cacheprovider',
						...failToPass.map((test) => this.local(test.id)),
					]
				: [...program, ...failToPass.map((test) => test.id.split('::').at(-1) ?? test.id)];
	}

	/** Undefined when the target does not fail in an orderly way on the base. */
	async start(signal: AbortSignal): Promise<WarmBase | undefined> {
		const ended = await this.run(BASE_LIMIT_MS, signal);
		if (signal.aborted || ended.status === 0 || ended.status === undefined || ended.status > 1) {
			return undefined;
		}
		return { coverage: [], frames: this.frames(), targetMs: ended.ms, otherTests: 0 };
	}

	async attempt(edits: readonly FileEdit[], limitMs: number, signal: AbortSignal): Promise<Trial> {
		const files = edits.map((edit) => path.join(this.setup.root, edit.path));
		const before = await Promise.all(files.map((file) => readFile(file).catch(() => undefined)));
		try {
			await Promise.all(edits.map((edit, index) => writeFile(files[index] ?? '', edit.text)));
			const { ms, status, signal: ending } = await this.run(limitMs, signal);
			if (status === 0) {
				return { kind: 'passed', ms };
			}
			if (status === 1) {
				return { kind: 'failed', ms, passedTests: 0, signature: 'exit 1' };
			}
			return { kind: 'lost', ms, reason: ending ? 'crash' : status === undefined ? 'timeout' : 'exit' };
		} finally {
			await Promise.all(
				before.map(
					async (bytes, index) => bytes && writeFile(files[index] ?? '', bytes).catch(() => undefined),
				),
			);
		}
	}

	private run(limitMs: number, signal: AbortSignal): Promise<Ended> {
		const since = performance.now();
		return new Promise((resolve) => {
			const [program = '', ...args] = [...(this.setup.prefix ?? []), ...this.argv];
			const child = spawn(program, args, {
				cwd: this.cwd,
				env: this.env,
				detached: true,
				windowsHide: true,
				stdio: 'ignore',
			});
			let ours = false;
			const kill = (): void => {
				ours = true;
				killGroup(child.pid);
			};
			const timer = setTimeout(kill, limitMs);
			signal.addEventListener('abort', kill, { once: true });
			const done = (status: number | undefined, ending?: NodeJS.Signals): void => {
				clearTimeout(timer);
				signal.removeEventListener('abort', kill);
				killGroup(child.pid);
				resolve({
					ms: performance.now() - since,
					status: ours ? undefined : status,
					signal: ours ? undefined : ending,
				});
			};
			child.once('error', () => done(127));
			child.once('exit', (status, ending) => done(status ?? undefined, ending ?? undefined));
			if (signal.aborted) {
				kill();
			}
		});
	}

	/** A test's id as seen from the suite's folder. */
	private local(id: string): string {
		const { folder } = this.setup.problem.suite;
		return folder !== '' && id.startsWith(`${folder}/`) ? id.slice(folder.length + 1) : id;
	}

	private frames(): WarmBase['frames'] {
		const found: { file: string; line: number }[] = [];
		for (const test of this.setup.problem.failToPass.slice(0, 1)) {
			for (const [, quoted, line, plain, other] of `${test.failure?.stack ?? ''}`.matchAll(FRAME)) {
				const file = path.relative(this.setup.root, path.resolve(this.cwd, quoted ?? plain ?? ''));
				if (!file.startsWith('..') && !file.includes('site-packages')) {
					found.unshift({ file: file.split(path.sep).join('/'), line: Number(line ?? other) });
				}
			}
		}
		return found;
	}
}

function killGroup(pid: number | undefined): void {
	if (pid === undefined) {
		return;
	}
	try {
		process.kill(-pid, 'SIGKILL');
	} catch {
		// Already gone.
	}
}
