// Where a test stands in a text, by how the languages write tests. Good enough to put a light bulb there, no more.

const TITLED = /\b(?:it|test|specify|scenario)(?:\.\w+)*\s*\(\s*(?:(['"`])((?:\\.|(?!\1).)*)\1)/;
const FUNCTION =
	/^\s*(?:async\s+)?(?:def\s+(test\w*)|func\s+(?:\([^)]*\)\s*)?(Test\w*)|(?:pub\s+)?(?:async\s+)?fn\s+(\w+))\s*\(/;

/** The test whose text `line` (1-based) is in: the nearest beginning at or above it. */
export function testAbove(
	text: string,
	line: number,
): { readonly title: string; readonly line: number } | undefined {
	const lines = text.split('\n');
	for (let at = Math.min(line, lines.length); at >= 1 && at > line - 400; at -= 1) {
		const title = titleIn(lines[at - 1] ?? '');
		if (title !== undefined) {
			return { title, line: at };
		}
	}
	return undefined;
}

/** The one line (1-based) on which a test of that name begins; undefined when there are none or several. */
export function lineOfTest(text: string, name: string): number | undefined {
	const wanted = name.replace(/\[.*\]$/s, '');
	const found = text.split('\n').flatMap((line, index) => (titleIn(line) === wanted ? [index + 1] : []));
	return found.length === 1 ? found[0] : undefined;
}

function titleIn(line: string): string | undefined {
	const titled = TITLED.exec(line)?.[2];
	const named = FUNCTION.exec(line);
	return titled?.replace(/\\(.)/g, '$1') ?? named?.[1] ?? named?.[2] ?? named?.[3];
}
