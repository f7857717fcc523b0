// Paths as models write them around their edits: decorated, quoted, in comments, in the head of a fence.

export interface Stated {
	readonly path: string;
	/** The line is nothing but the path; otherwise it speaks about it. */
	readonly alone: boolean;
}

const BARE_NAMES = /^(?:Makefile|Dockerfile|Rakefile|Gemfile|Procfile|LICENSE|README|CMakeLists\.txt)$/;
const LABEL =
	/^(?:(?:file|path|filename|file ?name|file ?path|filepath|in|edit|editing|update|updating|updated file|modify|modified|new file|create|created|for|target|change|changes (?:in|to)|at)\b\s*:?\s*(?:file\b\s*:?\s*)?)/i;

/** The path that a line states, if it does. */
export function statedPath(line: string): Stated | undefined {
	const bare = undecorated(line);
	const alone = plainPath(bare) ?? plainPath(undecorated(bare.replace(LABEL, '')));
	if (alone !== undefined) {
		return { path: alone, alone: true };
	}
	const ticked = [...line.matchAll(/`([^`\s]+)`/g)].flatMap((match) => plainPath(match[1] ?? '') ?? []);
	const [only, more] = [...new Set(ticked)];
	return only !== undefined && more === undefined ? { path: only, alone: false } : undefined;
}

/** The path in what follows the backticks of a fence. */
export function fencePath(info: string): string | undefined {
	const named = /(?:title|file|filename|filepath|path|name)\s*=\s*["']?([^"'\s}]+)["']?/i.exec(info)?.[1];
	if (named !== undefined) {
		return plainPath(named);
	}
	const parts = info.trim().split(/\s+/);
	const last = parts.at(-1) ?? '';
	const [, after] = /^[\w+#-]+:(.+)$/.exec(last) ?? [];
	if (after !== undefined && !/^[a-z]:[\\/]/i.test(last)) {
		return plainPath(after);
	}
	return /[/\\.]/.test(last) ? plainPath(last) : undefined;
}

function undecorated(line: string): string {
	let bare = line.trim();
	let before: string;
	do {
		before = bare;
		bare = bare
			.replace(/^(?:#{1,6}\s+|[-+*•]\s+|\d+[.)]\s+|\/\/+\s*|#\s*|--\s+|;+\s*|\/\*+\s*|<!--\s*|>\s+)/, '')
			.replace(/\s*(?:\*\/|-->)$/, '')
			.replace(/^(\*{1,2}|_{2}|`{1,2}|["'])(.+?)\1([:.,]?)$/, '$2$3')
			.replace(/^(\*{1,2}|_{2})([^*]+)\1\s*/, '$2 ')
			.replace(
				/\s*\((?:new|new file|modified|updated|fixed|full|complete|whole file|full file|complete file|after|corrected|changed)\)\s*:?$/i,
				'',
			)
			.replace(/[:,]$/, '')
			.trim();
	} while (bare !== before);
	return bare;
}

function plainPath(text: string): string | undefined {
	const path = text.trim();
	if (path.length > 300 || path === '' || /[\s"'`<>|*?{}=;,]|\.\.\.|^https?:|:\/\//.test(path)) {
		return undefined;
	}
	if (!/^(?:[A-Za-z]:)?[\w@.+~()[\]$/\\%-]+$/.test(path) && !/^[\p{L}\p{N}_@.+~()[\]$/\\%-]+$/u.test(path)) {
		return undefined;
	}
	const name = path.split(/[/\\]/).at(-1) ?? '';
	const looksSo =
		/\.[A-Za-z][\w+-]{0,9}$/.test(name) || BARE_NAMES.test(name) || /[\w.][/\\][\w.]/.test(path);
	return looksSo && !/[/\\]$/.test(path) && !/\(\)$/.test(path) ? path : undefined;
}
