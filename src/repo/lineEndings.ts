// Line endings are the user's: a line that stays keeps its own, a new line takes that of the line before it.

export function withoutCarriageReturns(text: string): string {
	return text.replaceAll('\r\n', '\n');
}

/** `text`, whose lines end in `\n`, with the endings that `original` uses. */
export function withEndingsOf(original: string, text: string): string {
	const endings = original.match(/\r?\n/g) ?? [];
	const marked = endings.filter((ending) => ending === '\r\n').length;
	if (marked === 0) {
		return text;
	}
	if (marked === endings.length) {
		return text.replaceAll('\n', '\r\n');
	}
	const old = original.split('\n').map((line) => line.replace(/\r$/, ''));
	const now = text.split('\n');
	const origin = alignment(old, now);
	let ending = endings[0] ?? '\n';
	return now
		.map((line, at) => {
			const from = origin[at];
			ending = (from === undefined ? undefined : endings[from]) ?? ending;
			return at === now.length - 1 ? line : line + ending;
		})
		.join('');
}

/** Beyond this many pairs of lines in the middle only the common head and tail are aligned. */
const MOST_PAIRS = 4_000_000;

/** For each line of `now` the line of `old` that it was, by a longest common subsequence. */
function alignment(old: readonly string[], now: readonly string[]): (number | undefined)[] {
	const origin = new Array<number | undefined>(now.length);
	let head = 0;
	while (head < old.length && head < now.length && old[head] === now[head]) {
		origin[head] = head;
		head += 1;
	}
	let tail = 0;
	while (
		tail < old.length - head &&
		tail < now.length - head &&
		old[old.length - 1 - tail] === now[now.length - 1 - tail]
	) {
		tail += 1;
		origin[now.length - tail] = old.length - tail;
	}
	const rows = old.length - head - tail;
	const columns = now.length - head - tail;
	if (rows * columns > MOST_PAIRS) {
		return origin;
	}
	const width = columns + 1;
	const longest = new Uint32Array((rows + 1) * width);
	const at = (row: number, column: number) => longest[row * width + column] ?? 0;
	for (let row = rows - 1; row >= 0; row -= 1) {
		for (let column = columns - 1; column >= 0; column -= 1) {
			longest[row * width + column] =
				old[head + row] === now[head + column]
					? at(row + 1, column + 1) + 1
					: Math.max(at(row + 1, column), at(row, column + 1));
		}
	}
	for (let row = 0, column = 0; row < rows && column < columns; ) {
		if (old[head + row] === now[head + column]) {
			origin[head + column] = head + row;
			row += 1;
			column += 1;
		} else if (at(row + 1, column) >= at(row, column + 1)) {
			row += 1;
		} else {
			column += 1;
		}
	}
	return origin;
}
