// Runs the suite inside a real VS Code that comes from npm alone. `npm run build` comes first.
//   UNDERBID_SHOTS=folder   leaves screenshots there
//   UNDERBID_GREP=text      runs only the tests whose title holds it
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { runHostTests } from './bed/hostTests.mjs';
import { provision } from './bed/provision.mjs';
import { buildSuite, root, testEnvironment } from './build.mjs';

const startedMs = Date.now();
const temporary = mkdtempSync(path.join(os.tmpdir(), 'ub-editor-'));
const folder = path.join(temporary, 'pricing');
try {
	if (!existsSync(path.join(root, 'dist/extension.js'))) {
		throw new Error('There is no dist/extension.js; run "npm run build" first.');
	}
	mkdirSync(folder);
	const [bed, tests] = await Promise.all([provision(), buildSuite()]);
	const shots = process.env.UNDERBID_SHOTS;
	process.exitCode = await runHostTests(bed, {
		extension: root,
		helpers: [path.join(root, 'test/editor/lender')],
		tests,
		folder,
		env: testEnvironment(path.join(temporary, 'home')),
		shots: shots ? path.resolve(shots) : undefined,
	});
	const seconds = ((Date.now() - startedMs) / 1000).toFixed(1);
	console.log(`VS Code ${bed.version}: ${process.exitCode === 0 ? 'passed' : 'failed'}, ${seconds} s`);
} catch (error) {
	console.error(error.message);
	process.exitCode = 1;
} finally {
	rmSync(temporary, { recursive: true, force: true });
}
