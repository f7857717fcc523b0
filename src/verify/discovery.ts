// Finds how a project runs its tests, from its own files, without configuration. Nothing is run here.
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import type { Framework, Suite } from '../core/suite';
import { withBuild } from './buildOutput';
import { parseCommandLine } from './commandWords';
import {
	type Found,
	frameworkInCommand,
	frameworkInScript,
	isPlaceholder,
	packageHome,
	plainCommandOfScript,
	suiteOf,
} from './packageScripts';
import { foldersUp, readText } from './toolFiles';

export type Discovery =
	| { readonly kind: 'found'; readonly suite: Suite }
	| { readonly kind: 'none'; readonly reason: string };

/**
 * @param root absolute, the repository's root.
 * @param folder where to look first, relative to the root; then its parents.
 */
export async function discoverSuite(root: string, folder: string): Promise<Discovery> {
	const base = path.resolve(root);
	for (const each of foldersUp(base, folder)) {
		const suite = suiteIn(base, each);
		if (suite !== undefined) {
			return { kind: 'found', suite: withBuild(suite, base) };
		}
	}
	const reason =
		'No test command was found: there is no test script in package.json and no configuration of a known framework. Name the command with --test-command.';
	return { kind: 'none', reason };
}

/** The suite behind a command that the user gave. What no framework is recognised in is judged by its exit status. */
export async function suiteFromCommand(
	commandLine: string,
	root: string,
	folder: string,
): Promise<Discovery> {
	const line = commandLine.trim();
	if (line === '') {
		return { kind: 'none', reason: 'The test command is empty.' };
	}
	const base = path.resolve(root);
	const cwd = path.resolve(base, folder);
	const commands = parseCommandLine(line);
	const [first, ...following] = commands ?? [];
	const [verb, to] = first?.words ?? [];
	if (verb?.text === 'cd' && to !== undefined && first?.words.length === 2 && following[0]?.after === '&&') {
		const inside = path.resolve(cwd, to.text);
		const rest = line.slice(line.indexOf('&&') + 2);
		if (inside === base || inside.startsWith(base + path.sep)) {
			return suiteFromCommand(rest, root, relativeFolder(base, inside));
		}
	}
	const where = relativeFolder(base, cwd);
	const found = commands && frameworkInCommand(packageHome(base, folder), cwd, commands);
	if (found !== undefined) {
		return { kind: 'found', suite: withBuild(suiteOf(found, where, '--test-command'), base) };
	}
	const [only] = commands ?? [];
	const direct =
		commands?.length === 1 &&
		only !== undefined &&
		only.words.length > 0 &&
		only.words.every((word) => !/[*?[~]/.test(word.text) || !word.bare);
	return {
		kind: 'found',
		suite: {
			framework: 'exit-code',
			folder: where,
			argv: direct ? only.words.map((word) => word.text) : ['sh', '-c', line],
			env: direct ? only.env : {},
			source: '--test-command',
		},
	};
}

function suiteIn(root: string, folder: string): Suite | undefined {
	const where = relativeFolder(root, folder);
	return (
		suiteOfPackage(root, folder, where) ?? suiteOfPython(folder, where) ?? suiteOfCompiled(folder, where)
	);
}

function suiteOfPackage(root: string, folder: string, where: string): Suite | undefined {
	if (!existsSync(path.join(folder, 'package.json'))) {
		return undefined;
	}
	const home = packageHome(root, where);
	if (home === undefined || home.folder !== folder) {
		return undefined;
	}
	const line = home.scripts['test'];
	if (line !== undefined && !isPlaceholder(line)) {
		const found = frameworkInScript(home, 'test', []);
		if (found !== undefined) {
			return suiteOf(found, where, 'scripts.test in package.json');
		}
		const { argv, env } = plainCommandOfScript(home, 'test') ?? {
			argv: ['npm', 'test', '--silent'],
			env: {},
		};
		return { framework: 'exit-code', folder: where, argv, env, source: 'scripts.test in package.json' };
	}
	const named = Object.keys(home.scripts).find((name) =>
		/^(?:test[:-]?units?|unit|tests|mocha|jest|vitest)$/.test(name),
	);
	const other: Found | undefined = named === undefined ? undefined : frameworkInScript(home, named, []);
	return other
		? suiteOf(other, where, `scripts.${named ?? ''} in package.json`)
		: suiteOfConfiguration(folder, where, home.manifest);
}

function suiteOfConfiguration(
	folder: string,
	where: string,
	manifest: Record<string, unknown>,
): Suite | undefined {
	const names = readdirSync(folder);
	const dependencies = {
		...(manifest['dependencies'] as object | undefined),
		...(manifest['devDependencies'] as object | undefined),
	};
	const tools: readonly [Framework, RegExp, string, readonly string[]][] = [
		['vitest', /^vitest\.(?:config|workspace)\./, 'vitest', ['npx', 'vitest', 'run']],
		['jest', /^jest\.config\./, 'jest', ['npx', 'jest']],
		['mocha', /^\.mocharc/, 'mocha', ['npx', 'mocha']],
	];
	for (const [framework, config, name, argv] of tools) {
		const file = names.find((each) => config.test(each));
		if (file !== undefined || name in manifest) {
			return plain(framework, where, argv, file ?? `"${name}" in package.json`);
		}
	}
	for (const [framework, , name, argv] of tools) {
		if (name in dependencies) {
			return plain(framework, where, argv, `${name} in package.json`);
		}
	}
	return usesNodeTest(folder)
		? plain('node:test', where, ['node', '--test'], 'test files that use node:test')
		: undefined;
}

function usesNodeTest(folder: string): boolean {
	const looked = ['', 'test', 'tests', 'src', '__tests__'].flatMap((sub) =>
		list(path.join(folder, sub))
			.filter(
				(name) =>
					/(?:^test|[.-]test|[._-]spec|_test)\.[cm]?js$/.test(name) ||
					(/^tests?$/.test(sub) && /\.[cm]?js$/.test(name)),
			)
			.map((name) => path.join(folder, sub, name)),
	);
	return looked.slice(0, 50).some((file) => /['"]node:test['"]/.test(readText(file)));
}

function suiteOfPython(folder: string, where: string): Suite | undefined {
	const names = list(folder);
	const configured: readonly [string, RegExp][] = [
		['pytest.ini', /^/],
		['pyproject.toml', /\[tool\.pytest/],
		['tox.ini', /\[pytest\]/],
		['setup.cfg', /\[tool:pytest\]/],
		['conftest.py', /^/],
	];
	for (const [name, sign] of configured) {
		if (names.includes(name) && sign.test(readText(path.join(folder, name)))) {
			return plain('pytest', where, ['python3', '-m', 'pytest'], name);
		}
	}
	const isProject = names.some((name) =>
		/^(?:setup\.py|setup\.cfg|pyproject\.toml|requirements.*\.txt|Pipfile)$/.test(name),
	);
	const files = ['tests', 'test', ''].flatMap((sub) =>
		list(path.join(folder, sub))
			.filter((name) => /^test.*\.py$|_test\.py$/.test(name))
			.map((name) => ({ sub, text: readText(path.join(folder, sub, name)) })),
	);
	const [first] = files;
	if (first === undefined) {
		return undefined;
	}
	const wantsPytest =
		names.some(
			(name) =>
				/^(?:requirements.*\.txt|setup\.py|pyproject\.toml|Pipfile)$/.test(name) &&
				/\bpytest\b/.test(readText(path.join(folder, name))),
		) ||
		files.some(({ text }) => /^\s*(?:import|from) pytest\b|^def test_/m.test(text)) ||
		(names.includes('tests') && list(path.join(folder, 'tests')).includes('conftest.py'));
	if (wantsPytest) {
		return plain('pytest', where, ['python3', '-m', 'pytest'], 'tests that are written for pytest');
	}
	if (!files.some(({ text }) => /\bunittest\b/.test(text)) && !isProject) {
		return undefined;
	}
	const isPackage = first.sub === '' || list(path.join(folder, first.sub)).includes('__init__.py');
	const start = isPackage ? [] : ['-s', first.sub];
	return plain(
		'unittest',
		where,
		['python3', '-m', 'unittest', 'discover', ...start],
		'tests that use unittest',
	);
}

function suiteOfCompiled(folder: string, where: string): Suite | undefined {
	if (existsSync(path.join(folder, 'go.mod'))) {
		return plain('go', where, ['go', 'test', './...'], 'go.mod');
	}
	return existsSync(path.join(folder, 'Cargo.toml'))
		? plain('cargo', where, ['cargo', 'test'], 'Cargo.toml')
		: undefined;
}

function plain(framework: Framework, folder: string, argv: readonly string[], source: string): Suite {
	return { framework, folder, argv, env: {}, source };
}

function relativeFolder(root: string, folder: string): string {
	return path.relative(root, folder).replaceAll(path.sep, '/');
}

function list(folder: string): string[] {
	try {
		return readdirSync(folder);
	} catch {
		return [];
	}
}
