// Packages the extension, installs it into a real VS Code, and uses it as somebody new does: an empty window, the sample
// project, its one red test, bid, message, review in the file, Accept. `npm run build` comes first.
//   UNDERBID_SHOTS=folder   leaves screenshots there
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pack } from '../../vsix.mjs';
import { provision } from './bed/provision.mjs';
import { startWorkbench } from './bed/workbench.mjs';
import { testEnvironment } from './build.mjs';
import { Person } from './person.mjs';

const startedMs = Date.now();
const temporary = mkdtempSync(path.join(os.tmpdir(), 'ub-installed-'));
let workbench;
let person;
try {
	const vsix = path.join(temporary, 'underbid.vsix');
	// As it will be once package.json names a repository: every picture of the README has an address.
	await pack(vsix, 'https://example.invalid/raw/HEAD');
	const env = testEnvironment(path.join(temporary, 'home'));
	workbench = await startWorkbench(await provision(), { vsix: [vsix], driver: false, env });
	person = new Person(await workbench.open(), process.env.UNDERBID_SHOTS);
	await fixTheSample();
	assert.deepEqual(workbench.faults(), [], 'errors that nobody caught');
	console.log(`The packaged extension: passed, ${((Date.now() - startedMs) / 1000).toFixed(1)} s`);
} catch (error) {
	console.error(error.message);
	await person?.shot('installed-failed');
	process.exitCode = 1;
} finally {
	await workbench?.close();
	rmSync(temporary, { recursive: true, force: true });
}

async function fixTheSample() {
	const { page } = person;
	await page.locator('.monaco-workbench').waitFor();
	await person.command('Underbid: Open Sample Failing Test');
	await person.takeFirst('Open Sample Failing Test');
	// The window opens the sample, and says what to do there.
	const next = person.message('is red');
	await next.waitFor();
	await page.locator('.tab.active', { hasText: 'discounts.test.js' }).waitFor();
	await person.shot('installed-1-sample');
	const folder = path.join(workbench.home, 'data/data/User/globalStorage/underbid.underbid/underbid-sample');
	const file = path.join(folder, 'src/discounts.js');
	const base = readFileSync(file, 'utf8');
	assert.equal(testsExit(folder), 1);

	await next.getByRole('button', { name: 'Fix the Red Test…' }).click();
	// The first time: where fixes come from, and a look at the test command.
	for (const title of ['Where Do Fixes Come From', 'How Its Tests Are Run', 'Your Bid']) {
		await person.takeFirst(title);
	}
	await person.message('Fixing').waitFor();
	await person.shot('installed-2-progress');
	const ready = person.message('Verified fix ready: 1 change in 1 file. 51 tests pass. $0.00 (free) spent.');
	await ready.waitFor();
	await person.shot('installed-3-verified');
	assert.equal(readFileSync(file, 'utf8'), base, 'nothing changes before a click');
	await ready.getByRole('button', { name: 'Review Inline' }).click();
	await page.locator('.peekview-widget .line-insert').first().waitFor();
	await person.shot('installed-4-inline');
	await page.locator('.peekview-widget [aria-label^="Accept This Change"]').first().click();
	await person.message('Accepted, exactly as it was verified').waitFor();
	await person.shot('installed-5-accepted');
	assert.equal(readFileSync(file, 'utf8'), base.replace('quantity > tier.from', 'quantity >= tier.from'));
	assert.equal(testsExit(folder), 0);
}

function testsExit(cwd) {
	return spawnSync(process.execPath, ['--test'], { cwd }).status;
}
