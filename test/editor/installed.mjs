// Packages the extension, installs it into a real VS Code, and uses it as a person does: palette, bid, toast, review in the file, Accept.
// `npm run build` comes first.
//   UNDERBID_SHOTS=folder   leaves screenshots there
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { provision } from './bed/provision.mjs';
import { startWorkbench } from './bed/workbench.mjs';
import { root, testEnvironment } from './build.mjs';
import { makeShop } from './shop.mjs';
import { pack } from './vsix.mjs';

const WAIT_MS = 60_000;
const INPUT = '.quick-input-widget:not([style*="display: none"]) .quick-input-box input';

const startedMs = Date.now();
const temporary = mkdtempSync(path.join(os.tmpdir(), 'ub-installed-'));
let workbench;
let page;
try {
	const vsix = path.join(temporary, 'underbid.vsix');
	await pack(vsix);
	const env = testEnvironment(path.join(temporary, 'home'));
	const shop = path.join(temporary, 'shop');
	mkdirSync(shop);
	const { file, base } = makeShop(shop, env);
	const bed = await provision();
	workbench = await startWorkbench(bed, { folder: shop, vsix: [vsix], driver: false, env });
	page = await workbench.open();
	page.setDefaultTimeout(WAIT_MS);
	await fixAsAPerson(file, base);
	console.log(`The packaged extension: passed, ${((Date.now() - startedMs) / 1000).toFixed(1)} s`);
} catch (error) {
	console.error(error.message);
	await shot('installed-failed');
	process.exitCode = 1;
} finally {
	await workbench?.close();
	rmSync(temporary, { recursive: true, force: true });
}

async function fixAsAPerson(file, base) {
	await page.locator('.monaco-workbench').waitFor();
	await openPalette('Underbid: Fix a Failing', 'Fix a Failing Test');
	await shot('installed-1-palette');
	await page.keyboard.press('Enter');
	// The first time: where fixes come from, and a look at the test command.
	for (const [title, shown] of [
		['Where Do Fixes Come From', 'sources'],
		['How Its Tests Are Run', 'command'],
		['Your Bid', 'bid'],
	]) {
		const asked = page.locator('.quick-input-title', { hasText: title });
		await asked.waitFor();
		await shot(`installed-1-${shown}`);
		await page.keyboard.press('Enter');
		await asked.waitFor({ state: 'hidden' });
	}
	const toast = page.locator('.notifications-toasts .notification-list-item');
	await toast.filter({ hasText: 'Fixing' }).waitFor();
	await shot('installed-2-progress');
	await toast.filter({ hasText: 'Verified fix ready' }).waitFor();
	await shot('installed-3-verified');
	assert.equal(readFileSync(file, 'utf8'), base, 'nothing changes before a click');
	await toast.getByRole('button', { name: 'Review Inline' }).click();
	await page.locator('.peekview-widget .line-insert').first().waitFor();
	await shot('installed-4-inline');
	await page.locator('.peekview-widget [aria-label^="Accept This Change"]').first().click();
	await toast.filter({ hasText: 'Accepted, exactly as it was verified' }).waitFor();
	await shot('installed-5-accepted');
	assert.equal(readFileSync(file, 'utf8'), base.replace('price + (', 'price - ('));
}

/** The list does not grow while it is open, so it is opened again until the extension has arrived. */
async function openPalette(text, title) {
	const row = page.locator('.quick-input-list .monaco-list-row', { hasText: title });
	for (const deadline = Date.now() + WAIT_MS; ; ) {
		await page.keyboard.press('F1');
		await page.locator(INPUT).fill(`>${text}`);
		const there = await row.waitFor({ timeout: 1000 }).then(
			() => true,
			() => false,
		);
		if (there) {
			return;
		}
		assert.ok(Date.now() < deadline, `never saw ${title} in the palette`);
		await page.keyboard.press('Escape');
	}
}

async function shot(name) {
	const { UNDERBID_SHOTS: folder } = process.env;
	if (folder && page !== undefined) {
		mkdirSync(folder, { recursive: true });
		await page.screenshot({ path: path.join(folder, `${name}.png`) });
	}
}
