// What git itself makes of a patch. Its reader is more lenient than ours, and a file it sees and we do not would
// escape every rule.
import type { Patch } from '../core/patch';
import { type Git, records } from './git';

/** A sentence when git would touch other files than the patch is known to touch. */
export async function gitViewRefusal(
	git: Git,
	patch: Patch,
	signal: AbortSignal,
): Promise<string | undefined> {
	const seen = await git.feed(['apply', '--numstat', '-z', '-p1', '-'], patch.diff, signal);
	if (seen.kind === 'failed') {
		return `git cannot read the patch: ${seen.reason}`;
	}
	const known = new Set(patch.files);
	const stray = records(seen.stdout)
		.map((record) => record.split('\t').slice(2).join('\t'))
		.find((path) => !known.has(path));
	return stray === undefined ? undefined : `git takes the patch for one of ${JSON.stringify(stray)}.`;
}
