// The review of a verified fix in the files of a real editor: kinds of files, settings, keys, what is undone.
import assert from 'node:assert/strict';
import { chmodSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import type { TestHandle } from '../../../src/extension';
import type { FixFailingTest } from '../../../src/ui/fixFailingTest';
import { FakeEngine, failing, solved, unsolved } from './fakeEngine';
import { ownTime } from './ownTime';
import { holds, lenses, opened, run, Stage, setting, type } from './reviewStage';
import { click, hasUser, INPUT, press, read, see, shot, until } from './user';
import { activeDiff, button, cleared, folder, notification, openTabs, text, write } from './workspace';

const BASE = 'one\ntwo\nthree\nfour\nfive\nsix\nseven\n';
const PATCHED = 'one\nTWO\nthree\nfour\nfive\nSIX\nseven\n';
/** Of our own code for one step, on a machine that does other things too. */
const OWN_MS = 500;
const QUIET = '$(verified) 1 fix to review';

(hasUser ? describe : describe.skip)('Reviewing a verified fix', () => {
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
		await vscode.commands.executeCommand('workbench.action.files.revert');
		await cleared();
	});
	after(() => handle.reset());

	async function waits(name: string, base = BASE, patched = PATCHED, onDisk = base) {
		const file = write(name, onDisk);
		command = await stage.waits([{ file, base, patched }]);
		const { document } = await opened(file);
		return { file, document };
	}

	/** Milliseconds of our own. */
	async function took(what: string, work: () => Promise<unknown>): Promise<number> {
		const from = performance.now();
		const { ms, most } = await ownTime(work);
		console.log(`      ${what}: ${Math.round(performance.now() - from)} ms, own ${ms} (${most})`);
		return ms;
	}

	async function focused(): Promise<void> {
		await vscode.commands.executeCommand('workbench.action.focusActiveEditorGroup');
	}

	it('every key of the review works, and none is taken where there is no change', async () => {
		const one = write('a.js', BASE);
		const two = write('b.js', BASE);
		const [a, b] = await Promise.all([one, two].map((file) => vscode.workspace.openTextDocument(file)));
		assert.ok(a && b);
		command = await stage.waits([one, two].map((file) => ({ file, base: BASE, patched: PATCHED })));
		await run('reviewInline');
		await holds(b, PATCHED);
		await see('.peekview-widget .line-insert');
		await shot('review-keys-1-peek');
		await press('Escape');
		await focused();
		const line = () => vscode.window.activeTextEditor?.selection.active.line;
		const at = (name: string, where: number) =>
			until(`${name}:${where}`, () => {
				const editor = vscode.window.activeTextEditor;
				return editor?.document.fileName.endsWith(name) && editor.selection.active.line === where;
			});
		await vscode.commands.executeCommand('cursorTop');
		await press('Alt+F5');
		await at('a.js', 1);
		await press('Alt+F5');
		await at('a.js', 5);
		await press('Alt+F5');
		await at('b.js', 1);
		await press('Shift+Alt+F5');
		await at('a.js', 5);
		await press('Control+N');
		await holds(a, PATCHED.replace('SIX', 'six'));
		await at('a.js', 1);
		await press('Control+Y');
		await until('the other file', () => vscode.window.activeTextEditor?.document === b);
		assert.equal(line(), 1);
		await press('Shift+Alt+F7');
		await until('all changes side by side', () =>
			openTabs().some((label) => label.startsWith('Verified fix: 4 changes in 2 files')),
		);
		await opened(two);
		await focused();
		await press('Control+Shift+N');
		await notification('Accepted 1 of 4 changes');
		assert.equal(b.getText(), BASE);
		assert.equal(text(one), PATCHED.replace('SIX', 'six'));

		writeFileSync(one, BASE);
		await until('the text from disk', () => a.getText() === BASE);
		command = await stage.waits([one, two].map((file) => ({ file, base: BASE, patched: PATCHED })));
		await opened(one);
		await run('reviewInline');
		await press('Escape');
		await focused();
		await press('Control+Shift+Y');
		await until('the first file', () =>
			stage.store.kept?.files[0]?.review.hunks.every(({ decision }) => decision === 'accepted'),
		);
		await opened(two);
		await focused();
		await press('Control+Alt+Y');
		await notification('Accepted, exactly as it was verified');
		assert.deepEqual([one, two].map(text), [PATCHED, PATCHED]);
	});

	it('goes back to waiting when all is undone, and comes again with Redo or a click', async () => {
		const { document } = await waits('undone.js');
		await run('reviewInline');
		await holds(document, PATCHED);
		assert.equal((await lenses(document.uri)).length, 2);
		await press('Escape');
		await focused();
		await press('Control+Z');
		await holds(document, BASE);
		await until('no lens', async () => (await lenses(document.uri)).length === 0);
		assert.equal(command.statusText, QUIET);
		await press('Control+Shift+Z');
		await holds(document, PATCHED);
		await until('the lenses again', async () => (await lenses(document.uri)).length === 2);
		await press('Control+Z');
		await holds(document, BASE);
		await until('no lens', async () => (await lenses(document.uri)).length === 0);
		await run('reviewInline');
		await holds(document, PATCHED);
		await run('acceptAll');
		await notification('Accepted, exactly as it was verified');
		assert.equal(stage.store.kept, undefined);
		await vscode.commands.executeCommand('notifications.hideList');
		await opened(document.uri.fsPath);
		await focused();
		await press('Control+Z');
		await holds(document, BASE);
		await until('the fix waiting', () => stage.store.kept?.stage === 'waiting');
		await until('the status', () => command.statusText === QUIET);
		await run('acceptAll');
		await holds(document, PATCHED);
	});

	it('opens a rejected change again when the rejection is undone, and says what stands where', async () => {
		const { document } = await waits('reopened.js');
		await run('reviewInline');
		await run('rejectHunk', 'reopened.js#1');
		await holds(document, PATCHED.replace('TWO', 'two'));
		await until('one lens', async () => (await lenses(document.uri)).length === 1);
		await focused();
		await press('Escape');
		await press('Control+Z');
		await holds(document, PATCHED);
		await until('two lenses', async () => (await lenses(document.uri)).length === 2);
		await type(document, 5, 'six\n', 6);
		await until('words for it', async () =>
			(await lenses(document.uri)).some((title) => title.includes('not in the file')),
		);
		await run('acceptHunk', 'reopened.js#2');
		await holds(document, PATCHED);
		await run('discardAll');
		await holds(document, PATCHED.replace('TWO', 'two'));
	});

	it('says which change you edited, and asks before it is thrown away', async () => {
		const { document } = await waits('mine.js');
		await run('reviewInline');
		await holds(document, PATCHED);
		await type(document, 1, 'two, my way\n', 2);
		await until('the edit seen', async () =>
			(await lenses(document.uri)).some((title) => title.includes('edited by you')),
		);
		await shot('review-edited');
		const discarding = run('discardAll');
		await notification('You edited that change in mine.js');
		await click(button('Keep My Edits'));
		await discarding;
		await until('the end', () => stage.store.kept === undefined || stage.store.kept.stage === 'accepted');
		assert.ok(document.getText().includes('two, my way\n'), document.getText());
	});

	it('shows a change in both groups that have the file open', async () => {
		const { document } = await waits('twice.js');
		await vscode.window.showTextDocument(document, { viewColumn: vscode.ViewColumn.Two });
		await run('reviewInline');
		await until(
			'both',
			() => vscode.window.visibleTextEditors.filter((one) => one.document === document).length >= 2,
		);
		await until(
			'lenses in both',
			async () => (await read('.codelens-decoration')).filter((text) => text.includes('Accept')).length >= 4,
		);
		await shot('review-two-groups');
		await run('rejectHunk', 'twice.js#1');
		await holds(document, PATCHED.replace('TWO', 'two'));
		await run('discardAll');
		await holds(document, BASE);
	});

	it('keeps what was accepted in part for a re-run after a reload', async () => {
		const { document, file } = await waits('partly.js');
		await run('reviewInline');
		await run('rejectHunk', 'partly.js#1');
		await run('acceptHunk', 'partly.js#2');
		await notification('Accepted 1 of 2 changes: this text is not what was verified');
		command = await stage.reload();
		engine.verifying(async () => unsolved({ kind: 'cancelled' }));
		await run('reverify');
		await notification('not verified');
		command = await stage.reload();
		engine.verifying(async () => solved(failing('adds'), []));
		await run('reverify');
		await notification('Verified as it is now: 3 tests pass');
		assert.deepEqual([...(engine.verified.at(-1)?.bases ?? [])], [[file, BASE]]);
		assert.equal(stage.store.kept, undefined);
		await run('reverify');
		await notification('no accepted fix whose tests could be run again');
		assert.equal(document.getText(), PATCHED.replace('TWO', 'two'));
	});

	it('does not act on a review that another window has finished or replaced', async () => {
		const { document } = await waits('windows.js');
		stage.store.kept = undefined;
		await run('acceptAll');
		await notification('This fix was reviewed in another window. Nothing was changed here.');
		assert.equal(document.getText(), BASE);
		await waits('windows.js');
		const loaded = await stage.store.load();
		assert.ok(loaded.kind === 'review');
		await stage.store.save({ ...loaded.review, run: 'run-of-another-window' });
		await run('acceptAll');
		await notification('Another fix waits in place of this one');
		assert.equal(document.getText(), BASE);
		await run('acceptAll');
		await holds(document, PATCHED);
	});

	it('takes up what another window left, once somebody looks here again', async () => {
		const { document } = await waits('left.js');
		const left = stage.store.kept;
		stage.store.kept = undefined;
		await run('acceptAll');
		await notification('reviewed in another window');
		stage.store.kept = left;
		await command.lookAgain();
		assert.equal(command.statusText, QUIET);
		await run('acceptAll');
		await holds(document, PATCHED);
		await command.lookAgain();
		await run('acceptAll');
		await notification('No verified fix waits for a review');
	});

	it('lets a fix that comes in the middle of a review wait for its end, over a reload too', async () => {
		const { file, document } = await waits('first.js');
		const second = write('second.js', BASE);
		const test = failing('adds');
		engine.finds(test).fixing(async () => {
			await run('reviewInline');
			return solved(test, [{ file: second, base: BASE, patched: PATCHED }], 'run-of-second');
		});
		const ran = command.run();
		await click(INPUT);
		await press('Enter');
		await ran;
		await notification('It waits until you have decided on the changes of the one before.');
		assert.equal(document.getText(), PATCHED);
		command = await stage.reload();
		await run('reviewInline');
		await run('acceptAll');
		await notification('Verified fix ready: 2 changes in 1 file.');
		assert.deepEqual([file, second].map(text), [PATCHED, BASE]);
		await run('acceptAll');
		await until('the second fix', () => text(second) === PATCHED);
		assert.equal(stage.store.kept, undefined);
	});

	it('leaves read-only files alone and says why', async () => {
		const { document, file } = await waits('locked.js');
		await setting('files', 'readonlyInclude', { '**/locked.js': true });
		try {
			await run('reviewInline');
			await notification('locked.js is read-only by the setting files.readonlyInclude');
			assert.equal(document.getText(), BASE);
		} finally {
			await setting('files', 'readonlyInclude', undefined);
		}
		chmodSync(file, 0o444);
		await run('acceptAll');
		await notification('Accepted, exactly as it was verified');
		// Who may write anything saves it all the same; everybody else is told.
		if (text(file) !== PATCHED) {
			await notification('Not saved yet: locked.js');
		}
		assert.equal(document.getText(), PATCHED);
		chmodSync(file, 0o644);
	});

	it('keeps line ends and the byte order mark', async () => {
		const windows = `\uFEFF${BASE.replaceAll('\n', '\r\n')}`;
		const { document, file } = await waits('windows.txt', BASE, PATCHED, windows);
		await run('reviewInline');
		await holds(document, PATCHED.replaceAll('\n', '\r\n'));
		await shot('review-crlf');
		await run('rejectHunk', 'windows.txt#1');
		await run('acceptHunk', 'windows.txt#2');
		await notification('Accepted 1 of 2 changes');
		assert.equal(text(file), windows.replace('six', 'SIX'));
	});

	it('does not spoil text in another encoding', async () => {
		const bytes = Buffer.from('caf\xe9\none\ntwo\n', 'latin1');
		const file = path.join(folder(), 'latin.txt');
		writeFileSync(file, bytes);
		command = await stage.waits([{ file, base: bytes.toString(), patched: `${bytes.toString()}three\n` }]);
		await run('acceptAll');
		await notification('latin.txt is not UTF-8 text');
		assert.deepEqual(Buffer.from(text(file)), Buffer.from(bytes.toString()));
		await run('discardAll');
		await notification('Discarded');
	});

	it('makes, deletes and renames files when they are accepted, and never over what changed', async () => {
		const old = write('old.js', BASE);
		const made = path.join(folder(), 'new.js');
		const changed = write('changed.js', `${BASE}mine\n`);
		command = await stage.waits([
			{ file: old, base: BASE },
			{ file: made, patched: PATCHED },
			{ file: changed, base: BASE },
		]);
		await run('reviewInline');
		await run('acceptAll');
		await notification('changed.js changed since the fix was verified, so it is not deleted');
		assert.deepEqual([text(old), text(changed)], [BASE, `${BASE}mine\n`]);
		await run('rejectFile', vscode.Uri.file(changed));
		await run('acceptAll');
		await notification('Accepted 2 of 3 changes');
		assert.equal(text(made), PATCHED);
		await assert.rejects(async () => vscode.workspace.fs.stat(vscode.Uri.file(old)));
	});

	it('takes a notebook as a whole', async () => {
		const cell = (source: string) =>
			`${JSON.stringify({ cells: [{ cell_type: 'code', source: [source], metadata: {}, outputs: [], execution_count: null }], metadata: {}, nbformat: 4, nbformat_minor: 5 }, undefined, 1)}\n`;
		const file = write('sums.ipynb', cell('1 - 1'));
		command = await stage.waits([{ file, base: cell('1 - 1'), patched: cell('1 + 1'), whole: true }]);
		await run('reviewInline');
		assert.equal(text(file), cell('1 - 1'));
		await run('acceptAll');
		await notification('Accepted, exactly as it was verified');
		assert.equal(text(file), cell('1 + 1'));
	});

	it('says that a file is gone, and can still be ended', async () => {
		const { file } = await waits('gone.js');
		await vscode.commands.executeCommand('workbench.action.closeAllEditors');
		rmSync(file);
		await run('reviewInline');
		await notification('gone.js is gone');
		await run('acceptAll');
		await run('discardAll');
		await notification('Discarded');
		assert.equal(stage.store.kept, undefined);
	});

	it('discards from the disk too where auto-save had written the change', async () => {
		await setting('files', 'autoSaveDelay', 100);
		await setting('files', 'autoSave', 'afterDelay');
		try {
			const { document, file } = await waits('saved.js');
			await run('reviewInline');
			await until('the change on disk', () => text(file) === PATCHED);
			command = await stage.reload();
			await until('the lenses', async () => (await lenses(document.uri)).length === 2);
			await run('discardAll');
			await notification('Discarded');
			await until('the base on disk', () => text(file) === BASE);
		} finally {
			await setting('files', 'autoSave', undefined);
			await setting('files', 'autoSaveDelay', undefined);
		}
	});

	it('falls back to a diff editor where quick diff is switched off, with the same keys', async () => {
		await setting('scm', 'diffDecorations', 'none');
		await setting('editor', 'codeLens', false);
		try {
			const { document } = await waits('plain.js');
			await run('reviewInline');
			const diff = await activeDiff();
			assert.deepEqual([diff.original, diff.modified], [BASE, PATCHED]);
			await see('.monaco-diff-editor .line-insert');
			await shot('review-without-quick-diff');
			await until('the change in focus', () => vscode.window.activeTextEditor?.document === document);
			await press('Alt+F5');
			await until('a change', () => vscode.window.activeTextEditor?.selection.active.line !== 0);
			await press('Control+N');
			await until('one taken out', () => document.getText() !== PATCHED);
			await run('discardAll');
			await holds(document, BASE);
		} finally {
			await setting('scm', 'diffDecorations', undefined);
			await setting('editor', 'codeLens', undefined);
		}
	});

	it('holds 20,000 lines and 300 changes', async function () {
		this.timeout(180_000);
		const lines = Array.from(
			{ length: 20_000 },
			(_, index) => `const value${index} = compute(${index}); // ${'x'.repeat(16)}`,
		);
		const base = `${lines.join('\n')}\n`;
		const patched = `${lines.map((line, index) => (index % 66 === 5 ? line.replace('compute', 'fixed') : line)).join('\n')}\n`;
		const { document } = await waits('huge.js', base, patched);
		const shown = run('reviewInline');
		await took('brought in', () => until('it', () => document.getText() === patched));
		await took('lenses after that', () => until('them', async () => (await lenses(document.uri)).length > 0));
		await took('peek after that', () => shown);
		const own = [
			await took('reject one', () => run('rejectHunk', 'huge.js#7')),
			await took('accept one', () => run('acceptHunk', 'huge.js#8')),
			await took('the next', () => run('nextHunk')),
		];
		await shot('review-huge');
		await took('accept the rest', () => run('acceptAll'));
		await notification('Accepted 302 of 303 changes');
		assert.ok(Math.max(...own) < OWN_MS, own.join(', '));
	});

	it('holds 60 files and 600 changes', async function () {
		this.timeout(180_000);
		const lines = Array.from({ length: 500 }, (_, index) => `const value${index} = compute(${index});`);
		const base = `${lines.join('\n')}\n`;
		const patched = `${lines.map((line, index) => (index % 50 === 5 ? line.replace('compute', 'fixed') : line)).join('\n')}\n`;
		const files = Array.from({ length: 60 }, (_, index) => write(`many${index}.js`, base));
		command = await stage.waits(files.map((file) => ({ file, base, patched })));
		await took('brought in and shown', () => run('reviewInline'));
		const own = [
			await took('reject one', () => run('rejectHunk', 'many0.js#2')),
			await took('accept one', () => run('acceptHunk', 'many0.js#3')),
			await took('accept a file', () => run('acceptFile', vscode.Uri.file(files[7] as string))),
			await took('the next', () => run('nextHunk')),
		];
		await took('discard the rest', () => run('discardAll'));
		await notification('Accepted 11 of 600 changes');
		assert.ok(Math.max(...own) < OWN_MS, own.join(', '));
	});

	it('compares an alternative, and takes it only when it holds', async () => {
		const file = write('other.js', BASE);
		const other = BASE.replace('seven', 'SEVEN');
		command = await stage.waits(
			[{ file, base: BASE, patched: PATCHED }],
			[
				{
					summary: 'changed seven to SEVEN',
					verified: false,
					changes: [{ file, base: BASE, patched: other }],
				},
			],
		);
		await run('compareAlternatives');
		const diff = await activeDiff();
		assert.deepEqual([diff.original, diff.modified], [PATCHED, other]);
		assert.equal(diff.label, 'other.js: Verified fix ↔ alternative 1 (not verified)');
		await notification('right the alternative (not verified): changed seven to SEVEN');
		await shot('review-alternative');
		engine.verifying(async () =>
			unsolved({ kind: 'exhausted', by: 'offers', reason: 'Another test fails.' }),
		);
		await click(button('Verify This One Instead'));
		await notification('The alternative does not hold, and the verified fix stays.');
		assert.equal(stage.store.kept?.files[0]?.review.patched, PATCHED);
		assert.equal(command.statusText, QUIET);
		engine.verifying(async () => solved(failing('adds'), [], 'run-of-the-other'));
		await run('verifyAlternative');
		await notification('The alternative is verified and waits instead');
		assert.deepEqual(engine.verified.at(-1)?.unsaved, [{ file, text: other }]);
		assert.equal(text(file), BASE);
		await run('acceptAll');
		await notification('Accepted, exactly as it was verified');
		assert.equal(text(file), other);
	});

	it('says one sentence for every command when nothing waits', async () => {
		for (const one of [
			'reviewInline',
			'showDiff',
			'showReceipt',
			'acceptHunk',
			'rejectHunk',
			'acceptFile',
			'rejectFile',
			'acceptAll',
			'discardAll',
			'nextHunk',
			'prevHunk',
			'chooseHunks',
			'compareAlternatives',
			'verifyAlternative',
		]) {
			await run(one);
			await notification('No verified fix waits for a review');
			await vscode.commands.executeCommand('notifications.clearAll');
		}
	});
});
