// Answers `import 'vitest'` with the project's own assertions and spies around a test tree that can run again.
import { format, inspect } from 'node:util';
import { NodeModule, propertyOf } from './nodeModule';
import { importerOf } from './packageImports';
import {
	type Body,
	type Entry,
	type EntryOptions,
	type Flavour,
	type Hooks,
	pathOf,
	TestTree,
} from './testTree';

type Callable = (...args: unknown[]) => unknown;

interface Expectations {
	readonly expect: Callable & Record<string, unknown>;
	readonly assert: unknown;
	readonly chai: unknown;
	/** Sets the counters of assertions back. */
	begin(name: string): void;
	/** Throws when assertions are missing. */
	check(): void;
}

interface Spies {
	readonly fn: Callable;
	readonly spyOn: Callable;
	readonly isMockFunction: Callable;
	readonly mocks: Set<Record<string, () => void>>;
}

class VitestFlavour implements Flavour {
	readonly callbacks = false;

	constructor(private readonly expectations: Expectations) {}

	begin(entry: Entry): void {
		this.expectations.begin(pathOf(entry));
	}

	check(): void {
		this.expectations.check();
	}

	end(): void {
		// Spies last until the test's own hooks restore them.
	}

	contextOf(entry: Entry): object {
		return {
			expect: this.expectations.expect,
			task: { name: entry.name, meta: {}, file: {} },
			get signal() {
				return new AbortController().signal;
			},
			skip: (condition: unknown = true) => {
				if (condition !== false) {
					entry.skipped = true;
					throw new Error('skipped');
				}
			},
			onTestFinished: (cleanup: () => unknown) => entry.cleanups.push(cleanup),
			onTestFailed: () => undefined,
			annotate: () => Promise.resolve(),
		};
	}
}

export interface VitestStandIn {
	readonly tree: TestTree;
	readonly module: Readonly<Record<string, unknown>>;
	/** Puts back what tests replaced through `vi`. */
	restore(): void;
}

/** Throws when the project's vitest has not the parts that are needed. */
export async function vitestStandIn(folder: string): Promise<VitestStandIn> {
	const home = NodeModule.createRequire(`${folder}/`).resolve('vitest/package.json');
	const expectations = await loadExpectations(home);
	const spies = await loadSpies(home);
	const tree = new TestTree(new VitestFlavour(expectations));
	const vi = new Replacements(spies);
	const suite = chain(tree, 'suite');
	const test = chain(tree, 'test');
	const hook = (name: keyof Hooks) => (body: Body) => {
		const owner = tree.current;
		tree.hook(name, async (context) => {
			const cleanup = await body(context);
			if (typeof cleanup === 'function') {
				(name === 'before' ? owner : tree.current).cleanups.push(cleanup as () => unknown);
			}
		});
	};
	const module = {
		describe: suite,
		suite,
		it: test,
		test,
		beforeAll: hook('before'),
		afterAll: hook('after'),
		beforeEach: hook('beforeEach'),
		afterEach: hook('afterEach'),
		onTestFinished: (cleanup: () => unknown) => tree.current.cleanups.push(cleanup),
		onTestFailed: () => undefined,
		expect: expectations.expect,
		assert: expectations.assert,
		chai: expectations.chai,
		vi: vi.module,
		vitest: vi.module,
		expectTypeOf: typeAssertion(),
		assertType: () => undefined,
	};
	return { tree, module, restore: () => vi.restore() };
}

