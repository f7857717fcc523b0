// The review of files of every shape and under every setting that writes files by itself, in a workspace of two folders.
import assert from 'node:assert/strict';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import type { TestHandle } from '../../../src/extension';
import type { ChangedFile } from '../../../src/ui/engine';
import type { FixFailingTest } from '../../../src/ui/fixFailingTest';
import { FakeEngine, failing, solved } from './fakeEngine';
import { type as edit, holds, lenses, opened, run, Stage, setting } from './reviewStage';
import { click, hasUser, INPUT, press, see, shot, type, until } from './user';
import { button, cleared, folder, notification, openTabs, text, write } from './workspace';

const BASE = 'one\ntwo\nthree\nfour\nfive\nsix\nseven\n';
const PATCHED = 'one\nTWO\nthree\nfour\nfive\nSIX\nseven\n';
const WAITING = '$(verified) 1 fix to review';

(hasUser ? describe : describe.skip)('Reviewing files of every shape', () => {
	let handle: TestHandle;
	let engine: FakeEngine;
	let stage: Stage;
	let command: FixFailingTest;

	before(async () => {
		handle = (await vscode.extensions
			.getExtension<TestHandle>('underbid.underbid')
			?.activate()) as TestHandle;
	});
	beforeEach(() => {
		engine = new FakeEngine();
		stage = new Stage(handle, engine);
	});
	afterEach(async () => {
		stage.store.kept = undefined;
		await stage.reload();
		for (const document of vscode.workspace.textDocuments.filter((one) => one.isDirty)) {
			await vscode.window.showTextDocument(document);
			await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
		}
		await cleared();
	});
	after(() => handle.reset());

	/** The whole way from the command to the fix that waits, in the first folder. */
	async function fixed(...changes: readonly ChangedFile[]): Promise<void> {
		const test = failing('adds');
		engine.finds(test).fixing(async () => solved(test, changes));
		command = await stage.reload();
		const [first] = vscode.workspace.workspaceFolders ?? [];
		const running = command.run(first && [first]);
		await bid();
		await running;
		assert.equal(command.statusText, WAITING);
		await vscode.commands.executeCommand('notifications.clearAll');
	}

	async function bid(): Promise<void> {
		await click(INPUT);
		await press('Control+A');
		await type('0');
		await press('Enter');
	}

	async function focused(): Promise<void> {
		await vscode.commands.executeCommand('workbench.action.focusActiveEditorGroup');
	}

	it('a workspace of two folders: the one that was chosen, and nothing in the other', async () => {
		const [, second] = vscode.workspace.workspaceFolders ?? [];
		assert.ok(second);
		const mine = write('price.js', BASE);
		const file = path.join(second.uri.fsPath, 'price.js');
		writeFileSync(file, BASE);
		const test = failing('adds');
		engine.finds(test).fixing(async () => solved(test, [{ file, base: BASE, patched: PATCHED }]));
		command = await stage.reload();
		await handle.memory.workspace.update(`underbid.suite:${second.uri.toString()}`, {
			agreed: 'npm test',
			setting: '',
		});
		const running = command.run();
		await see('.quick-input-list .monaco-list-row:has-text("billing")');
		await shot('files-folders');
		await type('billing');
		await press('Enter');
		await see('.quick-input-widget >> text=$0.25');
		await bid();
		await running;
		assert.equal(engine.requests[0]?.folder, second.uri.fsPath);
		await run('reviewInline');
		await see('.peekview-widget .line-insert');
		await shot('files-second-folder');
		const document = vscode.window.activeTextEditor?.document;
		assert.equal(document?.uri.fsPath, file);
		await press('Escape');
		await focused();
		await press('Control+Shift+Y');
		await notification('Accepted, exactly as it was verified');
		assert.deepEqual([text(mine), text(file)], [BASE, PATCHED]);
		rmSync(file);
	});

	it('a document that has no file: one sentence, and its text stays', async () => {
		const file = write('a.js', BASE);
		await fixed({ file, base: BASE, patched: PATCHED });
		await run('reviewInline');
		await press('Escape');
		const untitled = await vscode.workspace.openTextDocument({ content: PATCHED });
		await vscode.window.showTextDocument(untitled);
		await run('acceptHunk');
		await notification('Put the cursor into a change of the verified fix first');
		await run('rejectFile');
		await notification('That file has no change of the verified fix to review');
		assert.equal(untitled.getText(), PATCHED);
		await run('discardAll');
		await notification('Discarded');
		assert.equal(untitled.getText(), PATCHED);
		assert.equal(text(file), BASE);
	});

	it('unsaved edits are part of what was verified, and are saved by nobody but the user', async () => {
		const file = write('draft.js', 'one\n');
		const { document } = await opened(file);
		await edit(document, 0, BASE, 1);
		await fixed({ file, base: BASE, patched: PATCHED });
		assert.deepEqual(engine.requests[0]?.unsaved, [{ file, text: BASE }]);
		await run('acceptAll');
		await notification('Accepted, exactly as it was verified. Undo takes it back. Not saved yet: draft.js.');
		assert.equal(document.getText(), PATCHED);
		assert.equal(text(file), 'one\n');
	});

	for (const [what, patched] of [
		['a file that is moved', BASE],
		['a file that is moved and changed', PATCHED],
	] as const) {
		it(`${what}: both halves together, line ends and byte order mark kept, and back with one Undo`, async () => {
			const bytes = (one: string) => `\uFEFF${one.replaceAll('\n', '\r\n')}`;
			const old = write('old.js', bytes(BASE));
			const made = path.join(folder(), 'new.js');
			await fixed({ file: old, base: bytes(BASE) }, { file: made, patched: bytes(patched) });
			await run('showDiff');
			await until('both sides', () => openTabs().includes('new.js: verified fix'));
			await shot(`files-moved-${patched === BASE ? 'same' : 'changed'}`);
			assert.deepEqual([existsSync(old), existsSync(made)], [true, false]);
			await run('acceptFile', vscode.Uri.file(old));
			await notification('Accepted, exactly as it was verified');
			assert.equal(existsSync(old), false);
			assert.equal(text(made), bytes(patched));
			await vscode.commands.executeCommand('notifications.hideList');
			await opened(made);
			await focused();
			await press('Control+Z');
			await until('the question or the old file', async () => existsSync(old));
			assert.equal(text(old), bytes(BASE));
			await until('no new file', () => !existsSync(made));
		});
	}

	it('a moved file whose half is rejected stays whole where it is', async () => {
		const old = write('old.js', BASE);
		const made = path.join(folder(), 'new.js');
		await fixed({ file: old, base: BASE }, { file: made, patched: PATCHED });
		await run('reviewInline');
		await run('rejectFile', vscode.Uri.file(made));
		await notification('Discarded');
		assert.deepEqual([text(old), existsSync(made)], [BASE, false]);
	});

	it('a notebook that is open: its editor shows the fix, Undo does not take the file away, a button brings it back', async () => {
		const file = write('sums.ipynb', notebook('1 - 1'));
		const uri = vscode.Uri.file(file);
		const shown = await vscode.workspace.openNotebookDocument(uri);
		await vscode.window.showNotebookDocument(shown);
		await fixed({ file, base: notebook('1 - 1'), patched: notebook('1 + 1') });
		await run('acceptAll');
		await notification('Accepted, exactly as it was verified');
		await vscode.commands.executeCommand('notifications.hideList');
		await until('the cell', () => shown.cellAt(0).document.getText() === '1 + 1');
		await shot('files-notebook');
		assert.equal(shown.isDirty, false);
		await vscode.commands.executeCommand('notebook.focusTop');
		await press('Escape');
		await press('Control+Z');
		assert.equal(text(file), notebook('1 + 1'));
		await notification('Undo does not reach sums.ipynb');
		await click(button('Put Notebook Back'));
		await notification('sums.ipynb is back as it was');
		assert.equal(text(file), notebook('1 - 1'));
		await until('the cell before', () => shown.cellAt(0).document.getText() === '1 - 1');
	});

	it('a notebook with unsaved edits: one sentence, and they stay', async () => {
		const file = write('sums.ipynb', notebook('1 - 1'));
		const uri = vscode.Uri.file(file);
		const shown = await vscode.workspace.openNotebookDocument(uri);
		await vscode.window.showNotebookDocument(shown);
		await fixed({ file, base: notebook('1 - 1'), patched: notebook('1 + 1') });
		await edit(shown.cellAt(0).document, 0, '2 - 1', 1);
		await until('an unsaved notebook', () => shown.isDirty);
		await run('acceptAll');
		await notification('sums.ipynb has unsaved edits; save or revert the notebook first');
		assert.equal(shown.cellAt(0).document.getText(), '2 - 1');
		await run('discardAll');
		await notification('Discarded');
		assert.equal(text(file), notebook('1 - 1'));
		await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
	});

	it('50,000 lines', async function () {
		this.timeout(120_000);
		const base = Array.from({ length: 50_000 }, (_, index) => `const value${index} = ${index};\n`).join('');
		const patched = base.replace('= 25000;', '= 25_000;').replace('= 49999;', '= 49_999;');
		const file = write('long.js', base);
		await fixed({ file, base, patched });
		await run('reviewInline');
		const editor = vscode.window.activeTextEditor;
		assert.equal(editor?.document.getText(), patched);
		assert.equal(editor.selection.active.line, 25_000);
		await press('Escape');
		await shot('files-long');
		await run('rejectHunk', 'long.js#1');
		await run('acceptHunk', 'long.js#2');
		await notification('Accepted 1 of 2 changes');
		assert.ok(text(file) === base.replace('= 49999;', '= 49_999;'));
	});

	it('more than the editor hands to extensions: one sentence, and nothing is changed', async function () {
		this.timeout(120_000);
		const base = 'x'
			.repeat(1023)
			.concat('\n')
			.repeat(52 * 1024);
		const file = write('data.txt', base);
		await fixed({ file, base, patched: `${base}y\n` });
		await run('reviewInline');
		await notification('data.txt is larger than 50 MB');
		await run('acceptAll');
		await notification('data.txt is larger than 50 MB');
		assert.ok(readFileSync(file).length === base.length);
		await run('discardAll');
		await notification('Discarded');
	});

	it('saving when the focus goes: step by step, and the disk follows', async () => {
		await setting('files', 'autoSave', 'onFocusChange');
		try {
			const [one, two] = [write('a.js', BASE), write('b.js', BASE)];
			await fixed({ file: one, base: BASE, patched: PATCHED }, { file: two, base: BASE, patched: PATCHED });
			await run('reviewInline');
			await press('Escape');
			await opened(two);
			await until('the fix on disk', () => text(one) === PATCHED);
			await run('rejectHunk', 'a.js#1');
			await run('acceptHunk', 'a.js#2');
			await opened(one);
			await opened(two);
			await until('the rest on disk', () => text(one) === PATCHED.replace('TWO', 'two'));
			await run('rejectFile', vscode.Uri.file(two));
			await notification('Accepted 1 of 4 changes');
			assert.deepEqual([text(one), text(two)], [PATCHED.replace('TWO', 'two'), BASE]);
		} finally {
			await setting('files', 'autoSave', undefined);
		}
	});

	it('saving after a moment while changes are decided: each stays what was clicked', async () => {
		await setting('files', 'autoSaveDelay', 20);
		await setting('files', 'autoSave', 'afterDelay');
		try {
			const file = write('a.js', BASE);
			await fixed({ file, base: BASE, patched: PATCHED });
			await run('reviewInline');
			await press('Escape');
			const { document } = await opened(file);
			await until('the fix on disk', () => text(file) === PATCHED);
			await edit(document, 3, 'four, mine\n', 4);
			await until('the edit on disk', () => text(file).includes('mine'));
			await run('rejectHunk', 'a.js#2');
			await until('the rejection on disk', () => text(file).includes('six'));
			await run('acceptHunk', 'a.js#1');
			await notification('Accepted 1 of 2 changes');
			const end = 'one\nTWO\nthree\nfour, mine\nfive\nsix\nseven\n';
			assert.equal(document.getText(), end);
			await until('all of it on disk', () => text(file) === end && !document.isDirty);
		} finally {
			await setting('files', 'autoSave', undefined);
			await setting('files', 'autoSaveDelay', undefined);
		}
	});

	it('a formatter that runs on saving: what it changes is said, and verified is not claimed', async () => {
		await vscode.workspace
			.getConfiguration('editor')
			.update('formatOnSave', true, vscode.ConfigurationTarget.Global);
		const formatter = vscode.languages.registerDocumentFormattingEditProvider(
			{ scheme: 'file', pattern: '**/*.shape' },
			{
				provideDocumentFormattingEdits: (document) =>
					document.getText().includes('TWO')
						? [vscode.TextEdit.replace(new vscode.Range(1, 0, 1, 3), 'TWO;')]
						: [],
			},
		);
		try {
			const file = write('a.shape', BASE);
			await opened(file);
			await fixed({ file, base: BASE, patched: PATCHED });
			await run('acceptAll');
			await notification(
				'Accepted, but a.shape was changed as it was saved (by a formatter, most likely): this text is not what was verified.',
			);
			assert.equal(text(file), PATCHED.replace('TWO', 'TWO;'));
			engine.verifying(async () => solved(failing('adds'), []));
			await run('reverify');
			await notification('Verified as it is now: 3 tests pass');
		} finally {
			formatter.dispose();
			await setting('editor', 'formatOnSave', undefined);
		}
	});

	it('a formatter that runs in between: the change it touched can be kept or left to the user', async () => {
		await setting('files', 'autoSave', 'onFocusChange');
		await setting('editor', 'formatOnSave', true);
		const formatter = vscode.languages.registerDocumentFormattingEditProvider(
			{ scheme: 'file', pattern: '**/*.shape' },
			{
				provideDocumentFormattingEdits: (document) =>
					document.lineAt(1).text === 'TWO'
						? [vscode.TextEdit.replace(new vscode.Range(1, 0, 1, 3), 'TWO;')]
						: [],
			},
		);
		try {
			const [file, other] = [write('a.shape', BASE), write('b.js', BASE)];
			await fixed({ file, base: BASE, patched: PATCHED });
			await run('reviewInline');
			await press('Escape');
			const { document } = await opened(file);
			await opened(other);
			await until('the formatted text', () => text(file).includes('TWO;'));
			assert.ok((await lenses(document.uri)).some((title) => title.includes('edited by you')));
			await run('acceptAll');
			await notification('this text is not what was verified');
			await holds(document, PATCHED.replace('TWO', 'TWO;'));
		} finally {
			formatter.dispose();
			await setting('files', 'autoSave', undefined);
			await setting('editor', 'formatOnSave', undefined);
		}
	});
});

function notebook(source: string): string {
	const cell = {
		id: 'a1',
		cell_type: 'code',
		source: [source],
		metadata: {},
		outputs: [],
		execution_count: null,
	};
	return `${JSON.stringify({ cells: [cell], metadata: {}, nbformat: 4, nbformat_minor: 5 }, undefined, 1)}\n`;
}
