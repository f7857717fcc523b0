import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { takeSnapshot } from '../../../src/repo/snapshot';
import { contents, FixtureRepository, gitIn, SIGNAL } from './fixtureRepository';

describe('snapshot', () => {
	let fixture: FixtureRepository;
	afterEach(() => fixture.remove());

	it('holds what the user sees and touches nothing of theirs', async () => {
		fixture = new FixtureRepository('my prøject');
		fixture.commit({ 'a.js': 'one\n', 'gone.js': 'x\n', 'sub/b.js': 'two\n', '.gitignore': '*.secret\n' });
		fixture.write({ 'a.js': 'stashed\n' });
		fixture.git('stash');
		fixture.write({ 'staged.js': 'staged\n' });
		fixture.git('add', 'staged.js');
		fixture.write({
			'staged.js': 'staged, then changed\n',
			'a.js': 'uncommitted\n',
			'new ñ file.js': 'untracked\n',
			'my.secret': 'ignored\n',
		});
		rmSync(join(fixture.root, 'gone.js'));
		const hook = join(fixture.root, '.git', 'hooks');
		for (const name of ['post-checkout', 'pre-commit', 'post-index-change', 'reference-transaction']) {
			writeFileSync(join(hook, name), `#!/bin/sh\ntouch '${fixture.parent}/hook-ran'\nexit 1\n`);
			chmodSync(join(hook, name), 0o755);
		}
		fixture.git('config', 'commit.gpgSign', 'true');
		fixture.git('config', 'gpg.program', '/bin/false');
		const before = contents(fixture.root, { times: true });
		const inherited = {
			GIT_DIR: '/nowhere',
			GIT_INDEX_FILE: '/nowhere/index',
			GIT_WORK_TREE: '/nowhere',
			GIT_OBJECT_DIRECTORY: '/nowhere/objects',
			GIT_CONFIG_COUNT: '1',
			GIT_CONFIG_KEY_0: 'core.bare',
			GIT_CONFIG_VALUE_0: 'true',
		};
		Object.assign(process.env, inherited);
		try {
			await fixture.inTree(
				async (tree) => {
					assert.equal(readFileSync(join(tree.root, 'a.js'), 'utf8'), 'unsaved\n');
					assert.equal(readFileSync(join(tree.root, 'staged.js'), 'utf8'), 'staged, then changed\n');
					assert.equal(readFileSync(join(tree.root, 'new ñ file.js'), 'utf8'), 'untracked\n');
					assert.equal(readFileSync(join(tree.root, 'sub/b.js'), 'utf8'), 'two\n');
					assert.equal(readFileSync(join(tree.root, 'unsaved/new.js'), 'utf8'), 'brand new\n');
					assert.ok(!existsSync(join(tree.root, 'gone.js')));
				},
				[
					{ path: 'a.js', text: 'unsaved\n' },
					{ path: 'unsaved/new.js', text: 'brand new\n' },
					{ path: 'my.secret', text: 'not for us\n' },
				],
			);
		} finally {
			for (const name of Object.keys(inherited)) {
				delete process.env[name];
			}
		}
		assert.equal(contents(fixture.root, { times: true }), before);
		assert.ok(!existsSync(join(fixture.parent, 'hook-ran')));
		assert.deepEqual(readdirSync(fixture.home), []);
	});

	it('is the commit itself when nothing was changed', async () => {
		fixture = new FixtureRepository().commit({ 'a.js': 'one\n' });
		await fixture.inTree(async (tree, snapshot) => {
			assert.equal(snapshot.commit, fixture.git('rev-parse', 'HEAD').trim());
			assert.equal(gitIn(tree.root, 'rev-parse', 'HEAD').trim(), snapshot.commit);
			assert.equal(gitIn(tree.root, 'status', '--porcelain'), '');
			assert.equal(gitIn(tree.root, 'log', '--format=%s').trim(), 'some work');
		});
	});

	it('gives back the same bytes through line endings and filters', async () => {
		fixture = new FixtureRepository();
		fixture.git('config', 'core.autocrlf', 'true');
		fixture.git('config', 'filter.lfsish.clean', "sed -e 's/^/pointer:/'");
		fixture.git('config', 'filter.lfsish.smudge', "sed -e 's/^pointer://'");
		fixture.git('config', 'filter.lfsish.required', 'true');
		fixture.commit({
			'.gitattributes': '*.big filter=lfsish -text\nforced.txt text eol=crlf\n',
			'crlf.txt': 'one\r\ntwo\r\n',
			'lf.txt': 'one\ntwo\n',
			'mixed.txt': 'one\r\ntwo\nthree\r\n',
			'forced.txt': 'one\r\n',
			'data.big': 'large\ncontent\n',
			'bom.txt': '\ufeffmarked\r\n',
		});
		fixture.write({ 'lf2.txt': 'a\nb\n', 'other.big': 'untracked and large\n', 'crlf.txt': 'one\r\n2\r\n' });
		const before = contents(fixture.root, { times: true });
		const visible = (text: string) =>
			text
				.split('\n')
				.filter((line) => !line.startsWith('/.git/') && !line.startsWith('/.git '))
				.join('\n');
		await fixture.inTree(async (tree) => {
			const wanted = visible(contents(fixture.root, { times: false }));
			assert.equal(visible(contents(tree.root, { times: false })), wanted);
			writeFileSync(join(tree.root, 'mixed.txt'), 'spoilt\n');
			writeFileSync(join(tree.root, 'lf.txt'), 'one\r\ntwo\r\n');
			rmSync(join(tree.root, 'data.big'));
			assert.deepEqual(await tree.reset(), { kind: 'done' });
			assert.equal(visible(contents(tree.root, { times: false })), wanted);
			const patch = await tree.patchOf([{ path: 'crlf.txt', text: 'one\r\nthree\r\n' }]);
			assert.ok(patch);
			assert.deepEqual(await tree.apply(patch), { kind: 'done' });
			assert.equal(readFileSync(join(tree.root, 'crlf.txt'), 'utf8'), 'one\r\nthree\r\n');
		});
		assert.equal(contents(fixture.root, { times: true }), before);
	});

	it('works before the first commit, on a detached HEAD, and in a conflict', async () => {
		fixture = new FixtureRepository().write({ 'a.js': 'first\n' });
		await fixture.inTree(async (tree) => {
			assert.equal(readFileSync(join(tree.root, 'a.js'), 'utf8'), 'first\n');
			assert.deepEqual(await tree.reset(), { kind: 'done' });
		});
		fixture.commit({ 'a.js': 'first\n' });
		fixture.git('checkout', '-q', '--detach');
		fixture.commit({ 'a.js': 'detached\n' });
		fixture.git('checkout', '-q', '-b', 'other', 'main');
		fixture.commit({ 'a.js': 'other\n' });
		assert.throws(() => fixture.git('merge', 'HEAD@{1}', '-q', 'HEAD@{2}'));
		fixture.write({ 'a.js': 'being merged\n' });
		await fixture.inTree(async (tree) => {
			assert.equal(readFileSync(join(tree.root, 'a.js'), 'utf8'), 'being merged\n');
		});
	});

	it('sees through assume-unchanged and skip-worktree, and leaves other repositories out', async () => {
		fixture = new FixtureRepository().commit({ 'a.js': '1\n', 'b.js': '1\n', 'c.js': '1\n' });
		fixture.git('update-index', '--assume-unchanged', 'a.js');
		fixture.git('update-index', '--skip-worktree', 'b.js');
		fixture.write({ 'a.js': '2\n', 'b.js': '2\n' });
		mkdirSync(join(fixture.root, 'nested'));
		gitIn(join(fixture.root, 'nested'), 'init', '-q');
		writeFileSync(join(fixture.root, 'nested', 'x'), '');
		await fixture.inTree(async (tree) => {
			assert.equal(readFileSync(join(tree.root, 'a.js'), 'utf8'), '2\n');
			assert.equal(readFileSync(join(tree.root, 'b.js'), 'utf8'), '2\n');
			assert.ok(!existsSync(join(tree.root, 'nested')));
		});
	});

	it('says why when it cannot be taken', async () => {
		fixture = new FixtureRepository().commit({ 'a.js': '1\n' });
		const workshop = await fixture.workshop();
		const aborted = AbortSignal.abort();
		assert.equal((await takeSnapshot(workshop, [], aborted)).kind, 'failed');
		const outside = await takeSnapshot(workshop, [{ path: '../x', text: '' }], SIGNAL);
		assert.equal(outside.kind, 'failed');
	});
});
