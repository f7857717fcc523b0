// The suite's command narrowed to the failing tests' files, where the framework's way of naming files is known.
import path from 'node:path';
import type { Suite, TestResult } from '../../../core/suite';

/** Program and arguments. The whole suite when files cannot be named. */
export function coldArguments(suite: Suite, tests: readonly TestResult[]): readonly string[] {
	const files = [
		...new Set(
			tests.flatMap((test) =>
				test.file === undefined ? [] : path.posix.relative(suite.folder, test.file) || test.file,
			),
		),
	];
	if (files.length === 0) {
		return suite.argv;
	}
	switch (suite.framework) {
		case 'jest':
			return [...throughScript(suite.argv), '--runTestsByPath', ...files];
		case 'vitest':
			return [...throughScript(suite.argv), ...(suite.argv.includes('run') ? [] : ['--run']), ...files];
		default:
			return suite.argv;
	}
}

/** Package managers hand arguments on after `--`. */
function throughScript(argv: readonly string[]): readonly string[] {
	return /^(?:npm|pnpm)$/.test(path.basename(argv[0] ?? '')) && !argv.includes('--') ? [...argv, '--'] : argv;
}
