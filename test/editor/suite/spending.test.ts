import assert from 'node:assert/strict';
import { appendFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import type { DatedEntry } from '../../../src/core/books';
import { nanoUsd } from '../../../src/core/money';
import type { TestHandle } from '../../../src/extension';
import { lineOf } from '../../../src/store/journalLine';
import { halfYear } from '../../fakes/halfYear';
import { click, hasUser, INPUT, press, read, see, shot, size, until } from './user';
import { cleared, folder, openTabs } from './workspace';

/** Into the page, which is a frame within a frame. */
const PAGE =
	'iframe.webview.ready >> internal:control=enter-frame >> iframe#active-frame >> internal:control=enter-frame';
const inPage = (selector: string): string => `${PAGE} >> ${selector}`;
const SHOW = 'underbid.showSpending';
const TODAY = new Date().toISOString().slice(0, 10);

(hasUser ? describe : describe.skip)('Show Spending', function () {
	this.timeout(90_000);
	const home = process.env['UNDERBID_HOME'] ?? '';
	const journal = path.join(home, 'spend.jsonl');
	const settings = path.join(home, 'settings.json');
	const keep = (entries: readonly DatedEntry[]) =>
		writeFileSync(journal, entries.map((entry) => `\n${lineOf(entry)}\n`).join(''));

	before(async () => {
		assert.notEqual(home, '');
		const extension = vscode.extensions.getExtension<TestHandle>('underbid.underbid');
		(await extension?.activate())?.reset();
		mkdirSync(home, { recursive: true });
		await vscode.commands.executeCommand('notifications.clearAll');
		await vscode.commands.executeCommand('workbench.action.closeSidebar');
	});

	afterEach(async () => {
		await theme(undefined);
		await size(1280, 800);
		await cleared();
		rmSync(journal, { recursive: true, force: true });
		rmSync(settings, { force: true });
	});

	after(() => vscode.commands.executeCommand('workbench.view.explorer'));

	async function open(): Promise<void> {
		await vscode.commands.executeCommand(SHOW);
		await see(inPage('html[data-shown] #body > *'));
	}

	async function showing(period: string): Promise<void> {
		await click(inPage(`button[data-period="${period}"]`));
		await see(inPage(`html[data-shown="${period}"]`));
	}

	async function noViolation(): Promise<void> {
		await see(inPage('html[data-violations="0"]'));
	}

	it('says what it will show where nothing was run yet', async () => {
		await open();
		await see(inPage('h2:has-text("Nothing was run yet")'));
		await see(inPage('button:has-text("Fix a Failing Test")'));
		await noViolation();
		await shot('spending-empty');
	});

	it('draws half a year in light, dark and high contrast, wide and narrow', async () => {
		keep(halfYear(TODAY));
		writeFileSync(settings, JSON.stringify({ caps: { month: '20.00' } }));
		await open();
		await showing('all');
		assert.equal((await read(inPage('.plot > svg'))).length, 5);
		for (const [name, label] of [
			['Default Light Modern', 'light'],
			['Default Dark Modern', 'dark'],
			['Default High Contrast', 'contrast'],
			['Default High Contrast Light', 'contrast-light'],
		] as const) {
			await theme(name);
			await see(inPage(`body.vscode-${label.startsWith('contrast') ? 'high-contrast' : label}`));
			for (const [width, height] of [
				[1280, 1640],
				[640, 2500],
			] as const) {
				await size(width, height);
				await pause(400);
				await shot(`spending-${label}-${width}`);
			}
			await size(1280, 1340);
		}
		await theme('Default Dark Modern');
		for (const period of ['week', 'month', 'year']) {
			await showing(period);
			await pause(200);
			await shot(`spending-${period}`);
		}
		await noViolation();
	});

	it('has a table behind every plot, by key, and steps through a plot by key and aloud', async () => {
		keep(halfYear(TODAY));
		await open();
		await size(1280, 1340);
		assert.equal((await read(inPage('section.card table'))).length, 5);
		await see(inPage('#table-spend.unseen'), 'attached');
		await click(inPage('#card-spend h2'));
		await press('Tab');
		await press('Enter');
		await see(inPage('#table-spend:not(.unseen) td'));
		await see(inPage('#card-spend button[aria-expanded="true"]'));
		await press('Tab');
		await press('End');
		await see(inPage('#card-spend .tip.shown'));
		await until('the words of the last bar', async () =>
			(await read(inPage('#card-spend .plot [aria-live]'))).some((words) => words.startsWith(dayName())),
		);
		await shot('spending-table');
		await noViolation();
	});

	it('shows what is added while it is open', async () => {
		keep(halfYear(TODAY, { days: 5 }));
		await open();
		const before = await read(inPage('.tile dd'));
		const of = { at: new Date().toISOString(), run: 'new', attempt: 1, offer: 'a/dear/edit' } as const;
		const cost = { amount: nanoUsd(7_000_000_000), basis: 'billed' } as const;
		appendFileSync(journal, `\n${lineOf({ ...of, kind: 'settle', id: 'new/1', cost })}\n`);
		await until('another amount', async () => (await read(inPage('.tile dd')))[0] !== before[0]);
		await see(inPage('.legend:has-text("dear")'));
	});

	it('names the lines it cannot read and shows the rest', async () => {
		keep(halfYear(TODAY, { days: 40 }));
		appendFileSync(journal, '\nthis is no entry\n{"at":"torn');
		await open();
		await see(inPage('.trouble:has-text("of the journal cannot be read")'));
		await see(inPage('#card-spend svg'));
		await shot('spending-broken');
		await click(inPage('.trouble button'));
		await until('the journal', () => openTabs().some((label) => label === 'spend.jsonl'));
	});

	it('says so when the journal is no file at all', async () => {
		mkdirSync(journal);
		await open();
		await see(inPage('.trouble:has-text("could not be read")'));
	});

	it('exports exact rows, and copies a summary', async () => {
		keep(halfYear(TODAY, { days: 60 }));
		await open();
		await click(inPage('button:has-text("Export CSV")'));
		const csv = await saved('csv');
		assert.match(csv, /^day,model,attempts,judged,verified,billed_usd/);
		assert.match(csv, /\r\n\d{4}-\d\d-\d\d,google\/gemini-flash,\d+,\d+,\d+,\d+\.\d{9},/);
		await click(inPage('button:has-text("Export JSON")'));
		const json = JSON.parse(await saved('json')) as {
			total: { billed: number; estimated: number };
			rows: { billed: number; estimated: number }[];
		};
		const sum = (name: 'billed' | 'estimated') => json.rows.reduce((total, row) => total + row[name], 0);
		assert.deepEqual([sum('billed'), sum('estimated')], [json.total.billed, json.total.estimated]);
		await vscode.env.clipboard.writeText('');
		await click(inPage('button:has-text("Copy summary")'));
		await until('the summary', async () =>
			(await vscode.env.clipboard.readText()).includes('| anthropic/claude-opus |'),
		);
	});

	it('takes a journal of a hundred thousand entries', async () => {
		keep(halfYear(TODAY, { days: 1100, busy: 17 }));
		const lines = readFileSync(journal, 'utf8')
			.split('\n')
			.filter((line) => line !== '').length;
		assert.ok(lines > 100_000, `${lines} lines`);
		const startedMs = Date.now();
		await open();
		await showing('all');
		await see(inPage('#card-spend svg rect.solid >> visible=true'));
		console.log(`      ${lines} entries shown in ${Date.now() - startedMs} ms`);
		await size(1280, 1340);
		await shot('spending-huge');
		await noViolation();
	});

	/** Takes the name that the dialog proposes. */
	async function saved(kind: 'csv' | 'json'): Promise<string> {
		const file = path.join(folder(), `underbid-spending-${TODAY}.${kind}`);
		await click(INPUT);
		await pause(500);
		await press('Enter');
		return until(file, () => {
			try {
				// Made first, filled then.
				const text = readFileSync(file, 'utf8');
				return text.endsWith('\n') ? text : undefined;
			} catch {
				return undefined;
			}
		});
	}
});

async function theme(name: string | undefined): Promise<void> {
	await vscode.workspace
		.getConfiguration()
		.update('workbench.colorTheme', name, vscode.ConfigurationTarget.Global);
}

function dayName(): string {
	return new Date().toLocaleDateString('en-US', { month: 'short', day: 'numeric', timeZone: 'UTC' });
}

function pause(ms: number): Promise<void> {
	return new Promise((resolve) => setTimeout(resolve, ms));
}
