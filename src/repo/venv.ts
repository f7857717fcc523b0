// A Python environment of the tree: links to what is installed, and its own copy of every file that names the user's
// folder. So an editable install, and a program's first line, lead to the tree's sources.
import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { dirname, isAbsolute, join, resolve, sep } from 'node:path';
import type { Layout } from './layout';
import { realPath, type Sides } from './nodeModules';

const LARGEST_TEXT = 1_000_000;

/** `path` is relative to the root; the folder there holds `pyvenv.cfg`. */
export function planVenv(layout: Layout, sides: Sides, path: string): void {
	planFolder(layout, sides, path, path);
}

/** The folders of the interpreter that an environment was made with, as named and as it really is. */
export function interpreterHome(venv: string): string[] {
	const config = readFileSync(join(venv, 'pyvenv.cfg'), 'utf8');
	const home = /^home\s*=\s*(.+)$/m.exec(config)?.[1]?.trim();
	if (home === undefined || !isAbsolute(home)) {
		return [];
	}
	const program = realPath(join(home, 'python3')) ?? realPath(join(home, 'python'));
	return program === undefined ? [home] : [home, dirname(program)];
}

/** Folders that are made anew, down to site-packages; everything else is linked. */
function planFolder(layout: Layout, sides: Sides, venv: string, path: string): void {
	layout.add(path, { kind: 'folder' });
	for (const name of readdirSync(join(sides.userRoot, path))) {
		const inside = `${path}/${name}`;
		const place = join(sides.userRoot, inside);
		const found = lstatSync(place);
		if (name === '__pycache__') {
			layout.add(inside, { kind: 'scratch' });
		} else if (found.isSymbolicLink()) {
			layout.add(inside, { kind: 'link', target: linkTarget(sides, venv, place) });
		} else if (found.isFile()) {
			planFile(layout, sides, inside, found.size, found.mtimeMs, found.mode);
		} else if (/^(bin|Scripts|lib|Lib|lib64|python\d[\d.]*t?|pypy\d[\d.]*|site-packages)$/.test(name)) {
			planFolder(layout, sides, venv, inside);
		} else {
			layout.add(inside, { kind: 'link', target: place });
		}
	}
}

function planFile(
	layout: Layout,
	sides: Sides,
	path: string,
	size: number,
	mtimeMs: number,
	mode: number,
): void {
	const from = join(sides.userRoot, path);
	const text = size <= LARGEST_TEXT ? readFileSync(from, 'latin1') : '';
	const moved = text.includes('\0') ? text : movedText(text, sides);
	if (moved === text) {
		layout.add(path, { kind: 'copy', from, size, mtimeMs });
	} else {
		layout.add(path, { kind: 'text', text: Buffer.from(moved, 'latin1').toString('utf8'), mode });
	}
}

/** The user's folder replaced by the tree's wherever it stands as a whole path. */
function movedText(text: string, sides: Sides): string {
	const from = Buffer.from(sides.userRoot).toString('latin1');
	const to = Buffer.from(sides.treeRoot).toString('latin1');
	const doubled = sep === '\\' ? [[from.replaceAll('\\', '\\\\'), to.replaceAll('\\', '\\\\')]] : [];
	return [[from, to], ...doubled].reduce(
		(all, [old = '', now = '']) =>
			all.split(old).reduce((left, right) => left + (/^[\w.-]/.test(right) ? old : now) + right),
		text,
	);
}

/** The interpreter keeps its place; `lib64 -> lib` stays inside. */
function linkTarget(sides: Sides, venv: string, place: string): string {
	const written = readlinkSync(place);
	const target = resolve(dirname(place), written);
	const inVenv = target.startsWith(join(sides.userRoot, venv) + sep);
	return inVenv && !isAbsolute(written)
		? written
		: isAbsolute(written)
			? written
			: (realPath(place) ?? target);
}
