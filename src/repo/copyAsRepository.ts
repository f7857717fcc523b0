import { cp, mkdir, readdir } from 'node:fs/promises';
import path from 'node:path';
import { Git } from './git';

/**
 * Copies a folder to a new place and makes that a repository with everything committed. `to` must not exist, or be an
 * empty folder. Resolves to a sentence when it cannot be done; what was copied so far is left there.
 */
export async function copyAsRepository(
	from: string,
	to: string,
	signal: AbortSignal,
): Promise<string | undefined> {
	try {
		await mkdir(to, { recursive: true });
		if ((await readdir(to)).length > 0) {
			return `${to} is not empty; choose another folder.`;
		}
		await cp(from, to, { recursive: true, errorOnExist: true });
	} catch (error) {
		return `${path.basename(from)} could not be copied to ${to}: ${error instanceof Error ? error.message : String(error)}`;
	}
	const git = new Git(to);
	for (const argv of [
		['init', '--quiet'],
		['add', '--all'],
		['commit', '--quiet', '--message', 'A shop with one red test'],
	]) {
		const done = await git.run(argv, signal);
		if (done.kind === 'failed') {
			return `${to} could not be made a git repository: ${done.reason}`;
		}
	}
	return undefined;
}
