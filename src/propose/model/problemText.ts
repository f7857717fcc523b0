// What a strong engineer would want to see of a failing test, in as many bytes as there is room for: the failure, the
// test, the code it reaches, what changed there lately, and what was tried in vain. All of it is data, between marks,
// without secrets, and only from files that WorkFiles shows.
import type { ProposalTask } from '../../core/effects';
import type { TestFailure, TestResult } from '../../core/suite';
import { attemptsText } from './context/attemptsText';
import { codeExcerpts } from './context/codeExcerpts';
import { type CodeGrammars, isTestPath } from './context/codeLanguage';
import { DATA_RULE, dataPart } from './context/dataPart';
import { type EarlierFix, earlierText } from './context/earlierText';
import { type Excerpt, excerptText } from './context/excerpt';
import { cut, failureText } from './context/failureText';
import { type Frame, framesOf } from './context/frames';
import { changedLines, type HistoryPlace, historyText } from './context/history';
import { reach } from './context/reach';
import { Resolution } from './context/resolution';
import { type SourceFile, SourceFiles } from './context/sourceFiles';
import { type TestExcerpt, testExcerpt } from './context/testExcerpt';
import { testFileOf } from './context/testFile';
import { type Worth, worthOf } from './context/worth';
import { redact } from './secrets';
import type { WorkFiles } from './workFiles';

export interface ProblemTextServices {
	readonly grammars: CodeGrammars;
	/** Secrets known by value, as `secretLiterals` finds them. */
	readonly literals?: readonly string[];
	/** Verified fixes of this repository, from earlier runs: the most similar are shown as examples. */
	readonly earlier?: readonly EarlierFix[];
	/** Monotonic; the machine's own when absent. */
	readonly nowMs?: () => number;
}

export interface ProblemText {
	/** Opens with the rule on what the marks mean, in our words; at most `mostBytes` in UTF-8. */
	readonly text: string;
	/** The files it shows whole or in part, in its order. */
	readonly files: readonly string[];
}

const LIMIT_MS = 3_000;
const FAILURE_SHARE = 0.25;
const TEST_SHARE = 0.3;
const CHANGED_SHARE = 0.06;
const HISTORY_SHARE = 0.06;
const ATTEMPTS_SHARE = 0.12;
const EARLIER_SHARE = 0.12;
const SIGNATURES_SHARE = 0.08;
const MOST_TEST_FILES = 3;
const MOST_TESTS = 12;
const MOST_PLACES = 2;

