// The ways from a red test into the flow, with the real buttons, on test items as other extensions build them.
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import type { TestHandle } from '../../../src/extension';
import { FakeEngine, failing, unsolved } from './fakeEngine';
import { click, hasUser, INPUT, press, read, rightClick, see, shot, type, until } from './user';
import { cleared, folder, notification, write } from './workspace';

const VITEST = `import { expect, test } from 'vitest';

describe('cart', () => {
	test('adds up', () => {
		expect(total([1, 2])).toBe(3);
	});
	test('is empty', () => {
		expect(total([])).toBe(0);
	});
});
test('adds up', () => {});
`;
const PYTEST = `class TestCart:
    def test_adds(self):
        assert total([1, 2]) == 3
`;

(hasUser ? describe : describe.skip)('From the failure', () => {
	let engine: FakeEngine;
	let handle: TestHandle;
	let controller: vscode.TestController;

	before(async () => {
		handle = (await vscode.extensions
			.getExtension<TestHandle>('underbid.underbid')
			?.activate()) as TestHandle;
	});

	beforeEach(() => {
		engine = new FakeEngine();
		handle.use(async () => engine, { load: async () => ({ kind: 'none' }), save: async () => undefined });
	});

	afterEach(async () => {
		controller?.dispose();
		await vscode.commands.executeCommand('testing.clearTestResults');
		await vscode.commands.executeCommand('workbench.view.explorer');
		await cleared();
	});

	after(() => handle.reset());

	/** Vitest's tree: folder, file with its project, group, tests with task ids. */
	async function failVitest(): Promise<vscode.Uri> {
		mkdirSync(path.join(folder(), 'src'), { recursive: true });
		const uri = vscode.Uri.file(write('src/cart.test.ts', VITEST));
		controller = vscode.tests.createTestController('vitest', 'Vitest');
		const at = (line: number) => new vscode.Range(line - 1, 0, line - 1, 0);
		const add = (
			parent: vscode.TestItemCollection,
			id: string,
			label: string,
			own: vscode.Uri,
			line?: number,
		) => {
			const item = controller.createTestItem(id, label, own);
			item.range = line === undefined ? undefined : at(line);
			parent.add(item);
			return item;
		};
		const src = add(
			controller.items,
			path.dirname(uri.fsPath),
			'src',
			vscode.Uri.file(path.dirname(uri.fsPath)),
		);
		const file = add(src.children, uri.fsPath, 'cart.test.ts', uri);
		const cart = add(file.children, '-183_0', 'cart', uri, 3);
		const adds = add(cart.children, '-183_0_0', 'adds up', uri, 4);
		const empty = add(cart.children, '-183_0_1', 'is empty', uri, 7);
		add(file.children, '-183_1', 'adds up', uri, 11);
		const message = new vscode.TestMessage('expected 4 to be 3\n\n- Expected\n+ Received\n\n- 3\n+ 4\n');
		message.location = new vscode.Location(uri, at(5));
		const more = new vscode.TestMessage('expected undefined to be +0');
		more.location = new vscode.Location(uri, at(8));
		end([
			[adds, message],
			[empty, more],
		]);
		return uri;
	}

	function end(failed: readonly (readonly [vscode.TestItem, vscode.TestMessage])[]): void {
		const run = controller.createTestRun(new vscode.TestRunRequest());
		for (const [item, message] of failed) {
			run.started(item);
			run.failed(item, message);
		}
		run.end();
	}

	/** Our own run lists these; the fix is not found. */
	function lists(...tests: ReturnType<typeof failing>[]): void {
		engine
			.finds(...tests)
			.fixing(async () =>
				unsolved({ kind: 'exhausted', by: 'offers', reason: 'Nothing is left that is worth trying.' }),
			);
	}

	const CART = [
		{ ...failing('cart > adds up', 'src/cart.test.ts'), line: 4 },
		{ ...failing('cart > is empty', 'src/cart.test.ts'), line: 7 },
		{ ...failing('adds up', 'src/cart.test.ts'), line: 11 },
	] as const;

	async function bids(amount = '0'): Promise<void> {
		await see('.quick-input-title >> text=Your Bid');
		// What was open before may take the focus back when it closes.
		await click(INPUT);
		await type(amount);
		await press('Enter');
	}

	async function target(): Promise<readonly string[] | undefined> {
		const request = await until('a request to the engine', () => engine.requests[0]);
		await notification('No free fix was found');
		return request.target.kind === 'named' ? request.target.names : undefined;
	}

	it('Vitest: the button in the failure peek, two clicks and a key to a run', async () => {
		await vscode.window.showTextDocument(await failVitest());
		lists(...CART);
		const button = '.floating-click-widget:has-text("Fix This Failure")';
		const uri = vscode.window.activeTextEditor?.document.uri.fsPath ?? '';
		const parts = ['vitest', path.dirname(uri), uri, '-183_0', '-183_0_0'];
		await vscode.commands.executeCommand('vscode.peekTestError', parts.join('\0'));
		await shot('failures-0-before');
		await see(button);
		await shot('failures-1-peek');
		await click(button);
		assert.ok((await titleOfPick()).includes('cart > adds up'));
		await shot('failures-2-bid');
		await bids();
		assert.deepEqual(await target(), [CART[0].id]);
	});

	it('Vitest: the wrench in the Test Explorer, and what may be several is asked about', async () => {
		await failVitest();
		lists(CART[2], { ...CART[2], id: `${CART[2].id} (2)`, name: 'cart > sums' });
		await explorerRow('is empty');
		await shot('failures-3-explorer');
		await click(`${ROW}.focused .codicon-wrench`);
		await bids();
		await see('.quick-input-title >> text=Which test is “cart > is empty”?');
		await shot('failures-4-which');
		await press('ArrowDown');
		await press('Enter');
		assert.deepEqual(await target(), [`${CART[2].id} (2)`]);
	});

	it('Vitest: a group in the Test Explorer is all that fails below it', async () => {
		await failVitest();
		lists(...CART);
		await explorerRow('cart', true);
		await click(`${ROW}.focused .codicon-wrench`);
		await bids();
		assert.deepEqual(await target(), [CART[0].id, CART[1].id]);
	});

	it('Python: the wrench in the Test Results', async () => {
		const uri = vscode.Uri.file(write('test_cart.py', PYTEST));
		controller = vscode.tests.createTestController('python-tests', 'Python Tests');
		const file = controller.createTestItem(uri.fsPath, 'test_cart.py', uri);
		const group = controller.createTestItem(`${uri.fsPath}::TestCart`, 'TestCart', uri);
		const item = controller.createTestItem(`${uri.fsPath}::TestCart::test_adds`, 'test_adds', uri);
		item.range = new vscode.Range(1, 0, 2, 0);
		controller.items.add(file);
		file.children.add(group);
		group.children.add(item);
		const message = new vscode.TestMessage('assert 4 == 3');
		message.location = new vscode.Location(uri, new vscode.Range(2, 0, 2, 0));
		end([[item, message]]);
		const own = [
			failing('TestCart > test_adds', 'test_cart.py'),
			failing('test_adds', 'test_cart.py'),
		] as const;
		lists(...own);
		await vscode.commands.executeCommand('workbench.panel.testResults.view.focus');
		await click('.test-output-peek-tree .monaco-list-row:has-text("test_adds")');
		await shot('failures-5-results');
		await click('.test-output-peek-tree .monaco-list-row.focused .codicon-wrench');
		await bids();
		assert.deepEqual(await target(), [own[0].id]);
	});

	it('the palette lists what failed last, from whatever extension, and a light bulb stands on it', async () => {
		const uri = await failVitest();
		lists(...CART);
		const run = vscode.commands.executeCommand('underbid.fixFailingTest');
		await see('.quick-input-list >> text=expected 4 to be 3');
		const rows = await read('.quick-input-list .monaco-list-row');
		await shot('failures-6-palette');
		assert.ok(
			rows.some((row) => row.includes('adds up') && row.includes('src/cart.test.ts:4')),
			String(rows),
		);
		assert.ok(rows.some((row) => row.includes('Run the tests now')));
		await press('Enter');
		await bids();
		await run;
		assert.deepEqual(await target(), [CART[0].id]);

		const actions = (line: number) =>
			vscode.commands.executeCommand<vscode.CodeAction[]>(
				'vscode.executeCodeActionProvider',
				uri,
				new vscode.Range(line - 1, 0, line - 1, 0),
			);
		const titles = async (line: number) =>
			(await actions(line)).map(({ title }) => title).filter((title) => title.startsWith('Fix failing test'));
		assert.deepEqual(await titles(5), ['Fix failing test “cart > adds up”…']);
		assert.deepEqual(await titles(1), []);
		lists(...CART);
		const editor = await vscode.window.showTextDocument(uri);
		editor.selection = new vscode.Selection(6, 8, 6, 8);
		await until('the light bulb’s list', async () => {
			await vscode.commands.executeCommand('workbench.action.focusActiveEditorGroup');
			await vscode.commands.executeCommand('editor.action.quickFix');
			return (await read('.action-widget')).some((one) =>
				one.includes('Fix failing test “cart > is empty”…'),
			);
		});
		await shot('failures-7-bulb');
		await press('Enter');
		await bids();
		await until('the second request', () => engine.requests[1]);
		assert.deepEqual(engine.requests[1]?.target, { kind: 'named', names: [CART[1].id] });
	});

	it('says what does not fail here, and offers what does', async () => {
		await failVitest();
		lists(failing('other', 'src/other.test.ts'));
		await explorerRow('is empty');
		await click(`${ROW}.focused .codicon-wrench`);
		await bids();
		await see('.quick-input-title >> text=“cart > is empty” does not fail when npm test runs');
		await shot('failures-8-none');
		await press('Escape');
		assert.deepEqual(engine.requests, []);
	});

	it('tolerates no arguments, and things that are no tests', async () => {
		engine.finds().finds().finds();
		for (const [command, argument] of [
			['underbid.fixTest', undefined],
			['underbid.fixFailure', { test: 5 }],
			['underbid.fixTest', 'text'],
		] as const) {
			const run = vscode.commands.executeCommand(command, argument);
			await click(INPUT);
			let ended = false;
			void run.then(() => {
				ended = true;
			});
			await until('the end of the question', async () => {
				await press('Escape');
				return ended;
			});
		}
		assert.deepEqual(engine.requests, []);
	});

	it('says that no test command has failed in a terminal', async () => {
		await vscode.commands.executeCommand('underbid.fixTerminal');
		await notification('No test command has failed in a terminal');
	});

	it('a test command that failed in a terminal: asked about once, hinted at, and used', async () => {
		const terminal = vscode.window.createTerminal({ name: 'tests', cwd: folder() });
		terminal.show();
		try {
			const shell = await until('shell integration', () => terminal.shellIntegration);
			for (const first of [true, false]) {
				lists(CART[0]);
				const ended = new Promise<number | undefined>((resolve) => {
					const listening = vscode.window.onDidEndTerminalShellExecution(({ exitCode }) => {
						listening.dispose();
						resolve(exitCode);
					});
				});
				shell.executeCommand('node --test no-such.test.js');
				assert.equal(await ended, 1);
				await see('.statusbar-item >> text=Fix failed tests');
				assert.equal((await read(STATUS)).length, 1);
				await shot('failures-9-terminal');
				const run = vscode.commands.executeCommand('underbid.fixTerminal');
				if (first) {
					await see('.quick-input-list >> text=Run node --test no-such.test.js');
					await shot('failures-10-command');
					await press('Enter');
				}
				await bids();
				await run;
				assert.equal(engine.requests.at(-1)?.testCommand, 'node --test no-such.test.js');
				assert.equal(engine.requests.at(-1)?.folder, folder());
			}
		} finally {
			terminal.dispose();
		}
	});

	it('a test task that failed: hinted at, and its command is the one that is fixed', async () => {
		lists(CART[0]);
		const task = new vscode.Task(
			{ type: 'process' },
			vscode.workspace.workspaceFolders?.[0] ?? assert.fail(),
			'test',
			'shop',
			new vscode.ProcessExecution('node', ['--test', 'no-such-task.test.js'], { cwd: folder() }),
		);
		task.group = vscode.TaskGroup.Test;
		const ended = new Promise<number | undefined>((resolve) => {
			const listening = vscode.tasks.onDidEndTaskProcess(({ exitCode }) => {
				listening.dispose();
				resolve(exitCode);
			});
		});
		await vscode.tasks.executeTask(task);
		assert.equal(await ended, 1);
		await see(`${STATUS} >> text=Fix failed tests`);
		assert.equal((await read(STATUS)).length, 1);
		await click(`${STATUS} >> text=Fix failed tests`);
		await see('.quick-input-list >> text=Run node --test no-such-task.test.js');
		await press('Enter');
		await bids();
		await until('the request', () => engine.requests.length === 1);
		assert.equal(engine.requests[0]?.testCommand, 'node --test no-such-task.test.js');
		assert.equal(engine.requests[0]?.folder, folder());
		// It was seen to: the one item speaks of money again, and its menu leads to the page.
		await until('the day', async () => (await read(STATUS)).join().includes('$0.18 today'));
		await click(`${STATUS} >> text=$0.18 today`);
		await see('.quick-input-list .monaco-list-row:nth-child(2) >> text=Show Spending');
		await press('Escape');
	});

	it('a failed task of no group whose command runs tests counts too; one that does not, or a user who wants no offer, is left alone', async () => {
		const settings = vscode.workspace.getConfiguration('underbid');
		const words = () => read(STATUS).then((all) => all.join());
		await runTask('failed-build.js');
		assert.ok(!(await words()).includes('Fix failed'), 'a build is no test');
		await runTask('--test', 'failed-check.test.js');
		await see(`${STATUS} >> text=Fix failed tests`);
		await settings.update('offerFixes', false, true);
		try {
			await until('nothing offered', async () => !(await words()).includes('Fix failed'));
		} finally {
			await settings.update('offerFixes', undefined, true);
		}
		await see(`${STATUS} >> text=Fix failed tests`);
		// The same command, green.
		write('failed-check.test.js', '');
		await runTask('--test', 'failed-check.test.js');
		await until('nothing offered', async () => !(await words()).includes('Fix failed'));
		await vscode.commands.executeCommand('underbid.fixTerminal');
		await notification('No test command has failed in a terminal');
	});

	/** Of no group; settles when its process has ended. */
	async function runTask(...args: readonly string[]): Promise<void> {
		const task = new vscode.Task(
			{ type: 'process' },
			vscode.workspace.workspaceFolders?.[0] ?? assert.fail(),
			args.join(' '),
			'shop',
			new vscode.ProcessExecution('node', [...args], { cwd: folder() }),
		);
		let listening: vscode.Disposable | undefined;
		const ended = new Promise<void>((resolve) => {
			listening = vscode.tasks.onDidEndTaskProcess(() => resolve());
		});
		await vscode.tasks.executeTask(task);
		await ended;
		listening?.dispose();
	}

	it('the context menu of a test in the Test Explorer, and of its icon beside the text', async () => {
		const uri = await failVitest();
		lists(...CART);
		await explorerRow('is empty');
		await rightClick(`${ROW}.focused`);
		await see('.monaco-menu >> text=Fix Failing Test');
		await shot('failures-11-item-menu');
		await click('.monaco-menu >> text=Fix Failing Test');
		await bids();
		assert.deepEqual(await target(), [CART[1].id]);

		lists(...CART);
		await vscode.commands.executeCommand('notifications.clearAll');
		const editor = await vscode.window.showTextDocument(uri);
		editor.revealRange(new vscode.Range(0, 0, 0, 0));
		await rightClick('.monaco-editor .glyph-margin-widgets .codicon-testing-failed-icon');
		await see('.monaco-menu >> text=Fix Failing Test');
		await shot('failures-12-gutter-menu');
		await click('.monaco-menu >> text=Fix Failing Test');
		await bids();
		await until('the second request', () => engine.requests[1]);
		// The first icon is the group's: all that fails below it.
		assert.deepEqual(engine.requests[1]?.target, { kind: 'named', names: [CART[0].id, CART[1].id] });
	});

	it('the context menu of a terminal in which a test command failed', async () => {
		const terminal = vscode.window.createTerminal({ name: 'tests', cwd: folder() });
		terminal.show();
		try {
			const shell = await until('shell integration', () => terminal.shellIntegration);
			lists(CART[0]);
			// As a person types it, keys and all.
			await vscode.commands.executeCommand('workbench.action.terminal.focus');
			assert.ok(shell);
			await type('node --test typed.test.js');
			await press('Enter');
			await see(`${STATUS} >> text=Fix failed tests`);
			await rightClick('.terminal-wrapper.active .xterm-screen');
			await see('.monaco-menu >> text=Fix Last Failed Test Command');
			await shot('failures-13-terminal-menu');
			await click('.monaco-menu >> text=Fix Last Failed Test Command');
			// A menu that has only just opened may take the click for the end of the one that opened it.
			await until('the question', async () => {
				const asked = (await read('.quick-input-list')).join('').includes('Run node --test typed.test.js');
				if (!asked && (await read('.monaco-menu')).join('').includes('Fix Last Failed Test Command')) {
					await click('.monaco-menu >> text=Fix Last Failed Test Command');
				}
				return asked;
			});
			await press('Enter');
			await bids();
			await until('the request', () => engine.requests.length === 1);
			assert.equal(engine.requests[0]?.testCommand, 'node --test typed.test.js');
			assert.equal(engine.requests[0]?.folder, folder());
		} finally {
			terminal.dispose();
		}
	});

	const STATUS = '.statusbar-item[id*="underbid"]:visible';
	const ROW = '.test-explorer .monaco-list-row';

	/** Opens the Test Explorer and puts the focus on a row. */
	async function explorerRow(label: string, exact = false): Promise<void> {
		await vscode.commands.executeCommand('workbench.view.testing.focus');
		await see(ROW);
		await click(ROW);
		for (let depth = 0; depth < 3; depth += 1) {
			await vscode.commands.executeCommand('list.expand');
			await vscode.commands.executeCommand('list.focusDown');
		}
		await shot('failures-0-explorer');
		const text = exact ? `text="${label}"` : `text=${label}`;
		await click(`${ROW} >> ${text}`);
	}

	async function titleOfPick(): Promise<string> {
		await see('.quick-input-title >> text=Your Bid');
		return (await read('.quick-input-title')).join(' ');
	}
});
