// Which paths a model may name at all, the same on every system: a path that is harmless here and means git's own
// folder, a device or another drive elsewhere is refused everywhere.

/** Longer ones do not fit the limits of usual file systems, or are no path but an attack on whoever prints them. */
const MOST_PATH = 400;
const MOST_PART = 200;

/** Why the path may not be used, in a sentence; undefined when it is a plain path inside the repository. */
export function pathRefusal(path: string): string | undefined {
	if (path === '') {
		return 'The path is empty.';
	}
	if (path.length > MOST_PATH) {
		return `The path is ${path.length} characters long; ${MOST_PATH} is the most.`;
	}
	const shown = JSON.stringify(path);
	if (/[\p{Cc}\p{Cs}\u2028\u2029]/u.test(path)) {
		return `${shown} holds characters that no path here may have.`;
	}
	if (path.includes('\\')) {
		return `${shown} has a backslash; write paths with /.`;
	}
	if (path.startsWith('/') || /^[a-z]:/i.test(path)) {
		return `${shown} is an absolute path; only paths relative to the repository's root may be used.`;
	}
	if (path.includes(':')) {
		return `${shown} has a colon, which names a stream on some systems.`;
	}
	const parts = path.split('/');
	if (parts.some((part) => part === '..' || part === '.' || part === '' || part === '~')) {
		return `${shown} is not a plain path inside the repository.`;
	}
	if (parts.some((part) => part.length > MOST_PART)) {
		return `${shown.slice(0, 60)}… has a part that is longer than ${MOST_PART} characters.`;
	}
	if (parts.some(isGit)) {
		return `${shown} belongs to git and cannot be used.`;
	}
	if (parts.some((part) => /[. ]$|^ /.test(part))) {
		return `${shown} has a part that begins with a space, or ends with a point or a space.`;
	}
	if (
		parts.some((part) => /^(con|prn|aux|nul|conin\$|conout\$|clock\$|(com|lpt)[\d¹²³])(\..*)?$/i.test(part))
	) {
		return `${shown} is the name of a device on some systems.`;
	}
	if (parts.some(isInstalled)) {
		return `${shown} is installed, not a part of the repository.`;
	}
	return undefined;
}

/** Without a `./` before it, which means nothing. */
export function plainPath(path: string): string {
	return path.replace(/^(?:\.\/)+/, '');
}

/** What a file system that ignores case, composition and invisible characters makes of it. For comparing only. */
export function folded(path: string): string {
	if (/^[ -~]*$/.test(path)) {
		return path.toLowerCase();
	}
	return path
		.normalize('NFKC')
		.replace(/\p{Default_Ignorable_Code_Point}/gu, '')
		.toLowerCase();
}

/** Also what file systems take for `.git`: other case, 8.3 names, trailing points, invisible characters. */
function isGit(part: string): boolean {
	return /^(\.git|git~\d+)[. ]*$/.test(folded(part).trim());
}

function isInstalled(part: string): boolean {
	return /^(node_modules|\.venv|site-packages|__pycache__)$/.test(folded(part));
}
