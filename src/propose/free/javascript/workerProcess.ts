// One warm worker as a child process: starts it, talks to it, and ends it whole.
import { type ChildProcess, spawn } from 'node:child_process';
import { statSync } from 'node:fs';
import path from 'node:path';
import type { Duplex } from 'node:stream';
import kill from 'tree-kill';
import type { Envelope, LostReason, Reply, Request } from './protocol';

export interface WorkerOptions {
	/** What is put before the command so that it runs in a sandbox. */
	readonly prefix: readonly string[];
	/** Absolute path of the bundled worker. */
	readonly program: string;
	readonly folder: string;
	readonly nodeOptions: readonly string[];
	readonly environment: Readonly<Record<string, string>>;
	readonly memoryBytes: number;
}

export type Answer =
	| { readonly kind: 'reply'; readonly reply: Reply }
	| { readonly kind: 'lost'; readonly reason: LostReason };

const megabyte = 1024 * 1024;
/** Of the memory; the rest is code, buffers and threads. A lower limit also makes V8 collect earlier. */
const heapShare = 0.7;

export class WorkerProcess {
	private readonly child: ChildProcess;
	private readonly channel: Duplex | undefined;
	private readonly pending = new Map<number, (answer: Answer) => void>();
	private readonly ended: Promise<void>;
	private nextId = 1;
	private rest = '';
	private lost: LostReason | undefined;
	/** False once it must not be used again. */
	alive = true;

	constructor(options: WorkerOptions) {
		const [node, environment] = nodeOf(options.environment);
		const [program = '', ...before] = [...options.prefix, node];
		this.child = spawn(
			program,
			[
				...before,
				`--max-old-space-size=${Math.floor((options.memoryBytes * heapShare) / megabyte)}`,
				...options.nodeOptions,
				options.program,
			],
			{
				cwd: options.folder,
				env: { ...environment, UNDERBID_MEMORY: String(options.memoryBytes) },
				stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
				detached: process.platform !== 'win32',
				windowsHide: true,
			},
		);
		this.ended = new Promise((resolve) => {
			this.child.once('error', () => this.end('crash', resolve));
			this.child.once('exit', (code, signal) =>
				this.end(code === 134 || signal === 'SIGABRT' ? 'memory' : 'crash', resolve),
			);
		});
		this.channel = this.child.stdio[3] as Duplex | undefined;
		this.channel?.setEncoding('utf8');
		this.channel?.on('data', (chunk: string) => this.receive(chunk));
		this.channel?.on('error', () => this.stop('crash'));
	}

	get pid(): number | undefined {
		return this.child.pid;
	}

	/** Asks and waits. Past the limit the worker is ended and `lost`. Never rejects. */
	ask(body: Request, limitMs: number, signal: AbortSignal): Promise<Answer> {
		if (!this.alive || signal.aborted) {
			return Promise.resolve({ kind: 'lost', reason: this.lost ?? 'crash' });
		}
		return new Promise((resolve) => {
			const id = this.nextId++;
			const abort = (): void => this.stop('crash');
			const timer = setTimeout(() => this.stop('timeout'), limitMs);
			signal.addEventListener('abort', abort, { once: true });
			this.pending.set(id, (answer) => {
				clearTimeout(timer);
				signal.removeEventListener('abort', abort);
				this.pending.delete(id);
				resolve(answer);
			});
			const envelope: Envelope<Request> = { id, body };
			this.channel?.write(`${JSON.stringify(envelope)}\n`);
		});
	}

	/** Ends the process and everything it started. Resolves when it has ended. */
	async close(): Promise<void> {
		this.stop('crash');
		await this.ended;
	}

	/** Ends it; whoever waits is told that it was lost. */
	stop(reason: LostReason): void {
		if (!this.alive) {
			return;
		}
		this.alive = false;
		this.lost = reason;
		const { pid } = this.child;
		if (pid !== undefined) {
			killGroup(pid);
		}
		this.fail(reason);
	}

	private end(reason: LostReason, resolve: () => void): void {
		this.alive = false;
		this.lost ??= reason;
		if (this.child.pid !== undefined) {
			killGroup(this.child.pid);
		}
		this.channel?.destroy();
		this.fail(this.lost);
		resolve();
	}

	private fail(reason: LostReason): void {
		for (const settle of [...this.pending.values()]) {
			settle({ kind: 'lost', reason });
		}
	}

	private receive(chunk: string): void {
		const lines = (this.rest + chunk).split('\n');
		this.rest = lines.pop() ?? '';
		for (const line of lines) {
			if (line === 'memory') {
				this.stop('memory');
				continue;
			}
			const envelope = JSON.parse(line) as Envelope<Reply>;
			this.pending.get(envelope.id)?.({ kind: 'reply', reply: envelope.body });
		}
	}
}

/** A detached child leads a group of its own, so that its children end with it. */
export function killGroup(pid: number): void {
	if (process.platform === 'win32') {
		kill(pid, 'SIGKILL');
		return;
	}
	try {
		process.kill(-pid, 'SIGKILL');
	} catch {
		// The whole group has ended already.
	}
}

/** The editor's own runtime stands in where no node is installed. */
function nodeOf(
	environment: Readonly<Record<string, string>>,
): readonly [string, Readonly<Record<string, string>>] {
	return 'electron' in process.versions && !onPath('node')
		? [process.execPath, { ...environment, ELECTRON_RUN_AS_NODE: '1' }]
		: ['node', environment];
}

function onPath(name: string): boolean {
	const names = process.platform === 'win32' ? [`${name}.exe`, `${name}.cmd`] : [name];
	return (process.env['PATH'] ?? '')
		.split(path.delimiter)
		.some((folder) => names.some((candidate) => isFile(path.join(folder, candidate))));
}

function isFile(file: string): boolean {
	return statSync(file, { throwIfNoEntry: false })?.isFile() ?? false;
}
