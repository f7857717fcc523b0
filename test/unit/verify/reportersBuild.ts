import { cpSync, mkdirSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { build } from 'esbuild';

const sources = path.resolve(__dirname, '../../../src/verify/reporters');

/** Builds our reporters into a folder, as the project's build does for `dist`. */
export async function buildReporters(folder: string): Promise<void> {
	const entry = (names: readonly string[]) => names.map((name) => path.join(sources, `${name}.ts`));
	const shared = {
		bundle: true,
		platform: 'node',
		target: 'node20',
		outdir: path.join(folder, 'reporters'),
	} as const;
	await Promise.all([
		build({ ...shared, format: 'cjs', entryPoints: entry(['mocha', 'jest', 'nodePreload']) }),
		build({
			...shared,
			format: 'esm',
			entryPoints: entry(['nodeTest', 'vitest']),
			outExtension: { '.js': '.mjs' },
		}),
	]);
	mkdirSync(path.join(folder, 'python'), { recursive: true });
	for (const name of readdirSync(sources).filter((each) => each.endsWith('.py'))) {
		cpSync(path.join(sources, name), path.join(folder, 'python', name));
	}
}
