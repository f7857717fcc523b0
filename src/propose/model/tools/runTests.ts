import * as z from 'zod';
import { toolOf } from './tool';

export const runTests = toolOf({
	name: 'run_tests',
	description: 'Runs the target tests, or all tests, on the files as they are now.',
	form: z.object({
		scope: z.enum(['target', 'all']).optional().describe('target when absent.'),
	}),
	doing: () => 'running the tests',
	run: async ({ scope = 'target' }, desk, signal) => {
		const report = await desk.test(scope, signal);
		return { kind: 'done', says: report.says, ...(report.data === '' ? {} : { data: report.data }) };
	},
});
