// One tree: a checkout of the snapshot that can be written in, brought back to its base, and patched.

import { isUtf8 } from 'node:buffer';
import { chmodSync, lstatSync, mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Tree } from '../core/effects';
import type { FileChange, Patch } from '../core/patch';
import type { Snapshot } from '../core/problem';
import type { BuildCache } from './buildCache';
import { editRefusal, stageEdits } from './edits';
import type { Furniture } from './furniture';
import { type Git, records } from './git';
import { gitViewRefusal } from './gitView';
import { patchFromDiff } from './patch';
import { foldersAbove, pathRefusal } from './paths';
import type { Provision } from './provision';
import type { QuietIndex } from './quietIndex';
import { copyIndex, type Kept, messageOf, type Space, type Workshop } from './workshop';

type Done = { readonly kind: 'done' };

/** All that a tree is made of, ready and at its base. */
export interface TreeParts {
	readonly workshop: Workshop;
	readonly space: Space;
	readonly base: Snapshot;
	readonly kept: Kept;
	readonly root: string;
	/** Ours, with the times of the tree's files. */
	readonly indexFile: string;
	readonly furniture: Furniture;
	readonly provision: Provision;
	readonly cache: BuildCache;
	/** Files whose bytes no checkout gives back, by path. */
	readonly exact: ExactFiles;
	readonly quiet: QuietIndex;
}

const NEVER = new AbortController().signal;
let count = 0;

export class Worktree implements Tree {
	readonly root: string;
	readonly base: Snapshot;
	private readonly git: Git;
	/** Of patches that git made for us. */
	private readonly ownHashes = new Set<string>();

	constructor(readonly parts: TreeParts) {
		this.root = parts.root;
		this.base = parts.base;
		this.git = parts.workshop.git(parts.space, parts.root, parts.indexFile);
	}

	async reset(): Promise<Done | { readonly kind: 'failed'; readonly reason: string }> {
		const { quiet } = this.parts;
		await quiet.wait();
		try {
			const changed = await this.restoreTracked();
			await this.parts.cache.restore();
			this.parts.exact.restore(changed);
			this.parts.furniture.restore();
			const reason = this.parts.provision.restore();
			return reason === undefined ? { kind: 'done' } : { kind: 'failed', reason };
		} catch (error) {
			return { kind: 'failed', reason: messageOf(error) };
		} finally {
			quiet.begin();
		}
	}

	/** Before a run of tools that keep what they build. */
	async beforeRun(): Promise<void> {
		// Also a file that was written and then written back: by its times.
		const found = await Promise.all([
			this.git.run(['diff-files', '--name-only', '-z'], NEVER),
			this.git.run(['ls-files', '-z', '-o', '--exclude-standard'], NEVER),
		]);
		const atBase = found.every((listed) => listed.kind === 'done' && listed.stdout === '');
		await this.parts.cache.beforeRun(atBase);
	}

	async apply(patch: Patch): Promise<Done | { readonly kind: 'refused'; readonly reason: string }> {
		const read = patchFromDiff(patch.diff);
		if (read.kind === 'refused') {
			return read;
		}
		for (const path of read.patch.files) {
			const reason =
				editRefusal(path, this.parts.kept.files, this.parts.kept.folders) ??
				this.provided(path) ??
				behindLink(this.root, path);
			if (reason !== undefined) {
				return { kind: 'refused', reason };
			}
		}
		const stray = this.ownHashes.has(read.patch.hash)
			? undefined
			: await gitViewRefusal(this.git, read.patch, NEVER);
		if (stray !== undefined) {
			return { kind: 'refused', reason: stray };
		}
		const applied = await this.git.feed(['apply', '-p1', '--whitespace=nowarn', '-'], patch.diff, NEVER);
		return applied.kind === 'done'
			? { kind: 'done' }
			: { kind: 'refused', reason: `The patch does not fit the base: ${applied.reason}` };
	}

	async patchOf(edits: readonly FileChange[]): Promise<Patch | undefined> {
		const { workshop, space, kept } = this.parts;
		const paths = new Set(edits.map(({ path }) => path));
		const refused = edits.some(
			({ path }) => editRefusal(path, kept.files, kept.folders) !== undefined || this.provided(path),
		);
		if (paths.size !== edits.length || paths.size === 0 || refused) {
			return undefined;
		}
		count += 1;
		const indexFile = join(space.folder, `edit-${count}.index`);
		try {
			await copyIndex(kept.indexFile, indexFile);
			const failure = await stageEdits(workshop, space, indexFile, edits, kept.files, NEVER);
			if (failure !== undefined) {
				return undefined;
			}
			const diff = await workshop
				.git(space, this.root, indexFile)
				.feed([...DIFF, this.base.tree, '--', ...[...paths].map((path) => `:(literal)${path}`)], '', NEVER);
			// Text that is not UTF-8 would not survive being a string.
			if (diff.kind === 'failed' || !isUtf8(diff.bytes)) {
				return undefined;
			}
			const read = patchFromDiff(diff.stdout);
			if (read.kind === 'refused') {
				return undefined;
			}
			this.ownHashes.add(read.patch.hash);
			return read.patch;
		} catch {
			return undefined;
		} finally {
			rmSync(indexFile, { force: true });
		}
	}

