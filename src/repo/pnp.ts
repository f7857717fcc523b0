// Yarn's Plug'n'Play: one file says where every package lies, as paths relative to itself. Those that lead out of the
// project, into the machine's cache, must lead there from the tree too.
import { readFileSync } from 'node:fs';
import { dirname, join, posix, resolve, sep } from 'node:path';
import type { Layout } from './layout';
import { isInside, type Sides } from './nodeModules';

export const PNP_FILE = /(^|\/)\.pnp\.(cjs|js|data\.json)$/;
export const PNP_LOADER = '.pnp.loader.mjs';

/** `path` is relative to the root. Returns the folders outside the project that packages lie in. */
export function planPnp(layout: Layout, sides: Sides, path: string, mode: number): string[] {
	const text = readFileSync(join(sides.userRoot, path), 'utf8');
	const from = dirname(join(sides.userRoot, path));
	const to = dirname(join(sides.treeRoot, path));
	const outside = new Set<string>();
	const moved = text.replace(/("packageLocation":\s*")([^"]+)"/g, (all, before: string, location: string) => {
		const virtual = /^(.*\/__virtual__\/)([^/]+)\/(\d+)\/(.*)$/.exec(location);
		const [, base = '', hash = '', depth = '', rest = ''] = virtual ?? [];
		const real =
			virtual === null
				? resolve(from, location)
				: resolve(from, base, '..', ...Array<string>(Number(depth)).fill('..'), rest);
		if (isInside(sides.userRoot, real)) {
			return all;
		}
		// A package in an archive: the folder that holds the archives.
		outside.add(real.includes('.zip') ? dirname(real.slice(0, real.indexOf('.zip'))) : real);
		const slash = location.endsWith('/') ? '/' : '';
		if (virtual === null) {
			return `${before}${portable(posix.relative(portable(to), portable(real)))}${slash}"`;
		}
		const ups = resolve(to, base, '..')
			.split(sep)
			.filter((part) => part !== '').length;
		return `${before}${base}${hash}/${ups}/${portable(real).replace(/^\//, '')}${slash}"`;
	});
	layout.add(path, { kind: 'text', text: moved, mode });
	return [...outside];
}

/** What makes node of the tree look for packages there: for NODE_OPTIONS. */
export function pnpOptions(treeRoot: string, files: ReadonlySet<string>): string | undefined {
	const file = ['.pnp.cjs', '.pnp.js'].find((name) => files.has(name));
	if (file === undefined) {
		return undefined;
	}
	const loader = files.has(PNP_LOADER)
		? ` --experimental-loader ${new URL(`file://${encodeURI(portable(join(treeRoot, PNP_LOADER)))}`).href}`
		: '';
	return `--require ${JSON.stringify(join(treeRoot, file))}${loader}`;
}

function portable(path: string): string {
	return path.split(sep).join('/');
}
