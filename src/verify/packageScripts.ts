// What `scripts` in package.json run, followed through `npm run other` to the framework at the end.
import path from 'node:path';
import type { Suite } from '../core/suite';
import { parseCommandLine, type SimpleCommand, type Word } from './commandWords';
import { expandGlob, hasPattern } from './globs';
import { readToolCommand, type ToolCommand, toolName, unwrap } from './toolCommand';
import { foldersUp, readJson } from './toolFiles';

/** Checks that say nothing of the tests; they are left out of a per-test run. */
const checks = new Set(
	'eslint standard semistandard xo prettier jshint jscs tslint biome oxlint stylelint markdownlint remark flow dtslint tsd lint-staged npm-run-all echo true rimraf publint attw knip depcheck size-limit bundlesize codecov coveralls commitlint ls-lint dprint cspell flake8 black ruff mypy isort pylint'.split(
		' ',
	),
);
export interface PackageHome {
	/** Absolute. */
	readonly folder: string;
	readonly manifest: Record<string, unknown>;
	readonly scripts: Readonly<Record<string, string>>;
}

/** The nearest package.json from `folder` up to the root. */
export function packageHome(root: string, folder: string): PackageHome | undefined {
	for (const each of foldersUp(root, folder)) {
		const manifest = readJson(path.join(each, 'package.json'));
		if (manifest !== undefined) {
			const scripts: Record<string, string> = {};
			for (const [name, line] of Object.entries((manifest['scripts'] ?? {}) as Record<string, unknown>)) {
				if (typeof line === 'string') {
					scripts[name] = line;
				}
			}
			return { folder: each, manifest, scripts };
		}
	}
	return undefined;
}

/** The placeholder that `npm init` writes. */
export function isPlaceholder(line: string): boolean {
	return /no test specified/.test(line) && /exit 1/.test(line);
}

export interface Found {
	readonly command: ToolCommand;
	readonly argv: readonly string[];
	readonly env: Readonly<Record<string, string>>;
	readonly build: readonly (readonly string[])[];
}

/**
 * The first framework that the script comes to, with what is built before it. Undefined when there is none, or
 * when two different frameworks run one after the other, which only the whole line tells.
 */
export function frameworkInScript(
	home: PackageHome,
	name: string,
	extra: readonly string[],
): Found | undefined {
	const found = new Walk(home).script(name, extra, 0);
	return found.length === 1 && found[0] !== undefined ? found[0] : undefined;
}

/** The script's only command besides checks, when no shell and no npm is needed to run it. */
export function plainCommandOfScript(
	home: PackageHome,
	name: string,
): { argv: readonly string[]; env: Readonly<Record<string, string>> } | undefined {
	const commands = parseCommandLine(home.scripts[name] ?? '')?.filter(
		({ words }) => !isCheck(words.map(({ text }) => text)),
	);
	const [only] = commands ?? [];
	if (only === undefined || commands?.length !== 1 || home.scripts[`pre${name}`] !== undefined) {
		return undefined;
	}
	const walk = new Walk(home);
	const inner = unwrap(only.words.flatMap((word) => walk.expanded(word)));
	const [program = ''] = inner.words;
	const needsMore = /^(?:npm|yarn|pnpm|bun|npx|cd|export|source|\.|exit|set|run-s|run-p|npm-run-all)$/.test(
		toolName(program),
	);
	return program === '' || needsMore || inner.words.some((word) => word.startsWith('~'))
		? undefined
		: { argv: inner.words, env: { ...only.env, ...inner.env } };
}

export function frameworkInCommand(
	home: PackageHome | undefined,
	folder: string,
	commands: readonly SimpleCommand[],
): Found | undefined {
	const found = new Walk(home ?? { folder, manifest: {}, scripts: {} }, folder).commands(commands, [], 0);
	return found.length === 1 && found[0] !== undefined ? found[0] : undefined;
}

/** Stands where what follows cannot be told; two of them make any result unclear. */
const unclear: Found = {
	command: { framework: 'exit-code', tool: '', before: [], args: [], env: {} },
	argv: [],
	env: {},
	build: [],
};

class Walk {
	private readonly build: (readonly string[])[] = [];

	constructor(
		private readonly home: PackageHome,
		private readonly folder = home.folder,
	) {}

	script(name: string, extra: readonly string[], depth: number): Found[] {
		const line = this.home.scripts[name];
		if (line === undefined || depth > 6 || isPlaceholder(line)) {
			return [];
		}
		const before = this.home.scripts[`pre${name}`];
		const commands = parseCommandLine(withoutFormatter(line));
		if (commands === undefined) {
			this.build.push(runScript(name));
			return [];
		}
		const parsed = before === undefined ? [] : parseCommandLine(before);
		if (parsed === undefined) {
			this.build.push(runScript(`pre${name}`));
		} else {
			const found = this.commands(parsed, [], depth + 1);
			if (found.length > 0) {
				return [...found, ...this.commands(commands, extra, depth + 1)];
			}
		}
		return this.commands(commands, extra, depth + 1);
	}

	/** Everything before the framework is run before it, but for checks; what comes after says nothing of tests. */
	commands(commands: readonly SimpleCommand[], extra: readonly string[], depth: number): Found[] {
		const found: Found[] = [];
		for (const [index, command] of commands.entries()) {
			const last = index === commands.length - 1;
			found.push(...this.one(command, last ? extra : [], depth));
		}
		return found;
	}

