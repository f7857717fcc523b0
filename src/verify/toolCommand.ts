// From the words of one simple command to the test framework behind them, past everything that only wraps it.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Framework } from '../core/suite';

export interface ToolCommand {
	readonly framework: Framework;
	/** What is run: a tool from node_modules, or a program. */
	readonly tool: string;
	/** Options of node or python that come before the tool. */
	readonly before: readonly string[];
	readonly args: readonly string[];
	readonly env: Readonly<Record<string, string>>;
}

const nodeTools: Readonly<Record<string, Framework>> = {
	mocha: 'mocha',
	_mocha: 'mocha',
	'ts-mocha': 'mocha',
	jest: 'jest',
	'react-scripts': 'jest',
	vitest: 'vitest',
	tape: 'tap',
};
const coverageTools = new Set(['nyc', 'c8', 'istanbul', 'coverage', 'isparta']);
const wrappers = new Set(['cross-env', 'cross-env-shell', 'env', 'npx', 'bunx', 'pnpx', 'time']);
const runners: Readonly<Record<string, ReadonlySet<string>>> = {
	yarn: new Set(['run', 'exec', '-s', '--silent']),
	pnpm: new Set(['run', 'exec', '-s', '--silent']),
	npm: new Set(['exec', '--']),
	bun: new Set(['run', 'x']),
	poetry: new Set(['run']),
	pipenv: new Set(['run']),
	pdm: new Set(['run']),
	uv: new Set(['run']),
	hatch: new Set(['run']),
	rye: new Set(['run']),
};
const nodeValueOptions = new Set([
	'-r',
	'--require',
	'--import',
	'--loader',
	'--experimental-loader',
	'-C',
	'--conditions',
	'--env-file',
	'--test-name-pattern',
	'--test-concurrency',
	'--test-reporter',
	'--test-reporter-destination',
	'--test-timeout',
]);

/** The tool's name without folder and extension: `node_modules/.bin/mocha` is `mocha`. */
export function toolName(word: string): string {
	return path.basename(word).replace(/\.(?:cmd|exe|[cm]?js)$/, '');
}

/**
 * Undefined when no framework that reports single tests is recognised.
 * @param folder absolute; scripts named in the command are looked at there.
 */
export function readToolCommand(words: readonly string[], folder: string): ToolCommand | undefined {
	const env: Record<string, string> = {};
	let rest = words;
	for (let depth = 0; depth < 8; depth++) {
		const unwrapped = unwrap(rest);
		Object.assign(env, unwrapped.env);
		const [program = '', ...following] = unwrapped.words;
		const name = toolName(program);
		const steps = runners[name];
		if (steps === undefined) {
			const read = readTool(name, program, following, folder);
			return read && { ...read, env };
		}
		rest = dropWhile(following, (word) => steps.has(word));
	}
	return undefined;
}

/** What a command starts in the end, past `cross-env`, `npx`, coverage tools and the like. */
export function unwrap(words: readonly string[]): {
	words: readonly string[];
	env: Readonly<Record<string, string>>;
} {
	const env: Record<string, string> = {};
	let rest = words;
	for (let depth = 0; depth < 8; depth++) {
		const [program = '', ...following] = rest;
		const name = toolName(program);
		if (wrappers.has(name)) {
			rest = afterWrapper(following, env);
		} else if (coverageTools.has(name) && following.some(isTool)) {
			const inner = following
				.slice(following.findIndex(isTool))
				.filter((word, at) => at !== 1 || word !== '--');
			rest = inner[0] === '-m' ? ['python3', ...inner] : inner;
		} else {
			break;
		}
	}
	return { words: rest, env };
}

type Read = Omit<ToolCommand, 'env'>;

