// The user's repository, opened and only ever read.
import { realpath, stat } from 'node:fs/promises';
import { join, relative, resolve, sep } from 'node:path';
import { Git } from './git';

export interface Repository {
	/** Real path of the top folder. */
	readonly root: string;
	/** The opened folder relative to `root`, `/`-separated; '' is the root. */
	readonly folder: string;
	/** Of this checkout: holds HEAD and index. */
	readonly gitDir: string;
	/** Shared by all checkouts of the repository: holds objects, refs, config. */
	readonly commonDir: string;
	readonly objectFormat: string;
}

export type OpenedRepository =
	| { readonly kind: 'open'; readonly repository: Repository }
	| { readonly kind: 'refused'; readonly reason: string };

export async function openRepository(folder: string): Promise<OpenedRepository> {
	const real = await realpath(folder).catch(() => undefined);
	const found = real === undefined ? undefined : await stat(real).catch(() => undefined);
	if (real === undefined || !found?.isDirectory()) {
		return refused(`The folder ${folder} does not exist.`);
	}
	const answer = await new Git(real).run(
		[
			'rev-parse',
			'--is-bare-repository',
			'--is-inside-work-tree',
			'--show-object-format',
			'--absolute-git-dir',
			'--git-common-dir',
			'--show-cdup',
		],
		new AbortController().signal,
	);
	if (answer.kind === 'failed') {
		return refused(refusalOf(answer.reason, real));
	}
	const [bare, inside, objectFormat = 'sha1', gitDir = '', commonDir = '', up = ''] =
		answer.stdout.split('\n');
	if (inside !== 'true') {
		return refused(
			bare === 'true'
				? `${real} is a bare repository, which has no files to fix; open a folder that is checked out.`
				: `${real} lies inside git's own folder; open the folder of the project instead.`,
		);
	}
	const root = await realpath(resolve(real, up));
	return {
		kind: 'open',
		repository: {
			root,
			folder: relative(root, real).split(sep).join('/'),
			gitDir: await realpath(gitDir),
			commonDir: await realpath(resolve(real, commonDir)),
			objectFormat,
		},
	};
}

function refusalOf(said: string, folder: string): string {
	if (/ENOENT/.test(said)) {
		return 'git was not found; install git and make sure it is on the PATH.';
	}
	if (/not a git repository/i.test(said)) {
		return `${folder} is not in a git repository; run \`git init\` in it first.`;
	}
	if (/dubious ownership/i.test(said)) {
		return `git does not trust ${folder}, which belongs to another user; run \`git config --global --add safe.directory ${join(folder)}\`.`;
	}
	return `git cannot open ${folder}: ${said}`;
}

function refused(reason: string): OpenedRepository {
	return { kind: 'refused', reason };
}
