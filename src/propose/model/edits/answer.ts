// Reads an answer from top to bottom and finds the edits in it, whichever way they are written.

import { editsOfDiff, looksLikeDiff } from './diffText';
import type { Edit } from './edit';
import { linesOf } from './fileText';
import { editsOfJson, editsOfTags } from './packed';
import { besideMark, opensBlock, readBlock } from './searchBlock';
import { fencePath, type Stated, statedPath } from './statedPath';

const CORRECTS =
	/\b(?:wait|actually|correct(?:ion|ed|ing)?|instead|revis(?:ed|ion)|final(?:ly)?|better|mistake|oops|sorry|on second thought|scratch that|let me (?:fix|redo|rewrite|correct)|should be|improved|disregard|ignore the)\b/i;
const FENCE = /^\s*(`{3,}|~{3,})\s*([^`]*)$/;
const DECLARES =
	/\b(?:complete|full|entire|whole)\s+(?:\w+\s+){0,3}?(?:file|contents?|module|source file)\b|\bfile in full\b/i;

export function editsOfAnswer(reply: string): Edit[] {
	const text = withoutThinking(reply.replaceAll('\r\n', '\n').replace(/^\uFEFF/, ''));
	const whole = text.trim();
	const json = /^(?:```\w*\n)?([{["][\s\S]*[}\]"])(?:\n```)?$/.exec(whole)?.[1];
	const packed = json === undefined ? undefined : editsOfJson(json, editsOfAnswer);
	if (packed !== undefined) {
		return packed;
	}
	const lines = linesOf(text);
	const tagged = lines.some(opensBlock) ? undefined : editsOfTags(text);
	return tagged ?? new AnswerReader(lines).edits();
}

/** What the model thought before it answered is no part of the answer. */
function withoutThinking(text: string): string {
	const closed = /^\s*<(think|thinking|thought|reasoning|reflection|scratchpad|analysis)>[\s\S]*?<\/\1>/i;
	let rest = text;
	while (closed.test(rest)) {
		rest = rest.replace(closed, '');
	}
	if (/^\s*<(?:think|thinking)>/i.test(rest)) {
		return '';
	}
	// Some servers swallow the opening tag.
	const bare = /^.*<\/(?:think|thinking)>[ \t]*$/im.exec(rest);
	return bare !== null && !/<(?:think|thinking)>/i.test(rest)
		? rest.slice(bare.index + bare[0].length)
		: rest;
}

interface Found {
	readonly edit: Edit;
	/** A plain fence: the file as a whole, if the words around it mean that. */
	readonly fenced?: { readonly alone: boolean };
}

class AnswerReader {
	private readonly found: Found[] = [];
	private at = 0;
	/** Where the words since the last edit begin. */
	private said = 0;
	private path: string | undefined;

	constructor(private readonly lines: readonly string[]) {}

	edits(): Edit[] {
		while (this.at < this.lines.length) {
			this.step(this.lines[this.at] ?? '');
		}
		const edits = this.found.filter(({ fenced }) => fenced === undefined).map(({ edit }) => edit);
		const edited = new Set(edits.map(({ path }) => path));
		// Beside blocks, a fence under a sentence only shows code.
		return this.found
			.filter(
				({ edit, fenced }) =>
					fenced === undefined || (!edited.has(edit.path) && (fenced.alone || edits.length === 0)),
			)
			.map(({ edit }) => edit);
	}

	private step(line: string): void {
		if (opensBlock(line)) {
			const beside = statedPath(besideMark(line));
			const path = beside?.path ?? this.pathBefore(this.at)?.path ?? this.path;
			const { edit, next } = readBlock(this.lines, this.at, path, this.corrects());
			this.path = path;
			this.take([{ edit }], next);
		} else if (/^\*\*\* (?:Begin Patch|(?:Update|Add|Delete) File:)/.test(line)) {
			const end = this.lines.findIndex((one, at) => at > this.at && /^\*\*\* End Patch/.test(one));
			const fence = this.lines.findIndex((one, at) => at > this.at && /^```\s*$/.test(one));
			const stop = end >= 0 ? end : fence >= 0 ? fence : this.lines.length;
			this.takeDiff(this.at, stop, undefined, stop + 1);
		} else if (/^<(think|thinking)>\s*$/i.test(line)) {
			const end = this.lines.findIndex((one, at) => at > this.at && /^<\/(?:think|thinking)>\s*$/i.test(one));
			this.at = end < 0 ? this.lines.length : end + 1;
		} else if (this.startsDiff(line)) {
			const stop = this.lines.findIndex((one, at) => at > this.at && /^`{3,}/.test(one));
			this.takeDiff(this.at, stop < 0 ? this.endOfDiff() : stop, this.pathBefore(this.at)?.path, undefined);
		} else if (FENCE.test(line)) {
			this.fence(FENCE.exec(line)?.[1] ?? '```', FENCE.exec(line)?.[2] ?? '');
		} else {
			this.statement(line);
		}
	}

	private startsDiff(line: string): boolean {
		return (
			line.startsWith('diff --git ') ||
			/^@@ -\d+(?:,\d+)? \+\d+(?:,\d+)? @@/.test(line) ||
			(line.startsWith('--- ') && (this.lines[this.at + 1] ?? '').startsWith('+++ '))
		);
	}

	/** A diff without a fence goes on while its lines have signs. */
	private endOfDiff(): number {
		let end = this.at;
		while (
			end < this.lines.length &&
			/^(?:[ +\-@\\]|$|diff --git |index |new file|deleted file|old mode|new mode|similarity|rename )/.test(
				this.lines[end] ?? '',
			)
		) {
			end += 1;
		}
		return end;
	}

