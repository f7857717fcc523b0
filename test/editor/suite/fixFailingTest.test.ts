import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { nanoUsd, ZERO } from '../../../src/core/money';
import type { TestHandle } from '../../../src/extension';
import type { FixFailingTest } from '../../../src/ui/fixFailingTest';
import { askFolder } from '../../../src/ui/questions';
import type { ReviewStore } from '../../../src/ui/review/storedReview';
import { FakeEngine, failing, solved, unsolved } from './fakeEngine';
import { memoryReview } from './memoryReview';
import { click, hasUser, INPUT, press, read, see, shot, type, until } from './user';
import { activeDiff, button, cleared, folder, notification, openTabs, text, write } from './workspace';

const BASE = 'export const discounted = (price) => price + price / 10;\n';
const PATCHED = 'export const discounted = (price) => price - price / 10;\n';
const NAME = 'takes ten percent off';

(hasUser ? describe : describe.skip)('Fix a Failing Test, with a scripted engine', () => {
	let engine: FakeEngine;
	let command: FixFailingTest;
	let handle: TestHandle;
	let store: ReviewStore;

	before(async () => {
		handle = (await vscode.extensions
			.getExtension<TestHandle>('underbid.underbid')
			?.activate()) as TestHandle;
	});

	beforeEach(() => {
		engine = new FakeEngine();
		store = memoryReview();
		command = handle.use(async () => engine, store);
	});

	after(() => handle.reset());

	afterEach(async () => {
		await cleared();
	});

	async function bid(amount: string): Promise<void> {
		await click(INPUT);
		await press('Control+A');
		await type(amount);
		await press('Enter');
	}

	it('refuses a bid that is no amount, in place, and takes a good one', async () => {
		engine.finds();
		const run = command.run();
		await click(INPUT);
		await shot('1-bid');
		await type('a lot');
		await see('.quick-input-widget >> text=is not an amount in US dollars');
		await shot('2-bid-refused');
		await press('Enter');
		assert.deepEqual(engine.requests, []);
		await bid('0.25');
		await run;
		assert.match(
			await notification('No test fails'),
			/No test fails \(npm test\), so there is nothing to fix/,
		);
	});

	it('stops looking when the user turns away from the bid', async () => {
		let stopped = false;
		engine.searching(async (_see, signal) => {
			await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
			stopped = true;
			return { kind: 'cancelled' };
		});
		const run = command.run();
		await click(INPUT);
		await press('Escape');
		await run;
		assert.ok(stopped);
		assert.deepEqual(engine.requests, []);
	});

	it('tells of a verified fix and changes nothing, then brings it in, and takes it as verified', async () => {
		const file = write('pricing.js', BASE);
		const test = failing(NAME);
		engine.finds(test).fixing(async () => solved(test, [{ file, base: BASE, patched: PATCHED }]));
		const run = command.run();
		await bid('0.25');
		await run;
		assert.deepEqual(engine.requests, [
			{
				folder: folder(),
				unsaved: [],
				bid: { spend: nanoUsd(250_000_000), timeMs: 600_000 },
				temper: 'balanced',
				target: { kind: 'named', names: [test.id] },
			},
		]);
		assert.equal(command.statusText, '$(verified) 1 fix to review');
		assert.match(
			await notification('Verified fix ready'),
			/Verified fix ready: 1 change in 1 file\. 3 tests pass\. \$0\.00 (of \$0\.25|\(free\)) spent\./,
		);
		await shot('5-verified');

		await click(button('More…'));
		await see('.quick-input-list .monaco-list-row:has-text("Show Receipt")');
		await type('Show Receipt');
		await press('Enter');
		await until('the receipt', () =>
			openTabs().some((label) => label.startsWith('Preview Underbid receipt')),
		);
		await see('iframe.webview.ready');
		await shot('6-receipt');
		await notification('Verified fix ready');
		await click(button('Show Diff'));
		assert.deepEqual(await activeDiff(), {
			original: BASE,
			modified: PATCHED,
			label: 'pricing.js: verified fix',
		});
		assert.equal(text(file), BASE);

		await notification('Verified fix ready');
		await click(button('Review Inline'));
		await vscode.commands.executeCommand('notifications.hideList');
		const document = await until('the fix in the file', () =>
			vscode.workspace.textDocuments.find(
				(one) => one.uri.toString() === vscode.Uri.file(file).toString() && one.getText() === PATCHED,
			),
		);
		await until('the file in front', () => vscode.window.activeTextEditor?.document === document);
		await see('.peekview-widget .line-insert');
		await see('.editor-actions [aria-label^="Accept Verified Fix"]');
		await shot('7-inline');
		await vscode.commands.executeCommand('underbid.acceptAll');
		assert.match(
			await notification('Accepted'),
			/Accepted, exactly as it was verified\. Undo takes it back\./,
		);
		assert.equal(text(file), PATCHED);
		await until('the day on the status bar', () => command.statusText === '$(wrench) $0.18 today');
		await vscode.window.showTextDocument(document);
		await vscode.commands.executeCommand('notifications.hideList');
		await click('.editor-instance .monaco-editor .view-lines');
		await press('Control+Z');
		await until('the text before', () => document.getText() === BASE);
		await document.save();
	});

	it('takes and rejects change by change, in any order, with the keys', async () => {
		const base = Array.from({ length: 30 }, (_, index) => `line ${index}\n`).join('');
		const file = write('long.js', base);
		const patched = base
			.replace('line 3\n', 'LINE 3\nmore\n')
			.replace('line 20\n', '')
			.replace('line 28', 'LINE 28');
		const test = failing(NAME);
		engine.finds(test).fixing(async () => solved(test, [{ file, base, patched }]));
		const run = command.run();
		await bid('0');
		await run;
		await vscode.commands.executeCommand('underbid.reviewInline');
		const editor = await until('the file in front', () =>
			vscode.window.activeTextEditor?.document.getText() === patched
				? vscode.window.activeTextEditor
				: undefined,
		);
		await press('Escape');
		assert.ok([3, 4].includes(editor.selection.active.line));
		await see('.codelens-decoration >> text=Verified fix −1 +2');
		await shot('9-lenses');
		await vscode.commands.executeCommand('workbench.action.focusActiveEditorGroup');
		await press('Control+Y');
		await until('the next change', () => editor.selection.active.line === 21);
		await press('Control+N');
		await until('the removed line back', () => editor.document.getText().includes('line 20\n'));
		await until('the last change', () => editor.selection.active.line === 29);
		await shot('10-one-left');
		await press('Control+Y');
		assert.match(
			await notification('Accepted 2 of 3 changes'),
			/Accepted 2 of 3 changes: this text is not what was verified\./,
		);
		assert.equal(text(file), patched.replace('line 19\n', 'line 19\nline 20\n'));

		engine.verifying(async () => solved(test, []));
		await click(button('Re-run Tests'));
		await notification('Verified as it is now: 3 tests pass.');
		assert.deepEqual([...(engine.verified[0]?.bases ?? [])], [[file, base]]);
	});

	it('brings a fix into text that moved on, around the edits, and names what has no place', async () => {
		const base = 'one\ntwo\nthree\nfour\nfive\nsix\nseven\n';
		const file = write('moved.js', base);
		const test = failing(NAME);
		const patched = base.replace('two', 'TWO').replace('six', 'SIX');
		engine.finds(test).fixing(async () => solved(test, [{ file, base, patched }]));
		const run = command.run();
		await bid('0');
		await run;
		const document = await vscode.workspace.openTextDocument(file);
		await vscode.window.showTextDocument(document);
		const newer = new vscode.WorkspaceEdit();
		newer.replace(document.uri, new vscode.Range(1, 0, 1, 3), 'two, my way');
		newer.insert(document.uri, new vscode.Position(0, 0), '// newer\n');
		await vscode.workspace.applyEdit(newer);
		await vscode.commands.executeCommand('underbid.reviewInline');
		assert.match(await notification('Not all of the fix'), /moved\.js: 1 change cannot be placed/);
		assert.equal(document.getText(), '// newer\none\ntwo, my way\nthree\nfour\nfive\nSIX\nseven\n');
		await vscode.commands.executeCommand('underbid.discardAll');
		await notification('You edited that change in moved.js');
		await vscode.window.showTextDocument(document);
		await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
		await vscode.commands.executeCommand('underbid.discardAll');
		await notification('Discarded');
	});

	it('hands over unsaved text, and leaves it unsaved afterwards', async () => {
		const file = write('unsaved.js', 'export {};\n');
		const document = await vscode.workspace.openTextDocument(file);
		await vscode.window.showTextDocument(document);
		const edit = new vscode.WorkspaceEdit();
		edit.replace(document.uri, new vscode.Range(0, 0, 1, 0), BASE);
		await vscode.workspace.applyEdit(edit);
		const test = failing(NAME);
		engine.finds(test).fixing(async () => solved(test, [{ file, base: BASE, patched: PATCHED }]));
		const run = command.run();
		await bid('0');
		await run;
		assert.deepEqual(engine.requests[0]?.unsaved, [{ file, text: BASE }]);
		await vscode.commands.executeCommand('underbid.acceptAll');
		await notification('Not saved yet: unsaved.js');
		assert.equal(document.getText(), PATCHED);
		assert.equal(text(file), 'export {};\n');
		await vscode.window.showTextDocument(document);
		await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
	});

	it('waits through a reload of the window', async () => {
		const file = write('pricing.js', BASE);
		const test = failing(NAME);
		engine.finds(test).fixing(async () => solved(test, [{ file, base: BASE, patched: PATCHED }]));
		const run = command.run();
		await bid('0');
		await run;
		await vscode.commands.executeCommand('underbid.reviewInline');
		command = handle.use(async () => engine, store);
		await command.restore();
		assert.equal(command.statusText, '$(verified) 1 fix to review');
		await vscode.commands.executeCommand('underbid.discardAll');
		await notification('Discarded');
		assert.equal((await vscode.workspace.openTextDocument(file)).getText(), BASE);
	});

	it('lists several failing tests and fixes the one that was picked', async () => {
		const tests = [failing(NAME), failing('never goes below zero')];
		engine
			.finds(...tests)
			.fixing(async () =>
				unsolved({ kind: 'exhausted', by: 'offers', reason: 'Nothing is left that is worth trying.' }),
			);
		const run = command.run();
		await bid('0');
		await see('.quick-input-list >> text=never goes below zero');
		await shot('3-choice');
		await press('ArrowDown');
		await press('Enter');
		await run;
		assert.deepEqual(engine.requests[0]?.target, {
			kind: 'named',
			names: ['pricing.test.js::never goes below zero'],
		});
		assert.match(
			await notification('No free fix'),
			/No free fix was found\. Your files are untouched, nothing was spent\./,
		);
	});

	it('shows several files in one view, and takes all of them, made ones too', async () => {
		const pricing = write('prices.js', BASE);
		const tax = write('tax.js', 'one\r\ntwo\r\n');
		const made = `${folder()}/new.js`;
		const test = failing(NAME);
		engine.finds(test).fixing(async () =>
			solved(
				test,
				[
					{ file: pricing, base: BASE, patched: PATCHED },
					{ file: tax, base: 'one\r\ntwo\r\n', patched: 'one\r\n2\r\n' },
					{ file: made, patched: 'made\n' },
				],
				'run-2',
			),
		);
		const run = command.run();
		await bid('0');
		await run;
		await vscode.commands.executeCommand('underbid.showDiff');
		await until('the view of all changes', () =>
			vscode.window.tabGroups.activeTabGroup.activeTab?.label.startsWith(
				'Verified fix: 3 changes in 3 files',
			),
		);
		await see('.multiDiffEntry >> nth=2');
		await shot('8-several-files');
		await vscode.commands.executeCommand('underbid.acceptAll');
		await notification('Accepted, exactly as it was verified');
		assert.deepEqual([pricing, tax, made].map(text), [PATCHED, 'one\r\n2\r\n', 'made\n']);
	});

	it('offers every change in a list', async () => {
		const file = write('pricing.js', BASE);
		const test = failing(NAME);
		engine.finds(test).fixing(async () => solved(test, [{ file, base: BASE, patched: PATCHED }]));
		const run = command.run();
		await bid('0');
		await run;
		const chosen = vscode.commands.executeCommand('underbid.chooseHunks');
		await see('.quick-input-list >> text=pricing.js:1');
		await shot('11-choose');
		await press('Enter');
		await see('.quick-input-list >> text=Accept 1 change');
		await press('Enter');
		await chosen;
		await notification('Accepted, exactly as it was verified');
		assert.equal(text(file), PATCHED);
	});

	it('can be cancelled while it works', async () => {
		const test = failing(NAME);
		engine.finds(test).fixing(async (onEvent, signal) => {
			const offer = { id: 'free', label: 'free', leastSpend: ZERO, expectedSpend: ZERO, mostAttempts: 1 };
			onEvent({ kind: 'attempt', attempt: 1, offer, allowance: ZERO });
			onEvent({ kind: 'progress', attempt: 1, progress: { stage: 'trying candidates', tried: 120 } });
			await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
			return unsolved({ kind: 'cancelled' });
		});
		const run = command.run();
		await bid('0.25');
		const words = await notification('trying candidates');
		assert.match(
			words,
			/Fixing “takes ten percent off”: .*trying candidates, 120 changes tried · \$0\.00 of \$0\.25/,
		);
		assert.equal(command.statusText, '$(sync~spin) $0.00 / $0.25');
		await shot('4-progress');
		await command.run();
		await notification('already working');
		await click(button('Cancel'));
		await run;
		await notification('Stopped. Your files are untouched, nothing was spent.');
	});

	it('says why nothing can be verified here, and that nothing was spent', async () => {
		engine.searching(async () => ({ kind: 'blocked', reason: 'No test command was found.' }));
		const run = command.run();
		await bid('0');
		await run;
		await notification('No test command was found. Nothing was spent.');
	});

	it('survives a bug in the engine', async () => {
		const run = command.run();
		await bid('0');
		await run;
		await notification('Underbid failed and changed nothing: the script of the fake engine ran out');
	});

	it('wants a folder', async () => {
		await command.run([]);
		await notification('Open the folder of your project first');
	});

	it('asks which folder when several are open', async () => {
		const folders = ['shop', 'site'].map((name, index) => ({
			uri: vscode.Uri.file(`/projects/${name}`),
			name,
			index,
		}));
		const asked = askFolder(folders);
		await see('.quick-input-list >> text=site');
		assert.ok((await read('.quick-input-title')).some((title) => title.includes('Folder')));
		await press('ArrowDown');
		await press('Enter');
		assert.equal((await asked)?.name, 'site');
	});
});
