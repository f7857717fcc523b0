// The files of a worktree as a model may know them: what git would keep, without links, submodules, installed things
// and files of keys. Every access is checked on the disk as well, since tests that ran in between may have put links.
import { execFile } from 'node:child_process';
import { lstatSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { folded, pathRefusal } from './tools/pathRule';
import { type PlainFile, readPlain, writePlain } from './tools/plainFile';
import { privateRefusal } from './tools/privateFile';

export class WorkFiles {
	private listing: Promise<readonly string[]> | undefined;
	private known: { readonly paths: readonly string[]; readonly names: ReadonlySet<string> } | undefined;
	private readonly added = new Set<string>();

	/** `root`: absolute path of the worktree. */
	constructor(readonly root: string) {}

	/**
	 * Tracked files and untracked ones that git does not ignore, sorted, `/`-separated, relative to the root. Asked of
	 * git once, before any test could tamper with its files; empty when git cannot tell.
	 */
	async list(signal: AbortSignal): Promise<readonly string[]> {
		this.listing ??= listed(this.root, signal);
		const paths = await this.listing;
		if (signal.aborted && paths.length === 0) {
			this.listing = undefined;
		}
		return this.added.size === 0 ? paths : [...new Set([...paths, ...this.added])].sort();
	}

	/** The text as it is on the disk, line endings and byte order mark included. `refused` tells why in a sentence. */
	async read(path: string): Promise<PlainFile> {
		const reason = this.refusal(path) ?? (await this.unlisted(path));
		return reason === undefined ? readPlain(this.root, path) : { kind: 'refused', reason };
	}

	async exists(path: string): Promise<boolean> {
		return this.refusal(path) === undefined && (await this.unlisted(path)) === undefined;
	}

	/** Why the path may not be used by its name alone, in a sentence; also for files that do not exist yet. */
	refusal(path: string): string | undefined {
		return pathRefusal(path) ?? privateRefusal(path);
	}

	/**
	 * Writes a listed file, or a new one where nothing is yet. Returns why not, in a sentence; then nothing was written.
	 */
	async write(path: string, text: string): Promise<string | undefined> {
		const refusal = this.refusal(path);
		if (refusal !== undefined) {
			return refusal;
		}
		const paths = await this.list(NEVER);
		const known = await this.isListed(path);
		if (!known) {
			const twin = twinOf(path, paths);
			if (twin !== undefined) {
				return `${JSON.stringify(path)} differs from ${JSON.stringify(twin)} in case alone.`;
			}
		}
		const reason = await writePlain(this.root, path, text, known ? 'overwrite' : 'create');
		if (reason === undefined && !known) {
			this.added.add(path);
		}
		return reason;
	}

	private async unlisted(path: string): Promise<string | undefined> {
		return (await this.isListed(path))
			? undefined
			: `There is no file ${JSON.stringify(path)} that may be shown.`;
	}

	private async isListed(path: string): Promise<boolean> {
		this.listing ??= listed(this.root, NEVER);
		const paths = await this.listing;
		if (this.known?.paths !== paths) {
			this.known = { paths, names: new Set(paths) };
		}
		return this.known.names.has(path) || this.added.has(path);
	}
}

/** A file or folder that some file systems take for a part of the new path. */
function twinOf(path: string, paths: readonly string[]): string | undefined {
	const parts = path.split('/');
	const wanted = parts.map((_, index) => parts.slice(0, index + 1).join('/'));
	const folds = new Map(wanted.map((part) => [folded(part), part]));
	for (const other of paths) {
		const own = other.split('/').slice(0, parts.length);
		for (let length = own.length; length > 0; length -= 1) {
			const part = own.slice(0, length).join('/');
			const same = folds.get(folded(part));
			if (same !== undefined && same !== part) {
				return part;
			}
		}
	}
	return undefined;
}

const NEVER = new AbortController().signal;
const LISTING_MS = 60_000;
const MOST_LISTING_BYTES = 256 * 1024 * 1024;

async function listed(root: string, signal: AbortSignal): Promise<readonly string[]> {
	const [tracked, others] = await Promise.all([
		git(root, ['ls-files', '-z', '--stage'], signal),
		git(root, ['ls-files', '-z', '--others', '--exclude-standard'], signal),
	]);
	const plain = tracked.flatMap((record) => /^100(?:644|755) \S+ \d\t(.+)$/s.exec(record)?.[1] ?? []);
	const links = new Set(tracked.flatMap((record) => /^120000 \S+ \d\t(.+)$/s.exec(record)?.[1] ?? []));
	const own = others.filter((path) => lstatSync(join(root, path), { throwIfNoEntry: false })?.isFile());
	return [...new Set([...plain, ...own])]
		.filter(
			(path) => !links.has(path) && pathRefusal(path) === undefined && privateRefusal(path) === undefined,
		)
		.sort();
}

/** What git answers in records; none when it fails. */
function git(root: string, args: readonly string[], signal: AbortSignal): Promise<readonly string[]> {
	return new Promise((resolve) => {
		execFile(
			'git',
			[...SAFE.flatMap((entry) => ['-c', entry]), ...args],
			{
				cwd: root,
				env: environment(root),
				signal,
				timeout: LISTING_MS,
				maxBuffer: MOST_LISTING_BYTES,
				windowsHide: true,
			},
			(error, stdout) => resolve(error === null ? stdout.split('\0').slice(0, -1) : []),
		);
	});
}

/** Settings of the repository that would run a program, or change what is printed. */
const SAFE = [
	'core.fsmonitor=false',
	'core.hooksPath=/dev/null',
	'core.untrackedCache=false',
	'core.quotePath=false',
];

const KEPT =
	/^(PATH|PATHEXT|HOME|USERPROFILE|HOMEDRIVE|HOMEPATH|SystemRoot|ComSpec|TMPDIR|TEMP|TMP|XDG_CONFIG_HOME)$/i;

/** No keys, nothing that could lead git elsewhere, and no repository above the worktree. */
function environment(root: string): Record<string, string> {
	const kept = Object.entries(process.env).flatMap(([name, value]) =>
		KEPT.test(name) && value !== undefined ? [[name, value] as const] : [],
	);
	return {
		...Object.fromEntries(kept),
		LC_ALL: 'C',
		GIT_OPTIONAL_LOCKS: '0',
		GIT_TERMINAL_PROMPT: '0',
		GIT_CEILING_DIRECTORIES: dirname(root),
	};
}