async function loadExpectations(home: string): Promise<Expectations> {
	const library = (await importerOf(home)('@vitest/expect')) as Record<string, unknown>;
	const place = NodeModule.createRequire(home).resolve('@vitest/expect/package.json');
	const chai = (library['chai'] ?? (await importerOf(place)('chai'))) as {
		expect: Callable & Record<string, unknown>;
		assert: unknown;
		use(plugin: unknown): void;
		default?: unknown;
	};
	for (const plugin of ['JestExtend', 'JestChaiExpect', 'JestAsymmetricMatchers']) {
		chai.use(library[plugin]);
	}
	const setState = library['setState'] as (state: object, expect: unknown) => void;
	const getState = library['getState'] as (expect: unknown) => Record<string, unknown>;
	const called = (value: unknown, message?: unknown): unknown => {
		setState({ assertionCalls: Number(getState(expect)['assertionCalls'] ?? 0) + 1 }, expect);
		return chai.expect(value, message);
	};
	const asymmetric = propertyOf(globalThis, library['ASYMMETRIC_MATCHERS_OBJECT'] as symbol);
	const expect = Object.assign(called as typeof chai.expect, chai.expect, asymmetric);
	Object.assign(expect, {
		getState: () => getState(expect),
		setState: (state: object) => setState(state, expect),
		extend: (matchers: unknown) => (chai.expect['extend'] as Callable)(expect, matchers),
		addEqualityTesters: (testers: unknown) => (library['addCustomEqualityTesters'] as Callable)(testers),
		soft: expect,
		unreachable: (message?: string) => {
			throw new Error(message ?? 'expected not to be reached');
		},
		assertions: (expected: number) => setState({ expectedAssertionsNumber: expected }, expect),
		hasAssertions: () => setState({ isExpectingAssertions: true }, expect),
	});
	const begin = (currentTestName: string): void =>
		setState(
			{ assertionCalls: 0, isExpectingAssertions: false, expectedAssertionsNumber: null, currentTestName },
			expect,
		);
	begin('');
	Reflect.set(globalThis, library['GLOBAL_EXPECT'] as symbol, expect);
	return {
		expect,
		assert: chai.assert,
		chai,
		begin,
		check: () => {
			const { assertionCalls, expectedAssertionsNumber, isExpectingAssertions } = getState(expect);
			if (typeof expectedAssertionsNumber === 'number' && expectedAssertionsNumber !== assertionCalls) {
				throw new Error(`expected ${expectedAssertionsNumber} assertions, got ${String(assertionCalls)}`);
			}
			if (isExpectingAssertions === true && assertionCalls === 0) {
				throw new Error('expected any assertion, got none');
			}
		},
	};
}

async function loadSpies(home: string): Promise<Spies> {
	const library = (await importerOf(home)('@vitest/spy')) as Record<string, unknown>;
	const mocks = new Set<Record<string, () => void>>();
	const kept =
		(make: Callable): Callable =>
		(...args) => {
			const mock = make(...args);
			mocks.add(mock as Record<string, () => void>);
			return mock;
		};
	return {
		fn: kept(library['fn'] as Callable),
		spyOn: kept(library['spyOn'] as Callable),
		isMockFunction: library['isMockFunction'] as Callable,
		mocks,
	};
}

/** `vi`, without what needs vite's module graph or fake timers. */
class Replacements {
	private readonly globals = new Map<PropertyKey, PropertyDescriptor | undefined>();
	private readonly environment = new Map<string, string | undefined>();
	readonly module: object;

	constructor(private readonly spies: Spies) {
		const all = (method: string) => () => {
			for (const mock of spies.mocks) {
				mock[method]?.();
			}
			return this.module;
		};
		this.module = {
			fn: spies.fn,
			spyOn: spies.spyOn,
			isMockFunction: spies.isMockFunction,
			mocked: (value: unknown) => value,
			clearAllMocks: all('mockClear'),
			resetAllMocks: all('mockReset'),
			restoreAllMocks: all('mockRestore'),
			hoisted: (factory: () => unknown) => factory(),
			stubGlobal: (name: PropertyKey, value: unknown) => {
				if (!this.globals.has(name)) {
					this.globals.set(name, Reflect.getOwnPropertyDescriptor(globalThis, name));
				}
				Reflect.defineProperty(globalThis, name, {
					value,
					writable: true,
					configurable: true,
					enumerable: true,
				});
				return this.module;
			},
			unstubAllGlobals: () => this.restoreGlobals(),
			stubEnv: (name: string, value: unknown) => {
				if (!this.environment.has(name)) {
					this.environment.set(name, process.env[name]);
				}
				process.env[name] = String(value);
				return this.module;
			},
			unstubAllEnvs: () => this.restoreEnvironment(),
			isFakeTimers: () => false,
			useRealTimers: () => this.module,
			waitFor: waitFor,
			setConfig: () => undefined,
			resetConfig: () => undefined,
		};
	}

	restore(): void {
		for (const mock of this.spies.mocks) {
			mock['mockRestore']?.();
		}
		this.spies.mocks.clear();
		this.restoreGlobals();
		this.restoreEnvironment();
	}

	private restoreGlobals(): object {
		for (const [name, descriptor] of this.globals) {
			if (descriptor) {
				Reflect.defineProperty(globalThis, name, descriptor);
			} else {
				Reflect.deleteProperty(globalThis, name);
			}
		}
		this.globals.clear();
		return this.module;
	}