function readTool(name: string, program: string, args: readonly string[], folder: string): Read | undefined {
	const framework = nodeTools[name];
	if (framework !== undefined) {
		const isScripts = name === 'react-scripts';
		return isScripts && args[0] !== 'test'
			? undefined
			: { framework, tool: isScripts ? name : name.replace(/^_/, ''), before: [], args };
	}
	if (name === 'node' || name === 'nodejs' || name === 'tsx') {
		return readNode(name, args, folder);
	}
	if (/^python[\d.]*$/.test(name)) {
		const at = args.indexOf('-m');
		const module = args[at + 1];
		if (at < 0 || args.slice(0, at).some((word) => !word.startsWith('-'))) {
			return undefined;
		}
		if (module === 'coverage' && args.includes('-m', at + 1)) {
			const inner = args.indexOf('-m', at + 1);
			return readTool(name, program, [...args.slice(0, at), ...args.slice(inner)], folder);
		}
		const known = module === 'pytest' ? 'pytest' : module === 'unittest' ? 'unittest' : undefined;
		return known && { framework: known, tool: program, before: args.slice(0, at), args: args.slice(at + 2) };
	}
	if (name === 'pytest' || name === 'py.test') {
		return { framework: 'pytest', tool: program === name ? 'pytest' : program, before: [], args };
	}
	if (name === 'go' && args[0] === 'test') {
		return { framework: 'go', tool: 'go', before: [], args: args.slice(1) };
	}
	if (name === 'cargo' && (args[0] === 'test' || args[0] === 't')) {
		return { framework: 'cargo', tool: 'cargo', before: [], args: args.slice(1) };
	}
	return undefined;
}

function readNode(name: string, args: readonly string[], folder: string): Read | undefined {
	let at = 0;
	let isTest = false;
	for (; at < args.length; at++) {
		const word = args[at] ?? '';
		if (!word.startsWith('-')) {
			break;
		}
		isTest ||= word === '--test';
		if (/^(?:-e|--eval|-p|--print|-c|--check|--watch)$/.test(word)) {
			return undefined;
		}
		if (nodeValueOptions.has(word)) {
			at += 1;
		}
	}
	const before = args.slice(0, at);
	const script = args[at];
	if (isTest) {
		return { framework: 'node:test', tool: name, before: [], args };
	}
	if (script === undefined) {
		return undefined;
	}
	const framework = nodeTools[toolName(script)];
	if (framework !== undefined && /node_modules/.test(script) && name === 'node') {
		return { framework, tool: toolName(script).replace(/^_/, ''), before, args: args.slice(at + 1) };
	}
	const own = frameworkOfScript(path.resolve(folder, script));
	return own && { framework: own, tool: name, before: [], args };
}

/** A script that is started by itself reports single tests only when it uses node:test or prints TAP. */
function frameworkOfScript(file: string): Framework | undefined {
	let text: string;
	try {
		text = readFileSync(file, 'utf8');
	} catch {
		return undefined;
	}
	if (/(?:require\(\s*|from\s+|import\s*\(?\s*)['"]node:test['"]/.test(text)) {
		return 'node:test';
	}
	return /(?:require\(\s*|from\s+)['"](?:tape|tap)['"]/.test(text) ? 'tap' : undefined;
}

function isTool(word: string): boolean {
	const name = toolName(word);
	return name in nodeTools || name in runners || wrappers.has(name) || /^(?:node|tsx|pytest|-m)$/.test(name);
}

function afterWrapper(words: readonly string[], env: Record<string, string>): readonly string[] {
	let index = 0;
	for (; index < words.length; index++) {
		const word = words[index] ?? '';
		const assignment = /^([A-Za-z_]\w*)=(.*)$/s.exec(word);
		if (assignment?.[1] !== undefined && assignment[2] !== undefined) {
			env[assignment[1]] = assignment[2];
		} else if (word === '-p' || word === '--package') {
			index += 1;
		} else if (!word.startsWith('-')) {
			break;
		}
	}
	return words.slice(index).map((word, at) => (at === 0 ? word.replace(/(?<=.)@[\w.^~-]+$/, '') : word));
}

function dropWhile(words: readonly string[], drop: (word: string) => boolean): readonly string[] {
	const from = words.findIndex((word) => !drop(word));
	return from < 0 ? [] : words.slice(from);
}
