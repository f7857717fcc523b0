// Answers of models turned into edits, and edits into texts of files: applied in the only place where each can belong,
// or refused with a sentence that helps to write it again. A wrong application is worse than none.
import type { FileEdit } from '../../core/patch';
import { editsOfAnswer } from './edits/answer';
import { Batch, type EditedFiles } from './edits/batch';
import { Refusal } from './edits/blocks';
import type { Edit } from './edits/edit';
import { blockOf } from './edits/packed';

export type Applied =
	| { readonly kind: 'applied'; readonly edits: readonly FileEdit[]; readonly deleted: readonly string[] }
	/** Nothing was applied. Each reason is a sentence or more that helps to write the edit again. */
	| { readonly kind: 'refused'; readonly reasons: readonly string[] };

/** Longer answers are not looked at. */
const MOST_REPLY = 2_000_000;

/**
 * The edits in an answer: SEARCH/REPLACE blocks, diffs, apply_patch, whole files, JSON or tags. None when there are
 * none; what was meant as an edit and cannot be read is `broken`.
 */
export function parseEdits(reply: string): readonly Edit[] {
	return reply.length > MOST_REPLY
		? [{ kind: 'broken', reason: 'The answer is far too long.' }]
		: editsOfAnswer(reply);
}

/** The edit of a tool call: the text to find, whole lines or not, and what takes its place. */
export function textEdit(path: string, search: string, replace: string): Edit {
	return blockOf(path, search, replace);
}

/**
 * Applies all edits or none. Blocks of one file are all found in its text as it was before, so that their order says
 * nothing; only a block that is not there at all is looked for in what the others made of it. `shown`: the files that
 * the model has seen, for blocks that name none.
 */
export async function applyEdits(
	edits: readonly Edit[],
	files: EditedFiles,
	signal: AbortSignal,
	shown: readonly string[] = [],
): Promise<Applied> {
	const reasons = edits.flatMap((edit) => (edit.kind === 'broken' ? [named(edit.path, edit.reason)] : []));
	if (edits.length === 0) {
		return { kind: 'refused', reasons: ['The answer holds no edit.'] };
	}
	if (reasons.length > 0) {
		return { kind: 'refused', reasons };
	}
	const listed = await files.list(signal);
	const batch = new Batch(files, listed);
	const byFile = new Map<string, Edit[]>();
	for (const edit of edits) {
		const path = edit.kind === 'broken' ? undefined : await batch.fileOf(edit, shown);
		if (typeof path === 'string') {
			byFile.set(path, [...(byFile.get(path) ?? []), edit]);
		} else if (path !== undefined) {
			reasons.push(path.reason);
		}
	}
	const out: FileEdit[] = [];
	const deleted: string[] = [];
	let noOps: string[] = [];
	for (const [path, own] of byFile) {
		try {
			const changed = await batch.changedFile(path, own);
			out.push(...changed.edits);
			deleted.push(...changed.deleted);
			if (changed.edits.length === 0 && changed.deleted.length === 0) {
				noOps = [...noOps, named(path, 'The edit changes nothing: the new lines are the old ones.')];
			}
		} catch (error) {
			if (!(error instanceof Refusal)) {
				throw error;
			}
			reasons.push(named(path, error.message));
		}
	}
	const paths = [...out.map(({ path }) => path), ...deleted];
	if (new Set(paths).size !== paths.length) {
		reasons.push('Two edits write the same file.');
	}
	if (reasons.length > 0 || paths.length === 0) {
		return { kind: 'refused', reasons: reasons.length > 0 ? reasons : noOps };
	}
	return { kind: 'applied', edits: out, deleted };
}

function named(path: string | undefined, reason: string): string {
	return path === undefined ? reason : `${path}: ${reason}`;
}
