import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { nanoUsd } from '../../../src/core/money';
import { FileJournal } from '../../../src/store/journal';

describe('FileJournal', () => {
	let folder: string;
	beforeEach(() => {
		folder = mkdtempSync(path.join(os.tmpdir(), 'journal-'));
	});
	afterEach(() => rmSync(folder, { recursive: true }));

	const at = () => new Date('2026-01-02T03:04:05Z');
	const journalIn = () => new FileJournal(path.join(folder, 'state/spend.jsonl'), { now: at });

	it('reads back what it wrote, in order', async () => {
		const journal = journalIn();
		const entry = {
			kind: 'reserve',
			run: 'r',
			id: 'r/1',
			attempt: 1,
			offer: 'free',
			amount: nanoUsd(5),
		} as const;
		assert.deepEqual(await journal.append(entry), { kind: 'done' });
		assert.deepEqual(await journal.append({ kind: 'release', run: 'r', id: 'r/1' }), { kind: 'done' });
		const { entries, unreadableLines } = await journal.read();
		assert.deepEqual(entries, [
			{ at: '2026-01-02T03:04:05.000Z', ...entry },
			{ at: '2026-01-02T03:04:05.000Z', kind: 'release', run: 'r', id: 'r/1' },
		]);
		assert.deepEqual(unreadableLines, []);
	});

	it('a torn or foreign line costs nothing but itself', async () => {
		const journal = journalIn();
		await journal.append({ kind: 'outcome', run: 'a', outcome: 'solved' });
		appendFileSync(
			journal.file,
			'\n{"at":"2026","kind":"settle","run":"b","cost":{"amount":-5}}\n\u0000\u0000garbage\n{"kind":"rese',
		);
		await journal.append({ kind: 'outcome', run: 'c', outcome: 'solved' });
		const { entries, unreadableLines } = await journal.read();
		assert.deepEqual(
			entries.map(({ run }) => run),
			['a', 'c'],
		);
		assert.equal(unreadableLines.length, 3);
	});

	it('is empty where nothing was written', async () => {
		assert.deepEqual(await journalIn().read(), { entries: [], unreadableLines: [] });
	});

	it('says why it cannot write', async () => {
		appendFileSync(path.join(folder, 'state'), 'a file where a folder should be');
		const result = await journalIn().append({ kind: 'outcome', run: 'a', outcome: 'solved' });
		assert.equal(result.kind, 'failed');
	});

	it('several processes lose no line', async () => {
		const file = path.join(folder, 'spend.jsonl');
		const program = `
			import { FileJournal } from ${JSON.stringify(path.join(__dirname, '../../../src/store/journal.ts'))};
			const journal = new FileJournal(${JSON.stringify(file)});
			for (let i = 0; i < 40; i++) await journal.append({ kind: 'outcome', run: process.argv.at(-1) + '-' + i, outcome: 'x'.repeat(300) });`;
		const script = path.join(folder, 'writer.mts');
		appendFileSync(script, program);
		const tsx = require.resolve('tsx/cli');
		const ended = await Promise.all(
			['a', 'b', 'c'].map(
				(name) =>
					new Promise((resolve) =>
						spawn(process.execPath, [tsx, script, name], { stdio: 'inherit' }).on('close', resolve),
					),
			),
		);
		assert.deepEqual(ended, [0, 0, 0]);
		const { entries, unreadableLines } = await new FileJournal(file).read();
		assert.equal(entries.length, 120);
		assert.deepEqual(unreadableLines, []);
		assert.equal(new Set(entries.map(({ run }) => run)).size, 120);
		assert.ok(readFileSync(file, 'utf8').startsWith('\n'));
	});
});