	private one(command: SimpleCommand, extra: readonly string[], depth: number): Found[] {
		const words = [...command.words.flatMap((word) => this.expanded(word)), ...extra];
		const inner = unwrap(words);
		if (inner.words[0] === 'cd' || inner.words[0] === 'export') {
			// Holds for what follows: only a shell does that.
			return [unclear, unclear];
		}
		const called = scriptsCalled(inner.words, this.home.scripts);
		if (called.length > 0) {
			return called
				.flatMap(({ name, extra: more }) => this.script(name, more, depth + 1))
				.map((found) => ({ ...found, env: { ...command.env, ...inner.env, ...found.env } }));
		}
		const tool = readToolCommand(words, this.folder);
		if (tool !== undefined) {
			const argv = shownArgv(tool);
			return [{ command: tool, argv, env: { ...command.env, ...tool.env }, build: [...this.build] }];
		}
		const bare = inner.words;
		if (!isCheck(bare) && bare.length > 0 && command.after !== '||') {
			this.build.push(envArgv({ ...command.env, ...inner.env }, bare));
		}
		return [];
	}

	/** As sh expands it, unless the framework's own reading of the pattern comes to the same. */
	expanded(word: Word): string[] {
		if (!word.bare || !hasPattern(word.text) || word.text.startsWith('-')) {
			return [word.text];
		}
		const asShell = expandGlob(word.text, this.folder, 'sh');
		const asTool = expandGlob(word.text, this.folder, 'globstar');
		const same = asShell.length === asTool.length && asShell.every((file, index) => file === asTool[index]);
		return asShell.length === 0 || same ? [word.text] : asShell;
	}
}

function isCheck(words: readonly string[]): boolean {
	const name = toolName(unwrap(words).words[0] ?? '');
	return checks.has(name) || (name === 'tsc' && words.some((word) => /^--?noEmit$/.test(word)));
}

function envArgv(env: Readonly<Record<string, string>>, words: readonly string[]): readonly string[] {
	const pairs = Object.entries(env).map(([name, value]) => `${name}=${value}`);
	return pairs.length > 0 ? ['env', ...pairs, ...words] : words;
}

function runScript(name: string): readonly string[] {
	return ['npm', 'run', '--silent', name];
}

/** `npm test`, `npm run x -- more`, `yarn x`, `pnpm run x`, `run-s a b`, `npm-run-all a b`. */
function scriptsCalled(
	words: readonly string[],
	scripts: Readonly<Record<string, string>>,
): { name: string; extra: readonly string[] }[] {
	const [program = '', ...all] = words;
	const name = toolName(program);
	if (/^(?:run-s|npm-run-all|run-p)$/.test(name)) {
		return all
			.filter((word) => !word.startsWith('-'))
			.flatMap((pattern) => Object.keys(scripts).filter((script) => fits(script, pattern)))
			.map((script) => ({ name: script, extra: [] }));
	}
	if (!/^(?:npm|yarn|pnpm|bun)$/.test(name)) {
		return [];
	}
	const rest = all.filter((word, index) => !(index < 3 && /^(?:-s|--silent|-q|--quiet)$/.test(word)));
	const [first = '', second = ''] = rest;
	const isRun = /^(?:run|run-script|rum|urn)$/.test(first);
	const script = isRun ? second : /^(?:t|tst)$/.test(first) ? 'test' : first;
	const from = isRun ? 2 : 1;
	if (scripts[script] === undefined || (name === 'npm' && !isRun && script !== 'test')) {
		return [];
	}
	const following = rest.slice(from);
	const dashes = following.indexOf('--');
	const extra = dashes >= 0 ? following.slice(dashes + 1) : name === 'npm' ? [] : following;
	return [{ name: script, extra }];
}

function fits(script: string, pattern: string): boolean {
	return (
		script === pattern ||
		(pattern.endsWith(':*') &&
			script.startsWith(pattern.slice(0, -1)) &&
			!script.slice(pattern.length - 1).includes(':'))
	);
}

/** `tape test/*.js | tap-spec`: what only makes TAP nicer to read is cut off. */
function withoutFormatter(line: string): string {
	return line.replace(/\|\s*(?:npx\s+)?(?:tap-[\w-]+|faucet|tspec|pino-\w+)(?:\s+-[\w-]+)*\s*$/, '');
}

/** A tool of node_modules is shown with npx, as people would run it. */
function shownArgv(tool: ToolCommand): readonly string[] {
	switch (tool.framework) {
		case 'mocha':
		case 'jest':
		case 'vitest':
			return tool.before.length > 0
				? ['node', ...tool.before, `node_modules/.bin/${tool.tool}`, ...tool.args]
				: ['npx', tool.tool, ...tool.args];
		case 'pytest':
			return tool.tool === 'pytest'
				? ['pytest', ...tool.args]
				: [
						tool.tool,
						...tool.before,
						...(/python[\d.]*$/.test(tool.tool) ? ['-m', 'pytest'] : []),
						...tool.args,
					];
		case 'unittest':
			return [tool.tool, ...tool.before, '-m', 'unittest', ...tool.args];
		case 'go':
		case 'cargo':
			return [tool.tool, 'test', ...tool.args];
		case 'tap':
			return tool.tool === 'tape' ? ['tape', ...tool.args] : [tool.tool, ...tool.before, ...tool.args];
		default:
			return [tool.tool, ...tool.before, ...tool.args];
	}
}

export function suiteOf(found: Found, folder: string, source: string): Suite {
	return {
		framework: found.command.framework,
		folder,
		argv: found.argv,
		env: found.env,
		source,
		...(found.build.length > 0 ? { build: found.build } : {}),
	};
}
