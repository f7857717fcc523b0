import { Git } from './git';

/** The address of the remote "origin"; undefined when there is none. Anything may stand in it. */
export async function originOf(root: string, signal: AbortSignal): Promise<string | undefined> {
	const answer = await new Git(root).run(['config', '--get', 'remote.origin.url'], signal);
	const url = answer.kind === 'done' ? answer.stdout.trim() : '';
	return url === '' ? undefined : url;
}
