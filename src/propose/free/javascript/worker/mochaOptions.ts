// Reads the options of a mocha run with the project's own mocha, whatever its version.
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { filesBelow } from './files';
import { NodeModule, propertyOf } from './nodeModule';

export interface MochaOptions {
	readonly [name: string]: unknown;
	readonly require?: readonly string[];
	readonly spec?: readonly string[];
	readonly file?: readonly string[];
	readonly ui?: string;
	readonly delay?: boolean;
}

type LoadOptions = (args: readonly string[]) => Record<string, unknown>;
type CollectFiles = (options: object) => readonly string[] | { readonly files: readonly string[] };

/** The project's mocha, seen from the folder that the suite runs in. */
export class MochaPackage {
	private readonly folder: string;
	private readonly require: NodeJS.Require;

	/** Throws when mocha is not installed. */
	constructor(private readonly runFolder: string) {
		this.require = NodeModule.createRequire(`${runFolder}/`);
		this.folder = path.dirname(this.require.resolve('mocha/package.json'));
	}

	/** mocha 8.2 and later take a rejection that nobody handles for a failure. */
	get failsOnRejection(): boolean {
		const version: unknown = propertyOf(this.require(path.join(this.folder, 'package.json')), 'version');
		const [major = 0, minor = 0] = String(version).split('.').map(Number);
		return major > 8 || (major === 8 && minor >= 2);
	}

	/** A file of mocha itself; undefined when this version has none of that name. */
	part(name: string): unknown {
		const file = path.join(this.folder, `${name}.js`);
		return existsSync(file) ? (this.require(file) as unknown) : undefined;
	}

	main(): unknown {
		return this.require('mocha') as unknown;
	}

	options(args: readonly string[]): MochaOptions {
		const load = propertyOf(this.part('lib/cli/options'), 'loadOptions') as LoadOptions | undefined;
		if (!load) {
			return this.oldOptions(args);
		}
		const read = load(args);
		const positional = listOf(read['_']);
		const spec = [...positional, ...listOf(read['spec'])];
		return {
			...read,
			require: listOf(read['require']),
			file: listOf(read['file']),
			spec: spec.length > 0 ? spec : ['./test'],
		};
	}

	/** Test files, absolute, in mocha's order. */
	files(options: MochaOptions): readonly string[] {
		const collect = (this.part('lib/cli/collect-files') ??
			propertyOf(this.part('lib/cli/run-helpers'), 'handleFiles')) as CollectFiles | undefined;
		if (!collect) {
			return this.oldFiles(options);
		}
		const found = collect({
			ignore: [],
			extension: ['js', 'cjs', 'mjs'],
			recursive: false,
			sort: false,
			...options,
			file: listOf(options.file),
		});
		const files = 'files' in found ? found.files : found;
		return files.map((file) => path.resolve(this.runFolder, file));
	}

	/** mocha before 6: flags on the command line and in `test/mocha.opts`. */
	private oldOptions(args: readonly string[]): MochaOptions {
		const file = path.join(this.runFolder, 'test/mocha.opts');
		const saved = existsSync(file)
			? readFileSync(file, 'utf8')
					.split('\n')
					.filter((line) => !line.trim().startsWith('#'))
					.join(' ')
					.split(/\s+/)
			: [];
		const lists = { require: [] as string[], spec: [] as string[], file: [] as string[] };
		const options: Record<string, unknown> = {};
		const all = [...saved, ...args].filter((argument) => argument !== '');
		for (let index = 0; index < all.length; index++) {
			const [flag = '', inline] = (all[index] ?? '').split(/=(.*)/s);
			const value = (): string => inline ?? all[++index] ?? '';
			switch (flag) {
				case '-r':
				case '--require':
					lists.require.push(value());
					break;
				case '--file':
					lists.file.push(value());
					break;
				case '-u':
				case '--ui':
					options['ui'] = value();
					break;
				case '-t':
				case '--timeout':
					options['timeout'] = Number.parseInt(value(), 10);
					break;
				case '-s':
				case '--slow':
				case '-R':
				case '--reporter':
				case '-O':
				case '--reporter-options':
				case '-g':
				case '--grep':
				case '-f':
				case '--fgrep':
				case '--compilers':
				case '--globals':
				case '--retries':
				case '--opts':
				case '--watch-extensions':
					value();
					break;
				case '--recursive':
					options['recursive'] = true;
					break;
				case '--delay':
					options['delay'] = true;
					break;
				default:
					if (!flag.startsWith('-')) {
						lists.spec.push(all[index] ?? '');
					}
			}
		}
		return { ...options, ...lists, spec: lists.spec.length > 0 ? lists.spec : ['test'] };
	}

	private oldFiles(options: MochaOptions): readonly string[] {
		const lookup = propertyOf(this.part('lib/utils'), 'lookupFiles') as
			| ((file: string, extensions: readonly string[], recursive: boolean) => string | readonly string[])
			| undefined;
		const found = listOf(options.spec).flatMap((spec) => {
			try {
				return lookup?.(spec, ['js'], options['recursive'] === true) ?? [];
			} catch {
				return filesBelow(path.resolve(this.runFolder, spec)).filter((file) => file.endsWith('.js'));
			}
		});
		return [...listOf(options.file), ...found].map((file) => path.resolve(this.runFolder, file));
	}
}

function listOf(value: unknown): readonly string[] {
	if (Array.isArray(value)) {
		return value.filter((entry): entry is string => typeof entry === 'string');
	}
	return typeof value === 'string' ? [value] : [];
}
