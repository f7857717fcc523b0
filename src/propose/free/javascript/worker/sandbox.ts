// Runs one candidate's tests inside the worker and takes back what it changed: exits, timers, listeners,
// globals, output.
import { inspect, types } from 'node:util';
import type { LostReason } from '../protocol';
import { Builtins } from './builtins';
import type { Probes } from './probes';
import { Timers } from './timers';

/** Thrown in place of ending the process. */
class ExitSignal extends Error {
	override readonly name = 'ExitSignal';
}

/** What happened to the process while a run went on. */
export interface Events {
	/** Status given to `process.exit`, or set as `exitCode`. */
	exitCode: number | undefined;
	exited: boolean;
	/** Rejections nobody handled and errors nobody caught. */
	uncaught: unknown[];
}

const eventNames = [
	'uncaughtException',
	'unhandledRejection',
	'exit',
	'beforeExit',
	'warning',
	'SIGINT',
	'SIGTERM',
];
const leastStopMs = 100;
const leastTurns = 20;
const ownSetTimeout = setTimeout;
const ownClearTimeout = clearTimeout;
const ownSetImmediate = setImmediate;
const now = performance.now.bind(performance);

export class Sandbox {
	readonly events: Events = { exitCode: undefined, exited: false, uncaught: [] };
	/** Told of uncaught errors while a run goes on; they are noted as well. */
	onException: ((error: unknown) => void) | undefined;
	/** Likewise of rejections that nobody handled. */
	onRejection: ((error: unknown) => void) | undefined;
	private readonly timers = new Timers();
	private readonly builtins = new Builtins();
	private globals = new Map<PropertyKey, PropertyDescriptor>();
	private consoleMethods = new Map<string, unknown>();
	private listeners = new Map<string, readonly unknown[]>();
	private environment: NodeJS.ProcessEnv = {};
	private argv: readonly string[] = [];
	private folder = process.cwd();
	private readonly chdir = process.chdir.bind(process);

	constructor(private readonly probes: Probes) {}

	install(): void {
		const leave = (code?: number | string | null): never => {
			this.events.exited = true;
			this.events.exitCode = Number(code ?? process.exitCode ?? 0);
			throw new ExitSignal(`process.exit(${code ?? ''})`);
		};
		process.exit = leave;
		process.abort = () => leave(134);
		const kill = process.kill.bind(process);
		process.kill = (pid: number, signal?: string | number) =>
			pid === process.pid && signal !== 0 ? leave(143) : kill(pid, signal);
		process.stdout.write = () => true;
		process.stderr.write = () => true;
		process.on('uncaughtException', (error) => this.surface(error, this.onException));
		process.on('unhandledRejection', (error) => this.surface(error, this.onRejection));
		this.timers.install();
		this.remember();
	}

	/** For frameworks that keep timers from run to run. */
	leaveTimersAlone(): void {
		this.timers.tracked = false;
	}

	/** The state that is restored after every run. Call again once preloads have made theirs. */
	remember(): void {
		this.rememberGlobals();
		this.listeners = new Map(eventNames.map((name) => [name, process.rawListeners(name)]));
		this.environment = { ...process.env };
		this.argv = [...process.argv];
		this.folder = process.cwd();
	}

	/** Only what libraries put on globals. */
	rememberGlobals(): void {
		this.globals = new Map(
			Reflect.ownKeys(globalThis).map((key) => [
				key,
				Reflect.getOwnPropertyDescriptor(globalThis, key) ?? {},
			]),
		);
		this.builtins.remember();
		this.consoleMethods = new Map(Object.entries(console));
	}

	/**
	 * Runs `body` within the limit; `stop` asks it to end early. Never rejects: what it throws is among the events.
	 * `dirty` means that it goes on all the same, or left something alive.
	 */
	async run(
		limitMs: number,
		body: () => Promise<void>,
		stop: () => void,
		stopMs = leastStopMs,
	): Promise<{ readonly lost: LostReason | undefined; readonly dirty: boolean }> {
		this.events.exitCode = undefined;
		this.events.exited = false;
		this.events.uncaught = [];
		process.exitCode = undefined;
		this.probes.arm(limitMs);
		this.timers.begin();
		let timer: NodeJS.Timeout | undefined;
		const late = new Promise<'late'>((resolve) => {
			timer = ownSetTimeout(() => resolve('late'), limitMs);
		});
		const whole = body().then(
			() => 'ended' as const,
			(error: unknown) => {
				this.note(error);
				return 'ended' as const;
			},
		);
		let ended: 'ended' | 'late' = await Promise.race([whole, late]);
		ownClearTimeout(timer);
		const wasLate = ended === 'late';
		if (wasLate) {
			this.probes.trip();
			stop();
			ended = await Promise.race([whole, afterTurns(stopMs)]);
		}
		const { looped } = this.probes;
		this.probes.disarm();
		this.timers.end();
		if (this.events.exitCode === undefined && process.exitCode !== undefined) {
			this.events.exitCode = Number(process.exitCode);
		}
		const lost = wasLate || looped;
		return {
			lost: lost ? 'timeout' : undefined,
			dirty: ended === 'late' || (lost && resources().length > this.idleResources),
		};
	}

