// Another extension calls our tool in a real VS Code, and a person answers the question that stands before it: dialogs
// answer themselves in windows under test, so this one is none. `npm run build` comes first.
//   UNDERBID_SHOTS=folder   leaves screenshots there
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pack } from '../../vsix.mjs';
import { provision } from './bed/provision.mjs';
import { startWorkbench } from './bed/workbench.mjs';
import { root, testEnvironment } from './build.mjs';
import { Person, WAIT_MS } from './person.mjs';
import { makeShop } from './shop.mjs';

const startedMs = Date.now();
const temporary = mkdtempSync(path.join(os.tmpdir(), 'ub-agent-'));
const called = path.join(temporary, 'called');
let workbench;
let person;
try {
	const vsix = path.join(temporary, 'underbid.vsix');
	await pack(vsix, 'https://example.invalid/raw/HEAD');
	const folder = path.join(temporary, 'pricing');
	mkdirSync(folder);
	const { file, base } = makeShop(folder);
	workbench = await startWorkbench(await provision(), {
		folder,
		vsix: [vsix],
		helpers: [path.join(root, 'test/editor/caller')],
		driver: false,
		env: { ...testEnvironment(path.join(temporary, 'home')), UNDERBID_CALLED: called },
	});
	person = new Person(await workbench.open(), process.env.UNDERBID_SHOTS);
	await callTheTool(file, base);
	assert.deepEqual(workbench.faults(), [], 'errors that nobody caught');
	console.log(`A call by another program: passed, ${((Date.now() - startedMs) / 1000).toFixed(1)} s`);
} catch (error) {
	console.error(error.stack);
	await person?.shot('agent-failed');
	process.exitCode = 1;
} finally {
	await workbench?.close();
	rmSync(temporary, { recursive: true, force: true });
}

async function callTheTool(file, base) {
	const { page } = person;
	await page.locator('.monaco-workbench').waitFor();
	assert.match(await answered('Yes'), /has not yet said how the tests of this folder are run/);
	// What the user settles once.
	await person.command('Underbid: Fix a Failing Test…');
	for (const title of ['Where Do Fixes Come From', 'How Its Tests Are Run']) {
		await person.takeFirst(title);
	}
	await page.locator('.quick-input-title', { hasText: 'Your Bid' }).waitFor();
	await page.keyboard.press('Escape');
	assert.match(await answered('Cancel', 'agent-1-question'), /^refused: .*ancel/);
	const said = await answered('Yes');
	assert.match(said, /^Verified fix\. \$0\.00 of at most \$0\.00 was spent\./);
	assert.equal(readFileSync(file, 'utf8'), base, 'nothing is applied');
	const ready = person.message('Verified fix ready: 1 change in 1 file.');
	await ready.waitFor();
	await person.shot('agent-2-ready');
	await ready.getByRole('button', { name: 'Review Inline' }).click();
	await page.locator('.peekview-widget .line-insert').first().waitFor();
	await person.shot('agent-3-inline');
}

/** What the caller was told once the person has answered. */
async function answered(button, shot) {
	rmSync(called, { force: true });
	await person.command('Caller: Ask Underbid for a Fix');
	const dialog = person.page.locator('.monaco-dialog-box');
	await dialog.waitFor();
	if (shot !== undefined) {
		const words = await dialog.innerText();
		assert.match(words, /Spend up to \$0\.00 on a verified fix\?/);
		assert.match(words, /whatever test fails/);
		await person.shot(shot);
	}
	await dialog.getByRole('button', { name: button }).click();
	for (const deadline = Date.now() + WAIT_MS; !existsSync(called) || readFileSync(called, 'utf8') === ''; ) {
		assert.ok(Date.now() < deadline, 'the caller was never answered');
		await new Promise((resolve) => setTimeout(resolve, 100));
	}
	return readFileSync(called, 'utf8');
}
