// From what an import says to the project's files that it may mean. Packages from elsewhere resolve to nothing.
import { posix } from 'node:path';
import type { Import } from './imports';
import type { SourceFile, SourceFiles } from './sourceFiles';

export interface Resolved {
	readonly path: string;
	/** Names taken from it; empty when all or unknown. */
	readonly names: readonly string[];
}

const MOST_PACKAGES = 60;
const MOST_NEIGHBOURS = 40;
const SCRIPTS = ['ts', 'tsx', 'js', 'jsx', 'mjs', 'cjs', 'mts', 'cts', 'vue', 'svelte'];

export class Resolution {
	private packages: Promise<readonly Package[]> | undefined;
	private aliases: Promise<readonly Alias[]> | undefined;
	private goModules: Promise<readonly { readonly folder: string; readonly module: string }[]> | undefined;

	constructor(private readonly files: SourceFiles) {}

	/** Files that the import may mean, the likeliest first. */
	async resolve(from: SourceFile, wanted: Import): Promise<readonly Resolved[]> {
		switch (from.language?.family) {
			case 'javascript':
				return withNames(await this.script(from.path, wanted.from), wanted);
			case 'python':
				return this.python(from.path, wanted);
			case 'go':
				return withNames(await this.go(wanted.from), wanted);
			case 'rust':
				return this.rust(from.path, wanted);
			case 'java':
				return withNames(this.java(wanted.from), wanted);
			case 'ruby':
				return withNames(this.ruby(from.path, wanted.from), wanted);
			case 'php':
				return withNames(this.php(from.path, wanted.from), wanted);
			case 'other':
			case 'c-sharp':
				return withNames(this.exact([posix.join(posix.dirname(from.path), wanted.from)]), wanted);
			case undefined:
				return [];
		}
	}

	/** Files that are in sight without an import: Go's package, Java's and C#'s names. */
	neighbours(from: SourceFile): readonly string[] {
		const folder = posix.dirname(from.path);
		switch (from.language?.family) {
			case 'go':
				return [...this.files.all()]
					.filter((path) => path.endsWith('.go') && posix.dirname(path) === folder && path !== from.path)
					.slice(0, MOST_NEIGHBOURS);
			case 'java':
			case 'c-sharp':
			case 'php':
			case 'ruby':
			case 'other': {
				const extension = posix.extname(from.path);
				const names = new Set(from.lines.join('\n').match(/\b[A-Z]\w{1,60}\b/g) ?? []);
				// `FooTest` is about `Foo`.
				names.add(posix.basename(from.path, extension).replace(/(?:Tests?|Spec|_test|_spec)$|^test_/, ''));
				return [...names]
					.flatMap((name) => [name, snake(name)])
					.flatMap((name) => this.files.named(name + extension).slice(0, 2))
					.filter((path) => path !== from.path)
					.slice(0, MOST_NEIGHBOURS);
			}
			case 'javascript':
			case 'python':
			case 'rust':
			case undefined:
				return [];
		}
	}

	private exact(paths: readonly string[]): string[] {
		return paths.filter((path) => this.files.has(path)).slice(0, 1);
	}

