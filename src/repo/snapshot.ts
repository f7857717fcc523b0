// What the user sees, as a commit of ours: HEAD, index, uncommitted, untracked and unsaved text. Their index is
// copied, and every object that is missing goes to our own store.
import { lstatSync } from 'node:fs';
import { copyFile, readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { FileChange } from '../core/patch';
import type { Snapshot } from '../core/problem';
import { editRefusal, stageEdits } from './edits';
import { type Git, records } from './git';
import { copyIndex, messageOf, type Space, type Workshop } from './workshop';

export type TakenSnapshot =
	| { readonly kind: 'taken'; readonly snapshot: Snapshot }
	| { readonly kind: 'failed'; readonly reason: string };

/** `unsaved` holds what open editors show and the disk does not; text of ignored files is left out. */
export async function takeSnapshot(
	workshop: Workshop,
	unsaved: readonly FileChange[],
	signal: AbortSignal,
): Promise<TakenSnapshot> {
	const opened = await workshop.open(signal);
	if (opened.kind === 'failed') {
		return opened;
	}
	try {
		return await take(workshop, opened.space, unsaved, signal);
	} catch (error) {
		return { kind: 'failed', reason: messageOf(error) };
	}
}

let count = 0;

async function take(
	workshop: Workshop,
	space: Space,
	unsaved: readonly FileChange[],
	signal: AbortSignal,
): Promise<TakenSnapshot> {
	count += 1;
	const { root, gitDir } = workshop.repository;
	const indexFile = join(space.engineDir, `snapshot-${count}.index`);
	const git = workshop.git(space, root, indexFile);
	await seedIndex(gitDir, indexFile, git, signal);
	const [before, seen] = await Promise.all([
		git.run(['ls-files', '-s', '-v', '-z'], signal),
		git.run(['ls-files', '-z', '-m', '-d', '-o', '--exclude-standard'], signal),
	]);
	if (before.kind === 'failed' || seen.kind === 'failed') {
		return failed(before.kind === 'failed' ? before.reason : seen.kind === 'failed' ? seen.reason : '');
	}
	let entries = records(before.stdout).map(entryOf);
	const hidden = await reveal(git, entries, root, signal);
	// A path that ends in a slash is a repository of its own that happens to lie there.
	const changed = new Set([...records(seen.stdout), ...hidden].filter((path) => !path.endsWith('/')));
	const unreadable = [...changed].find((path) => path.includes('\ufffd'));
	if (unreadable !== undefined) {
		return failed(`The name of ${unreadable} is not UTF-8; rename it, or let git ignore it.`);
	}
	if (changed.size > 0) {
		const staged = await git.feed(
			['update-index', '--add', '--remove', '-z', '--stdin'],
			[...changed].map((path) => `${path}\0`).join(''),
			signal,
		);
		if (staged.kind === 'failed') {
			return failed(staged.reason);
		}
	}
	if (changed.size > 0) {
		entries = await listed(git, signal);
	}
	const known = new Map(entries.map(({ path, mode }) => [path, mode]));
	const edits = await visible(git, unsaved, known, signal);
	const folders = foldersOf(entries);
	for (const { path } of edits) {
		const refusal = editRefusal(path, known, folders);
		if (refusal !== undefined) {
			return failed(`The unsaved text of ${path} cannot be used: ${refusal}`);
		}
	}
	const kept = await withByteOrderMarks(root, edits);
	if (edits.length > 0) {
		const refusal = await stageEdits(workshop, space, indexFile, kept.edits, known, signal);
		if (refusal !== undefined) {
			return failed(refusal);
		}
		entries = await listed(git, signal);
	}
	const ignored = git.run(['ls-files', '-z', '-o', '-i', '--exclude-standard', '--directory'], signal);
	const tree = await git.run(['write-tree', '--missing-ok'], signal);
	if (tree.kind === 'failed') {
		return failed(tree.reason);
	}
	const snapshot = await commitOf(git, space, tree.stdout.trim(), signal);
	if (snapshot.kind === 'failed') {
		return snapshot;
	}
	const converts = space.converts || entries.some(({ path }) => /(^|\/)\.gitattributes$/.test(path));
	workshop.keep(snapshot.snapshot.commit, {
		indexFile,
		files: new Map(entries.map(({ path, mode }) => [path, mode])),
		folders: foldersOf(entries),
		submodules: entries.filter(({ mode }) => mode === '160000').map(({ path }) => path),
		ignored,
		unsaved: kept.bytes,
		sizes: converts ? sizesOf(root, entries) : new Map(),
	});
	return snapshot;
}

interface Entry {
	/** As `git ls-files -v` marks it: lower case is assumed unchanged, S is skipped. */
	readonly tag: string;
	readonly mode: string;
	readonly path: string;
}

function entryOf(record: string): Entry {
	const tab = record.indexOf('\t');
	const [tag = '', mode = ''] = record.slice(0, tab).split(' ');
	return { tag, mode, path: record.slice(tab + 1) };
}

async function listed(git: Git, signal: AbortSignal): Promise<Entry[]> {
	const answer = await git.run(['ls-files', '-s', '-v', '-z'], signal);
	if (answer.kind === 'failed') {
		throw new Error(answer.reason);
	}
	return records(answer.stdout).map(entryOf);
}

async function seedIndex(gitDir: string, indexFile: string, git: Git, signal: AbortSignal): Promise<void> {
	const own = join(gitDir, 'index');
	const found = lstatSync(own, { throwIfNoEntry: false });
	if (found === undefined) {
		await git.run(['read-tree', '--empty'], signal);
		return;
	}
	await copyIndex(own, indexFile);
	// A split index names its other half, which git looks for beside it.
	for (const name of await readdir(gitDir)) {
		if (name.startsWith('sharedindex.')) {
			await copyFile(join(gitDir, name), join(dirname(indexFile), name));
		}
	}
}

/** Files that git was told not to look at and that are there: the user sees them, so we look. */
async function reveal(
	git: Git,
	entries: readonly Entry[],
	root: string,
	signal: AbortSignal,
): Promise<string[]> {
	const assumed = entries.filter(({ tag }) => /^[a-z]$/.test(tag)).map(({ path }) => path);
	const skipped = entries
		.filter(({ tag }) => tag.toUpperCase() === 'S')
		.map(({ path }) => path)
		.filter((path) => lstatSync(join(root, path), { throwIfNoEntry: false }) !== undefined);
	for (const [flag, paths] of [
		['--no-assume-unchanged', assumed],
		['--no-skip-worktree', skipped],
	] as const) {
		if (paths.length > 0) {
			const input = paths.map((path) => `${path}\0`).join('');
			await git.feed(['update-index', flag, '-z', '--stdin'], input, signal);
		}
	}
	return [...new Set([...assumed, ...skipped])];
}

/** Unsaved text of ignored files stays out: what they hold is the user's own. */
async function visible(
	git: Git,
	unsaved: readonly FileChange[],
	known: ReadonlyMap<string, string>,
	signal: AbortSignal,
): Promise<FileChange[]> {
	const unknown = unsaved.filter(({ path }) => !known.has(path));
	if (unknown.length === 0) {
		return [...unsaved];
	}
	const input = unknown.map(({ path }) => `${path}\0`).join('');
	const answer = await git.feed(['check-ignore', '-z', '--stdin'], input, signal);
	const ignored = new Set(answer.kind === 'done' ? records(answer.stdout) : []);
	return unsaved.filter(({ path }) => !ignored.has(path));
}

const BYTE_ORDER_MARK = '\ufeff';

/** An editor hides the byte order mark of a file, and keeps it when saving. */
async function withByteOrderMarks(
	root: string,
	edits: readonly FileChange[],
): Promise<{ edits: FileChange[]; bytes: Map<string, Buffer> }> {
	const bytes = new Map<string, Buffer>();
	const marked: FileChange[] = [];
	for (const edit of edits) {
		const { path } = edit;
		if ('deleted' in edit) {
			marked.push(edit);
			continue;
		}
		const { text } = edit;
		const onDisk = await readFile(join(root, path)).catch(() => Buffer.alloc(0));
		const hidden = onDisk.subarray(0, 3).toString('utf8') === BYTE_ORDER_MARK;
		const whole = hidden && !text.startsWith(BYTE_ORDER_MARK) ? BYTE_ORDER_MARK + text : text;
		marked.push({ path, text: whole });
		bytes.set(path, Buffer.from(whole));
	}
	return { edits: marked, bytes };
}

async function commitOf(git: Git, space: Space, tree: string, signal: AbortSignal): Promise<TakenSnapshot> {
	if (space.head?.tree === tree) {
		return { kind: 'taken', snapshot: { commit: space.head.commit, tree } };
	}
	const parents = space.head === undefined ? [] : ['-p', space.head.commit];
	const message = 'Snapshot of the working tree';
	const commit = await git.run(['commit-tree', tree, ...parents, '-m', message], signal);
	return commit.kind === 'failed'
		? commit
		: { kind: 'taken', snapshot: { commit: commit.stdout.trim(), tree } };
}

function foldersOf(entries: readonly Entry[]): Set<string> {
	const folders = new Set<string>();
	for (const { path } of entries) {
		for (let at = path.lastIndexOf('/'); at > 0; at = path.lastIndexOf('/', at - 1)) {
			const folder = path.slice(0, at);
			if (folders.has(folder)) {
				break;
			}
			folders.add(folder);
		}
	}
	return folders;
}

function sizesOf(root: string, entries: readonly Entry[]): Map<string, { size: number; mtimeMs: number }> {
	const sizes = new Map<string, { size: number; mtimeMs: number }>();
	for (const { path, mode } of entries) {
		if (mode === '100644' || mode === '100755') {
			const found = lstatSync(join(root, path), { throwIfNoEntry: false });
			if (found?.isFile()) {
				sizes.set(path, { size: found.size, mtimeMs: found.mtimeMs });
			}
		}
	}
	return sizes;
}

function failed(reason: string): TakenSnapshot {
	return { kind: 'failed', reason };
}
