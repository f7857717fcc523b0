// The lines that a patch adds and takes away, file by file.
import type { Patch } from '../patch';

export interface Line {
	readonly file: string;
	/** 1-based; in the new text of an added line, in the old text of a removed one. */
	readonly number: number;
	readonly text: string;
	/** Which run of changed lines it belongs to: equal for lines with no unchanged one between them. */
	readonly block: number;
}

export interface FileLines {
	readonly file: string;
	readonly isNew: boolean;
	readonly added: readonly Line[];
	readonly removed: readonly Line[];
	/** Unchanged lines that the patch shows. */
	readonly context: readonly string[];
}

interface Draft {
	file: string;
	isNew: boolean;
	added: Line[];
	removed: Line[];
	context: string[];
}

/** Trusts that the diff is well formed: it was read strictly when it came in. */
export function changedLines(patch: Pick<Patch, 'diff'>): readonly FileLines[] {
	const files: Draft[] = [];
	let current: Draft | undefined;
	let [before, after, beforeLeft, afterLeft, block] = [0, 0, 0, 0, 0];
	let isNew = false;
	for (const line of patch.diff.split('\n')) {
		const hunk = /^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/.exec(line);
		if (beforeLeft <= 0 && afterLeft <= 0) {
			if (hunk) {
				before = Number(hunk[1]);
				after = Number(hunk[3]);
				beforeLeft = Number(hunk[2] ?? 1);
				afterLeft = Number(hunk[4] ?? 1);
				block += 1;
			} else if (line.startsWith('diff --git ')) {
				current = undefined;
			} else if (line.startsWith('--- ')) {
				isNew = line.startsWith('--- /dev/null');
				current = { file: nameIn(line), isNew, added: [], removed: [], context: [] };
				files.push(current);
			} else if (line.startsWith('+++ ') && current !== undefined && !line.startsWith('+++ /dev/null')) {
				current.file = nameIn(line);
			}
			continue;
		}
		const text = line.slice(1).replace(/\r$/, '');
		if (line.startsWith('+')) {
			current?.added.push({ file: current.file, number: after, text, block });
			after += 1;
			afterLeft -= 1;
		} else if (line.startsWith('-')) {
			current?.removed.push({ file: current.file, number: before, text, block });
			before += 1;
			beforeLeft -= 1;
		} else if (!line.startsWith('\\')) {
			current?.context.push(text);
			before += 1;
			after += 1;
			beforeLeft -= 1;
			afterLeft -= 1;
			block += 1;
		}
	}
	return files;
}

function nameIn(line: string): string {
	return line
		.slice(4)
		.replace(/[\t\r].*$/, '')
		.replace(/^"|"$/g, '')
		.replace(/^[ab]\//, '');
}

/** Without what is only said about the code. Empty when there is nothing else. */
export function codeOf({ file, text }: Pick<Line, 'file' | 'text'>): string {
	const trimmed = text.trim();
	const hash = /\.(py|rb|sh|pl|ya?ml|toml)$/.test(file);
	if (hash ? /^#(?!!)/.test(trimmed) : /^(\/\/|\/\*.*\*\/\s*$|\/\*[^/]*$|\*(\s|\/|$))/.test(trimmed)) {
		return '';
	}
	return hash ? trimmed.replace(/\s#[^'"]*$/, '') : trimmed.replace(/\s\/\/[^'"`]*$/, '');
}
