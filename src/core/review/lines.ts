// Lines and which of them two texts have in common. Lines keep their ends, so that joining them gives the text back.

/** A run of lines, 0-based, `end` not included; empty where something is only inserted. */
export interface Span {
	readonly start: number;
	readonly end: number;
}

/** More differing lines than this are not compared one by one: the middle counts as changed as a whole. */
const MOST_DIFFERENCES = 1500;

export function linesOf(text: string): readonly string[] {
	return text === '' ? [] : (text.match(/[^\n]*\n|[^\n]+$/g) ?? []);
}

export function textOf(lines: readonly string[]): string {
	return lines.join('');
}

/**
 * For each line of `a` its place in `b`, or undefined; places only grow. A longest common subsequence by Myers'
 * greedy algorithm ("An O(ND) Difference Algorithm and Its Variations", 1986).
 */
export function matchLines(a: readonly string[], b: readonly string[]): readonly (number | undefined)[] {
	const matched = new Array<number | undefined>(a.length).fill(undefined);
	let start = 0;
	while (start < a.length && start < b.length && a[start] === b[start]) {
		matched[start] = start;
		start += 1;
	}
	let tail = 0;
	while (
		tail < a.length - start &&
		tail < b.length - start &&
		a[a.length - 1 - tail] === b[b.length - 1 - tail]
	) {
		tail += 1;
		matched[a.length - tail] = b.length - tail;
	}
	for (const [x, y] of middle(a.slice(start, a.length - tail), b.slice(start, b.length - tail))) {
		matched[start + x] = start + y;
	}
	return matched;
}

/** Pairs of equal lines, in order. */
function middle(a: readonly string[], b: readonly string[]): readonly (readonly [number, number])[] {
	if (a.length === 0 || b.length === 0) {
		return [];
	}
	const most = Math.min(a.length + b.length, MOST_DIFFERENCES);
	// Of diagonal k at [k + most + 1]: how far along `a` one gets with d differences.
	const furthest = new Int32Array(2 * most + 3);
	const trace: Int32Array[] = [];
	const at = (k: number): number => furthest[k + most + 1] as number;
	for (let d = 0; d <= most; d += 1) {
		trace.push(furthest.slice(most - d, most + d + 3));
		for (let k = -d; k <= d; k += 2) {
			let x = k === -d || (k !== d && at(k - 1) < at(k + 1)) ? at(k + 1) : at(k - 1) + 1;
			while (x < a.length && x - k < b.length && a[x] === b[x - k]) {
				x += 1;
			}
			furthest[k + most + 1] = x;
			if (x >= a.length && x - k >= b.length) {
				return backtrack(trace, a.length, b.length);
			}
		}
	}
	return [];
}

/** `trace[d]` holds the diagonals -d-1 to d+1 as they were before round d. */
function backtrack(trace: readonly Int32Array[], width: number, height: number): [number, number][] {
	const pairs: [number, number][] = [];
	let [x, y] = [width, height];
	for (let d = trace.length - 1; d >= 0; d -= 1) {
		const k = x - y;
		const furthest = trace[d] as Int32Array;
		const [below, above] = [furthest[k + d] as number, furthest[k + d + 2] as number];
		const down = k === -d || (k !== d && below < above);
		// Where the diagonal of this round began: after the one step down or right.
		const beginX = d === 0 ? 0 : down ? above : below + 1;
		while (x > beginX) {
			x -= 1;
			y -= 1;
			pairs.push([x, y]);
		}
		if (down) {
			y -= 1;
		} else {
			x -= 1;
		}
	}
	return pairs.reverse();
}

/** The places where `a` and `b` differ, in order. */
export function differences(
	a: readonly string[],
	b: readonly string[],
): readonly { readonly a: Span; readonly b: Span }[] {
	const matched = matchLines(a, b);
	const found: { a: Span; b: Span }[] = [];
	let [x, y] = [0, 0];
	while (x < a.length || y < b.length) {
		if (x < a.length && matched[x] === y) {
			x += 1;
			y += 1;
			continue;
		}
		const from = { x, y };
		while (x < a.length && matched[x] === undefined) {
			x += 1;
		}
		y = x < a.length ? (matched[x] as number) : b.length;
		found.push({ a: { start: from.x, end: x }, b: { start: from.y, end: y } });
	}
	return found;
}

/**
 * Where a span of `a` lies in `b`: undefined when one of its lines, or the seam of an insertion, was changed. The lines
 * must stand together in `b`.
 */
export function spanIn(
	span: Span,
	matched: readonly (number | undefined)[],
	lengthOfB: number,
): Span | undefined {
	if (span.start === span.end) {
		const before = span.start === 0 ? -1 : matched[span.start - 1];
		const after = span.start === matched.length ? lengthOfB : matched[span.start];
		return before !== undefined && after !== undefined && after === before + 1
			? { start: after, end: after }
			: undefined;
	}
	const start = matched[span.start];
	if (start === undefined) {
		return undefined;
	}
	for (let line = span.start; line < span.end; line += 1) {
		if (matched[line] !== start + line - span.start) {
			return undefined;
		}
	}
	return { start, end: start + span.end - span.start };
}
