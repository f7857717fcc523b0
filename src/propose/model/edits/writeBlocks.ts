// The other way round: a change of texts written as the SEARCH/REPLACE blocks in which a model would have answered.
import { changesBetween } from './change';
import { FileText, type LineChange } from './fileText';

export interface TextChange {
	/** Relative to the repository's root. */
	readonly path: string;
	/** Absent: a new file. */
	readonly base?: string;
	readonly patched: string;
}

/** Blocks in the order of the files. Whether they can be read back is for `applyEdits` to say: see `lessonOf`. */
export function blocksText(changes: readonly TextChange[]): string {
	return changes.map(fileBlocks).join('\n\n');
}

function fileBlocks({ path, base, patched }: TextChange): string {
	const after = new FileText(patched).lines;
	if (base === undefined) {
		return block(path, [], after);
	}
	const before = new FileText(base).lines;
	const changes = changesBetween(before, after);
	return places(before, changes)
		.map(({ from, to }) => block(path, before.slice(from, to), replaced(before, changes, { from, to })))
		.join('\n\n');
}

function block(path: string, search: readonly string[], replace: readonly string[]): string {
	return [path, '<<<<<<< SEARCH', ...search, '=======', ...replace, '>>>>>>> REPLACE'].join('\n');
}

const CONTEXT_LINES = 2;

/** Half-open, 0-based. */
interface Span {
	readonly from: number;
	readonly to: number;
}

/** Each change with as many lines around it as make it the only place of its kind; those that meet are one. */
function places(lines: readonly string[], changes: readonly LineChange[]): readonly Span[] {
	let spans = joined(changes.map((change) => wider(change, CONTEXT_LINES, lines.length)));
	for (;;) {
		const next = joined(
			spans.map((span) =>
				isOnce(lines, span) ? span : wider(span, Math.max(1, span.to - span.from), lines.length),
			),
		);
		if (next.every(({ from, to }, index) => from === spans[index]?.from && to === spans[index]?.to)) {
			return next;
		}
		spans = next;
	}
}

function wider({ from, to }: Span, by: number, length: number): Span {
	return { from: Math.max(0, from - by), to: Math.min(length, to + by) };
}

function joined(spans: readonly Span[]): readonly Span[] {
	const out: Span[] = [];
	for (const span of spans) {
		const last = out.at(-1);
		if (last !== undefined && span.from <= last.to) {
			out[out.length - 1] = { from: last.from, to: Math.max(last.to, span.to) };
		} else {
			out.push(span);
		}
	}
	return out;
}

function replaced(
	lines: readonly string[],
	changes: readonly LineChange[],
	{ from, to }: Span,
): readonly string[] {
	const out: string[] = [];
	let at = from;
	for (const change of changes.filter((one) => one.from >= from && one.to <= to)) {
		out.push(...lines.slice(at, change.from), ...change.insert);
		at = change.to;
	}
	return [...out, ...lines.slice(at, to)];
}

function isOnce(lines: readonly string[], { from, to }: Span): boolean {
	let found = 0;
	for (let at = 0; at + (to - from) <= lines.length && found < 2; at += 1) {
		let same = 0;
		while (same < to - from && lines[at + same] === lines[from + same]) {
			same += 1;
		}
		found += same === to - from ? 1 : 0;
	}
	return found === 1;
}
