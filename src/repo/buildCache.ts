// What compilers keep between runs, beside a tree and not in it, so that bringing the tree back to its base does not
// make every run build everything again. Only what the base itself built is kept: what was built while other code was
// in the tree may have been written by that code.
import { execFile } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { cp, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { removeLargeTree } from './removal';

/** More is built again rather than copied. */
const MOST_BYTES = 4_000_000_000;

export class BuildCache {
	private saved = false;
	private mixed = false;

	/** `folder` exists and is ours; a copy of it is kept beside it. */
	constructor(private readonly folder: string) {}

	/** Before each run; `atBase`: nothing but the base is in the tree now. Never rejects. */
	async beforeRun(atBase: boolean): Promise<void> {
		if (atBase || this.mixed) {
			return;
		}
		this.mixed = true;
		if (!this.saved && !this.isEmpty && bytesIn(this.folder, MOST_BYTES) < MOST_BYTES) {
			this.saved = await copied(this.folder, this.kept);
		}
	}

	/** Back to what the base built. Never rejects. */
	async restore(): Promise<void> {
		if (!this.mixed) {
			return;
		}
		this.mixed = false;
		await removeLargeTree(this.folder);
		if (!this.saved || !(await copied(this.kept, this.folder))) {
			await removeLargeTree(this.folder);
			await mkdir(this.folder, { recursive: true });
		}
	}

	private get kept(): string {
		return `${this.folder}.base`;
	}

	private get isEmpty(): boolean {
		return readdirSync(this.folder).length === 0;
	}
}

/** With times, by which compilers tell what is new. */
function copied(from: string, to: string): Promise<boolean> {
	if (process.platform === 'win32') {
		return cp(from, to, { recursive: true, preserveTimestamps: true, verbatimSymlinks: true }).then(
			() => true,
			() => false,
		);
	}
	return new Promise((resolve) => {
		execFile('cp', ['-a', '--', from, to], (error) => resolve(error === null));
	});
}

function bytesIn(folder: string, most: number): number {
	let bytes = 0;
	for (const entry of readdirSync(folder, { withFileTypes: true })) {
		const place = join(folder, entry.name);
		bytes += entry.isDirectory()
			? bytesIn(place, most - bytes)
			: entry.isFile()
				? (statSync(place, { throwIfNoEntry: false })?.size ?? 0)
				: 0;
		if (bytes >= most) {
			break;
		}
	}
	return bytes;
}
