// What somebody new is shown: the walkthrough with its pictures, and the view before anything ran.
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { TestHandle } from '../../../src/extension';
import { makeShop } from '../shop.mjs';
import { aria, click, hasUser, inPage, press, read, see, shot, size, until } from './user';
import { cleared, folder } from './workspace';

const STEPS = ['sample', 'command', 'limit', 'models'] as const;
type Step = (typeof STEPS)[number];
const step = (id: Step): string =>
	`.getting-started-step:has([data-done-step-id="underbid.underbid#start#${id}"])`;
const PICTURE =
	'iframe.webview.ready >> internal:control=enter-frame >> iframe#active-frame >> internal:control=enter-frame >> svg';
const TITLE = '.quick-input-widget:not([style*="display: none"]) .quick-input-title';
const PANE = '.pane:has(.pane-header[aria-label^="Underbid"])';

(hasUser ? describe : describe.skip)('Somebody new', function () {
	this.timeout(60_000);

	before(async () => {
		const extension = vscode.extensions.getExtension<TestHandle>('underbid.underbid');
		(await extension?.activate())?.reset();
	});

	afterEach(async () => {
		await vscode.workspace.getConfiguration('underbid').update('defaultLimit', undefined, true);
		await theme(undefined);
		await size(1280, 800);
		await vscode.commands.executeCommand('workbench.view.explorer');
		await cleared();
	});

	async function walkthrough(): Promise<void> {
		await vscode.commands.executeCommand('workbench.action.closeSidebar');
		await vscode.commands.executeCommand('workbench.action.openWalkthrough', 'underbid.underbid#start');
		await see(step('sample'));
	}

	async function open(id: Step): Promise<void> {
		await click(`${step(id)} .step-title`);
		await see(`${step(id)}.expanded`);
	}

	it('sees a picture in the theme’s colours with every step', async () => {
		await walkthrough();
		for (const [name, kind] of [
			['Default Light Modern', 'vs'],
			['Default Dark Modern', 'vs-dark'],
			['Default High Contrast', 'hc-black'],
			['Default High Contrast Light', 'hc-light'],
		] as const) {
			await theme(name);
			await see(`.monaco-workbench.${kind}`);
			for (const id of STEPS) {
				await open(id);
				await until(`the picture of ${id} in ${name}`, async () => {
					const contrasts = (await inPage(PICTURE, CONTRASTS)) as readonly number[];
					// What the page's policy stops leaves everything black, on black.
					return contrasts.length > 0 && contrasts.every((one) => one >= 4.5);
				});
				await shot(`onboarding-${kind}-${id}`);
			}
		}
	});

	it('has each step ticked off once it is done', async () => {
		makeShop(folder());
		await walkthrough();
		for (const [id, label, asked] of [
			['command', 'Set Test Command', 'Test Command of'],
			['limit', 'Set Default Limit', 'Default Limit'],
			['models', 'Choose Models', 'Models a Fix May Buy From'],
			['sample', 'Open Sample Failing Test', 'Open Sample Failing Test'],
		] as const) {
			await open(id);
			assert.match(await aria(step(id)), /checkbox "[^"]+: Not completed"/, id);
			await click(`${step(id)} .monaco-button:has-text("${label}")`);
			await until(asked, async () => (await read(TITLE)).join().includes(asked));
			await press(id === 'command' || id === 'limit' ? 'Enter' : 'Escape');
			if (id === 'limit') {
				// The limit as it was is no step forward.
				await vscode.workspace.getConfiguration('underbid').update('defaultLimit', 0.25, true);
			}
			await until(`${id} ticked off`, async () =>
				/checkbox "[^"]+: Completed" \[checked\]/.test(await aria(step(id))),
			);
		}
		await shot('onboarding-done');
	});

	it('finds the view under Testing, with the way in, before anything ran', async () => {
		const controller = vscode.tests.createTestController('others', 'Others');
		try {
			await vscode.commands.executeCommand('workbench.view.extension.test');
			await vscode.commands.executeCommand('underbid.runs.focus');
			await see(`${PANE} .welcome-view-content`);
			const words = await aria(`${PANE} .welcome-view-content`);
			assert.match(words, /button "Fix a Failing Test…"/);
			assert.match(words, /link "Open a sample"|button "Open a sample"/i);
			assert.match(words, /No key is needed to begin/);
			await shot('onboarding-view');
		} finally {
			controller.dispose();
		}
	});
});

/** WCAG contrast of each text with the picture's ground. */
const CONTRASTS = `
	const channels = (colour) => (colour.match(/[\\d.]+/g) ?? []).map(Number);
	const light = (colour) => {
		const [red, green, blue] = channels(colour).map((one) => one / 255).map((one) => one <= 0.03928 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4);
		return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
	};
	return elements.flatMap((svg) => {
		const ground = light(getComputedStyle(svg.querySelector('rect')).fill);
		return [...svg.querySelectorAll('text')].map((one) => {
			const [low, high] = [ground, light(getComputedStyle(one).fill)].sort((a, b) => a - b);
			return (high + 0.05) / (low + 0.05);
		});
	});
`;

async function theme(name: string | undefined): Promise<void> {
	await vscode.workspace
		.getConfiguration()
		.update('workbench.colorTheme', name, vscode.ConfigurationTarget.Global);
}