	private restoreEnvironment(): object {
		for (const [name, value] of this.environment) {
			if (value === undefined) {
				Reflect.deleteProperty(process.env, name);
			} else {
				process.env[name] = value;
			}
		}
		this.environment.clear();
		return this.module;
	}
}

async function waitFor(
	body: () => unknown,
	options?: number | { readonly timeout?: number },
): Promise<unknown> {
	const limitMs = typeof options === 'number' ? options : (options?.timeout ?? 1000);
	const end = performance.now() + limitMs;
	for (;;) {
		try {
			return await body();
		} catch (error) {
			if (performance.now() > end) {
				throw error;
			}
			await new Promise((resolve) => setTimeout(resolve, 20));
		}
	}
}

/** `test`, `test.skip`, `test.concurrent.only`, `test.each(…)` and their like. */
function chain(tree: TestTree, kind: 'suite' | 'test', options: EntryOptions = {}): unknown {
	const register = (name: unknown, ...rest: unknown[]): void => {
		const body = rest.find((argument): argument is Body => typeof argument === 'function');
		const own = rest.find((argument) => typeof argument === 'object' && argument !== null);
		const timeout = rest.find((argument) => typeof argument === 'number');
		const title = typeof name === 'function' ? name.name : String(name);
		tree.register(kind, title, { ...(timeout === undefined ? {} : { timeout }), ...own, ...options }, body);
	};
	const each =
		(spread: boolean) =>
		(cases: unknown, ...values: unknown[]) => {
			const rows = rowsOf(cases, values);
			return (name: unknown, ...rest: unknown[]): void => {
				const body = rest.find((argument): argument is Callable => typeof argument === 'function');
				const other = rest.filter((argument) => argument !== body);
				for (const [index, row] of rows.entries()) {
					const items = spread && Array.isArray(row) ? (row as unknown[]) : [row];
					const title = titleOf(typeof name === 'function' ? name.name : String(name), items, index);
					register(title, ...other, (context: unknown) => (spread ? body?.(...items) : body?.(row, context)));
				}
			};
		};
	const modified = (extra: EntryOptions) => chain(tree, kind, { ...options, ...extra });
	const lazy: Record<string, () => unknown> = {
		skip: () => modified({ skip: true }),
		only: () => modified({ only: true }),
		todo: () => modified({ todo: true }),
		fails: () => modified({ fails: true }),
		concurrent: () => modified({}),
		sequential: () => modified({}),
		shuffle: () => modified({}),
		skipIf: () => (condition: unknown) => modified(condition ? { skip: true } : {}),
		runIf: () => (condition: unknown) => modified(condition ? {} : { skip: true }),
		each: () => each(true),
		for: () => each(false),
	};
	for (const [name, get] of Object.entries(lazy)) {
		Object.defineProperty(register, name, { get, configurable: true });
	}
	return register;
}

/** Rows of `each`: a list, or a table written as a template string. */
function rowsOf(cases: unknown, values: readonly unknown[]): readonly unknown[] {
	if (!Array.isArray(cases) || propertyOf(cases, 'raw') === undefined) {
		return Array.isArray(cases) ? (cases as unknown[]) : [];
	}
	const names = String(cases[0])
		.split('|')
		.map((name) => name.trim())
		.filter((name) => name !== '');
	const rows: Record<string, unknown>[] = [];
	for (let at = 0; at + names.length <= values.length; at += names.length) {
		rows.push(Object.fromEntries(names.map((name, index) => [name, values[at + index]])));
	}
	return rows;
}

function titleOf(template: string, items: readonly unknown[], index: number): string {
	const numbered = template.replace(/%#/g, String(index)).replace(/%\$/g, String(index + 1));
	const count = numbered.split('%').length - 1;
	const formatted = count > 0 ? format(numbered, ...items.slice(0, count)) : numbered;
	const [first] = items;
	return typeof first !== 'object' || first === null
		? formatted
		: formatted.replace(/\$([$\w.]+)/g, (whole, key: string) => {
				const value = key.split('.').reduce<unknown>((owner, name) => propertyOf(owner, name), first);
				return value === undefined && !(key in first) ? whole : inspect(value);
			});
}

/** Types are not checked at run time: everything is allowed. */
function typeAssertion(): unknown {
	const anything: unknown = new Proxy(() => undefined, {
		get: () => anything,
		apply: () => anything,
	});
	return anything;
}
