// Which of the modules that a command loads first are needed here: transpilers are not, since the worker reads
// TypeScript and ES modules itself.
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

const transpiler =
	/^(?:tsx|ts-node|esbuild-register|esbuild-runner|@esbuild-kit\/[\w-]+|@swc-node\/register|@swc\/register|sucrase)(?:\/|$)/;

/** Without transpilers, unless the project uses decorators, which only its own transpiler compiles. */
export function neededModules(names: readonly string[], root: string, folder: string): readonly string[] {
	return hasDecorators(root, folder) ? names : names.filter((name) => !transpiler.test(name));
}

function hasDecorators(root: string, folder: string): boolean {
	const inside = path.relative(root, folder);
	const places = inside === '' ? [root] : [folder, root];
	return places.some((place) => {
		const file = path.join(place, 'tsconfig.json');
		return existsSync(file) && /"experimentalDecorators"\s*:\s*true/.test(readFileSync(file, 'utf8'));
	});
}
