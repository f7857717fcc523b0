import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { TestResult } from '../../core/suite';

const MOST_LITERALS = 60;

/**
 * String and number literals near the failing tests, as source text (`'abc'`, `42`), nearest first. Sometimes the
 * fix names one (a missing entry of a list); more often it only fits the test, so its users weigh it down.
 */
export async function literalsOf(root: string, failing: readonly TestResult[]): Promise<readonly string[]> {
	const literals = new Set<string>();
	for (const test of failing.slice(0, 5)) {
		if (test.file === undefined) {
			continue;
		}
		const text = await readFile(path.join(root, test.file), 'utf8').catch(() => '');
		const lines = text.split('\n');
		const leaf = test.name.split(' > ').at(-1) ?? test.name;
		const named = lines.findIndex((line) => line.includes(leaf));
		const from = test.line === undefined ? Math.max(0, named) : test.line - 1;
		for (const literal of lines
			.slice(from, from + 40)
			.join('\n')
			.matchAll(/'(?:[^'\\\n]|\\.){0,40}'|"(?:[^"\\\n]|\\.){0,40}"|\b\d+(?:\.\d+)?\b/g)) {
			literals.add(literal[0]);
		}
	}
	return [...literals].slice(0, MOST_LITERALS);
}
