const BEGIN = /-----BEGIN (?:[A-Z]{2,12} ){0,2}PRIVATE KEY(?: BLOCK)?-----/g;
/** Line ends (real or escaped), quotes and signs that a key's lines are joined with in source text. */
const GAP = `(?:\\\\[nrt]|[\\s"'\`+,;*#>|\\\\-])`;
const HEADERS = new RegExp(`(?:${GAP}{0,40}[A-Z][A-Za-z-]{2,20}: [^\\n\\\\]{0,120}){0,4}`, 'y');
const LINE = new RegExp(`${GAP}{0,60}[A-Za-z0-9+/=]{40,}`, 'y');
const TAIL = new RegExp(
	`(?:${GAP}{0,60}[A-Za-z0-9+/=]{1,40}){0,2}${GAP}{0,60}-----END (?:[A-Z]{2,12} ){0,2}PRIVATE KEY(?: BLOCK)?-----`,
	'y',
);

/**
 * Where private keys in armour begin and end, in order. A key cut short counts to its last line; code that only
 * names the armour does not count.
 */
export function privateKeys(text: string): readonly { readonly start: number; readonly end: number }[] {
	const keys: { start: number; end: number }[] = [];
	for (const { index, 0: begin } of text.matchAll(BEGIN)) {
		const body = after(HEADERS, text, index + begin.length) ?? index + begin.length;
		let end = body;
		for (let next = after(LINE, text, end); next !== undefined; next = after(LINE, text, end)) {
			end = next;
		}
		const tail = after(TAIL, text, end);
		// A short elliptic key may be one line of less than forty characters before the end mark.
		if (end > body || (tail !== undefined && tail - body > 60)) {
			keys.push({ start: index, end: tail ?? end });
		}
	}
	return keys;
}

function after(pattern: RegExp, text: string, at: number): number | undefined {
	pattern.lastIndex = at;
	return pattern.test(text) ? pattern.lastIndex : undefined;
}
