// Which paths a patch or an edit may name: inside the repository, never git's own, the same on every system.

/** Why the path is refused, in a sentence; undefined when it may be written. `path` is `/`-separated. */
export function pathRefusal(path: string): string | undefined {
	if (path === '' || path.includes('\0')) {
		return 'A path in the patch is empty.';
	}
	if (/^[/\\]|^[a-z]:/i.test(path)) {
		return `The patch names ${path}, an absolute path.`;
	}
	const parts = path.split(/[/\\]/);
	if (parts.some((part) => part === '..' || part === '.' || part === '')) {
		return `The patch names ${path}, which is not a plain path inside the repository.`;
	}
	if (parts.some(isGit)) {
		return `The patch names ${path}, which belongs to git.`;
	}
	return undefined;
}

/** Also what file systems take for `.git`: other case, 8.3 names, trailing dots, ignorable code points, streams. */
function isGit(part: string): boolean {
	const plain = part
		.normalize('NFC')
		.replace(/[\u200c-\u200f\u202a-\u202e\u206a-\u206f\ufeff]/g, '')
		.toLowerCase()
		.replace(/:.*$/, '')
		.replace(/[. ]+$/, '');
	return plain === '.git' || plain === 'git~1';
}

/** The folders above a path, nearest to the root first. */
export function foldersAbove(path: string): string[] {
	const folders: string[] = [];
	for (let at = path.indexOf('/'); at >= 0; at = path.indexOf('/', at + 1)) {
		folders.push(path.slice(0, at));
	}
	return folders;
}
