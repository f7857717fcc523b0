// Parts of a file as text: whole lines, with marks where lines are left out.
import type { Definition } from './definitions';
import type { SourceFile } from './sourceFiles';

/** Gaps this small are shown: a mark would take as much room. */
const SMALL_GAP = 2;
const MOST_SIGNATURE = 110;
const MOST_SIGNATURES = 14;

export interface Excerpt {
	readonly file: SourceFile;
	/** 1-based numbers of the lines to show. */
	readonly shown: Set<number>;
}

/**
 * The shown lines as they are; between them marks in square brackets with the numbers of what is left out, and the
 * first lines of the definitions there, as far as these fit into `signatureBytes`.
 */
export function excerptText({ file, shown }: Excerpt, signatureBytes: number): string {
	const rows: string[] = [];
	let room = signatureBytes;
	const { lines } = file;
	const blank = (line: number) => (lines[line - 1] ?? '').trim() === '';
	for (let line = 1; line <= lines.length; ) {
		if (shown.has(line)) {
			rows.push(lines[line - 1] ?? '');
			line += 1;
			continue;
		}
		let end = line;
		while (end < lines.length && !shown.has(end + 1)) {
			end += 1;
		}
		const isOuter = line === 1 || end === lines.length;
		if (end - line < SMALL_GAP && !(isOuter && end - line < SMALL_GAP && blank(line) && blank(end))) {
			rows.push(...lines.slice(line - 1, end));
		} else if (!Array.from({ length: end - line + 1 }, (_, at) => line + at).every(blank)) {
			const listed = signaturesIn(file, line, end).filter((text) => {
				room -= Buffer.byteLength(text) + 1;
				return room >= 0;
			});
			rows.push(mark(line, end, listed));
		} else if (!isOuter) {
			rows.push('');
		}
		line = end + 1;
	}
	return rows.join('\n');
}

function mark(from: number, to: number, signatures: readonly string[]): string {
	const range = from === to ? `line ${from} is` : `lines ${from}-${to} are`;
	return signatures.length === 0
		? `[${range} not shown]`
		: [`[${range} not shown, among them:`, ...signatures].join('\n').concat(']');
}

function signaturesIn(file: SourceFile, from: number, to: number): string[] {
	const heads = file.definitions.filter(
		({ head, end, parent }) => head >= from && head <= to && end > head && isOuter(parent, from),
	);
	return heads.slice(0, MOST_SIGNATURES).map((definition) => `  ${signature(file, definition)}`);
}

/** Listed at the outermost level that the gap holds. */
function isOuter(parent: Definition | undefined, from: number): boolean {
	return parent === undefined || parent.head < from || parent.container;
}

function signature(file: SourceFile, { head }: Definition): string {
	const text = (file.lines[head - 1] ?? '').trim();
	return `${head}: ${text.length > MOST_SIGNATURE ? `${text.slice(0, MOST_SIGNATURE)} …` : text}`;
}

/** Bytes that showing these lines adds. */
export function costOf(file: SourceFile, shown: ReadonlySet<number>, lines: Iterable<number>): number {
	let bytes = 0;
	for (const line of lines) {
		const text = file.lines[line - 1];
		if (text !== undefined && !shown.has(line)) {
			bytes += Buffer.byteLength(text) + 1;
		}
	}
	return bytes;
}

export function* range(from: number, to: number): Iterable<number> {
	for (let line = from; line <= to; line += 1) {
		yield line;
	}
}
