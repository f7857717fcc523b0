// Reads what the editor's `testFailure` tool says of the latest test run. It looks like XML and is not: nothing is
// escaped, and the form may change with any version. What cannot be read is left out; nothing here is trusted.
import { pathOf, type TestSnapshot } from './testHint';

export interface ReportedFailure {
	/** The item as far as the report tells it: ids stand for labels. */
	readonly item: TestSnapshot;
	/** Where it failed: absolute path and line, 1-based. */
	readonly at?: { readonly file: string; readonly line: number };
	/** First lines of what it said. */
	readonly message: string;
}

const MOST_CHARACTERS = 2_000_000;
const MOST_FAILURES = 500;

export function readFailureReport(text: string): readonly ReportedFailure[] {
	const failures: ReportedFailure[] = [];
	const opening = /^<testFailure name=("(?:[^"\\\n]|\\.)*")(?: path=("(?:[^"\\\n]|\\.)*"))?[^>\n]*>[ \t]*$/gm;
	const whole = text.slice(0, MOST_CHARACTERS);
	const starts = [...whole.matchAll(opening)];
	for (const [index, match] of starts.slice(0, MOST_FAILURES).entries()) {
		const id = unquoted(match[1]);
		if (id === undefined || id === '') {
			continue;
		}
		const from = match.index + match[0].length;
		const until = starts[index + 1]?.index ?? whole.length;
		failures.push(failureOf(id, unquoted(match[2]) ?? '', whole.slice(from, until)));
	}
	return failures;
}

function failureOf(id: string, above: string, body: string): ReportedFailure {
	const at =
		placeOf(body, /<location path="(.*?)" line="(\d+)"/) ??
		placeOf(body, /<stackFrame path="(.*?)" line="(\d+)"/);
	const parents = above === '' ? [] : above.split(' > ').map((one) => nodeOf(one, at?.file));
	return {
		item: { ...nodeOf(id, at?.file), parents, below: [] },
		...(at === undefined ? {} : { at }),
		message: messageOf(body),
	};
}

/** Ids that are paths are folders and files; the others say nothing of where they are. */
function nodeOf(id: string, file: string | undefined) {
	const path = pathOf(id);
	const isPlace = path !== undefined && file !== undefined && (path === file || file.startsWith(`${path}/`));
	const label = isPlace ? path.slice(path.lastIndexOf('/') + 1) : id;
	const own = isPlace ? path : file;
	return { id, label, ...(own === undefined ? {} : { file: own }) };
}

function placeOf(body: string, form: RegExp): { readonly file: string; readonly line: number } | undefined {
	const match = form.exec(body);
	const file = pathOf(match?.[1]);
	return file === undefined || file === '' ? undefined : { file, line: Number(match?.[2]) };
}

function messageOf(body: string): string {
	const inside = (name: string) =>
		new RegExp(`<${name}>\\n?([\\s\\S]*?)\\n?</${name}>`).exec(body)?.[1]?.trim() ?? '';
	const message = inside('message');
	if (message !== '') {
		return message.slice(0, 2000);
	}
	const expected = inside('expectedOutput');
	const actual = inside('actualOutput');
	return expected === '' && actual === ''
		? ''
		: `expected ${expected.slice(0, 200)}, but was ${actual.slice(0, 200)}`;
}

function unquoted(text: string | undefined): string | undefined {
	if (text === undefined) {
		return undefined;
	}
	try {
		const value: unknown = JSON.parse(text);
		return typeof value === 'string' ? value : undefined;
	} catch {
		return undefined;
	}
}
