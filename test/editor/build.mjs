import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import esbuild from 'esbuild';

const here = import.meta.dirname;
export const root = path.join(here, '../..');

/** Bundles the suite; returns the entry point that exports `run`. */
export async function buildSuite() {
	const out = path.join(root, 'out/editor');
	const suite = path.join(here, 'suite');
	rmSync(out, { recursive: true, force: true });
	const tests = readdirSync(suite).filter((name) => name.endsWith('.test.ts'));
	await esbuild.build({
		entryPoints: ['index.ts', ...tests].map((name) => path.join(suite, name)),
		outdir: out,
		bundle: true,
		platform: 'node',
		target: 'node20',
		format: 'cjs',
		sourcemap: 'inline',
		external: ['vscode', 'mocha'],
		logLevel: 'warning',
	});
	return path.join(out, 'index.js');
}

/** For the extension host: nothing a test does may reach the user's own journal, caches or git settings. */
export function testEnvironment(home) {
	mkdirSync(home);
	writeFileSync(
		path.join(home, '.gitconfig'),
		'[user]\n\tname = Test\n\temail = test@example.invalid\n[init]\n\tdefaultBranch = main\n',
	);
	const own = Object.fromEntries(
		['CACHE', 'CONFIG', 'DATA', 'STATE'].map((name) => [
			`XDG_${name}_HOME`,
			path.join(home, name.toLowerCase()),
		]),
	);
	const { UNDERBID_GREP: grep } = process.env;
	return {
		HOME: home,
		...own,
		UNDERBID_HOME: path.join(home, 'underbid'),
		...(grep ? { UNDERBID_GREP: grep } : {}),
	};
}