	private async script(from: string, wanted: string): Promise<string[]> {
		if (/^\.{1,2}(\/|$)/.test(wanted)) {
			const path = posix.join(posix.dirname(from), wanted);
			return path.startsWith('../') ? [] : this.module(path.replace(/\/$/, '').replace(/^\.$/, ''));
		}
		if (/^(node:|https?:|data:)/.test(wanted)) {
			return [];
		}
		for (const alias of await this.aliasesOf()) {
			if (wanted.startsWith(alias.prefix) && (alias.open || wanted === alias.prefix)) {
				for (const target of alias.targets) {
					const found = await this.module(posix.join(target, wanted.slice(alias.prefix.length)));
					if (found.length > 0) {
						return found;
					}
				}
			}
		}
		const own = (await this.packagesOf()).find(
			({ name }) => wanted === name || wanted.startsWith(`${name}/`),
		);
		if (own !== undefined) {
			return this.module(posix.join(own.folder, wanted.slice(own.name.length)).replace(/^\.$|^\.\//, ''));
		}
		return [];
	}

	/** By the rules of Node and of bundlers; a compiled file stands for its source. */
	private async module(path: string, depth = 0): Promise<string[]> {
		const bare = path.replace(/\.(?:[cm]?js|jsx)$/, '');
		const base = path === '' ? '' : `${path}/`;
		const found = this.exact([
			path,
			...SCRIPTS.map((extension) => `${path}.${extension}`),
			...(bare === path ? [] : SCRIPTS.map((extension) => `${bare}.${extension}`)),
		]);
		if (found.length > 0 || depth > 2) {
			return found;
		}
		const own = (await this.packagesOf()).find(({ folder }) => folder === path);
		for (const main of own?.mains ?? []) {
			const entry = await this.module(posix.join(base, main), depth + 1);
			if (entry.length > 0) {
				return entry;
			}
		}
		const index = this.exact(SCRIPTS.map((extension) => `${base}index.${extension}`));
		if (index.length > 0) {
			return index;
		}
		const source = path.replace(/(^|\/)(?:dist|lib|build|out|es|esm|cjs)(\/.*)?$/, '$1src$2');
		if (source !== path) {
			return this.module(source, depth + 1);
		}
		return own === undefined ? [] : this.module(posix.join(base, 'src'), depth + 1);
	}

	private packagesOf(): Promise<readonly Package[]> {
		this.packages ??= this.readAll('package.json', MOST_PACKAGES, (folder, text) => {
			const read = parsed(text);
			const exports = Array.isArray(read['exports']) ? [] : stringsIn(read['exports']);
			const mains = [read['source'], ...exports, read['module'], read['main']].filter(
				(main): main is string =>
					typeof main === 'string' && /\.[cm]?[jt]sx?$|\/[^.]*$/.test(main) && !/\*|\.d\.[cm]?ts$/.test(main),
			);
			return [
				{ folder, name: typeof read['name'] === 'string' ? read['name'] : '\n', mains: mains.slice(0, 12) },
			];
		});
		return this.packages;
	}

	private aliasesOf(): Promise<readonly Alias[]> {
		this.aliases ??= this.readAll('tsconfig.json', 20, (folder, text) => {
			const options = record(parsed(withoutComments(text))['compilerOptions']);
			const base = posix.join(folder, typeof options['baseUrl'] === 'string' ? options['baseUrl'] : '.');
			return Object.entries(record(options['paths'])).flatMap(([name, targets]) =>
				Array.isArray(targets)
					? [
							{
								prefix: name.replace(/\*$/, ''),
								open: name.endsWith('*'),
								targets: targets
									.filter((target) => typeof target === 'string')
									.map((target) => posix.join(base, target.replace(/\*$/, ''))),
							},
						]
					: [],
			);
		});
		return this.aliases;
	}

	private async readAll<T>(
		name: string,
		most: number,
		read: (folder: string, text: string) => readonly T[],
	): Promise<T[]> {
		const paths = [...this.files.named(name)].sort((a, b) => a.length - b.length || (a < b ? -1 : 1));
		const all: T[] = [];
		for (const path of paths.slice(0, most)) {
			const file = await this.files.get(path);
			const folder = posix.dirname(path);
			all.push(...(file === undefined ? [] : read(folder === '.' ? '' : folder, file.lines.join('\n'))));
		}
		return all;
	}

	private python(from: string, wanted: Import): Resolved[] {
		const dots = /^\.*/.exec(wanted.from)?.[0].length ?? 0;
		const parts = wanted.from
			.slice(dots)
			.split('.')
			.filter((part) => part !== '');
		const ups = Array.from({ length: Math.max(0, dots - 1) }, () => '..');
		const near = dots > 0 ? [posix.join(posix.dirname(from), ...ups)] : [];
		const found = this.pythonModule(parts, near);
		const within = wanted.names.flatMap((name) =>
			this.pythonModule([...parts, name], near).map((path) => ({ path, names: [] })),
		);
		return [...within, ...found.map((path) => ({ path, names: wanted.names }))];
	}

	private pythonModule(parts: readonly string[], near: readonly string[]): string[] {
		const last = parts.at(-1);
		const path = parts.join('/');
		if (near.length > 0) {
			return this.exact(
				near.flatMap((folder) => [posix.join(folder, `${path}.py`), posix.join(folder, path, '__init__.py')]),
			);
		}
		if (last === undefined) {
			return [];
		}
		const ending = (candidates: readonly string[], tail: string) =>
			candidates.filter((one) => `/${one}`.endsWith(`/${tail}`));
		const fitting = [
			...ending(this.files.named(`${last}.py`), `${path}.py`),
			...ending(this.files.named('__init__.py'), `${path}/__init__.py`),
		];
		return fitting.sort((a, b) => a.length - b.length || (a < b ? -1 : 1)).slice(0, 1);
	}

	private async go(wanted: string): Promise<string[]> {
		this.goModules ??= this.readAll('go.mod', 20, (folder, text) => {
			const module = /^module\s+(\S+)/m.exec(text)?.[1];
			return module === undefined ? [] : [{ folder, module }];
		});
		const modules = await this.goModules;
		const own = modules.find(({ module }) => wanted === module || wanted.startsWith(`${module}/`));
		if (own === undefined) {
			return [];
		}
		const folder = posix.join(own.folder, wanted.slice(own.module.length)).replace(/^\.$/, '');
		return [...this.files.all()]
			.filter(
				(path) =>
					path.endsWith('.go') && !path.endsWith('_test.go') && folderOf(path) === folder.replace(/^\//, ''),
			)
			.slice(0, MOST_NEIGHBOURS);
	}

	private rust(from: string, wanted: Import): Resolved[] {
		const parts = wanted.from.split('::').filter((part) => part !== '' && part !== '*');
		const first = parts[0];
		const crate = from.includes('src/')
			? from.slice(0, from.lastIndexOf('src/') + 4)
			: this.crateNear(from, first);
		const stem = from.replace(/(?:\/(?:mod|lib|main))?\.rs$/, '');
		const roots =
			first === 'self'
				? [`${stem}/`, `${posix.dirname(from)}/`]
				: first === 'super'
					? [`${posix.dirname(stem)}/`, `${posix.dirname(from)}/`]
					: [crate];
		const rest = parts.slice(1);
		for (let length = rest.length; length > 0; length -= 1) {
			const path = rest.slice(0, length).join('/');
			const found = this.exact(roots.flatMap((root) => [`${root}${path}.rs`, `${root}${path}/mod.rs`]));
			if (found[0] !== undefined) {
				const names = length < rest.length ? rest.slice(length) : wanted.names;
				return [{ path: found[0], names }];
			}
		}
		const own = first === 'crate' || this.isCrate(first);
		const grouped = wanted.names.flatMap((name) =>
			this.exact([`${crate}${name}.rs`, `${crate}${name}/mod.rs`]),
		);
		return own
			? [...grouped, ...this.exact([`${crate}lib.rs`, `${crate}main.rs`])].map((path) => ({
					path,
					names: [...rest, ...wanted.names],
				}))
			: [];
	}

	private crateNear(from: string, name: string | undefined): string {
		const folder = from.replace(/(?:tests|benches|examples)\/.*$/, '');
		if (this.files.has(`${folder}src/lib.rs`)) {
			return `${folder}src/`;
		}
		const named = this.files
			.named('lib.rs')
			.find((path) => name !== undefined && path.includes(`${name}/src/`));
		return named === undefined ? 'src/' : named.slice(0, -'lib.rs'.length);
	}

	private isCrate(name: string | undefined): boolean {
		return name !== undefined && !['std', 'core', 'alloc', 'self', 'super'].includes(name);
	}

	private java(wanted: string): string[] {
		const parts = wanted.split('.');
		for (let length = parts.length; length > 1; length -= 1) {
			const name = `${parts[length - 1] ?? ''}.java`;
			const ending = `/${parts.slice(0, length).join('/')}.java`;
			const found = this.files.named(name).find((path) => `/${path}`.endsWith(ending));
			if (found !== undefined) {
				return [found];
			}
		}
		return [];
	}

	private ruby(from: string, wanted: string): string[] {
		const name = wanted.endsWith('.rb') ? wanted : `${wanted}.rb`;
		if (wanted.startsWith('.')) {
			return this.exact([posix.join(posix.dirname(from), name)]);
		}
		return this.files
			.named(posix.basename(name))
			.filter((path) => `/${path}`.endsWith(`/${name}`))
			.slice(0, 1);
	}

	private php(from: string, wanted: string): string[] {
		if (wanted.startsWith('.')) {
			return this.exact([posix.join(posix.dirname(from), wanted)]);
		}
		const parts = wanted.split('\\').filter((part) => part !== '');
		const fitting = this.files.named(`${parts.at(-1) ?? ''}.php`);
		const ending = (count: number) => `/${parts.slice(-count).join('/')}.php`;
		return [
			fitting.find((path) => `/${path}`.endsWith(ending(3))) ??
				fitting.find((path) => `/${path}`.endsWith(ending(2))) ??
				fitting[0],
		].filter((path) => path !== undefined);
	}
}

interface Package {
	/** '' is the root. */
	readonly folder: string;
	readonly name: string;
	readonly mains: readonly string[];
}

interface Alias {
	readonly prefix: string;
	/** Stands for everything below. */
	readonly open: boolean;
	readonly targets: readonly string[];
}

function withNames(paths: readonly string[], wanted: Import): Resolved[] {
	return paths.map((path) => ({ path, names: wanted.names }));
}

function folderOf(path: string): string {
	return path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : '';
}

function snake(name: string): string {
	return name.replace(/([a-z\d])([A-Z])/g, '$1_$2').toLowerCase();
}

function parsed(text: string): Readonly<Record<string, unknown>> {
	try {
		return record(JSON.parse(text));
	} catch {
		return {};
	}
}

function record(value: unknown): Readonly<Record<string, unknown>> {
	return typeof value === 'object' && value !== null && !Array.isArray(value)
		? (value as Readonly<Record<string, unknown>>)
		: {};
}

function stringsIn(value: unknown, depth = 0): string[] {
	if (typeof value === 'string') {
		return [value];
	}
	return depth > 4 ? [] : Object.values(record(value)).flatMap((one) => stringsIn(one, depth + 1));
}

function withoutComments(text: string): string {
	return text
		.replace(/("(?:[^"\\\n]|\\.){0,2000}")|\/\/[^\n]*|\/\*[^*]*\*+(?:[^/*][^*]*\*+)*\//g, '$1')
		.replace(/,(\s{0,200}[}\]])/g, '$1');
}
