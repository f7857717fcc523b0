// Takes the README's pictures: goes through the story as a person does, in a real VS Code, with the packaged extension
// and the sample project, at $0 and offline. `npm run screenshots` builds first.
//   UNDERBID_SHOTS=folder      leaves a picture of the whole window at each turn there as well
//   UNDERBID_PICTURES=folder   puts the pictures there instead of media/screenshots
//   UNDERBID_THEME=name        in this theme
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { lineOf } from '../../src/store/journalLine.ts';
import { pack } from '../../vsix.mjs';
import { halfYear } from '../fakes/halfYear.ts';
import { provision } from './bed/provision.mjs';
import { startWorkbench } from './bed/workbench.mjs';
import { root, testEnvironment } from './build.mjs';
import { Person } from './person.mjs';

const TODAY = new Date().toISOString().slice(0, 10);
const {
	UNDERBID_SHOTS: shots,
	UNDERBID_THEME: theme = 'Default Dark Modern',
	UNDERBID_PICTURES: media = path.join(root, 'media/screenshots'),
} = process.env;
const temporary = mkdtempSync(path.join(os.tmpdir(), 'ub-pictures-'));
let workbench;
let person;
try {
	mkdirSync(media, { recursive: true });
	const vsix = path.join(temporary, 'underbid.vsix');
	await pack(vsix);
	const env = testEnvironment(path.join(temporary, 'home'));
	mkdirSync(env.UNDERBID_HOME, { recursive: true });
	writeFileSync(
		path.join(env.UNDERBID_HOME, 'spend.jsonl'),
		halfYear(TODAY)
			.map((entry) => `\n${lineOf(entry)}\n`)
			.join(''),
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
	person = new Person(await workbench.open(), shots);
	await story();
} catch (error) {
	console.error(error);
	await person?.shot('failed');
	process.exitCode = 1;
} finally {
	await workbench?.close();
	rmSync(temporary, { recursive: true, force: true });
}

async function story() {
	const { page } = person;
	const editor = page.locator('#workbench\\.parts\\.editor');
	await page.setViewportSize({ width: 1100, height: 680 });
	await page.locator('.monaco-workbench').waitFor();
	await person.command('Underbid: Open Sample Failing Test');
	await person.takeFirst('Open Sample Failing Test');
	await person.message('is red').waitFor();
	await person.shot('opened');
	await person.command('Notifications: Clear All Notifications');

	await person.command('Test: Run All Tests');
	await page.locator('.monaco-editor >> text=0 != 5').first().click();
	const button = page.locator('.floating-click-widget', { hasText: 'Fix This Failure…' });
	await button.waitFor();
	await picture('failure', editor, { height: 330 });
	await button.click();
	await person.takeFirst('How Its Tests Are Run');
	await person.list.locator('.quick-input-title', { hasText: 'Your Bid' }).waitFor();
	await person.list.locator('text=likely to be fixed').first().waitFor();
	await picture('bid', person.list, { pad: 6 });

	await page.keyboard.press('Enter');
	await person.message('Fixing').waitFor();
	await person.command('Underbid: Show Attempts');
	await page.locator('.pane-body .monaco-list-row', { hasText: 'free proposer' }).waitFor();
	await picture('run', page.locator('body'), { top: 450, moving: true });
	const ready = person.message('Verified fix ready');
	await ready.waitFor();
	await picture('verified', page.locator('body'), { top: 450 });
	await person.command('View: Show Explorer');
	await ready.getByRole('button', { name: 'Review Inline' }).click();
	const accept = page.locator('.peekview-widget [aria-label^="Accept This Change"]').first();
	await accept.waitFor();
	await page.locator('.codelens-decoration', { hasText: 'Verified fix' }).waitFor();
	await picture('review', editor, { height: 480 });
	await accept.click();
	await person.message('Accepted, exactly as it was verified').waitFor();
	await person.shot('accepted');

	await person.command('View: Toggle Primary Side Bar Visibility');
	await person.command('Notifications: Clear All Notifications');
	await person.command('View: Close All Editors');
	await page.setViewportSize({ width: 1180, height: 860 });
	await person.command('Underbid: Show Spending');
	const spending = page.frameLocator('iframe.webview.ready').frameLocator('#active-frame');
	await spending.locator('#card-spend .plot svg text').first().waitFor();
	await picture('spending', editor);
	await person.command('Underbid: Choose Models…');
	await person.list.locator('text=per million').first().waitFor();
	await picture('models', person.list, { pad: 6 });
	await page.keyboard.press('Escape');
	await person.command('View: Close All Editors');
	await person.command('Welcome: Open Walkthrough...');
	await page.keyboard.type('Fix a Failing Test with');
	await person.list.locator('.focused', { hasText: 'Fix a Failing Test with Underbid' }).waitFor();
	await page.keyboard.press('Enter');
	await page
		.frameLocator('.getting-started-media iframe, iframe.webview.ready')
		.first()
		.frameLocator('#active-frame')
		.locator('svg')
		.waitFor();
	await picture('walkthrough', editor);
}

/**
 * A picture of one thing, for the README.
 * @param crop pixels of the page: `pad` more on every side, `bottom` more below, no more than `height`, from `top` on; `moving`: it
 * never comes to rest
 */
async function picture(
	name,
	of,
	{ pad = 0, bottom = pad, height = Number.MAX_SAFE_INTEGER, top = 0, moving = false } = {},
) {
	const { page } = person;
	await page.mouse.move(0, 0);
	if (!moving) {
		await person.settled();
	}
	await person.shot(name);
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
