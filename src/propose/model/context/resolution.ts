// From what an import says to the project's files that it may mean. Packages from elsewhere resolve to nothing.
import { posix } from 'node:path';
import type { Import } from './imports';
import { readAll, ScriptResolution } from './scriptResolution';
import type { SourceFile, SourceFiles } from './sourceFiles';

export interface Resolved {
	readonly path: string;
	/** Names taken from it; empty when all or unknown. */
	readonly names: readonly string[];
}

const MOST_NEIGHBOURS = 40;

export class Resolution {
	private goModules: Promise<readonly { readonly folder: string; readonly module: string }[]> | undefined;

	private readonly scripts: ScriptResolution;

	constructor(private readonly files: SourceFiles) {
		this.scripts = new ScriptResolution(files);
	}

	/** Files that the import may mean, the likeliest first. */
	async resolve(from: SourceFile, wanted: Import): Promise<readonly Resolved[]> {
		switch (from.language?.family) {
			case 'javascript':
				return withNames(await this.scripts.resolve(from.path, wanted.from), wanted);
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
		this.goModules ??= readAll(this.files, 'go.mod', 20, (folder, text) => {
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

function withNames(paths: readonly string[], wanted: Import): Resolved[] {
	return paths.map((path) => ({ path, names: wanted.names }));
}

function folderOf(path: string): string {
	return path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : '';
}

function snake(name: string): string {
	return name.replace(/([a-z\d])([A-Z])/g, '$1_$2').toLowerCase();
}
