// Loads the project's files from memory: candidates replace a file's text without touching the disk, and only
// what a change can reach is loaded again.
import fs, { readFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import vm from 'node:vm';
import { Dialects, sourceExtensions } from './dialect';
import { asImported, markModule } from './interop';
import { dependentsOf, packagesOf } from './moduleGraph';
import { type LoadedModule, NodeModule, propertyOf } from './nodeModule';
import type { PackageImports } from './packageImports';
import { resolvedSource } from './resolution';
import type { Alias } from './vitestConfig';

type Wrapper = (
	this: unknown,
	exports: unknown,
	require: unknown,
	module: LoadedModule,
	filename: string,
	dirname: string,
	importMeta: unknown,
) => void;

interface Compiled {
	readonly text: string;
	readonly run: Wrapper;
	/** Was an ES module. */
	readonly modular: boolean;
}

const wrapperParameters = ['exports', 'require', 'module', '__filename', '__dirname', '__importMeta'];

/** The project's modules in this process. Installed once. */
export class ProjectModules {
	/** Texts to load in place of the disk's, by absolute path. */
	private texts = new Map<string, string>();
	private candidate = new Map<string, string>();
	private readonly compiled = new Map<string, Compiled>();
	private readonly seen = new Set<string>();
	private readonly packageFiles = new Set<string>();
	private readonly kept = new Set<string>();
	private readonly dialects: Dialects;
	private readonly handlers = { ...NodeModule._extensions };
	private installed = false;
	private version = 1_000_000_000_000;
	private baseVersion = this.version;
	private candidateVersion = this.version;
	private readonly beingRead: string[] = [];

	constructor(
		private readonly root: string,
		private readonly packages: PackageImports,
	) {
		this.dialects = new Dialects(root);
	}

	/** Names that the project's bundler knows by another name. */
	aliases: readonly Alias[] = [];

	/** What `import.meta.env` is, where a bundler defines it. */
	metaEnv: object | undefined;

	/** Answers `require(name)` in place of node: shims for modules that cannot run twice in one process. */
	readonly substitutes = new Map<string, () => unknown>();

	isProject(file: string): boolean {
		return (
			file.startsWith(this.root + path.sep) &&
			!file.slice(this.root.length).includes(`${path.sep}node_modules${path.sep}`)
		);
	}

	/** How many files of packages were ever loaded. */
	get packageCount(): number {
		return this.packageFiles.size;
	}

	/** Project sources loaded so far. */
	loaded(): readonly string[] {
		return [...this.seen];
	}

	/** Replaces the base's texts (with probes in them); everything is loaded afresh afterwards. */
	setBase(texts: Readonly<Record<string, string>>): void {
		this.texts = new Map(Object.entries(texts));
		this.candidate = new Map();
		this.baseVersion = ++this.version;
	}

	setCandidate(texts: Readonly<Record<string, string>>): void {
		this.candidate = new Map(Object.entries(texts));
		this.candidateVersion = ++this.version;
	}

	candidateFiles(): readonly string[] {
		return [...this.candidate.keys()];
	}

	/** Never unloaded by `purge`: preloads, whose effects on globals happen once. */
	keepLoaded(): void {
		for (const file of Object.keys(NodeModule._cache)) {
			this.kept.add(file);
		}
	}

	/**
	 * Forgets the packages that the project's sources use as well, whose caches may hold what a candidate gave
	 * them. Costs their loading for every candidate.
	 */
	freshPackages = false;

	/** Forgets every loaded project file, so that it is loaded afresh when next required. */
	purge(): void {
		const packages = this.freshPackages ? packagesOf((file) => this.isProject(file), this.root) : [];
		const own = Object.keys(NodeModule._cache).filter((file) => this.isProject(file));
		for (const file of [...own, ...packages]) {
			if (!this.kept.has(file)) {
				Reflect.deleteProperty(NodeModule._cache, file);
			}
		}
	}

	/** Forgets these files alone. */
	forget(files: readonly string[]): void {
		for (const file of files) {
			Reflect.deleteProperty(NodeModule._cache, file);
		}
	}

	/** Forgets these files and every loaded project file that requires them, directly or not; those it forgot. */
	purgeDependents(files: readonly string[]): ReadonlySet<string> {
		const purged = dependentsOf(files, (file) => this.isProject(file));
		this.forget([...purged]);
		return purged;
	}

	/** Safe to call again. */
	install(): void {
		if (this.installed) {
			return;
		}
		this.installed = true;
		this.hookLoad();
		this.hookResolve();
		this.hookModuleLoad();
		this.hookReads();
	}

	/** Another number for every text that a file has had; the base's stays. */
	versionOf(file: string): number {
		return this.candidate.has(file) ? this.candidateVersion : this.baseVersion;
	}

	/** What is to be read in place of the disk's text; undefined for files that are not replaced. */
	replacementOf(file: string): string | undefined {
		const text = this.candidate.get(file) ?? this.texts.get(file);
		if (text !== undefined || (sourceExtensions.includes(path.extname(file)) && this.isProject(file))) {
			this.seen.add(file);
		}
		return text;
	}

	/** Files whose texts are replaced. */
	replaced(): readonly string[] {
		return [...new Set([...this.texts.keys(), ...this.candidate.keys()])];
	}

	/** The text that is loaded for a project file. */
	textOf(file: string): string {
		return this.candidate.get(file) ?? this.texts.get(file) ?? readFileSync(file, 'utf8');
	}

	private hookLoad(): void {
		const original = NodeModule._load.bind(NodeModule);
		NodeModule._load = (request, parent, isMain) => {
			const substitute = this.substitutes.get(request);
			if (substitute) {
				return substitute();
			}
			const known = this.packages.known(request, parent?.filename ?? undefined);
			if (known) {
				return known.namespace;
			}
			try {
				return original(request, parent, isMain);
			} catch (error) {
				const code = propertyOf(error, 'code');
				if (
					code === 'ERR_REQUIRE_ESM' ||
					code === 'ERR_PACKAGE_PATH_NOT_EXPORTED' ||
					code === 'ERR_REQUIRE_ASYNC_MODULE'
				) {
					this.packages.want(request, parent?.filename ?? undefined);
				}
				throw error;
			}
		};
	}

	private hookResolve(): void {
		const original = NodeModule._resolveFilename.bind(NodeModule);
		NodeModule._resolveFilename = (request, parent, isMain, options) => {
			try {
				return original(request, parent, isMain, options);
			} catch (error) {
				const from = parent?.filename;
				const name = this.aliased(request);
				const found = from && this.isProject(from) ? resolvedSource(this.root, name, from) : undefined;
				if (found === undefined) {
					throw error;
				}
				return found;
			}
		};
	}

	private aliased(request: string): string {
		for (const { find, replacement } of this.aliases) {
			if (find instanceof RegExp ? find.test(request) : request === find || request.startsWith(`${find}/`)) {
				return request.replace(find, replacement);
			}
		}
		return request;
	}

	private hookModuleLoad(): void {
		const original = propertyOf(NodeModule.prototype, 'load') as LoadedModule['load'];
		const load = (module: LoadedModule, filename: string): void => {
			const extension = path.extname(filename);
			if (!sourceExtensions.includes(extension)) {
				original.call(module, filename);
				return;
			}
			if (!this.isProject(filename)) {
				this.packageFiles.add(filename);
				this.loadPackageFile(module, filename, original);
				return;
			}
			this.seen.add(filename);
			// A hook of the project's own (ts-node, babel, proxyquire) reads the file itself.
			if (NodeModule._extensions[extension] !== this.handlers[extension]) {
				this.beingRead.push(filename);
				try {
					original.call(module, filename);
				} finally {
					this.beingRead.pop();
				}
				return;
			}
			this.loadSource(module, filename);
		};
		NodeModule.prototype.load = function (this: LoadedModule, filename: string) {
			load(this, filename);
		};
	}

	private loadSource(module: LoadedModule, filename: string): void {
		module.filename = filename;
		module.paths = NodeModule._nodeModulePaths(path.dirname(filename));
		this.run(module, filename);
		module.loaded = true;
	}

	/** A package's CommonJS file is compiled once, however often it is loaded; the rest is node's. */
	private loadPackageFile(module: LoadedModule, filename: string, original: LoadedModule['load']): void {
		const plain =
			this.freshPackages &&
			/\.c?js$/.test(filename) &&
			NodeModule._extensions['.js'] === this.handlers['.js'] &&
			!this.dialects.isModule(filename);
		if (plain) {
			this.loadSource(module, filename);
		} else {
			original.call(module, filename);
		}
	}

	private hookReads(): void {
		const original = fs.readFileSync;
		const read = (...args: Parameters<typeof readFileSync>): ReturnType<typeof readFileSync> => {
			const [file, options] = args;
			const top = this.beingRead.at(-1);
			if (top === undefined || file !== top) {
				return original.apply(fs, args);
			}
			const text = this.candidate.get(top) ?? this.texts.get(top);
			if (text === undefined) {
				return original.apply(fs, args);
			}
			const encoding = typeof options === 'string' ? options : options?.encoding;
			return encoding ? text : Buffer.from(text);
		};
		fs.readFileSync = read as typeof fs.readFileSync;
		NodeModule.syncBuiltinESMExports();
	}

	private run(module: LoadedModule, filename: string): void {
		const text = this.textOf(filename);
		const known = this.compiled.get(filename);
		const { run, modular } = known?.text === text ? known : this.compile(filename, text);
		if (modular) {
			markModule(module.exports as object);
		}
		const asModule = this.dialects.isModule(filename);
		const dirname = path.dirname(filename);
		run.call(
			module.exports,
			module.exports,
			this.requireOf(module, asModule),
			module,
			filename,
			dirname,
			asModule || text.includes('import.meta') ? this.importMeta(module, filename, dirname) : undefined,
		);
	}

	private compile(filename: string, text: string): Compiled {
		const own = this.isProject(filename);
		const whole = text.startsWith('#!') ? `//${text}` : text;
		const source = own ? this.dialects.commonJs(filename, whole) : whole;
		const importer = async (specifier: string): Promise<unknown> =>
			asImported(NodeModule.createRequire(filename)(specifier), true);
		const run = vm.compileFunction(source, wrapperParameters, {
			filename,
			importModuleDynamically: (own ? importer : vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER) as never,
		}) as Wrapper;
		const compiled = { text, run, modular: source !== text };
		// Candidates' texts differ every time; only the base's are worth keeping.
		if (!this.candidate.has(filename)) {
			this.compiled.set(filename, compiled);
		}
		return compiled;
	}

	private importMeta(module: LoadedModule, filename: string, dirname: string): object {
		return {
			url: pathToFileURL(filename).href,
			filename,
			dirname,
			env: this.metaEnv,
			resolve: (specifier: string) => pathToFileURL(NodeModule._resolveFilename(specifier, module)).href,
		};
	}

	private requireOf(module: LoadedModule, asModule: boolean): unknown {
		const require = asModule
			? (id: string): unknown => asImported(module.require(id), true)
			: (id: string): unknown => asImported(module.require(id), false);
		return Object.assign(require, {
			resolve: Object.assign(
				(request: string, options?: object) => NodeModule._resolveFilename(request, module, false, options),
				{
					paths: (request: string) => NodeModule.createRequire(module.filename ?? '').resolve.paths(request),
				},
			),
			main: process.mainModule,
			extensions: NodeModule._extensions,
			cache: NodeModule._cache,
		});
	}
}
