// Stands in for `node:test`, whose own runner cannot run twice in one process. Tests run one after another, in
// the order in which they were written; what passes here is verified by the real runner afterwards.
import { isWanted, type Recorder } from './driver';
import { failureOf } from './sandbox';

type Body = (context: unknown, done?: (error?: unknown) => void) => unknown;

interface Options {
	readonly skip?: boolean | string;
	readonly todo?: boolean | string;
	readonly only?: boolean;
	readonly timeout?: number;
}

interface Hooks {
	readonly before: Body[];
	readonly after: Body[];
	readonly beforeEach: Body[];
	readonly afterEach: Body[];
}

interface Entry {
	readonly kind: 'suite' | 'test';
	readonly name: string;
	readonly options: Options;
	readonly body: Body | undefined;
	readonly parent: Entry | undefined;
	readonly hooks: Hooks;
	readonly children: Entry[];
	/** Ready when the suite's own function has registered its children. */
	loading: Promise<void> | undefined;
	loadError: unknown;
	startedHooks: boolean;
	failed: boolean;
	skipped: boolean;
	/** The tail of the queue of subtests of a running test. */
	queue: Promise<void>;
}

type Mocks = { reset(): void; restoreAll(): void };

const ownSetTimeout = setTimeout;
const ownClearTimeout = clearTimeout;

/** One file's tests: the module to answer `require('node:test')` with, and the run of what was registered. */
export class TestShim {
	private root = entryOf('suite', '', {}, undefined, undefined);
	private current = this.root;
	private recorder: Recorder | undefined;
	private ids: ReadonlySet<string> | undefined;
	private prefix = '';
	private failFast = false;
	private stopped = false;
	/** Rejects the running test when an error surfaces outside its promise. */
	private interrupt: ((error: unknown) => void) | undefined;
	readonly module: object;

	/** `real`: node's own module, for its mocks. */
	constructor(private readonly real: { readonly mock: Mocks; readonly [name: string]: unknown }) {
		this.module = this.makeModule();
	}

	get hasTests(): boolean {
		return this.root.children.length > 0;
	}

	get failed(): boolean {
		return this.root.failed;
	}

	/** Forgets everything registered. `prefix` begins every id: `file::`. */
	begin(
		prefix: string,
		ids: ReadonlySet<string> | undefined,
		failFast: boolean,
		recorder: Recorder | undefined,
	): void {
		this.root = entryOf('suite', '', {}, undefined, undefined);
		this.current = this.root;
		this.prefix = prefix;
		this.ids = ids;
		this.failFast = failFast;
		this.stopped = false;
		this.recorder = recorder;
	}

	/** Runs what was registered. Failures go to the recorder. */
	async run(): Promise<void> {
		try {
			await this.runChildren(this.root, hasOnly(this.root));
		} finally {
			this.real.mock.reset();
		}
	}

	surface(error: unknown): void {
		this.interrupt?.(error);
	}

	private makeModule(): object {
		const register =
			(kind: 'suite' | 'test', extra: Options) =>
			(...args: unknown[]): Promise<void> => {
				const entry = this.register(kind, args, extra);
				return this.isRunningTest(entry.parent) ? this.runSubtest(entry) : Promise.resolve();
			};
		const family = (kind: 'suite' | 'test') =>
			Object.assign(register(kind, {}), {
				skip: register(kind, { skip: true }),
				todo: register(kind, { todo: true }),
				only: register(kind, { only: true }),
			});
		const hook = (name: keyof Hooks) => (body: Body) => {
			this.current.hooks[name].push(body);
		};
		const test = family('test');
		const suite = family('suite');
		const module = Object.assign(test, {
			test,
			it: family('test'),
			suite,
			describe: family('suite'),
			before: hook('before'),
			after: hook('after'),
			beforeEach: hook('beforeEach'),
			afterEach: hook('afterEach'),
			run: this.real['run'],
			mock: this.real.mock,
			snapshot: this.real['snapshot'],
			assert: this.real['assert'],
		});
		return Object.assign(module, { default: module });
	}

	private isRunningTest(entry: Entry | undefined): boolean {
		return entry?.kind === 'test';
	}

