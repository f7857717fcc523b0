// What a model's answer asks for, whatever format it was written in. Texts are lines without their ends.

export type Edit =
	/** Replace these lines, or this piece of text, by others. An empty `search` makes a new file. */
	| {
			readonly kind: 'replace';
			/** As stated; undefined when the answer names no file. */
			readonly path: string | undefined;
			readonly search: readonly string[];
			readonly replace: readonly string[];
			/** `text`: the search may begin and end within a line. */
			readonly unit: 'lines' | 'text';
			/** Where a diff says that the search begins, 1-based; only from a head whose counts are right. */
			readonly line?: number;
			/** A line that stands above the place, as a diff's head names it. */
			readonly heading?: string;
			/** True when the words before it take back what was said before. */
			readonly corrects: boolean;
	  }
	/** The file's whole text, new or changed. */
	| {
			readonly kind: 'whole';
			readonly path: string;
			readonly lines: readonly string[];
			/** The answer says that this is all of the file. */
			readonly declared: boolean;
	  }
	| { readonly kind: 'delete'; readonly path: string }
	| { readonly kind: 'move'; readonly path: string; readonly to: string }
	/** Meant as an edit, and not readable as one; `reason` is a sentence. */
	| { readonly kind: 'broken'; readonly path?: string; readonly reason: string };

export type ReplaceEdit = Edit & { readonly kind: 'replace' };
export type WholeEdit = Edit & { readonly kind: 'whole' };

export function isBlank(line: string): boolean {
	return line.trim() === '';
}

/** The lines without blank ones at their beginning and end. */
export function withoutBlankEnds(lines: readonly string[]): readonly string[] {
	const from = lines.findIndex((line) => !isBlank(line));
	const to = lines.findLastIndex((line) => !isBlank(line));
	return from < 0 ? [] : lines.slice(from, to + 1);
}

/** Lines as a refusal quotes them: few, and short. */
export function quoted(lines: readonly string[], most = 6): string {
	const shown = lines
		.slice(0, most)
		.map((line) => `\t${line.length > 120 ? `${line.slice(0, 120)}…` : line}`);
	return [...shown, ...(lines.length > most ? [`\t(${lines.length - most} more lines)`] : [])].join('\n');
}
