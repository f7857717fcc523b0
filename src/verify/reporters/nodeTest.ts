// Reporter for node:test, Node 20 and later. Node calls it with the stream of events and writes what it yields.
import { createRequire } from 'node:module';
import { inspect } from 'node:util';
import { type Failure, failureOf, type ReportWriter } from './reportFile';

interface EventData {
	name: string;
	nesting: number;
	file?: string;
	line?: number;
	message?: string;
	skip?: string | boolean;
	todo?: string | boolean;
	details?: {
		duration_ms?: number;
		type?: string;
		error?: { message?: string; failureType?: string; cause?: unknown };
	};
}
interface TestEvent {
	type: string;
	data: EventData;
}
interface Identity {
	key: string;
	file?: string;
	path: string[];
	line?: number;
}

async function* report(events: AsyncIterable<TestEvent>): AsyncGenerator<string> {
	const run = new Run(writer());
	for await (const event of events) {
		run.take(event);
	}
	run.finish();
	yield '';
}

/** Opened by the preload, before any code of the project could run. */
function writer(): ReportWriter {
	const [, preload] =
		process.execArgv
			.map((word) => /^--require=(.*nodePreload\.js)$/.exec(word))
			.find((match) => match !== null) ?? [];
	const loaded =
		preload === undefined ? undefined : (createRequire(preload)(preload) as { take(): ReportWriter });
	return loaded?.take() ?? (() => undefined);
}

class Run {
	/** Names of what is running, by nesting; `start` and `dequeue` come in different orders. */
	private readonly dequeued = new Map<string, string[]>();
	private readonly started = new Map<string, string[]>();
	private readonly counts = new Map<string, number>();
	private readonly stderr = new Map<string, string>();
	/** What ended in each file, for the hooks that fail around it. */
	private readonly ended = new Map<string, { identity: Identity; cancelled: boolean }[]>();

	constructor(private readonly write: ReportWriter) {}

	finish(): void {
		this.write({ kind: 'end' });
	}

	take({ type, data }: TestEvent): void {
		switch (type) {
			case 'test:dequeue':
				this.write({ kind: 'testStarted', ...this.identity(data, this.dequeued, 'started') });
				break;
			case 'test:start':
				this.place(data, this.started);
				break;
			case 'test:complete':
				if (isWholeFile(data)) {
					this.write({ kind: 'groupEnded', key: keyOf(data.file ?? '', [], 1) });
				}
				break;
			case 'test:pass':
			case 'test:fail':
				this.end(data, type === 'test:fail');
				break;
			case 'test:stderr':
				this.keepStderr(data);
				break;
			default:
				break;
		}
	}

	private end(data: EventData, failed: boolean): void {
		const identity = this.identity(data, this.started, 'ended');
		const type = data.details?.error?.failureType;
		const endedHere = this.ended.get(data.file ?? '') ?? [];
		this.ended.set(data.file ?? '', endedHere);
		if (data.details?.type === 'suite') {
			this.write({ kind: 'groupEnded', key: identity.key });
			if (failed && type !== 'subtestsFailed') {
				this.blame(endedHere, identity.path, reasonOf(data));
			}
			return;
		}
		endedHere.push({ identity, cancelled: type === 'cancelledByParent' });
		const skipped = isSet(data.skip) || isSet(data.todo);
		this.write({
			kind: 'testEnded',
			...identity,
			status: skipped ? 'skipped' : failed ? 'failed' : 'passed',
			...(data.details?.duration_ms === undefined ? {} : { durationMs: data.details.duration_ms }),
			...(failed && !skipped ? { failure: this.failure(data) } : {}),
		});
	}

	/** A group's hook failed: told as the failure of the tests it kept from running, or of the last one before it. */
	private blame(
		ended: readonly { identity: Identity; cancelled: boolean }[],
		group: string[],
		failure: Failure,
	): void {
		const inside = ended.filter(({ identity }) =>
			group.every((name, index) => identity.path[index] === name),
		);
		const cancelled = inside.filter((test) => test.cancelled);
		for (const { identity } of cancelled.length > 0 ? cancelled : inside.slice(-1)) {
			this.write({ kind: 'testEnded', ...identity, status: 'failed', failure });
		}
	}

	private failure(data: EventData): Failure {
		const failure = reasonOf(data);
		const stderr = this.stderr.get(data.file ?? '');
		return isWholeFile(data) && stderr !== undefined
			? { message: errorLine(stderr), stack: stderr }
			: failure;
	}

	private identity(data: EventData, stacks: Map<string, string[]>, use: string): Identity {
		const path = this.place(data, stacks);
		const key = keyOf(data.file ?? '', path, 0);
		const count = (this.counts.get(use + key) ?? 0) + 1;
		this.counts.set(use + key, count);
		return {
			key: keyOf(data.file ?? '', path, count),
			...(data.file === undefined ? {} : { file: data.file }),
			path,
			...(data.line === undefined ? {} : { line: data.line }),
		};
	}

	private place(data: EventData, stacks: Map<string, string[]>): string[] {
		if (isWholeFile(data)) {
			return [];
		}
		const stack = (stacks.get(data.file ?? '') ?? []).slice(0, data.nesting);
		stack[data.nesting] = data.name;
		stacks.set(data.file ?? '', stack);
		return Array.from(stack, (name: string | undefined) => name ?? '');
	}

	private keepStderr({ file, message }: EventData): void {
		if (file !== undefined && message !== undefined) {
			this.stderr.set(file, ((this.stderr.get(file) ?? '') + message).slice(-8000));
		}
	}
}

/** `node --test` gives each file an entry of its own, named by its path. */
function isWholeFile(data: EventData): boolean {
	return (
		data.nesting === 0 && data.file !== undefined && data.file.endsWith(data.name) && /[\\/.]/.test(data.name)
	);
}

function keyOf(file: string, path: readonly string[], count: number): string {
	return [file, ...path, count].join('\0');
}

function isSet(mark: string | boolean | undefined): boolean {
	return mark !== undefined && mark !== false;
}

/** Node wraps what was thrown; the cause is the thing itself, or only its text. */
function reasonOf(data: EventData): Failure {
	const error = data.details?.error;
	const cause: unknown = error?.cause;
	// What holds a value that cannot be sent between processes, a function say, arrives as an object that only `inspect` reads.
	if (error !== undefined && typeof cause === 'object' && cause !== null && !('message' in cause)) {
		return failureOf({ message: error.message, stack: inspect(cause) });
	}
	return failureOf(cause ?? error);
}

function errorLine(stderr: string): string {
	return stderr.split('\n').find((line) => /^\w*(?:Error|Exception)\b/.test(line)) ?? stderr.slice(-500);
}

export { report as default };