	private fence(mark: string, info: string): void {
		const close = this.closeOf(mark);
		const inside = this.lines.slice(this.at + 1, close);
		const first = statedPath(inside[0] ?? '');
		const before = this.pathBefore(this.at);
		const path: Stated | undefined = isCitation(info)
			? undefined
			: (wrapped(fencePath(info)) ??
				(before?.alone ? before : undefined) ??
				(first?.alone ? first : undefined) ??
				before);
		if (inside.some(opensBlock) || inside.some((line) => line.startsWith('*** Begin Patch'))) {
			// Only a wrapping: the marks within say what is what.
			this.path = path?.path ?? this.path;
			this.at += 1;
			return;
		}
		if (isCitation(info) || inside.length === 0) {
			this.at = close + 1;
			return;
		}
		const isDiff = /^(?:diff|patch|udiff)\b/i.test(info.trim()) || looksLikeDiff(inside);
		if (isDiff) {
			const named = inside.some((line) => /^(?:--- |diff --git |\*\*\* )/.test(line));
			this.takeDiff(this.at + 1, close, named ? undefined : path?.path, close + 1);
			return;
		}
		const packed = /^json\b/i.test(info) ? editsOfJson(inside.join('\n'), editsOfAnswer) : undefined;
		const removed = removals(inside);
		if (packed !== undefined || removed !== undefined) {
			this.take(
				(packed ?? removed ?? []).map((edit) => ({ edit })),
				close + 1,
			);
			return;
		}
		this.take(path === undefined ? [] : this.wholeOf(path, inside, close), close + 1);
	}

	private wholeOf(path: Stated, inside: readonly string[], close: number): Found[] {
		const around = this.lines.slice(Math.max(this.said, this.at - 4), this.at).join('\n');
		const edit: Edit =
			close >= this.lines.length
				? {
						kind: 'broken',
						path: path.path,
						reason: 'The text of the file has no end: its fence is not closed.',
					}
				: { kind: 'whole', path: path.path, lines: inside, declared: DECLARES.test(around) };
		return [{ edit, fenced: { alone: path.alone } }];
	}

	/** The line that closes the fence; fences within are counted. */
	private closeOf(mark: string): number {
		let depth = 0;
		for (let at = this.at + 1; at < this.lines.length; at += 1) {
			const other = FENCE.exec(this.lines[at] ?? '');
			if (other === null || other[1]?.[0] !== mark[0] || (other[1]?.length ?? 0) < mark.length) {
				continue;
			}
			if ((other[2] ?? '').trim() !== '') {
				depth += 1;
			} else if (depth === 0) {
				return at;
			} else {
				depth -= 1;
			}
		}
		return this.lines.length;
	}

	private takeDiff(from: number, to: number, path: string | undefined, next: number | undefined): void {
		const edits = editsOfDiff(this.lines.slice(from, to), path ?? this.path, this.corrects());
		this.take(
			edits.map((edit) => ({ edit })),
			next ?? Math.max(to, this.at + 1),
		);
	}

	private take(found: readonly Found[], next: number): void {
		this.found.push(...found);
		this.at = Math.max(next, this.at + 1);
		this.said = this.at;
	}

	private statement(line: string): void {
		const deleted =
			/^\s*(?:[-*]\s+|#+\s*|\d+[.)]\s+)?\**\s*(?:delete|remove|deleted|removed)\s+(?:the\s+)?file\s*\**\s*:?\s*\**(.+?)\**\.?\s*$/i.exec(
				line,
			)?.[1] ?? /^\s*\**(?:DELETE|DELETED|REMOVE)\**:\s*(.+?)\s*$/.exec(line)?.[1];
		const path = deleted === undefined ? undefined : statedPath(deleted);
		if (path?.alone) {
			this.found.push({ edit: { kind: 'delete', path: path.path } });
			this.said = this.at + 1;
		} else {
			const tag = /^\s*<(?:path|file_path|file)>\s*([^<]+?)\s*<\//.exec(line)?.[1];
			this.path = tag ?? this.path;
		}
		this.at += 1;
	}

	/** The path on the nearest line above, past one that opens a fence. */
	private pathBefore(at: number): Stated | undefined {
		let blanks = 0;
		for (let line = at - 1; line >= this.said && blanks < 2; line -= 1) {
			const text = this.lines[line] ?? '';
			const fence = FENCE.exec(text);
			if (fence !== null) {
				const path = fencePath(fence[2] ?? '');
				if (path !== undefined) {
					return { path, alone: true };
				}
			} else if (text.trim() === '') {
				blanks += 1;
			} else {
				return statedPath(text);
			}
		}
		return undefined;
	}

	private corrects(): boolean {
		return this.found.length > 0 && CORRECTS.test(this.lines.slice(this.said, this.at).join('\n'));
	}
}

function wrapped(path: string | undefined): Stated | undefined {
	return path === undefined ? undefined : { path, alone: true };
}

/** `12:40:src/a.js`: code shown as it is in the file. */
function isCitation(info: string): boolean {
	return /^\s*\d+:\d+:/.test(info);
}

/** A fence of nothing but `rm` commands. */
function removals(lines: readonly string[]): Edit[] | undefined {
	const paths = lines
		.filter((line) => line.trim() !== '')
		.map((line) => /^\s*\$?\s*(?:git )?rm (?:-f )?([^\s-]\S*)\s*$/.exec(line)?.[1]);
	return paths.length > 0 && paths.every((path) => path !== undefined)
		? paths.map((path) => ({ kind: 'delete', path }) as const)
		: undefined;
}
