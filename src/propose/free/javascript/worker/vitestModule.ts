// Answers `import 'vitest'` with the project's own assertions and spies around a test tree that can run again.
import { format, inspect } from 'node:util';
import { NodeModule, propertyOf } from './nodeModule';
import { type Body, type Entry, type EntryOptions, type Hooks, pathOf } from './testEntry';
import { type Flavour, TestTree } from './testTree';
import { type Expectations, loadExpectations } from './vitestExpect';
import { loadSpies, Replacements } from './vitestReplacements';

type Callable = (...args: unknown[]) => unknown;

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
