import type { Patch } from '../../../../src/core/patch';
import type { Problem } from '../../../../src/core/problem';
import type { TestResult } from '../../../../src/core/suite';
import { base, suite } from '../../../fakes/world';

/** A patch that puts `after` in place of `before` as the whole of a file, and the problem it is for. */
export function problemOf(file: string, before: string, after: string, test: string) {
	const come = after === '' ? [] : after.split('\n');
	const body = [`-${before}`, ...come.map((line) => `+${line}`)].join('\n');
	const diff = `diff --git a/${file} b/${file}\n--- a/${file}\n+++ b/${file}\n@@ -1 +1,${come.length} @@\n${body}\n`;
	const patch: Patch = { diff, hash: 'h', files: [file], linesAdded: come.length, linesRemoved: 1 };
	const failing: TestResult = { id: 'test/a.js::adds', file: 'test/a.js', name: 'adds', status: 'failed' };
	const problem: Problem = { statement: '', base, suite, failToPass: [failing] };
	return { patch, problem, sources: new Map([['test/a.js', test]]) };
}
