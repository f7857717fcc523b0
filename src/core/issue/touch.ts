// Whether a test and an issue speak of the same: by the words, values and calls that stand in both. It says little of a
// test that touches the issue, and much of one that does not.
import type { Patch } from '../patch';
import { changedLines } from '../rules/changedLines';
import { COMMON, type IssueFacts, plain } from './issueFacts';
import { partedByLoads } from './loads';

/**
 * `values`: a value of the test stands in the issue, or the other way round. `words`: a name or word does. `calls`: words
 * do, but of the project's functions it calls only others than those that the issue calls. `unknown`: the issue says too
 * little to tell.
 */
export type Touch = 'values' | 'words' | 'calls' | 'none' | 'unknown';

export interface Touched {
	readonly touch: Touch;
	/** Words of the test that stand in the issue, each counted once. */
	readonly shared: number;
}

const LEAST_WORDS = 3;
const LEAST_VALUE = 4;

/** `projectNames`: what the project's tests bind from it, and the names of its packages. */
export function touchOf(patch: Patch, facts: IssueFacts, projectNames: ReadonlySet<string>): Touched {
	const added = changedLines(patch)
		.flatMap((file) => file.added.map((line) => line.text))
		.join('\n');
	const { loads, body } = split(added);
	const issue = facts.plainText.replace(/https?:\/\/\S+/g, ' ');
	const spoken = [...wordsIn(issue)];
	const whole = wholeNames(loads, projectNames);
	// The module's own name stands in every test of it.
	const own = new Set(whole.map(flat));
	const said = [...wordsIn(body)].filter((word) => !own.has(word));
	const shared = said.filter((word) => spoken.some((other) => alike(word, other))).length;
	const kind = (): Touch => {
		if (spoken.length < LEAST_WORDS) {
			return 'unknown';
		}
		if (sharesValue(body, issue)) {
			return 'values';
		}
		if (shared === 0) {
			return callsWhole(body, whole) && callsWhole(issue, whole) && said.length === 0 ? 'unknown' : 'none';
		}
		return callsElsewhere(body, issue, whole, projectNames) ? 'calls' : 'words';
	};
	return { touch: kind(), shared };
}

/** Of the project's functions it calls only others than those that the issue calls. */
function callsElsewhere(
	body: string,
	issue: string,
	whole: readonly string[],
	projectNames: ReadonlySet<string>,
): boolean {
	const roots = new Set([...projectNames, ...whole].map(flat));
	const direct = [...projectNames].filter((name) => name.length > 2 && !whole.includes(name));
	const calls = (text: string): ReadonlySet<string> =>
		new Set([...callsOf(text, roots), ...direct.filter((name) => callsWhole(text, [name])).map(flat)]);
	const asked = calls(issue);
	const made = calls(body);
	return (
		asked.size > 0 &&
		made.size > 0 &&
		!callsWhole(body, whole) &&
		![...made].some((call) => [...asked].some((other) => alike(call, other)))
	);
}

