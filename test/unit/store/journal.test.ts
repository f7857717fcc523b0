import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { nanoUsd } from '../../../src/core/money';
import { foldSpend } from '../../../src/core/spend';
import { FileJournal } from '../../../src/store/journal';

describe('FileJournal', () => {
	let folder: string;
	beforeEach(() => {
		folder = mkdtempSync(path.join(os.tmpdir(), 'journal-'));
	});
	afterEach(() => rmSync(folder, { recursive: true }));

	const at = () => new Date('2026-01-02T03:04:05Z');
	const journalIn = () => new FileJournal(path.join(folder, 'state/spend.jsonl'), at);

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

describe('foldSpend', () => {
	const cost = (cents: number, basis: 'billed' | 'estimated') => ({
		amount: nanoUsd(cents * 10_000_000),
		basis,
	});
	const day1 = '2026-01-01T10:00:00.000Z';
	const day2 = '2026-01-02T10:00:00.000Z';
	const entries = [
		{ at: day1, kind: 'run', run: 'a', bid: nanoUsd(100), repository: 'shop', target: 't' },
		{
			at: day1,
			kind: 'reserve',
			run: 'a',
			id: 'a/1',
			attempt: 1,
			offer: 'cheap',
			amount: nanoUsd(50_000_000),
		},
		{ at: day1, kind: 'settle', run: 'a', id: 'a/1', attempt: 1, offer: 'cheap', cost: cost(3, 'billed') },
		{ at: day1, kind: 'outcome', run: 'a', outcome: 'solved' },
		{ at: day2, kind: 'run', run: 'b', bid: nanoUsd(100), repository: 'blog', target: 't' },
		{
			at: day2,
			kind: 'reserve',
			run: 'b',
			id: 'b/1',
			attempt: 1,
			offer: 'cheap',
			amount: nanoUsd(20_000_000),
		},
		{ at: day2, kind: 'settle', run: 'b', id: 'b/1', attempt: 1, offer: 'cheap', cost: cost(1, 'estimated') },
		{
			at: day2,
			kind: 'reserve',
			run: 'b',
			id: 'b/2',
			attempt: 1,
			offer: 'strong',
			amount: nanoUsd(70_000_000),
		},
		{
			at: day2,
			kind: 'reserve',
			run: 'b',
			id: 'b/3',
			attempt: 1,
			offer: 'strong',
			amount: nanoUsd(10_000_000),
		},
		{ at: day2, kind: 'release', run: 'b', id: 'b/3' },
	] as const;

	it('by day: an open reservation counts whole, as estimated', () => {
		assert.deepEqual(foldSpend(entries, 'day'), [
			{ key: '2026-01-01', runs: 1, solved: 1, attempts: 1, billed: 30_000_000, estimated: 0 },
			{ key: '2026-01-02', runs: 1, solved: 0, attempts: 2, billed: 0, estimated: 80_000_000 },
		]);
	});
	it('by offer', () => {
		assert.deepEqual(foldSpend(entries, 'offer'), [
			{ key: 'cheap', runs: 2, solved: 1, attempts: 2, billed: 30_000_000, estimated: 10_000_000 },
			{ key: 'strong', runs: 1, solved: 0, attempts: 1, billed: 0, estimated: 70_000_000 },
		]);
	});
	it('by outcome and repository', () => {
		assert.deepEqual(
			foldSpend(entries, 'outcome').map(({ key }) => key),
			['solved', 'unfinished'],
		);
		assert.deepEqual(
			foldSpend(entries, 'repository').map(({ key }) => key),
			['blog', 'shop'],
		);
	});
});
