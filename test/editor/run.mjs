// Runs the suite inside a real VS Code that comes from npm alone. `npm run build` comes first.
//   UNDERBID_SHOTS=folder   leaves screenshots there
//   UNDERBID_LOG=file       the log of the window and its host, of the file that ran last
//   UNDERBID_GREP=text      runs only the tests whose title holds it
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { runHostTests } from './bed/hostTests.mjs';
import { provision } from './bed/provision.mjs';
import { buildSuite, root, testEnvironment } from './build.mjs';

const startedMs = Date.now();
/** These run in a workspace of two folders. */
const TWO_FOLDERS = ['files'];
const temporary = mkdtempSync(path.join(os.tmpdir(), 'ub-editor-'));
const folder = path.join(temporary, 'folders');
try {
	if (!existsSync(path.join(root, 'dist/extension.js'))) {
		throw new Error('There is no dist/extension.js; run "npm run build" first.');
	}
	const [bed, tests] = await Promise.all([provision(), buildSuite()]);
	const shots = process.env.UNDERBID_SHOTS;
	// Each file in a window of its own: what one leaves open is nobody else's trouble.
	const files = readdirSync(path.dirname(tests))
		.filter((name) => name.endsWith('.test.js'))
		.map((name) => name.replace('.test.js', ''));
	let failed = 0;
	for (const [index, file] of files.entries()) {
		if (process.env.UNDERBID_FILE && process.env.UNDERBID_FILE !== file) {
			continue;
		}
		const own = path.join(folder, String(index), 'pricing');
		mkdirSync(own, { recursive: true });
		const workspace = path.join(folder, String(index), 'shop.code-workspace');
		if (TWO_FOLDERS.includes(file)) {
			mkdirSync(path.join(folder, String(index), 'billing'));
			writeFileSync(workspace, JSON.stringify({ folders: [{ path: 'pricing' }, { path: 'billing' }] }));
		}
		const code = await runHostTests(bed, {
			extension: root,
			helpers: [path.join(root, 'test/editor/lender')],
			tests,
			folder: TWO_FOLDERS.includes(file) ? workspace : own,
			env: { ...testEnvironment(path.join(temporary, `home-${index}`)), UNDERBID_FILE: file },
			shots: shots ? path.resolve(shots) : undefined,
		});
		failed += code === 0 ? 0 : 1;
		console.log(`${file}: ${code === 0 ? 'passed' : 'failed'}`);
	}
	process.exitCode = failed === 0 ? 0 : 1;
	const seconds = ((Date.now() - startedMs) / 1000).toFixed(1);
	console.log(`VS Code ${bed.version}: ${process.exitCode === 0 ? 'passed' : 'failed'}, ${seconds} s`);
} catch (error) {
	console.error(error.message);
	process.exitCode = 1;
} finally {
	rmSync(temporary, { recursive: true, force: true });
}
