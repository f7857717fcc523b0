// Lines by which a model leaves code out: `// ... existing code ...`. They are resolved or refused, never written.

import { isBlank } from './edit';

const COMMENT =
	/^\s*(?:\/\/+|#+|--|;+|%+|\/\*+|\*|<!--|\{\s*\/\*|"""|''')\s*(.*?)\s*(?:\*+\/\s*\}?|-->|"""|''')?\s*$/;
const DOTS = /\.\.\.|…/;
const WORDS =
	/\b(?:existing|rest|unchanged|remaining|remainder|omitted|elided|truncated|snipped?|same as (?:before|above|original)|as before|previous code|other (?:code|methods?|functions?|imports?|fields?|members?|tests?|cases?|lines?)|code (?:continues|above|below|here)|keep(?:s|ing)? (?:the|all|as)|stays? the same|not shown|no changes?|more code|etc)\b/i;
/** Said without dots. */
const PLAIN =
	/\b(?:rest of (?:the |your |this )?(?:code|file|function|method|class|module|implementation|body|imports?|script)|(?:existing|remaining|other|previous) (?:code|methods?|functions?|implementation|logic|imports?)(?: (?:here|unchanged|stays?|remains?|continues?|goes).*)?$|(?:remains?|stays?|is|are|code|file|rest|everything else) (?:the same|unchanged|as (?:is|before))|no changes? (?:here|below|above|needed)|same as (?:before|above|original)|unchanged code|code unchanged|unchanged$)/i;

/** True for a line in which code is left out, be it beside code that is shown. */
export function leavesCodeOut(line: string): boolean {
	return isElision(line) || isTrailing(line.trim());
}

/** True for a line that does nothing but stand for code which is not shown. */
export function isElision(line: string): boolean {
	const bare = line.trim();
	if (/^[[({<]*\s*(?:\.{3,}|…)+\s*[\])}>]*[,;]?$/.test(bare)) {
		return true;
	}
	if (/^[[({<]*(?:\.{3}|…)\s*[\w ,'-]+(?:\.{3}|…)?\s*[\])}>]*$/.test(bare) && WORDS.test(bare)) {
		return true;
	}
	const words = COMMENT.exec(line)?.[1];
	if (words !== undefined) {
		return (
			/^[[({<\s]*(?:\.{3,}|…)+[\])}>\s]*$/.test(words) ||
			(DOTS.test(words) && WORDS.test(words)) ||
			PLAIN.test(words)
		);
	}
	return false;
}

/** At the end of a line of code, or as the body of a block. */
function isTrailing(line: string): boolean {
	if (/\{\s*(?:\.{3,}|…)\s*\}/.test(line)) {
		return true;
	}
	const words = /(?:\s\/\/|\s#|\/\*|<!--)\s*(.*?)\s*(?:\*\/|-->)?[\s})\];,]*$/.exec(line)?.[1];
	return words !== undefined && (/^(?:\.{3,}|…)+$/.test(words) || (DOTS.test(words) && WORDS.test(words)));
}

/** Lines between elisions: `n` elisions make `n + 1` parts, of which the first and last may be empty. */
export function partsOf(
	lines: readonly string[],
	leavesOut: (line: string) => boolean = isElision,
): readonly (readonly string[])[] {
	const parts: string[][] = [[]];
	for (const line of lines) {
		if (leavesOut(line)) {
			parts.push([]);
		} else {
			parts.at(-1)?.push(line);
		}
	}
	return parts;
}

/** Blank lines beside an elision belong to what it stands for. */
function withoutBlanksBeside(parts: readonly (readonly string[])[]): readonly (readonly string[])[] {
	return parts.map((part, index) => {
		const from = index === 0 ? 0 : part.findIndex((line) => !isBlank(line));
		const to = index === parts.length - 1 ? part.length : part.findLastIndex((line) => !isBlank(line)) + 1;
		return from < 0 ? [] : part.slice(from, to);
	});
}

/**
 * Puts what was left out back in: the lines of `whole` between the last shown line before an elision and the first
 * after it, where both are found exactly once. Undefined when they are not.
 */
export function filled(lines: readonly string[], whole: readonly string[]): readonly string[] | undefined {
	const literal = new Set(whole.map((line) => line.trim()));
	const parts = withoutBlanksBeside(partsOf(lines, (line) => isElision(line) && !literal.has(line.trim())));
	const out: string[] = [];
	let reached = 0;
	for (const [index, part] of parts.entries()) {
		if (index > 0) {
			const from = index === 1 && parts[0]?.length === 0 ? 0 : endOf(parts[index - 1] ?? [], whole);
			const isLast = index === parts.length - 1;
			const to = isLast && part.length === 0 ? whole.length : startOf(part, whole);
			if (from === undefined || to === undefined || from < reached || to <= from) {
				return undefined;
			}
			out.push(...whole.slice(from, to));
			reached = to;
		}
		out.push(...part);
	}
	return out;
}

/** Where the part's last lines end in the whole; as many as make the place the only one. */
function endOf(part: readonly string[], whole: readonly string[]): number | undefined {
	for (let count = 1; count <= part.length; count += 1) {
		const found = placesOf(part.slice(part.length - count), whole);
		if (found.length <= 1) {
			return found[0] === undefined ? undefined : found[0] + count;
		}
	}
	return undefined;
}

function startOf(part: readonly string[], whole: readonly string[]): number | undefined {
	for (let count = 1; count <= part.length; count += 1) {
		const found = placesOf(part.slice(0, count), whole);
		if (found.length <= 1) {
			return found[0];
		}
	}
	return undefined;
}

function placesOf(part: readonly string[], whole: readonly string[]): number[] {
	const found: number[] = [];
	for (let at = 0; at + part.length <= whole.length; at += 1) {
		if (part.every((line, offset) => line.trimEnd() === whole[at + offset]?.trimEnd())) {
			found.push(at);
		}
	}
	return found;
}
