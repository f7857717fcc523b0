// Fills the room for code: the definitions worth most, whole; small files whole.

import type { Definition } from './definitions';
import { costOf, type Excerpt, range } from './excerpt';
import type { SourceFile } from './sourceFiles';
import type { Worth } from './worth';

const WHOLE_SHARE = 0.35;
const SMALL_SHARE = 0.07;
const WHOLE_SHARE_OF_FIRST = 0.7;
/** Less than this part of the best is not worth its price. */
const LEAST_SHARE = 0.07;
/** For a part's marks and its mentions of what is left out. */
const PART_BYTES = 300;
const GAP_BYTES = 60;
const IMPORTS_SHARE = 0.06;
const WINDOW = 14;
const MOST_HEAD_LINES = 25;
const CONTAINER_SHARE = 0.2;

/** By the best that each file holds. `already`: lines that other parts show. */
export function codeExcerpts(
	worths: readonly Worth[],
	mostBytes: number,
	already: ReadonlyMap<string, ReadonlySet<number>>,
): readonly Excerpt[] {
	const excerpts = new Map<string, Excerpt>();
	const best = worths[0]?.worth ?? 0;
	const inOrder = byWorthInBytes(worths, mostBytes);
	let room = mostBytes;
	for (const [rank, one] of inOrder.entries()) {
		if (room < 200) {
			break;
		}
		if (one.worth < best * LEAST_SHARE) {
			continue;
		}
		const { file } = one;
		const known = excerpts.get(file.path);
		const shown = known?.shown ?? new Set<number>();
		const elsewhere = already.get(file.path);
		const isWhole = shown.size === file.lines.length;
		if (isWhole || (elsewhere !== undefined && covers(elsewhere, one.definition))) {
			continue;
		}
		const lines = new Set<number>();
		const whole = costOf(file, shown, range(1, file.lines.length));
		if (
			elsewhere === undefined &&
			whole + PART_BYTES <= room &&
			file.size <=
				mostBytes *
					Math.max(
						SMALL_SHARE,
						rank === 0 || one.isNamesake ? WHOLE_SHARE_OF_FIRST : WHOLE_SHARE * (one.worth / best),
					)
		) {
			add(lines, 1, file.lines.length);
		} else {
			addImports(file, lines, mostBytes * IMPORTS_SHARE);
			chooseLines(one, lines, Math.min(room, mostBytes * 0.55), mostBytes * CONTAINER_SHARE);
		}
		const cost =
			costOf(file, shown, lines) + (known === undefined ? PART_BYTES + file.path.length : GAP_BYTES);
		if (lines.size === 0 || cost > room) {
			continue;
		}
		for (const line of lines) {
			shown.add(line);
		}
		excerpts.set(file.path, { file, shown });
		room -= cost;
	}
	const order = [...new Set(worths.map(({ file }) => file.path))];
	return [...excerpts.values()].sort((a, b) => order.indexOf(a.file.path) - order.indexOf(b.file.path));
}

/** What takes much room must be worth it. */
function byWorthInBytes(worths: readonly Worth[], mostBytes: number): readonly Worth[] {
	const weighed = worths.map((one, rank) => {
		const { file, definition } = one;
		const bytes = definition.container ? 0 : costOf(file, new Set(), range(definition.start, definition.end));
		return { one, rank, weight: one.worth / (1 + bytes / (mostBytes * 0.6)) };
	});
	return weighed.sort((a, b) => b.weight - a.weight || a.rank - b.rank).map(({ one }) => one);
}

function covers(shown: ReadonlySet<number>, { start, end }: Definition): boolean {
	for (const line of range(start, end)) {
		if (!shown.has(line)) {
			return false;
		}
	}
	return true;
}

function chooseLines(
	{ file, definition, hot }: Worth,
	lines: Set<number>,
	most: number,
	mostContainer: number,
): void {
	const { start, end, container, head } = definition;
	const cost = costOf(file, lines, range(start, end));
	if (container && cost > mostContainer) {
		// Its parts come for themselves; only what stands before the first of them is its own.
		const first = file.definitions.find(({ parent }) => parent === definition)?.start ?? head + 1;
		add(lines, start, Math.max(head, Math.min(first - 1, head + MOST_HEAD_LINES)));
		addWindows(file, definition, hot, lines);
	} else if (cost <= most) {
		add(lines, start, end);
	} else {
		if (hot.length === 0 && most < 2_000) {
			return;
		}
		add(lines, start, Math.min(end, head + WINDOW));
		addWindows(file, definition, hot, lines);
		for (let line = head; line <= end && costOf(file, new Set(), lines) < most * 0.8; line += 1) {
			lines.add(line);
		}
	}
	for (let { parent } = definition; parent !== undefined; { parent } = parent) {
		lines.add(parent.head);
		lines.add(parent.end);
	}
}

const IMPORT =
	/^(?:import\b|from\s+\S+\s+import\b|use\s|using\s|package\s|require|(?:const|let|var)\s[^=\n]{1,300}=\s*(?:require|import)\s*\(|#include|namespace\s)/;

/** What a file brings in is needed to change it; a long list of it is not. */
function addImports(file: SourceFile, lines: Set<number>, most: number): void {
	const imports = file.lines.slice(0, 150).flatMap((line, index) => (IMPORT.test(line) ? [index + 1] : []));
	const [first, last] = [imports[0], imports.at(-1)];
	if (first === undefined || last === undefined) {
		return;
	}
	if (costOf(file, lines, range(first, last)) <= most) {
		add(lines, first, last);
	} else if (costOf(file, lines, imports) <= most) {
		imports.forEach((line) => lines.add(line));
	}
}

function addWindows(
	file: SourceFile,
	{ start, end }: Definition,
	hot: readonly number[],
	lines: Set<number>,
): void {
	for (const line of hot.slice(0, 3)) {
		add(lines, Math.max(start, line - WINDOW), Math.min(end, file.lines.length, line + WINDOW));
	}
}

function add(lines: Set<number>, from: number, to: number): void {
	for (const line of range(from, to)) {
		lines.add(line);
	}
}
