// The project's own jest, 24 to 30: its configuration, its file map and its test runner, found and kept loaded.
import path from 'node:path';
import { NodeModule, propertyOf } from './nodeModule';

export interface ProjectConfig {
	readonly rootDir: string;
	readonly cacheDirectory: string;
	readonly runner?: string;
	readonly setupFilesAfterEnv?: readonly string[];
	readonly [name: string]: unknown;
}

export interface TestContext {
	readonly config: ProjectConfig;
	readonly [name: string]: unknown;
}

export interface CaseResult {
	readonly ancestorTitles: readonly string[];
	readonly title: string;
	readonly fullName?: string;
	readonly status: string;
	readonly failureMessages?: readonly string[] | null;
}

export interface FileResult {
	readonly testFilePath: string;
	readonly testResults: readonly CaseResult[];
	readonly testExecError?: unknown;
	readonly failureMessage?: string | null;
}

interface Test {
	readonly context: TestContext;
	readonly path: string;
}

type Listener = (event: readonly unknown[]) => void;

interface TestRunner {
	readonly supportsEventEmitters?: boolean;
	on?(event: string, listener: Listener): unknown;
	runTests(tests: readonly Test[], watcher: object, ...rest: unknown[]): Promise<void>;
}

type RunnerClass = new (globalConfig: object, context: object) => TestRunner;
type ReadConfigs = (argv: object, projects: readonly string[]) => unknown;
type CreateContext = (config: ProjectConfig, options: object) => Promise<TestContext>;
type SearchClass = new (
	context: TestContext,
) => {
	getTestPaths(globalConfig: object, ...rest: unknown[]): unknown;
};

const watcher = { isInterrupted: () => false, isWatchMode: () => false, setState: () => undefined };
/** Flags whose values change how tests run. */
const listFlags = new Set(['projects', 'setupFiles', 'setupFilesAfterEnv', 'selectProjects', 'roots']);
const valueFlags = new Set([
	'config',
	'env',
	'rootDir',
	'preset',
	'testTimeout',
	'globals',
	'moduleNameMapper',
	'transform',
	'testEnvironment',
]);
const switches = new Set([
	'clearMocks',
	'resetMocks',
	'restoreMocks',
	'resetModules',
	'automock',
	'injectGlobals',
]);

export class JestPackage {
	private readonly bases: NodeJS.Require[] = [];
	private globalConfig: Record<string, unknown> = {};
	contexts: readonly TestContext[] = [];

	constructor(private readonly folder: string) {
		this.bases.push(NodeModule.createRequire(`${folder}/`));
		for (const name of ['jest', 'jest-cli', '@jest/core', 'jest-config', 'jest-runner']) {
			const found = this.resolve(`${name}/package.json`);
			if (found !== undefined) {
				this.bases.push(NodeModule.createRequire(found));
			}
		}
	}

	/** Reads the configuration and maps the files. A reason when it cannot be kept warm. */
	async load(args: readonly string[], cacheDirectory: string): Promise<string | undefined> {
		const readConfigs = propertyOf(this.part('jest-config'), 'readConfigs') as ReadConfigs | undefined;
		if (!readConfigs) {
			return 'this version of jest is too old to be kept warm';
		}
		const argv = { ...argumentsOf(args), cacheDirectory, watchman: false, maxWorkers: 1, $0: 'jest', _: [] };
		const read: unknown = await readConfigs(
			argv,
			'projects' in argv ? (argv.projects as string[]) : [this.folder],
		);
		const configs = propertyOf(read, 'configs') as readonly ProjectConfig[];
		this.globalConfig = {
			...(propertyOf(read, 'globalConfig') as object),
			silent: true,
			verbose: false,
			collectCoverage: false,
			notify: false,
			bail: 0,
			ci: true,
			updateSnapshot: 'none',
			detectOpenHandles: false,
		};
		const foreign = configs.find(
			({ runner }) => runner !== undefined && !/jest-runner(?:[\\/]|$)/.test(runner),
		);
		if (foreign) {
			return `jest uses another runner: ${foreign.runner ?? ''}`;
		}
		const runtime = this.part('jest-runtime');
		const createContext = (propertyOf(runtime, 'createContext') ??
			propertyOf(propertyOf(runtime, 'default'), 'createContext')) as CreateContext | undefined;
		const contexts: TestContext[] = [];
		for (const config of configs) {
			const context = await createContext?.call(propertyOf(runtime, 'default') ?? runtime, config, {
				console: new console.Console(process.stderr),
				maxWorkers: 1,
				watch: false,
				watchman: false,
			});
			if (context) {
				contexts.push(context);
			}
		}
		this.contexts = contexts;
		return contexts.length === 0 ? 'jest gave no project' : undefined;
	}

