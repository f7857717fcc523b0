// Finds the test of our own run that a hint means. One test, or all below a group, or a question: never a guess.
import type { TestResult } from '../../core/suite';
import { isWithin, pathOf, type TestHint } from './testHint';

export type Match =
	| { readonly kind: 'tests'; readonly tests: readonly TestResult[] }
	/** Any of these may be meant. */
	| { readonly kind: 'several'; readonly candidates: readonly TestResult[] }
	| { readonly kind: 'none' };

const NONE: Match = { kind: 'none' };

/** `folder`: the one the tests ran in; what a test calls its file is relative to it or to a folder above it. */
export function matchHint(hint: TestHint, failing: readonly TestResult[], folder: string): Match {
	const inFile = failing.filter((test) => test.file !== undefined && isFileOf(test.file, hint, folder));
	return hint.whole ? matchWhole(hint, failing, inFile, folder) : matchTest(hint, failing, inFile);
}

function matchWhole(
	hint: TestHint,
	failing: readonly TestResult[],
	inFile: readonly TestResult[],
	folder: string,
): Match {
	if (inFile.length > 0) {
		return { kind: 'tests', tests: inFile };
	}
	const homeless = failing.filter((test) => test.file === undefined);
	const isPackage = hint.group !== undefined && !hint.file?.endsWith('.go');
	const found = new Set(isPackage ? homeless.filter((test) => isInPackage(test, hint.group ?? '')) : []);
	for (const inner of hint.below) {
		const match = matchHint(inner, failing, folder);
		for (const test of match.kind === 'tests' ? match.tests : []) {
			found.add(test);
		}
	}
	if (found.size > 0) {
		return { kind: 'tests', tests: failing.filter((test) => found.has(test)) };
	}
	const alike = failing.filter((test) => hint.file !== undefined && stemOf(test.file) === stemOf(hint.file));
	if (alike.length > 0) {
		return { kind: 'several', candidates: alike };
	}
	// A crate or a folder of tests that have no file: all of them may be meant.
	return hint.file === undefined && homeless.length > 0 ? { kind: 'several', candidates: homeless } : NONE;
}

function matchTest(hint: TestHint, failing: readonly TestResult[], inFile: readonly TestResult[]): Match {
	const homeless = failing.filter(
		(test) => test.file === undefined && (hint.group === undefined || isInPackage(test, hint.group)),
	);
	const pool = hint.file === undefined ? failing : [...inFile, ...homeless];
	const byName = named(hint, pool);
	if (byName !== undefined) {
		return byName;
	}
	const sameLine = inFile.filter((test) => hint.line !== undefined && test.line === hint.line);
	if (sameLine.length > 0) {
		return oneOf(sameLine);
	}
	const byFailure = failureOf(hint, inFile);
	if (byFailure !== undefined) {
		return { kind: 'tests', tests: [byFailure] };
	}
	const whole = inFile.find((test) => test.id === test.file);
	if (whole !== undefined) {
		return { kind: 'tests', tests: [whole] };
	}
	const last = hint.path.at(-1);
	const alikeByName = homeless.filter((test) => last !== undefined && partsOf(test).at(-1) === last);
	if (inFile.length + alikeByName.length > 0) {
		return { kind: 'several', candidates: [...inFile, ...alikeByName] };
	}
	// The file is called otherwise in our run: compiled to another folder, say.
	const elsewhere = failing.filter((test) => hint.path.length > 0 && fitOf(test, hint) === 'exact');
	const alike = elsewhere.filter(
		(test) => hint.file !== undefined && stemOf(test.file) === stemOf(hint.file),
	);
	if (alike.length === 1) {
		return { kind: 'tests', tests: alike };
	}
	return elsewhere.length > 0 ? { kind: 'several', candidates: elsewhere } : NONE;
}

type Fit = 'exact' | 'below' | 'no';

/** From the surest way to read the names to the least sure. */
const WAYS: readonly ((test: TestResult, hint: TestHint) => Fit)[] = [fitOf, fitJoined, fitPattern, fitInner];

