import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import { makeShop } from '../shop.mjs';
import { bidNothing, click, hasUser, press, see, shot, type, until } from './user';
import { button, cleared, folder, notification, text } from './workspace';

(hasUser ? describe : describe.skip)('Fix a Failing Test, with the real engine at $0', () => {
	let file: string;
	let base: string;
	beforeEach(async () => {
		await cleared();
		({ file, base } = makeShop(folder()));
	});

	afterEach(async () => {
		assert.equal(git('worktree', 'list', '--porcelain').match(/^worktree /gm)?.length, 1);
		assert.equal(git('for-each-ref', '--format=%(refname)'), 'refs/heads/main\n');
		assert.deepEqual(leftTrees(), []);
		await until('the end of every process we started', () => running().length === 0);
		await cleared();
	});

	it('verifies a fix, shows it, applies it on demand', async function () {
		this.timeout(120_000);
		assert.notEqual(testsExit(), 0);
		const before = git('status', '--porcelain');
		const run = vscode.commands.executeCommand('underbid.fixFailingTest');
		await bidNothing();
		await until('the run to begin', async () => (await notification('ix')) !== '');
		await shot('real-1-progress');
		await run;

		assert.match(
			await notification('Verified fix ready'),
			/Verified fix ready: 1 change in 1 file\. 3 tests pass\. \$0\.00 (of \$0\.25|\(free\)) spent\./,
		);
		await shot('real-2-verified');
		assert.equal(text(file), base);
		assert.equal(git('status', '--porcelain'), before);

		await click(button('More…'));
		await see('.quick-input-list .monaco-list-row:has-text("Show Receipt")');
		await type('Show Receipt');
		await press('Enter');
		await see('iframe.webview.ready');
		await shot('real-3-receipt');
		await notification('Verified fix ready');
		await click(button('Review Inline'));
		await vscode.commands.executeCommand('notifications.hideList');
		await see('.peekview-widget .line-insert');
		await shot('real-4-inline');
		await vscode.commands.executeCommand('underbid.acceptAll');
		await notification('Accepted, exactly as it was verified');
		assert.match(text(file), /return price - \(price \* percent\) \/ 100;/);
		assert.equal(testsExit(), 0);
		await shot('real-5-accepted');
	});

	it('leaves nothing behind when it is cancelled in the middle', async function () {
		this.timeout(120_000);
		const before = git('status', '--porcelain');
		const run = vscode.commands.executeCommand('underbid.fixFailingTest');
		await bidNothing();
		await notification('Fixing');
		await until('work under way', () => running().length > 0);
		await click(`.notification-list-item:has-text("Fixing") .monaco-button:has-text("Cancel")`);
		await run;
		await notification('Stopped. Your files are untouched, nothing was spent.');
		assert.equal(text(file), base);
		assert.equal(git('status', '--porcelain'), before);
	});
});

function testsExit(): number | null {
	// A runner inside a runner must not believe that it is a child of the outer one.
	const env = { ...process.env };
	delete env['NODE_TEST_CONTEXT'];
	return spawnSync('node', ['--test'], { cwd: folder(), env }).status;
}

function git(...argv: readonly string[]): string {
	return execFileSync('git', argv, { cwd: folder(), encoding: 'utf8' });
}

function leftTrees(): readonly string[] {
	const home = path.join(os.tmpdir(), `underbid-${process.getuid?.() ?? os.userInfo().username}`);
	const names = existsSync(home) ? (readdirSync(home, { recursive: true }) as string[]) : [];
	return names.filter((name) => name.endsWith('pricing.js'));
}

/** Command lines of what runs in this test's own home and is not VS Code itself. */
function running(): readonly string[] {
	const home = `HOME=${os.homedir()}\0`;
	return readdirSync('/proc')
		.filter((name) => /^\d+$/.test(name) && procText(name, 'environ').includes(home))
		.map((pid) => procText(pid, 'cmdline').replaceAll('\0', ' '))
		.filter((command) => command !== '' && !command.includes('code-server'));
}

function procText(pid: string, name: string): string {
	try {
		return readFileSync(`/proc/${pid}/${name}`, 'utf8');
	} catch {
		// It ended meanwhile, or it is not ours.
		return '';
	}
}
