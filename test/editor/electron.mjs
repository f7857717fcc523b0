// The same suite in desktop VS Code, through @vscode/test-electron. Tests that need somebody at the keyboard skip.
//   VSCODE_EXECUTABLE=/path/to/code   a VS Code that is already there
//   VSCODE_VERSION=1.105.0|stable     else that version, downloaded: needs the internet (and xvfb-run where there
//                                     is no display)
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { runTests } from '@vscode/test-electron';
import { buildSuite, root, testEnvironment } from './build.mjs';

const temporary = mkdtempSync(path.join(os.tmpdir(), 'ub-desktop-'));
const folder = path.join(temporary, 'pricing');
const { VSCODE_EXECUTABLE: executable, VSCODE_VERSION: version = 'stable' } = process.env;
try {
	mkdirSync(folder);
	process.exitCode = await runTests({
		...(executable ? { vscodeExecutablePath: executable } : { version }),
		extensionDevelopmentPath: [root, path.join(root, 'test/editor/lender')],
		extensionTestsPath: await buildSuite(),
		extensionTestsEnv: testEnvironment(path.join(temporary, 'home')),
		launchArgs: [
			folder,
			'--user-data-dir',
			path.join(temporary, 'user'),
			'--disable-extensions',
			'--disable-workspace-trust',
		],
	});
} catch (error) {
	console.error(`The tests did not run to their end in desktop VS Code: ${error.message}`);
	process.exitCode = 1;
} finally {
	rmSync(temporary, { recursive: true, force: true });
}
