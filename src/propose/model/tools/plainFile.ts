// Reading and writing one file inside a folder so that no link on the way, or put there meanwhile, leads outside.
import { isUtf8 } from 'node:buffer';
import { constants, type Stats } from 'node:fs';
import { type FileHandle, lstat, mkdir, open, realpath, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';

export type PlainFile =
	| { readonly kind: 'text'; readonly text: string }
	| { readonly kind: 'refused'; readonly reason: string };

export const MOST_FILE_BYTES = 1024 * 1024;

// Windows has neither flag; a link there is caught by the comparison with what lies at the path.
const NO_FOLLOW = (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

/** `path` has passed the rules for names. Refuses links, what is no plain file, binaries and more than 1 MB. */
export async function readPlain(root: string, path: string): Promise<PlainFile> {
	const shown = JSON.stringify(path);
	let handle: FileHandle | undefined;
	try {
		handle = await open(join(root, path), constants.O_RDONLY | NO_FOLLOW);
		const strange = await strangeness(handle, root, path);
		if (strange !== undefined) {
			return { kind: 'refused', reason: strange };
		}
		const { size } = await handle.stat();
		// One byte more than there should be: a file that grows meanwhile is not taken for a whole one.
		const buffer = Buffer.alloc(Math.min(size, MOST_FILE_BYTES) + 1);
		let length = 0;
		while (length < buffer.length) {
			const { bytesRead } = await handle.read(buffer, length, buffer.length - length, length);
			if (bytesRead === 0) {
				break;
			}
			length += bytesRead;
		}
		const bytes = buffer.subarray(0, length);
		if (length > MOST_FILE_BYTES) {
			return { kind: 'refused', reason: `${shown} is larger than 1 MB.` };
		}
		if (length > size) {
			return { kind: 'refused', reason: `${shown} is being written just now.` };
		}
		return bytes.includes(0) || !isUtf8(bytes)
			? { kind: 'refused', reason: `${shown} is not a text in UTF-8.` }
			: { kind: 'text', text: bytes.toString('utf8') };
	} catch (error) {
		return { kind: 'refused', reason: faultOf(error, shown) };
	} finally {
		await handle?.close();
	}
}

/** Returns why nothing was written, in a sentence. `create` refuses what exists already. Makes missing folders. */
export async function writePlain(
	root: string,
	path: string,
	text: string,
	how: 'create' | 'overwrite',
): Promise<string | undefined> {
	const shown = JSON.stringify(path);
	let handle: FileHandle | undefined;
	try {
		const blocked = await makeFolders(root, path);
		if (blocked !== undefined) {
			return blocked;
		}
		const file = join(root, path);
		const found = await lstat(file).catch(() => undefined);
		if (found !== undefined && how === 'create') {
			return `${shown} exists and may not be changed.`;
		}
		if (found !== undefined && !found.isFile()) {
			return `${shown} is a link or not a plain file.`;
		}
		// A second name of the same bytes may be the user's.
		if (found !== undefined && found.nlink > 1) {
			await unlink(file);
		}
		const fresh = found === undefined || found.nlink > 1;
		handle = await open(
			file,
			constants.O_WRONLY | NO_FOLLOW | (fresh ? constants.O_CREAT | constants.O_EXCL : 0),
			fresh && found !== undefined ? found.mode & 0o777 : 0o644,
		);
		const strange = await strangeness(handle, root, path);
		if (strange !== undefined) {
			return strange;
		}
		await handle.truncate(0);
		await handle.writeFile(text);
		return undefined;
	} catch (error) {
		return faultOf(error, shown);
	} finally {
		await handle?.close();
	}
}

/** Removes a file that `writePlain` made. Returns why it is still there. */
export async function removePlain(root: string, path: string): Promise<string | undefined> {
	const shown = JSON.stringify(path);
	try {
		if (!(await isOwnFolder(root, path))) {
			return `${shown} lies behind a link.`;
		}
		await unlink(join(root, path));
		return undefined;
	} catch (error) {
		return isMissing(error) ? undefined : faultOf(error, shown);
	}
}

/** What was opened must be the plain file that lies at the path, reached without any link. */
async function strangeness(handle: FileHandle, root: string, path: string): Promise<string | undefined> {
	const opened = await handle.stat();
	if (!opened.isFile()) {
		return `${JSON.stringify(path)} is not a plain file.`;
	}
	const lying = await lstat(join(root, path));
	return (await isOwnFolder(root, path)) && sameFile(opened, lying)
		? undefined
		: `${JSON.stringify(path)} is a link or lies behind one.`;
}

/** True when no folder above the path, below the root, is a link. */
async function isOwnFolder(root: string, path: string): Promise<boolean> {
	const folder = dirname(path);
	const real = await realpath(root);
	return (await realpath(join(root, folder))) === (folder === '.' ? real : join(real, folder));
}

function sameFile(one: Stats, other: Stats): boolean {
	return other.isFile() && one.ino === other.ino && one.dev === other.dev;
}

async function makeFolders(root: string, path: string): Promise<string | undefined> {
	const parts = path.split('/').slice(0, -1);
	let folder = root;
	for (const part of parts) {
		folder = join(folder, part);
		const found = await lstat(folder).catch(() => undefined);
		if (found === undefined) {
			await mkdir(folder);
		} else if (!found.isDirectory()) {
			return `${JSON.stringify(path)} lies behind a link or a file.`;
		}
	}
	return undefined;
}

function isMissing(error: unknown): boolean {
	return codeOf(error) === 'ENOENT';
}

function codeOf(error: unknown): string {
	return error instanceof Error && 'code' in error ? String(error.code) : '';
}

/** Never the system's own message: it names folders of this machine. */
function faultOf(error: unknown, shown: string): string {
	switch (codeOf(error)) {
		case 'ENOENT':
			return `There is no file ${shown}.`;
		case 'ELOOP':
		case 'EMLINK':
			return `${shown} is a link.`;
		case 'ENOTDIR':
			return `${shown} lies behind something that is not a folder.`;
		case 'EISDIR':
			return `${shown} is a folder.`;
		case 'EEXIST':
			return `${shown} exists and may not be changed.`;
		default:
			return `${shown} cannot be used: ${codeOf(error) || 'an unknown fault'}.`;
	}
}
