// What TAP says of a failed point beside its name: YAML of every runner's own kind. Read for what went wrong and for both
// values; anything else is left as it is.
import type { TestFailure } from '../core/suite';

/** `title`: what the point is called; `diagnostics`: lines from `---` to `...`. */
export function tapFailure(title: string, diagnostics: readonly string[]): TestFailure {
	const fields = fieldsOf(diagnostics);
	const first = (...names: readonly string[]) =>
		names.map((name) => fields.get(name)).find((value) => value !== undefined && value !== '');
	const details = first('details', 'values') ?? '';
	const thrown = thrownIn(details);
	const name = first('name', 'type');
	const message = thrown ?? first('message', 'error');
	const isAssertion = thrown === undefined && (name === undefined || /Assertion|^comparison/i.test(name));
	const said =
		message === undefined || thrown !== undefined || isAssertion || message.startsWith(`${name}:`)
			? message
			: `${name}: ${message}`;
	const [expected, actual] = [
		first('expected', 'wanted') ?? side(details, '+'),
		first('actual', 'found') ?? side(details, '-'),
	];
	// ava calls whatever a test throws an assertion that failed.
	const stack = diagnostics.filter(
		(line) => thrown === undefined || !/^\s*name: AssertionError\s*$/.test(line),
	);
	return {
		message: said === undefined || said === title ? title : isAssertion ? `${title}\n${said}` : said,
		stack: stack.join('\n'),
		...(expected === undefined ? {} : { expected }),
		...(actual === undefined ? {} : { actual }),
	};
}

/** The outermost fields; a block is its text, with its own indentation taken away. */
function fieldsOf(diagnostics: readonly string[]): ReadonlyMap<string, string> {
	const lines = diagnostics.filter((line) => !/^\s*(?:---|\.\.\.)\s*$/.test(line));
	const depth = indentOf(lines.find((line) => line.trim() !== '') ?? '');
	const fields = new Map<string, string>();
	for (let at = 0; at < lines.length; at += 1) {
		const line = lines[at] ?? '';
		const [, key, value = ''] = /^\s*['"]?([\w -]+?)['"]?:(?:\s+(.*))?$/.exec(line) ?? [];
		if (key === undefined || indentOf(line) !== depth) {
			continue;
		}
		const end = lines.findIndex((next, index) => index > at && next.trim() !== '' && indentOf(next) <= depth);
		const block = lines.slice(at + 1, end < 0 ? lines.length : end);
		const folds = /^>/.test(value);
		fields.set(
			key,
			folds || value === '' || /^\|/.test(value)
				? dedented(block)
						.join(folds ? ' ' : '\n')
						.trim()
				: unquoted(value.trim()),
		);
	}
	return fields;
}

function thrownIn(details: string): string | undefined {
	const [, name, , message] =
		/([A-Z]\w*(?:Error|Exception))\b[^{\n]*\{[\s\S]*?\bmessage: (['"`])(.*)\2/.exec(details) ?? [];
	return name === undefined ? undefined : `${name}: ${message ?? ''}`;
}

/** A difference of one line on each side holds both values. */
function side(details: string, sign: '+' | '-'): string | undefined {
	const found = details.split('\n').filter((line) => new RegExp(`^\\s*\\${sign} `).test(line));
	return found.length === 1 ? found[0]?.replace(/^\s*[+-] /, '') : undefined;
}

function indentOf(line: string): number {
	return line.length - line.trimStart().length;
}

function dedented(lines: readonly string[]): readonly string[] {
	const depth = Math.min(...lines.filter((line) => line.trim() !== '').map(indentOf));
	return lines.map((line) => line.slice(depth));
}

/** Double quotes escape as in JSON, but for what only YAML knows. */
function unquoted(value: string): string {
	if (/^"(?:[^"\\]|\\["\\/bfnrt]|\\u[\da-fA-F]{4})*"$/.test(value)) {
		return String(JSON.parse(value.replaceAll('\t', '\\t')));
	}
	const [, , inner] = /^(['"])(.*)\1$/.exec(value) ?? [];
	return inner ?? value;
}
