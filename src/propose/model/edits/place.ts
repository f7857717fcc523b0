// Where a block belongs in a file. A ladder from exact to lenient; on every rung the place must be the only one.

import { changesBetween } from './change';
import { isBlank, quoted, type ReplaceEdit, withoutBlankEnds } from './edit';
import type { LineChange } from './fileText';
import { reindented } from './indent';

export type Placed =
	| {
			readonly kind: 'placed';
			readonly changes: readonly LineChange[];
			readonly from: number;
			readonly to: number;
			/** Only the line number of a diff told it from other places. */
			readonly byLine: boolean;
	  }
	/** `found`: the places on the first rung that has any; none when the text is not there. */
	| { readonly kind: 'refused'; readonly found: number; readonly reason: string };

/** One way in which a block may lie in a file. */
interface Fit {
	/** The file's line for each line of the block; undefined for a blank line that the file does not have. */
	readonly map: readonly (number | undefined)[];
	readonly changes: readonly LineChange[];
}

type Rung = (block: Block) => readonly Fit[];

interface Block {
	readonly lines: readonly string[];
	readonly search: readonly string[];
	/** What becomes of the search, in its own line numbers. */
	readonly changes: readonly LineChange[];
}

/** Finds the only place for the block. `search` is not empty. */
export function place(lines: readonly string[], edit: ReplaceEdit): Placed {
	const block: Block = { lines, search: edit.search, changes: changesBetween(edit.search, edit.replace) };
	const bare = withoutSharedBlanks(edit);
	const trimmed: Block = { lines, search: bare.search, changes: changesBetween(bare.search, bare.replace) };
	const rungs: readonly (readonly [Rung, Block])[] = [
		[exact, block],
		[ignoringLineEnds, block],
		[exact, trimmed],
		[ignoringLineEnds, trimmed],
		[ignoringIndentation, block],
		[ignoringIndentation, trimmed],
		[ignoringBlankLines, trimmed],
		[withStaleContext, trimmed],
	];
	for (const [rung, own] of rungs) {
		const placed = only(rung(own), lines, edit);
		if (placed !== undefined) {
			return placed;
		}
	}
	const search = withoutBlankEnds(edit.search);
	return { kind: 'refused', found: 0, reason: notFound(lines, search) };
}

/** Without the blank lines around it that search and replacement have in common: the form of the answer adds some. */
function withoutSharedBlanks({ search, replace }: ReplaceEdit): Pick<ReplaceEdit, 'search' | 'replace'> {
	const solid = withoutBlankEnds(search).length;
	if (replace.every(isBlank) && replace.length !== search.length - solid) {
		// Which of the blank lines are to stay cannot be told.
		return { search, replace };
	}
	const blank = (line: string | undefined) => line !== undefined && isBlank(line);
	let head = 0;
	while (search.length - head > solid && blank(search[head]) && blank(replace[head])) {
		head += 1;
	}
	let tail = 0;
	while (
		search.length - head - tail > solid &&
		replace.length - head - tail > 0 &&
		blank(search.at(-1 - tail)) &&
		blank(replace.at(-1 - tail))
	) {
		tail += 1;
	}
	return {
		search: search.slice(head, search.length - tail),
		replace: replace.slice(head, replace.length - tail),
	};
}

/** Undefined when the rung has no place, so that the next one may try. */
function only(fits: readonly Fit[], lines: readonly string[], edit: ReplaceEdit): Placed | undefined {
	if (fits.length === 0) {
		return undefined;
	}
	const [fit, ...others] = fits.length === 1 ? fits : singledOut(fits, lines, edit);
	if (fit === undefined || others.length > 0) {
		return { kind: 'refused', found: fits.length, reason: ambiguous(fits, lines) };
	}
	if (fit.changes === UNCERTAIN) {
		const at = startOf(fit);
		return {
			kind: 'refused',
			found: 1,
			reason: `Its lines are indented otherwise than the file's, in no uniform way. The file has, from line ${at + 1}:\n${quoted(lines.slice(at, endOf(fit)), 10)}`,
		};
	}
	return {
		kind: 'placed',
		changes: fit.changes,
		from: startOf(fit),
		to: endOf(fit),
		byLine: fits.length > 1,
	};
}

