// JavaScript's and TypeScript's modules: relative paths, packages of the workspace, and the aliases of tsconfig.json.
import { posix } from 'node:path';
import type { SourceFiles } from './sourceFiles';

const MOST_PACKAGES = 60;
const SCRIPTS = ['ts', 'tsx', 'js', 'jsx', 'mjs', 'cjs', 'mts', 'cts', 'vue', 'svelte'];

export class ScriptResolution {
	private packages: Promise<readonly Package[]> | undefined;
	private aliases: Promise<readonly Alias[]> | undefined;

	constructor(private readonly files: SourceFiles) {}

	/** Files that the specifier may mean, the likeliest first. */
	async resolve(from: string, wanted: string): Promise<string[]> {
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
		this.packages ??= readAll(this.files, 'package.json', MOST_PACKAGES, (folder, text) => {
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
		this.aliases ??= readAll(this.files, 'tsconfig.json', 20, (folder, text) => {
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

	private exact(paths: readonly string[]): string[] {
		return paths.filter((path) => this.files.has(path)).slice(0, 1);
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

/** What `read` makes of every file of this name, those nearest to the root first. */
export async function readAll<T>(
	files: SourceFiles,
	name: string,
	most: number,
	read: (folder: string, text: string) => readonly T[],
): Promise<T[]> {
	const paths = [...files.named(name)].sort((a, b) => a.length - b.length || (a < b ? -1 : 1));
	const all: T[] = [];
	for (const path of paths.slice(0, most)) {
		const file = await files.get(path);
		const folder = posix.dirname(path);
		all.push(...(file === undefined ? [] : read(folder === '.' ? '' : folder, file.lines.join('\n'))));
	}
	return all;
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
