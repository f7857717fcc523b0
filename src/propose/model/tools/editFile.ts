import * as z from 'zod';
import { applyEdits, textEdit } from '../edits';
import type { Desk } from './desk';
import { plainPath } from './pathRule';
import { type ToolAnswer, toolOf } from './tool';

const MOST_TEXT = 100_000;
const MOST_REASON = 1_500;

export const editFile = toolOf({
	name: 'edit_file',
	description:
		'Replaces one piece of a file by another. Or makes a new file: then search is empty and replace is its whole text.',
	form: z.object({
		path: z.string().max(1_000),
		search: z
			.string()
			.max(MOST_TEXT)
			.describe(
				'The text as it is in the file, without line numbers, with its indentation, and enough of it to be there only once.',
			),
		replace: z.string().max(MOST_TEXT).describe('What takes its place.'),
	}),
	doing: ({ path }) => `editing ${path}`,
	run: edit,
});

interface Wanted {
	readonly path: string;
	readonly search: string;
	readonly replace: string;
}

async function edit(wanted: Wanted, desk: Desk, signal: AbortSignal): Promise<ToolAnswer> {
	const path = plainPath(wanted.path);
	// Before anything is guessed from it.
	const refusal = desk.editRefusal(path);
	if (refusal !== undefined) {
		return { kind: 'refused', says: refusal };
	}
	const file = await desk.read(path);
	const { search, replace } = withoutNumbers(wanted, file.kind === 'text' ? file.text : '');
	// A new file gets its last line end anyway.
	const text = search === '' ? replace.replace(/\r?\n$/, '') : replace;
	const applied = await applyEdits([textEdit(path, search, text)], desk, signal);
	if (applied.kind === 'refused') {
		return refused(applied.reasons.join('\n'));
	}
	for (const edited of applied.edits) {
		const reason = await desk.change(edited.path, edited.text);
		if (reason !== undefined) {
			return refused(reason);
		}
	}
	return { kind: 'done', says: `Edited ${applied.edits.map((one) => JSON.stringify(one.path)).join(', ')}.` };
}

/** The text as it was copied from what reading shows, with its numbers, is meant without them. */
function withoutNumbers({ search, replace }: Wanted, text: string): Pick<Wanted, 'search' | 'replace'> {
	const copied = search.split('\n').every((line) => line === '' || /^\d+\t/.test(line));
	return !copied || search === '' || text.includes(search)
		? { search, replace }
		: { search: search.replace(/^\d+\t/gm, ''), replace: replace.replace(/^\d+\t/gm, '') };
}

/** What a reason quotes of the file comes after its first line. */
function refused(reason: string): ToolAnswer {
	const [says = '', ...rest] = reason.slice(0, MOST_REASON).split('\n');
	return rest.length === 0 ? { kind: 'refused', says } : { kind: 'refused', says, data: rest.join('\n') };
}