/** Never rejects; where something cannot be found or takes too long, it is left out. The same input gives the same text. */
export async function problemText(
	task: Pick<ProposalTask, 'problem' | 'baseline' | 'tree' | 'attempts'>,
	files: Pick<WorkFiles, 'list' | 'read'>,
	services: ProblemTextServices,
	mostBytes: number,
	signal: AbortSignal,
): Promise<ProblemText> {
	const nowMs = services.nowMs ?? (() => performance.now());
	const endMs = nowMs() + LIMIT_MS;
	const over = () => signal.aborted || nowMs() > endMs;
	const clean = (text: string) => redact(text, services.literals).text;
	const tests = task.problem.failToPass.map((test) => cleanTest(test, clean));
	const room = mostBytes - Buffer.byteLength(DATA_RULE) - 600;

	const sources = new SourceFiles(files, services.grammars, services.literals ?? [], over);
	await sources.open(signal);
	const framesIn = (text: string) => framesOf(text, sources);
	const parts: Part[] = [];
	parts.push({
		about: { name: 'the failure' },
		text: [
			statementText(task, tests, clean, room * 0.2),
			failureText(tests, framesIn, room * FAILURE_SHARE),
			countText(task),
		]
			.filter((text) => text !== '')
			.join('\n\n'),
	});
	const frames = tests.slice(0, MOST_TESTS).flatMap((test) => framesIn(saidOf(test.failure)));
	const excerpts = await testExcerpts(tests, frames, sources, room * TEST_SHARE);
	const testParts = excerpts.filter(({ shown }) => shown.size > 0);
	parts.push(...testParts.map((one) => filePart(one, 'the failing test', 0)));

	const resolution = new Resolution(sources);
	const reached = await reach(
		excerpts.map(({ file }) => file),
		frames,
		sources,
		resolution,
	);
	const changed = await changedLines(
		task.tree.root,
		task.problem.base.commit,
		reached.map(({ file }) => file.path).filter((path) => !isTestPath(path)),
		signal,
	);
	const worths = worthOf(reached, {
		used: usedIn(excerpts),
		frames: innermostFirst(frames),
		changed: changed.lines,
		message: tests
			.slice(0, MOST_TESTS)
			.map(({ failure }) => failure?.message ?? '')
			.join('\n'),
		testPaths: excerpts.map(({ file }) => file.path),
	});
	const later: Part[] = [
		{
			about: { name: 'changes that are not committed yet' },
			text: cut(clean(changed.diff), room * CHANGED_SHARE),
		},
		{
			about: { name: 'history' },
			text: over()
				? ''
				: cut(
						clean(await historyText(task.tree.root, task.problem.base.commit, places(worths), signal)),
						room * HISTORY_SHARE,
					),
		},
		{
			about: { name: 'what was tried before and not accepted' },
			text: clean(attemptsText(task.attempts, room * ATTEMPTS_SHARE)),
		},
		{
			about: { name: 'earlier fixes in this repository, of other failures' },
			text: clean(
				earlierText(
					tests.map(({ id, file, failure }) => ({
						id,
						message: failure?.message ?? '',
						...(file === undefined ? {} : { file }),
					})),
					services.earlier ?? [],
					room * EARLIER_SHARE,
				),
			),
		},
	].filter(({ text }) => text !== '');
	const left = room - sizeOf([...parts, ...later]);
	const already = new Map(testParts.map(({ file, shown }) => [file.path, shown]));
	const code = codeParts(worths, left, already);
	const wrapped = [...parts, ...code, ...later].map((part) => ({
		file: part.about['file'],
		text: dataPart(part.about, clean(part.text)),
	}));
	const kept = fitted(wrapped, mostBytes);
	return {
		text: [DATA_RULE, ...kept.map(({ text }) => text)].join('\n\n'),
		files: [...new Set(kept.flatMap(({ file }) => file ?? []))],
	};
}

/** As much code as fits with its marks, whose room is known only when it is chosen. */
function codeParts(
	worths: readonly Worth[],
	mostBytes: number,
	already: ReadonlyMap<string, ReadonlySet<number>>,
): readonly Part[] {
	let parts: readonly Part[] = [];
	for (let share = 1; share > 0.4; share -= 0.08) {
		const chosen = codeExcerpts(worths, mostBytes * share, already);
		parts = chosen.map((one) =>
			filePart(one, 'code it reaches', (mostBytes * SIGNATURES_SHARE) / chosen.length),
		);
		if (sizeOf(parts) <= mostBytes) {
			break;
		}
	}
	return parts;
}

interface Part {
	/** What it is, as attributes of its mark. */
	readonly about: Readonly<Record<string, string>>;
	readonly text: string;
}

function sizeOf(parts: readonly Part[]): number {
	return parts.reduce(
		(sum, { about, text }) => sum + Buffer.byteLength(text) + JSON.stringify(about).length + 50,
		0,
	);
}

/** Whole parts as long as they fit: the estimates above may be a little off. */
function fitted<T extends { readonly text: string }>(parts: readonly T[], mostBytes: number): readonly T[] {
	let room = mostBytes - Buffer.byteLength(DATA_RULE);
	return parts.filter(({ text }) => {
		const bytes = Buffer.byteLength(text) + 2;
		const fits = bytes <= room;
		room -= fits ? bytes : 0;
		return fits;
	});
}

function filePart(excerpt: Excerpt, what: string, signatureBytes: number): Part {
	const { file, shown } = excerpt;
	const extent = shown.size >= file.lines.length ? 'whole' : 'in part';
	return {
		about: { file: file.path, holds: what, shown: extent },
		text: excerptText(excerpt, signatureBytes),
	};
}

