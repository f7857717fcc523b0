// Whether a patch may be judged at all: what it changes, and what its text does to its judges.
import type { Patch } from '../patch';
import type { Baseline, Problem } from '../problem';
import { isTestMatter, type MayChange, protectedAs } from '../protectedFiles';
import type { Suite } from '../suite';
import { changedLines } from './changedLines';
import { tamperingIn } from './screening';
import { mayHoldTests } from './testFiles';

/** Why this patch is rejected before it is run; undefined when it keeps the rules. */
export function brokenRule(patch: Patch, problem: Problem, baseline: Baseline): string | undefined {
	const testFiles = testFilesIn(problem, baseline);
	const judges = commandFiles(problem.suite);
	const { mayChange = 'code' } = problem;
	for (const file of patch.files) {
		const isTest = mayChange !== 'code' && isChangeableTest(file, testFiles, problem.suite);
		const what = testFiles.has(file)
			? 'a test'
			: (protectedAs(file) ?? (judges.has(file) ? 'named in the test command' : undefined));
		if (what !== undefined && !isTest) {
			return mayChange === 'code'
				? `The patch changes ${file}, which is ${what}: what judges the code may not be changed by it.`
				: `The patch changes ${file}, which is ${what === 'a test' ? 'loaded before the tests' : what}: ${MAY_WORDS[mayChange]}.`;
		}
		if (mayChange === 'test' && !isTest && !mayHoldTests(file)) {
			return `The patch changes ${file}, which is no test: ${MAY_WORDS.test}.`;
		}
	}
	for (const { file, isNew } of changedLines(patch)) {
		if (isNew && SHADOWS.test(file)) {
			return `The patch adds ${file}, which would be loaded in place of a test framework.`;
		}
	}
	return tamperingIn(patch, testsChangedBy(patch, problem, baseline));
}

const MAY_WORDS: Readonly<Record<Exclude<MayChange, 'code'>, string>> = {
	test: 'in this run only tests, their snapshots and their fixtures may be changed',
	either: 'in this run code and tests may be changed, and nothing else',
};

/** The files of tests that a patch changes and may change, by the user's word for this run. */
export function testsChangedBy(patch: Patch, problem: Problem, baseline: Baseline): readonly string[] {
	if ((problem.mayChange ?? 'code') === 'code') {
		return [];
	}
	const testFiles = testFilesIn(problem, baseline);
	return patch.files.filter(
		(file) =>
			isChangeableTest(file, testFiles, problem.suite) ||
			(problem.mayChange === 'test' && mayHoldTests(file)),
	);
}

function testFilesIn(problem: Problem, baseline: Baseline): ReadonlySet<string> {
	return new Set([...problem.failToPass, ...baseline.tests].flatMap((test) => test.file ?? []));
}

/** Where tests were seen it is a test, though the command names it; what the command loads first is none. */
function isChangeableTest(file: string, testFiles: ReadonlySet<string>, suite: Suite): boolean {
	if (commandFiles(suite, 'loaded').has(file)) {
		return false;
	}
	return testFiles.has(file)
		? protectedAs(file) === undefined || isTestMatter(file) || TEST_NAME.test(file)
		: isTestMatter(file) && !commandFiles(suite).has(file);
}

const TEST_NAME = /[._-](?:test|tests|spec|specs)\.[a-z]+$|(?:^|\/)test_[^/]*\.py$/i;

/** Options of test commands whose value is loaded before the tests. */
const LOADS =
	/^(?:-r|-c|-p|--(?:require|import|loader|experimental-loader|config|file|setupFiles\w*|globalSetup|globalTeardown|testEnvironment|reporters?|runner|resolver|transform|rootdir|package|opts|ui|env-file|rcfile|settings))(?:=(.+))?$/;

/**
 * Files that the test command itself names: what it loads first, scripts, and test files. A program that is run is
 * none. `loaded`: the first of these alone.
 */
export function commandFiles(suite: Suite, which: 'all' | 'loaded' = 'all'): ReadonlySet<string> {
	const words = [suite.argv, ...(suite.build ?? [])].flat();
	const named = words.flatMap((word, index): string[] => {
		const option = LOADS.exec(word);
		if (option) {
			return [option[1] ?? words[index + 1] ?? ''];
		}
		if (which === 'loaded') {
			return [];
		}
		const isScript = /\.(?:sh|bash|zsh|ps1|bat|cmd|mk)$|(?:^|\/)Makefile$/.test(word);
		return isScript || (suite.framework !== 'exit-code' && /\.\w+$/.test(word) && index > 1) ? [word] : [];
	});
	return new Set(named.filter((word) => word !== '').flatMap((word) => spellings(plain(word, suite.folder))));
}

function plain(word: string, folder: string): string {
	const parts: string[] = [];
	for (const part of `${folder}/${word.replaceAll('\\', '/').replace(/::.*$/, '')}`.split('/')) {
		if (part === '..') {
			parts.pop();
		} else if (part !== '.' && part !== '') {
			parts.push(part);
		}
	}
	return parts.join('/');
}

/** `./hooks` may be any of these. */
function spellings(path: string): string[] {
	return [path, ...['.js', '.cjs', '.mjs', '.ts', '.json', '/index.js', '.py'].map((end) => `${path}${end}`)];
}

const SHADOWS =
	/(?:^|\/)(?:_?pytest|unittest|doctest|nose2?|pluggy|iniconfig|hypothesis|traceback|contextlib)(?:\.pyi?|\/[^/]*\.py)$/;
