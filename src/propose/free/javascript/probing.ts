// The project's sources with probes in them: what a file's text becomes before the worker loads it.
import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Grammars } from '../grammars';
import { insertInto } from '../instrument/insertion';
import { type Insertions, insertionsOf } from '../instrument/insertions';
import { languageOf } from '../language';

interface Probed {
	readonly base: string;
	readonly insertions: Insertions;
}

/** A generated or bundled file of this size is left as it is. */
const mostBytes = 600_000;
const mostFiles = 400;
const specifier =
	/(?:\brequire\s*\(\s*|\bimport\s*\(\s*|\bfrom\s+|\bimport\s+)(['"])((?:\.{1,2}\/|\.{1,2}(?=['"]))[^'"\n]*)\1/g;
const suffixes = [
	'',
	'.js',
	'.ts',
	'.tsx',
	'.mjs',
	'.cjs',
	'.jsx',
	'.mts',
	'.cts',
	'/index.js',
	'/index.ts',
	'/index.tsx',
	'/index.mjs',
];

/** Probes of every file that was looked at, kept for the time of a problem. */
export class ProbedSources {
	private readonly known = new Map<string, Probed>();

	/** Where code finds the probes, below `globalThis`. jest's realms share only functions of the process. */
	runtime = '__underbid';

	constructor(private readonly grammars: Grammars) {}

	/** The files and, as far as relative specifiers tell, what they load. Absolute paths. */
	async closure(files: readonly string[]): Promise<void> {
		for (const file of (await importedSources(files)).keys()) {
			await this.add(file);
		}
	}

	/** True when one of the files was not known before. */
	async addAll(files: readonly string[]): Promise<boolean> {
		const before = this.known.size;
		for (const file of files) {
			await this.add(file);
		}
		return this.known.size > before;
	}

	/** Base texts with loop guards; with statement counters too for files that `counted` accepts. */
	texts(counted: (file: string) => boolean): Record<string, string> {
		return Object.fromEntries(
			[...this.known].map(
				([
					file,
					{
						base,
						insertions: { guards, coverage },
					},
				]) => [file, insertInto(base, base, counted(file) ? [...guards, ...coverage] : guards)],
			),
		);
	}

	/** The lines that a test's hits stand for, by absolute file. */
	linesOf(hits: Readonly<Record<number, readonly number[]>>): ReadonlyMap<string, readonly number[]> {
		const lines = new Map<string, readonly number[]>();
		for (const [index, [file, { insertions }]] of [...this.known].entries()) {
			const own = hits[index]?.flatMap((line) => insertions.coverageLines.get(line) ?? [line]);
			if (own) {
				lines.set(
					file,
					[...new Set(own)].sort((a, b) => a - b),
				);
			}
		}
		return lines;
	}

	/** A candidate's text with the base's loop guards in it. */
	async guarded(file: string, text: string): Promise<string> {
		await this.add(file);
		const known = this.known.get(file);
		return known ? insertInto(text, known.base, known.insertions.guards) : text;
	}

	/** The base's text with guards, which hands its module to the recorder when it has been loaded. */
	async recording(file: string, text: string): Promise<string> {
		const base = (await this.add(file)) ?? text;
		const cast = languageOf(file) === 'javascript' ? 'globalThis' : '(globalThis as any)';
		return `${await this.guarded(file, base)}\n;${cast}.${this.runtime}.exported(module);\n`;
	}

	/** Probes a file that was not seen yet; its text, or undefined when it cannot be read. */
	private async add(file: string): Promise<string | undefined> {
		const known = this.known.get(file);
		if (known) {
			return known.base;
		}
		const language = languageOf(file);
		const size = (await stat(file).catch(() => undefined))?.size;
		if (language === undefined || size === undefined || size > mostBytes) {
			return undefined;
		}
		const base = await readFile(file, 'utf8');
		const insertions = await insertionsOf(base, language, this.grammars, {
			fileId: this.known.size,
			runtime: `${language === 'javascript' ? 'globalThis' : '(globalThis as any)'}.${this.runtime}`,
		});
		this.known.set(file, { base, insertions });
		return base;
	}
}

/** The files and what they load by relative specifiers, with their texts. */
export async function importedSources(files: readonly string[]): Promise<ReadonlyMap<string, string>> {
	const found = new Map<string, string>();
	const open = [...files];
	for (let next = open.shift(); next !== undefined && found.size < mostFiles; next = open.shift()) {
		if (found.has(next) || languageOf(next) === undefined) {
			continue;
		}
		const text = await readFile(next, 'utf8').catch(() => undefined);
		if (text === undefined || text.length > mostBytes) {
			continue;
		}
		found.set(next, text);
		for (const match of text.matchAll(specifier)) {
			const target = await existing(path.resolve(path.dirname(next), match[2] ?? ''));
			if (target !== undefined) {
				open.push(target);
			}
		}
	}
	return found;
}

async function existing(file: string): Promise<string | undefined> {
	const typed = file.replace(/\.([cm]?)js$/, '.$1ts');
	for (const candidate of [...suffixes.map((suffix) => file + suffix), typed]) {
		if ((await stat(candidate).catch(() => undefined))?.isFile()) {
			return candidate;
		}
	}
	return undefined;
}
