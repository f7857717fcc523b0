// The blocks for one file, each in its place, all at once.
import { changesBetween } from './change';
import { isBlank, type ReplaceEdit } from './edit';
import { leavesCodeOut } from './elision';
import { FileText, type LineChange } from './fileText';
import { type Placed, place } from './place';
import { resolvedBlocks } from './resolve';

/** Why an edit cannot be applied: `message` is for the model. */
export class Refusal extends Error {}

interface PlacedBlock {
	readonly block: ReplaceEdit;
	readonly changes: readonly LineChange[];
	readonly from: number;
	readonly to: number;
	readonly byLine: boolean;
}

/**
 * The text with all blocks applied. Each is found in the text as it was, so that their order says nothing; only one
 * that is not there at all is looked for in what the others made of it.
 * @throws Refusal
 */
export function changedBy(blocks: readonly ReplaceEdit[], text: string): string {
	const file = new FileText(text);
	const placed: PlacedBlock[] = [];
	const later: ReplaceEdit[] = [];
	for (const block of distinct(blocks)) {
		for (const part of resolved(block, file)) {
			const found = part.unit === 'text' ? placeText(file, part) : place(file.lines, part);
			if (found.kind === 'placed') {
				placed.push({
					block: part,
					changes: found.changes,
					from: found.from,
					to: found.to,
					byLine: found.byLine,
				});
			} else if (found.found === 0 && placed.length > 0) {
				later.push(part);
			} else {
				throw new Refusal((found.found === 0 ? alreadyThere(file, part) : undefined) ?? found.reason);
			}
		}
	}
	checkLines(placed);
	const standing = withoutTakenBack(placed);
	const changes = standing.flatMap((one) => one.changes).sort((a, b) => a.from - b.from || a.to - b.to);
	checkOverlap(changes);
	const changed = file.changed(changes);
	const done = later.length === 0 ? changed : afterwards(later, changed, file);
	checkWritten(file.lines, new FileText(done).lines);
	return done;
}

/** A block for text that an earlier block of the same answer has written. */
function afterwards(blocks: readonly ReplaceEdit[], text: string, base: FileText): string {
	let now = text;
	for (const block of blocks) {
		const file = new FileText(now);
		const found = place(file.lines, block);
		if (found.kind === 'refused') {
			throw new Refusal(reasonOf(base, block));
		}
		now = file.changed(found.changes);
	}
	return now;
}

function reasonOf(file: FileText, block: ReplaceEdit): string {
	const found = place(file.lines, block);
	return alreadyThere(file, block) ?? (found.kind === 'refused' ? found.reason : '');
}

function resolved(block: ReplaceEdit, file: FileText): readonly ReplaceEdit[] {
	const blocks = resolvedBlocks(block, file.lines);
	if (blocks.kind === 'refused') {
		throw new Refusal(blocks.reason);
	}
	return blocks.blocks;
}

/** The same block said twice means it once. */
function distinct(blocks: readonly ReplaceEdit[]): readonly ReplaceEdit[] {
	const seen = new Set<string>();
	return blocks.filter(({ search, replace, line }) => {
		const key = JSON.stringify([search, replace, line]);
		return !seen.has(key) && seen.add(key).size > 0;
	});
}

function placeText(file: FileText, block: ReplaceEdit): Placed {
	const whole = file.lines.join('\n');
	const search = block.search.join('\n');
	const at = whole.indexOf(search);
	if (at < 0) {
		return place(file.lines, block);
	}
	const times = whole.split(search).length - 1;
	if (times > 1 || whole.indexOf(search, at + 1) >= 0) {
		return {
			kind: 'refused',
			found: Math.max(2, times),
			reason: `The text is there ${Math.max(2, times)} times; take in more text around it so that it is there once.`,
		};
	}
	const after = (whole.slice(0, at) + block.replace.join('\n') + whole.slice(at + search.length)).split('\n');
	const from = whole.slice(0, at).split('\n').length - 1;
	return {
		kind: 'placed',
		changes: changesBetween(file.lines, after),
		from,
		to: from + block.search.length,
		byLine: false,
	};
}

/** A diff's line numbers may single a place out only where they are right for its other hunks. */
function checkLines(placed: readonly PlacedBlock[]): void {
	const numbered = placed.filter(({ block }) => block.line !== undefined);
	const right = numbered.filter(({ block, from }) => block.line === from + 1);
	if (numbered.some(({ byLine }) => byLine) && right.length < numbered.length) {
		throw new Refusal(
			'The text of a hunk is there several times, and the line numbers of the diff are not reliable.',
		);
	}
}

/** Of two blocks for the very same lines the later stands where the words between them take the earlier back. */
function withoutTakenBack(placed: readonly PlacedBlock[]): readonly PlacedBlock[] {
	return placed.filter(
		(one, index) =>
			!placed
				.slice(index + 1)
				.some(({ block, from, to }) => block.corrects && from === one.from && to === one.to),
	);
}

function checkOverlap(changes: readonly LineChange[]): void {
	for (const [index, change] of changes.entries()) {
		const before = changes[index - 1];
		if (before === undefined) {
			continue;
		}
		const bothInsert = before.from === before.to && change.from === change.to && before.from === change.from;
		if (change.from < before.to || bothInsert || (change.from === before.from && change.to >= before.to)) {
			throw new Refusal(
				`Two blocks change the same lines, at line ${change.from + 1}; give one block for them.`,
			);
		}
	}
}

function alreadyThere(file: FileText, { search, replace }: ReplaceEdit): string | undefined {
	const solid = replace.filter((line) => !isBlank(line));
	const isThere =
		solid.length > 0 &&
		!search.every((line) => replace.includes(line)) &&
		file.lines.some((_, from) =>
			replace.every((line, offset) => file.lines[from + offset]?.trimEnd() === line.trimEnd()),
		);
	return isThere
		? 'The SEARCH lines are not in the file, and the REPLACE lines are there already: nothing is left to change there.'
		: undefined;
}

/** What stands for code, or for a secret that was taken out, must never get into a file. */
export function checkWritten(before: readonly string[], after: readonly string[]): void {
	for (const { insert } of changesBetween(before, after)) {
		for (const line of insert) {
			const wasThere = before.some((other) => other.trim() === line.trim());
			if (leavesCodeOut(line) && !wasThere) {
				throw new Refusal(
					`The line ${JSON.stringify(line.trim().slice(0, 80))} leaves code out; write all lines out.`,
				);
			}
			if (line.includes('[removed: ') && !before.some((other) => other.includes(line.trim()))) {
				throw new Refusal(
					'The new text holds a mark that stands for a secret we took out; leave such lines alone.',
				);
			}
		}
	}
}