/** By what a diff says of the place besides its lines. */
function singledOut(fits: readonly Fit[], lines: readonly string[], edit: ReplaceEdit): readonly Fit[] {
	const { line, heading } = edit;
	const under =
		heading === undefined ? fits : fits.filter((fit) => isUnder(startOf(fit), endOf(fit), heading, lines));
	const there = line === undefined ? under : under.filter((fit) => startOf(fit) === line - 1);
	return (line === undefined && heading === undefined) || there.length !== 1 ? fits : there;
}

/** The heading stands once in the file, and the place within what it opens. */
function isUnder(from: number, to: number, heading: string, lines: readonly string[]): boolean {
	const same = lines.flatMap((line, at) => (line.trim() === heading.trim() ? [at] : []));
	const [at, more] = same;
	if (at === undefined || more !== undefined || from <= at) {
		return false;
	}
	const depth = (line: string) => line.length - line.trimStart().length;
	const outside = lines
		.slice(at + 1, to)
		.find((line) => !isBlank(line) && depth(line) <= depth(lines[at] ?? '') && !/^\s*[)\]}]/.test(line));
	return outside === undefined;
}

const exact: Rung = (block) => straight(block, (file, own) => file === own);
const ignoringLineEnds: Rung = (block) => straight(block, (file, own) => file.trimEnd() === own.trimEnd());

const ignoringIndentation: Rung = (block) =>
	spans(block, (file, own) => file.trim() === own.trim()).flatMap((map) => fitOf(block, map));

/** Blank lines more or less, but none next to what changes. */
const ignoringBlankLines: Rung = (block) => {
	const file = block.lines.flatMap((line, at) => (isBlank(line) ? [] : [at]));
	const own = block.search.flatMap((line, at) => (isBlank(line) ? [] : [at]));
	const solid = own.map((at) => block.search[at] ?? '');
	const fits: Fit[] = [];
	for (let at = 0; at + solid.length <= file.length; at += 1) {
		if (solid.every((line, offset) => (block.lines[file[at + offset] ?? -1] ?? '').trim() === line.trim())) {
			const map: (number | undefined)[] = block.search.map(() => undefined);
			own.forEach((line, offset) => {
				map[line] = file[at + offset];
			});
			fits.push(...fitOf(block, map));
		}
	}
	return fits;
};

/**
 * Lines that only serve to find the place may have changed a little since the model saw them: not the first, not the
 * last, and none next to what changes.
 */
const withStaleContext: Rung = (block) => {
	const { search, changes } = block;
	const fixed = new Set([0, search.length - 1]);
	for (const { from, to } of changes) {
		for (let at = from - 1; at <= to; at += 1) {
			fixed.add(at);
		}
	}
	const most = Math.floor(search.length / 4);
	if (most === 0) {
		return [];
	}
	const maps = spans(
		block,
		(file, own, at) => file.trim() === own.trim() || (!fixed.has(at) && areAlike(file.trim(), own.trim())),
	).filter((map) => {
		const stale = map.filter((line, at) => block.lines[line ?? -1]?.trim() !== search[at]?.trim()).length;
		return stale <= most && (isAlone(search[0], block.lines) || isAlone(search.at(-1), block.lines));
	});
	return maps.flatMap((map) => fitOf(block, map));
};

function isAlone(line: string | undefined, lines: readonly string[]): boolean {
	return lines.filter((other) => other.trim() === line?.trim()).length === 1;
}

function straight(block: Block, same: (file: string, own: string) => boolean): Fit[] {
	return spans(block, same).map((map) => ({
		map,
		changes: block.changes.map(({ from, to, insert }) => ({
			from: from + (map[0] ?? 0),
			to: to + (map[0] ?? 0),
			insert,
		})),
	}));
}

/** Every run of the file's lines that the block's lines match one by one. */
function spans(
	{ lines, search }: Block,
	same: (file: string, own: string, at: number) => boolean,
): number[][] {
	const found: number[][] = [];
	for (let at = 0; at + search.length <= lines.length; at += 1) {
		if (search.every((own, offset) => same(lines[at + offset] ?? '', own, offset))) {
			found.push(search.map((_, offset) => at + offset));
		}
	}
	return found;
}

