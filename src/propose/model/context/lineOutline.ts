// Definitions where no grammar is shipped: found by how their first line begins, ended by indentation.
import { above, type Definition } from './definitions';

const HEAD =
	/^(\s{0,40})(?:(?:export|public|private|protected|internal|open|final|abstract|sealed|static|inline|override|virtual|async|suspend|data|const|unsafe|extern|default|local|pub|mutating|implicit|case|companion)\s+){0,6}(?:fun|func|function|def|defp|defmodule|class|struct|interface|object|trait|protocol|extension|impl|enum|type|module|namespace|sub|proc|macro|fn)\s+(?:\([^)]{0,80}\)\s*)?(?:[\w.]{1,80}\.)?([\p{L}_][\p{L}\p{N}_?!]{0,80})/u;
/** `int *name(int a, char b)` and `Type Class::name(…) {`, with the brace here or on the next line. */
const C_HEAD =
	/^(\s{0,8})(?:[A-Za-z_][\w:<>,*&\s]{0,120}[\s*&])(?:\w{1,60}::)?(~?[A-Za-z_]\w{0,80})\s*\([^;]{0,300}$/;
const NOT_NAMES = new Set([
	'if',
	'for',
	'while',
	'switch',
	'return',
	'else',
	'catch',
	'sizeof',
	'new',
	'throw',
]);

export function outlineByLines(lines: readonly string[]): readonly Definition[] {
	const found: Definition[] = [];
	const open: { indent: number; definition: Definition }[] = [];
	for (const [index, line] of lines.entries()) {
		if (line.length > 400) {
			continue;
		}
		const head = HEAD.exec(line) ?? C_HEAD.exec(line);
		const name = head?.[2];
		if (head === null || name === undefined || NOT_NAMES.has(name)) {
			continue;
		}
		const indent = widthOf(head[1] ?? '');
		while (open.length > 0 && (open.at(-1)?.indent ?? 0) >= indent) {
			open.pop();
		}
		const parent = open.at(-1)?.definition;
		if (parent !== undefined) {
			parent.container = true;
		}
		const definition: Definition = {
			name,
			start: above(lines, index + 1),
			end: endOf(lines, index, indent),
			head: index + 1,
			parent,
			container: false,
		};
		found.push(definition);
		open.push({ indent, definition });
	}
	return found;
}

function widthOf(blank: string): number {
	return blank.replaceAll('\t', '    ').length;
}

/** The last line that is indented deeper, and the closing bracket or word below it. */
function endOf(lines: readonly string[], index: number, indent: number): number {
	let last = index;
	for (let at = index + 1; at < lines.length; at += 1) {
		const line = lines[at] ?? '';
		if (line.trim() === '') {
			continue;
		}
		const width = widthOf(/^\s*/.exec(line)?.[0] ?? '');
		if (width > indent) {
			last = at;
			continue;
		}
		if (width === indent && /^\s*(?:[{}\])]|end\b)/.test(line)) {
			last = at;
			if (/^\s*\{\s*$/.test(line)) {
				continue;
			}
		}
		break;
	}
	return last + 1;
}
