// What the edits of one answer make of each file.
import type { FileEdit } from '../../../core/patch';
import { changedBy, checkWritten, Refusal } from './blocks';
import { type Edit, isBlank, type ReplaceEdit, type WholeEdit } from './edit';
import { FileText } from './fileText';
import { type Meant, meantFile } from './paths';
import { statedPath } from './statedPath';
import { wholeText } from './wholeFile';

/** What edits are applied to: `WorkFiles`, or texts in memory. */
export interface EditedFiles {
	list(signal: AbortSignal): Promise<readonly string[]>;
	/** The raw text, line endings and byte order mark included. */
	read(
		path: string,
	): Promise<
		{ readonly kind: 'text'; readonly text: string } | { readonly kind: 'refused'; readonly reason: string }
	>;
	/** Why the path may not be used, also for a file that does not exist yet. */
	refusal(path: string): string | undefined;
}

export class Batch {
	constructor(
		private readonly files: EditedFiles,
		private readonly listed: readonly string[],
	) {}

	/** The file an edit is for, or why there is none. */
	async fileOf(
		edit: Exclude<Edit, { kind: 'broken' }>,
		shown: readonly string[],
	): Promise<string | { reason: string }> {
		if (edit.path === undefined) {
			return edit.kind === 'replace' ? this.guessed(edit, shown) : { reason: 'An edit names no file.' };
		}
		const meant: Meant = meantFile(edit.path, this.listed);
		if (meant.kind === 'listed') {
			return meant.path;
		}
		const refusal = this.files.refusal(meant.path);
		if (refusal !== undefined) {
			return { reason: refusal };
		}
		const isNew = edit.kind === 'whole' || (edit.kind === 'replace' && edit.search.every(isBlank));
		if (!isNew) {
			return { reason: meant.reason };
		}
		const bare =
			/^[ab]\//.test(meant.path) && !this.listed.some((path) => path.startsWith(meant.path.slice(0, 2)));
		return bare ? meant.path.slice(2) : meant.path;
	}

	/** The only file that was shown and has the text, exactly and once. */
	private async guessed(edit: ReplaceEdit, shown: readonly string[]): Promise<string | { reason: string }> {
		const found: string[] = [];
		for (const path of edit.search.every(isBlank) ? [] : shown) {
			const read = await this.files.read(path);
			if (read.kind === 'text') {
				const { lines } = new FileText(read.text);
				const at = lines.filter((_, from) =>
					edit.search.every((line, offset) => lines[from + offset] === line),
				);
				found.push(...at.map(() => path));
			}
		}
		const [only, more] = found;
		return only !== undefined && more === undefined
			? only
			: { reason: 'A block names no file: write the path on the line before it.' };
	}

	/** @throws Refusal with the reason. */
	async changedFile(
		path: string,
		edits: readonly Edit[],
	): Promise<{ edits: readonly FileEdit[]; deleted: readonly string[] }> {
		const kinds = new Set(edits.map(({ kind }) => kind));
		if (kinds.has('delete')) {
			if (kinds.size > 1) {
				throw new Refusal('The answer both deletes the file and changes it.');
			}
			await this.textOf(path);
			return { edits: [], deleted: [path] };
		}
		const moves = edits.flatMap((edit) => (edit.kind === 'move' ? [edit.to] : []));
		const text = this.listed.includes(path) ? await this.textOf(path) : undefined;
		const changed = this.changedText(path, text, edits);
		const target = moves[0] === undefined ? path : moves[0];
		if (target === path) {
			return { edits: changed === text ? [] : [{ path, text: changed }], deleted: [] };
		}
		const refusal = this.files.refusal(target);
		if (moves.length > 1 || refusal !== undefined || this.listed.includes(target) || text === undefined) {
			throw new Refusal(refusal ?? `The file cannot be moved to ${JSON.stringify(target)}.`);
		}
		return { edits: [{ path: target, text: changed }], deleted: [path] };
	}

	private async textOf(path: string): Promise<string> {
		const read = await this.files.read(path);
		if (read.kind === 'refused') {
			throw new Refusal(read.reason);
		}
		return read.text;
	}

	private changedText(path: string, text: string | undefined, edits: readonly Edit[]): string {
		const wholes = edits.filter((edit): edit is WholeEdit => edit.kind === 'whole');
		const blocks = edits.filter((edit): edit is ReplaceEdit => edit.kind === 'replace');
		const last = wholes.at(-1);
		if (last !== undefined && blocks.length > 0) {
			throw new Refusal(
				'The answer both rewrites the file as a whole and edits parts of it; do one of them.',
			);
		}
		const creates = blocks.filter((block) => block.search.every(isBlank));
		if (last !== undefined || text === undefined) {
			return this.created(path, text, last ?? lone(creates, blocks));
		}
		if (creates.length > 0 && text.trim() === '') {
			return this.created(path, undefined, lone(creates, blocks));
		}
		if (creates.length > 0) {
			throw new Refusal('The file exists, so an empty SEARCH does not tell where the text belongs.');
		}
		return blocks.length === 0 ? text : changedBy(blocks, text);
	}

	private created(path: string, text: string | undefined, edit: WholeEdit | ReplaceEdit): string {
		const given = edit.kind === 'whole' ? edit.lines : edit.replace;
		// A comment that only names the file is the answer's, not the file's.
		const [head = ''] = given;
		const isLabel = /^\s*(?:\/\/|#|--|\/\*|<!--)/.test(head) && isNameOf(statedPath(head)?.path, path);
		const lines = isLabel && text?.includes(head.trim()) !== true ? given.slice(1) : given;
		if (text === undefined || text.trim() === '') {
			const made = lines.map((line) => `${line}\n`).join('');
			checkWritten([], lines);
			return made;
		}
		const whole = wholeText(new FileText(text), lines, edit.kind === 'whole' && edit.declared);
		if (whole.kind === 'refused') {
			throw new Refusal(whole.reason);
		}
		checkWritten(new FileText(text).lines, new FileText(whole.text).lines);
		return whole.text;
	}
}

function isNameOf(stated: string | undefined, path: string): boolean {
	return (
		stated !== undefined && (stated === path || stated.endsWith(`/${path}`) || path.endsWith(`/${stated}`))
	);
}

function lone(creates: readonly ReplaceEdit[], blocks: readonly ReplaceEdit[]): ReplaceEdit {
	const [only, more] = creates;
	if (only === undefined || more !== undefined || blocks.length !== creates.length) {
		throw new Refusal('More than one block is given for a file that does not exist yet.');
	}
	return only;
}
