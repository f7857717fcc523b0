// Options and file arguments of a tool's command line, told apart.

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

/** The name path of a test without the number that tells equal names apart; undefined for a whole file. */
export function namePath(test: {
	readonly id: string;
	readonly file?: string;
	readonly name: string;
}): string[] | undefined {
	return test.id === test.file ? undefined : test.name.replace(/ \(\d+\)$/, '').split(' > ');
}
