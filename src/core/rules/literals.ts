// The literal values in a piece of source text, whatever the language: numbers, strings, the text of regular
// expressions.

/** Values that say nothing about where they come from. */
const PLAIN = new Set(
	[...Array(2).keys()]
		.map(String)
		.concat(['-1', '', ' ', 'true', 'false', 'null', 'undefined', 'None', 'utf8', 'utf-8']),
);
const TOKEN =
	/(?<string>"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\$]|\\.)*`)|(?<![\w.)\]])(?<regex>\/\^(?:[^/\\\n[]|\\.|\[(?:[^\]\\]|\\.)*\])+\$\/[a-z]*)|(?<![\w.])(?<number>-?(?:0x[\da-fA-F]+|\d[\d_]*(?:\.\d+)?(?:[eE][+-]?\d+)?))n?(?![\w.])/g;

/** As written, without quotes; numbers in one form. In the order they stand. */
export function literalsIn(text: string): readonly string[] {
	return [...text.matchAll(TOKEN)].map(({ groups }) => {
		const { string, regex, number } = groups ?? {};
		if (string !== undefined) {
			return string.slice(1, -1).replace(/\\(['"`\\])/g, '$1');
		}
		if (regex !== undefined) {
			return regex.replace(/^\/\^|\$\/[a-z]*$/g, '').replace(/\\(.)/g, '$1');
		}
		return String(Number((number ?? '').replaceAll('_', '')));
	});
}

/** Whether it is unlikely that code and test have this value in common by accident. */
export function isTelling(literal: string): boolean {
	return !PLAIN.has(literal) && !/^\W$/.test(literal);
}
