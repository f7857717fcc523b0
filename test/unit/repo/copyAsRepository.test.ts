import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { copyAsRepository } from '../../../src/repo/copyAsRepository';

describe('a copy of a folder as a repository', () => {
	let home: string;
	const signal = new AbortController().signal;
	beforeEach(() => {
		home = mkdtempSync(path.join(os.tmpdir(), 'ub-copy-'));
		mkdirSync(path.join(home, 'from/src'), { recursive: true });
		writeFileSync(path.join(home, 'from/src/a.js'), 'a\n');
	});
	afterEach(() => rmSync(home, { recursive: true, force: true }));

	it('has one commit with everything, on a folder that was not there or was empty', async () => {
		mkdirSync(path.join(home, 'empty'));
		for (const to of ['new/deep', 'empty']) {
			const folder = path.join(home, to);
			assert.equal(await copyAsRepository(path.join(home, 'from'), folder, signal), undefined);
			const git = (...argv: string[]) => execFileSync('git', argv, { cwd: folder, encoding: 'utf8' });
			assert.equal(git('status', '--porcelain'), '');
			assert.equal(git('ls-files'), 'src/a.js\n');
			assert.equal(git('rev-list', '--count', 'HEAD'), '1\n');
		}
	});

	it('writes over nothing', async () => {
		const folder = path.join(home, 'full');
		mkdirSync(folder);
		writeFileSync(path.join(folder, 'mine'), 'mine');
		assert.match((await copyAsRepository(path.join(home, 'from'), folder, signal)) ?? '', /is not empty/);
		assert.equal(existsSync(path.join(folder, '.git')), false);
	});

	it('says what is missing, and stops when told', async () => {
		assert.match(
			(await copyAsRepository(path.join(home, 'nowhere'), path.join(home, 'x'), signal)) ?? '',
			/could not be copied/,
		);
		assert.match(
			(await copyAsRepository(path.join(home, 'from'), path.join(home, 'y'), AbortSignal.abort())) ?? '',
			/cancelled/,
		);
	});
});
