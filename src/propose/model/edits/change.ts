// The least change between two lists of lines.
import type { LineChange } from './fileText';

/** Beyond so many cells the middle is taken as replaced altogether. */
const MOST_CELLS = 4_000_000;

/** What must happen to `before` so that it becomes `after`; sorted, never touching each other. */
export function changesBetween(before: readonly string[], after: readonly string[]): readonly LineChange[] {
	let head = 0;
	while (head < before.length && head < after.length && before[head] === after[head]) {
		head += 1;
	}
	let tail = 0;
	while (
		tail < before.length - head &&
		tail < after.length - head &&
		before[before.length - 1 - tail] === after[after.length - 1 - tail]
	) {
		tail += 1;
	}
	const a = before.slice(head, before.length - tail);
	const b = after.slice(head, after.length - tail);
	if (a.length === 0 && b.length === 0) {
		return [];
	}
	return a.length * b.length > MOST_CELLS
		? [{ from: head, to: head + a.length, insert: b }]
		: middleChanges(a, b).map(({ from, to, insert }) => ({ from: from + head, to: to + head, insert }));
}

function middleChanges(a: readonly string[], b: readonly string[]): LineChange[] {
	const width = b.length + 1;
	const common = new Uint32Array((a.length + 1) * width);
	for (let i = a.length - 1; i >= 0; i -= 1) {
		for (let j = b.length - 1; j >= 0; j -= 1) {
			common[i * width + j] =
				a[i] === b[j]
					? (common[(i + 1) * width + j + 1] ?? 0) + 1
					: Math.max(common[(i + 1) * width + j] ?? 0, common[i * width + j + 1] ?? 0);
		}
	}
	const changes: { from: number; to: number; insert: string[] }[] = [];
	let [i, j] = [0, 0];
	const open = () => {
		const last = changes.at(-1);
		if (last?.to === i) {
			return last;
		}
		const fresh = { from: i, to: i, insert: [] };
		changes.push(fresh);
		return fresh;
	};
	while (i < a.length || j < b.length) {
		if (i < a.length && j < b.length && a[i] === b[j]) {
			i += 1;
			j += 1;
		} else if (
			j < b.length &&
			(i === a.length || (common[i * width + j + 1] ?? 0) >= (common[(i + 1) * width + j] ?? 0))
		) {
			open().insert.push(b[j] ?? '');
			j += 1;
		} else {
			open().to = i + 1;
			i += 1;
		}
	}
	return changes;
}

/** How many lines of `before` are still there in `after`, in order. */
export function keptCount(before: readonly string[], after: readonly string[]): number {
	return before.length - changesBetween(before, after).reduce((sum, { from, to }) => sum + to - from, 0);
}