function cleanTest(test: TestResult, clean: (text: string) => string): TestResult {
	const { failure } = test;
	return {
		...test,
		id: clean(test.id),
		...(failure === undefined
			? {}
			: {
					failure: {
						message: clean(failure.message.slice(0, MOST_SAID)),
						...(failure.stack === undefined ? {} : { stack: clean(failure.stack.slice(0, MOST_SAID)) }),
						...(failure.expected === undefined
							? {}
							: { expected: clean(failure.expected.slice(0, MOST_SAID)) }),
						...(failure.actual === undefined ? {} : { actual: clean(failure.actual.slice(0, MOST_SAID)) }),
						...(failure.hung === undefined ? {} : { hung: failure.hung }),
					},
				}),
	};
}

const MOST_SAID = 40_000;

function saidOf(failure: TestFailure | undefined): string {
	return failure === undefined ? '' : `${failure.stack ?? ''}\n${failure.message}`;
}

/** An issue's words. What only repeats the failures says nothing new. */
function statementText(
	task: Pick<ProposalTask, 'problem'>,
	tests: readonly TestResult[],
	clean: (text: string) => string,
	mostBytes: number,
): string {
	const statement = clean(task.problem.statement.slice(0, MOST_SAID)).trim();
	const repeats =
		task.problem.fromIssue !== true &&
		tests.some(
			({ failure, id }) =>
				failure !== undefined &&
				(statement.includes(failure.message.trim().slice(0, 200)) || statement.includes(id)),
		);
	return repeats || statement === ''
		? ''
		: `What is wrong, in somebody's words:\n${cut(statement, mostBytes)}`;
}

function countText({ problem, baseline }: Pick<ProposalTask, 'problem' | 'baseline'>): string {
	const { passed, failed } = baseline.count;
	const known = baseline.knownFailing.length;
	return `The tests are run with ${[...problem.suite.argv].join(' ')}. On this code ${passed} pass and ${failed} fail${known > 0 ? `; ${known} of those are known and not asked about` : ''}.`;
}

/** One for each file with failing tests, the file of the most of them first. */
async function testExcerpts(
	tests: readonly TestResult[],
	frames: readonly Frame[],
	sources: SourceFiles,
	mostBytes: number,
): Promise<readonly TestExcerpt[]> {
	const byFile = new Map<SourceFile, TestResult[]>();
	for (const test of tests.slice(0, MOST_TESTS)) {
		const file = await testFileOf(test, framesOf(saidOf(test.failure), sources), sources);
		if (file !== undefined) {
			byFile.set(file, [...(byFile.get(file) ?? []), test]);
		}
	}
	const most = [...byFile].sort(([, a], [, b]) => b.length - a.length).slice(0, MOST_TEST_FILES);
	return most.map(([file, own], index) =>
		testExcerpt(
			file,
			own,
			frames.filter(({ path }) => path === file.path).map(({ line }) => line),
			most.length === 1 ? mostBytes : (mostBytes * 0.5) / (index === 0 ? 1 : most.length - 1),
		),
	);
}

function usedIn(excerpts: readonly TestExcerpt[]): ReadonlyMap<string, number> {
	const used = new Map<string, number>();
	for (const [name, weight] of excerpts.flatMap((one) => [...one.used])) {
		used.set(name, Math.max(used.get(name) ?? 0, weight));
	}
	return used;
}

/** The code's own frames before those of tests. */
function innermostFirst(frames: readonly Frame[]): readonly Frame[] {
	return [...frames].sort((a, b) => Number(isTestPath(a.path)) - Number(isTestPath(b.path)));
}

function places(worths: readonly Worth[]): readonly HistoryPlace[] {
	return worths
		.filter(({ definition, file }) => definition.end - definition.start < 200 && !isTestPath(file.path))
		.slice(0, MOST_PLACES)
		.map(({ file, definition }) => ({
			path: file.path,
			start: definition.start,
			end: Math.min(definition.end, file.lines.length),
		}));
}
