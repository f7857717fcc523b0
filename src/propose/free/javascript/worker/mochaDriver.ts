// mocha in this process: a new Mocha for every candidate over the modules that stay loaded.
import path from 'node:path';
import { type Driver, isWanted, type Recorder, type Selection, type Workbench } from './driver';
import { type MochaOptions, MochaPackage } from './mochaOptions';
import { NodeModule, propertyOf } from './nodeModule';
import { failureOf } from './sandbox';
import { neededModules } from './transpilers';

interface Runnable {
	readonly title: string;
	readonly file?: string;
	readonly type?: string;
	readonly parent?: Suite;
	readonly ctx?: { readonly currentTest?: Runnable };
}

interface Suite extends Runnable {
	readonly root: boolean;
	tests: Runnable[];
	readonly suites: Suite[];
}

interface Runner {
	on(event: string, listener: (test: Runnable, error?: unknown) => void): Runner;
	uncaught(error: unknown): void;
	abort(): void;
}

interface Mocha {
	readonly suite: Suite;
	files: string[];
	ui(name: string): Mocha;
	addFile(file: string): Mocha;
	loadFiles(): void;
	reporter(reporter: unknown): Mocha;
	run(done: (failures: number) => void): Runner;
}

type MochaClass = new (options: object) => Mocha;

export class MochaDriver implements Driver {
	private mocha: MochaPackage | undefined;
	private options: MochaOptions = {};
	private plugins: object = {};
	private required: readonly string[] = [];
	/** What the options require was forgotten and has to be loaded again. */
	private stale = false;
	/** Ends the run that goes on. */
	private running: (() => void) | undefined;

	constructor(private readonly bench: Workbench) {}

	async prepare(): Promise<string | undefined> {
		const { folder, args } = this.bench.preparation;
		this.mocha = new MochaPackage(folder);
		this.options = this.mocha.options(args);
		return this.options.delay ? 'mocha is told to wait for `run()`' : undefined;
	}

	async reset(): Promise<void> {
		await this.loadRequired();
	}

	/** Loads what the options require; their root hooks belong to every run. */
	private async loadRequired(): Promise<void> {
		this.stale = false;
		const { folder } = this.bench.preparation;
		const parts = this.mocha?.part('lib/cli/run-helpers');
		const handle = propertyOf(parts, 'handleRequires') as
			| ((modules: readonly string[], options?: object) => unknown)
			| undefined;
		const modules = neededModules(this.options.require ?? [], this.bench.preparation.root, folder);
		this.plugins = {};
		if (modules.length === 0) {
			return;
		}
		if (!handle) {
			this.requireAll(modules);
			return;
		}
		// `import()` would keep the project's own set-up files for ever, so these are required first.
		const own = modules.map((name) => this.localFile(name) ?? name);
		this.required = own;
		for (const file of own) {
			if (path.isAbsolute(file)) {
				NodeModule.createRequire(`${folder}/`)(file);
			}
		}
		const plugins: unknown = await handle(own, { ignoredPlugins: [] });
		const loadRootHooks = propertyOf(parts, 'loadRootHooks') as ((hooks: unknown) => unknown) | undefined;
		if (Array.isArray(plugins)) {
			this.plugins = { rootHooks: await loadRootHooks?.(plugins) };
		} else if (typeof plugins === 'object' && plugins !== null) {
			this.plugins = plugins;
		}
	}

	async testFiles(): Promise<readonly string[]> {
		const setUp = new Set(this.setUpFiles());
		return this.mocha?.files(this.options).filter((file) => !setUp.has(file)) ?? [];
	}

	async run(selection: Selection, recorder: Recorder): Promise<void> {
		const { modules, sandbox } = this.bench;
		if (this.stale) {
			await this.loadRequired();
		}
		const Class = this.mocha?.main() as MochaClass;
		const mocha = new Class({
			...this.options,
			...this.plugins,
			parallel: false,
			watch: false,
			grep: undefined,
			fgrep: undefined,
			bail: selection.failFast,
			reporter: Silent,
			exit: false,
			color: false,
			require: [],
		});
		mocha.ui(this.options.ui ?? 'bdd');
		mocha.reporter(Silent);
		const files = [...new Set([...this.setUpFiles(), ...selection.files])];
		modules.forget(files);
		mocha.files = files;
		mocha.loadFiles();
		this.select(mocha.suite, selection);
		await new Promise<void>((resolve) => {
			const runner = mocha.run(() => resolve());
			this.running = () => {
				runner.abort();
				runner.uncaught(new Error('stopped: it took too long'));
			};
			if (this.mocha?.failsOnRejection) {
				sandbox.onRejection = (error) => runner.uncaught(error);
			}
			const ended = new Set<Runnable>();
			const end = (test: Runnable, how: { readonly passed: boolean; readonly skipped?: boolean }): void => {
				ended.add(test);
				recorder.ended({ id: this.idOf(test), ...how });
			};
			runner.on('test', () => recorder.started());
			runner.on('pass', (test) => end(test, { passed: true }));
			runner.on('pending', (test) => end(test, { passed: true, skipped: true }));
			runner.on('fail', (test, error) => {
				// A hook's failure is the failure of the tests that it kept from running.
				const kept = test.type === 'hook' ? below(test.parent).filter((each) => !ended.has(each)) : [];
				const blamed = test.type === 'hook' && kept.length === 0 ? [test.ctx?.currentTest ?? test] : kept;
				for (const each of test.type === 'hook' ? blamed : [test]) {
					end(each, { passed: false, ...failureOf(error) });
				}
			});
		});
		this.running = undefined;
	}

	stop(): void {
		this.running?.();
	}

	changed(files: readonly string[]): void {
		const { modules } = this.bench;
		if (modules.freshPackages) {
			modules.purge();
			this.stale = true;
			return;
		}
		const purged = modules.purgeDependents(files);
		this.stale ||= this.required.some((file) => purged.has(file));
	}

	/** Takes away the tests that are not asked for. */
	private select(suite: Suite, selection: Selection): void {
		suite.tests = suite.tests.filter((test) => isWanted(selection, this.idOf(test)));
		for (const child of suite.suites) {
			this.select(child, selection);
		}
	}

	private idOf(test: Runnable): string {
		const names: string[] = [];
		let file = test.file;
		for (let next: Runnable | undefined = test; next; next = next.parent) {
			file ??= next.file;
			if (next.title !== '') {
				names.unshift(next.title);
			}
		}
		const name = names.join(' > ');
		return file === undefined
			? name
			: `${path.relative(this.bench.preparation.root, file).split(path.sep).join('/')}::${name}`;
	}

	private setUpFiles(): readonly string[] {
		return (this.options.file ?? []).map((file) => path.resolve(this.bench.preparation.folder, file));
	}

	private localFile(name: string): string | undefined {
		try {
			const file = NodeModule._resolveFilename(path.resolve(this.bench.preparation.folder, name), null);
			return this.bench.modules.isProject(file) ? file : undefined;
		} catch {
			return undefined;
		}
	}

	private requireAll(modules: readonly string[]): void {
		const require = NodeModule.createRequire(`${this.bench.preparation.folder}/`);
		for (const name of modules) {
			require(this.localFile(name) ?? name);
		}
	}
}

class Silent {}

function below(suite: Suite | undefined): readonly Runnable[] {
	return suite ? [...suite.tests, ...suite.suites.flatMap(below)] : [];
}