const TITLE = /\b(?:describe|context|suite|it|test|specify)(?:\.\w+)*\(\s*(['"`])(?:\\.|(?!\1)[^\\\n])*\1/g;

function split(text: string): { readonly loads: string; readonly body: string } {
	const { loads, rest } = partedByLoads(text);
	return {
		loads: loads.join('\n'),
		// What a test is called is easily said.
		body: rest
			.filter((line) => !/^\s*(?:\/\/|#|\*|\/\*)/.test(line))
			.join('\n')
			.replace(TITLE, '(')
			.replace(/^\s*(?:async )?def test_\w+/gm, 'def'),
	};
}

/** Names bound to a module of the project as a whole: `x` of `x = require('..')`, `import x from '..'`, `import x`. */
function wholeNames(loads: string, projectNames: ReadonlySet<string>): readonly string[] {
	const scripts = [
		...loads.matchAll(
			/(?:const|let|var)\s+([\w$]+)\s*=\s*(?:await\s+)?(?:require|import)\(\s*['"]([^'"]+)['"]\s*\)(?!\s*\.)/g,
		),
		...loads.matchAll(/^\s*import\s+(?:\*\s+as\s+)?([\w$]+)\s.*?from\s+['"]([^'"]+)['"]/gm),
	].filter(([, , from = '']) => from.startsWith('.') || projectNames.has(from));
	const python = [...loads.matchAll(/^\s*import\s+(\w+)\s*$/gm)].filter(([, name = '']) =>
		projectNames.has(name),
	);
	return [...scripts, ...python].map((match) => match[1] ?? '');
}

function callsWhole(text: string, whole: readonly string[]): boolean {
	return whole.some((name) => new RegExp(`(?<![\\w$.])${name.replaceAll('$', '\\$')}\\(`).test(text));
}

/** What is called on the project's names, `own`, or is one of them. */
function callsOf(text: string, own: ReadonlySet<string>): ReadonlySet<string> {
	const found = [...text.matchAll(/([A-Za-z_$][\w$]*)(?:\(\))?\.([A-Za-z_$][\w$]*)/g)]
		.filter(([, root = '']) => own.has(flat(root)))
		.map((match) => match[2] ?? '');
	return new Set(found.map(flat).filter((name) => name.length > 2));
}

/** Names that stand for anything. */
const ANY = new Set(
	'foo bar baz qux quux hello world name names val key keys obj arr str num args item items list done end plan sample demo abc xyz xxx aaa bbb tmp data info opts options config prop props child parent element follows should must when that than has have was are can does will you use using used text actual correct wrong code case cases issue bug the and for not with but its example other something works already www com org http https'.split(
		' ',
	),
);

function wordsIn(text: string): ReadonlySet<string> {
	const found = text.replace(/\\[nrt]/g, ' ').match(/[A-Za-z_$][\w$]*(?:-[A-Za-z]\w*)*|\d{2,}/g) ?? [];
	return new Set(
		found
			.flatMap((word) => [word, ...word.split(/[-_$]+|(?<=[a-z0-9])(?=[A-Z])/)])
			.map(flat)
			.filter((word) => word.length > 2 && !COMMON.has(word) && !ANY.has(word)),
	);
}

function flat(word: string): string {
	return word.replace(/[-_$]/g, '').toLowerCase();
}

/** `parse` and `parsing`, `serialize` and `serialization`. */
function alike(a: string, b: string): boolean {
	const [short = '', long = ''] = [stem(a), stem(b)].sort((one, other) => one.length - other.length);
	return short === long || (short.length > 3 && long.startsWith(short));
}

function stem(word: string): string {
	const cut = word.replace(/(?:ing|ed|er|es|e|s)$/, '');
	return cut.length > 3 ? cut : word;
}

function sharesValue(body: string, issue: string): boolean {
	const said = plain(issue);
	const values = valuesIn(body);
	const numbers = new Set(numbersIn(issue));
	return (
		values.some((value) => said.includes(value)) ||
		valuesIn(issue).some((stated) => values.some((value) => value.includes(stated))) ||
		numbersIn(body).some((number) => numbers.has(number))
	);
}

/** Texts in quotes that do not stand in just any text. A single word is looked at as a word. */
function valuesIn(text: string): readonly string[] {
	const quoted = [...text.matchAll(/(['"`])((?:\\.|(?!\1)[^\\\n]){2,200})\1/g)].map((match) =>
		plain(match[2] ?? ''),
	);
	return quoted.filter((value) => value.length >= LEAST_VALUE && !/^\p{L}+$/u.test(value));
}

function numbersIn(text: string): readonly string[] {
	return (text.match(/(?<![\w.])(?:\d+\.\d+|\d{3,})(?![\w.]*\w)/g) ?? []).map((number) =>
		number.replace(/^0+(?=\d)/, ''),
	);
}
