// Windows that are reloaded, closed and lost while a run goes on: it ends at once and cleanly, or goes on to its end
// where the window was only lost; nothing is paid twice, and nothing is left.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { formatUsd } from '../../../src/core/money.ts';
import { FileJournal } from '../../../src/store/journal.ts';
import { lives, until } from './desk.mjs';
import { makeProject } from './market.mjs';

/** VS Code kills an extension host that takes longer. */
const END_MS = 5_000;
const CLEAN_MS = 5_000;
const FILES = [{ name: 'tax.js', base: 'exports.tax = 19;\n', patched: 'exports.tax = 20;\n' }];

export class Interrupted {
	constructor(desk, market, folder) {
		Object.assign(this, { desk, market, folder });
		this.answer = makeProject(folder, FILES, market.env);
	}

	async run() {
		const reloadMs = await this.duringCall((window) => window.reload());
		await this.repeated();
		const closeMs = await this.duringCall((window) => window.close());
		const testsMs = await this.duringTests();
		await this.lost();
		return `host gone ${reloadMs} ms after a reload in a call, ${closeMs} ms after closing in one, ${testsMs} ms after a reload in tests`;
	}

	/** The window goes away while a paid call is under way, and comes back. */
	async duringCall(goAway) {
		this.market.server.behave = () => ({ kind: 'hang' });
		const [asked, spent] = [this.market.asked, await this.spent()];
		const window = this.window ?? (await this.desk.window(this.folder));
		await window.fixRedTest();
		await until('a call under way', () => this.market.asked === asked + 1);
		assert.ok(this.trees().length > 0, 'the run works in no tree of its own');
		const goneMs = await goAway(window);
		assert.ok(goneMs < END_MS, `the extension host took ${goneMs} ms to end`);
		await this.nothingIsLeft();
		assert.equal(this.market.server.seen.at(-1).closedEarly, true, 'the call was not given up');
		this.window = this.desk.windows.includes(window) ? window : await this.desk.window(this.folder);
		const counted = (await this.spent()) - spent;
		assert.ok(
			counted > 0 && this.market.billed <= (await this.spent()),
			'the books hold less than was billed',
		);
		await this.row(`ended by closing the window: ${formatUsd(counted)} counted`);
		assert.equal(this.market.asked, asked + 1, 'it was asked once more, unasked');
		return goneMs;
	}

	/** The same run once more, when the user says so. */
	async repeated() {
		const { market, window } = this;
		market.server.behave = () => ({ kind: 'answer', answer: { text: this.answer } });
		const [asked, spent, billed] = [market.asked, await this.spent(), market.billed];
		await window.do('start', { command: 'underbid.runAgain' });
		await window.takeFirst('Your Bid');
		await window.message('Verified fix ready').waitFor();
		assert.equal(market.asked, asked + 1);
		assert.equal((await this.spent()) - spent, market.billed - billed);
		await window.run('underbid.discardAll');
		await window.message('Discarded').waitFor();
		await window.run('notifications.clearAll');
	}

	/** The window is reloaded while tests run that would run for ever. */
	async duringTests() {
		const slow = path.join(this.folder, 'slow.test.js');
		writeFileSync(
			slow,
			"require('node:test').test('waits', () => new Promise((end) => setTimeout(end, 600_000)));\n",
		);
		const { window } = this;
		await window.do('start', { command: 'underbid.fixFailingTest' });
		await until('tests that run', () => this.running().some((command) => command.includes('slow.test.js')));
		const goneMs = await window.reload('page');
		assert.ok(goneMs < END_MS, `the extension host took ${goneMs} ms to end`);
		await this.nothingIsLeft();
		execFileSync('git', ['clean', '-fdq'], { cwd: this.folder });
		return goneMs;
	}

	/** The window is lost: the run goes on without it, and its fix waits in the next window. */
	async lost() {
		const { market, window: first } = this;
		const { promise: after, resolve: comes } = deferred();
		market.server.behave = () => ({ kind: 'answer', answer: { text: this.answer }, after });
		const [asked, spent, billed] = [market.asked, await this.spent(), market.billed];
		await first.fixRedTest();
		await until('a call under way', () => market.asked === asked + 1);
		const { pid } = first.hand;
		await first.crash();
		assert.ok(lives(pid), 'the extension host went with its window');
		const next = await this.desk.window(this.folder);
		this.window = next;
		await this.row('running in another window');
		comes();
		await next.status('1 fix to review').waitFor();
		assert.equal(market.asked, asked + 1);
		assert.equal((await this.spent()) - spent, market.billed - billed);
		await until(
			'the end of what the run used',
			() => this.trees().length === 0 && this.running().length === 0,
		);
		await next.run('underbid.acceptAll');
		await next.message('Accepted, exactly as it was verified').waitFor();
		assert.equal(readFileSync(path.join(this.folder, 'tax.js'), 'utf8'), FILES[0].patched);
		await next.close();
	}

	async row(words) {
		const { window } = this;
		await window.run('underbid.showRuns');
		await window.page.locator('.pane-body .monaco-list-row', { hasText: words }).first().waitFor();
		await window.shot('windows-closed-run');
	}

	/** What the books count, open calls at their worst, in billionths of a dollar. */
	async spent() {
		const { today } = await new FileJournal(path.join(this.market.state, 'spend.jsonl')).totals();
		return today.spent + today.reserved;
	}

	async nothingIsLeft() {
		await until(
			`nothing: ${this.running()} ${this.trees()}`,
			() => this.running().length === 0 && this.trees().length === 0,
			CLEAN_MS,
		);
		const git = (...argv) => execFileSync('git', argv, { cwd: this.folder, encoding: 'utf8' });
		assert.equal(git('worktree', 'list', '--porcelain').match(/^worktree /gm)?.length, 1);
		assert.equal(git('for-each-ref', '--format=%(refname)'), 'refs/heads/main\n');
		assert.equal(readFileSync(path.join(this.folder, 'tax.js'), 'utf8'), FILES[0].base);
	}

	/** Copies of our file in trees of runs. */
	trees() {
		const home = path.join(this.desk.workbench.home, 'tmp');
		return readdirSync(home)
			.filter((name) => name.startsWith('underbid'))
			.flatMap((name) =>
				existsSync(path.join(home, name)) ? readdirSync(path.join(home, name), { recursive: true }) : [],
			)
			.filter((name) => name.endsWith('tax.js'));
	}

	/** Command lines of what runs in this home and is not VS Code itself. */
	running() {
		const home = `HOME=${this.market.env.HOME}\0`;
		return readdirSync('/proc')
			.filter((name) => /^\d+$/.test(name) && procText(name, 'environ').includes(home))
			.map((pid) => procText(pid, 'cmdline').replaceAll('\0', ' '))
			.filter((command) => command !== '' && !command.includes('code-server'));
	}
}

function deferred() {
	let resolve;
	const promise = new Promise((settle) => {
		resolve = settle;
	});
	return { promise, resolve };
}

function procText(pid, name) {
	try {
		return readFileSync(`/proc/${pid}/${name}`, 'utf8');
	} catch {
		// It ended meanwhile, or it is not ours.
		return '';
	}
}
