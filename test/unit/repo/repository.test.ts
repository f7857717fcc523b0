import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openRepository } from '../../../src/repo/repository';
import { FixtureRepository, gitIn } from './fixtureRepository';

describe('openRepository', () => {
	let folder: string;
	beforeEach(() => {
		folder = realpathSync(mkdtempSync(join(tmpdir(), 'underbid-test-')));
	});
	afterEach(() => rmSync(folder, { recursive: true, force: true }));

	async function refusal(path: string): Promise<string> {
		const opened = await openRepository(path);
		assert.equal(opened.kind, 'refused');
		return opened.kind === 'refused' ? opened.reason : '';
	}

	it('finds the top folder from below, also in a linked worktree', async () => {
		const fixture = new FixtureRepository('mein Pröjekt').commit({ 'packages/a/x.js': '' });
		try {
			const opened = await openRepository(join(fixture.root, 'packages', 'a'));
			assert.ok(opened.kind === 'open');
			assert.equal(opened.repository.root, fixture.root);
			assert.equal(opened.repository.folder, 'packages/a');
			assert.equal((await fixture.open()).folder, '');
			const linked = join(fixture.parent, 'linked');
			fixture.git('worktree', 'add', '-q', '--detach', linked);
			const other = await openRepository(linked);
			assert.ok(other.kind === 'open');
			assert.equal(other.repository.root, linked);
			assert.equal(other.repository.commonDir, join(fixture.root, '.git'));
			assert.notEqual(other.repository.gitDir, other.repository.commonDir);
		} finally {
			await fixture.remove();
		}
	});

	it('refuses in one sentence', async () => {
		assert.match(await refusal(folder), /run `git init`/);
		assert.match(await refusal(join(folder, 'none')), /does not exist/);
		gitIn(folder, 'init', '-q', '--bare', 'bare.git');
		assert.match(await refusal(join(folder, 'bare.git')), /bare repository/);
		mkdirSync(join(folder, 'normal'));
		gitIn(join(folder, 'normal'), 'init', '-q');
		assert.match(await refusal(join(folder, 'normal', '.git')), /git's own folder/);
		const path = process.env['PATH'];
		process.env['PATH'] = folder;
		try {
			assert.match(await refusal(join(folder, 'normal')), /install git/);
		} finally {
			process.env['PATH'] = path;
		}
	});
});
