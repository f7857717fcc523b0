import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { nanoUsd, ZERO } from '../../../src/core/money';
import { FixFailingTest } from '../../../src/ui/fixFailingTest';
import { askFolder } from '../../../src/ui/questions';
import { FakeEngine, failing, solved, unsolved } from './fakeEngine';
import { click, hasUser, INPUT, press, read, see, shot, type, until } from './user';
import { activeDiff, button, cleared, folder, notification, openTabs, text, write } from './workspace';

const BASE = 'export const discounted = (price) => price + price / 10;\n';
const PATCHED = 'export const discounted = (price) => price - price / 10;\n';
const NAME = 'takes ten percent off';

(hasUser ? describe : describe.skip)('Fix a Failing Test, with a scripted engine', () => {
	let engine: FakeEngine;
	let command: FixFailingTest;
	let log: vscode.LogOutputChannel;

	beforeEach(() => {
		engine = new FakeEngine();
		log = vscode.window.createOutputChannel('Underbid Test', { log: true });
		command = new FixFailingTest(async () => engine, log);
	});

	afterEach(async () => {
		command.dispose();
		log.dispose();
		await cleared();
	});

	async function bid(amount: string): Promise<void> {
		await see(INPUT);
		await type(amount);
		await press('Enter');
	}

	it('refuses a bid that is no amount, in place, and takes a good one', async () => {
		engine.finds();
		const run = command.run();
		await see(INPUT);
		await shot('1-bid');
		await type('a lot');
		await see('.quick-input-widget >> text=is not an amount in US dollars');
		await shot('2-bid-refused');
		await press('Enter');
		assert.equal(engine.places.length, 0);
		await press('Control+A');
		await bid('0.25');
		await run;
		assert.match(
			await notification('No test fails'),
			/No test fails \(npm test\), so there is nothing to fix/,
		);
	});

	it('does nothing when the user turns away from the bid', async () => {
		const run = command.run();
		await see(INPUT);
		await press('Escape');
		await run;
		assert.deepEqual(engine.places, []);
	});

	it('shows the verified diff, changes nothing before Apply, then applies and saves', async () => {
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
				target: { kind: 'named', names: [test.id] },
			},
		]);
		assert.deepEqual(await activeDiff(), {
			original: BASE,
			modified: PATCHED,
			label: 'pricing.js: verified fix',
		});
		assert.equal(command.statusText, '$(verified) $0.00 of $0.25');
		assert.match(
			await notification('Verified'),
			/“takes ten percent off” passes now and fails again without the change; all 3 tests pass\. \$0\.00 spent\./,
		);
		await shot('5-verified');
		assert.equal(text(file), BASE);

		await click(button('Show Receipt'));
		await until('the receipt', () =>
			openTabs().some((label) => label.startsWith('Preview Underbid receipt')),
		);
		await see('iframe.webview.ready');
		await shot('6-receipt');
		assert.equal(text(file), BASE);

		await notification('Verified');
		await click(button('Apply'));
		await until('the fixed file', () => text(file) === PATCHED);
		await notification('Applied');
		await shot('7-applied');
		await until('the day on the status bar', () => command.statusText === '$(wrench) $0.18 today');
		await vscode.commands.executeCommand('undo');
		const document = await vscode.workspace.openTextDocument(file);
		assert.equal(document.getText(), BASE);
		await document.save();
	});

	it('hands over unsaved text, and refuses to apply onto text that moved on', async () => {
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

		const newer = new vscode.WorkspaceEdit();
		newer.insert(document.uri, new vscode.Position(0, 0), '// newer\n');
		await vscode.workspace.applyEdit(newer);
		await notification('Verified');
		await click(button('Apply'));
		await notification('Not applied: unsaved.js changed since the fix was verified.');
		assert.equal(document.getText(), `// newer\n${BASE}`);
		await vscode.window.showTextDocument(document);
		await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
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
			await notification('No verified fix'),
			/Nothing is left that is worth trying\. Your files are untouched, nothing was spent\./,
		);
	});

	it('shows several files in one view, and applies all of them', async () => {
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
		await until('the view of all changes', () =>
			vscode.window.tabGroups.activeTabGroup.activeTab?.label.startsWith('Verified fix, $0.00 (free)'),
		);
		await see('.multiDiffEntry >> nth=2');
		await shot('8-several-files');
		await notification('Verified');
		await click(button('Apply'));
		await notification('Applied');
		assert.ok(!openTabs().some((label) => label.startsWith('Verified fix')));
		assert.deepEqual([pricing, tax, made].map(text), [PATCHED, 'one\r\n2\r\n', 'made\n']);
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
		assert.equal(command.statusText, '$(sync~spin) $0.00 of $0.25');
		await shot('4-progress');
		await command.run();
		await notification('already fixing');
		await click(button('Cancel'));
		await run;
		await notification('Cancelled. Your files are untouched, nothing was spent.');
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
