// Whole-file edits put into an index of ours, through the user's clean filters, without touching any file of theirs.
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { FileChange } from '../core/patch';
import { foldersAbove, pathRefusal } from './paths';
import { removeTree } from './removal';
import type { Kept, Space, Workshop } from './workshop';

/** A sentence when an edit's path may not be written. `files`: path → mode of the base. */
export function editRefusal(
	path: string,
	files: Kept['files'],
	folders: Kept['folders'],
): string | undefined {
	const refusal = pathRefusal(path);
	if (refusal !== undefined) {
		return refusal;
	}
	const mode = files.get(path);
	if (mode === '120000' || mode === '160000') {
		return `${path} is a ${mode === '120000' ? 'symbolic link' : 'submodule'}.`;
	}
	if (folders.has(path)) {
		return `${path} is a folder.`;
	}
	const above = foldersAbove(path).find((folder) => files.has(folder));
	return above === undefined ? undefined : `${path} lies behind ${above}, which is not a folder.`;
}

/** Stages the edits in `indexFile`. Returns a sentence when git will not take them. */
export async function stageEdits(
	workshop: Workshop,
	space: Space,
	indexFile: string,
	edits: readonly FileChange[],
	files: Kept['files'],
	signal: AbortSignal,
): Promise<string | undefined> {
	const folder = await mkdtemp(join(space.folder, 'edits-'));
	try {
		for (const edit of edits) {
			if ('deleted' in edit) {
				continue;
			}
			const { path, text } = edit;
			const file = join(folder, ...path.split('/'));
			await mkdir(dirname(file), { recursive: true });
			await writeFile(file, text, { mode: files.get(path) === '100755' ? 0o755 : 0o644 });
		}
		// The folder holds the edits alone, so git takes the attributes from the index.
		// A file that is not in the folder is one that was deleted.
		const staged = await workshop
			.git(space, folder, indexFile)
			.feed(
				['-c', 'core.fileMode=true', 'update-index', '--add', '--remove', '-z', '--stdin'],
				edits.map(({ path }) => `${path}\0`).join(''),
				signal,
			);
		return staged.kind === 'done' ? undefined : staged.reason;
	} finally {
		await removeTree(folder);
	}
}
