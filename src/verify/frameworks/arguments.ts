// Options and file arguments of a tool's command line, told apart.

import type { TestResult } from '../../core/suite';

export interface Arguments {
	/** Each option with its value, in order: [`--timeout`, `5000`] or [`--timeout=5000`]. */
	readonly options: readonly (readonly string[])[];
	readonly positionals: readonly string[];
}

/** @param withValue names of the options whose value is the next word. */
export function splitArguments(args: readonly string[], withValue: ReadonlySet<string>): Arguments {
	const options: string[][] = [];
	const positionals: string[] = [];
	for (let index = 0; index < args.length; index++) {
		const word = args[index] ?? '';
		if (word === '--') {
			positionals.push(...args.slice(index + 1));
			break;
		}
		if (!word.startsWith('-') || word === '-') {
			positionals.push(word);
		} else if (withValue.has(word) && index + 1 < args.length) {
			options.push([word, args[++index] ?? '']);
		} else {
			options.push([word]);
		}
	}
	return { options, positionals };
}

/** Options without those named; `--name=value` counts as `--name`. */
export function without(
	options: readonly (readonly string[])[],
	names: ReadonlySet<string>,
): readonly (readonly string[])[] {
	return options.filter(([word = '']) => !names.has(word.split('=', 1)[0] ?? word));
}

/** The words as they were, without the options named: a word after an unknown option may be its value. */
export function inOrder(
	args: readonly string[],
	withValue: ReadonlySet<string>,
	names: ReadonlySet<string>,
): readonly string[] {
	const kept: string[] = [];
	for (let index = 0; index < args.length; index++) {
		const word = args[index] ?? '';
		if (word === '--') {
			return [...kept, ...args.slice(index)];
		}
		const name = word.split('=', 1)[0] ?? word;
		if (!word.startsWith('-') || !names.has(name)) {
			kept.push(word);
		} else if (withValue.has(word)) {
			index++;
		}
	}
	return kept;
}

export function has(options: readonly (readonly string[])[], ...names: string[]): boolean {
	return options.some(([word = '']) => names.includes(word.split('=', 1)[0] ?? word));
}

export function escapeRegExp(text: string): string {
	return text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
}

/** Files of the tests, relative to the folder the command runs in; undefined when one has none. */
export function filesOf(tests: readonly { readonly file?: string }[], folder: string): string[] | undefined {
	const files = new Set<string>();
	for (const { file } of tests) {
		if (file === undefined) {
			return undefined;
		}
		files.add(relativeTo(file, folder));
	}
	return [...files];
}

export function relativeTo(file: string, folder: string): string {
	if (folder === '') {
		return file;
	}
	return file.startsWith(`${folder}/`)
		? file.slice(folder.length + 1)
		: `${'../'.repeat(folder.split('/').length)}${file}`;
}

/** The names of a test's groups and its own; undefined for a whole file. */
export function namePath(test: TestResult): string[] | undefined {
	return test.id === test.file ? undefined : test.name.replace(/ \(\d+\)$/, '').split(' > ');
}

/**
 * A regular expression for the full titles of these tests, as frameworks join them with blanks. Undefined when one
 * is a whole file. A number at the end may be ours, that tells equal names apart, or belong to the name; and ` > `
 * may be in a name.
 */
export function titlePattern(tests: readonly TestResult[]): string | undefined {
	if (tests.some((test) => test.id === test.file)) {
		return undefined;
	}
	const titles = tests.map(({ name }) => {
		const [, plain = name, number] = /^(.*?)( \(\d+\))?$/s.exec(name) ?? [];
		const title = plain.split(' > ').map(escapeRegExp).join('(?: > | )');
		return number === undefined ? title : `${title}(?:${escapeRegExp(number)})?`;
	});
	// Some versions of vitest put a blank before the name.
	return `^\\s*(?:${[...new Set(titles)].join('|')})$`;
}
