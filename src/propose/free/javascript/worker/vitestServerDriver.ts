// vitest itself, with its vite server kept: for tests that need module mocks, fake timers, snapshots or a DOM.
// Candidates reach it through a plugin, so that nothing is written to the worktree.
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { probesFile } from '../protocol';
import { type Driver, type Hits, isWanted, type Recorder, type Selection, type Workbench } from './driver';
import { NodeModule, propertyOf } from './nodeModule';
import { importerOf } from './packageImports';

/** Runs inside vitest's worker: probes, and where tests begin and end. */
const probes = `
import { beforeEach, afterEach } from 'vitest';
const now = performance.now.bind(performance);
let count = 0, end = now() + LIMIT, hits = {};
globalThis.__underbid = {
	turn() { if ((++count & 1023) === 0 && now() > end) throw new Error('the loop went on for too long'); },
	hit(file, line) { (hits[file] ??= {})[line] = 1; },
};
let outside = {};
beforeEach((context) => { end = now() + LIMIT; merge(outside, hits); hits = {}; });
afterEach((context) => {
	const all = {};
	merge(all, outside);
	merge(all, hits);
	for (const file in all) all[file] = Object.keys(all[file]).map(Number);
	(context.task ?? context.meta).meta.underbid = all;
	hits = {};
});
function merge(into, from) { for (const file in from) into[file] = { ...into[file], ...from[file] }; }
`;
const loopMs = 1_000;

interface Task {
	readonly type: string;
	readonly name: string;
	readonly mode: string;
	readonly filepath?: string;
	readonly tasks?: readonly Task[];
	readonly meta?: { readonly underbid?: Hits };
	readonly result?: {
		readonly state?: string;
		readonly errors?: readonly {
			readonly name?: string;
			readonly message?: string;
			readonly stack?: string;
		}[];
	};
}

interface ModuleGraph {
	getModulesByFile(file: string): Set<object> | undefined;
	invalidateModule(module: object, seen?: Set<object>, timestamp?: number, isHmr?: boolean): void;
}

type Method = (...args: unknown[]) => unknown;

export class VitestServerDriver implements Driver {
	readonly keepsGlobals = true;
	/** A loop in vitest's own worker ends by itself after a while. */
	readonly stopMs = loopMs + 500;
	private vitest: object | undefined;
	private specifications: readonly unknown[] = [];

	constructor(private readonly bench: Workbench) {}

	async prepare(): Promise<string | undefined> {
		const { preparation, sandbox, modules } = this.bench;
		sandbox.leaveTimersAlone();
		const { folder, scratch } = preparation;
		mkdirSync(scratch, { recursive: true });
		const setUp = probesFile(folder, scratch);
		const text = probes.replaceAll('LIMIT', String(loopMs));
		// Inside the folder, where `vitest` can be resolved from; the parent removes it.
		writeFileSync(setUp, text);
		const home = NodeModule.createRequire(`${folder}/`).resolve('vitest/package.json');
		const node = await importerOf(home)('vitest/node');
		const create = propertyOf(node, 'createVitest') as Method;
		const plugin = {
			name: 'underbid',
			enforce: 'pre',
			// First of all, since the project's own set-up files may hold probes.
			config: (user: { test?: { setupFiles?: string | string[] } }) => {
				user.test ??= {};
				user.test.setupFiles = [setUp, ...[user.test.setupFiles ?? []].flat()];
			},
			load: (id: string) => {
				const file = id.split('?')[0] ?? id;
				return file === setUp ? undefined : modules.replacementOf(file);
			},
		};
		const settings = {
			root: folder,
			watch: false,
			run: true,
			reporters: [{}],
			coverage: { enabled: false },
			pool: 'threads',
			isolate: false,
			fileParallelism: false,
			maxWorkers: 1,
			minWorkers: 1,
			poolOptions: { threads: { singleThread: true, isolate: false } },
			passWithNoTests: true,
			sequence: { setupFiles: 'list' },
			config: configIn(preparation.args),
		};
		this.vitest = (await create('test', settings, {
			plugins: [plugin],
			cacheDir: path.join(scratch, `vite-${process.pid}`),
			logLevel: 'silent',
		})) as object;
		return undefined;
	}

	async testFiles(): Promise<readonly string[]> {
		return (await this.allSpecifications()).flatMap((specification) => fileOf(specification) ?? []);
	}

