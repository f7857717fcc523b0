// Takes the README's pictures: goes through the story as a person does, in a real VS Code, with the packaged extension
// and the sample project, at $0 and offline. `npm run screenshots` builds first.
//   UNDERBID_SHOTS=folder      leaves a picture of the whole window at each turn there as well
//   UNDERBID_PICTURES=folder   puts the pictures there instead of media/screenshots
//   UNDERBID_THEME=name        in this theme
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { halfYear } from '../fakes/halfYear.ts';
import { lineOf } from '../../src/store/journalLine.ts';
import { provision } from './bed/provision.mjs';
import { startWorkbench } from './bed/workbench.mjs';
import { root, testEnvironment } from './build.mjs';
import { pack } from './vsix.mjs';

const WAIT_MS = 60_000;
const TODAY = new Date().toISOString().slice(0, 10);
const {
	UNDERBID_SHOTS: shots,
	UNDERBID_THEME: theme = 'Default Dark Modern',
	UNDERBID_PICTURES: media = path.join(root, 'media/screenshots'),
} = process.env;
const temporary = mkdtempSync(path.join(os.tmpdir(), 'ub-pictures-'));
let workbench;
let page;
try {
	mkdirSync(media, { recursive: true });
	const vsix = path.join(temporary, 'underbid.vsix');
	await pack(vsix);
	const env = testEnvironment(path.join(temporary, 'home'));
	mkdirSync(env.UNDERBID_HOME, { recursive: true });
	writeFileSync(
		path.join(env.UNDERBID_HOME, 'spend.jsonl'),
		halfYear(TODAY).map((entry) => `\n${lineOf(entry)}\n`).join(''),
	);
	writeFileSync(path.join(env.UNDERBID_HOME, 'settings.json'), JSON.stringify({ caps: { month: '20.00' } }));
	workbench = await startWorkbench(await provision(), {
		vsix: [vsix],
		helpers: [path.join(root, 'test/editor/runner')],
		// Keys that open nothing: models are listed and quoted, none is reached.
		env: { ...env, OPENROUTER_API_KEY: 'no-key-at-all', ANTHROPIC_API_KEY: 'no-key-at-all' },
		scale: 1.5,
		settings: {
			'workbench.colorTheme': theme,
			'underbid.defaultLimit': 0.25,
			'workbench.activityBar.location': 'default',
			'testing.automaticallyOpenPeekView': 'never',
			'testing.automaticallyOpenTestResults': 'neverOpen',
			'editor.minimap.enabled': false,
			'editor.fontSize': 13,
			'editor.occurrencesHighlight': 'off',
			'git.blame.statusBarItem.enabled': false,
			'breadcrumbs.enabled': false,
			'window.commandCenter': false,
		},
	});
	page = await workbench.open();
	page.setDefaultTimeout(WAIT_MS);
	await page.setViewportSize({ width: 1100, height: 680 });
	await story();
} catch (error) {
	console.error(error);
	await whole('failed');
	process.exitCode = 1;
} finally {
	await workbench?.close();
	rmSync(temporary, { recursive: true, force: true });
}