function named(hint: TestHint, pool: readonly TestResult[]): Match | undefined {
	if (hint.path.length === 0) {
		return undefined;
	}
	for (const way of WAYS) {
		const exact = pool.filter((test) => way(test, hint) === 'exact');
		const below = pool.filter((test) => way(test, hint) === 'below');
		if (exact.length + below.length === 0) {
			continue;
		}
		if (way === fitPattern) {
			return ofOneTitle(hint, [...exact, ...below]);
		}
		if (exact.length > 1) {
			return narrowed(hint, exact);
		}
		if (exact.length === 1 && hint.below.length === 0) {
			return { kind: 'tests', tests: exact };
		}
		// A group is all that fails below it; groups of one name in several files or packages are told apart.
		return homesOf([...exact, ...below]).size > 1
			? { kind: 'several', candidates: [...exact, ...below] }
			: { kind: 'tests', tests: [...exact, ...below] };
	}
	return undefined;
}

/** Tests that one title in the text stands for. */
function ofOneTitle(hint: TestHint, tests: readonly TestResult[]): Match {
	if (hint.line === undefined || tests.every((test) => test.line === undefined || test.line === hint.line)) {
		return homesOf(tests).size > 1 ? { kind: 'several', candidates: tests } : { kind: 'tests', tests };
	}
	const sameLine = tests.filter((test) => test.line === hint.line);
	return sameLine.length > 0 ? { kind: 'tests', tests: sameLine } : { kind: 'several', candidates: tests };
}

function homesOf(tests: readonly TestResult[]): ReadonlySet<string> {
	return new Set(tests.map((test) => test.file ?? ''));
}

function narrowed(hint: TestHint, tests: readonly TestResult[]): Match {
	const sameLine = tests.filter((test) => hint.line !== undefined && test.line === hint.line);
	if (sameLine.length === 1) {
		return { kind: 'tests', tests: sameLine };
	}
	const byFailure = failureOf(hint, tests);
	return byFailure === undefined
		? { kind: 'several', candidates: tests }
		: { kind: 'tests', tests: [byFailure] };
}

function oneOf(tests: readonly TestResult[]): Match {
	return tests.length === 1 ? { kind: 'tests', tests } : { kind: 'several', candidates: tests };
}

/** The one test that failed on that line with those words. */
function failureOf(hint: TestHint, tests: readonly TestResult[]): TestResult | undefined {
	const words = firstLine(hint.message);
	const name = hint.file?.slice(hint.file.lastIndexOf('/') + 1);
	const found = tests.filter(
		(test) =>
			(hint.failedAt !== undefined && (test.failure?.stack ?? '').includes(`${name}:${hint.failedAt}`)) ||
			(words !== '' && words.length > 8 && firstLine(test.failure?.message) === words),
	);
	return found.length === 1 ? found[0] : undefined;
}

function firstLine(text: string | undefined): string {
	const line = text?.split('\n').find((one) => one.trim() !== '');
	return (line ?? '').trim().replace(/^(?:\w*Error|\w*Exception)(?: \[\w+\])?: /, '');
}

function fitOf(test: TestResult, hint: TestHint): Fit {
	return compare(ownParts(test, hint), hint.path);
}

function fitJoined(test: TestResult, hint: TestHint): Fit {
	const wanted = words(hint.path);
	const name = words(ownParts(test, hint));
	return name === wanted ? 'exact' : hint.joined === true && name.startsWith(`${wanted} `) ? 'below' : 'no';
}

/** Titles that are filled in as the tests run (`adds %i`, `adds $a`), and pytest's parameters. */
function fitPattern(test: TestResult, hint: TestHint): Fit {
	const last = hint.path.at(-1) ?? '';
	const parts = ownParts(test, hint);
	const own = parts[hint.path.length - 1] ?? '';
	if (compare([...parts.slice(0, hint.path.length - 1), last], hint.path) !== 'exact') {
		return 'no';
	}
	if (own.startsWith(`${last}[`) || own.startsWith(`${last} [`)) {
		return 'below';
	}
	const pattern = patternOf(last);
	return pattern?.test(own) ? (parts.length > hint.path.length ? 'below' : 'exact') : 'no';
}