	private register(
		kind: 'suite' | 'test',
		args: readonly unknown[],
		extra: Options,
		parent = this.current,
	): Entry {
		const body = args.find((argument): argument is Body => typeof argument === 'function');
		const name = args.find((argument): argument is string => typeof argument === 'string');
		const options = args.find(
			(argument): argument is Options => typeof argument === 'object' && argument !== null,
		);
		const entry = entryOf(
			kind,
			name ?? (body?.name || '<anonymous>'),
			{ ...options, ...extra },
			body,
			parent,
		);
		parent.children.push(entry);
		if (kind === 'suite' && body && !isOff(entry)) {
			const before = this.current;
			this.current = entry;
			try {
				const returned: unknown = body({ name: entry.name, signal: new AbortController().signal });
				if (returned instanceof Promise) {
					entry.loading = returned.then(
						() => undefined,
						(error: unknown) => {
							entry.loadError = error;
						},
					);
				}
			} catch (error) {
				entry.loadError = error;
			}
			this.current = before;
		}
		return entry;
	}

	private async runChildren(entry: Entry, onlyMarked: boolean): Promise<void> {
		for (let index = 0; index < entry.children.length && !this.stopped; index++) {
			const child = entry.children[index];
			if (child && !(onlyMarked && !hasOnly(child) && !hasOnlyAbove(child))) {
				await this.runEntry(child);
				entry.failed ||= child.failed;
			}
		}
		if (entry.startedHooks) {
			await this.runHooks(entry.hooks.after, entry);
		}
	}

	private async runEntry(entry: Entry): Promise<void> {
		const id = this.prefix + pathOf(entry);
		if (!isWanted(this.ids, id)) {
			return;
		}
		if (entry.kind === 'suite') {
			await entry.loading;
			if (entry.loadError !== undefined) {
				entry.failed = true;
				this.recorder?.ended({ id, passed: false, ...failureOf(entry.loadError) });
				return;
			}
			await this.runChildren(entry, hasOnly(entry));
			// A suite is no test of its own, unless it was asked for by name.
			if (this.ids?.has(id)) {
				this.finish(entry, id, undefined);
			}
			return;
		}
		if (isOff(entry) || !entry.body) {
			this.recorder?.ended({ id, passed: true, skipped: true });
			return;
		}
		this.recorder?.started();
		let error: { readonly thrown: unknown } | undefined;
		const before = this.current;
		try {
			await this.startHooks(entry.parent);
			this.current = entry;
			await this.runEach(entry.parent, 'beforeEach', entry);
			await this.runBody(entry);
			await entry.queue;
		} catch (thrown) {
			error = { thrown };
		}
		try {
			await this.runEach(entry.parent, 'afterEach', entry);
			await this.runHooks(entry.hooks.after, entry);
		} catch (thrown) {
			error ??= { thrown };
		}
		this.current = before;
		this.finish(entry, id, error);
	}

	private finish(entry: Entry, id: string, error: { readonly thrown: unknown } | undefined): void {
		if (entry.options.todo) {
			entry.failed = false;
			this.recorder?.ended({ id, passed: true, skipped: true });
			return;
		}
		if (error) {
			entry.failed = true;
			this.recorder?.ended({ id, passed: false, ...failureOf(error.thrown) });
		} else if (entry.failed) {
			this.recorder?.ended({ id, passed: false, message: 'a test inside it failed' });
		} else {
			this.recorder?.ended({ id, passed: true, ...(entry.skipped ? { skipped: true } : {}) });
		}
		this.stopped ||= entry.failed && this.failFast;
	}

	private async runSubtest(entry: Entry): Promise<void> {
		const parent = entry.parent;
		if (!parent) {
			return;
		}
		const before = parent.queue;
		parent.queue = before.then(async () => {
			await this.runEntry(entry);
			parent.failed ||= entry.failed;
		});
		await parent.queue;
	}

	private async startHooks(entry: Entry | undefined): Promise<void> {
		if (!entry || entry.startedHooks) {
			return;
		}
		await this.startHooks(entry.parent);
		entry.startedHooks = true;
		await this.runHooks(entry.hooks.before, entry);
	}

