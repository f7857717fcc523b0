// A file given as a whole. Part of a file looks just like all of it, so that it must be shown to be all.
import { changesBetween } from './change';
import { isBlank, quoted } from './edit';
import { filled } from './elision';
import type { FileText, LineChange } from './fileText';

export type WholeText =
	| { readonly kind: 'text'; readonly text: string }
	| { readonly kind: 'refused'; readonly reason: string };

/** Lines that may be missing in one place with nothing in their stead; in all, twice as many. */
const MOST_DROPPED = 2;
const MOST_DROPPED_DECLARED = 3;
const LEAST_KEPT = 0.7;
const LEAST_KEPT_DECLARED = 0.6;

/** `declared`: the answer says that it is the whole file. */
export function wholeText(file: FileText, given: readonly string[], declared: boolean): WholeText {
	const before = file.lines;
	const kept = before.map((line) => line.trimEnd());
	const lines = filled(withoutBlankTail(given, before), before);
	if (lines === undefined) {
		return {
			kind: 'refused',
			reason:
				'Code is left out by a comment, and the lines around it do not tell what was meant; write every line out, or use a block.',
		};
	}
	// Lines that differ in white space at their end alone stay as they are.
	const changes = changesBetween(
		kept,
		lines.map((line) => line.trimEnd()),
	);
	const solid = (some: readonly string[]) => some.filter((line) => !isBlank(line));
	const gone = changes.map(({ from, to }) => solid(before.slice(from, to)));
	const left = solid(before).length - gone.flat().length;
	const most = declared ? MOST_DROPPED_DECLARED : MOST_DROPPED;
	const loss = ({ from, to, insert }: LineChange) =>
		solid(before.slice(from, to)).length - solid(insert).length;
	const dropped = changes.find((change) => loss(change) > most);
	const refused = (reason: string): WholeText => ({ kind: 'refused', reason });
	if (dropped !== undefined) {
		return refused(
			`The new text leaves out lines ${dropped.from + 1} to ${dropped.to}. Is it only a part of the file? Use a block then:\n${quoted(before.slice(dropped.from, dropped.to), 3)}`,
		);
	}
	const lost = changes.reduce((sum, change) => sum + Math.max(0, loss(change)), 0);
	const isKept =
		lost <= 2 * most && left >= solid(before).length * (declared ? LEAST_KEPT_DECLARED : LEAST_KEPT);
	const first = before.findIndex((line) => !isBlank(line));
	const last = before.findLastIndex((line) => !isBlank(line));
	const endsMet = [first, last].every((at) => changes.every(({ from, to }) => at < from || at >= to));
	if (!isKept || (!endsMet && !declared)) {
		return refused(
			'The text given for the file is not clearly all of it: use SEARCH/REPLACE blocks for the lines that change.',
		);
	}
	let at = 0;
	let shift = 0;
	const text = file.changed(
		changes.map(({ from, to, insert }) => {
			// The lines as they were given, white space included.
			at = from + shift;
			shift += insert.length - (to - from);
			return { from, to, insert: lines.slice(at, at + insert.length) };
		}),
	);
	return { kind: 'text', text };
}

/** Blank lines at the end are an accident of the answer's form. */
function withoutBlankTail(given: readonly string[], before: readonly string[]): readonly string[] {
	const blank = (lines: readonly string[]) =>
		lines.length - 1 - lines.findLastIndex((line) => !isBlank(line));
	const extra = blank(given) - blank(before);
	return extra > 0 ? given.slice(0, given.length - extra) : given;
}
