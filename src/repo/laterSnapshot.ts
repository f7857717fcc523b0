// A snapshot with changes of ours in it, made of that snapshot and not of the user's tree: what they type meanwhile
// does not come in.
import { join } from 'node:path';
import type { FileChange } from '../core/patch';
import type { Snapshot } from '../core/problem';
import { editRefusal, stageEdits } from './edits';
import { records } from './git';
import type { TakenSnapshot } from './snapshot';
import { copyIndex, messageOf, type Workshop } from './workshop';

let count = 0;

export async function snapshotWith(
	workshop: Workshop,
	base: Snapshot,
	changes: readonly FileChange[],
	signal: AbortSignal,
): Promise<TakenSnapshot> {
	const opened = await workshop.open(signal);
	const kept = workshop.keptOf(base.commit);
	if (opened.kind === 'failed' || kept === undefined) {
		return { kind: 'failed', reason: opened.kind === 'failed' ? opened.reason : 'the snapshot is not known' };
	}
	const { space } = opened;
	for (const { path } of changes) {
		const refusal = editRefusal(path, kept.files, kept.folders);
		if (refusal !== undefined) {
			return { kind: 'failed', reason: refusal };
		}
	}
	count += 1;
	const indexFile = join(space.engineDir, `later-${count}.index`);
	try {
		await copyIndex(kept.indexFile, indexFile);
		const refusal = await stageEdits(workshop, space, indexFile, changes, kept.files, signal);
		if (refusal !== undefined) {
			return { kind: 'failed', reason: refusal };
		}
		const git = workshop.git(space, workshop.repository.root, indexFile);
		const listed = await git.run(['ls-files', '-s', '-z'], signal);
		const tree = await git.run(['write-tree', '--missing-ok'], signal);
		if (listed.kind === 'failed' || tree.kind === 'failed') {
			return { kind: 'failed', reason: listed.kind === 'failed' ? listed.reason : 'git wrote no tree' };
		}
		const commit = await git.run(
			['commit-tree', tree.stdout.trim(), '-p', base.commit, '-m', 'Snapshot with fixes in it'],
			signal,
		);
		if (commit.kind === 'failed') {
			return commit;
		}
		const snapshot = { commit: commit.stdout.trim(), tree: tree.stdout.trim() };
		const files = new Map(
			records(listed.stdout).map((record) => {
				const tab = record.indexOf('\t');
				return [record.slice(tab + 1), record.slice(0, tab).split(' ')[0] ?? ''] as const;
			}),
		);
		const ours = new Set(changes.map(({ path }) => path));
		workshop.keep(snapshot.commit, {
			...kept,
			indexFile,
			files,
			folders: foldersOf(files.keys()),
			unsaved: new Map([
				...[...kept.unsaved].filter(([path]) => !ours.has(path)),
				...changes.flatMap((one) => ('text' in one ? [[one.path, Buffer.from(one.text)] as const] : [])),
			]),
			sizes: new Map([...kept.sizes].filter(([path]) => !ours.has(path))),
		});
		return { kind: 'taken', snapshot };
	} catch (error) {
		return { kind: 'failed', reason: messageOf(error) };
	}
}

function foldersOf(paths: Iterable<string>): Set<string> {
	const folders = new Set<string>();
	for (const path of paths) {
		for (let at = path.lastIndexOf('/'); at > 0; at = path.lastIndexOf('/', at - 1)) {
			folders.add(path.slice(0, at));
		}
	}
	return folders;
}
