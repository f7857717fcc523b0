// Small ignored folders and files, copied: build output that tests import, generated code, .env.
import { lstatSync, readdirSync, readlinkSync, realpathSync } from 'node:fs';
import { dirname, isAbsolute, join, relative, resolve } from 'node:path';
import type { Layout } from './layout';
import { ownPlace, type Sides } from './nodeModules';

export interface CopyLimit {
	files: number;
	bytes: number;
}

/**
 * False, and nothing planned, when the folder holds more than the limit, which is used up by what it holds, or
 * something that may not be read.
 */
export function planCopy(layout: Layout, sides: Sides, path: string, limit: CopyLimit): boolean {
	const planned: Parameters<Layout['add']>[] = [];
	const left = { ...limit };
	try {
		if (!collect(planned, sides, path, left)) {
			return false;
		}
	} catch {
		return false;
	}
	Object.assign(limit, left);
	for (const args of planned) {
		layout.add(...args);
	}
	return true;
}

function collect(planned: Parameters<Layout['add']>[], sides: Sides, path: string, left: CopyLimit): boolean {
	const place = join(sides.userRoot, path);
	const found = lstatSync(place);
	left.files -= 1;
	if (left.files < 0) {
		return false;
	}
	if (found.isSymbolicLink()) {
		const target = linkTarget(sides, place);
		if (target !== undefined) {
			planned.push([path, { kind: 'link', target }]);
		}
		return true;
	}
	if (found.isFile()) {
		left.bytes -= found.size;
		planned.push([path, { kind: 'copy', from: place, size: found.size, mtimeMs: found.mtimeMs }]);
		return left.bytes >= 0;
	}
	if (!found.isDirectory()) {
		return true;
	}
	planned.push([path, { kind: 'folder' }]);
	// A repository inside is not copied with its history: git in the tree would take it for one.
	return readdirSync(place)
		.filter((name) => name !== '.git')
		.every((name) => collect(planned, sides, `${path}/${name}`, left));
}

/** Links that stay inside are kept as written; those that would lead back to the user's folder lead into the tree. */
function linkTarget(sides: Sides, place: string): string | undefined {
	const written = readlinkSync(place);
	const target = resolve(dirname(place), written);
	const inside = relative(sides.userRoot, target);
	if (!isAbsolute(written) && !inside.startsWith('..') && !isAbsolute(inside)) {
		return written;
	}
	try {
		return ownPlace(sides, realpathSync(target));
	} catch {
		return undefined;
	}
}
