import * as z from 'zod';
import { globOf } from './glob';
import { timed } from './timed';
import { toolOf } from './tool';

const MOST_PATHS = 150;
const GLOB_MS = 300;

export const listFiles = toolOf({
	name: 'list_files',
	description: `Names files of the repository, at most ${MOST_PATHS}; larger answers are counted by folder. Without a glob: all files.`,
	form: z.object({
		glob: z.string().max(200).optional().describe('For instance src/**/*.ts, or parser.* in any folder.'),
	}),
	doing: ({ glob }) => `listing ${glob ?? 'files'}`,
	run: async ({ glob }, desk, signal) => {
		const fits = globOf(glob === undefined || glob === '' || glob === '.' ? '**' : withFolder(glob));
		if (fits === undefined) {
			return { kind: 'refused', says: 'The glob has too many alternatives.' };
		}
		const paths = await desk.files.list(signal);
		const found = timed(() => paths.filter(fits), GLOB_MS);
		if (found.kind === 'tooSlow') {
			return { kind: 'refused', says: 'The glob takes too long; use a simpler one.' };
		}
		if (found.value.length === 0) {
			return { kind: 'done', says: `No file fits; the repository has ${paths.length}.` };
		}
		const fitting = found.value.length;
		return fitting <= MOST_PATHS
			? {
					kind: 'done',
					says: `${fitting} ${fitting === 1 ? 'file' : 'files'}:`,
					data: found.value.join('\n'),
				}
			: { kind: 'done', says: `${fitting} files, by folder:`, data: byFolder(found.value) };
	},
});

/** A folder stands for what is in it. */
function withFolder(glob: string): string {
	return glob.endsWith('/') ? `${glob}**` : glob;
}

function byFolder(paths: readonly string[]): string {
	const counts = new Map<string, number>();
	for (const path of paths) {
		const folder = path.slice(0, path.lastIndexOf('/') + 1);
		counts.set(folder, (counts.get(folder) ?? 0) + 1);
	}
	const folders = [...counts].slice(0, MOST_PATHS).map(([folder, count]) => `${folder || './'} ${count}`);
	const rest = counts.size - folders.length;
	return [...folders, ...(rest > 0 ? [`and ${rest} more folders`] : [])].join('\n');
}
