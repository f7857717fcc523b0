// Tests as they are registered and run, one after another, in the order in which they were written: what stands
// in for runners that cannot run twice in one process.
import { isWanted, type Recorder, type Selection } from './driver';
import { failureOf } from './sandbox';
import {
	type Body,
	type Entry,
	type EntryOptions,
	entryOf,
	type Hooks,
	hasOnly,
	isOff,
	isOnly,
	pathOf,
} from './testEntry';

/** What differs from framework to framework. */
export interface Flavour {
	/** What tests and hooks are handed. */
	contextOf(entry: Entry): unknown;
	/** True when a second parameter is a callback that ends the test. */
	readonly callbacks: boolean;
	/** Called before a test's own function. */
	begin(entry: Entry): void;
	/** Called after a test's own function; throws what fails it after all. */
	check(entry: Entry): unknown;
	/** Called when the test is over, however it ended. */
	end(entry: Entry): void;
}

const ownSetTimeout = setTimeout;
const ownClearTimeout = clearTimeout;

export class TestTree {
	/** Where what is registered now belongs: a suite that is being read, or the test that runs. */
	current = entryOf('suite', '', {}, undefined, undefined);
	private root = this.current;
	private recorder: Recorder | undefined;
	private selection: Pick<Selection, 'ids' | 'except'> = { ids: undefined };
	private prefix = '';
	private failFast = false;
	private stopped = false;
	/** Rejects the running test when an error surfaces outside its promise. */
	private interrupt: ((error: unknown) => void) | undefined;

	constructor(private readonly flavour: Flavour) {}

	get hasTests(): boolean {
		return this.root.children.length > 0;
	}

	get failed(): boolean {
		return this.root.failed;
	}

	/** Forgets everything registered. `prefix` begins every id: `file::`. */
	begin(prefix: string, selection: Omit<Selection, 'files'>, recorder: Recorder | undefined): void {
		this.root = entryOf('suite', '', {}, undefined, undefined);
		this.current = this.root;
		this.prefix = prefix;
		this.selection = selection;
		this.failFast = selection.failFast;
		this.stopped = false;
		this.recorder = recorder;
	}

	/** Runs what was registered. Failures go to the recorder. */
	async run(): Promise<void> {
		await this.runChildren(this.root, hasOnly(this.root));
	}

	/** An error that nothing caught: the running test's. */
	surface(error: unknown): void {
		this.interrupt?.(error);
	}

	/** Ends the running test, and runs no more. */
	stop(): void {
		this.stopped = true;
		this.interrupt?.(new Error('stopped: it took too long'));
	}

	hook(name: keyof Hooks, body: Body, entry = this.current): void {
		entry.hooks[name].push(body);
	}

	register(
		kind: 'suite' | 'test',
		name: string,
		options: EntryOptions,
		body: Body | undefined,
		parent = this.current,
	): Entry {
		const entry = entryOf(kind, name, options, body, parent);
		parent.children.push(entry);
		if (kind === 'suite' && body && !isOff(entry)) {
			this.read(entry, body);
		}
		return entry;
	}

	/** Runs a test that was registered inside a running one, after those before it. */
	async runSubtest(entry: Entry): Promise<void> {
		const { parent } = entry;
		if (!parent) {
			return;
		}
		parent.queue = parent.queue.then(async () => {
			await this.runEntry(entry);
			parent.failed ||= entry.failed;
		});
		await parent.queue;
	}

	private read(entry: Entry, body: Body): void {
		const before = this.current;
		this.current = entry;
		try {
			const returned: unknown = body(this.flavour.contextOf(entry));
			if (returned instanceof Promise) {
				entry.loading = returned.then(
					() => undefined,
					(thrown: unknown) => {
						entry.loadError = { thrown };
					},
				);
			}
		} catch (thrown) {
			entry.loadError = { thrown };
		}
		this.current = before;
	}

	private async runChildren(entry: Entry, onlyMarked: boolean): Promise<void> {
		for (let index = 0; index < entry.children.length && !this.stopped; index++) {
			const child = entry.children[index];
			if (child && !(onlyMarked && !hasOnly(child) && !isOnly(child))) {
				await this.runEntry(child);
				entry.failed ||= child.failed;
			}
		}
		if (entry.startedHooks) {
			await this.runHooks(entry.hooks.after, entry);
			await this.runCleanups(entry);
		}
	}

	private async runEntry(entry: Entry): Promise<void> {
		const id = this.prefix + pathOf(entry);
		if (!isWanted(this.selection, id)) {
			return;
		}
		if (entry.kind === 'suite') {
			await entry.loading;
			if (entry.loadError) {
				entry.failed = true;
				this.recorder?.ended({ id, passed: false, ...failureOf(entry.loadError.thrown) });
				return;
			}
			await this.runChildren(entry, hasOnly(entry));
			// A suite is no test of its own, unless it was asked for by name.
			if (this.selection.ids?.has(id)) {
				this.finish(entry, id, undefined);
			}
			return;
		}
		if (isOff(entry) || !entry.body) {
			this.recorder?.ended({ id, passed: true, skipped: true });
			return;
		}
		this.recorder?.started();
		this.finish(entry, id, await this.runTest(entry));
	}

	private async runTest(entry: Entry): Promise<{ readonly thrown: unknown } | undefined> {
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
			await this.runCleanups(entry);
		} catch (thrown) {
			error ??= { thrown };
		}
		this.current = before;
		if (entry.options.fails && !entry.skipped) {
			return error ? undefined : { thrown: new Error('the test was to fail and passed') };
		}
		return error;
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
			await this.called(hook, entry);
		}
	}

	private async runCleanups(entry: Entry): Promise<void> {
		for (const cleanup of entry.cleanups.splice(0).reverse()) {
			await cleanup();
		}
	}

	private async runBody(entry: Entry): Promise<void> {
		const { body } = entry;
		const { timeout } = entry.options;
		let timer: NodeJS.Timeout | undefined;
		this.flavour.begin(entry);
		try {
			await new Promise<void>((resolve, reject) => {
				this.interrupt = reject;
				if (timeout !== undefined && Number.isFinite(timeout)) {
					const late = new Error(`test timed out after ${timeout}ms`);
					timer = ownSetTimeout(() => reject(late), timeout);
				}
				if (body) {
					this.called(body, entry).then(resolve, reject);
				}
			});
			if (!entry.skipped) {
				await this.flavour.check(entry);
			}
		} catch (error) {
			if (!entry.skipped) {
				throw error;
			}
		} finally {
			this.interrupt = undefined;
			ownClearTimeout(timer);
			this.flavour.end(entry);
		}
	}

	/** Calls a test or hook in the style that its parameters ask for. */
	private async called(body: Body, entry: Entry): Promise<void> {
		const context = this.flavour.contextOf(entry);
		if (body.length < 2 || !this.flavour.callbacks) {
			await body.call(context, context);
			return;
		}
		await new Promise<void>((resolve, reject) => {
			const done = (error?: unknown): void => (error ? reject(asError(error)) : resolve());
			Promise.resolve(body.call(context, context, done)).catch(reject);
		});
	}
}

function asError(error: unknown): Error {
	return error instanceof Error ? error : new Error(String(error));
}