async function story() {
	const editor = page.locator('#workbench\\.parts\\.editor');
	await page.locator('.monaco-workbench').waitFor();
	await command('Underbid: Open Sample', 'Open Sample Failing Test');
	await picked('Open Sample Failing Test', 'sample');
	await toast('is red').waitFor();
	await picture('sample', page.locator('body'));
	await command('Notifications: Clear All', 'Clear All Notifications');

	await command('Test: Run All Tests', 'Run All Tests');
	await page.locator('.monaco-editor >> text=0 != 5').first().click();
	const button = page.locator('.floating-click-widget', { hasText: 'Fix This Failure…' });
	await button.waitFor();
	await settled();
	await picture('failure', editor, { height: 330 });
	await button.click();
	await picked('How Its Tests Are Run', 'command');
	const list = page.locator('.quick-input-widget');
	await list.locator('.quick-input-title', { hasText: 'Your Bid' }).waitFor();
	await list.locator('text=likely to be fixed').first().waitFor();
	await settled();
	await picture('bid', list, { pad: 6 });

	await page.keyboard.press('Enter');
	await toast('Fixing').waitFor();
	await command('Underbid: Show Attempts', 'Show Attempts');
	await page.locator('.pane-body .monaco-list-row', { hasText: 'free proposer' }).waitFor();
	await picture('run', page.locator('body'), { top: 420 });
	const ready = toast('Verified fix ready');
	await ready.waitFor();
	await settled();
	await picture('verified', ready, { pad: 6, bottom: 30 });
	await command('View: Show Explorer', 'Show Explorer');
	await ready.getByRole('button', { name: 'Review Inline' }).click();
	const accept = page.locator('.peekview-widget [aria-label^="Accept This Change"]').first();
	await accept.waitFor();
	await page.locator('.codelens-decoration', { hasText: 'Verified fix' }).waitFor();
	await settled();
	await picture('review', editor, { height: 480 });
	await accept.click();
	await toast('Accepted, exactly as it was verified').waitFor();
	await whole('accepted');

	await command('View: Toggle Primary Side Bar', 'Toggle Primary Side Bar Visibility');
	await command('Notifications: Clear All', 'Clear All Notifications');
	await page.setViewportSize({ width: 1180, height: 860 });
	await command('Underbid: Show Spending', 'Show Spending');
	const spending = page.frameLocator('iframe.webview.ready').frameLocator('#active-frame');
	await spending.locator('#card-spend svg rect').first().waitFor();
	await settled();
	await picture('spending', editor);
	await command('Underbid: Choose Models', 'Choose Models');
	await list.locator('text=per million').first().waitFor();
	await settled();
	await picture('models', list, { pad: 6 });
	await page.keyboard.press('Escape');
	await command('Welcome: Open Walkthrough', 'Open Walkthrough');
	await page.keyboard.type('Fix a Failing Test with');
	await page.locator('.quick-input-list .focused', { hasText: 'Fix a Failing Test with Underbid' }).waitFor();
	await page.keyboard.press('Enter');
	await page.locator('.getting-started-media iframe, .getting-started-media img').first().waitFor();
	await settled();
	await picture('walkthrough', editor);
}

/**
 * A picture of one thing, for the README.
 * @param crop pixels of the page: `pad` more on every side, `bottom` more below, no more than `height`, from `top` on
 */
async function picture(name, of, { pad = 0, bottom = pad, height = Number.MAX_SAFE_INTEGER, top = 0 } = {}) {
	await whole(name);
	const box = await of.boundingBox();
	assert.ok(box !== null, `${name} is not to be seen`);
	const { width: mostRight, height: mostDown } = page.viewportSize();
	const x = Math.max(0, box.x - pad);
	const y = Math.max(top, box.y - pad);
	const clip = {
		x,
		y,
		width: Math.min(mostRight, box.x + box.width + pad) - x,
		height: Math.min(height, Math.min(mostDown, box.y + box.height + bottom) - y),
	};
	const file = path.join(media, `${name}.png`);
	await page.screenshot({ path: file, clip });
	console.log(`${name}.png: ${Math.ceil(statSync(file).size / 1000)} kB`);
}

/** Whatever fades or is drawn late has come to rest: two pictures one after the other are the same. */
async function settled() {
	let before;
	for (const deadline = Date.now() + 5000; Date.now() < deadline; ) {
		await new Promise((resolve) => setTimeout(resolve, 300));
		const now = await page.screenshot();
		if (before?.equals(now)) {
			return;
		}
		before = now;
	}
}

function toast(words) {
	return page.locator('.notifications-toasts .notification-list-item', { hasText: words });
}

/** Runs a command from the palette. The list does not grow while it is open, so it is opened again until it is there. */
async function command(text, title) {
	const row = page.locator('.quick-input-list .monaco-list-row', { hasText: title });
	for (const deadline = Date.now() + WAIT_MS; ; ) {
		await page.keyboard.press('F1');
		await page.locator('.quick-input-widget:not([style*="display: none"]) .quick-input-box input').fill(`>${text}`);
		const there = await row.first().waitFor({ timeout: 1500 }).then(
			() => true,
			() => false,
		);
		if (there) {
			break;
		}
		assert.ok(Date.now() < deadline, `never saw ${title} in the palette`);
		await page.keyboard.press('Escape');
	}
	await page.keyboard.press('Enter');
}

/** Takes what a list offers first. */
async function picked(title, name) {
	const asked = page.locator('.quick-input-title', { hasText: title });
	await asked.waitFor();
	await whole(name);
	await page.keyboard.press('Enter');
	await asked.waitFor({ state: 'hidden' });
}

async function whole(name) {
	if (shots && page !== undefined) {
		mkdirSync(shots, { recursive: true });
		await page.screenshot({ path: path.join(shots, `${name}.png`) });
	}
}
