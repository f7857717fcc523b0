// A verified patch goes into the user's folder: into files as they are now, all of them or none, and never into the
// index.
import { randomBytes } from 'node:crypto';
import { lstatSync } from 'node:fs';
import { chmod, mkdir, rename, rm, rmdir, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Patch } from '../core/patch';
import type { Snapshot } from '../core/problem';
import { type Git, records } from './git';
import { gitViewRefusal } from './gitView';
import { type FileChange, type Side, type Step, stepFor } from './landing';
import { patchFromDiff } from './patch';
import type { Repository } from './repository';
import { copyIndex, messageOf, type Workshop } from './workshop';

export type Landed =
	/** `merged`: those of `files` that had changed since the snapshot and were merged line by line. */
	| { readonly kind: 'landed'; readonly files: readonly string[]; readonly merged: readonly string[] }
	/** Nothing was written. */
	| { readonly kind: 'refused'; readonly reason: string };

/** A patch with all that is needed to land it later, also when the workshop is gone. */
export class Landing {
	constructor(
		private readonly repository: Repository,
		readonly changes: readonly FileChange[],
	) {}

	async land(signal: AbortSignal): Promise<Landed> {
		try {
			const steps: Step[] = [];
			for (const change of this.changes) {
				const step = await stepFor(this.repository, change, signal);
				if (step.kind === 'refused') {
					return step;
				}
				steps.push(step);
			}
			return signal.aborted ? refused('cancelled') : await write(this.repository.root, steps);
		} catch (error) {
			return refused(messageOf(error));
		}
	}
}

export async function landPatch(
	workshop: Workshop,
	base: Snapshot,
	patch: Patch,
	signal: AbortSignal,
): Promise<Landed> {
	const prepared = await prepareLanding(workshop, base, patch, signal);
	return prepared.kind === 'prepared' ? prepared.landing.land(signal) : prepared;
}

export async function prepareLanding(
	workshop: Workshop,
	base: Snapshot,
	patch: Patch,
	signal: AbortSignal,
): Promise<
	| { readonly kind: 'prepared'; readonly landing: Landing }
	| { readonly kind: 'refused'; readonly reason: string }
> {
	const read = patchFromDiff(patch.diff);
	if (read.kind === 'refused') {
		return read;
	}
	const opened = await workshop.open(signal);
	const kept = workshop.keptOf(base.commit);
	if (opened.kind === 'failed' || kept === undefined) {
		return refused(opened.kind === 'failed' ? opened.reason : 'the snapshot was not taken in this run');
	}
	const { space } = opened;
	const indexFile = join(space.folder, `landing-${randomBytes(4).toString('hex')}.index`);
	try {
		await copyIndex(kept.indexFile, indexFile);
		const git = workshop.git(space, workshop.repository.root, indexFile);
		const { files } = read.patch;
		const stray = await gitViewRefusal(git, read.patch, signal);
		if (stray !== undefined) {
			return refused(stray);
		}
		const before = await sidesOf(git, files, signal);
		const applied = await git.feed(
			['apply', '--cached', '-p1', '--whitespace=nowarn', '-'],
			patch.diff,
			signal,
		);
		if (applied.kind === 'failed') {
			return refused(`The patch does not fit the base: ${applied.reason}`);
		}
		const after = await sidesOf(git, files, signal);
		const changes = files.map((path) => ({ path, base: before.get(path), next: after.get(path) }));
		return { kind: 'prepared', landing: new Landing(workshop.repository, changes) };
	} catch (error) {
		return refused(messageOf(error));
	} finally {
		await rm(indexFile, { force: true });
	}
}

/** @throws when git cannot read a blob. */
async function sidesOf(
	git: Git,
	files: readonly string[],
	signal: AbortSignal,
): Promise<ReadonlyMap<string, Side>> {
	const listed = await git.run(
		['ls-files', '-s', '-z', '--', ...files.map((path) => `:(literal)${path}`)],
		signal,
	);
	if (listed.kind === 'failed') {
		throw new Error(listed.reason);
	}
	const sides = new Map<string, Side>();
	for (const record of records(listed.stdout)) {
		const [mode = '', id = ''] = record.split(/[ \t]/, 2);
		const path = record.slice(record.indexOf('\t') + 1);
		const bytes = async (...args: readonly string[]) => {
			const answer = await git.feed(['cat-file', ...args], '', signal);
			if (answer.kind === 'failed') {
				throw new Error(answer.reason);
			}
			return answer.bytes;
		};
		const blob = await bytes('blob', id);
		const file = await bytes('--filters', `--path=${path}`, id);
		sides.set(path, { id, blob, file, executable: mode === '100755' });
	}
	return sides;
}

/** New texts lie beside the old ones first, so that what can fail fails before the first file is replaced. */
async function write(root: string, steps: readonly Step[]): Promise<Landed> {
	const mark = `.underbid-${randomBytes(6).toString('hex')}`;
	const beside = (path: string) => join(root, dirname(path), `.${basename(path)}${mark}`);
	const folders: string[] = [];
	const done: Step[] = [];
	try {
		for (const step of steps) {
			if (step.kind === 'write') {
				folders.push(...(await makeFolders(join(root, dirname(step.path)))));
				await writeFile(beside(step.path), step.bytes, { flag: 'wx', mode: step.mode });
				await chmod(beside(step.path), step.mode);
			}
		}
		const moved = steps.find((step) => hasMoved(root, step));
		if (moved !== undefined && 'path' in moved) {
			throw new Error(`${moved.path} was changed just now.`);
		}
		for (const step of steps) {
			if (step.kind === 'write') {
				await rename(beside(step.path), join(root, step.path));
			} else if (step.kind === 'delete') {
				await rm(join(root, step.path));
			}
			done.push(step);
		}
	} catch (error) {
		for (const step of done) {
			await undo(root, step);
		}
		for (const step of steps) {
			if (step.kind === 'write') {
				await rm(beside(step.path), { force: true });
			}
		}
		for (const folder of folders.reverse()) {
			await rmdir(folder).catch(() => undefined);
		}
		return refused(messageOf(error));
	}
	const written = steps.flatMap((step) => (step.kind === 'refused' ? [] : [step]));
	return {
		kind: 'landed',
		files: written.map(({ path }) => path),
		merged: written.filter((step) => step.kind === 'write' && step.merged).map(({ path }) => path),
	};
}

function hasMoved(root: string, step: Step): boolean {
	if (step.kind !== 'write' && step.kind !== 'delete') {
		return false;
	}
	const now = lstatSync(join(root, step.path), { throwIfNoEntry: false });
	const then = step.before?.stats;
	return now?.ino !== then?.ino || now?.mtimeMs !== then?.mtimeMs || now?.size !== then?.size;
}

async function undo(root: string, step: Step): Promise<void> {
	if (step.kind !== 'write' && step.kind !== 'delete') {
		return;
	}
	const file = join(root, step.path);
	if (step.before === undefined) {
		await rm(file, { force: true });
	} else {
		await writeFile(file, step.before.bytes);
		await chmod(file, step.before.stats.mode & 0o7777);
	}
}

/** Returns the folders that were missing, the outermost first. */
async function makeFolders(folder: string): Promise<string[]> {
	if (lstatSync(folder, { throwIfNoEntry: false }) !== undefined) {
		return [];
	}
	const above = await makeFolders(dirname(folder));
	await mkdir(folder);
	return [...above, folder];
}

function refused(reason: string): { readonly kind: 'refused'; readonly reason: string } {
	return { kind: 'refused', reason };
}
