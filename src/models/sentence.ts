// What a provider or the network says, made fit to be shown: one short line without keys and control characters.

const MOST_LENGTH = 300;
/** A piece of a key this long gives the key away. */
const LEAST_PIECE = 8;

export function sentence(text: string, secrets: Iterable<string>): string {
	let clean = text.slice(0, 100_000);
	for (const secret of secrets) {
		clean = without(clean, secret);
	}
	// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what has to go
	clean = clean.replace(
		/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]+/g,
		' ',
	);
	clean = clean.replace(/\s+/g, ' ').trim();
	if (clean.length > MOST_LENGTH) {
		return `${clean.slice(0, MOST_LENGTH).trimEnd()}…`;
	}
	return /[.!?…]$/.test(clean) ? clean : `${clean}.`;
}

/** A server may echo a key, whole or cut off. */
function without(text: string, secret: string): string {
	const head = secret.slice(0, LEAST_PIECE);
	if (head === '') {
		return text;
	}
	let out = '';
	let at = 0;
	for (let found = text.indexOf(head); found >= 0; found = text.indexOf(head, at)) {
		let length = head.length;
		while (length < secret.length && text[found + length] === secret[length]) {
			length += 1;
		}
		out += `${text.slice(at, found)}[key]`;
		at = found + length;
	}
	return out + text.slice(at);
}