/** None when the indentation does not tell how new lines are to be written. The place counts all the same. */
function fitOf(block: Block, map: readonly (number | undefined)[]): Fit[] {
	const pairs = block.search.flatMap((own, at) => {
		const line = map[at];
		return line === undefined ? [] : [[block.lines[line] ?? '', own] as const];
	});
	const inserts =
		reindented(pairs, block.changes, block.lines) ??
		(isLiteral(block, map) ? block.changes.map(({ insert }) => insert) : undefined);
	const changes = block.changes.flatMap(({ from, to }, index): LineChange[] => {
		const insert = inserts?.[index];
		const around = map.slice(Math.max(0, from - 1), to + 1);
		const isWhole = around.every(
			(line, at) => line !== undefined && (at === 0 || line === (around[at - 1] ?? 0) + 1),
		);
		const first = from < map.length ? map[from] : (map[from - 1] ?? 0) + 1;
		return insert === undefined || !isWhole || first === undefined
			? []
			: [{ from: first, to: first + to - from, insert }];
	});
	return [{ map, changes: changes.length === block.changes.length ? changes : UNCERTAIN }];
}

/** What is taken out stands there to the letter, so that what takes its place is to the letter as well. */
function isLiteral({ lines, search, changes }: Block, map: readonly (number | undefined)[]): boolean {
	return changes.every(({ from, to }) => {
		const solid = search.slice(from, to).some((line) => !isBlank(line));
		const same = search.slice(from, to).every((line, at) => lines[map[from + at] ?? -1] === line);
		return solid && same;
	});
}

/** Stands for changes that would have to be guessed. */
const UNCERTAIN: readonly LineChange[] = [];

function startOf({ map }: Fit): number {
	return map.find((line) => line !== undefined) ?? 0;
}

function endOf({ map }: Fit): number {
	return (map.findLast((line) => line !== undefined) ?? 0) + 1;
}

const LEAST_ALIKE = 0.8;

/** How much of two lines is the same, by pairs of neighbouring characters. */
function areAlike(one: string, other: string): boolean {
	if (one.length < 4 || other.length < 4) {
		return false;
	}
	const pairs = new Map<string, number>();
	for (let at = 0; at < one.length - 1; at += 1) {
		const pair = one.slice(at, at + 2);
		pairs.set(pair, (pairs.get(pair) ?? 0) + 1);
	}
	let shared = 0;
	for (let at = 0; at < other.length - 1; at += 1) {
		const left = pairs.get(other.slice(at, at + 2)) ?? 0;
		if (left > 0) {
			shared += 1;
			pairs.set(other.slice(at, at + 2), left - 1);
		}
	}
	return (2 * shared) / (one.length + other.length - 2) >= LEAST_ALIKE;
}

function ambiguous(fits: readonly Fit[], lines: readonly string[]): string {
	const at = fits.slice(0, 5).map((fit) => startOf(fit) + 1);
	const first = startOf(fits[0] ?? { map: [], changes: [] });
	return `Its text is there ${fits.length} times (lines ${at.join(', ')}); take in more lines around it so that it is there once. Before the first stands:\n${quoted(lines.slice(Math.max(0, first - 3), first))}`;
}

function notFound(lines: readonly string[], search: readonly string[]): string {
	const near = nearest(lines, search);
	const said = `These lines are not in the file:\n${quoted(search)}`;
	return near === undefined
		? said
		: `${said}\nThe nearest there are, from line ${near + 1}:\n${quoted(lines.slice(near, near + Math.min(10, search.length)), 10)}`;
}

/** Where most of the lines are the same; undefined when nowhere any is. */
function nearest(lines: readonly string[], search: readonly string[]): number | undefined {
	const wanted = search.slice(0, 60).map((line) => line.trim());
	let best: number | undefined;
	let bestScore = 0;
	for (let at = 0; at < lines.length; at += 1) {
		let score = 0;
		for (const [offset, line] of wanted.entries()) {
			const other = lines[at + offset]?.trim() ?? '';
			score += line === '' ? 0 : other === line ? 1 : areAlike(other, line) ? 0.5 : 0;
		}
		if (score > bestScore) {
			[best, bestScore] = [at, score];
		}
	}
	return best;
}
