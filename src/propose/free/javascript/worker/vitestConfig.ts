// The part of vitest's configuration that tests can see without vite.
import { existsSync } from 'node:fs';
import path from 'node:path';
import { NodeModule, propertyOf } from './nodeModule';
import { importerOf } from './packageImports';

export interface Alias {
	readonly find: string | RegExp;
	readonly replacement: string;
}

export interface VitestConfig {
	readonly globals: boolean;
	/** Absolute. */
	readonly setupFiles: readonly string[];
	readonly aliases: readonly Alias[];
	/** Why these tests need vitest itself. */
	readonly unsupported?: string;
}

const names = ['vitest.config', 'vite.config'].flatMap((name) =>
	['ts', 'mts', 'cts', 'js', 'mjs', 'cjs'].map((extension) => `${name}.${extension}`),
);

export async function readVitestConfig(folder: string, args: readonly string[]): Promise<VitestConfig> {
	const config = await load(folder, fileIn(folder, args));
	const test = propertyOf(config, 'test');
	const environment = flagIn(args, 'environment') ?? propertyOf(test, 'environment');
	const setupFiles = [propertyOf(test, 'setupFiles') ?? []].flat().filter((file) => typeof file === 'string');
	const workspace = propertyOf(test, 'projects') ?? propertyOf(test, 'workspace');
	const base = {
		globals: propertyOf(test, 'globals') === true || args.includes('--globals'),
		setupFiles: setupFiles.map((file) => path.resolve(folder, file)),
		aliases: [
			...aliasesIn(propertyOf(propertyOf(config, 'resolve'), 'alias'), folder),
			...aliasesIn(propertyOf(test, 'alias'), folder),
		],
	};
	if (environment !== undefined && environment !== 'node') {
		return { ...base, unsupported: 'vitest runs these tests in an environment other than node' };
	}
	return workspace === undefined ? base : { ...base, unsupported: 'vitest has several projects here' };
}

function fileIn(folder: string, args: readonly string[]): string | undefined {
	const named = flagIn(args, 'config') ?? flagIn(args, 'c');
	const candidates = named === undefined ? names : [named];
	return candidates.map((name) => path.resolve(folder, name)).find((file) => existsSync(file));
}

function flagIn(args: readonly string[], name: string): string | undefined {
	const flag = name.length === 1 ? `-${name}` : `--${name}`;
	for (const [index, argument] of args.entries()) {
		if (argument === flag) {
			return args[index + 1];
		}
		if (argument.startsWith(`${flag}=`)) {
			return argument.slice(flag.length + 1);
		}
	}
	return undefined;
}

/** Read by the project's own vite, since a configuration is a program. */
async function load(folder: string, file: string | undefined): Promise<unknown> {
	if (file === undefined) {
		return {};
	}
	const home = NodeModule.createRequire(`${folder}/`).resolve('vitest/package.json');
	const vite = await importerOf(home)('vite');
	const read = propertyOf(vite, 'loadConfigFromFile') as (
		environment: object,
		file: string,
		root: string,
		logLevel: string,
	) => Promise<unknown>;
	const loaded = await read({ command: 'serve', mode: 'test' }, file, folder, 'silent');
	return propertyOf(loaded, 'config') ?? {};
}

function aliasesIn(value: unknown, folder: string): readonly Alias[] {
	const list = Array.isArray(value)
		? (value as unknown[])
		: Object.entries((value as Record<string, unknown> | undefined) ?? {}).map(([find, replacement]) => ({
				find,
				replacement,
			}));
	return list.flatMap((each) => {
		const find = propertyOf(each, 'find');
		const replacement = propertyOf(each, 'replacement');
		const usable = (typeof find === 'string' || find instanceof RegExp) && typeof replacement === 'string';
		return usable
			? [{ find, replacement: replacement.startsWith('.') ? path.resolve(folder, replacement) : replacement }]
			: [];
	});
}
