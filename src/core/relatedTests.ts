// The tests that a patch most likely touches, likeliest first: those of the target's own file, of files named after a
// patched one, and of files whose text names one.
import type { Patch } from './patch';
import type { TestResult } from './suite';

/** Test files whose text is looked at. */
const MOST_FILES = 400;

/** @param read the text of a test file, undefined where it cannot be read. */
export async function relatedTests(
	tests: readonly TestResult[],
	target: readonly TestResult[],
	patch: Pick<Patch, 'files'>,
	read: (file: string) => Promise<string | undefined>,
): Promise<readonly TestResult[]> {
	const own = new Set(target.flatMap(({ file }) => file ?? []));
	const stems = patch.files.map(stemOf).filter((stem) => stem.length > 1);
	const files = [...new Set(tests.flatMap(({ file }) => file ?? []))].slice(0, MOST_FILES);
	const ranks = new Map<string, number>();
	await Promise.all(
		files.map(async (file) => {
			const rank = own.has(file)
				? 0
				: stems.some((stem) => stemOf(file).includes(stem))
					? 1
					: names(await read(file), stems)
						? 2
						: undefined;
			if (rank !== undefined) {
				ranks.set(file, rank);
			}
		}),
	);
	return tests
		.map((test) => ({ test, rank: test.file === undefined ? undefined : ranks.get(test.file) }))
		.filter((one): one is { test: TestResult; rank: number } => one.rank !== undefined)
		.sort((a, b) => a.rank - b.rank)
		.map(({ test }) => test);
}

/** `src/sums.js` and `src/sums/index.js` are both `sums`. */
function stemOf(file: string): string {
	const parts = file.split('/');
	const base = (parts.pop() ?? '').replace(/\..*$/, '');
	return /^(?:index|__init__|mod|lib|main)$/.test(base) ? (parts.pop() ?? base) : base;
}

/** Where something is imported from a path or a module that ends in one of the stems. */
function names(text: string | undefined, stems: readonly string[]): boolean {
	return (text?.split('\n') ?? []).some(
		(line) =>
			/\b(?:import|from|require|use|mod|include)\b/.test(line) &&
			stems.some((stem) =>
				new RegExp(`(?:^|[^\\w-])${stem.replace(/[^\w-]/g, '\\$&')}(?:[^\\w-]|$)`).test(line),
			),
	);
}
