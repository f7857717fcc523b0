// Whether a test shows an issue: it is only a test, it fails on the base, for the reason that the issue states, and does
// so each time. By rule alone, so that every refusal has a sentence.
import type { Patch } from '../patch';
import { protectedAs } from '../protectedFiles';
import { changedLines } from '../rules/changedLines';
import type { SuiteRun, TestFailure, TestResult } from '../suite';
import { COMMON, type IssueFacts, plain } from './issueFacts';
import { partedByLoads } from './loads';
import { thrownByProject } from './thrown';
import type { Touch } from './touch';

/** Why a candidate is no reproduction, by kind for counting and in a sentence for people. */
export interface Refusal {
	readonly kind:
		| 'otherFiles'
		| 'reachesOut'
		| 'passesOnBase'
		| 'notRun'
		| 'doesNotLoad'
		| 'anotherReason'
		| 'hangs'
		| 'flaky'
		| 'breaksTests'
		| 'notAboutIt'
		| 'withheld'
		| 'inconclusive';
	readonly reason: string;
}

export interface Shown {
	/** The new tests that fail, as they failed. Never empty. */
	readonly tests: readonly TestResult[];
	/** How much of the issue the failure repeats; more tells more. */
	readonly telling: number;
	/** What of the issue it repeats, for people: `the same error`, `the value the issue names`. */
	readonly agrees: readonly string[];
}

export type Seen =
	| { readonly kind: 'shows'; readonly shown: Shown }
	| { readonly kind: 'refused'; readonly refusal: Refusal };

const MOST_LINES = 300;

/** Only new test files, or lines added to ones that are there; nothing that is run beside tests. */
export function testPatchFault(patch: Patch, base: readonly TestResult[]): Refusal | undefined {
	const known = new Set(base.flatMap(({ file }) => file ?? []));
	for (const file of patch.files) {
		if (!isTestFile(file, known)) {
			return refusal('otherFiles', `It changes ${file}, which is no test.`);
		}
	}
	const removed = changedLines(patch).find((file) => file.removed.some(({ text }) => text.trim() !== ''));
	if (removed !== undefined) {
		return refusal('otherFiles', `It takes lines away from ${removed.file}; a new test only adds.`);
	}
	if (patch.linesAdded > MOST_LINES) {
		return refusal(
			'otherFiles',
			`It is ${patch.linesAdded} lines long; at most ${MOST_LINES} are looked at.`,
		);
	}
	if (/^(?:rename|copy|deleted file|old mode|new mode|new file mode (?!100644))/m.test(patch.diff)) {
		return refusal('otherFiles', 'It does more than add text.');
	}
	return reachingOut(patch);
}

