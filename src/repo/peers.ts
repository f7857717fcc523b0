// Installed packages that need a package of the repository itself, such as a plugin that requires what it plugs into.
// Behind a link they would find the user's own copy of it, so these few are copied into the tree.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { planCopy } from './copies';
import type { Layout } from './layout';
import { ownPlace, realPath, type Sides } from './nodeModules';

const PACKAGE_LIMIT = { files: 4_000, bytes: 64_000_000 };
/** Of all that one node_modules may have copied; what is beyond stays linked. */
const MOST_PACKAGES = 40;

/** `path` is relative to the root; the layout of that node_modules was planned before. */
export function planPeers(layout: Layout, sides: Sides, path: string): void {
	const folder = join(sides.userRoot, path);
	const installed = packagesIn(folder);
	const isOwn = (name: string): boolean => {
		const real = realPath(join(folder, name));
		return real !== undefined && ownPlace(sides, real) !== undefined;
	};
	const found = new Set(installed.filter(isOwn));
	if (found.size === 0) {
		return;
	}
	const needs = new Map(
		installed.filter((name) => !found.has(name)).map((name) => [name, neededBy(join(folder, name))]),
	);
	const copied: string[] = [];
	for (let more = true; more && copied.length < MOST_PACKAGES; ) {
		more = false;
		for (const [name, needed] of needs) {
			if (!found.has(name) && needed.some((one) => found.has(one))) {
				found.add(name);
				copied.push(name);
				more = true;
			}
		}
	}
	for (const name of copied.slice(0, MOST_PACKAGES)) {
		planCopy(layout, sides, `${path}/${name}`, { ...PACKAGE_LIMIT });
	}
}

function packagesIn(folder: string): string[] {
	return readdirSync(folder)
		.filter((name) => !name.startsWith('.'))
		.flatMap((name) =>
			name.startsWith('@') ? readdirSync(join(folder, name)).map((scoped) => `${name}/${scoped}`) : [name],
		);
}

function neededBy(place: string): string[] {
	try {
		const manifest = JSON.parse(readFileSync(join(place, 'package.json'), 'utf8')) as Record<string, object>;
		return ['dependencies', 'peerDependencies', 'optionalDependencies'].flatMap((kind) =>
			Object.keys(manifest[kind] ?? {}),
		);
	} catch {
		return [];
	}
}
