// Real repositories in temp folders, with every source of non-determinism switched off.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
	lstatSync,
	mkdirSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	readlinkSync,
	realpathSync,
	rmSync,
	writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Tree } from '../../../src/core/effects';
import type { FileChange } from '../../../src/core/patch';
import type { Snapshot } from '../../../src/core/problem';
import { openRepository, type Repository } from '../../../src/repo/repository';
import { takeSnapshot } from '../../../src/repo/snapshot';
import { Workshop } from '../../../src/repo/workshop';
import { Worktrees } from '../../../src/repo/worktrees';

export const SIGNAL = new AbortController().signal;

/** Files by path; a string ends up as it is. */
export type Files = Readonly<Record<string, string | Buffer>>;

export class FixtureRepository {
	readonly parent = realpathSync(mkdtempSync(join(tmpdir(), 'underbid-test-')));
	readonly root: string;
	readonly home = join(this.parent, 'home of ours');
	private readonly workshops: Workshop[] = [];

	constructor(name = 'project', ...initArguments: readonly string[]) {
		this.root = join(this.parent, name);
		mkdirSync(this.root);
		this.git('init', '-q', '-b', 'main', ...initArguments);
		this.git('config', 'user.name', 'Someone');
		this.git('config', 'user.email', 'someone@example.org');
		this.git('config', 'core.autocrlf', 'false');
	}

	git(...args: readonly string[]): string {
		return gitIn(this.root, ...args);
	}

	write(files: Files): this {
		for (const [path, text] of Object.entries(files)) {
			const file = join(this.root, path);
			mkdirSync(dirname(file), { recursive: true });
			writeFileSync(file, text);
		}
		return this;
	}

	commit(files: Files): this {
		this.write(files);
		this.git('add', '-A');
		this.git('commit', '-q', '-m', 'some work');
		return this;
	}

	async open(): Promise<Repository> {
		const opened = await openRepository(this.root);
		if (opened.kind === 'refused') {
			throw new Error(opened.reason);
		}
		return opened.repository;
	}

	async workshop(): Promise<Workshop> {
		const workshop = new Workshop({
			repository: await this.open(),
			home: this.home,
			ownerId: `test-${this.workshops.length}`,
		});
		this.workshops.push(workshop);
		return workshop;
	}

	/** A snapshot and a tree of it, for the time of `use`. */
	async inTree<T>(
		use: (tree: Tree, snapshot: Snapshot, worktrees: Worktrees, workshop: Workshop) => Promise<T>,
		unsaved: readonly FileChange[] = [],
	): Promise<T> {
		const workshop = await this.workshop();
		const worktrees = new Worktrees(workshop);
		const taken = await takeSnapshot(workshop, unsaved, SIGNAL);
		if (taken.kind === 'failed') {
			throw new Error(taken.reason);
		}
		const used = await worktrees.borrow(
			taken.snapshot,
			(tree) => use(tree, taken.snapshot, worktrees, workshop),
			SIGNAL,
		);
		await worktrees.close();
		if (used.kind === 'failed') {
			throw new Error(used.reason);
		}
		return used.value;
	}

	async remove(): Promise<void> {
		for (const workshop of this.workshops) {
			await workshop.close();
		}
		rmSync(this.parent, { recursive: true, force: true });
	}
}

export function gitIn(folder: string, ...args: readonly string[]): string {
	return execFileSync('git', [...args], {
		cwd: folder,
		encoding: 'utf8',
		stdio: ['ignore', 'pipe', 'pipe'],
		env: {
			PATH: process.env['PATH'],
			HOME: folder,
			GIT_CONFIG_NOSYSTEM: '1',
			GIT_AUTHOR_DATE: '2026-01-01T00:00:00Z',
			GIT_COMMITTER_DATE: '2026-01-01T00:00:00Z',
		},
	});
}

/** Every path below a folder with what it holds and its times: equal texts mean nothing was touched. */
export function contents(folder: string, { times }: { readonly times: boolean }): string {
	const lines: string[] = [];
	const visit = (path: string, name: string): void => {
		const found = lstatSync(path);
		const mark = times ? ` ${found.ctimeMs}` : '';
		if (found.isDirectory()) {
			lines.push(`${name}/${mark}`);
			for (const child of readdirSync(path).sort()) {
				visit(join(path, child), `${name}/${child}`);
			}
		} else if (found.isSymbolicLink()) {
			lines.push(`${name} -> ${readlinkSync(path)}${mark}`);
		} else {
			const hash = createHash('sha256').update(readFileSync(path)).digest('hex');
			lines.push(`${name} ${(found.mode & 0o777).toString(8)} ${hash}${mark}`);
		}
	};
	visit(folder, '');
	return lines.join('\n');
}
