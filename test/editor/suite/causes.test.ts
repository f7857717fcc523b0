import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import * as vscode from 'vscode';
import { bidNothing, click, hasUser, read, see, shot, until } from './user';
import { button, cleared, folder, notification, text, write } from './workspace';

/** Two causes, one of them behind two tests. */
const FILES: Record<string, string> = {
	'package.json': '{ "name": "shop", "scripts": { "test": "node --test" } }\n',
	'src/list.js': `exports.last = (list) => list[list.length].name;
exports.first = (list) => list[0].name;
`,
	'src/price.js': `exports.discounted = (price, percent) => price + (price * percent) / 100;
`,
	'test/list.test.js': `const { test } = require('node:test');
const assert = require('node:assert/strict');
const { last, first } = require('../src/list.js');
test('the last of two', () => assert.equal(last([{ name: 'a' }, { name: 'b' }]), 'b'));
test('the last of one', () => assert.equal(last([{ name: 'c' }]), 'c'));
test('the first', () => assert.equal(first([{ name: 'a' }]), 'a'));
`,
	'test/price.test.js': `const { test } = require('node:test');
const assert = require('node:assert/strict');
const { discounted } = require('../src/price.js');
test('takes ten percent off', () => {
	assert.equal(discounted(100, 10), 90);
	assert.equal(discounted(50, 20), 40);
});
`,
};
/** A third cause, which no template repairs. */
const HARD: Record<string, string> = {
	'src/roman.js': 'exports.roman = (n) => String(n);\n',
	'test/roman.test.js': `const { test } = require('node:test');
const assert = require('node:assert/strict');
const { roman } = require('../src/roman.js');
test('writes 1994', () => assert.equal(roman(1994), 'MCMXCIV'));
test('gives text', () => assert.equal(typeof roman(1), 'string'));
`,
};
const FIXED = /list\[list\.length - 1\]\.name/;

(hasUser ? describe : describe.skip)('Several causes, with the real engine at $0', () => {
	beforeEach(cleared);

	afterEach(async () => {
		await vscode.workspace.getConfiguration('underbid').update('timeLimitMinutes', undefined, true);
		assert.equal(git('worktree', 'list', '--porcelain').match(/^worktree /gm)?.length, 1);
		await cleared();
	});

	it('fixes everything cause by cause, and brings one review of it all', async function () {
		this.timeout(150_000);
		project(FILES);
		const run = vscode.commands.executeCommand('underbid.fixFailingTest');
		await bidNothing();
		await asked();
		const rows = (await read('.quick-input-list .monaco-list-row')).join('\n');
		assert.match(rows, /2 tests that fail alike/);
		assert.match(rows, /src\/list\.js:1/);
		assert.match(rows, /2 causes, a fix for each under the one bid/);
		await shot('causes-1-choice');
		await choose('Everything, cause by cause');
		await run;
		assert.match(
			await notification('Verified fix ready'),
			/Verified fix ready: 2 changes in 2 files\. 4 tests pass/,
		);
		await shot('causes-2-ready');
		assert.equal(git('status', '--porcelain'), '');
		await vscode.commands.executeCommand('underbid.showRuns');
		await until('a row for each cause', async () => {
			const tree = (await read('.pane-body .monaco-list-row')).join('\n');
			return (
				/takes ten percent off[^\n]*verified/.test(tree) &&
				/the last of[^\n]*and 1 more[^\n]*verified/.test(tree)
			);
		});
		await shot('causes-3-runs');
		await vscode.commands.executeCommand('underbid.acceptAll');
		await notification('Accepted, exactly as it was verified');
		assert.match(text(`${folder()}/src/list.js`), FIXED);
		assert.match(text(`${folder()}/src/price.js`), /price - \(price \* percent\)/);
		assert.equal(testsExit(), 0);
	});

	it('keeps the fixes it has where one cause stays, and says which', async function () {
		this.timeout(200_000);
		await vscode.workspace.getConfiguration('underbid').update('timeLimitMinutes', 1, true);
		project({ ...FILES, ...HARD });
		const run = vscode.commands.executeCommand('underbid.fixFailingTest');
		await bidNothing();
		await choose('Everything, cause by cause');
		await run;
		const words = await notification('2 of 3 causes fixed');
		assert.match(
			words,
			/Verified: 2 of 3 causes fixed, 3 of 4 failing tests pass\. \$0\.00 of \$0\.00 spent\./,
		);
		await notification('Verified fix ready');
		await shot('causes-4-one-stays');
		await click(button('Show Receipt'));
		await see('iframe.webview.ready');
		await shot('causes-5-receipt');
		await vscode.commands.executeCommand('underbid.acceptAll');
		await notification('Accepted, exactly as it was verified');
		assert.match(text(`${folder()}/src/list.js`), FIXED);
		assert.equal(text(`${folder()}/src/roman.js`), HARD['src/roman.js']);
	});

	it('is stopped in the middle, and leaves nothing', async function () {
		this.timeout(120_000);
		project({ ...FILES, ...HARD });
		const run = vscode.commands.executeCommand('underbid.fixFailingTest');
		await bidNothing();
		await choose('Everything, cause by cause');
		await notification('Fixing 3 causes');
		await vscode.commands.executeCommand('underbid.stop');
		await run;
		await notification('Your files are untouched');
		assert.equal(git('status', '--porcelain'), '');
	});
});

function project(files: Record<string, string>): void {
	mkdirSync(`${folder()}/src`);
	mkdirSync(`${folder()}/test`);
	for (const [file, content] of Object.entries(files)) {
		write(file, content);
	}
	for (const argv of [
		['init', '-q', '-b', 'main'],
		['add', '.'],
		['commit', '-q', '-m', 'first'],
	]) {
		execFileSync('git', argv, { cwd: folder() });
	}
}

/** The tests have run by then. */
async function asked(): Promise<void> {
	await until(
		'the choice of tests',
		async () => (await read('.quick-input-list .monaco-list-row')).join('').includes('cause by cause'),
		60_000,
	);
}

async function choose(label: string): Promise<void> {
	await asked();
	await click(`.quick-input-list .monaco-list-row:has-text("${label}")`);
}

function testsExit(): number | null {
	const env = { ...process.env };
	delete env['NODE_TEST_CONTEXT'];
	return spawnSync('node', ['--test'], { cwd: folder(), env }).status;
}

function git(...argv: readonly string[]): string {
	return execFileSync('git', argv, { cwd: folder(), encoding: 'utf8' });
}