	async run(selection: Selection, recorder: Recorder): Promise<void> {
		const { vitest } = this;
		if (!vitest) {
			return;
		}
		for (const file of selection.files) {
			const chosen = (await this.allSpecifications()).filter((each) => fileOf(each) === file);
			const run = (propertyOf(vitest, 'runTestSpecifications') ?? propertyOf(vitest, 'runFiles')) as Method;
			await run.call(vitest, chosen, false);
			const state = propertyOf(vitest, 'state');
			const files = (propertyOf(state, 'getFiles') as Method).call(state) as readonly Task[];
			let failed = false;
			for (const task of files.filter(({ filepath }) => filepath === file)) {
				failed = this.report(task, file, selection, recorder) || failed;
			}
			if (failed && selection.failFast) {
				return;
			}
		}
	}

	stop(): void {
		// Its tests run in a thread that has limits of its own.
	}

	/** Vite and vitest forget the file and what imports it. */
	changed(files: readonly string[]): void {
		const { vitest } = this;
		const watcher = propertyOf(vitest, 'watcher');
		const owner = typeof propertyOf(watcher, 'handleFileChanged') === 'function' ? watcher : vitest;
		const tell = propertyOf(owner, 'handleFileChanged') as Method | undefined;
		for (const file of files) {
			for (const graph of this.graphs()) {
				for (const module of graph.getModulesByFile(file) ?? []) {
					graph.invalidateModule(module, new Set(), Date.now(), true);
				}
			}
			tell?.call(owner, file);
		}
		for (const name of ['changedTests']) {
			(propertyOf(watcher, name) as Set<string> | undefined)?.clear();
			(propertyOf(vitest, name) as Set<string> | undefined)?.clear();
		}
	}

	async reset(): Promise<void> {
		const { modules } = this.bench;
		this.changed([...modules.replaced()]);
	}

	private report(file: Task, absolute: string, selection: Selection, recorder: Recorder): boolean {
		const name = path.relative(this.bench.preparation.root, absolute).split(path.sep).join('/');
		let failed = false;
		const visit = (task: Task, names: readonly string[]): void => {
			const path = [...names, task.name];
			if (task.type === 'suite') {
				for (const child of task.tasks ?? []) {
					visit(child, path);
				}
				return;
			}
			const id = `${name}::${path.join(' > ')}`;
			if (!isWanted(selection, id)) {
				return;
			}
			const passed = task.result?.state === 'pass';
			const skipped = task.result?.state !== 'pass' && task.result?.state !== 'fail';
			failed ||= !passed && !skipped;
			recorder.ended(
				{ id, passed: passed || skipped, ...(skipped ? { skipped } : {}), ...failureIn(task) },
				task.meta?.underbid ?? {},
			);
		};
		for (const task of file.tasks ?? []) {
			visit(task, []);
		}
		if ((file.tasks ?? []).length === 0) {
			failed = true;
			recorder.ended({ id: name, passed: false, ...failureIn(file) }, {});
		}
		return failed;
	}

	private async allSpecifications(): Promise<readonly unknown[]> {
		const { vitest } = this;
		if (vitest && this.specifications.length === 0) {
			const glob = ['globTestSpecifications', 'globTestSpecs', 'globTestFiles']
				.map((name) => propertyOf(vitest, name))
				.find((method) => typeof method === 'function') as Method;
			this.specifications = (await glob.call(vitest, [])) as unknown[];
		}
		return this.specifications;
	}

	private graphs(): readonly ModuleGraph[] {
		const projects = (propertyOf(this.vitest, 'projects') ?? []) as readonly unknown[];
		return projects.flatMap((project) => {
			const server = propertyOf(project, 'vite') ?? propertyOf(project, 'server');
			const environments = Object.values(propertyOf(server, 'environments') ?? {});
			return [
				propertyOf(server, 'moduleGraph'),
				...environments.map((each: unknown) => propertyOf(each, 'moduleGraph')),
			].filter((graph): graph is ModuleGraph => typeof propertyOf(graph, 'getModulesByFile') === 'function');
		});
	}
}

/** vitest 2 and later have objects, older ones pairs of project and file. */
function fileOf(specification: unknown): string | undefined {
	const file = propertyOf(specification, 'moduleId') ?? propertyOf(specification, '1');
	return typeof file === 'string' ? file : undefined;
}

function failureIn(task: Task): { readonly message?: string; readonly stack?: string } {
	const [error] = task.result?.errors ?? [];
	if (!error) {
		return {};
	}
	return {
		message: `${error.name ?? 'Error'}: ${error.message ?? ''}`,
		...(error.stack ? { stack: error.stack } : {}),
	};
}

function configIn(args: readonly string[]): string | undefined {
	const at = args.findIndex((argument) => /^(?:-c|--config)(?:=|$)/.test(argument));
	return at < 0 ? undefined : (args[at]?.split('=')[1] ?? args[at + 1]);
}
