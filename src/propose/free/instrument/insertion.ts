/** A piece of text put into a source file, on one line, so that no line moves. */
export interface Insertion {
	/** UTF-16 offset into the base text. */
	readonly offset: number;
	readonly text: string;
	/** Among insertions at one offset the smaller comes first. */
	readonly order: number;
	/** Offset of the other half, of what opens and what closes; both are put in or neither. */
	readonly partner: number | undefined;
}

/** What goes round [start, end); of several that share an end the inner ones close first. */
export function around(start: number, end: number, opening: string, closing: string): readonly Insertion[] {
	return [
		{ offset: start, text: opening, order: Number.MAX_SAFE_INTEGER - end, partner: end },
		{ offset: end, text: closing, order: -start - 1, partner: start },
	];
}

export function at(offset: number, text: string): Insertion {
	return { offset, text, order: 0, partner: undefined };
}

interface Changed {
	readonly start: number;
	readonly end: number;
	/** Where the changed part ends in the new text. */
	readonly newEnd: number;
}

/**
 * `newText` with the insertions that were made for `baseText`, which it differs from in a few places. Insertions
 * inside what changed are left out, and so is what would be torn apart.
 */
export function insertInto(newText: string, baseText: string, insertions: readonly Insertion[]): string {
	const ranges = changes(baseText, newText);
	const kept: (readonly [number, Insertion])[] = [];
	for (const insertion of insertions) {
		const place = placeOf(insertion.offset, insertion, ranges);
		const partner = insertion.partner;
		if (place !== undefined && (partner === undefined || isKept(partner, insertion, ranges))) {
			kept.push([place, insertion]);
		}
	}
	kept.sort((a, b) => a[0] - b[0] || a[1].offset - b[1].offset || a[1].order - b[1].order);
	let text = '';
	let from = 0;
	for (const [place, insertion] of kept) {
		text += newText.slice(from, place) + insertion.text;
		from = place;
	}
	return text + newText.slice(from);
}

/** Where the offset is in the new text; undefined when something there changed. */
function placeOf(offset: number, insertion: Insertion, ranges: readonly Changed[]): number | undefined {
	let shift = 0;
	for (const { start, end, newEnd } of ranges) {
		if (offset < start) {
			break;
		}
		// What closes belongs behind text added there, or before it: nobody can tell.
		const closes = insertion.partner !== undefined && insertion.partner < insertion.offset;
		if (offset === start && !closes) {
			break;
		}
		if (offset <= end) {
			return undefined;
		}
		shift = newEnd - end;
	}
	return offset + shift;
}

function isKept(partner: number, insertion: Insertion, ranges: readonly Changed[]): boolean {
	return placeOf(partner, { ...insertion, offset: partner, partner: insertion.offset }, ranges) !== undefined;
}

/** The ranges in which the texts differ, in order: usually one. */
function changes(base: string, next: string): readonly Changed[] {
	if (base === next) {
		return [];
	}
	const most = Math.min(base.length, next.length);
	let head = 0;
	while (head < most && base.charCodeAt(head) === next.charCodeAt(head)) {
		head++;
	}
	let tail = 0;
	while (
		tail < most - head &&
		base.charCodeAt(base.length - 1 - tail) === next.charCodeAt(next.length - 1 - tail)
	) {
		tail++;
	}
	const whole = { start: head, end: base.length - tail, newEnd: next.length - tail };
	return split(base, next, whole);
}

/** Lines in the middle that both have make two ranges of one. */
function split(base: string, next: string, whole: Changed): readonly Changed[] {
	const old = base.slice(whole.start, whole.end);
	const now = next.slice(whole.start, whole.newEnd);
	const first = old.indexOf('\n');
	const nowFirst = now.indexOf('\n');
	if (first < 0 || nowFirst < 0) {
		return [whole];
	}
	// The longest run of whole lines that both hold: between two edits it is everything but their own lines.
	const lines = lineStarts(old);
	let best: { readonly from: number; readonly to: number; readonly newFrom: number } | undefined;
	for (let index = 0; index < lines.length && index < 40; index++) {
		const from = lines[index] ?? 0;
		for (const newFrom of [...lineStarts(now).slice(0, 40)]) {
			let length = 0;
			while (
				from + length < old.length &&
				newFrom + length < now.length &&
				old.charCodeAt(from + length) === now.charCodeAt(newFrom + length)
			) {
				length++;
			}
			const to = old.lastIndexOf('\n', from + length - 1) + 1;
			if (to > from && to - from > (best ? best.to - best.from : 0)) {
				best = { from, to, newFrom };
			}
		}
	}
	if (!best || best.to - best.from < 20) {
		return [whole];
	}
	const { start } = whole;
	return [
		{ start, end: start + best.from, newEnd: start + best.newFrom },
		{ start: start + best.to, end: whole.end, newEnd: whole.newEnd },
	];
}

function lineStarts(text: string): readonly number[] {
	const starts: number[] = [];
	for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) {
		starts.push(at + 1);
	}
	return starts;
}
