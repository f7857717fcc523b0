// Runs one child process in its own process group and ends it whole: nothing it started outlives the call.
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { OutputKeeper } from './outputKeeper';
import { endAll, livingPids, RUN_MARK, signalTree } from './processTree';
import { SANDBOX_FAILED, SANDBOX_FAILED_STATUS } from './sandbox/namespaces';

export interface Command {
	/** Program and arguments; never a shell string. */
	readonly argv: readonly string[];
	/** What is put before it so that it runs in a sandbox. */
	readonly prefix?: readonly string[];
	readonly cwd: string;
	/** The whole environment of the child; the run's mark is added. */
	readonly env: Readonly<Record<string, string>>;
	/** Unique for this run; written to the environment, so that strays are found by it. */
	readonly nonce: string;
	readonly limitMs: number;
	/** Every chunk of stdout, before the cap. */
	readonly onStdout?: (chunk: Buffer) => void;
	/** What it reads; nothing where absent. A child that reads no further is no fault. */
	readonly stdin?: Readable;
	/** Called before the first signal is sent at the time limit or on cancel. */
	readonly onStop?: () => void;
	/** Time between asking and forcing, milliseconds; 500 when absent. */
	readonly graceMs?: number;
	/** Bytes kept of the output's head, and of its tail; 64 KB when absent. */
	readonly keepBytes?: number;
}

interface Run {
	readonly output: string;
	readonly durationMs: number;
}

export type ProcessEnd =
	/** `code` is 128 + n when a signal ended it. */
	| (Run & { readonly kind: 'exited'; readonly code: number; readonly signal?: NodeJS.Signals })
	| (Run & { readonly kind: 'timedOut' })
	| (Run & { readonly kind: 'cancelled' })
	| (Run & { readonly kind: 'notStarted'; readonly reason: string });

const signalNumbers: Readonly<Record<string, number>> = {
	SIGHUP: 1,
	SIGINT: 2,
	SIGABRT: 6,
	SIGBUS: 7,
	SIGKILL: 9,
	SIGSEGV: 11,
	SIGTERM: 15,
};
/** How long a pipe that a stray holds open is waited for after everything known has been ended. */
const PIPE_WAIT_MS = 200;

/** Never rejects. Time limit and `signal` go the same road: ask, wait, end the whole tree, wait for close. */
export async function runProcess(command: Command, signal: AbortSignal): Promise<ProcessEnd> {
	const started = performance.now();
	const output = new OutputKeeper(command.keepBytes ?? 64 * 1024);
	const ended = () => ({ output: output.text(), durationMs: performance.now() - started });
	if (signal.aborted) {
		return { kind: 'cancelled', ...ended() };
	}
	const [wanted = ''] = command.argv;
	const confined = (command.prefix?.length ?? 0) > 0;
	if (confined && !isFound(wanted, command)) {
		return { kind: 'notStarted', reason: notFound(wanted, command.cwd), ...ended() };
	}
	const [program = '', ...args] = [...(command.prefix ?? []), ...command.argv];
	const before = livingPids();
	const end = (child: ChildProcess) => {
		if (child.pid !== undefined) {
			endAll(child.pid, command.nonce, before);
		}
	};
	let child: ChildProcess;
	try {
		child = spawn(program, args, {
			cwd: command.cwd,
			env: { ...command.env, [RUN_MARK]: command.nonce },
			stdio: [command.stdin === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
			detached: process.platform !== 'win32',
			windowsHide: true,
		});
	} catch (error) {
		return { kind: 'notStarted', reason: reasonOf(error, program, command.cwd), ...ended() };
	}
	if (command.stdin !== undefined && child.stdin !== null) {
		pipeline(command.stdin, child.stdin).catch(() => undefined);
	}
	return new Promise((resolve) => {
		let stopped: 'timedOut' | 'cancelled' | undefined;
		let forced: NodeJS.Timeout | undefined;
		let pipeWait: NodeJS.Timeout | undefined;
		let exit: { code: number; signal?: NodeJS.Signals } | undefined;

		const stop = (kind: 'timedOut' | 'cancelled') => {
			if (stopped !== undefined || child.pid === undefined || exit !== undefined) {
				return;
			}
			stopped = kind;
			command.onStop?.();
			signalTree(child.pid, 'SIGTERM');
			forced = setTimeout(() => {
				signalTree(child.pid ?? 0, 'SIGKILL');
				end(child);
			}, command.graceMs ?? 500);
		};
		const cancel = () => stop('cancelled');
		const timer = setTimeout(() => stop('timedOut'), command.limitMs);
		signal.addEventListener('abort', cancel, { once: true });

		const settle = (value: ProcessEnd) => {
			clearTimeout(timer);
			clearTimeout(forced);
			clearTimeout(pipeWait);
			signal.removeEventListener('abort', cancel);
			child.stdin?.destroy();
			child.stdout?.destroy();
			child.stderr?.destroy();
			resolve(value);
		};
		child.stdout?.on('data', (chunk: Buffer) => {
			output.push(chunk);
			command.onStdout?.(chunk);
		});
		child.stderr?.on('data', (chunk: Buffer) => output.push(chunk));
		child.on('error', (error) => {
			if (child.pid === undefined) {
				settle({ kind: 'notStarted', reason: reasonOf(error, program, command.cwd), ...ended() });
			}
		});
		const close = () => {
			const broken =
				confined && exit?.code === SANDBOX_FAILED_STATUS ? sandboxFault(output.text()) : undefined;
			if (stopped === undefined && broken !== undefined) {
				settle({ kind: 'notStarted', reason: broken, ...ended() });
				return;
			}
			settle(
				stopped === undefined
					? { kind: 'exited', ...(exit ?? { code: 1 }), ...ended() }
					: { kind: stopped, ...ended() },
			);
		};
		child.on('exit', (code, by) => {
			exit = by === null ? { code: code ?? 1 } : { code: 128 + (signalNumbers[by] ?? 0), signal: by };
			end(child);
			pipeWait = setTimeout(close, PIPE_WAIT_MS);
		});
		child.on('close', close);
	});
}

/** What the start itself would have found out, had there been no sandbox to start first. */
function isFound(program: string, { cwd, env }: Command): boolean {
	const folders = program.includes('/') ? [cwd] : (env['PATH'] ?? '').split(path.delimiter);
	return folders.some((folder) => existsSync(path.resolve(folder, program)));
}

function notFound(program: string, cwd: string): string {
	return `The program ${JSON.stringify(program)} was not found (from ${cwd}).`;
}

function sandboxFault(output: string): string | undefined {
	const [first = ''] = output.split('\n').filter((line) => line.startsWith(SANDBOX_FAILED));
	return first === '' ? undefined : `The sandbox could not be made: ${first.slice(SANDBOX_FAILED.length)}.`;
}

function reasonOf(error: unknown, program: string, cwd: string): string {
	const code = (error as NodeJS.ErrnoException).code;
	switch (code) {
		case 'ENOENT':
			return notFound(program, cwd);
		case 'EACCES':
			return `The program ${JSON.stringify(program)} may not be executed.`;
		default:
			return `The program ${JSON.stringify(program)} could not be started: ${error instanceof Error ? error.message : String(error)}`;
	}
}
