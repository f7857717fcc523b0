// The git files that a tree's own `.git` leads to: a test run may commit, tag or configure there, and the next one
// must find them as they were. Objects are left: without a name nobody finds them.
import {
	copyFileSync,
	lstatSync,
	mkdirSync,
	readdirSync,
	readFileSync,
	rmSync,
	utimesSync,
	writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { notYounger } from './workshop';

interface Piece {
	readonly bytes: Buffer;
	changedMs: number;
	size: number;
}

export class Furniture {
	private readonly pieces = new Map<string, Piece>();
	private readonly dotGit: Buffer;
	/** The tree's own git folder, under the shared one. */
	readonly gitDir: string;

	private constructor(
		private readonly root: string,
		private readonly treesDir: string,
		private readonly indexFile: string,
	) {
		this.dotGit = readFileSync(join(root, '.git'));
		const named = /^gitdir: (.+?)\r?\n?$/.exec(this.dotGit.toString('utf8'))?.[1] ?? '';
		this.gitDir = join(treesDir, 'worktrees', basename(named));
		this.restoreIndex();
		for (const path of this.walk()) {
			this.note(path, readFileSync(path));
		}
	}

	/** @throws when the tree's git files cannot be read. */
	static of(root: string, treesDir: string, indexFile: string): Furniture {
		return new Furniture(root, treesDir, indexFile);
	}

	/** @throws when a file cannot be written. */
	restore(): void {
		const dotGit = join(this.root, '.git');
		const found = lstatSync(dotGit, { throwIfNoEntry: false });
		if (!found?.isFile() || !readFileSync(dotGit).equals(this.dotGit)) {
			rmSync(dotGit, { recursive: true, force: true });
			writeFileSync(dotGit, this.dotGit);
		}
		const seen = new Set<string>();
		for (const path of this.walk()) {
			seen.add(path);
			const piece = this.pieces.get(path);
			if (piece === undefined) {
				rmSync(path, { recursive: true, force: true });
				continue;
			}
			const now = lstatSync(path);
			if (now.ctimeMs !== piece.changedMs || now.size !== piece.size || !now.isFile()) {
				this.put(path, piece.bytes);
			}
		}
		for (const [path, piece] of this.pieces) {
			if (!seen.has(path)) {
				this.put(path, piece.bytes);
			}
		}
		this.restoreIndex();
	}

	private put(path: string, bytes: Buffer): void {
		rmSync(path, { recursive: true, force: true });
		mkdirSync(dirname(path), { recursive: true });
		writeFileSync(path, bytes);
		this.note(path, bytes);
	}

	private note(path: string, bytes: Buffer): void {
		const { ctimeMs, size } = lstatSync(path);
		this.pieces.set(path, { bytes, changedMs: ctimeMs, size });
	}

	/** What git in the tree takes for staged: the base, with times that fit the files. */
	private restoreIndex(): void {
		const index = join(this.gitDir, 'index');
		rmSync(`${index}.lock`, { force: true });
		rmSync(index, { recursive: true, force: true });
		copyFileSync(this.indexFile, index);
		const seconds = notYounger(lstatSync(this.indexFile).mtimeMs);
		utimesSync(index, seconds, seconds);
	}

	private walk(): string[] {
		const files: string[] = [];
		const visit = (folder: string): void => {
			for (const entry of readdirSync(folder, { withFileTypes: true })) {
				const path = join(folder, entry.name);
				const foreign =
					path === join(this.treesDir, 'objects') || dirname(path) === join(this.treesDir, 'worktrees');
				if (entry.isDirectory() && !(foreign && path !== this.gitDir)) {
					visit(path);
				} else if (!entry.isDirectory() && path !== join(this.gitDir, 'index')) {
					files.push(path);
				}
			}
		};
		visit(this.treesDir);
		return files;
	}
}
