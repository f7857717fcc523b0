// Long text is cut in its middle: what a thing is stands at its head, what went wrong at its tail.

/** At most about so many characters, whole lines where that is possible, with a line that says what is missing. */
export function shortened(text: string, most: number): string {
	if (text.length <= most) {
		return text;
	}
	const head = text.slice(0, Math.floor(most * 0.4));
	const tail = text.slice(text.length - Math.floor(most * 0.6));
	const from = head.lastIndexOf('\n') > most * 0.2 ? head.slice(0, head.lastIndexOf('\n')) : whole(head);
	const newline = tail.indexOf('\n');
	const to = newline >= 0 && newline < most * 0.3 ? tail.slice(newline + 1) : whole(tail);
	return `${from}\n[${text.length - from.length - to.length} characters left out]\n${to}`;
}

/** Half of a pair of surrogates is no text. */
function whole(text: string): string {
	return text.replace(/^[\udc00-\udfff]|[\ud800-\udbff]$/g, '');
}
