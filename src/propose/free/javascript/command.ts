// Reads a suite's command: which framework's warm worker fits, and with what arguments.
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Suite } from '../../../core/suite';
import type { WarmFramework } from './protocol';

export interface WarmCommand {
	readonly framework: WarmFramework;
	readonly args: readonly string[];
	readonly preloads: readonly string[];
	readonly script: readonly string[];
	/** Options of node itself that the worker is started with. */
	readonly nodeOptions: readonly string[];
	/** Variables that the command itself sets. */
	readonly env: Readonly<Record<string, string>>;
}

const nothing = { args: [], preloads: [], script: [], nodeOptions: [], env: {} };

const runners: Readonly<Record<string, WarmFramework>> = {
	mocha: 'mocha',
	_mocha: 'mocha',
	'ts-mocha': 'mocha',
	jest: 'jest',
	vitest: 'vitest',
};
const withValue = new Set([
	'-r',
	'--require',
	'--import',
	'--loader',
	'--experimental-loader',
	'-C',
	'--conditions',
	'--env-file',
]);

/** What can be kept warm of this command; undefined when it has to be run as it is. */
export function warmCommand(suite: Suite, folder: string): WarmCommand | undefined {
	return read(suite.argv, folder, 3);
}

function read(argv: readonly string[], folder: string, depth: number): WarmCommand | undefined {
	const [program = '', ...rest] = argv;
	const name = toolName(program);
	const runner = runners[name];
	if (runner) {
		return readRunner(runner, rest);
	}
	switch (name) {
		case 'npx':
		case 'pnpx':
		case 'bunx':
			return read(
				withoutLeading(rest, (word) => word.startsWith('-')),
				folder,
				depth,
			);
		case 'npm':
		case 'pnpm':
		case 'yarn':
			return depth > 0 ? readScript(rest, folder, depth) : undefined;
		case 'cross-env':
		case 'env':
			return readWithEnvironment(rest, folder, depth);
		case 'nyc':
		case 'c8':
			// Coverage does not change what passes.
			return read(
				withoutLeading(rest, (word) => !(toolName(word) in runners || toolName(word) === 'node')),
				folder,
				depth,
			);
		case 'node':
			return readNode(rest, folder, depth);
		case 'tsx':
		case 'ts-node':
			return rest[0]?.startsWith('-') ? undefined : { ...nothing, framework: 'script', script: rest };
		default:
			return undefined;
	}
}

function toolName(word: string): string {
	return path.basename(word).replace(/\.(?:cmd|exe|[cm]?js)$/, '');
}

function withoutLeading(words: readonly string[], unwanted: (word: string) => boolean): readonly string[] {
	const first = words.findIndex((word) => !unwanted(word));
	return first < 0 ? [] : words.slice(first);
}

function readWithEnvironment(
	rest: readonly string[],
	folder: string,
	depth: number,
): WarmCommand | undefined {
	const count = rest.findIndex((word) => !/^\w+=/.test(word));
	const command = count < 0 ? undefined : read(rest.slice(count), folder, depth);
	const pairs = rest
		.slice(0, count)
		.map((word) => [word.slice(0, word.indexOf('=')), word.slice(word.indexOf('=') + 1)]);
	return (
		command && {
			...command,
			env: { ...(Object.fromEntries(pairs) as Record<string, string>), ...command.env },
		}
	);
}

/** `npm test` runs what package.json says, where that is one plain command. */
function readScript(rest: readonly string[], folder: string, depth: number): WarmCommand | undefined {
	const [first = '', second] = rest;
	const name = first === 'run' || first === 'run-script' ? second : first === 't' ? 'test' : first;
	if (first === 'exec' || (toolName(first) in runners && scriptNamed(folder, first) === undefined)) {
		const words = first === 'exec' ? rest.slice(1) : rest;
		return read(
			withoutLeading(words, (word) => word === '--'),
			folder,
			depth,
		);
	}
	if (rest.length > (first.startsWith('run') ? 2 : 1)) {
		return undefined;
	}
	const script = scriptNamed(folder, name ?? '');
	if (script === undefined || /[|&;<>()$`\\"'*?[\]#~%{}\n]/.test(script)) {
		return undefined;
	}
	return read(script.trim().split(/\s+/), folder, depth - 1);
}

function scriptNamed(folder: string, name: string): string | undefined {
	const file = path.join(folder, 'package.json');
	try {
		const read = existsSync(file)
			? (JSON.parse(readFileSync(file, 'utf8')) as { scripts?: Record<string, unknown> })
			: undefined;
		const script = read?.scripts?.[name];
		return typeof script === 'string' ? script : undefined;
	} catch {
		return undefined;
	}
}

function readNode(rest: readonly string[], folder: string, depth: number): WarmCommand | undefined {
	const preloads: string[] = [];
	const nodeOptions: string[] = [];
	let test = false;
	for (let index = 0; index < rest.length; index++) {
		const argument = rest[index] ?? '';
		if (!argument.startsWith('-')) {
			const runner = runners[toolName(argument)];
			const wholePackage = argument.includes('node_modules');
			if (runner && wholePackage) {
				return { ...readRunner(runner, rest.slice(index + 1)), preloads, nodeOptions };
			}
			if (test) {
				return { ...nothing, framework: 'node:test', args: rest.slice(index), preloads, nodeOptions };
			}
			return wholePackage && depth > 0
				? undefined
				: { ...nothing, framework: 'script', preloads, script: rest.slice(index), nodeOptions };
		}
		const [name = '', inline] = argument.split(/=(.*)/s);
		const value = inline ?? (withValue.has(name) ? rest[++index] : undefined);
		switch (name) {
			case '--test':
				test = true;
				break;
			case '-r':
			case '--require':
			case '--import':
				preloads.push(localModule(value ?? '', folder));
				break;
			case '--loader':
			case '--experimental-loader':
				if (!/^(?:tsx|ts-node\/esm|esbuild)/.test(value ?? '')) {
					return undefined;
				}
				break;
			case '-C':
			case '--conditions':
				nodeOptions.push(`--conditions=${value ?? ''}`);
				break;
			case '--env-file':
				nodeOptions.push(`--env-file=${path.resolve(folder, value ?? '')}`);
				break;
			case '-e':
			case '--eval':
			case '-p':
			case '--print':
				return undefined;
			default:
				if (name.startsWith('--experimental-') && !/test|coverage/.test(name)) {
					nodeOptions.push(argument);
				}
				// Options about reports, coverage and warnings do not change what passes.
				break;
		}
	}
	return test ? { ...nothing, framework: 'node:test', preloads, nodeOptions } : undefined;
}

function readRunner(framework: WarmFramework, args: readonly string[]): WarmCommand {
	return { ...nothing, framework, args };
}

/** node resolves `--require ./x` against the folder it starts in. */
function localModule(name: string, folder: string): string {
	return name.startsWith('.') ? path.resolve(folder, name) : name;
}
