// Links lead a test run to the user's own dependencies. Nothing there may change while the tree is used: file times
// tell, in a few milliseconds for the packages' folders, and completely once a run or when the tree is given back.
import { execFile } from 'node:child_process';
import { lstatSync, statSync, writeFileSync } from 'node:fs';
import { lstat, readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';

/** Written by tools on any run, and no part of what is tested. */
const IGNORED = ['.cache', '.vite', '.vite-temp', '.vitest', '.tmp', '__pycache__', '.pytest_cache'];

export class Watch {
	private readonly changedMs = new Map<string, number>();
	private readonly stampFile: string;
	private startedMs = 0;
	private folders: readonly string[] = [];
	private background: Promise<void> | undefined;
	private found: string | undefined;

	/** `space`: a folder of ours, for one small file. */
	constructor(space: string, name: string) {
		this.stampFile = join(space, `linked-${name}`);
	}

	/** `folders` are watched completely; `targets`, the folders that links lead to, also by the quick check. */
	begin(folders: readonly string[], targets: readonly string[]): void {
		if (folders.length === 0) {
			return;
		}
		this.folders = folders;
		writeFileSync(this.stampFile, '');
		this.startedMs = lstatSync(this.stampFile).mtimeMs;
		for (const target of targets) {
			const found = statSync(target, { throwIfNoEntry: false });
			if (found?.isDirectory() && !IGNORED.includes(basename(target))) {
				this.changedMs.set(target, found.ctimeMs);
			}
		}
	}

	/** A sentence when something was written. Starts one complete check, whose result the next call tells. */
	quickCheck(): string | undefined {
		for (const [target, changedMs] of this.changedMs) {
			if (statSync(target, { throwIfNoEntry: false })?.ctimeMs !== changedMs) {
				this.found ??= target;
			}
		}
		this.background ??= this.look();
		return this.sentence();
	}

	async check(): Promise<string | undefined> {
		await this.background;
		if (this.found === undefined) {
			await this.look();
		}
		return this.sentence();
	}

	private sentence(): string | undefined {
		return this.found === undefined
			? undefined
			: `${this.found} was written while the tests ran in a tree that shares it with your folder, so their result proves nothing; keep the tests from writing into installed dependencies, and do not install while they run.`;
	}

	private async look(): Promise<void> {
		if (this.folders.length === 0) {
			return;
		}
		const changed =
			process.platform === 'win32' ? await walked(this.folders, this.startedMs) : await this.listed();
		this.found ??= changed;
	}

	private listed(): Promise<string | undefined> {
		const names = IGNORED.flatMap((name, at) => (at === 0 ? ['-name', name] : ['-o', '-name', name]));
		return new Promise((resolve) => {
			execFile(
				'find',
				[...this.folders, '(', ...names, ')', '-prune', '-o', '-newercm', this.stampFile, '-print'],
				{ maxBuffer: 1_000_000 },
				(error, stdout) => {
					const [first] = stdout.split('\n');
					// No `find`, or one that does not know how: look ourselves.
					resolve(
						first !== undefined && first !== ''
							? first
							: error
								? walked(this.folders, this.startedMs)
								: undefined,
					);
				},
			);
		});
	}
}

async function walked(folders: readonly string[], sinceMs: number): Promise<string | undefined> {
	for (const folder of folders) {
		const found = await lstat(folder).catch(() => undefined);
		if (found === undefined || found.ctimeMs > sinceMs) {
			return folder;
		}
		if (!found.isDirectory()) {
			continue;
		}
		const names = await readdir(folder).catch(() => []);
		const inside = names.filter((name) => !IGNORED.includes(name)).map((name) => join(folder, name));
		const changed = await walked(inside, sinceMs);
		if (changed !== undefined) {
			return changed;
		}
	}
	return undefined;
}