	/** Resolves when nothing that a run started is left to wait for, or the limit has passed. */
	async settled(limitMs: number): Promise<void> {
		const end = now() + limitMs;
		let turns = 0;
		while (now() < end && !this.events.exited && (turns < 2 || this.isBusy())) {
			turns += 1;
			await new Promise<void>((resolve) => {
				if (turns < 10) {
					ownSetImmediate(resolve);
				} else {
					ownSetTimeout(resolve, 1);
				}
			});
		}
	}

	/** Calls what the run registered for the end of the process. */
	async leave(limitMs: number): Promise<void> {
		for (const name of ['beforeExit', 'exit'] as const) {
			for (const listener of this.added(name)) {
				if (name === 'beforeExit' && this.events.exited) {
					continue;
				}
				try {
					Reflect.apply(listener as () => void, process, [this.events.exitCode ?? process.exitCode ?? 0]);
				} catch (error) {
					this.note(error);
				}
			}
			if (name === 'beforeExit') {
				await this.settled(limitMs);
			}
		}
	}

	/** Puts back what the run changed; globals only when asked for. */
	restore(globals: boolean): void {
		for (const name of eventNames) {
			const before = this.listeners.get(name) ?? [];
			const present = process.rawListeners(name);
			if (present.length !== before.length || present.some((listener, index) => listener !== before[index])) {
				process.removeAllListeners(name);
				for (const listener of before) {
					process.on(name, listener as () => void);
				}
			}
		}
		this.builtins.restore();
		if (globals) {
			this.restoreGlobals();
		}
		for (const key of Object.keys(process.env)) {
			if (!(key in this.environment)) {
				Reflect.deleteProperty(process.env, key);
			}
		}
		for (const [key, value] of Object.entries(this.environment)) {
			if (process.env[key] !== value) {
				process.env[key] = value;
			}
		}
		process.argv = [...this.argv];
		if (process.cwd() !== this.folder) {
			this.chdir(this.folder);
		}
		process.exitCode = undefined;
	}

	private idleResources = 0;

	/** Counts what the worker itself keeps open. */
	calibrate(): void {
		this.idleResources = resources().length;
	}

	private restoreGlobals(): void {
		for (const key of Reflect.ownKeys(globalThis)) {
			if (!this.globals.has(key)) {
				Reflect.deleteProperty(globalThis, key);
			}
		}
		for (const [key, descriptor] of this.globals) {
			const present = Reflect.getOwnPropertyDescriptor(globalThis, key);
			if (present?.value !== descriptor.value || present?.get !== descriptor.get) {
				Reflect.defineProperty(globalThis, key, descriptor);
			}
		}
		for (const [name, method] of this.consoleMethods) {
			if (Reflect.get(console, name) !== method) {
				Reflect.set(console, name, method);
			}
		}
	}

	private added(name: string): readonly unknown[] {
		const before = this.listeners.get(name) ?? [];
		return process.rawListeners(name).filter((listener) => !before.includes(listener));
	}

	private isBusy(): boolean {
		return this.timers.pending() > 0 || resources().length > this.idleResources;
	}

	private surface(error: unknown, told: ((error: unknown) => void) | undefined): void {
		if (!(error instanceof ExitSignal)) {
			told?.(error);
		}
		this.note(error);
	}

	private note(error: unknown): void {
		if (!(error instanceof ExitSignal)) {
			this.events.uncaught.push(error);
		}
	}
}

/** Gives what was told to stop so much time, and some turns of the event loop if time is scarce. */
async function afterTurns(leastMs: number): Promise<'late'> {
	const end = now() + leastMs;
	for (let turn = 0; turn < leastTurns || now() < end; turn++) {
		await new Promise<void>((resolve) => {
			ownSetTimeout(resolve, 1);
		});
	}
	return 'late';
}

/** What keeps the event loop alive, timers aside: those are counted one by one. */
function resources(): readonly string[] {
	return process.getActiveResourcesInfo().filter((name) => name !== 'Timeout' && name !== 'Immediate');
}

export function isExit(error: unknown): boolean {
	return error instanceof ExitSignal;
}

/** The error's own words; anything may be thrown. */
export function failureOf(error: unknown): { readonly message: string; readonly stack?: string } {
	if (types.isNativeError(error) || error instanceof Error) {
		return { message: `${error.name}: ${error.message}`, ...(error.stack ? { stack: error.stack } : {}) };
	}
	return { message: `thrown: ${inspect(error, { depth: 1 })}` };
}
