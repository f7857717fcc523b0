// A folder of ours outside the workspace, for one run: a private git directory that borrows the user's objects and
// takes every object, index and worktree that we make. The user's own .git is read and never written, so there is
// nothing in it to clean up, not even after a kill.
import { copyFile, lstat, mkdir, mkdtemp, readFile, stat, utimes, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { Git, type GitResult, records } from './git';
import { MARKER, markerText } from './owner';
import { removeLargeTree, removeTree, removeTreeSync } from './removal';
import type { Repository } from './repository';

export interface WorkshopPlace {
	readonly repository: Repository;
	/** Shared by all our runs on this machine, made when missing: `<tmp>/underbid-<uid>`. */
	readonly home: string;
	/** Names the run; letters, digits, `.`, `_`, `-`. */
	readonly ownerId: string;
}

export type Opened =
	| { readonly kind: 'open'; readonly space: Space }
	| { readonly kind: 'failed'; readonly reason: string };

/** What a workshop has on disk once it is open. Absolute paths. */
export interface Space {
	readonly folder: string;
	/** Used by us alone. No tree points to it, so a test run cannot find it by asking git. */
	readonly engineDir: string;
	/** What the trees' `.git` files point to: objects and refs as the user's, hooks and remotes of none. */
	readonly treesDir: string;
	/** The user's HEAD; undefined before the first commit. */
	readonly head: { readonly commit: string; readonly tree: string } | undefined;
	/** True when line endings or filters may make a checked-out file differ from its blob. */
	readonly converts: boolean;
}

/** What a snapshot needs to be checked out again to the user's very bytes. */
export interface Kept {
	readonly indexFile: string;
	/** Path → mode, as git writes it. */
	readonly files: ReadonlyMap<string, string>;
	readonly folders: ReadonlySet<string>;
	readonly submodules: readonly string[];
	/** What git ignores here, folders as a whole, without a slash at the end; or why that is not known. */
	readonly ignored: Promise<GitResult>;
	/** Text that is on no disk, by path. */
	readonly unsaved: ReadonlyMap<string, Buffer>;
	/** The user's files as they were, where conversion may lose something; else empty. */
	readonly sizes: ReadonlyMap<string, { readonly size: number; readonly mtimeMs: number }>;
}

export class Workshop {
	readonly repository: Repository;
	private opening: Promise<Opened> | undefined;
	private folder: string | undefined;
	private closed = false;
	private readonly kept = new Map<string, Kept>();

	constructor(private readonly place: WorkshopPlace) {
		this.repository = place.repository;
	}

	/** Made on first use. */
	open(signal: AbortSignal): Promise<Opened> {
		if (this.closed) {
			return Promise.resolve({ kind: 'failed', reason: 'this run has ended' });
		}
		this.opening ??= this.make(signal).then(async (opened) => {
			if (opened.kind === 'failed') {
				this.opening = undefined;
				if (this.folder !== undefined) {
					await removeTree(this.folder);
				}
			}
			return opened;
		});
		return this.opening;
	}

	/** Git that works for us on the given files, with everything it writes in our own folder. */
	git(space: Space, workTree: string, indexFile: string): Git {
		return new Git(workTree, { gitDir: space.engineDir, workTree, indexFile });
	}

	keep(commit: string, kept: Kept): void {
		this.kept.set(commit, kept);
	}

	keptOf(commit: string): Kept | undefined {
		return this.kept.get(commit);
	}

	/** Removes everything; safe to call twice. */
	async close(): Promise<void> {
		this.closed = true;
		await this.opening;
		if (this.folder !== undefined) {
			await removeLargeTree(this.folder);
		}
	}

	/** For a process that is about to exit. */
	closeSync(): void {
		this.closed = true;
		if (this.folder !== undefined) {
			removeTreeSync(this.folder);
		}
	}

	private async make(signal: AbortSignal): Promise<Opened> {
		try {
			const { home, ownerId, repository } = this.place;
			if (!/^[\w.-]{1,80}$/.test(ownerId)) {
				return { kind: 'failed', reason: `${JSON.stringify(ownerId)} cannot name a folder` };
			}
			const unsafe = await ensureHome(home);
			if (unsafe !== undefined) {
				return { kind: 'failed', reason: unsafe };
			}
			// Another run that ends takes the empty home away, perhaps just now.
			this.folder = await mkdtemp(join(home, `${ownerId}-`)).catch(async () => {
				await ensureHome(home);
				return mkdtemp(join(home, `${ownerId}-`));
			});
			const folder = this.folder;
			await writeFile(join(folder, MARKER), await markerText(ownerId));
			const git = new Git(repository.root, { gitDir: repository.gitDir, workTree: repository.root });
			const [config, refs, head] = await Promise.all([
				git.run(['config', '--list', '-z'], signal),
				git.run(['for-each-ref', '--format=%(objectname) %(refname)'], signal),
				git.run(['rev-parse', '-q', 'HEAD^{commit}', 'HEAD^{tree}'], signal),
			]);
			if (config.kind === 'failed' || refs.kind === 'failed') {
				const reason = config.kind === 'failed' ? config.reason : refs.kind === 'failed' ? refs.reason : '';
				return { kind: 'failed', reason: `git cannot read the repository: ${reason}` };
			}
			const [commit = '', tree = ''] = head.kind === 'done' ? head.stdout.split('\n') : [];
			const entries = records(config.stdout).map(entryOf);
			const text = configText(entries, repository.objectFormat);
			const engineDir = join(folder, 'engine.git');
			const treesDir = join(folder, 'trees.git');
			const objects = join(repository.commonDir, 'objects');
			const exclude = await readFile(join(repository.commonDir, 'info', 'exclude'), 'utf8').catch(() => '');
			const attributes = await readFile(join(repository.commonDir, 'info', 'attributes')).catch(
				() => undefined,
			);
			const shallow = await readFile(join(repository.commonDir, 'shallow')).catch(() => undefined);
			for (const [gitDir, alternates] of [
				[engineDir, [objects]],
				[treesDir, [join(engineDir, 'objects'), objects]],
			] as const) {
				await mkdir(join(gitDir, 'objects', 'info'), { recursive: true });
				await mkdir(join(gitDir, 'refs'));
				await mkdir(join(gitDir, 'info'));
				await writeFile(join(gitDir, 'HEAD'), 'ref: refs/heads/main\n');
				await writeFile(join(gitDir, 'config'), text);
				await writeFile(join(gitDir, 'objects', 'info', 'alternates'), alternates.map(alternate).join(''));
				await writeFile(join(gitDir, 'info', 'exclude'), `${exclude}\n${NEVER_OURS}`);
				if (attributes !== undefined) {
					await writeFile(join(gitDir, 'info', 'attributes'), attributes);
				}
				if (shallow !== undefined) {
					await writeFile(join(gitDir, 'shallow'), shallow);
				}
			}
			await writeFile(
				join(treesDir, 'packed-refs'),
				refs.stdout
					.split('\n')
					.filter((line) => line !== '' && !line.endsWith('refs/stash'))
					.map((line) => `${line}\n`)
					.join(''),
			);
			const converts =
				attributes !== undefined ||
				entries.some(
					({ key, value }) =>
						(key === 'core.autocrlf' && value !== 'false') ||
						key === 'core.eol' ||
						key === 'core.attributesfile',
				);
			const known = commit === '' || tree === '' ? undefined : { commit, tree };
			return { kind: 'open', space: { folder, engineDir, treesDir, head: known, converts } };
		} catch (error) {
			return { kind: 'failed', reason: `no folder could be made for the run: ${messageOf(error)}` };
		}
	}
}

/** Installed things that nobody means to commit, also where a repository has no .gitignore yet. */
const NEVER_OURS = ['node_modules', '.venv', '__pycache__/', '.pytest_cache/'].join('\n').concat('\n');

async function ensureHome(home: string): Promise<string | undefined> {
	await mkdir(home, { recursive: true, mode: 0o700 });
	const found = await lstat(home);
	const uid = process.getuid?.();
	const open = uid !== undefined && (found.uid !== uid || (found.mode & 0o022) !== 0);
	return open || !found.isDirectory()
		? `${home} can be written by others, so it is not safe to work in it`
		: undefined;
}

/** A path in an alternates file may be quoted as in C; it must be when it begins with a quote or a hash. */
function alternate(path: string): string {
	return /^["#]|\n/.test(path) ? `${JSON.stringify(path)}\n` : `${path}\n`;
}

interface ConfigEntry {
	readonly key: string;
	/** Undefined when the key stands alone, which means true. */
	readonly value: string | undefined;
}

function entryOf(record: string): ConfigEntry {
	const at = record.indexOf('\n');
	return at < 0
		? { key: record, value: undefined }
		: { key: record.slice(0, at), value: record.slice(at + 1) };
}

const COPIED =
	/^(core\.(autocrlf|eol|ignorecase|symlinks|filemode|precomposeunicode|protecthfs|protectntfs|excludesfile|attributesfile|bigfilethreshold|checkstat|trustctime)|filter\..+|lfs\..+|user\.(name|email))$/;

/** Only what decides how files are read and written: no hooks, remotes, aliases or includes. */
function configText(entries: readonly ConfigEntry[], objectFormat: string): string {
	const sha256 = objectFormat === 'sha1' ? '' : `[extensions]\n\tobjectformat = ${objectFormat}\n`;
	const lines = [
		`[core]\n\trepositoryformatversion = ${sha256 === '' ? 0 : 1}\n\tbare = true\n\thooksPath = /dev/null\n`,
		sha256,
		'[gc]\n\tauto = 0\n',
	];
	const last = new Map(entries.filter(({ key }) => COPIED.test(key)).map(({ key, value }) => [key, value]));
	for (const [key, value] of last) {
		const first = key.indexOf('.');
		const end = key.lastIndexOf('.');
		const subsection = first === end ? '' : ` ${quoted(key.slice(first + 1, end))}`;
		const assigned = value === undefined ? '' : ` = ${quoted(value)}`;
		lines.push(`[${key.slice(0, first)}${subsection}]\n\t${key.slice(end + 1)}${assigned}\n`);
	}
	return lines.join('');
}

function quoted(value: string): string {
	return `"${value.replace(/[\\"]/g, '\\$&').replace(/\n/g, '\\n').replace(/\t/g, '\\t')}"`;
}

/**
 * Copies an index without losing track of which entries are racy: git compares their times with the index file's
 * own, so the copy must not look younger.
 */
export async function copyIndex(from: string, to: string): Promise<void> {
	const { mtimeMs } = await stat(from);
	await copyFile(from, to);
	const seconds = notYounger(mtimeMs);
	await utimes(to, seconds, seconds);
}

/** Seconds of a time in milliseconds, a little earlier, since neither number holds it exactly. */
export function notYounger(mtimeMs: number): number {
	return mtimeMs / 1000 - 2e-6;
}

export function messageOf(error: unknown): string {
	return error instanceof Error ? error.message : String(error);
}

export function treeFolder(space: Space, repository: Repository, number: number): string {
	return join(space.folder, 'trees', String(number), basename(repository.root) || 'repository');
}
