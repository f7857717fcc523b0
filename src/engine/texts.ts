// Texts of the user's files, saved and not, as changes of a snapshot.
import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import type { FileChange, FileEdit } from '../core/patch';
import type { Repository } from '../repo/repository';
import type { FixRequest, VerifyRequest } from './requests';

const MOST_ISSUE_BYTES = 2 * 1024 * 1024;

/** Text of a file that the user named; undefined when it is none, or too large to be an issue. */
export async function textFile(file: string): Promise<string | undefined> {
	const found = await stat(file).catch(() => undefined);
	if (found === undefined || !found.isFile() || found.size > MOST_ISSUE_BYTES) {
		return undefined;
	}
	const text = await readFile(file, 'utf8').catch(() => undefined);
	return text?.includes('\0') === true ? undefined : text;
}

export function unsavedIn(repository: Repository, unsaved: FixRequest['unsaved']): FileEdit[] {
	return unsaved
		.map(({ file, text }) => ({ path: path.relative(repository.root, file).split(path.sep).join('/'), text }))
		.filter((edit) => !edit.path.startsWith('../') && !path.isAbsolute(edit.path));
}

/** The edits, and these files gone. */
export function without(edits: readonly FileEdit[], files: readonly string[]): FileChange[] {
	const gone = new Set(files);
	return [
		...edits.filter(({ path: file }) => !gone.has(file)),
		...files.map((file): FileChange => ({ path: file, deleted: true })),
	];
}

export function changeOf(repository: Repository, file: string, text: string | undefined): FileChange {
	const relative = path.relative(repository.root, file).split(path.sep).join('/');
	return text === undefined ? { path: relative, deleted: true } : { path: relative, text };
}

/** The texts of the files as the user sees them: unsaved, else on disk; undefined where there is none. */
export async function textsOf({
	bases,
	unsaved,
}: VerifyRequest): Promise<ReadonlyMap<string, string | undefined>> {
	const seen = new Map(unsaved.map(({ file, text }) => [file, text]));
	const texts = new Map<string, string | undefined>();
	for (const file of bases.keys()) {
		texts.set(file, seen.get(file) ?? (await readFile(file, 'utf8').catch(() => undefined)));
	}
	return texts;
}
