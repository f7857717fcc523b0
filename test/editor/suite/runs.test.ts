import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { nanoUsd, ZERO } from '../../../src/core/money';
import type { TestHandle } from '../../../src/extension';
import type { FixFailingTest } from '../../../src/ui/fixFailingTest';
import type { KeptRun } from '../../../src/ui/runs/keptRun';
import type { RunStore } from '../../../src/ui/runs/runKeeper';
import { FakeEngine, failing, solved } from './fakeEngine';
import { memoryReview } from './memoryReview';
import { milli, NONE, play, SMALL, TROUBLED, unsolvedRun, WRONG } from './playedRun';
import { click, hasUser, INPUT, press, read, see, shot, type, until } from './user';
import { button, cleared, notification, openTabs, write } from './workspace';

const NAME = 'takes ten percent off';
const QUARTER = nanoUsd(250_000_000);
const ROW = '.pane-body .monaco-list-row';

(hasUser ? describe : describe.skip)('Runs, played by a scripted engine', () => {
	let engine: FakeEngine;
	let command: FixFailingTest;
	let handle: TestHandle;
	let kept: Map<string, KeptRun>;

	before(async () => {
		handle = (await vscode.extensions
			.getExtension<TestHandle>('underbid.underbid')
			?.activate()) as TestHandle;
	});
	beforeEach(() => {
		engine = new FakeEngine();
		kept = new Map();
		command = handle.use(async () => engine, memoryReview(), undefined, memoryRuns(kept));
	});
	after(() => handle.reset());
	afterEach(async () => {
		await vscode.workspace
			.getConfiguration('underbid')
			.update('showSpendInStatusBar', undefined, true)
			.then(
				() => undefined,
				() => undefined,
			);
		await cleared();
	});

	async function start(amount = '0.25'): Promise<void> {
		const run = command.run();
		await click(INPUT);
		await type(amount);
		await see('.quick-input-list .focused >> text=$');
		await press('Enter');
		await run;
	}

	it('says what goes on, shows attempts and money as they come, and is stopped from the status item', async () => {
		const test = failing(NAME);
		const seen: string[] = [];
		let go: () => void = () => undefined;
		engine.finds(test).fixing(async (onEvent, signal) => {
			const attempts = await play(
				'run-1',
				QUARTER,
				test,
				[NONE, WRONG, TROUBLED],
				onEvent,
				async (number, at) => {
					await new Promise((resolve) => setTimeout(resolve, 250));
					seen.push(`${number} ${at}: ${command.statusText}`);
					if (number === 3) {
						await new Promise<void>((resolve) => {
							go = resolve;
							signal.addEventListener('abort', () => resolve(), { once: true });
						});
					}
				},
			);
			return unsolvedRun('run-1', attempts, milli(12), { kind: 'cancelled' });
		});
		const run = start();
		// To look at the messages takes the focus away from whatever is asked.
		await until('the run', () => engine.requests.length === 1);
		const words = await notification('Attempt 3');
		assert.match(
			words,
			/Attempt 3, Large Coder, step by step: looking for a fix · \$0\.004 of \$0\.25 · Details/,
		);
		await shot('runs-1-progress');
		await vscode.commands.executeCommand('notifications.hideList');
		await vscode.commands.executeCommand('underbid.showRuns');
		await see(`${ROW} >> text=3. Large Coder, step by step`);
		await shot('runs-2-tree-running');
		await click(
			'#underbid\\.underbid\\.underbid\\.spend, [id="underbid.underbid.underbid.spend"], .statusbar-item[id$="underbid.spend"]',
		);
		await see('.quick-input-list >> text=Stop');
		await shot('runs-3-status-menu');
		await press('Enter');
		await run;
		go();
		await notification('Stopped. Your files are untouched, $0.012 was spent.');
		assert.deepEqual(seen, [
			'1 asked: $(sync~spin) $0.00 / $0.25',
			'2 asked: $(sync~spin) $0.00 / $0.25',
			'2 judged: $(sync~spin) $0.004 / $0.25',
			'3 asked: $(sync~spin) $0.004 / $0.25',
		]);
		await until('the day', () => command.statusText === '$(wrench) $0.18 today');
	});

	it('tells a run that found nothing in money and attempts, offers to go on, and shows why', async () => {
		const test = failing(NAME);
		const spent = milli(12);
		const one = async (onEvent: Parameters<typeof play>[4], id: string) =>
			unsolvedRun(id, await play(id, QUARTER, test, [NONE, WRONG, TROUBLED], onEvent), spent, {
				kind: 'exhausted',
				by: 'bid',
				reason: 'What is left of the bid does not hold the smallest call to Large Coder.',
			});
		engine
			.finds(test)
			.fixing((onEvent) => one(onEvent, 'run-1'))
			.finds(test)
			.fixing((onEvent) => one(onEvent, 'run-2'))
			.fixing((onEvent) => one(onEvent, 'run-3'));
		await start();
		assert.match(
			await notification('No verified fix within'),
			/No verified fix within \$0\.25 \(used \$0\.012, 3 attempts\)\. Large Coder, step by step could not be asked: the provider answered 529, overloaded\./,
		);
		await shot('runs-4-not-found');
		await click(button('Show Attempts'));
		await see(`${ROW} >> text=2. Small Coder`);
		await vscode.commands.executeCommand('notifications.hideList');
		const rows = (await read(`${ROW} .label-name, ${ROW} .label-description`)).join('\n');
		for (const words of [
			'2. Small Coder',
			'$0.004 · not verified: “never goes below zero” fails now',
			'3. Large Coder, step by step',
			'$0.008 (estimated) · could not be asked: the provider answered 529, overloaded',
		]) {
			assert.ok(rows.includes(words), `${words} in\n${rows}`);
		}
		await shot('runs-5-tree');
		await click(`${ROW}:has-text("pricing.js")`);
		await until('the change', () =>
			openTabs().some((label) => label === 'Attempt 2 (NOT verified) pricing.js.diff'),
		);
		await shot('runs-6-change');

		// A message is gone with the first of its buttons.
		await start();
		await notification('No verified fix within');
		await click(button('Continue with $0.50…'));
		await click(INPUT);
		await press('Enter');
		await until('the third run', () => engine.requests.length === 3);
		assert.equal(engine.requests[2]?.bid.spend, nanoUsd(500_000_000));
		assert.deepEqual(engine.requests[2]?.target, engine.requests[1]?.target);
		await until('all runs kept', () => kept.get('run-3')?.end !== undefined);
		assert.equal(kept.get('run-3')?.end?.kind, 'exhausted');
	});

	it('tells trouble with providers apart from not found', async () => {
		const test = failing(NAME);
		engine.finds(test).fixing(async (onEvent) =>
			unsolvedRun('run-1', await play('run-1', QUARTER, test, [NONE, TROUBLED], onEvent), milli(8), {
				kind: 'exhausted',
				by: 'offers',
				reason: 'Nothing is left that is worth trying.',
			}),
		);
		await start();
		await notification(
			'No model could be asked, so nothing is known about the fix. Large Coder, step by step',
		);
	});

	it('shows the receipt, the prompts that were sent, and copies the receipt', async () => {
		const test = failing(NAME);
		engine.prompts = [
			{ attempt: 2, call: 1, text: 'to shop/small/edit\n\nsystem: Fix the test.\n' },
			{ attempt: 3, call: 1, text: 'to shop/large/agent\n\nsystem: Look around.\n' },
		];
		engine.finds(test).fixing(async (onEvent) =>
			unsolvedRun('run-1', await play('run-1', QUARTER, test, [NONE, WRONG, TROUBLED], onEvent), milli(12), {
				kind: 'blocked',
				reason: 'The worktree is gone.',
			}),
		);
		await start();
		await notification('The worktree is gone. Your files are untouched, $0.012 was spent.');
		await vscode.commands.executeCommand('underbid.copyReceipt');
		assert.equal(await vscode.env.clipboard.readText(), '## No verified fix (blocked)\n\nrun run-1\n');
		await vscode.commands.executeCommand('underbid.showPrompt');
		const text = vscode.window.activeTextEditor?.document.getText() ?? '';
		assert.match(text, /Attempt 2, prompt 1, to shop\/small\/edit/);
		assert.match(text, /Attempt 3, prompt 1, to shop\/large\/agent/);
		await vscode.commands.executeCommand('underbid.showRunReceipt');
		await until('the receipt', () =>
			openTabs().some((label) => label.startsWith('Preview Underbid receipt')),
		);
	});

	it('makes the status item and the tree ask for a review while one waits', async () => {
		const file = write('pricing.js', 'a + b\n');
		const test = failing(NAME);
		engine.finds(test).fixing(async (onEvent) => {
			await play('run-1', QUARTER, test, [NONE, WRONG], onEvent);
			return solved(test, [{ file, base: 'a + b\n', patched: 'a - b\n' }]);
		});
		await start();
		await notification('Verified fix ready');
		assert.equal(command.statusText, '$(verified) 1 fix to review');
		await vscode.commands.executeCommand('notifications.hideList');
		await vscode.commands.executeCommand('underbid.showRuns');
		await see(`${ROW} >> text=fix to review`);
		await shot('runs-7-review-waits');
		await vscode.commands.executeCommand('underbid.discardAll');
		await notification('Discarded');
		await until('the day', () => command.statusText === '$(wrench) $0.18 today');
	});

	it('closes cleanly with the window, counts what was set aside, and runs again on demand', async () => {
		const test = failing(NAME);
		let aborted = false;
		engine.finds(test).fixing(async (onEvent, signal) => {
			const attempts = await play('run-1', QUARTER, test, [NONE, WRONG], onEvent, async (number, at) => {
				if (number === 2 && at === 'asked') {
					await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
					aborted = true;
				}
			});
			return unsolvedRun('run-1', attempts, milli(8), { kind: 'cancelled' });
		});
		void start();
		await until('the second attempt', () => kept.get('run-1')?.attempts.length === 2);
		const startedMs = performance.now();
		await command.end();
		assert.ok(performance.now() - startedMs < 1000);
		assert.ok(aborted);
		assert.equal(kept.get('run-1')?.end?.kind, 'closed');

		command = handle.use(async () => engine, memoryReview(), undefined, memoryRuns(kept));
		await command.restore();
		await vscode.commands.executeCommand('underbid.showRuns');
		await see(`${ROW} >> text=ended by closing the window: $0.004 counted`);
		await shot('runs-8-closed');
		engine.fixing(async (onEvent) =>
			unsolvedRun('run-2', await play('run-2', QUARTER, test, [NONE], onEvent), ZERO, {
				kind: 'exhausted',
				by: 'offers',
				reason: 'Nothing is left.',
			}),
		);
		const again = vscode.commands.executeCommand('underbid.runAgain');
		await click(INPUT);
		await press('Enter');
		await again;
		assert.deepEqual(engine.requests[1], engine.requests[0]);
	});

	it('closes a run whose window died without a word at what the journal counts', async () => {
		kept.set('run-0', {
			run: 'run-0',
			folder: '/shop',
			target: { kind: 'failing' },
			bid: QUARTER,
			timeMs: 600_000,
			startedAt: Date.now() - 60_000,
			spent: milli(3),
			reserved: milli(10),
			attempts: [],
		});
		engine.counted.set('run-0', milli(20));
		command = handle.use(async () => engine, memoryReview(), undefined, memoryRuns(kept));
		await command.restore();
		await vscode.commands.executeCommand('underbid.showRuns');
		await see(`${ROW} >> text=ended by closing the window: $0.02 counted`);
		assert.equal(kept.get('run-0')?.end?.kind, 'closed');
	});

	it('takes a run up again that was cut off: told at the start, and from the tree', async () => {
		const test = failing(NAME);
		const file = write('cut.js', 'export const a = 1;\n');
		const cut = {
			folder: vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? '',
			target: { kind: 'named', names: [test.id] },
			...{ bid: QUARTER, timeMs: 600_000, spent: milli(4), reserved: ZERO, run: 'run-cut' },
			startedAt: Date.now() - 60_000,
			attempts: [
				...[{ number: 1, offer: 'free', label: 'free proposer', state: 'ended' }],
				...[{ number: 2, offer: 'shop/small/edit', label: 'Small Coder', state: 'asking' }],
			].map((one) => ({
				...one,
				cost: one.number === 1 ? ZERO : milli(4),
				estimated: ZERO,
				why: '',
				patches: [],
			})),
		} as const;
		kept.set('run-cut', cut as unknown as KeptRun);
		engine.counted.set('run-cut', milli(8));
		await command.restore();
		assert.match(
			await notification('was cut off'),
			/takes ten percent off.* was cut off after \$0\.008\. It can go on: what was paid for is not bought again\./,
		);
		await shot('runs-8-cut-off');
		engine.resuming(async (onEvent) => {
			onEvent({ kind: 'started', run: 'run-cut', bid: { spend: QUARTER, timeMs: 600_000 } });
			onEvent({ kind: 'attempt', attempt: 2, offer: SMALL, allowance: milli(20) });
			await vscode.commands.executeCommand('underbid.showRuns');
			await see(`${ROW} >> text=2. Small Coder`);
			await see(`${ROW} >> text=1. free proposer`);
			await shot('runs-9-resumed');
			throw Object.assign(new Error('The files are not as they were when the run was cut off.'), {
				name: 'UserError',
			});
		});
		await click(button('Resume'));
		await notification('The files are not as they were');
		await vscode.commands.executeCommand('notifications.clearAll');
		assert.equal(engine.resumed[0]?.run, 'run-cut');
		assert.deepEqual(engine.requests, [], 'no run was begun anew');

		await until('the end', () => kept.get('run-cut')?.end?.kind === 'blocked');
		kept.set('run-cut', { ...(kept.get('run-cut') as KeptRun), end: { kind: 'closed' } });
		command = handle.use(async () => engine, memoryReview(), undefined, memoryRuns(kept));
		const change = { file, base: 'export const a = 1;\n', patched: 'export const a = 2;\n' };
		engine.resuming(async () => solved(test, [change], 'run-cut'));
		await vscode.commands.executeCommand('underbid.resumeRun');
		await notification('Verified fix ready');
		assert.equal(kept.size, 1, 'it is the same run');
		assert.equal(kept.get('run-cut')?.end?.kind, 'solved');
		await vscode.commands.executeCommand('underbid.discardAll');
	});

	it('has a sentence for every command when there is nothing to act on', async () => {
		for (const [id, sentence] of [
			['stop', undefined],
			['showRuns', 'There are no runs yet in this workspace.'],
			['showRunReceipt', 'There is no receipt yet'],
			['copyReceipt', 'There is no receipt yet'],
			['showPrompt', 'No prompt was sent yet'],
			['showAttempt', 'There are no runs yet in this workspace.'],
			['runAgain', 'There is no run to repeat yet.'],
			['resumeRun', 'No run of this workspace was cut off'],
		] as const) {
			await vscode.commands.executeCommand(`underbid.${id}`);
			if (sentence !== undefined) {
				await notification(sentence);
			}
			await vscode.commands.executeCommand('notifications.clearAll');
		}
	});
});

function memoryRuns(kept: Map<string, KeptRun>): RunStore {
	return {
		holdsRuns: () => kept.size > 0,
		holdsOpenRuns: async () => [...kept.values()].some(({ end }) => end === undefined),
		load: async () => ({ runs: [...kept.values()], elsewhere: [] }),
		save: async (run) => void kept.set(run.run, run),
		clear: async () => kept.clear(),
	};
}
