// Diffs as models write them: heads missing, numbers wrong, marks left off, and the envelope of apply_patch.
import type { Edit } from './edit';

interface Hunk {
	readonly lines: string[];
	readonly heading: string | undefined;
	readonly start: number | undefined;
	readonly counts: readonly [number, number] | undefined;
}

interface Section {
	path: string | undefined;
	from: string | undefined;
	isNew: boolean;
	isDeleted: boolean;
	moveTo: string | undefined;
	readonly hunks: Hunk[];
	/** Of `Add File`: every line is new. */
	readonly added: string[] | undefined;
}

/** True when the lines are a diff, not just code with signs before some of its lines. */
export function looksLikeDiff(lines: readonly string[]): boolean {
	return lines.some(
		(line, at) =>
			/^@@(?: |$)/.test(line) ||
			line.startsWith('diff --git ') ||
			/^\*\*\* (?:Begin Patch|(?:Update|Add|Delete) File:)/.test(line) ||
			(line.startsWith('--- ') && (lines[at + 1] ?? '').startsWith('+++ ')),
	);
}

/** `path`: the file where the diff itself names none. */
export function editsOfDiff(lines: readonly string[], path: string | undefined, corrects: boolean): Edit[] {
	return new DiffReader(lines, path).sections().flatMap((section) => editsOf(section, corrects));
}

class DiffReader {
	private readonly found: Section[] = [];
	private at = 0;

	constructor(
		private readonly lines: readonly string[],
		private readonly path: string | undefined,
	) {}

	sections(): readonly Section[] {
		while (this.at < this.lines.length) {
			const line = this.lines[this.at] ?? '';
			if (!this.header(line)) {
				this.content(line);
			}
			this.at += 1;
		}
		return this.found;
	}

	private open(path: string | undefined, added?: string[]): Section {
		const section: Section = {
			path,
			from: undefined,
			isNew: false,
			isDeleted: false,
			moveTo: undefined,
			hunks: [],
			added,
		};
		this.found.push(section);
		return section;
	}

	private get section(): Section {
		return this.found.at(-1) ?? this.open(this.path);
	}

	private header(line: string): boolean {
		const git = /^diff --git "?(?:a\/)?(.+?)"? "?b\/(.+?)"?\s*$/.exec(line);
		const codex = /^\*\*\* (Update|Add|Delete) File:\s*(.+?)\s*$/.exec(line);
		const move = /^(?:\*\*\* Move to:|rename to)\s*(.+?)\s*$/.exec(line)?.[1];
		if (git) {
			this.open(git[2]);
		} else if (codex) {
			const section = this.open(codex[2], codex[1] === 'Add' ? [] : undefined);
			section.isDeleted = codex[1] === 'Delete';
		} else if (move !== undefined) {
			this.section.moveTo = move;
		} else if (/^\*\*\* (?:Begin|End) (?:Patch|of File)/i.test(line)) {
			// Only marks.
		} else if (this.isFileHead(line)) {
			this.fileHead(line, this.lines[this.at + 1] ?? '');
			this.at += 1;
		} else if (/^@@+(?:\s|$)/.test(line)) {
			this.section.hunks.push(hunkOf(line));
		} else if (this.isBeforeHunks() && GIT_LINE.test(line)) {
			this.section.isNew ||= line.startsWith('new file');
			this.section.isDeleted ||= line.startsWith('deleted file');
		} else {
			return false;
		}
		return true;
	}

	private isBeforeHunks(): boolean {
		return this.found.length > 0 && this.section.hunks.length === 0 && this.section.added === undefined;
	}

	/** Removed and added lines may look just like a head; a head is followed by a hunk, or by nothing. */
	private isFileHead(line: string): boolean {
		const after = this.lines.slice(this.at + 2).find((one) => one.trim() !== '');
		const isPair = line.startsWith('--- ') && (this.lines[this.at + 1] ?? '').startsWith('+++ ');
		const inHunk = this.found.length > 0 && this.section.hunks.length > 0;
		return isPair && (after === undefined || after.startsWith('@@') || !inHunk);
	}

	private fileHead(before: string, after: string): void {
		const [from, to] = [headPath(before), headPath(after)];
		const section =
			this.found.length > 0 && this.isBeforeHunks() && this.section.from === undefined
				? this.section
				: this.open(undefined);
		section.from = from;
		section.isNew ||= from === NOTHING;
		section.isDeleted ||= to === NOTHING;
		section.path = to === NOTHING ? from : to;
	}

