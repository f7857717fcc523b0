// What was tried before in this run and did not hold, so that it is not tried again.
import type { Attempt } from '../../../core/outcome';
import type { Verdict } from '../../../core/verdict';
import { cut } from './failureText';

const MOST_PATCHES = 5;
const MOST_DIFF = 1_500;
const MOST_REASON = 500;

/** '' when no patch was judged and refused. The latest first: it comes from the strongest proposer so far. */
export function attemptsText(attempts: readonly Attempt[], mostBytes: number): string {
	const failed = attempts
		.flatMap(({ verdicts }) => verdicts)
		.filter(({ verdict }) => verdict.kind === 'unresolved' || verdict.kind === 'rejected')
		.reverse();
	const parts: string[] = [];
	const seen = new Set<string>();
	let room = mostBytes;
	for (const { proposed, verdict } of failed) {
		if (parts.length >= MOST_PATCHES || seen.has(proposed.patch.hash)) {
			continue;
		}
		seen.add(proposed.patch.hash);
		const text = `${cut(proposed.patch.diff.trim(), MOST_DIFF)}\nWhy it was not accepted: ${reasonOf(verdict)}`;
		if (Buffer.byteLength(text) > room) {
			break;
		}
		parts.push(text);
		room -= Buffer.byteLength(text) + 2;
	}
	return parts.join('\n\n');
}

function reasonOf(verdict: Verdict): string {
	switch (verdict.kind) {
		case 'resolved':
			return '';
		case 'unresolved':
		case 'rejected':
		case 'inconclusive':
			return cut(verdict.reason, MOST_REASON);
	}
}
