// Patterns of file names, expanded as sh does it (plus `**` and braces), without a shell.
import { type Dirent, readdirSync } from 'node:fs';
import path from 'node:path';

export function hasPattern(text: string): boolean {
	return /[*?]|\[.+\]|\{.*,.*\}/.test(text);
}

/**
 * Files and folders that fit, sorted, `/`-separated, relative as `pattern` is. Empty when nothing fits.
 * In sh `**` is no more than `*`, and braces are not expanded.
 */
export function expandGlob(pattern: string, folder: string, dialect: 'sh' | 'globstar'): string[] {
	const found = new Set<string>();
	const patterns = dialect === 'sh' ? [pattern.replaceAll('**', '*')] : braces(pattern);
	for (const each of patterns) {
		const parts = each.split('/').filter((part, index) => part !== '.' && (part !== '' || index === 0));
		walk(each.startsWith('/') ? '/' : '', parts[0] === '' ? parts.slice(1) : parts, folder, found);
	}
	return [...found].sort();
}

function walk(prefix: string, parts: readonly string[], folder: string, found: Set<string>): void {
	const [part = '', ...rest] = parts;
	const join = (name: string) =>
		prefix === '' || prefix.endsWith('/') ? prefix + name : `${prefix}/${name}`;
	const entries = list(path.resolve(folder, prefix));
	if (part === '**') {
		walk(prefix, rest.length > 0 ? rest : ['*'], folder, found);
		for (const entry of entries) {
			if (entry.isDirectory() && !entry.name.startsWith('.') && entry.name !== 'node_modules') {
				walk(join(entry.name), parts, folder, found);
			}
		}
		return;
	}
	if (part === '..') {
		walk(join('..'), rest, folder, found);
		return;
	}
	const fits = patternOf(part);
	for (const entry of entries) {
		if ((!entry.name.startsWith('.') || part.startsWith('.')) && fits.test(entry.name)) {
			if (rest.length === 0) {
				found.add(join(entry.name));
			} else if (!entry.isFile()) {
				walk(join(entry.name), rest, folder, found);
			}
		}
	}
}

function list(folder: string): Dirent[] {
	try {
		return readdirSync(folder, { withFileTypes: true });
	} catch {
		return [];
	}
}

function patternOf(part: string): RegExp {
	const source = part.replace(/\[!|\[[^\]]*\]|[*?]|[.+^${}()|\\/[\]]/g, (match) => {
		if (match === '*') {
			return '.*';
		}
		if (match === '?') {
			return '.';
		}
		return match.length > 1 ? match.replace('[!', '[^') : `\\${match}`;
	});
	try {
		return new RegExp(`^${source}$`);
	} catch {
		return /^$/;
	}
}

function braces(pattern: string): string[] {
	const match = /^(.*?)\{([^{}]*,[^{}]*)\}(.*)$/s.exec(pattern);
	if (match === null) {
		return [pattern];
	}
	const [, before = '', choices = '', after = ''] = match;
	return choices.split(',').flatMap((choice) => braces(before + choice + after));
}
