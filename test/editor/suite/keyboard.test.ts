// The story with keys alone, no mouse and no command but through the palette, and what a screen reader is told.
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { nanoUsd } from '../../../src/core/money';
import type { TestHandle } from '../../../src/extension';
import type { FixFailingTest } from '../../../src/ui/fixFailingTest';
import { FakeEngine, failing, solved } from './fakeEngine';
import { NONE, play, TROUBLED, unsolvedRun, WRONG } from './playedRun';
import { holds, Stage } from './reviewStage';
import { aria, hasUser, INPUT, inPage, press, see, shot, type, until } from './user';
import { cleared, text, write } from './workspace';

const BASE = 'one\ntwo\nthree\nfour\nfive\nsix\nseven\n';
const PATCHED = 'one\nTWO\nthree\nfour\nfive\nSIX\nseven\n';
const STATUS = '.statusbar-item[id$="underbid.spend"]';
const LIST = '.quick-input-list .monaco-list-row';

(hasUser ? describe : describe.skip)('With keys alone', () => {
	let handle: TestHandle;
	let engine: FakeEngine;
	let stage: Stage;
	let command: FixFailingTest;

	before(async () => {
		handle = (await vscode.extensions
			.getExtension<TestHandle>('underbid.underbid')
			?.activate()) as TestHandle;
	});
	beforeEach(async () => {
		engine = new FakeEngine();
		stage = new Stage(handle, engine);
		command = await stage.reload();
	});
	afterEach(async () => {
		stage.store.kept = undefined;
		await stage.reload();
		await vscode.commands.executeCommand('workbench.action.files.revert');
		await cleared();
	});
	after(() => handle.reset());

	/** As somebody types it into the palette. */
	async function palette(title: string): Promise<void> {
		await press('F1');
		await until('the palette', async () => {
			const [value] = (await inPage(INPUT, 'return elements.map((one) => one.value)')) as string[];
			return value === '>';
		});
		await type(title);
		await see(`${LIST}.focused >> text=${title}`);
		await press('Enter');
	}

	async function openWithKeys(name: string): Promise<vscode.TextEditor> {
		await press('Control+P');
		await see('.quick-input-widget .quick-input-box input');
		await type(name);
		await see(`${LIST}.focused >> text=${name}`);
		await press('Enter');
		return until('the file', () => {
			const editor = vscode.window.activeTextEditor;
			return editor?.document.fileName.endsWith(name) ? editor : undefined;
		});
	}

	it('from the red test to the verified fix in the file', async () => {
		const file = write('pricing.js', BASE);
		const test = failing('takes ten percent off');
		engine.finds(test).fixing(async () => solved(test, [{ file, base: BASE, patched: PATCHED }]));
		await palette('Underbid: Fix a Failing Test…');
		await see('.quick-input-list .focused >> text=$');
		await press('Enter');
		await until('the fix', () => command.statusText === '$(verified) 1 fix to review');
		await palette('Underbid: Show Status Menu');
		await see(`${LIST}.focused >> text=Review the Verified Fix`);
		await shot('keyboard-1-menu');
		await press('Enter');
		const document = await until('the fix in the file', () =>
			vscode.workspace.textDocuments.find((one) => one.fileName === file && one.getText() === PATCHED),
		);
		await see('.peekview-widget .line-insert');
		await shot('keyboard-2-review');
		await press('Control+Alt+Y');
		await until('the fix on disk', () => text(file) === PATCHED);
		await until('the end', () => stage.store.kept === undefined && !document.isDirty);
	});

	it('reviews, rejects, undoes and accepts', async () => {
		const file = write('steps.js', BASE);
		await stage.waits([{ file, base: BASE, patched: PATCHED }]);
		await palette('Underbid: Review Fix Inline');
		await see('.peekview-widget .line-insert');
		await press('Escape');
		const { document, selection } = await openWithKeys('steps.js');
		assert.equal(document.getText(), PATCHED);
		assert.equal(selection.active.line, 1);
		await press('Control+N');
		await holds(document, PATCHED.replace('TWO', 'two'));
		const line = (wanted: number) =>
			until(`line ${wanted}`, () => vscode.window.activeTextEditor?.selection.active.line === wanted);
		await line(5);
		await press('Control+Z');
		await holds(document, PATCHED);
		await press('Control+Home');
		await line(0);
		await press('Alt+F5');
		await line(1);
		await press('Alt+F5');
		await line(5);
		await press('Control+N');
		await holds(document, PATCHED.replace('SIX', 'six'));
		await line(1);
		await press('Control+Y');
		await until('what was decided on disk', () => text(file) === PATCHED.replace('SIX', 'six'));
	});

	it('the list of changes decides without looking at colours', async () => {
		const file = write('listed.js', BASE);
		await stage.waits([{ file, base: BASE, patched: PATCHED }]);
		await palette('Underbid: Choose Changes to Accept…');
		await see(`${LIST} >> text=listed.js:2`);
		const words = await aria('.quick-input-widget .quick-input-list');
		assert.match(words, /listed\.js:2.*−1 \+1.*− two.*\+ TWO/, words);
		await shot('keyboard-3-list');
		await press('Enter');
		await see(`${LIST}.focused >> text=Accept 2 changes`);
		await press('Enter');
		await until('all on disk', () => text(file) === PATCHED);
	});

	it('the status item says in words what its colour and its icon say', async () => {
		const file = write('said.js', BASE);
		await stage.waits([{ file, base: BASE, patched: PATCHED }]);
		await until('a fix', async () =>
			/Underbid: 1 verified fix waits for your review/.test(await named(STATUS)),
		);
		await palette('Underbid: Accept Verified Fix');
		await until('the day', async () => /Underbid: \$0\.18 today spent/.test(await named(STATUS)));
	});

	it('rows of runs have names, and every state is in them', async () => {
		const bid = nanoUsd(250_000_000);
		const test = failing('takes ten percent off');
		engine.finds(test).fixing(async (onEvent) =>
			unsolvedRun('run-1', await play('run-1', bid, test, [NONE, WRONG, TROUBLED], onEvent), bid, {
				kind: 'exhausted',
				by: 'bid',
				reason: 'Nothing is left.',
			}),
		);
		const running = command.run();
		await see('.quick-input-list .focused >> text=$');
		await press('Enter');
		await running;
		await palette('Underbid: Show Attempts');
		const row = '.pane-body .monaco-list-row';
		await see(`${row} >> text=Small Coder`);
		const labels = (await inPage(
			row,
			'return elements.map((one) => one.getAttribute("aria-label") ?? "")',
		)) as string[];
		const runs = labels.filter((label) => /Large Coder|Small Coder|takes ten percent off/.test(label));
		assert.ok(runs.some((label) => /no verified fix/i.test(label)));
		assert.ok(runs.some((label) => /not asked|could not be asked|overloaded|error/i.test(label)));
		assert.ok(runs.some((label) => /not verified|fails|failed|broke/i.test(label)));
	});
});

/** What a screen reader says of it. */
async function named(selector: string): Promise<string> {
	const [label = ''] = (await inPage(
		selector,
		'return elements.map((one) => one.getAttribute("aria-label") ?? "")',
	)) as string[];
	return label;
}
