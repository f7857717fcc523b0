import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Git } from '../../../src/repo/git';
import { QuietIndex } from '../../../src/repo/quietIndex';

describe('an index that is written anew', () => {
	let home: string;
	let file: string;
	let fed: number;
	const git = {
		feed: async () => {
			fed += 1;
			return { kind: 'done', stdout: '' };
		},
	} as unknown as Git;
	beforeEach(() => {
		home = mkdtempSync(path.join(os.tmpdir(), 'quiet-'));
		file = path.join(home, 'index');
		writeFileSync(file, '');
		fed = 0;
	});
	afterEach(() => rmSync(home, { recursive: true }));

	const later = async (quiet: QuietIndex) => {
		quiet.begin();
		await new Promise((resolve) => setTimeout(resolve, 1_200));
		await quiet.wait();
		return fed;
	};

	it('once its second is over, and once only', async () => {
		const quiet = new QuietIndex(git, file, 5_000);
		assert.equal(await later(quiet), 1);
		assert.equal(await later(quiet), 1);
	});

	it('not where there are few files', async () => {
		assert.equal(await later(new QuietIndex(git, file, 10)), 0);
	});

	it('not where somebody wrote it since', async () => {
		const quiet = new QuietIndex(git, file, 5_000);
		const now = Date.now() / 1000 + 10;
		utimesSync(file, now, now);
		assert.equal(await later(quiet), 0);
	});

	it('not after the end', async () => {
		const quiet = new QuietIndex(git, file, 5_000);
		await quiet.end();
		assert.equal(await later(quiet), 0);
	});

	it('an index that a test took away is no fault of its own', async () => {
		const quiet = new QuietIndex(git, file, 5_000);
		rmSync(file);
		assert.equal(await later(quiet), 0);
		assert.equal(await later(new QuietIndex(git, file, 5_000)), 0);
	});
});
