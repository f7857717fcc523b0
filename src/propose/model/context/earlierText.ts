// Earlier fixes of the same repository whose failures were like this one, as examples.
import type { FailedTest, KeptFix } from '../../../core/keptFix';
import { similarFixes } from '../../../core/similarFixes';
import { cut } from './failureText';

export type EarlierFix = Pick<KeptFix, 'tests' | 'diff'>;

const MOST_FIXES = 2;
const MOST_DIFF = 1_500;
const MOST_MESSAGE = 400;

/** '' when none is like it. The most similar first. */
export function earlierText(
	tests: readonly FailedTest[],
	earlier: readonly EarlierFix[],
	mostBytes: number,
): string {
	const parts: string[] = [];
	let room = mostBytes;
	for (const { fix } of similarFixes(tests, earlier, MOST_FIXES)) {
		const [first] = fix.tests;
		const text = `${first?.id ?? 'A test'} failed: ${cut(first?.message ?? '', MOST_MESSAGE)}\nWhat mended it:\n${cut(fix.diff.trim(), MOST_DIFF)}`;
		if (Buffer.byteLength(text) > room) {
			break;
		}
		parts.push(text);
		room -= Buffer.byteLength(text) + 2;
	}
	return parts.join('\n\n');
}
