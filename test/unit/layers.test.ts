import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

const root = path.join(__dirname, '../..');
const src = path.join(root, 'src');

/** What each room may import besides itself. `*` is any library or Node built-in; the roots import everything. */
const ALLOWED: Record<string, readonly string[]> = {
	core: [],
	propose: ['core', '*'],
	models: ['core', '*'],
	repo: ['core', '*'],
	verify: ['core', '*'],
	store: ['core', '*'],
	issues: ['core', '*'],
	lab: ['core', '*'],
	terminal: ['core', '*'],
	mcp: ['core', '*'],
	// Paths are only taken apart and put together: nothing of the disk is touched.
	ui: ['core', 'vscode', 'node:path'],
	// Where the rooms are put together: it knows no face.
	engine: ['core', 'propose', 'models', 'repo', 'verify', 'store', 'issues', '*'],
};
/** Composition roots: the editor and the terminal, which both build the engine. */
const ROOTS = ['extension.ts', 'cli.ts'];

interface Import {
	readonly from: string;
	readonly specifier: string;
}

function imports(): Import[] {
	const files = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter((file) =>
		/\.tsx?$/.test(file),
	);
	return files.flatMap((file) => {
		const text = readFileSync(path.join(src, file), 'utf8');
		const found = text.matchAll(
			/(?:^|\n)\s*(?:import|export)\b[^'"]*?from\s*['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]|\brequire\(\s*['"]([^'"]+)['"]|(?:^|\n)import\s+['"]([^'"]+)['"]/g,
		);
		return [...found].map((match) => ({
			from: file.replaceAll('\\', '/'),
			specifier: match[1] ?? match[2] ?? match[3] ?? match[4] ?? '',
		}));
	});
}

/** The breach in words, or undefined. */
function breach({ from, specifier }: Import): string | undefined {
	const [room = ''] = from.split('/');
	if (ROOTS.includes(from)) {
		return undefined;
	}
	const allowed = ALLOWED[room];
	if (allowed === undefined) {
		return `src/${from} is in no room`;
	}
	if (!specifier.startsWith('.')) {
		const fine = allowed.includes(specifier) || (specifier !== 'vscode' && allowed.includes('*'));
		return fine ? undefined : `src/${from} imports ${specifier}`;
	}
	const target = path
		.relative(src, path.resolve(path.dirname(path.join(src, from)), specifier))
		.replaceAll('\\', '/');
	const [targetRoom = ''] = target.split('/');
	return targetRoom === room || allowed.includes(targetRoom) ? undefined : `src/${from} imports ${target}`;
}

describe('layers', () => {
	it('every room imports only what it may', () => {
		const all = imports();
		assert.ok(all.length > 50, 'imports are found');
		assert.deepEqual(
			all.map(breach).filter((one) => one !== undefined),
			[],
		);
	});

	for (const [from, specifier, fine] of [
		['core/solve.ts', 'node:fs', false],
		['core/solve.ts', './plan', true],
		['core/solve.ts', '../repo/snapshot', false],
		['repo/snapshot.ts', '../verify/process', false],
		['repo/snapshot.ts', '../core/patch', true],
		['verify/process.ts', 'vscode', false],
		['ui/command.ts', 'node:fs', false],
		['ui/command.ts', 'vscode', true],
		['cli.ts', './repo/snapshot', true],
		['engine/runs.ts', '../repo/snapshot', true],
		['engine/runs.ts', '../ui/engine', false],
		['engine/runs.ts', 'vscode', false],
		['attic/old.ts', './x', false],
	] as const) {
		it(`${from} ${fine ? 'may' : 'may not'} import ${specifier}`, () =>
			assert.equal(breach({ from, specifier }) === undefined, fine));
	}
});
