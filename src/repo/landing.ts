// One file of a patch on its way into the user's folder: what to write, if it may be written at all.
import { lstatSync, type Stats } from 'node:fs';
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Git } from './git';
import { withEndingsOf, withoutCarriageReturns } from './lineEndings';
import { foldersAbove } from './paths';
import { removeTree } from './removal';
import type { Repository } from './repository';

export interface Side {
	/** Blob id. */
	readonly id: string;
	/** As git stores it. */
	readonly blob: Buffer;
	/** As a checkout writes it. */
	readonly file: Buffer;
	readonly executable: boolean;
}

/** A file before and after the patch; undefined where it does not exist. */
export interface FileChange {
	readonly path: string;
	readonly base: Side | undefined;
	readonly next: Side | undefined;
}

export type Step =
	| {
			readonly kind: 'write';
			readonly path: string;
			readonly bytes: Buffer;
			/** Permission bits. */
			readonly mode: number;
			readonly before: Before | undefined;
			readonly merged: boolean;
	  }
	| { readonly kind: 'delete'; readonly path: string; readonly before: Before }
	/** The file is already as the patch wants it. */
	| { readonly kind: 'nothing'; readonly path: string }
	| { readonly kind: 'refused'; readonly reason: string };

/** The user's file as it was read. */
export interface Before {
	readonly bytes: Buffer;
	readonly stats: Stats;
}

export async function stepFor(
	repository: Repository,
	change: FileChange,
	signal: AbortSignal,
): Promise<Step> {
	const { path, base, next } = change;
	const link = foldersAbove(path).find((folder) => {
		const found = lstatSync(join(repository.root, folder), { throwIfNoEntry: false });
		return found !== undefined && !found.isDirectory();
	});
	if (link !== undefined) {
		return refused(`${path} lies behind ${link}, which is not a folder any more.`);
	}
	const before = await read(repository, path);
	if (before === 'other') {
		return refused(`${path} is not a plain file any more.`);
	}
	if (base === undefined) {
		return next === undefined ? { kind: 'nothing', path } : added(path, next, before);
	}
	if (before === undefined) {
		return next === undefined
			? { kind: 'nothing', path }
			: refused(`${path} was deleted since the snapshot.`);
	}
	const unchanged = (await idOf(repository, path, signal)) === base.id;
	if (next === undefined) {
		return unchanged
			? { kind: 'delete', path, before }
			: refused(`The patch deletes ${path}, which was changed since the snapshot.`);
	}
	const mode = modeOf(before.stats.mode, base, next);
	if (unchanged) {
		return { kind: 'write', path, bytes: rewritten(before.bytes, base, next), mode, before, merged: false };
	}
	const merged = await merge(path, before.bytes, base, next, signal);
	return merged.kind === 'refused'
		? merged
		: { kind: 'write', path, bytes: merged.bytes, mode, before, merged: true };
}

async function read(repository: Repository, path: string): Promise<Before | 'other' | undefined> {
	const file = join(repository.root, path);
	const stats = lstatSync(file, { throwIfNoEntry: false });
	if (stats === undefined) {
		return undefined;
	}
	return stats.isFile() ? { bytes: await readFile(file), stats } : 'other';
}

function added(path: string, next: Side, before: Before | undefined): Step {
	if (before === undefined) {
		return {
			kind: 'write',
			path,
			bytes: next.file,
			mode: next.executable ? 0o755 : 0o644,
			before,
			merged: false,
		};
	}
	return before.bytes.equals(next.file)
		? { kind: 'nothing', path }
		: refused(`The patch makes ${path}, which exists by now.`);
}

/** What git would store of the user's file, without storing it. */
async function idOf(repository: Repository, path: string, signal: AbortSignal): Promise<string> {
	const { root, gitDir } = repository;
	const git = new Git(root, { gitDir, workTree: root });
	const answer = await git.run(['hash-object', `--path=${path}`, '--', path], signal);
	return answer.kind === 'done' ? answer.stdout.trim() : '';
}

/** The new text in the user's file's own form: what a checkout writes, but with the line endings it has. */
function rewritten(current: Buffer, base: Side, next: Side): Buffer {
	if (current.equals(base.file)) {
		return next.file;
	}
	if (current.equals(base.blob)) {
		return next.blob;
	}
	const text = current.toString('latin1');
	const known = withoutCarriageReturns(base.blob.toString('latin1'));
	return withoutCarriageReturns(text) === known
		? withEndings(text, withoutCarriageReturns(next.blob.toString('latin1')))
		: next.file;
}

function withEndings(current: string, text: string): Buffer {
	return Buffer.from(withEndingsOf(current, text), 'latin1');
}

type Merged =
	| { readonly kind: 'merged'; readonly bytes: Buffer }
	| { readonly kind: 'refused'; readonly reason: string };

async function merge(
	path: string,
	current: Buffer,
	base: Side,
	next: Side,
	signal: AbortSignal,
): Promise<Merged> {
	const [blob, file] = [base.blob, base.file].map((bytes) =>
		withoutCarriageReturns(bytes.toString('latin1')),
	);
	if (blob !== file || [current, base.blob, next.blob].some((bytes) => bytes.includes(0))) {
		return refused(`${path} was changed since the snapshot and is no plain text that could be merged.`);
	}
	const text = current.toString('latin1');
	const folder = await mkdtemp(join(tmpdir(), 'underbid-merge-'));
	try {
		const texts = [text, base.blob.toString('latin1'), next.blob.toString('latin1')].map(
			withoutCarriageReturns,
		);
		for (const [at, name] of ['current', 'base', 'next'].entries()) {
			await writeFile(join(folder, name), texts[at] ?? '', 'latin1');
		}
		const merged = await new Git(folder).feed(
			['merge-file', '-p', '-q', 'current', 'base', 'next'],
			'',
			signal,
		);
		return merged.kind === 'done'
			? { kind: 'merged', bytes: withEndings(text, merged.bytes.toString('latin1')) }
			: refused(`${path} was changed since the snapshot where the patch changes it.`);
	} finally {
		await removeTree(folder);
	}
}

function modeOf(now: number, base: Side, next: Side): number {
	const mode = now & 0o7777;
	if (base.executable === next.executable) {
		return mode;
	}
	return next.executable ? mode | ((mode & 0o444) >> 2) : mode & ~0o111;
}

function refused(reason: string): { readonly kind: 'refused'; readonly reason: string } {
	return { kind: 'refused', reason };
}
