// Every command in windows that the suite's own window cannot be: without a folder, and in restricted mode.
// `npm run build` comes first.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { runHostTests } from './bed/hostTests.mjs';
import { provision } from './bed/provision.mjs';
import { buildSuite, root, testEnvironment } from './build.mjs';

const STATES = {
	none: { folder: false },
	restricted: {
		folder: true,
		trusted: false,
		settings: {
			'security.workspace.trust.startupPrompt': 'never',
			'security.workspace.trust.banner': 'never',
			'security.workspace.trust.emptyWindow': true,
		},
	},
};

const temporary = mkdtempSync(path.join(os.tmpdir(), 'ub-states-'));
const shots = process.env.UNDERBID_SHOTS;
try {
	const [bed, tests] = await Promise.all([provision(), buildSuite()]);
	for (const [name, { folder, ...options }] of Object.entries(STATES)) {
		const open = path.join(temporary, name);
		mkdirSync(open);
		process.exitCode ||= await runHostTests(bed, {
			extension: root,
			tests,
			folder: folder ? open : undefined,
			env: {
				...testEnvironment(path.join(temporary, `${name}-home`)),
				UNDERBID_STATE: name,
				UNDERBID_GREP: 'Every command in the palette',
				...(process.env.UNDERBID_STATES_SHOW ? { UNDERBID_STATES_SHOW: '1' } : {}),
			},
			shots: shots ? path.resolve(shots) : undefined,
			...options,
		});
	}
} catch (error) {
	console.error(error.message);
	process.exitCode = 1;
} finally {
	rmSync(temporary, { recursive: true, force: true });
}
