// Answers `require('node:test')`, whose own runner cannot run twice in one process. What passes here is verified
// by the real runner afterwards.
import type { Workbench } from './driver';
import { NodeModule } from './nodeModule';
import { type Body, type Entry, type EntryOptions, type Hooks, pathOf } from './testEntry';
import { type Flavour, TestTree } from './testTree';

interface Mocks {
	reset(): void;
}

/** node's own module: its mocks and assertions are used as they are. */
interface NodeTest {
	readonly mock: Mocks;
	readonly [name: string]: unknown;
}

class NodeFlavour implements Flavour {
	readonly callbacks = true;
	private mocks: Mocks;
	tree: TestTree | undefined;

	constructor(private readonly real: NodeTest) {
		this.mocks = real.mock;
	}

	begin(): void {
		this.mocks = new (this.real.mock.constructor as new () => Mocks)();
	}

	check(): void {
		// What counts is what the test's function did.
	}

	end(): void {
		this.mocks.reset();
		this.real.mock.reset();
		this.mocks = this.real.mock;
	}

	contextOf(entry: Entry): object {
		const subtest =
			(options: EntryOptions) =>
			(...args: unknown[]) => {
				const { tree } = this;
				return tree ? tree.runSubtest(registered(tree, 'test', args, options, entry)) : Promise.resolve();
			};
		const hook = (name: keyof Hooks) => (body: Body) => entry.hooks[name].push(body);
		return {
			name: entry.name,
			fullName: pathOf(entry),
			get signal() {
				return new AbortController().signal;
			},
			mock: this.mocks,
			assert: this.real['assert'],
			diagnostic: () => undefined,
			plan: () => undefined,
			runOnly: () => undefined,
			skip: () => {
				entry.skipped = true;
			},
			todo: () => undefined,
			test: family(subtest),
			before: async (body: Body) => {
				await body(undefined);
			},
			after: hook('after'),
			beforeEach: hook('beforeEach'),
			afterEach: hook('afterEach'),
		};
	}
}

/** Puts the stand-in in place of `node:test` for everything the project loads from now on. */
export function standInForNodeTest(bench: Workbench): TestTree {
	const real = NodeModule.createRequire(`${bench.preparation.folder}/`)('node:test') as NodeTest;
	const flavour = new NodeFlavour(real);
	const tree = new TestTree(flavour);
	flavour.tree = tree;
	const module = moduleOf(tree, real);
	bench.modules.substitutes.set('node:test', () => module);
	return tree;
}

function moduleOf(tree: TestTree, real: NodeTest): object {
	const register =
		(kind: 'suite' | 'test') =>
		(options: EntryOptions) =>
		(...args: unknown[]): Promise<void> => {
			const entry = registered(tree, kind, args, options, tree.current);
			return entry.parent?.kind === 'test' ? tree.runSubtest(entry) : Promise.resolve();
		};
	const hook = (name: keyof Hooks) => (body: Body) => tree.hook(name, body);
	const test = family(register('test'));
	const module = Object.assign(test, {
		test,
		it: family(register('test')),
		suite: family(register('suite')),
		describe: family(register('suite')),
		before: hook('before'),
		after: hook('after'),
		beforeEach: hook('beforeEach'),
		afterEach: hook('afterEach'),
		run: real['run'],
		mock: real.mock,
		snapshot: real['snapshot'],
		assert: real['assert'],
	});
	return Object.assign(module, { default: module });
}

type Register = (options: EntryOptions) => (...args: unknown[]) => Promise<void>;

function family(register: Register): (...args: unknown[]) => Promise<void> {
	return Object.assign(register({}), {
		skip: register({ skip: true }),
		todo: register({ todo: true }),
		only: register({ only: true }),
	});
}

/** node takes name, options and function in this order, each of which may be left out. */
function registered(
	tree: TestTree,
	kind: 'suite' | 'test',
	args: readonly unknown[],
	extra: EntryOptions,
	parent: Entry,
): Entry {
	const body = args.find((argument): argument is Body => typeof argument === 'function');
	const name = args.find((argument): argument is string => typeof argument === 'string');
	const options = args.find(
		(argument): argument is EntryOptions => typeof argument === 'object' && argument !== null,
	);
	return tree.register(kind, name ?? (body?.name || '<anonymous>'), { ...options, ...extra }, body, parent);
}