const HOLE = /%[sdifjop#$cO]|\$\{[^}]*\}|\$[A-Za-z_#][\w.]*/;

function patternOf(title: string): RegExp | undefined {
	const pieces = title.split(new RegExp(HOLE, 'g'));
	if (pieces.length < 2 || pieces.every((piece) => piece.trim() === '')) {
		return undefined;
	}
	return new RegExp(
		`^${pieces.map((piece) => piece.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('.*?')}$`,
		's',
	);
}

/** With the module that a runner puts before the names: `tests.test_a.TestA.test_b`. */
function fitInner(test: TestResult, hint: TestHint): Fit {
	const parts = partsOf(test).flatMap((part) => (/\s/.test(part) ? [part] : part.split(/\.(?![^[]*\])/)));
	const from = parts.indexOf(stemOf(hint.file) ?? '') + 1;
	return from === 0 ? 'no' : compare(parts.slice(from), hint.path);
}

function compare(parts: readonly string[], path: readonly string[]): Fit {
	if (
		parts.length < path.length ||
		!path.every((name, index) => squeezed(name) === squeezed(parts[index] ?? ''))
	) {
		return 'no';
	}
	return parts.length === path.length ? 'exact' : 'below';
}

function partsOf(test: TestResult): readonly string[] {
	return test.name.replace(/ \(\d+\)$/, '').split(' > ');
}

/** Go's names begin with the package. */
function ownParts(test: TestResult, hint: TestHint): readonly string[] {
	const parts = partsOf(test);
	return hint.group !== undefined && test.file === undefined ? parts.slice(1) : parts;
}

function words(parts: readonly string[]): string {
	return squeezed(parts.join(' ').replaceAll(' > ', ' '));
}

function squeezed(text: string): string {
	return text.replace(/\s+/g, ' ').trim();
}

/** `group` as Go writes packages: `shop/...` has all below it; a last part alone where no module is known. */
function isInPackage(test: TestResult, group: string): boolean {
	const [name = ''] = partsOf(test);
	return group.endsWith('/...')
		? isWithin(name, group.slice(0, -'/...'.length))
		: name === group || (!group.includes('/') && name.endsWith(`/${group}`));
}

/** Exactly, where the file lies in the folder; by its end where it is reached by another way (a link, say). */
function isFileOf(file: string, hint: TestHint, folder: string): boolean {
	const wanted = hint.file;
	const root = pathOf(folder) ?? folder;
	const own = pathOf(file) ?? file;
	if (wanted === undefined) {
		return false;
	}
	if (hint.whole) {
		// What a test calls its file begins at the repository's root, which may lie above the folder.
		return isWithin(wanted, root) || isWithin(root, wanted)
			? rootsOf(root, own).some((one) => isWithin(`${one}/${own}`, wanted))
			: wanted.endsWith(`/${own}`);
	}
	if (own === wanted) {
		return true;
	}
	if (!isWithin(wanted, root)) {
		return wanted.endsWith(`/${own}`);
	}
	const relative = wanted.slice(root.length + 1);
	return wanted.endsWith(`/${own}`) && (own === relative || own.endsWith(`/${relative}`));
}

/** Folders in which a file of that name could begin: the folder, and those above it that the name passes through. */
function rootsOf(folder: string, own: string): readonly string[] {
	const roots: string[] = [];
	for (let root = folder; root !== ''; root = root.slice(0, root.lastIndexOf('/'))) {
		const rest = folder.slice(root.length + 1);
		if (root === folder || isWithin(own, rest)) {
			roots.push(root);
		}
	}
	// The longest way through is the one that stays in the folder.
	return roots.length > 1 ? roots.slice(1) : roots;
}

/** `pricing.test` of `src/pricing.test.ts` and of `out/pricing.test.js`. */
function stemOf(file: string | undefined): string | undefined {
	return file?.slice(file.lastIndexOf('/') + 1).replace(/\.[^.]+$/, '');
}
