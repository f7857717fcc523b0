// Whether a patch may be judged at all: what it changes, and what its text does to its judges.
import type { Patch } from '../patch';
import type { Baseline, Problem } from '../problem';
import { protectedAs } from '../protectedFiles';
import type { Suite } from '../suite';
import { changedLines } from './changedLines';
import { tamperingIn } from './screening';

/** Why this patch is rejected before it is run; undefined when it keeps the rules. */
export function brokenRule(patch: Patch, problem: Problem, baseline: Baseline): string | undefined {
	const testFiles = new Set([...problem.failToPass, ...baseline.tests].flatMap((test) => test.file ?? []));
	const judges = commandFiles(problem.suite);
	for (const file of patch.files) {
		const what = testFiles.has(file)
			? 'a test'
			: (protectedAs(file) ?? (judges.has(file) ? 'named in the test command' : undefined));
		if (what !== undefined) {
			return `The patch changes ${file}, which is ${what}: what judges the code may not be changed by it.`;
		}
	}
	for (const { file, isNew } of changedLines(patch)) {
		if (isNew && SHADOWS.test(file)) {
			return `The patch adds ${file}, which would be loaded in place of a test framework.`;
		}
	}
	return tamperingIn(patch);
}

/** Options of test commands whose value is loaded before the tests. */
const LOADS =
	/^(?:-r|-c|-p|--(?:require|import|loader|experimental-loader|config|file|setupFiles\w*|globalSetup|globalTeardown|testEnvironment|reporters?|runner|resolver|transform|rootdir|package|opts|ui|env-file|rcfile|settings))(?:=(.+))?$/;

/** Files that the test command itself names: what it loads first, scripts, and test files. A program that is run is none. */
export function commandFiles(suite: Suite): ReadonlySet<string> {
	const words = [suite.argv, ...(suite.build ?? [])].flat();
	const named = words.flatMap((word, index): string[] => {
		const option = LOADS.exec(word);
		if (option) {
			return [option[1] ?? words[index + 1] ?? ''];
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
