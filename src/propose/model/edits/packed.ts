// Answers packed in JSON or in tags, as models trained on tool calls write them.
import * as z from 'zod';
import { looksLikeDiff } from './diffText';
import type { Edit } from './edit';
import { linesOf } from './fileText';
import { opensBlock } from './searchBlock';

const PATH_KEYS = [
	'path',
	'file',
	'file_path',
	'filePath',
	'filename',
	'filepath',
	'file_name',
	'target_file',
];
const SEARCH_KEYS = [
	'search',
	'old_str',
	'old_string',
	'oldString',
	'old_text',
	'old',
	'original',
	'find',
	'before',
	'old_code',
];
const REPLACE_KEYS = [
	'replace',
	'new_str',
	'new_string',
	'newString',
	'new_text',
	'new',
	'replacement',
	'updated',
	'after',
	'new_code',
];
const WHOLE_KEYS = ['content', 'contents', 'new_content', 'file_text', 'full_content', 'code'];

const record = z.record(z.string(), z.unknown());

/** The edits in a JSON text; undefined when it is none, or holds none. `inner` reads a string as an answer of its own. */
export function editsOfJson(text: string, inner: (text: string) => Edit[]): Edit[] | undefined {
	let value: unknown;
	try {
		value = JSON.parse(text);
	} catch {
		return undefined;
	}
	const edits = new JsonReader(inner).read(value, undefined, 0);
	return edits.length === 0 ? undefined : edits;
}

class JsonReader {
	constructor(private readonly inner: (text: string) => Edit[]) {}

	read(value: unknown, path: string | undefined, depth: number): Edit[] {
		if (depth > 8) {
			return [];
		}
		if (typeof value === 'string') {
			const lines = linesOf(value);
			return lines.some(opensBlock) || looksLikeDiff(lines) ? this.inner(value) : this.embedded(value, depth);
		}
		if (Array.isArray(value)) {
			return value.flatMap((one) => this.read(one, path, depth + 1));
		}
		const found = record.safeParse(value);
		return found.success ? this.ofObject(found.data, path, depth) : [];
	}

	private embedded(text: string, depth: number): Edit[] {
		if (!/^\s*[{[]/.test(text)) {
			return [];
		}
		try {
			return this.read(JSON.parse(text), undefined, depth + 1);
		} catch {
			return [];
		}
	}

	private ofObject(object: Record<string, unknown>, above: string | undefined, depth: number): Edit[] {
		const path = textAt(object, PATH_KEYS) ?? above;
		const search = textAt(object, SEARCH_KEYS);
		const replace = textAt(object, REPLACE_KEYS);
		if (search !== undefined && replace !== undefined) {
			return [blockOf(path, search, replace)];
		}
		const whole = textAt(object, WHOLE_KEYS);
		if (
			path !== undefined &&
			whole !== undefined &&
			!linesOf(whole).some(opensBlock) &&
			!looksLikeDiff(linesOf(whole))
		) {
			return [{ kind: 'whole', path, lines: linesOf(whole), declared: true }];
		}
		const isDelete =
			[object['delete'], object['deleted']].includes(true) ||
			/^(delete|remove)(_file)?$/i.test(textAt(object, ['action', 'type', 'operation', 'command']) ?? '');
		if (path !== undefined && isDelete) {
			return [{ kind: 'delete', path }];
		}
		return Object.entries(object).flatMap(([key, one]) => {
			const isFile = typeof one === 'string' && /[\w-]\.\w+$/.test(key) && !/\s/.test(key);
			return isFile && !looksLikeDiff(linesOf(one)) && !linesOf(one).some(opensBlock)
				? [{ kind: 'whole', path: key, lines: linesOf(one), declared: true } as const]
				: this.read(one, path, depth + 1);
		});
	}
}

const TAGGED =
	/<(search|old_str|old_string|original|find|old)>(\n?)([\s\S]*?)<\/\1>\s*<(replace|new_str|new_string|replacement|updated|new)>(\n?)([\s\S]*?)<\/\4>/g;
const TAGGED_PATH =
	/<(?:path|file_path|filename|filepath|file)>\s*([^<\n]+?)\s*<\/|<(?:file|edit|change|update|replace|write)\b[^>]*?\b(?:path|name|file)=["']([^"'\n]+)["']/g;
const TAGGED_WHOLE = /<(content|contents|file_text|new_content)>\n?([\s\S]*?)\n?[ \t]*<\/\1>/g;

/** The edits in an answer that is written in tags; undefined when it is not. */
export function editsOfTags(text: string): Edit[] | undefined {
	const paths = [...text.matchAll(TAGGED_PATH)].map((match) => ({
		at: match.index,
		path: (match[1] ?? match[2] ?? '').trim(),
	}));
	if (paths.length === 0) {
		return undefined;
	}
	const pathAt = (at: number) => paths.findLast((one) => one.at < at)?.path;
	const blocks = [...text.matchAll(TAGGED)].map((match) => {
		const [search, replace] = [match[3] ?? '', match[6] ?? ''];
		const isLines = match[2] === '\n' && match[5] !== undefined;
		return isLines
			? blockOf(
					pathAt(match.index),
					search.replace(/\n[ \t]*$/, '\n'),
					replace.replace(/\n[ \t]*$/, '\n'),
					'lines',
				)
			: blockOf(pathAt(match.index), search, replace);
	});
	const wholes = [...text.matchAll(TAGGED_WHOLE)].flatMap((match): Edit[] => {
		const path = pathAt(match.index);
		return path === undefined
			? []
			: [{ kind: 'whole', path, lines: linesOf(match[2] ?? ''), declared: true }];
	});
	const deletes = [...text.matchAll(/<delete_file>\s*<path>\s*([^<\n]+?)\s*<\/path>/g)].map(
		(match): Edit => ({ kind: 'delete', path: match[1] ?? '' }),
	);
	const edits = [...blocks, ...wholes, ...deletes];
	return edits.length === 0 ? undefined : edits;
}

/** `text`: as tools take it, where the search may be a part of a line. */
export function blockOf(
	path: string | undefined,
	search: string,
	replace: string,
	unit: 'lines' | 'text' = 'text',
): Edit {
	const whole = unit === 'lines' || (/\n$/.test(search) && /\n$|^$/.test(replace));
	return {
		kind: 'replace',
		path,
		search: whole ? linesOf(search) : search.split(/\r?\n/),
		replace: whole ? linesOf(replace) : replace.split(/\r?\n/),
		unit: whole ? 'lines' : 'text',
		corrects: false,
	};
}

function textAt(object: Record<string, unknown>, keys: readonly string[]): string | undefined {
	for (const key of keys) {
		const value = object[key];
		if (typeof value === 'string') {
			return value;
		}
		if (Array.isArray(value) && value.length > 0 && value.every((line) => typeof line === 'string')) {
			return value.join('\n');
		}
	}
	return undefined;
}