	/** Test files of all projects, absolute. */
	async testFiles(): Promise<readonly string[]> {
		const core = this.part('@jest/core');
		const search = propertyOf(core, 'SearchSource') as SearchClass | undefined;
		const files: string[] = [];
		for (const context of this.contexts) {
			const source = search && new search(context);
			const found: unknown = await source?.getTestPaths(
				{ ...this.globalConfig, nonFlagArgs: [] },
				context.config,
			);
			const tests = propertyOf(found, 'tests');
			files.push(...(Array.isArray(tests) ? (tests as Test[]).map((test) => test.path) : []));
		}
		return files;
	}

	/** Runs one file in this process. `told` gets its result; rejects with what kept the file from running. */
	async run(
		file: string,
		options: {
			/** Full names, joined by blanks; undefined runs everything. */
			readonly pattern: string | undefined;
			readonly setUp: readonly string[];
			readonly brief: boolean;
			readonly failFast: boolean;
		},
		told: (result: FileResult) => void,
	): Promise<void> {
		const loaded = this.part('jest-runner');
		const Runner = (propertyOf(loaded, 'default') ?? loaded) as RunnerClass;
		const globalConfig = {
			...this.globalConfig,
			testNamePattern: options.pattern,
			noStackTrace: options.brief,
			bail: options.failFast ? 1 : 0,
		};
		const owner = this.ownerOf(file);
		const context = {
			...owner,
			config: {
				...owner.config,
				setupFilesAfterEnv: [...(owner.config.setupFilesAfterEnv ?? []), ...options.setUp],
			},
		};
		const runner = new Runner(globalConfig, {
			changedFiles: undefined,
			sourcesRelatedToTestsInChangedFiles: undefined,
		});
		const tests: Test[] = [{ context, path: file }];
		let failure: { readonly reason: unknown } | undefined;
		if (runner.supportsEventEmitters && runner.on) {
			runner.on('test-file-success', ([, result]) => told(result as FileResult));
			runner.on('test-file-failure', ([, reason]) => {
				failure = { reason };
			});
			await runner.runTests(tests, watcher, { serial: true });
		} else {
			await runner.runTests(
				tests,
				watcher,
				async () => undefined,
				async (_test: Test, result: FileResult) => told(result),
				async (_test: Test, reason: unknown) => {
					failure = { reason };
				},
				{ serial: true },
			);
		}
		if (failure) {
			throw failure.reason;
		}
	}

	/** The project that a file belongs to: the innermost root that holds it. */
	private ownerOf(file: string): TestContext {
		const [owner] = [...this.contexts]
			.filter(({ config }) => file.startsWith(config.rootDir + path.sep))
			.sort((a, b) => b.config.rootDir.length - a.config.rootDir.length);
		const found = owner ?? this.contexts[0];
		if (!found) {
			throw new Error('jest gave no project');
		}
		return found;
	}

	private part(name: string): unknown {
		const file = this.resolve(name);
		if (file === undefined) {
			throw new Error(`${name} is not installed`);
		}
		return this.bases[0]?.(file);
	}

	private resolve(name: string): string | undefined {
		for (const base of this.bases) {
			try {
				return base.resolve(name);
			} catch {
				// Asked from the next package.
			}
		}
		return undefined;
	}
}

function argumentsOf(args: readonly string[]): Record<string, unknown> {
	const read: Record<string, unknown> = {};
	for (let index = 0; index < args.length; index++) {
		const [flag = '', inline] = (args[index] ?? '').split(/=(.*)/s);
		const name = flag === '-c' ? 'config' : camelCase(flag.replace(/^--/, ''));
		if (!flag.startsWith('-')) {
			continue;
		}
		if (listFlags.has(name)) {
			const values = inline === undefined ? [] : [inline];
			while (inline === undefined && index + 1 < args.length && !args[index + 1]?.startsWith('-')) {
				values.push(args[++index] ?? '');
			}
			read[name] = values;
		} else if (valueFlags.has(name)) {
			const value = inline ?? args[++index] ?? '';
			read[name] = name === 'testTimeout' ? Number(value) : value;
		} else if (switches.has(name)) {
			read[name] = inline !== 'false';
		}
	}
	return read;
}

function camelCase(name: string): string {
	return name.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