/** What no test of an issue needs, by the text of it alone: the run is kept apart besides. */
const REACHES: readonly (readonly [string, RegExp])[] = [
	[
		'ends the test program',
		/\bprocess\s*(?:\.|\[['"])\s*(?:exit|kill|abort|reallyExit)\b|\bos\._exit\b|\bsys\.exit\b|\bos\.kill\b/,
	],
	[
		'starts other programs',
		/child_process|\bsubprocess\b|\bos\.(?:system|popen|exec\w*)\b|\bpty\b|\bDeno\.|\bBun\.spawn/,
	],
	[
		'speaks to the network',
		/\b(?:fetch|axios(?:\.\w+)?|urlopen|requests\.\w+)\(\s*['"`]https?:\/\/(?!localhost|127\.|\[::1\])|\bnew (?:WebSocket|EventSource)\b|\b(?:dns|dgram|tls)['"]|node:(?:dns|dgram|tls)/,
	],
	[
		'reads the environment or the home folder',
		/\bprocess\s*(?:\.|\[['"])\s*(?:env|mainModule|binding)\b|\bos\.environ\b|\bhomedir\(|expanduser|\.ssh\b|['"`]\/etc\/|\.npmrc\b|\.aws\b|\.netrc\b/,
	],
	[
		'deletes or writes files',
		/\b(?:rm|rmdir|unlink|writeFile|appendFile|rename|copyFile|symlink|truncate|createWriteStream)(?:Sync)?\(|\bshutil\.|\bos\.(?:remove|unlink|rename|symlink)\b|\bopen\([^)]*,\s*['"](?:[wax]|r\+)/,
	],
	[
		'hides what it loads or calls',
		/\b(?:require|import)\((?!\s*(['"`])[^'"`$]*\1\s*[),])|\b(?:globalThis|global|window|process)\s*\[|constructor\s*(?:\.|\[['"])\s*constructor|\bgetattr\(\s*(?:os|sys|builtins)|importlib/,
	],
	[
		'makes code of text',
		/\beval\(|new Function\(|\bFunction\(['"`]|\bvm['"]|node:vm|(?:^|\s)exec\(['"`](?=.*\bimport\b)|__import__\(/,
	],
	[
		'changes how modules are loaded or tests are run',
		/require\.cache|Module\._|\bregisterHooks?\b|\.only\(|\bonly:\s*true|sys\.modules|NODE_OPTIONS|\b(?:global|globalThis)(?:\.\w+|\[[^\]]+\])\s*=[^=]/,
	],
];

function reachingOut(patch: Patch): Refusal | undefined {
	for (const { file, added } of changedLines(patch)) {
		for (const { number, text } of added) {
			const found = REACHES.find(([, pattern]) => pattern.test(text));
			if (found !== undefined) {
				return refusal(
					'reachesOut',
					`It ${found[0]} (${file}:${number}), which a test of an issue does not need.`,
				);
			}
		}
	}
	return undefined;
}

/** A file that holds tests, not one that sets them up, feeds them, or configures how they run. */
export function isTestFile(file: string, known: ReadonlySet<string>): boolean {
	const what = protectedAs(file);
	const name = file.split('/').at(-1) ?? file;
	const [, inside = ''] = TEST_FOLDER.exec(file) ?? [];
	const folder = TEST_FOLDER.test(file);
	const isNamed = protectedAs(name) === 'a test';
	// Tests that ran in the same folder say what it is for.
	const isAmongTests = [...known].some((test) => folderOf(test) === folderOf(file));
	if (
		/(?:^|\/)(?:node_modules|vendor|\.venv)\/|(?:^|\/)(?:conftest\.py|__init__\.py)$|\.(?:config|conf|setup)\.\w+$|(?:^|\/)\./i.test(
			file,
		) ||
		// Of a folder above, `packages/utils/test`, it says nothing.
		(!isAmongTests && BESIDE.test(inside)) ||
		(!isNamed && BESIDE.test(name))
	) {
		return known.has(file);
	}
	// Asked of the name alone, since the folder hides what else it is.
	const alone = protectedAs(name);
	return (
		known.has(file) ||
		(what === 'a test' &&
			(alone === undefined || alone === 'a test') &&
			(folder || alone === 'a test') &&
			SOURCE.test(name))
	);
}

function folderOf(file: string): string {
	return file.slice(0, file.lastIndexOf('/') + 1);
}

/** A folder of tests, and the folders in it. */
const TEST_FOLDER = /^(?:.*?\/)??(?:__tests__|tests?|specs?|e2e|testing)\/(.*\/)?[^/]*$/i;
/** What stands beside tests for them to use. */
const BESIDE = /\b(?:set-?up|teardown|global|helper|fixture|mock|util)s?\b/i;
const SOURCE = /\.(?:[cm]?[jt]sx?|py|go|rs|rb|java|kt|cs|php|swift|scala)$/;

/** What is known beside the run. */
export interface About {
	/** How the candidate and the issue do. */
	readonly touch: Touch;
	/** Names in the issue that stand nowhere in the project's code. */
	readonly absent: ReadonlySet<string>;
}

const NOTHING_KNOWN: About = { touch: 'words', absent: new Set() };

/** What one run with the candidate in place says. `files`: those the candidate touches. */
export function seenIn(
	run: SuiteRun,
	files: readonly string[],
	base: readonly TestResult[],
	facts: IssueFacts,
	about: About = NOTHING_KNOWN,
): Seen {
	switch (run.kind) {
		case 'cancelled':
			return no('inconclusive', 'It was cancelled.');
		case 'neverRan':
			return no('doesNotLoad', `The tests do not start with it: ${oneLine(run.reason)}`);
		case 'timedOut':
		case 'finished':
			break;
	}
	const before = new Map(base.map((test) => [test.id, test]));
	const own = run.tests.filter(
		(test) => !before.has(test.id) && (test.file === undefined || files.includes(test.file)),
	);
	const whole = own.find((test) => test.id === test.file && test.status === 'failed');
	if (whole !== undefined && !facts.hangs) {
		return no('doesNotLoad', `Its file cannot be loaded: ${firstLine(whole.failure)}`);
	}
	const broken = run.tests.find(
		(test) =>
			test.status === 'failed' &&
			before.get(test.id)?.status === 'passed' &&
			(test.file === undefined || files.includes(test.file)),
	);
	if (broken !== undefined) {
		return no('breaksTests', `With it ${JSON.stringify(broken.id)} fails, which passed before.`);
	}
	const failing = own.filter((test) => test.status === 'failed');
	if (failing.length === 0) {
		if (run.kind === 'timedOut') {
			return no('hangs', 'The tests do not end with it, and none of its own was seen to fail.');
		}
		if (own.length === 0) {
			return no('notRun', 'The test command does not run it.');
		}
		return own.some((test) => test.status === 'passed')
			? no('passesOnBase', 'It passes on the current text, so it does not show what is wrong.')
			: no('notRun', 'All its tests are skipped.');
	}
	// A report that names no files leaves only the candidate's, where it is one.
	const [only, ...more] = files;
	const place = more.length === 0 && only !== undefined ? { file: only } : {};
	const judged = failing.map((test) => ({ test, reason: reasonOf({ ...place, ...test }, facts, about) }));
	const wrong = judged.find(({ reason }) => reason.kind === 'refused');
	if (wrong?.reason.kind === 'refused') {
		return wrong.reason;
	}
	const told = judged.flatMap(({ reason }) => (reason.kind === 'fits' ? [reason] : []));
	return {
		kind: 'shows',
		shown: {
			tests: failing,
			telling: Math.max(...told.map(({ telling }) => telling)) - 0.1 * (failing.length - 1),
			agrees: [...new Set(told.flatMap(({ agrees }) => agrees))],
		},
	};
}

type Reason =
	| { readonly kind: 'fits'; readonly telling: number; readonly agrees: readonly string[] }
	| { readonly kind: 'refused'; readonly refusal: Refusal };

/** Something cannot be loaded, whoever asks for it. */
const LOADS_NOT =
	/Cannot find (?:module|package)|ERR_MODULE_NOT_FOUND|ImportError|ModuleNotFoundError|fixture '[^']*' not found|does not provide an export|has no exported member|ERR_REQUIRE_ESM|Unknown file extension/;
/** The test itself is broken: a name or syntax that is not there. */
const OWN_FAULT =
	/SyntaxError|is not defined|ReferenceError|NameError|IndentationError|Unexpected token|is not a constructor|(?:\w|\)|\]) is not a function|has no attribute/;
/** `text.words is not a function`, `has no attribute 'words'`: the name. */
function lackedName(message: string): string | undefined {
	const [line = ''] = message.split('\n');
	return (
		/([A-Za-z_$][\w$]*) is not a (?:function|constructor)/.exec(line)?.[1] ??
		/has no attribute '(\w+)'/.exec(line)?.[1]
	);
}
const ASSERTS =
	/AssertionError|ERR_ASSERTION|DID NOT (?:RAISE|WARN)|^Failed: |expect\(|^expected|\bassert\b|\bto (?:be|equal|deep|strictly|have|include|match|throw)\b|strictly|deep[- ]equal|not equal|!==|!=|Missing expected|Got unwanted|should |left == right|toEqual|toBe/im;
const TIMED_OUT = /timeout of \d+ ?ms|timed out|^Failed: Timeout|exceeded timeout|test did not finish/i;

function reasonOf({ failure, file }: TestResult, facts: IssueFacts, { touch, absent }: About): Reason {
	const said = `${failure?.message ?? ''}\n${failure?.stack ?? ''}`;
	const message = failure?.message ?? '';
	const agrees: string[] = [];
	let telling = 0;
	const agree = (points: number, what: string) => {
		telling += points;
		agrees.push(what);
	};
	if (failure?.hung === true || TIMED_OUT.test(message)) {
		if (!facts.hangs) {
			return refusedAs(
				'hangs',
				'It does not end within its time, and the issue speaks of nothing that hangs.',
			);
		}
		agree(3, 'it does not end');
		return { kind: 'fits', telling, agrees };
	}
	const flat = plain(message);
	const same = facts.errors.find((error) => sameMessage(flat, error.message));
	if (same !== undefined) {
		agree(4, 'the same error');
	}
	const thrown = thrownByProject(failure, file);
	const lacked = lackedName(message);
	const isAskedFor = lacked !== undefined && absent.has(lacked);
	const isOwnFault = LOADS_NOT.test(message) || (OWN_FAULT.test(message) && !thrown && !isAskedFor);
	if (same === undefined && isOwnFault && !ASSERTS.test(message.split('\n')[0] ?? '')) {
		return refusedAs('anotherReason', `It fails for another reason: ${firstLine(failure)}`);
	}
	const frame = facts.frames.find(({ path, line }) => said.includes(`${path.split('/').at(-1)}:${line}`));
	if (frame !== undefined) {
		agree(2, 'the same place');
	}
	const asserts = failure?.expected !== undefined || failure?.actual !== undefined || ASSERTS.test(said);
	if (isAskedFor) {
		agree(1.5, `${lacked}, which the issue asks for and is not there yet`);
	}
	if (same === undefined && !asserts && !isAskedFor) {
		const name = /^(?:Uncaught )?(\w*(?:Error|Exception))\b/.exec(message.trim())?.[1];
		const isProjects = thrown && (facts.fails || touch === 'values');
		if (frame === undefined && !saysAlike(flat, facts) && !isProjects) {
			return refusedAs(
				'anotherReason',
				`It fails for another reason: ${firstLine(failure)}${name === undefined ? '' : ' (the issue says nothing of it)'}`,
			);
		}
		agree(
			isProjects ? 0.5 : 1,
			isProjects ? "an error out of the project's code" : 'an error that the issue speaks of',
		);
	}
	for (const [value, what] of [
		[failure?.actual, 'the value that the issue complains of'],
		[failure?.expected, 'the value that the issue asks for'],
	] as const) {
		if (value !== undefined && valueIn(value, facts)) {
			agree(1.5, what);
		}
	}
	return { kind: 'fits', telling, agrees };
}

/** Numbers, quotes, a pattern's flags and paths of one machine are not those of another. */
function sameMessage(flat: string, stated: string): boolean {
	const wanted = loose(plain(stated));
	return wanted.length >= 6 && loose(flat).includes(wanted);
}

function loose(text: string): string {
	return text
		.replace(/(\/)[dgimsuvy]+(?=: )/g, '$1')
		.replace(/(?:[a-z]:)?(?:[\\/][\w.@-]+){2,}/g, '/')
		.replace(/\d+/g, '0');
}

/** The first line of a message stands in the issue, in its words. */
function saysAlike(flat: string, facts: IssueFacts): boolean {
	const words = loose(flat.split('\n')[0] ?? '')
		.slice(0, 80)
		.trim();
	return words.length >= 8 && loose(facts.plain).includes(words);
}

function valueIn(value: string, facts: IssueFacts): boolean {
	const wanted = plain(value).replace(/^'|'$/g, '');
	if (wanted === '' || wanted.length > 400) {
		return false;
	}
	// Short values stand in any text: they must stand alone.
	for (let at = facts.plain.indexOf(wanted); at >= 0; at = facts.plain.indexOf(wanted, at + 1)) {
		const around = `${facts.plain[at - 1] ?? ' '}${facts.plain[at + wanted.length] ?? ' '}`;
		if (wanted.length > 3 || !/[\w.#-]/.test(around.replace(/\.$/, ''))) {
			return true;
		}
	}
	return false;
}

/**
 * The test must use the project's code: `2 === 3` shows nothing. `projectNames`: what its tests bind from it, and the
 * names of its packages; where none are known, what the issue names must do.
 */
export function isAboutIssue(patch: Patch, facts: IssueFacts, projectNames: ReadonlySet<string>): boolean {
	const text = changedLines(patch)
		.flatMap((file) => file.added.map((line) => line.text))
		.join('\n');
	const { loads, rest } = partedByLoads(text);
	const own = loads.filter(
		(text) =>
			/['"]\.{1,2}(?:\/|['"])|\bfrom\s+\./.test(text) ||
			identifiersIn(text).some((name) => projectNames.has(name)),
	);
	const bound = new Set([...projectNames, ...own.flatMap((text) => identifiersIn(withoutStrings(text)))]);
	const used = identifiersIn(withoutStrings(rest.join('\n')));
	return used.some((name) => (bound.size > 0 ? bound.has(name) : facts.names.has(name)));
}

/** A package may be called `qs`, or `_`. */
function identifiersIn(code: string): string[] {
	return (code.match(/[A-Za-z_$][\w$]+|[_$]/g) ?? []).filter(
		(name) => !COMMON.has(name.toLowerCase()) && !SHORT_WORDS.test(name),
	);
}

/** Of the languages themselves. */
const SHORT_WORDS = /^(?:as|do|if|in|is|of|or)$/;

function withoutStrings(text: string): string {
	return text.replace(/(['"`])(?:(?!\1)[^\\\n]|\\.)*\1/g, '');
}

/** True when the same tests fail in the same words again, and ask for the same. */
export function failsAlike(first: Shown, again: Shown): boolean {
	const words = ({ tests }: Shown): string =>
		tests
			.map(({ id, failure }) => {
				const said = loose(plain((failure?.message ?? '').split('\n')[0] ?? ''));
				return JSON.stringify([id, said, failure?.expected]);
			})
			.sort()
			.join('\n');
	return words(first) === words(again);
}

export function refusal(kind: Refusal['kind'], reason: string): Refusal {
	return { kind, reason };
}

function no(kind: Refusal['kind'], reason: string): Seen & { readonly kind: 'refused' } {
	return { kind: 'refused', refusal: { kind, reason } };
}

function refusedAs(kind: Refusal['kind'], reason: string): Reason {
	return { kind: 'refused', refusal: { kind, reason } };
}

function firstLine(failure: TestFailure | undefined): string {
	return oneLine(failure?.message.split('\n').find((line) => line.trim() !== '') ?? 'no message');
}

function oneLine(text: string): string {
	const line = text.replace(/\s+/g, ' ').trim();
	return line.length > 200 ? `${line.slice(0, 199)}…` : line;
}
