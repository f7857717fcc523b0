// Places of the project's own files that a failure names, whichever language's stack it is.
import { CODE_EXTENSIONS } from './codeLanguage';

export interface Frame {
	readonly path: string;
	/** 1-based, as the failure says it; may lie past the file's end. */
	readonly line: number;
	/** Where the text of the failure says so: index of the line that names it. */
	readonly row: number;
}

interface Listing {
	has(path: string): boolean;
	named(name: string): readonly string[];
}

/** The end of a file's name and its line; the name is then read backwards from there. */
const PLACE = new RegExp(
	`\\.(${[...CODE_EXTENSIONS].sort((a, b) => b.length - a.length).join('|')})(?:\\?[\\w=.&-]{0,60})?(?:", line |: ?line |:|\\()(\\d{1,7})`,
	'g',
);
const OF_A_PATH = /[\w@.~+\-/\\$[\]()]/;
const MOST_PATH = 400;
const FOREIGN =
	/(^|[\\/])(node_modules|site-packages|dist-packages|\.venv|venv|vendor\/bundle|\.cargo|\.rustup|rustc|\.pnpm)[\\/]|^node:|[\\/]lib[\\/]python\d|[\\/]go[\\/](?:src|pkg)[\\/]/;
const MOST_ROWS = 400;
const MOST_ROW = 1_000;

/** In the text's order, each place once. Files of installed packages and of the language itself are left out. */
export function framesOf(text: string, listing: Listing): readonly Frame[] {
	const frames = new Map<string, Frame>();
	for (const [row, whole] of text.split('\n', MOST_ROWS).entries()) {
		for (const match of whole.slice(0, MOST_ROW).matchAll(PLACE)) {
			const named = `${pathBefore(whole, match.index)}.${match[1] ?? ''}`;
			const path = FOREIGN.test(named) ? undefined : projectPath(named, listing, whole);
			const line = Number(match[2]);
			if (path !== undefined && line > 0) {
				const key = `${path}:${line}`;
				frames.set(key, frames.get(key) ?? { path, line, row });
			}
		}
	}
	return [...frames.values()];
}

function pathBefore(row: string, end: number): string {
	let start = end;
	while (start > 0 && end - start < MOST_PATH && OF_A_PATH.test(row[start - 1] ?? '')) {
		start -= 1;
	}
	const drive = /[A-Za-z]:$/.exec(row.slice(Math.max(0, start - 2), start))?.[0] ?? '';
	const path = row.slice(start, end).replace(/^\/\/+/, '/');
	// `fn(src/a.js:1)` is a call's name and its place; `app/(group)/page.tsx` is one path.
	return drive + path.replace(/^[^()]*\((?![^(]*\))/, '');
}

/**
 * The listed file that a path ends in: the tests may have run in another copy of the repository, or in a folder
 * of it.
 */
function projectPath(named: string, listing: Listing, row: string): string | undefined {
	const parts = named
		.replaceAll('\\', '/')
		.replace(/^(\.\/)+/, '')
		.split('/')
		.filter((part) => part !== '');
	for (let from = 0; from < parts.length; from += 1) {
		const path = parts.slice(from).join('/');
		// A bare name at the end of an absolute path says little: it may be anybody's.
		if (
			listing.has(path) &&
			(from === 0 || from < parts.length - 1 || parts.length <= 2 || isInTemp(named))
		) {
			return path;
		}
	}
	if (parts.length > 4) {
		return undefined;
	}
	// Run in a folder of the repository, or known by its bare name, as in Java.
	const ending = `/${parts.join('/')}`;
	const fitting = listing.named(parts.at(-1) ?? '').filter((path) => `/${path}`.endsWith(ending));
	if (fitting.length <= 1) {
		return fitting[0];
	}
	const folder = /\b((?:[a-z_]\w*\.)+)[A-Z]/.exec(row)?.[1]?.replaceAll('.', '/');
	return folder === undefined ? undefined : fitting.find((path) => path.includes(folder));
}

/** A file at the root of a copy of the repository. */
function isInTemp(named: string): boolean {
	return /^(?:[A-Za-z]:)?[\\/]/.test(named);
}
