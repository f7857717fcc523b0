// Tests that load what a TypeScript build wrote say nothing of a patch until it is built again. Where the test command
// does not build, the packages' own build scripts go first: those that the tests load from their output folder.
import { readdirSync, realpathSync } from 'node:fs';
import path from 'node:path';
import type { Suite } from '../core/suite';
import { type PackageHome, packageHome } from './packageScripts';
import { foldersUp, readText } from './toolFiles';

const JAVASCRIPT: ReadonlySet<string> = new Set(['node:test', 'mocha', 'jest', 'vitest', 'tap', 'exit-code']);
const MOST_TEST_FILES = 200;
const MOST_PACKAGES = 30;

/** The suite with what must be built before it; the same where nothing must, or where its own command builds. */
export function withBuild(suite: Suite, root: string): Suite {
	const home = packageHome(root, suite.folder);
	if (
		home === undefined ||
		!JAVASCRIPT.has(suite.framework) ||
		(suite.build?.length ?? 0) > 0 ||
		builds(suite.argv)
	) {
		return suite;
	}
	const cwd = path.join(root, suite.folder);
	const build = [
		...(mapsToSources(home.folder, suite) ? [] : builtDependencies(root, home, new Set())),
		...(loadsOutput(home, suite, cwd) && outputScript(home) !== undefined ? [home] : []),
	].map(({ folder }) => {
		const there = path.relative(cwd, folder);
		return ['npm', 'run', '--silent', ...(there === '' ? [] : ['--prefix', there]), 'build'];
	});
	return build.length === 0 ? suite : { ...suite, build };
}

function builds(argv: readonly string[]): boolean {
	return /\b(?:tsc|build)\b/.test(argv.join(' '));
}

/** The packages of the repository that this one needs, and that are loaded from their output; needed ones first. */
function builtDependencies(root: string, home: PackageHome, seen: Set<string>): PackageHome[] {
	const names = ['dependencies', 'devDependencies', 'peerDependencies'].flatMap((kind) =>
		Object.keys((home.manifest[kind] ?? {}) as Record<string, unknown>),
	);
	return names.flatMap((name) => {
		const folder = linkedPackage(root, home.folder, name);
		if (folder === undefined || seen.has(folder) || seen.size >= MOST_PACKAGES) {
			return [];
		}
		seen.add(folder);
		const own = packageHome(root, path.relative(root, folder));
		if (own?.folder !== folder) {
			return [];
		}
		const isBuilt =
			entriesOf(own).some((entry) => isOutput(own.folder, entry)) && outputScript(own) !== undefined;
		return [...builtDependencies(root, own, seen), ...(isBuilt ? [own] : [])];
	});
}

/** Where a link in node_modules leads to a package of the repository itself. */
function linkedPackage(root: string, from: string, name: string): string | undefined {
	for (const folder of foldersUp(root, path.relative(root, from))) {
		try {
			const real = realpathSync(path.join(folder, 'node_modules', name));
			const inside = path.relative(realpathSync(root), real);
			return inside === '' || inside.startsWith('..') || inside.split(path.sep).includes('node_modules')
				? undefined
				: path.join(root, inside);
		} catch {
			// Not installed there.
		}
	}
	return undefined;
}

/** What a package is loaded from, as its manifest says. */
function entriesOf({ manifest }: PackageHome): string[] {
	const all = (value: unknown): string[] =>
		typeof value === 'string'
			? [value]
			: typeof value === 'object' && value !== null
				? Object.entries(value).flatMap(([key, inner]) => (key === 'types' ? [] : all(inner)))
				: [];
	return ['main', 'module', 'exports', 'bin'].flatMap((key) => all(manifest[key]));
}

/** True when the tests of a package load what its build wrote. */
function loadsOutput(home: PackageHome, suite: Suite, cwd: string): boolean {
	if (
		suite.argv
			.slice(1)
			.some((word) => !word.startsWith('-') && isOutput(home.folder, path.resolve(cwd, word)))
	) {
		return true;
	}
	const isEntry = entriesOf(home).some((entry) => isOutput(home.folder, entry));
	return testFiles(home.folder).some((file) =>
		[...readText(file).matchAll(/(?:\brequire\(|\bimport\(|\bfrom|\bimport)\s*['"]([^'"]+)['"]/g)].some(
			([, name = '']) => {
				if (!name.startsWith('.')) {
					return isEntry && name === home.manifest['name'];
				}
				const target = path.resolve(path.dirname(file), name);
				return target === home.folder ? isEntry : isOutput(home.folder, target);
			},
		),
	);
}

function testFiles(folder: string): string[] {
	return ['test', 'tests', '__tests__', 'spec']
		.flatMap((name) => {
			try {
				return readdirSync(path.join(folder, name), { recursive: true, encoding: 'utf8' }).map((file) =>
					path.join(folder, name, file),
				);
			} catch {
				return [];
			}
		})
		.filter((file) => /\.[cm]?[jt]sx?$/.test(file) && !file.includes('node_modules'))
		.slice(0, MOST_TEST_FILES);
}

function isOutput(folder: string, place: string): boolean {
	const target = path.resolve(folder, place);
	return outputFolders(folder).some((output) => target === output || target.startsWith(output + path.sep));
}

/** As the package's tsconfig files name them; none that holds the sources too. */
function outputFolders(folder: string): string[] {
	return ['tsconfig.json', 'tsconfig.build.json', 'tsconfig.lib.json', 'tsconfig.cjs.json']
		.map((name) => /^(?!\s*\/\/).*"outDir"\s*:\s*"([^"]+)"/m.exec(readText(path.join(folder, name)))?.[1])
		.filter((name) => name !== undefined)
		.map((name) => path.resolve(folder, name))
		.filter((output) => output !== folder);
}

/** The package's build script, where that is the TypeScript compiler's work, at once or through another script. */
function outputScript({ scripts }: PackageHome): string | undefined {
	const build = scripts['build'];
	const called = [...(build ?? '').matchAll(/\b(?:npm run|yarn|pnpm|run-s|run-p)\s+([\w:-]+)/g)].map(
		([, name = '']) => scripts[name] ?? '',
	);
	return [build ?? '', ...called].some((line) => /\btsc\b/.test(line)) ? build : undefined;
}

/** Test configurations that lead imports of packages to their sources. */
function mapsToSources(folder: string, suite: Suite): boolean {
	if (suite.framework !== 'jest' && suite.framework !== 'vitest') {
		return false;
	}
	let names: string[] = [];
	try {
		names = readdirSync(folder);
	} catch {
		return false;
	}
	return names
		.filter((name) => /^(?:jest|vitest|vite)\.config\.|^package\.json$/.test(name))
		.some((name) => /moduleNameMapper|alias|tsconfigPaths/i.test(readText(path.join(folder, name))));
}
