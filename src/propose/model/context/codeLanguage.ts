// What is known of each language that the context reads: its grammar, where there is one, and how it names things.
import type { GrammarName, SyntaxNode } from '../../free/grammars';

/** Reads code where a grammar is shipped; the free proposer's `Grammars` is one. */
export interface CodeGrammars {
	/** Rejects when the grammar cannot be loaded. */
	parse(language: GrammarName, text: string): Promise<SyntaxNode>;
}

export type Family = 'javascript' | 'python' | 'go' | 'rust' | 'java' | 'c-sharp' | 'ruby' | 'php' | 'other';

export interface CodeLanguage {
	readonly family: Family;
	/** Absent where none is shipped: then definitions are found by their first lines and their indentation. */
	readonly grammar?: GrammarName;
}

const BY_EXTENSION = new Map<string, CodeLanguage>(
	(
		[
			['javascript', 'javascript', 'js cjs mjs jsx'],
			['javascript', 'typescript', 'ts cts mts'],
			['javascript', 'tsx', 'tsx'],
			['python', 'python', 'py pyi pyw'],
			['go', 'go', 'go'],
			['rust', 'rust', 'rs'],
			['java', 'java', 'java'],
			['c-sharp', 'c-sharp', 'cs'],
			['ruby', 'ruby', 'rb rake'],
			['php', 'php', 'php'],
		] as const
	).flatMap(([family, grammar, extensions]) =>
		extensions.split(' ').map((extension): [string, CodeLanguage] => [extension, { family, grammar }]),
	),
);
for (const extension of 'vue svelte coffee'.split(' ')) {
	BY_EXTENSION.set(extension, { family: 'javascript' });
}
for (const extension of 'kt kts swift scala c h cc cpp cxx hpp hh m mm lua ex exs erl hs clj dart jl r pl pm sh zig nim fs ml groovy'.split(
	' ',
)) {
	BY_EXTENSION.set(extension, { family: 'other' });
}

/** By the file's name; undefined for what is not code. */
export function codeLanguageOf(path: string): CodeLanguage | undefined {
	return BY_EXTENSION.get(/\.([a-z]+)$/i.exec(path)?.[1]?.toLowerCase() ?? '');
}

/** Ends of file names that stack frames and imports may name. */
export const CODE_EXTENSIONS: readonly string[] = [...BY_EXTENSION.keys()];

/** A file that holds tests, by where it lies and how it is called. */
export function isTestPath(path: string): boolean {
	return (
		/(^|\/)(__tests__|tests?|specs?|e2e|testing)\//i.test(path) ||
		/(^|\/)(tests?|specs?|conftest)\.[a-z]+$|[._-](test|tests|spec|specs)\.[a-z]+$|(^|\/)test_[^/]*\.py$|_test\.(py|go|rs|rb|exs)$/i.test(
			path,
		) ||
		/(Test|Tests|Spec)\.(java|kt|cs|php|swift|scala)$/.test(path)
	);
}
