// What a patch makes of the files, and several patches as one.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Tree } from '../core/effects';
import type { ReproductionRecord } from '../core/issue/reproductionRecord';
import type { Outcome } from '../core/outcome';
import type { FileChange, Patch } from '../core/patch';
import type { Snapshot } from '../core/problem';
import { UserError } from '../core/userError';
import { snapshotWith } from '../repo/laterSnapshot';
import { patchFromDiff } from '../repo/patch';
import type { Repository } from '../repo/repository';
import type { TakenSnapshot } from '../repo/snapshot';
import { Workshop } from '../repo/workshop';
import { Worktrees } from '../repo/worktrees';
import type { ChangedFile } from './requests';

/** The test and the fix are written together or not at all. */
export function withTest(patch: Patch, reproduction: ReproductionRecord | undefined): Patch {
	const test = reproduction?.test?.patch;
	const both =
		test === undefined
			? undefined
			: patchFromDiff(test.diff.endsWith('\n') ? test.diff + patch.diff : `${test.diff}\n${patch.diff}`);
	return both?.kind === 'patch' ? both.patch : patch;
}

export async function withPatch(
	trees: Worktrees,
	workshop: Workshop,
	base: Snapshot,
	patch: Patch,
	signal: AbortSignal,
): Promise<TakenSnapshot> {
	const used = await trees.borrow(
		base,
		async (tree): Promise<readonly FileChange[] | string> => {
			const applied = await tree.apply(patch);
			return applied.kind === 'done' ? changesIn(tree, patch.files) : applied.reason;
		},
		signal,
	);
	if (used.kind === 'failed') {
		return used;
	}
	return typeof used.value === 'string'
		? { kind: 'failed', reason: used.value }
		: snapshotWith(workshop, base, used.value, signal);
}

function changesIn(tree: Tree, files: readonly string[]): Promise<readonly FileChange[]> {
	return Promise.all(
		files.map(async (file): Promise<FileChange> => {
			const text = await tree.read?.(file);
			return text === undefined ? { path: file, deleted: true } : { path: file, text };
		}),
	);
}

/** All that lies between two snapshots, of the files that the fixes touched. @throws when it cannot be told */
export async function patchBetween(
	trees: Worktrees,
	base: Snapshot,
	now: Snapshot,
	reports: ReadonlyMap<Outcome, unknown>,
	signal: AbortSignal,
): Promise<Patch> {
	const files = new Set(
		[...reports.keys()].flatMap((outcome) => (outcome.kind === 'solved' ? outcome.chosen.patch.files : [])),
	);
	const later = await trees.borrow(now, (tree) => changesIn(tree, [...files].sort()), signal);
	const patch =
		later.kind === 'used' ? await trees.borrow(base, (tree) => tree.patchOf(later.value), signal) : later;
	if (patch.kind === 'failed' || patch.value === undefined) {
		throw new UserError(
			`The fixes could not be put together: ${patch.kind === 'failed' ? patch.reason : 'they make no difference'}`,
		);
	}
	return patch.value;
}

export function testsFirst(
	changes: readonly ChangedFile[],
	repository: Repository,
	reproduction: ReproductionRecord | undefined,
): ChangedFile[] {
	const tests = new Set(
		(reproduction?.test?.patch.files ?? []).map((file) => path.join(repository.root, file)),
	);
	const marked = changes.map((one) => (tests.has(one.file) ? { ...one, isTest: true as const } : one));
	return [...marked.filter(({ isTest }) => isTest), ...marked.filter(({ isTest }) => !isTest)];
}

export async function changesOf(
	trees: Worktrees,
	snapshot: Snapshot,
	repository: Repository,
	patch: Patch,
	signal: AbortSignal,
): Promise<ChangedFile[]> {
	const used = await trees.borrow(
		snapshot,
		async (tree) => {
			const read = (file: string): Promise<string | undefined> =>
				readFile(path.join(tree.root, file), 'utf8').catch(() => undefined);
			const before = await Promise.all(patch.files.map(read));
			const applied = await tree.apply(patch);
			const after = applied.kind === 'done' ? await Promise.all(patch.files.map(read)) : before;
			return patch.files.map((file, index) => {
				const [base, patched] = [before[index], after[index]];
				return {
					file: path.join(repository.root, file),
					...(base === undefined ? {} : { base }),
					...(patched === undefined ? {} : { patched }),
				};
			});
		},
		signal,
	);
	return used.kind === 'used' ? used.value : [];
}
