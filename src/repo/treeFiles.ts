import { Git, records } from './git';

/** All files of a tree that git does not ignore, relative to it; undefined when git cannot say. */
export async function treeFiles(root: string, signal: AbortSignal): Promise<readonly string[] | undefined> {
	const listed = await new Git(root).run(['ls-files', '-z', '-c', '-o', '--exclude-standard'], signal);
	return listed.kind === 'failed'
		? undefined
		: [...new Set(records(listed.stdout))].filter((file) => !file.endsWith('/')).sort();
}
