/**
 * How many characters two texts share at their start and at their end, the two never overlapping. Neither end falls
 * inside a line end or a surrogate pair.
 */
export function commonEnds(a: string, b: string): { readonly start: number; readonly end: number } {
	const shorter = Math.min(a.length, b.length);
	let start = 0;
	while (start < shorter && a[start] === b[start]) {
		start += 1;
	}
	while (start > 0 && (splits(a, start) || splits(b, start))) {
		start -= 1;
	}
	let end = 0;
	while (end < shorter - start && a[a.length - 1 - end] === b[b.length - 1 - end]) {
		end += 1;
	}
	while (end > 0 && (splits(a, a.length - end) || splits(b, b.length - end))) {
		end -= 1;
	}
	return { start, end };
}

/** True when cutting before `at` parts what belongs together. */
function splits(text: string, at: number): boolean {
	return (
		text.startsWith('\r\n', at - 1) ||
		(/[\uD800-\uDBFF]/.test(text.charAt(at - 1)) && /[\uDC00-\uDFFF]/.test(text.charAt(at)))
	);
}
