// One `<<<<<<< SEARCH … ======= … >>>>>>> REPLACE` block, with the marks as models vary them.
import type { Edit } from './edit';

export interface ReadBlock {
	readonly edit: Edit;
	/** The line after the block. */
	readonly next: number;
}

const OPENS = /^\s*(?:(<{3,})\s*(SEARCH|ORIGINAL|OLD|HEAD|BEFORE|FIND)\b|(-{5,})\s*(SEARCH)\b)\s*:?\s*(.*)$/;
const ENDS =
	/^\s*(?:>{3,}\s*(?:REPLACE|UPDATED|NEW|AFTER|END)\b.*|>{5,}\s*(?:[\w./-]*)|\+{5,}\s*REPLACE\b.*)\s*$/;

export function opensBlock(line: string): boolean {
	const match = OPENS.exec(line);
	return match !== null && (match[2] === undefined || match[2] === 'SEARCH' || (match[1] ?? '').length >= 5);
}

/** What stands behind the opening mark; a path, with some. */
export function besideMark(line: string): string {
	return OPENS.exec(line)?.[5] ?? '';
}

export function readBlock(
	lines: readonly string[],
	at: number,
	path: string | undefined,
	corrects: boolean,
): ReadBlock {
	const opening = lines[at] ?? '';
	let end = at + 1;
	while (end < lines.length && !ENDS.test(lines[end] ?? '') && !opensBlock(lines[end] ?? '')) {
		end += 1;
	}
	const broken = (reason: string, next: number): ReadBlock => ({
		edit: { kind: 'broken', reason, ...(path === undefined ? {} : { path }) },
		next,
	});
	if (end >= lines.length || opensBlock(lines[end] ?? '')) {
		return broken('A block has no end: it must close with >>>>>>> REPLACE.', end);
	}
	const indent = /^\s*/.exec(opening)?.[0] ?? '';
	const inside = lines.slice(at + 1, end);
	const body =
		indent !== '' && inside.every((line) => line.startsWith(indent) || line.trim() === '')
			? inside.map((line) => line.slice(indent.length))
			: inside;
	const { content, line } = withoutRange(body);
	const divider = dividerOf(content, OPENS.exec(opening)?.[1]?.length ?? 7);
	if (divider === undefined) {
		const found = content.filter((one) => /^={3,}\s*$/.test(one)).length;
		return broken(
			found === 0
				? 'A block has no ======= between its SEARCH and its REPLACE.'
				: 'A block holds several lines of =======, so that it is not clear where REPLACE begins; leave such lines out of it.',
			end + 1,
		);
	}
	return {
		edit: {
			kind: 'replace',
			path,
			search: unfenced(content.slice(0, divider)),
			replace: unfenced(content.slice(divider + 1)),
			unit: 'lines',
			...(line === undefined ? {} : { line }),
			corrects,
		},
		next: end + 1,
	};
}

function dividerOf(lines: readonly string[], arrows: number): number | undefined {
	const marks = lines.flatMap((line, at) => (/^\s*={3,}\s*$/.test(line) ? [at] : []));
	const long = (at: number) => (lines[at] ?? '').trim().length;
	for (const fits of [(at: number) => long(at) === arrows, (at: number) => long(at) >= 5, () => true]) {
		const found = marks.filter(fits);
		if (found.length > 0) {
			return found.length === 1 ? found[0] : undefined;
		}
	}
	return undefined;
}

/** `:start_line:12` and the dashes below it. */
function withoutRange(lines: readonly string[]): { content: readonly string[]; line?: number } {
	const marks = lines.findIndex((line) => !/^\s*:(?:start|end)_line:\s*\d+\s*$/.test(line));
	if (marks <= 0) {
		return { content: lines };
	}
	const start = /:start_line:\s*(\d+)/.exec(lines[0] ?? '')?.[1];
	const content = lines.slice(/^\s*-{5,}\s*$/.test(lines[marks] ?? '') ? marks + 1 : marks);
	return start === undefined ? { content } : { content, line: Number(start) };
}

/** Some put a fence around each half. */
function unfenced(lines: readonly string[]): readonly string[] {
	const isFenced =
		lines.length >= 2 && /^\s*```[\w+-]*\s*$/.test(lines[0] ?? '') && /^\s*```\s*$/.test(lines.at(-1) ?? '');
	const inner = lines.slice(1, -1);
	return isFenced && !inner.some((line) => /^\s*```/.test(line)) ? inner : lines;
}
