// Which of the project's files the failing tests reach, and over how many imports.
import { posix } from 'node:path';
import { isTestPath } from './codeLanguage';
import type { Frame } from './frames';
import { importsOf } from './imports';
import type { Resolution } from './resolution';
import type { SourceFile, SourceFiles } from './sourceFiles';

export interface Reached {
	readonly file: SourceFile;
	/** Imports between a failing test and this file; 0 is a test's own file, less than 1 a file of its stack. */
	readonly distance: number;
	/** Names that its nearest importers take from it or bind it to. */
	readonly names: ReadonlySet<string>;
}

const MOST_FILES = 60;
const MOST_DISTANCE = 5;

export async function reach(
	tests: readonly SourceFile[],
	frames: readonly Frame[],
	files: SourceFiles,
	resolution: Resolution,
): Promise<readonly Reached[]> {
	const reached = new Map<string, { file: SourceFile; distance: number; names: Set<string> }>();
	const queue: { path: string; distance: number; names: readonly string[] }[] = [
		...tests.map(({ path }) => ({ path, distance: 0, names: [] })),
		...frames.map(({ path }) => ({ path, distance: isTestPath(path) ? 0.5 : 0.7, names: [] })),
		...tests.flatMap(({ path }) =>
			fixturesAbove(path, files).map((one) => ({ path: one, distance: 0.9, names: [] })),
		),
	];
	while (queue.length > 0 && reached.size < MOST_FILES) {
		// The nearest next; among equals in the order of the imports.
		const at = queue.reduce(
			(least, one, index) => (one.distance < (queue[least]?.distance ?? 0) ? index : least),
			0,
		);
		const [next] = queue.splice(at, 1);
		if (next === undefined) {
			break;
		}
		const known = reached.get(next.path);
		if (known !== undefined) {
			for (const name of next.distance <= known.distance + 0.5 ? next.names : []) {
				known.names.add(name);
			}
			continue;
		}
		const file = await files.get(next.path);
		if (file === undefined) {
			continue;
		}
		reached.set(next.path, { file, distance: next.distance, names: new Set(next.names) });
		if (next.distance >= MOST_DISTANCE || file.language === undefined) {
			continue;
		}
		const imports = importsOf(file.lines.join('\n'), file.language.family);
		// A file that only passes on what others define is no step of its own.
		const step = imports.length > 0 && isBarrel(file, imports.length) ? 0.1 : 1;
		const distance = Math.floor(next.distance) + step + (step < 1 ? next.distance % 1 : 0);
		for (const one of imports) {
			for (const { path, names } of await resolution.resolve(file, one)) {
				queue.push({ path, distance: distance + (isTestPath(path) ? 0.5 : 0), names });
			}
		}
		for (const path of next.distance < 3 ? resolution.neighbours(file) : []) {
			queue.push({ path, distance: distance + (isTestPath(path) ? 0.7 : 0.2), names: [] });
		}
	}
	return [...reached.values()];
}

/** pytest's fixtures of the folders above. */
function fixturesAbove(path: string, files: SourceFiles): string[] {
	const found: string[] = [];
	for (let folder = posix.dirname(path); path.endsWith('.py'); folder = posix.dirname(folder)) {
		const conftest = folder === '.' ? 'conftest.py' : `${folder}/conftest.py`;
		if (files.has(conftest)) {
			found.push(conftest);
		}
		if (folder === '.' || folder === '/') {
			break;
		}
	}
	return found;
}

function isBarrel(file: SourceFile, imports: number): boolean {
	const code = file.lines.filter((line) => /\w/.test(line) && !/^\s*(?:\/\/|\*|\/\*|#)/.test(line)).length;
	return code <= imports * 1.8 + 2;
}
