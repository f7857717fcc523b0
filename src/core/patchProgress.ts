// What a run on a patch shows of how far the patch came. A number in a message that only tells the time is no change.
import type { TestResult } from './suite';
import type { PatchProgress } from './verdict';

/** `found`: the tests of a run on the patch, by id. */
export function flipsOf(
	failToPass: readonly TestResult[],
	found: ReadonlyMap<string, TestResult>,
): Pick<PatchProgress, 'flipped' | 'errorChanged'> {
	const failing = failToPass.filter(({ id }) => found.get(id)?.status !== 'passed');
	const seen = failing.flatMap((before) => {
		const now = found.get(before.id);
		return now?.status === 'failed' && before.failure !== undefined && now.failure !== undefined
			? [signOf(before) !== signOf(now)]
			: [];
	});
	return {
		flipped: (failToPass.length - failing.length) / failToPass.length,
		...(seen.length === 0 ? {} : { errorChanged: seen.includes(true) }),
	};
}

function signOf({ failure }: TestResult): string {
	const text = [failure?.message, failure?.expected, failure?.actual, failure?.hung].join('\n');
	return text.replace(/\d+(?:\.\d+)?\s*(?:ms|s|seconds)\b|0x[\da-f]+/gi, '');
}
