// One Python process of our own that answers one JSON line with another.
import { type ChildProcess, spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';

/** How one question ended: an answer, or why there is none. After anything but an answer the process is dead. */
export type Answer =
	| { readonly kind: 'answer'; readonly value: unknown }
	| { readonly kind: 'died'; readonly stderr: string }
	| { readonly kind: 'timedOut' }
	| { readonly kind: 'cancelled' };

const STDERR_BYTES = 4_000;

export class WorkerProcess {
	private readonly child: ChildProcess;
	private readonly ended: Promise<void>;
	private pending = '';
	private stderr = '';
	private waiting: ((answer: Answer) => void) | undefined;
	private dead = false;

	constructor(
		program: string,
		argv: readonly string[],
		options: { cwd: string; env: Record<string, string> },
	) {
		// A group of its own, so that whatever the tests start can be ended with it.
		this.child = spawn(program, argv, {
			...options,
			detached: true,
			windowsHide: true,
			stdio: ['ignore', 'ignore', 'pipe', 'pipe', 'pipe'],
		});
		this.ended = new Promise((resolve) => {
			this.child.once('error', (error) => {
				this.stderr += error.message;
				this.finish();
				resolve();
			});
			// 'close' would wait for orphans that hold a pipe.
			this.child.once('exit', () => {
				this.killGroup();
				setImmediate(() => {
					this.finish();
					resolve();
				});
			});
		});
		this.child.stderr?.setEncoding('utf8').on('data', (text: string) => {
			this.stderr = (this.stderr + text).slice(-STDERR_BYTES);
		});
		this.requests().on('error', () => undefined);
		const answers = this.child.stdio[4] as Readable;
		answers.setEncoding('utf8').on('data', (text: string) => this.receive(text));
		answers.on('error', () => undefined);
	}

	get alive(): boolean {
		return !this.dead;
	}

	/** Sends one value and waits for the answer. Never rejects. Out of time or cancelled: the process is ended. */
	async ask(value: unknown, limitMs: number, signal: AbortSignal): Promise<Answer> {
		if (this.dead) {
			return { kind: 'died', stderr: this.stderr };
		}
		if (signal.aborted) {
			return { kind: 'cancelled' };
		}
		return new Promise((resolve) => {
			const done = (answer: Answer): void => {
				clearTimeout(timer);
				signal.removeEventListener('abort', cancel);
				this.waiting = undefined;
				resolve(answer);
			};
			const end = (answer: Answer): void => {
				this.waiting = undefined;
				void this.close().then(() => done(answer));
			};
			const cancel = (): void => end({ kind: 'cancelled' });
			const timer = setTimeout(() => end({ kind: 'timedOut' }), limitMs);
			signal.addEventListener('abort', cancel, { once: true });
			this.waiting = done;
			this.requests().write(`${JSON.stringify(value)}\n`);
		});
	}

	/** Ends the process and its group; resolves when it is gone. Safe to call twice. */
	async close(): Promise<void> {
		if (!this.dead) {
			// The worker ends its children, each in a group of its own, when its pipe is closed.
			this.requests().end();
			const grace = setTimeout(() => this.killGroup(), 150);
			await this.ended;
			clearTimeout(grace);
		}
	}

	private requests(): Writable {
		return this.child.stdio[3] as Writable;
	}

	private receive(text: string): void {
		this.pending += text;
		const at = this.pending.indexOf('\n');
		if (at < 0) {
			return;
		}
		const line = this.pending.slice(0, at);
		this.pending = this.pending.slice(at + 1);
		this.waiting?.({ kind: 'answer', value: JSON.parse(line) });
	}

	private finish(): void {
		this.dead = true;
		this.waiting?.({ kind: 'died', stderr: this.stderr });
	}

	private killGroup(): void {
		const pid = this.child.pid;
		if (pid === undefined) {
			return;
		}
		try {
			process.kill(-pid, 'SIGKILL');
		} catch {
			// Already gone, or a system without process groups.
			this.child.kill('SIGKILL');
		}
	}
}
