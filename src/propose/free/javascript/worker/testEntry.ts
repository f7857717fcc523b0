// One test or suite as it was registered.

/** A test's, suite's or hook's function. */
export type Body = (context: unknown, done?: (error?: unknown) => void) => unknown;

export interface EntryOptions {
	readonly skip?: boolean | string;
	readonly todo?: boolean | string;
	readonly only?: boolean;
	readonly timeout?: number;
	/** The test is to fail. */
	readonly fails?: boolean;
}

export interface Hooks {
	readonly before: Body[];
	readonly after: Body[];
	readonly beforeEach: Body[];
	readonly afterEach: Body[];
}

export interface Entry {
	readonly kind: 'suite' | 'test';
	readonly name: string;
	readonly options: EntryOptions;
	readonly body: Body | undefined;
	readonly parent: Entry | undefined;
	readonly hooks: Hooks;
	readonly children: Entry[];
	/** Called once the test or suite is over. */
	readonly cleanups: (() => unknown)[];
	/** Ready when the suite's own function has registered its children. */
	loading: Promise<void> | undefined;
	loadError: { readonly thrown: unknown } | undefined;
	startedHooks: boolean;
	failed: boolean;
	skipped: boolean;
	/** The tail of the queue of subtests of a running test. */
	queue: Promise<void>;
}

export function entryOf(
	kind: Entry['kind'],
	name: string,
	options: EntryOptions,
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
		cleanups: [],
		loading: undefined,
		loadError: undefined,
		startedHooks: false,
		failed: false,
		skipped: false,
		queue: Promise.resolve(),
	};
}

/** The names of the suites and of the entry. */
export function pathOf(entry: Entry): string {
	return entry.parent?.parent ? `${pathOf(entry.parent)} > ${entry.name}` : entry.name;
}

export function isOff(entry: Entry): boolean {
	return entry.options.skip !== undefined && entry.options.skip !== false;
}

export function hasOnly(entry: Entry): boolean {
	return entry.children.some((child) => child.options.only === true || hasOnly(child));
}

/** Marked itself, or inside something marked. */
export function isOnly(entry: Entry): boolean {
	for (let next: Entry | undefined = entry; next; next = next.parent) {
		if (next.options.only) {
			return true;
		}
	}
	return false;
}
