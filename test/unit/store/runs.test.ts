import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { nanoUsd, ZERO } from '../../../src/core/money';
import { FileRunStore } from '../../../src/store/runs';
import { type KeptRun, newRun } from '../../../src/ui/runs/keptRun';

describe('FileRunStore', () => {
	let home: string;
	let folder: string;
	beforeEach(() => {
		home = mkdtempSync(path.join(os.tmpdir(), 'underbid-runs-'));
		folder = path.join(home, 'deep', 'runs');
	});
	afterEach(() => rmSync(home, { recursive: true }));

	const living = new Set([1, 2]);
	const store = (pid = 1, nowMs = 5000) =>
		new FileRunStore(folder, { pid, nowMs: () => nowMs, lives: (one) => living.has(one) });
	const run = (name: string, startedAt = 1): KeptRun => ({
		...newRun(
			name,
			{ folder: '/shop', target: { kind: 'named', names: ['a::adds'] }, bid: nanoUsd(250), timeMs: 1000 },
			startedAt,
		),
		attempts: [
			{
				number: 1,
				offer: 'free',
				label: 'free proposer',
				state: 'ended',
				cost: ZERO,
				estimated: ZERO,
				proposal: 'patches',
				why: '',
				patches: [{ summary: 's', files: ['a.js'], diff: 'd', verdict: 'rejected', why: 'edits a test' }],
			},
		],
	});

	it('has nothing at first, then what was saved, newest first, for its owner alone', async () => {
		assert.deepEqual(await store().load(), { runs: [], elsewhere: [] });
		await store().save(run('old', 1));
		const newer: KeptRun = {
			...run('new', 2),
			cause: true,
			endedAt: 9,
			receipt: '## R',
			end: { kind: 'closed' },
		};
		await store().save(newer);
		assert.deepEqual(await store().load(), { runs: [newer, run('old', 1)], elsewhere: [] });
		assert.equal(statSync(path.join(folder, 'new.json')).mode & 0o077, 0);
		assert.deepEqual(readdirSync(folder).sort(), ['new.json', 'old.json']);
	});

	it('leaves out what cannot be read, and keeps the rest', async () => {
		await store().save(run('good'));
		for (const [name, text] of [
			['empty.json', ''],
			['half.json', '{"version":1,"pid":1,"run":{"run":"half"'],
			['list.json', '[]'],
			['newer.json', '{"version":2}'],
			['other.json', JSON.stringify({ version: 1, pid: 1, run: run('not-other') })],
			['money.json', JSON.stringify({ version: 1, pid: 1, run: { ...run('money'), spent: -1 } })],
			['readme.txt', 'x'],
		] as const) {
			writeFileSync(path.join(folder, name), text);
		}
		assert.deepEqual(
			(await store().load()).runs.map((one) => one.run),
			['good'],
		);
	});

	it('keeps the last fifty', async () => {
		for (let index = 0; index < 55; index += 1) {
			await store().save(run(`r${index}`, index));
		}
		const { runs } = await store().load();
		assert.deepEqual([runs.length, runs[0]?.run, runs.at(-1)?.run], [50, 'r54', 'r5']);
		assert.equal(readdirSync(folder).length, 50);
	});

	it("tells another window's run that goes on from one whose window is gone", async () => {
		await store(1).save(run('own', 4900));
		await store(2).save(run('living', 4900));
		await store(3).save(run('dead', 4900));
		await store(2).save({ ...run('ended', 4900), end: { kind: 'solved' } });
		assert.deepEqual((await store(1).load()).elsewhere, ['living']);
		// Long past its time limit, the process of that number is somebody else.
		assert.deepEqual((await store(1, 4900 + 1000 + 600_001).load()).elsewhere, []);
	});

	it('forgets all but what goes on elsewhere', async () => {
		await store(1).save(run('own'));
		await store(2).save(run('living', 4900));
		writeFileSync(path.join(folder, 'broken.json'), '{');
		await store(1).clear();
		assert.deepEqual(readdirSync(folder), ['living.json']);
	});

	it('many quick saves of one run leave one whole file', async () => {
		await Promise.all([1, 2, 3].map((pid) => store(pid).save({ ...run('same'), spent: nanoUsd(pid) })));
		assert.equal((await store().load()).runs.length, 1);
		assert.deepEqual(readdirSync(folder), ['same.json']);
	});
});