	private async runEach(
		from: Entry | undefined,
		name: 'beforeEach' | 'afterEach',
		entry: Entry,
	): Promise<void> {
		const chain: Entry[] = [];
		for (let next = from; next; next = next.parent) {
			chain.push(next);
		}
		if (name === 'beforeEach') {
			chain.reverse();
		}
		for (const level of chain) {
			await this.runHooks(level.hooks[name], entry);
		}
	}

	private async runHooks(hooks: readonly Body[], entry: Entry): Promise<void> {
		for (const hook of hooks) {
			await called(hook, this.contextOf(entry));
		}
	}

	private async runBody(entry: Entry): Promise<void> {
		const mocks = new (this.real.mock.constructor as new () => Mocks)();
		const { timeout } = entry.options;
		let timer: NodeJS.Timeout | undefined;
		try {
			await new Promise<void>((resolve, reject) => {
				this.interrupt = reject;
				if (timeout !== undefined && Number.isFinite(timeout)) {
					timer = ownSetTimeout(() => reject(new Error(`test timed out after ${timeout}ms`)), timeout);
				}
				if (entry.body) {
					called(entry.body, this.contextOf(entry, mocks)).then(resolve, reject);
				}
			});
		} finally {
			this.interrupt = undefined;
			ownClearTimeout(timer);
			mocks.reset();
		}
	}

	private contextOf(entry: Entry, mocks: Mocks = this.real.mock): object {
		const subtest =
			(kind: 'suite' | 'test', extra: Options) =>
			(...args: unknown[]) =>
				this.runSubtest(this.register(kind, args, extra, entry));
		const hook = (name: keyof Hooks) => (body: Body) => {
			entry.hooks[name].push(body);
		};
		return {
			name: entry.name,
			fullName: pathOf(entry),
			signal: new AbortController().signal,
			mock: mocks,
			assert: this.real['assert'],
			diagnostic: () => undefined,
			plan: () => undefined,
			runOnly: () => undefined,
			skip: () => {
				entry.skipped = true;
			},
			todo: () => undefined,
			test: Object.assign(subtest('test', {}), {
				skip: subtest('test', { skip: true }),
				todo: subtest('test', { todo: true }),
				only: subtest('test', { only: true }),
			}),
			before: (body: Body) => called(body, undefined),
			after: hook('after'),
			beforeEach: hook('beforeEach'),
			afterEach: hook('afterEach'),
		};
	}
}

function entryOf(
	kind: Entry['kind'],
	name: string,
	options: Options,
	body: Body | undefined,
	parent: Entry | undefined,
): Entry {
	return {
		kind,
		name,
		options,
		body,
		parent,
		hooks: { before: [], after: [], beforeEach: [], afterEach: [] },
		children: [],
		loading: undefined,
		loadError: undefined,
		startedHooks: false,
		failed: false,
		skipped: false,
		queue: Promise.resolve(),
	};
}

function pathOf(entry: Entry): string {
	return entry.parent?.parent ? `${pathOf(entry.parent)} > ${entry.name}` : entry.name;
}

function isOff(entry: Entry): boolean {
	return entry.options.skip !== undefined && entry.options.skip !== false;
}

function hasOnly(entry: Entry): boolean {
	return entry.children.some((child) => child.options.only === true || hasOnly(child));
}

function hasOnlyAbove(entry: Entry): boolean {
	for (let next: Entry | undefined = entry; next; next = next.parent) {
		if (next.options.only) {
			return true;
		}
	}
	return false;
}

/** Calls a test or hook in the style that its parameters ask for. */
function called(body: Body, context: unknown): Promise<void> {
	if (body.length < 2) {
		return Promise.resolve().then(async () => {
			await body.call(context, context);
		});
	}
	return new Promise((resolve, reject) => {
		const done = (error?: unknown): void => (error ? reject(asError(error)) : resolve());
		Promise.resolve(body.call(context, context, done)).catch(reject);
	});
}

function asError(error: unknown): Error {
	return error instanceof Error ? error : new Error(String(error));
}