	async read(path: string): Promise<string | undefined> {
		const outside = pathRefusal(path) ?? behindLink(this.root, path);
		return outside === undefined ? readFile(join(this.root, path), 'utf8').catch(() => undefined) : undefined;
	}

	private provided(path: string): string | undefined {
		const above = [...foldersAbove(path), path].find((folder) => this.parts.provision.paths.has(folder));
		return above === undefined ? undefined : `${path} lies in ${above}, which git ignores.`;
	}

	/** Returns the tracked paths that were written anew. */
	private async restoreTracked(): Promise<ReadonlySet<string>> {
		const { kept, provision } = this.parts;
		this.restoreFolders();
		const restored = new Set<string>();
		for (let pass = 0; pass < 3; pass += 1) {
			const listed = await this.git.run(['ls-files', '-z', '-t', '-m', '-d', '-o', '--directory'], NEVER);
			if (listed.kind === 'failed') {
				throw new Error(listed.reason);
			}
			const changed = new Set<string>();
			const others: string[] = [];
			for (const record of records(listed.stdout)) {
				const path = record.slice(2).replace(/\/$/, '');
				if (record.startsWith('?')) {
					others.push(path);
				} else if (kept.files.get(path) !== '160000') {
					changed.add(path);
				}
			}
			const covering = others.some((path) => kept.folders.has(path) || kept.files.has(path));
			for (const path of others) {
				await provision.clearAround(path);
			}
			if (changed.size > 0) {
				const input = [...changed].map((path) => `${path}\0`).join('');
				const written = await this.git.feed(
					['checkout-index', '-f', '-u', '-q', '-z', '--stdin'],
					input,
					NEVER,
				);
				if (written.kind === 'failed') {
					throw new Error(written.reason);
				}
				for (const path of changed) {
					restored.add(path);
				}
			}
			if (!covering) {
				return restored;
			}
		}
		return restored;
	}

	/** A folder that became a file or a link, or that was locked, hides from git what lies in it. */
	private restoreFolders(): void {
		for (const folder of [...this.parts.kept.folders].reverse()) {
			const path = join(this.root, folder);
			const found = lstatSync(path, { throwIfNoEntry: false });
			if (found === undefined) {
				continue;
			}
			if (!found.isDirectory()) {
				rmSync(path, { force: true });
			} else if ((found.mode & 0o700) !== 0o700) {
				chmodSync(path, 0o755);
			}
		}
	}
}

export const DIFF = [
	'diff-index',
	'--cached',
	'-p',
	'--full-index',
	'--no-renames',
	'--no-color',
	'--no-ext-diff',
	'--no-textconv',
	'--src-prefix=a/',
	'--dst-prefix=b/',
	'--diff-algorithm=histogram',
	'--indent-heuristic',
	'-U3',
] as const;

function behindLink(root: string, path: string): string | undefined {
	const linked = [...foldersAbove(path), path].find((part) =>
		lstatSync(join(root, part), { throwIfNoEntry: false })?.isSymbolicLink(),
	);
	return linked === undefined ? undefined : `${path} lies behind ${linked}, which is a link.`;
}

/** Files whose line endings a checkout would change: kept as they are in the user's folder. */
export class ExactFiles {
	private readonly changedMs = new Map<string, number>();

	private constructor(
		private readonly root: string,
		private readonly bytes: ReadonlyMap<string, Buffer>,
	) {}

	/** Compares what was checked out with the user's files, and writes those anew that differ. */
	static async in(root: string, userRoot: string, kept: Kept): Promise<ExactFiles> {
		const bytes = new Map<string, Buffer>();
		for (const [path, { size, mtimeMs }] of kept.sizes) {
			const found = lstatSync(join(root, path), { throwIfNoEntry: false });
			const unsaved = kept.unsaved.get(path);
			if (found === undefined || found.size === (unsaved?.length ?? size)) {
				continue;
			}
			const file = join(userRoot, path);
			const now = lstatSync(file, { throwIfNoEntry: false });
			const own = now?.isFile() && now.mtimeMs === mtimeMs ? await readFile(file) : undefined;
			const wanted = unsaved ?? own;
			if (wanted !== undefined) {
				bytes.set(path, wanted);
			}
		}
		const exact = new ExactFiles(root, bytes);
		exact.restore(new Set(bytes.keys()));
		return exact;
	}

	get any(): boolean {
		return this.bytes.size > 0;
	}

	/** `written`: paths that git has just written anew. */
	restore(written: ReadonlySet<string>): void {
		for (const [path, bytes] of this.bytes) {
			const file = join(this.root, path);
			const now = lstatSync(file, { throwIfNoEntry: false });
			if (written.has(path) || now?.ctimeMs !== this.changedMs.get(path)) {
				const mode = now === undefined ? 0o644 : statSync(file).mode;
				mkdirSync(join(file, '..'), { recursive: true });
				writeFileSync(file, bytes, { mode });
				this.changedMs.set(path, lstatSync(file).ctimeMs);
			}
		}
	}
}
