// A layout is what lies in a tree beside the checked-out files: folders of ours, links to the user's dependencies,
// copies of small files. It knows how it was made, so that whatever a test run did to it can be undone.
import {
	constants,
	copyFileSync,
	lstatSync,
	mkdirSync,
	readdirSync,
	readlinkSync,
	rmSync,
	symlinkSync,
	utimesSync,
	writeFileSync,
} from 'node:fs';
import { dirname, isAbsolute, join, posix } from 'node:path';

export type LayoutEntry =
	/** A folder whose every entry is in the layout. */
	| { readonly kind: 'folder' }
	/** A folder that tools write caches to: empty at the base. */
	| { readonly kind: 'scratch' }
	| { readonly kind: 'link'; readonly target: string }
	/** Copied from the user's file, which must still be what it was when it is copied again. */
	| { readonly kind: 'copy'; readonly from: string; readonly size: number; readonly mtimeMs: number }
	| { readonly kind: 'text'; readonly text: string; readonly mode: number };

export class Layout {
	private readonly entries = new Map<string, LayoutEntry>();
	private readonly children = new Map<string, Set<string>>();
	private readonly changedMs = new Map<string, number>();

	constructor(private readonly root: string) {}

	/** `path` is relative to the tree. Folders above it, up to `top`, must have been added before. */
	add(path: string, entry: LayoutEntry): void {
		// What is added again moves behind its folder, which may have come in between.
		this.entries.delete(path);
		this.entries.set(path, entry);
		const folder = posix.dirname(path);
		const known = this.children.get(folder);
		if (this.entries.get(folder)?.kind === 'folder') {
			if (known === undefined) {
				this.children.set(folder, new Set([path]));
			} else {
				known.add(path);
			}
		}
	}

	get size(): number {
		return this.entries.size;
	}

	/** Absolute targets of links. */
	linkTargets(): string[] {
		return [...this.entries.values()].flatMap((entry) =>
			entry.kind === 'link' && isAbsolute(entry.target) ? [entry.target] : [],
		);
	}

	/** @throws when something cannot be made. */
	build(): void {
		for (const [path, entry] of this.entries) {
			this.make(path, entry);
		}
		for (const path of this.entries.keys()) {
			this.stamp(path);
		}
	}

	/** @throws when something cannot be made again as it was. */
	restore(): void {
		const touched = new Set<string>();
		for (const [path, entry] of this.entries) {
			const found = lstatSync(join(this.root, path), { throwIfNoEntry: false });
			const fine = found !== undefined && found.ctimeMs === this.changedMs.get(path);
			if (fine || (entry.kind === 'link' && found?.isSymbolicLink() && this.leadsTo(path, entry.target))) {
				continue;
			}
			if (entry.kind === 'folder' && found?.isDirectory()) {
				this.removeStrangers(path);
			} else {
				this.make(path, entry);
				touched.add(posix.dirname(path));
			}
			touched.add(path);
		}
		for (const path of touched) {
			if (this.entries.has(path)) {
				this.stamp(path);
			}
		}
	}

	private leadsTo(path: string, target: string): boolean {
		return readlinkSync(join(this.root, path)).replace(/[\\/]$/, '') === target;
	}

	private removeStrangers(path: string): void {
		const own = this.children.get(path);
		for (const name of readdirSync(join(this.root, path))) {
			if (!own?.has(`${path}/${name}`)) {
				rmSync(join(this.root, path, name), { recursive: true, force: true });
			}
		}
	}

	private make(path: string, entry: LayoutEntry): void {
		const place = join(this.root, path);
		if (lstatSync(place, { throwIfNoEntry: false }) !== undefined) {
			rmSync(place, { recursive: true, force: true });
		}
		if (!this.entries.has(posix.dirname(path))) {
			mkdirSync(dirname(place), { recursive: true });
		}
		switch (entry.kind) {
			case 'folder':
			case 'scratch':
				mkdirSync(place, { recursive: true });
				return;
			case 'link':
				linkTo(entry.target, place);
				return;
			case 'copy': {
				const now = lstatSync(entry.from, { throwIfNoEntry: false });
				if (now?.size !== entry.size || now.mtimeMs !== entry.mtimeMs) {
					throw new Error(`${entry.from} was changed while the tests ran; run again.`);
				}
				copyFileSync(entry.from, place, constants.COPYFILE_FICLONE);
				utimesSync(place, now.atimeMs / 1000, now.mtimeMs / 1000);
				return;
			}
			case 'text':
				writeFileSync(place, entry.text, { mode: entry.mode });
				return;
		}
	}

	private stamp(path: string): void {
		this.changedMs.set(path, lstatSync(join(this.root, path)).ctimeMs);
	}
}

/** A junction on Windows, where a link to a folder would need a privilege. */
function linkTo(target: string, place: string): void {
	if (process.platform === 'win32') {
		const found = lstatSync(target, { throwIfNoEntry: false });
		if (found?.isFile()) {
			copyFileSync(target, place, constants.COPYFILE_FICLONE);
			return;
		}
		symlinkSync(target, place, 'junction');
		return;
	}
	symlinkSync(target, place);
}
