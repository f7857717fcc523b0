// Which earlier fixes resemble a failure: by the words of its message, the test's file and name.
import type { FailedTest, KeptFix } from './keptFix';

/** An earlier fix that may help with a failure. */
export interface SimilarFix {
	readonly fix: Pick<KeptFix, 'tests' | 'diff'>;
	/** 0 (nothing in common) to 1 (the same failure). */
	readonly similarity: number;
}

/** Below it, two failures have no more in common than any two have. */
export const LEAST_SIMILARITY = 0.2;

/**
 * The most similar first, at most `most`; equal ones as they stand. Weighs the words that few of the fixes share higher
 * (inverse document frequency, Robertson and Spärck Jones 1976), and compares by cosine.
 */
export function similarFixes(
	tests: readonly FailedTest[],
	fixes: readonly Pick<KeptFix, 'tests' | 'diff'>[],
	most: number,
): readonly SimilarFix[] {
	const wanted = countsOf(tests);
	const bags = fixes.map((fix) => countsOf(fix.tests));
	const holding = new Map<string, number>();
	for (const bag of bags) {
		for (const word of bag.keys()) {
			holding.set(word, (holding.get(word) ?? 0) + 1);
		}
	}
	const weigh = (bag: ReadonlyMap<string, number>): ReadonlyMap<string, number> =>
		new Map(
			[...bag].map(([word, count]) => [
				word,
				(1 + Math.log(count)) * Math.log(1 + (fixes.length + 1) / ((holding.get(word) ?? 0) + 0.5)),
			]),
		);
	const own = weigh(wanted);
	return fixes
		.map((fix, index) => ({ fix, similarity: cosine(own, weigh(bags[index] ?? new Map())) }))
		.filter(({ similarity }) => similarity >= LEAST_SIMILARITY)
		.sort((a, b) => b.similarity - a.similarity)
		.slice(0, most);
}

const MOST_WORDS = 2_000;

/** Numbers and quoted values differ from run to run and say little: each counts as one word. */
function countsOf(tests: readonly FailedTest[]): ReadonlyMap<string, number> {
	const text = tests.map(({ id, file = '', message }) => `${id} ${file} ${message}`).join('\n');
	const counts = new Map<string, number>();
	for (const [word] of text.slice(0, 100_000).matchAll(/\p{L}[\p{L}\p{N}_]*|\p{N}+/gu)) {
		for (const part of partsOf(word)) {
			counts.set(part, (counts.get(part) ?? 0) + 1);
		}
		if (counts.size >= MOST_WORDS) {
			break;
		}
	}
	return counts;
}

/** `parseUnitPrice` is also `parse`, `unit` and `price`. */
function partsOf(word: string): readonly string[] {
	if (/^\p{N}/u.test(word)) {
		return ['0'];
	}
	const parts = word
		.split(/_+|(?<=\p{Ll})(?=\p{Lu})/u)
		.map((part) => part.toLowerCase())
		.filter((part) => part.length > 1);
	const whole = word.toLowerCase();
	return parts.length > 1 ? [whole, ...parts] : [whole];
}

function cosine(a: ReadonlyMap<string, number>, b: ReadonlyMap<string, number>): number {
	let dot = 0;
	for (const [word, weight] of a) {
		dot += weight * (b.get(word) ?? 0);
	}
	const lengths = lengthOf(a) * lengthOf(b);
	return lengths === 0 ? 0 : Math.min(1, dot / lengths);
}

function lengthOf(bag: ReadonlyMap<string, number>): number {
	return Math.sqrt([...bag.values()].reduce((sum, weight) => sum + weight * weight, 0));
}
