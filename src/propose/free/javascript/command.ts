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
}

const runners: Readonly<Record<string, WarmFramework>> = {
	mocha: 'mocha',
	_mocha: 'mocha',
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
	const name = path.basename(program).replace(/\.(?:cmd|exe|js|cjs|mjs)$/, '');
	const runner = runners[name];
	if (runner) {
		return { framework: runner, args: rest, preloads: [], script: [], nodeOptions: [] };
	}
	switch (name) {
		case 'npx':
			return read(
				rest.filter((argument, index) => index > 0 || !/^(?:--no-install|--no|-y|--yes)$/.test(argument)),
				folder,
				depth,
			);
		case 'npm':
		case 'pnpm':
		case 'yarn':
			return depth > 0 ? readScript(rest, folder, depth) : undefined;
		case 'node':
			return readNode(rest, folder, depth);
		case 'tsx':
		case 'ts-node':
			return rest[0]?.startsWith('-')
				? undefined
				: { framework: 'script', args: [], preloads: [], script: rest, nodeOptions: [] };
		default:
			return undefined;
	}
}

/** `npm test` runs what package.json says, where that is one plain command. */
function readScript(rest: readonly string[], folder: string, depth: number): WarmCommand | undefined {
	const [first = '', second] = rest;
	const name = first === 'run' || first === 'run-script' ? second : first === 't' ? 'test' : first;
	if (rest.length > (first.startsWith('run') ? 2 : 1)) {
		return undefined;
	}
	const script = scriptNamed(folder, name ?? '');
	if (script === undefined || /[|&;<>()$`\\"'*?[\]#~=%{}\n]/.test(script)) {
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
			const runner = runners[path.basename(argument).replace(/\.[cm]?js$/, '')];
			const wholePackage = argument.includes('node_modules');
			if (runner && wholePackage) {
				return { ...readRunner(runner, rest.slice(index + 1)), preloads, nodeOptions };
			}
			if (test) {
				return { framework: 'node:test', args: rest.slice(index), preloads, script: [], nodeOptions };
			}
			return wholePackage && depth > 0
				? undefined
				: { framework: 'script', args: [], preloads, script: rest.slice(index), nodeOptions };
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
	return test ? { framework: 'node:test', args: [], preloads, script: [], nodeOptions } : undefined;
}

function readRunner(framework: WarmFramework, args: readonly string[]): WarmCommand {
	return { framework, args, preloads: [], script: [], nodeOptions: [] };
}

/** node resolves `--require ./x` against the folder it starts in. */
function localModule(name: string, folder: string): string {
	return name.startsWith('.') ? path.resolve(folder, name) : name;
}
