// node_modules of a tree: a real folder with one link a package, so that links between the packages of a monorepo
// lead into the tree and not back to the user's sources, and tools write their caches into folders of the tree's own.
import { lstatSync, readdirSync, readlinkSync, realpathSync } from 'node:fs';
import { isAbsolute, join, relative, sep } from 'node:path';
import type { Layout } from './layout';

/** What a plan needs to know of the two folders. */
export interface Sides {
	/** The user's repository, real path. */
	readonly userRoot: string;
	readonly treeRoot: string;
	/** True for a path, relative to the root, that the tree has or will have of its own. */
	owns(path: string): boolean;
}

/** Folders that tools write to while tests run. */
const SCRATCH = new Set(['.cache', '.vite', '.vite-temp', '.vitest', '.tmp', '.mf', '.experimental-vitest']);
const LARGEST_COPY = 4_000_000;

/** `path` is relative to the root and its last part is `node_modules`. */
export function planNodeModules(layout: Layout, sides: Sides, path: string): void {
	layout.add(path, { kind: 'folder' });
	const folder = join(sides.userRoot, path);
	for (const name of readdirSync(folder)) {
		const inside = `${path}/${name}`;
		if (name === '.bin') {
			planPrograms(layout, sides, inside);
		} else if (name.startsWith('@') && lstatSync(join(folder, name)).isDirectory()) {
			layout.add(inside, { kind: 'folder' });
			for (const scoped of readdirSync(join(folder, name))) {
				planPackage(layout, sides, `${inside}/${scoped}`);
			}
		} else if (!SCRATCH.has(name)) {
			planPackage(layout, sides, inside);
		}
	}
	for (const name of SCRATCH) {
		if (name === '.cache' || name === '.vite' || name === '.vitest') {
			layout.add(`${path}/${name}`, { kind: 'scratch' });
		}
	}
}

/** One package, or one file, of a node_modules. */
export function planPackage(layout: Layout, sides: Sides, path: string): void {
	const place = join(sides.userRoot, path);
	const found = lstatSync(place);
	if (found.isFile()) {
		if (found.size <= LARGEST_COPY) {
			layout.add(path, { kind: 'copy', from: place, size: found.size, mtimeMs: found.mtimeMs });
		}
		return;
	}
	if (found.isSymbolicLink()) {
		const real = realPath(place);
		if (real === undefined) {
			return;
		}
		layout.add(path, { kind: 'link', target: ownPlace(sides, real) ?? injectedFrom(sides, real) ?? place });
		return;
	}
	layout.add(path, { kind: 'link', target: place });
}

/**
 * pnpm can install a package of the repository as a copy, and names it after where it came from. A patch of the
 * package would not be in that copy.
 */
function injectedFrom(sides: Sides, real: string): string | undefined {
	const named = /[\\/]\.pnpm[\\/][^\\/]*@file\+([^\\/_(]+)/.exec(real)?.[1];
	const folder = named?.replaceAll('+', '/');
	return folder !== undefined && sides.owns(`${folder}/package.json`)
		? join(sides.treeRoot, folder)
		: undefined;
}

/** The tree's own place of a real path in the user's repository; undefined for an installed thing. */
export function ownPlace(sides: Sides, real: string): string | undefined {
	const inside = relative(sides.userRoot, real);
	if (inside === '') {
		return sides.treeRoot;
	}
	if (inside.startsWith('..') || isAbsolute(inside) || inside.split(sep).includes('node_modules')) {
		return undefined;
	}
	return sides.owns(inside.split(sep).join('/')) ? join(sides.treeRoot, inside) : undefined;
}

/** Programs are links into the packages beside them (npm, yarn) or small scripts (pnpm, Windows). */
function planPrograms(layout: Layout, sides: Sides, path: string): void {
	const folder = join(sides.userRoot, path);
	layout.add(path, { kind: 'folder' });
	for (const name of readdirSync(folder)) {
		const place = join(folder, name);
		const found = lstatSync(place);
		const inside = `${path}/${name}`;
		if (found.isSymbolicLink()) {
			const target = readlinkSync(place);
			layout.add(inside, { kind: 'link', target: isAbsolute(target) ? (realPath(place) ?? target) : target });
		} else if (found.isFile()) {
			layout.add(inside, { kind: 'copy', from: place, size: found.size, mtimeMs: found.mtimeMs });
		}
	}
}

export function realPath(path: string): string | undefined {
	try {
		return realpathSync(path);
	} catch {
		return undefined;
	}
}

/** True for the folder itself too. */
export function isInside(folder: string, path: string): boolean {
	const inside = relative(folder, path);
	return inside !== '..' && !inside.startsWith(`..${sep}`) && !isAbsolute(inside);
}
