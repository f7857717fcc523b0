// All rules over one patch: the first one that is broken, and what a person shall look at.
import type { Patch } from '../patch';
import type { Problem } from '../problem';
import type { TestResult } from '../suite';
import { changedLines, type FileLines } from './changedLines';
import { fileTricks } from './fileTricks';
import { overfit } from './overfit';
import { type Finding, tampering } from './tampering';
import { mayHoldTests } from './testFiles';

export interface Screening {
	/** Why the patch is rejected. */
	readonly broken?: string;
	/** Sentences with file and line. */
	readonly warnings: readonly string[];
}

/**
 * @param sources texts on the base of the files of the failing tests and of sources that may hold tests (see
 * `mayHoldTests`), by path, as far as they could be read.
 */
export function screen(
	patch: Patch,
	problem: Problem,
	sources: ReadonlyMap<string, string>,
	/** Files of tests that this patch may change. */
	tests: readonly string[] = [],
): Screening {
	const files = changedLines(patch);
	const { mayChange = 'code' } = problem;
	for (const file of files.filter((one) => mayHoldTests(one.file))) {
		const base = sources.get(file.file);
		if (mayChange === 'code' && changesTestsInside(file, base)) {
			return {
				broken: `The patch changes tests in ${file.file}, and what is a test may not be changed.`,
				warnings: [],
			};
		}
		if (mayChange === 'test' && !changesOnlyTestsInside(file, base)) {
			return {
				broken: `The patch changes code in ${file.file}, and in this run only tests may be changed.`,
				warnings: [],
			};
		}
	}
	const matter = {
		sources: problem.failToPass.flatMap((test) => sourcesOf(test, sources)),
		values: problem.failToPass.flatMap(({ failure }) => [
			...(failure?.expected === undefined ? [] : [failure.expected]),
			...(failure?.message.split('\n').slice(0, 3) ?? []),
		]),
	};
	// A test may say what it expects: what code may not know of it, it must.
	const code = files.filter(({ file }) => !tests.includes(file));
	const findings = [
		...tampering(files, tests),
		...fileTricks(files),
		...overfit(code, matter),
		...files.filter(({ file }) => tests.includes(file)).flatMap(asksLess),
	];
	const broken = findings.find(({ kind }) => kind === 'broken');
	const warnings = [
		...new Set(findings.filter(({ kind }) => kind === 'warning').map((one) => sentence(one))),
	];
	return { ...(broken === undefined ? {} : { broken: sentence(broken) }), warnings };
}

/** Why a patch is rejected for its text alone, whatever the test says. */
export function tamperingIn(patch: Patch, tests: readonly string[] = []): string | undefined {
	const files = changedLines(patch);
	const broken = [...tampering(files, tests), ...fileTricks(files)].find(({ kind }) => kind === 'broken');
	return broken && sentence(broken);
}

/** By convention the tests are the last thing in the file; whatever changes from there on changes them. */
function changesTestsInside(file: FileLines, base: string | undefined): boolean {
	const at = testsBegin(base);
	return at >= 0 && file.removed.some(({ number }) => number > at);
}

/** Nothing changes before the line where they begin, and so that line stands where it stood. */
function changesOnlyTestsInside(file: FileLines, base: string | undefined): boolean {
	const at = testsBegin(base);
	return at >= 0 && [...file.removed, ...file.added].every(({ number }) => number > at + 1);
}

/** Files that hold code and tests, of which this patch may change tests. */
export function mixedTestsChanged(patch: Patch, sources: ReadonlyMap<string, string>): readonly string[] {
	return changedLines(patch)
		.filter(({ file, added, removed }) => {
			const at = mayHoldTests(file) ? testsBegin(sources.get(file)) : -1;
			return at >= 0 && [...removed, ...added].some(({ number }) => number > at);
		})
		.map(({ file }) => file);
}

/** 0-based line; -1 where there are none. */
function testsBegin(base: string | undefined): number {
	return base?.split('\n').findIndex((line) => /^\s*#\[cfg\(test\)\]/.test(line)) ?? -1;
}

const ASSERTS =
	/\b(?:assert\w*|expect|should|require\.\w+|t\.(?:Error|Fatal|Fail)\w*|is|ok|equal\w*|deepEqual|throws|raises|toBe\w*|toEqual|verify)\b\s*[!.(]|^\s*assert\b/;

/** A test that is mended asks as much as before. */
function asksLess({ file, added, removed }: FileLines): readonly Finding[] {
	const [now, before] = [added, removed].map(
		(lines) => lines.filter(({ text }) => ASSERTS.test(text)).length,
	) as [number, number];
	const [line] = [...removed, ...added];
	return now < before && line !== undefined
		? [{ kind: 'warning', does: `takes away ${before - now} of the checks in ${file}`, line }]
		: [];
}

function sentence({ does, line }: Finding): string {
	const text = line.text.trim();
	return `The patch ${does} (${line.file}:${line.number}: ${text.length > 120 ? `${text.slice(0, 120)}…` : text}).`;
}

const LINES = 60;

/** The test's own lines where it is known where it begins, else its whole file. */
function sourcesOf(test: TestResult, sources: ReadonlyMap<string, string>): readonly string[] {
	const text = test.file === undefined ? undefined : sources.get(test.file);
	if (text === undefined) {
		return [...sources.values(), ...(test.failure?.stack === undefined ? [] : [test.failure.stack])];
	}
	const lines = text.split('\n');
	const title = test.name.split(' > ').at(-1) ?? test.name;
	const titled = lines.findIndex((line) => line.includes(title));
	const from = test.line !== undefined ? test.line - 1 : titled;
	if (from < 0) {
		return [text];
	}
	const body = lines.slice(from, from + LINES);
	const indent = /^\s*/.exec(body[0] ?? '')?.[0].length ?? 0;
	const end = body.findIndex(
		(line, index) =>
			index > 0 &&
			line.trim() !== '' &&
			(/^\s*/.exec(line)?.[0].length ?? 0) <= indent &&
			/\b(?:it|test|def|func|fn|class|describe)\b/.test(line),
	);
	return [body.slice(0, end < 0 ? LINES : end).join('\n')];
}
