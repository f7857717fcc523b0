import * as z from 'zod';
import { plainPath } from './pathRule';
import { toolOf } from './tool';

export const revertFile = toolOf({
	name: 'revert_file',
	description: 'Takes all your edits of one file back.',
	form: z.object({ path: z.string().max(1_000) }),
	doing: ({ path }) => `taking back the edits of ${path}`,
	run: async ({ path: written }, desk) => {
		const path = plainPath(written);
		const reason = await desk.revert(path);
		return reason === undefined
			? { kind: 'done', says: `${JSON.stringify(path)} is as it was at the start.` }
			: { kind: 'refused', says: reason };
	},
});