	private content(line: string): void {
		const { section } = this;
		if (section.added !== undefined) {
			section.added.push(line.startsWith('+') ? line.slice(1) : line);
			return;
		}
		if (section.hunks.length === 0) {
			if (!/^[ +-]/.test(line) || section.isDeleted) {
				return;
			}
			section.hunks.push(hunkOf('@@'));
		}
		if (!line.startsWith('\\ ')) {
			section.hunks.at(-1)?.lines.push(line);
		}
	}
}

const NOTHING = '/dev/null';
const GIT_LINE =
	/^(?:index |old mode|new mode|deleted file|new file|similarity index|dissimilarity index|rename from|copy from|copy to|Index: |={20,})/;

function headPath(line: string): string {
	const rest = line
		.slice(4)
		.replace(/\t.*$/, '')
		.trim()
		.replace(/^"(.*)"$/, '$1')
		.replace(
			/\s+\((?:original|modified|updated|new|old|before|after|current|fixed|working copy|revision \d+)\)$/i,
			'',
		)
		.replace(/\s+\d{4}-\d\d-\d\d.*$/, '');
	return rest === 'dev/null' || /^[ab]\/dev\/null$/.test(rest) ? NOTHING : rest;
}

function hunkOf(head: string): Hunk {
	const numbers = /^@@+ -(\d+)(?:,(\d+))? \+\d+(?:,(\d+))? @@+ ?(.*)$/.exec(head);
	if (numbers) {
		return {
			lines: [],
			heading: meaningful(numbers[4] ?? ''),
			start: Number(numbers[1]),
			counts: [Number(numbers[2] ?? 1), Number(numbers[3] ?? 1)],
		};
	}
	const words = head.replace(/^@@+\s*/, '').replace(/\s*@@+\s*$/, '');
	return { lines: [], heading: meaningful(words), start: undefined, counts: undefined };
}

/** Numbers and dots say nothing of the place. */
function meaningful(words: string): string | undefined {
	return /[A-Za-z_]{2}/.test(words) && !/^(?:\.{2,}|…)/.test(words.trim()) && !/^[-+]\d/.test(words.trim())
		? words.trim()
		: undefined;
}

function editsOf(section: Section, corrects: boolean): Edit[] {
	const { path, hunks, added } = section;
	if (path === undefined || path === NOTHING) {
		if (hunks.every(({ lines }) => lines.every((line) => line.trim() === ''))) {
			return [];
		}
	}
	if (path !== undefined && section.isDeleted) {
		return [{ kind: 'delete', path }];
	}
	if (path !== undefined && (added !== undefined || section.isNew)) {
		const lines =
			added ??
			hunks.flatMap((hunk) => hunk.lines.map((line) => (line.startsWith('+') ? line.slice(1) : line)));
		return [{ kind: 'whole', path, lines: withoutBlankTail(lines), declared: true }];
	}
	const edits: Edit[] = hunks
		.filter(({ lines }) => lines.some((line) => /^[+-]/.test(line)))
		.map((hunk) => editOfHunk(hunk, path, corrects));
	const source = section.from ?? path;
	const isMove = section.moveTo !== undefined && source !== undefined;
	const moved = edits.map((edit) => (isMove && edit.kind === 'replace' ? { ...edit, path: source } : edit));
	return isMove ? [...moved, { kind: 'move', path: source, to: plainTarget(section.moveTo ?? '') }] : moved;
}

function plainTarget(path: string): string {
	return path.replace(/^b\//, '');
}

function editOfHunk(hunk: Hunk, path: string | undefined, corrects: boolean): Edit {
	const lines = [...hunk.lines];
	const count = (signs: RegExp) => lines.filter((line) => line === '' || signs.test(line)).length;
	const [before, after] = hunk.counts ?? [0, 0];
	while (lines.at(-1) === '' && (hunk.counts === undefined || count(/^[^+]/) > before)) {
		lines.pop();
	}
	const search = lines.filter((line) => !line.startsWith('+')).map(withoutSign);
	const replace = lines.filter((line) => !line.startsWith('-')).map(withoutSign);
	// Numbers are believed only where the head is right about what can be checked.
	const isRight = hunk.counts !== undefined && before === search.length && after === replace.length;
	return {
		kind: 'replace',
		path,
		search,
		replace,
		unit: 'lines',
		...(isRight && hunk.start !== undefined ? { line: hunk.start } : {}),
		...(hunk.heading === undefined ? {} : { heading: hunk.heading }),
		corrects,
	};
}

/** A line without any sign is context whose blank was lost. */
function withoutSign(line: string): string {
	return /^[ +-]/.test(line) ? line.slice(1) : line;
}

function withoutBlankTail(lines: readonly string[]): readonly string[] {
	return lines.slice(0, lines.findLastIndex((line) => line.trim() !== '') + 1);
}
