// `vi`: the project's own spies, and what tests replace for a while.
import { importerOf } from './packageImports';

type Callable = (...args: unknown[]) => unknown;

interface Spies {
	readonly fn: Callable;
	readonly spyOn: Callable;
	readonly isMockFunction: Callable;
	readonly mocks: Set<Record<string, () => void>>;
}

export async function loadSpies(home: string): Promise<Spies> {
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
export class Replacements {
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
