// Related tests that no proposer may see: they are in none of its trees, texts and results, and speak in the last
// verdict alone. Held out by whole files, since a file that is not there can be read by nobody.
import type { Attempt } from './outcome';
import type { Baseline, Problem, Snapshot } from './problem';
import { relatedTests } from './relatedTests';
import { commandFiles } from './rules/brokenRule';
import type { TestResult } from './suite';
import type { Verdict } from './verdict';

/** What was held out, for the receipt. Nothing: `files` is empty and `why` says it. */
export interface HeldOut {
	readonly files: readonly string[];
	/** Ids of the tests in them that passed on the base. */
	readonly tests: readonly string[];
	readonly why?: string;
}

/** How held-out tests ended on the patch. */
export interface HeldOutEnd {
	readonly passed: number;
	readonly failed: number;
	readonly skipped: number;
	readonly missing: number;
}

/** Makes the base without some files. */
export type Without = (
	files: readonly string[],
) => Promise<
	| { readonly kind: 'taken'; readonly snapshot: Snapshot }
	| { readonly kind: 'failed'; readonly reason: string }
>;

/** Every second one of the files with related tests, likeliest first. The same base gives the same files. */
export async function chooseHeldOut(
	problem: Problem,
	baseline: Baseline,
	read: (file: string) => Promise<string | undefined>,
): Promise<HeldOut> {
	const own = new Set(problem.failToPass.flatMap(({ file }) => file ?? []));
	if (own.size === 0) {
		return nothing('the framework does not say in which files the tests are');
	}
	const named = commandFiles(problem.suite);
	const passing = new Set(baseline.passToPass);
	const others = baseline.tests.filter(
		({ id, file }) => file !== undefined && !own.has(file) && !named.has(file) && passing.has(id),
	);
	const sources = await Promise.all([...own].map(async (file) => reachedBy(file, await read(file))));
	const near = await relatedTests(others, [], { files: [...sources.flat(), ...framesOf(problem)] }, read);
	const files = [...new Set(near.flatMap(({ file }) => file ?? []))].filter((_, index) => index % 2 === 0);
	const held = new Set(files);
	return files.length === 0
		? nothing('no other test file is related to the failing tests')
		: { files, tests: others.filter(({ file }) => held.has(file ?? '')).map(({ id }) => id) };
}

export function nothing(why: string): HeldOut {
	return { files: [], tests: [], why };
}

/** What a test file is named after, and what it imports by a path of the project's own. */
function reachedBy(file: string, text: string | undefined): readonly string[] {
	const name = (file.split('/').at(-1) ?? '')
		.replace(/^test_/, '')
		.replace(/[._-]?(?:test|tests|spec|specs)(?=\.|$)/i, '');
	const imported = [
		...(text ?? '').matchAll(/['"`]\.{1,2}\/([^'"`\n]+)['"`]/g),
		...(text ?? '').matchAll(/^\s*(?:from\s+([\w.]+)\s+import|import\s+([\w.]+))/gm),
	].map(([, path, module]) => (path ?? module ?? '').replace(/^\.+/, ''));
	return [name, ...imported.map((one) => (one.includes('/') ? one : (one.split('.').at(-1) ?? one)))].filter(
		(one) => one !== '' && !OF_TESTING.test(one),
	);
}

const OF_TESTING = /^(?:pytest|unittest|mock|assert|os|sys|re|json|typing|helpers?|utils?|index)$/;

/** Files of the project in the traces of the failures. */
function framesOf({ failToPass }: Problem): readonly string[] {
	return failToPass.flatMap(({ failure, file }) =>
		(failure?.stack?.match(/[\w@.-]+(?:\/[\w@.-]+)+\.[a-z]+(?=:\d)/g) ?? []).filter(
			(path) => path !== file && !path.includes('node_modules'),
		),
	);
}

/** The base as a proposer may know it. */
export function seenBaseline(baseline: Baseline, { files }: HeldOut): Baseline {
	const hidden = new Set(files);
	const isSeen = (test: TestResult): boolean => test.file === undefined || !hidden.has(test.file);
	const seen = new Set(baseline.tests.filter(isSeen).map(({ id }) => id));
	const tests = baseline.tests.filter(isSeen);
	return {
		...baseline,
		tests,
		count: { ...baseline.count, passed: baseline.count.passed - (baseline.tests.length - tests.length) },
		passToPass: baseline.passToPass.filter((id) => seen.has(id)),
		flaky: baseline.flaky.filter(({ id }) => seen.has(id)),
		knownFailing: baseline.knownFailing.filter((id) => seen.has(id)),
	};
}

/** What was tried, without a word of what is held out. */
export function seenAttempts(attempts: readonly Attempt[], held: HeldOut): readonly Attempt[] {
	return held.files.length === 0
		? attempts
		: attempts.map((attempt) => ({
				...attempt,
				verdicts: attempt.verdicts.map(({ proposed, verdict }) => ({
					proposed,
					verdict: seenVerdict(verdict, held),
				})),
			}));
}

function seenVerdict(verdict: Verdict, { files, tests }: HeldOut): Verdict {
	const names = [...files, ...tests, ...tests.map((id) => JSON.stringify(id).slice(1, -1))];
	if (verdict.kind !== 'unresolved' || !names.some((name) => verdict.reason.includes(name))) {
		return verdict;
	}
	const { flipped, errorChanged } = verdict.progress ?? {};
	const progress = {
		...(flipped === undefined ? {} : { flipped }),
		...(errorChanged === undefined ? {} : { errorChanged }),
	};
	return {
		kind: 'unresolved',
		reason: 'The patch breaks something else that is tested, though not by a test that you can see.',
		...(Object.keys(progress).length === 0 ? {} : { progress }),
	};
}

/** @param found by the ids of the base, in a whole run on the patch */
export function heldOutEnd(ids: readonly string[], found: ReadonlyMap<string, TestResult>): HeldOutEnd {
	const end = { passed: 0, failed: 0, skipped: 0, missing: 0 };
	for (const id of ids) {
		end[found.get(id)?.status ?? 'missing'] += 1;
	}
	return end;
}
