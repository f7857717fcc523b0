// Issues read from wherever they are, with what the folder and the user lend for it.
import path from 'node:path';
import { guardedGet } from '../issues/guardedGet';
import { withKeys } from '../issues/keys';
import { type FoundIssue, readIssue } from '../issues/read';
import { networkFault } from '../models/networkFault';
import { WorkFiles } from '../propose/model/workFiles';
import { originOf } from '../repo/remote';
import type { IssueRequest } from './requests';
import { textFile } from './texts';

export interface IssueGround {
	/** Absolute path of the repository. */
	readonly root: string;
	readonly environment: Readonly<Record<string, string | undefined>>;
	readonly fetch: typeof globalThis.fetch;
}

/** Each key goes to its own address and nowhere else. */
export async function findIssue(
	{ said, folder, unsaved, keys, readInput }: IssueRequest,
	{ root, environment, fetch }: IssueGround,
	signal: AbortSignal,
): Promise<FoundIssue> {
	const files = new WorkFiles(root);
	return readIssue(
		said,
		{
			get: guardedGet(fetch, (error) => networkFault(error).reason),
			environment: withKeys(environment, keys),
			remote: await originOf(root, signal),
			readInput,
			readFile: async (name) => {
				const file = path.resolve(folder, name);
				return unsaved.find((one) => one.file === file)?.text ?? (await textFile(file));
			},
			linesOf: async (file, from, to) => {
				const read = await files.read(file);
				const lines = read.kind === 'refused' ? [] : read.text.split('\n').slice(from - 1, to);
				return lines.length === 0 ? undefined : lines.join('\n');
			},
		},
		signal,
	);
}
