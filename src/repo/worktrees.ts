// Trees lent for the time of a run: made once, kept warm, brought back to their base between uses, removed at the end.
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Tree, Trees } from '../core/effects';
import type { Snapshot } from '../core/problem';
import type { Reach } from '../core/sandbox';
import { BuildCache } from './buildCache';
import { NO_ENVIRONMENT, type TreeEnvironment } from './environment';
import { Furniture } from './furniture';
import { Git } from './git';
import { provide } from './provision';
import { QuietIndex } from './quietIndex';
import { removeTree } from './removal';
import { copyIndex, messageOf, type Space, treeFolder, type Workshop } from './workshop';
import { ExactFiles, Worktree } from './worktree';

type Made =
	| { readonly kind: 'made'; readonly tree: Worktree }
	| { readonly kind: 'failed'; readonly reason: string };

/** A folder of ours for what a tool builds in a tree and may keep from run to run. */
export function cacheBeside(root: string): string {
	return join(dirname(root), 'cache');
}

export class Worktrees implements Trees {
	private readonly idle: Worktree[] = [];
	private readonly lent = new Set<Worktree>();
	/** Trees that are being made: closing waits for them, or they would appear afterwards. */
	private readonly making = new Set<Promise<Made>>();
	private readonly quiet = new Set<QuietIndex>();
	private count = 0;
	/** git reads the records of all worktrees when it adds one, and fails at one that is half written. */
	private adding: Promise<unknown> = Promise.resolve();
	private closed = false;

	constructor(private readonly workshop: Workshop) {}

	async borrow<T>(
		base: Snapshot,
		use: (tree: Tree) => Promise<T>,
		signal: AbortSignal,
	): Promise<
		{ readonly kind: 'used'; readonly value: T } | { readonly kind: 'failed'; readonly reason: string }
	> {
		const making = this.warm(base, signal);
		this.making.add(making);
		const made = await making;
		this.making.delete(making);
		if (made.kind === 'failed') {
			return made;
		}
		const { tree } = made;
		if (this.closed) {
			return { kind: 'failed', reason: 'cancelled' };
		}
		this.lent.add(tree);
		try {
			const value = await use(tree);
			const written = await tree.parts.provision.verify();
			return written === undefined ? { kind: 'used', value } : { kind: 'failed', reason: written };
		} finally {
			this.lent.delete(tree);
			if (this.closed) {
				await this.workshop.close();
			} else {
				this.idle.push(tree);
			}
		}
	}

	/** What a process in the tree needs in its environment to find the tree's sources and dependencies. */
	environmentOf(root: string): TreeEnvironment {
		const tree = [...this.lent, ...this.idle].find((known) => known.root === root);
		return tree?.parts.provision.environment ?? NO_ENVIRONMENT;
	}

	/** To be called before a run of tools that keep what they build in `cacheBeside` the tree. Never rejects. */
	async beforeRun(root: string): Promise<void> {
		await [...this.lent, ...this.idle].find((known) => known.root === root)?.beforeRun();
	}

	/** What a run in a tree can reach, where something confines it; of any other folder, that folder alone. */
	reachOf(root: string): Reach {
		const tree = [...this.lent, ...this.idle].find((known) => known.root === root);
		const { repository } = this.workshop;
		const hidden = [repository.root, repository.commonDir, repository.gitDir];
		if (tree === undefined) {
			return { writable: [root], readable: [], hidden };
		}
		const { space, provision } = tree.parts;
		return {
			writable: [root, cacheBeside(root), space.treesDir],
			readable: [
				join(space.engineDir, 'objects'),
				join(repository.commonDir, 'objects'),
				...provision.linkedFrom,
				...provision.usedElsewhere,
			],
			hidden,
		};
	}

	/** Removes every tree and all that the workshop made; trees still lent go as well. */
	async close(): Promise<void> {
		this.closed = true;
		this.idle.length = 0;
		await Promise.all(this.making);
		await Promise.all([...this.quiet].map((one) => one.end()));
		await this.workshop.close();
	}

	/** The same, for a process that is about to exit. */
	removeAllSync(): void {
		this.closed = true;
		for (const one of this.quiet) {
			void one.end();
		}
		this.workshop.closeSync();
	}

	private async warm(base: Snapshot, signal: AbortSignal): Promise<Made> {
		if (this.closed || signal.aborted) {
			return { kind: 'failed', reason: 'cancelled' };
		}
		const at = this.idle.findIndex((tree) => tree.base.commit === base.commit);
		const [tree] = at < 0 ? [] : this.idle.splice(at, 1);
		if (tree !== undefined) {
			const reset = await tree.reset();
			if (reset.kind === 'done') {
				return { kind: 'made', tree };
			}
			await tree.parts.quiet.end();
			await removeTree(dirname(tree.root));
		}
		const opened = await this.workshop.open(signal);
		return opened.kind === 'failed' ? opened : this.make(opened.space, base, signal);
	}

	private async make(space: Space, base: Snapshot, signal: AbortSignal): Promise<Made> {
		const { workshop } = this;
		const kept = workshop.keptOf(base.commit);
		if (kept === undefined) {
			return { kind: 'failed', reason: 'the snapshot was not taken in this run' };
		}
		this.count += 1;
		const root = treeFolder(space, workshop.repository, this.count);
		const indexFile = join(space.engineDir, `tree-${this.count}.index`);
		try {
			await mkdir(cacheBeside(root), { recursive: true });
			const maker = new Git(space.folder, { gitDir: space.treesDir });
			const add = ['worktree', 'add', '--detach', '--no-checkout', '--quiet', root, base.commit];
			const adding = this.adding.then(() => maker.run(add, signal));
			this.adding = adding;
			const added = await adding;
			if (added.kind === 'failed') {
				return await this.unmade(root, `git cannot make a worktree: ${added.reason}`);
			}
			await copyIndex(kept.indexFile, indexFile);
			const git = workshop.git(space, root, indexFile);
			const written = await git.run(['checkout-index', '-a', '-f', '-u', '-q'], signal);
			if (written.kind === 'failed') {
				return await this.unmade(root, `git cannot write the worktree: ${written.reason}`);
			}
			const exact = await ExactFiles.in(root, workshop.repository.root, kept);
			if (exact.any) {
				await git.run(['update-index', '-q', '--refresh'], signal);
			}
			const provided = await provide(workshop, space, kept, root);
			if (provided.kind === 'failed') {
				return await this.unmade(root, provided.reason);
			}
			const furniture = Furniture.of(root, space.treesDir, indexFile);
			const { provision } = provided;
			const cache = new BuildCache(cacheBeside(root));
			const quiet = new QuietIndex(git, indexFile, kept.files.size);
			this.quiet.add(quiet);
			quiet.begin();
			const parts = {
				workshop,
				space,
				base,
				kept,
				root,
				indexFile,
				furniture,
				provision,
				cache,
				exact,
				quiet,
			};
			return { kind: 'made', tree: new Worktree(parts) };
		} catch (error) {
			return this.unmade(root, messageOf(error));
		}
	}

	private async unmade(root: string, reason: string): Promise<Made> {
		await removeTree(dirname(root));
		return { kind: 'failed', reason };
	}
}
