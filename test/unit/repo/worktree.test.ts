import assert from 'node:assert/strict';
import {
	appendFileSync,
	chmodSync,
	existsSync,
	lstatSync,
	mkdirSync,
	readdirSync,
	readFileSync,
	renameSync,
	rmSync,
	symlinkSync,
	writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { patchFromDiff } from '../../../src/repo/patch';
import { takeSnapshot } from '../../../src/repo/snapshot';
import { Worktree } from '../../../src/repo/worktree';
import { Worktrees } from '../../../src/repo/worktrees';
import { contents, FixtureRepository, gitIn, SIGNAL } from './fixtureRepository';

describe('worktree', () => {
	let fixture: FixtureRepository;
	beforeEach(() => {
		fixture = new FixtureRepository('a project');
		fixture.commit({
			'a.js': 'one\ntwo\nthree\n',
			'src/deep/b.js': 'b\n',
			'src/tool.sh': '#!/bin/sh\n',
			'.gitignore': 'out/\n*.tmp\n',
			'last line.txt': 'no newline at the end',
		});
	});
	afterEach(() => fixture.remove());

	it('comes back to its base, byte for byte, whatever a test run did', async () => {
		await fixture.inTree(async (tree) => {
			const base = contents(tree.root, { times: false });
			const at = (path: string) => join(tree.root, path);
			const vandals: readonly (() => void)[] = [
				() => writeFileSync(at('a.js'), 'ONE\ntwo\nthree\n'),
				() => rmSync(at('src'), { recursive: true }),
				() => {
					mkdirSync(at('out/x/y'), { recursive: true });
					writeFileSync(at('out/x/y/z.tmp'), '');
					writeFileSync(at('ünknown.txt'), '');
					mkdirSync(at('empty/folder'), { recursive: true });
				},
				() => {
					rmSync(at('a.js'));
					mkdirSync(at('a.js'));
					writeFileSync(at('a.js/inside'), '');
				},
				() => {
					rmSync(at('src'), { recursive: true });
					writeFileSync(at('src'), 'a file now');
				},
				() => {
					renameSync(at('src'), at('moved'));
					symlinkSync(join(fixture.root, 'src'), at('src'));
				},
				() => {
					gitIn(tree.root, 'config', 'core.autocrlf', 'true');
					gitIn(tree.root, 'config', 'user.name', 'Test');
					gitIn(tree.root, 'config', 'user.email', 'test@example.org');
					writeFileSync(at('a.js'), 'committed\n');
					gitIn(tree.root, 'commit', '-q', '-a', '-m', 'from a test');
					gitIn(tree.root, 'tag', 'v1');
					gitIn(tree.root, 'checkout', '-q', '-b', 'branch');
				},
				() => rmSync(at('.git')),
				() => chmodSync(at('a.js'), 0o755),
				() => chmodSync(at('src/deep'), 0o500),
			];
			const head = gitIn(tree.root, 'rev-parse', 'HEAD');
			for (const [index, vandal] of vandals.entries()) {
				vandal();
				assert.deepEqual(await tree.reset(), { kind: 'done' });
				assert.equal(contents(tree.root, { times: false }), base, `vandal ${index}`);
				assert.equal(gitIn(tree.root, 'rev-parse', 'HEAD'), head);
				assert.equal(gitIn(tree.root, 'status', '--porcelain'), '');
				assert.equal(gitIn(tree.root, 'tag'), '');
			}
			assert.equal(readFileSync(join(fixture.root, 'src/deep/b.js'), 'utf8'), 'b\n');
		});
	});

	it('notices a write of equal length in the same instant as a reset', async () => {
		await fixture.inTree(async (tree) => {
			for (let round = 0; round < 5; round += 1) {
				writeFileSync(join(tree.root, 'a.js'), 'oNe\ntwo\nthree\n');
				assert.deepEqual(await tree.reset(), { kind: 'done' });
				assert.equal(readFileSync(join(tree.root, 'a.js'), 'utf8'), 'one\ntwo\nthree\n');
			}
		});
	});

	describe('of very many files', () => {
		beforeEach(() => {
			const names = Array.from({ length: 2_100 }, (_, n) => `many/part${n % 20}/file${n}.js`);
			fixture.commit(Object.fromEntries(names.map((name) => [name, `// ${name}\n`])));
		});

		/** Until the index is one that git need not read all files for. */
		async function written(indexFile: string, untilMs: number): Promise<void> {
			while (Math.floor(lstatSync(indexFile).mtimeMs) <= untilMs) {
				await new Promise((resolve) => setTimeout(resolve, 10));
			}
		}

		it('comes back to its base when its index is written anew in the middle of a test run', async () => {
			await fixture.inTree(async (tree) => {
				assert.ok(tree instanceof Worktree);
				const { indexFile } = tree.parts;
				const at = (path: string) => join(tree.root, path);
				const base = contents(tree.root, { times: false });
				const madeMs = lstatSync(indexFile).mtimeMs;
				// Of equal length and, mostly, in the second in which the file was checked out.
				writeFileSync(at('many/part0/file0.js'), '// MANY/part0/file0.js\n');
				await written(indexFile, madeMs);
				writeFileSync(at('many/part1/file1.js'), '// MANY/part1/file1.js\n');
				rmSync(at('many/part2'), { recursive: true });
				writeFileSync(at('many/part3/new.js'), '');
				assert.deepEqual(await tree.reset(), { kind: 'done' });
				assert.equal(contents(tree.root, { times: false }), base);
				assert.equal(gitIn(tree.root, 'status', '--porcelain'), '');
			});
		});

		it('is reset while its index is written anew', async () => {
			for (const beforeMs of [20, -10, -40]) {
				await fixture.inTree(async (tree) => {
					assert.ok(tree instanceof Worktree);
					const second = Math.floor(lstatSync(tree.parts.indexFile).mtimeMs / 1000) + 1;
					const waitMs = second * 1000 - beforeMs - Date.now();
					await new Promise((resolve) => setTimeout(resolve, Math.max(0, waitMs)));
					writeFileSync(join(tree.root, 'many/part0/file0.js'), '// MANY/part0/file0.js\n');
					assert.deepEqual(await tree.reset(), { kind: 'done' });
					const text = readFileSync(join(tree.root, 'many/part0/file0.js'), 'utf8');
					assert.equal(text, '// many/part0/file0.js\n');
				});
				assert.deepEqual(readdirSync(fixture.home), []);
			}
		});
	});

	it('makes patches of edits and applies them', async () => {
		await fixture.inTree(async (tree) => {
			const base = contents(tree.root, { times: false });
			const patch = await tree.patchOf([
				{ path: 'a.js', text: 'one\n2\nthree\n' },
				{ path: 'last line.txt', text: 'still none\nat the end' },
				{ path: 'new/ñ file.js', text: 'new\n' },
				{ path: 'src/tool.sh', text: '#!/bin/sh\nexit\n' },
			]);
			assert.ok(patch);
			assert.equal(contents(tree.root, { times: false }), base);
			assert.deepEqual(patch.files, ['a.js', 'last line.txt', 'new/ñ file.js', 'src/tool.sh']);
			assert.deepEqual(await tree.apply(patch), { kind: 'done' });
			assert.equal(readFileSync(join(tree.root, 'a.js'), 'utf8'), 'one\n2\nthree\n');
			assert.equal(readFileSync(join(tree.root, 'last line.txt'), 'utf8'), 'still none\nat the end');
			assert.equal(readFileSync(join(tree.root, 'new/ñ file.js'), 'utf8'), 'new\n');
			assert.equal((await tree.apply(patch)).kind, 'refused');
			assert.deepEqual(await tree.reset(), { kind: 'done' });
			assert.equal(contents(tree.root, { times: false }), base);
		});
	});

	it('makes no patch of nothing, of git, of links, of paths outside, of text that is no UTF-8', async () => {
		symlinkSync('a.js', join(fixture.root, 'link.js'));
		symlinkSync('src', join(fixture.root, 'linked'));
		fixture.write({ 'latin1.txt': Buffer.from('caf\xe9\n', 'latin1') });
		await fixture.inTree(async (tree) => {
			for (const path of ['../x', '/x', '.git/config', 'link.js', 'linked/deep/b.js', 'src', 'a.js/x']) {
				assert.equal(await tree.patchOf([{ path, text: 'x' }]), undefined, path);
			}
			assert.equal(await tree.patchOf([]), undefined);
			assert.equal(await tree.patchOf([{ path: 'a.js', text: 'one\ntwo\nthree\n' }]), undefined);
			assert.equal(await tree.patchOf([{ path: 'latin1.txt', text: 'caf\ufffd!\n' }]), undefined);
			const through = patchFromDiff('--- a/linked/deep/b.js\n+++ b/linked/deep/b.js\n@@ -1 +1 @@\n-b\n+c\n');
			assert.ok(through.kind === 'patch');
			assert.equal((await tree.apply(through.patch)).kind, 'refused');
			symlinkSync(fixture.parent, join(tree.root, 'out'));
			const out = patchFromDiff('--- /dev/null\n+++ b/out/x\n@@ -0,0 +1 @@\n+c\n');
			assert.ok(out.kind === 'patch');
			assert.equal((await tree.apply(out.patch)).kind, 'refused');
			assert.ok(!existsSync(join(fixture.parent, 'x')));
		});
	});

	it('refuses a patch of which git would read other names than we do', async () => {
		await fixture.inTree(async (tree) => {
			const time = '2020-01-01 00:00:00.000000000 +0000';
			const read = patchFromDiff(
				`--- a/a.js ${time}\n+++ b/a.js ${time}\n@@ -1,3 +1,3 @@\n-one\n+ONE\n two\n three\n`,
			);
			assert.ok(read.kind === 'patch');
			assert.equal((await tree.apply(read.patch)).kind, 'refused');
			assert.equal(readFileSync(join(tree.root, 'a.js'), 'utf8'), 'one\ntwo\nthree\n');
		});
	});

	it("leads git in the tree away from the user's index and refs", async () => {
		const before = contents(join(fixture.root, '.git'), { times: false });
		await fixture.inTree(async (tree) => {
			appendFileSync(join(tree.root, 'a.js'), 'more\n');
			gitIn(tree.root, 'add', '-A');
			gitIn(tree.root, 'stash');
			gitIn(tree.root, 'branch', '-f', 'main', 'HEAD');
			gitIn(tree.root, 'tag', 'mine');
			gitIn(tree.root, 'gc', '-q', '--prune=now');
			assert.equal(gitIn(tree.root, 'remote'), '');
			assert.equal((await tree.reset()).kind, 'done');
		});
		assert.equal(contents(join(fixture.root, '.git'), { times: false }), before);
	});

	it('makes many trees at the same moment', async () => {
		await fixture.inTree(async (_tree, snapshot, worktrees) => {
			const roots = await Promise.all(
				Array.from({ length: 8 }, () =>
					worktrees.borrow(snapshot, (tree) => Promise.resolve(tree.root), SIGNAL),
				),
			);
			assert.deepEqual(
				roots.filter(({ kind }) => kind !== 'used'),
				[],
			);
		});
	});

	it('lends several trees at once, keeps them warm, and takes them away however a run ends', async () => {
		const workshop = await fixture.workshop();
		const worktrees = new Worktrees(workshop);
		const taken = await takeSnapshot(workshop, [], SIGNAL);
		assert.ok(taken.kind === 'taken');
		const roots: string[] = [];
		const use = async (tree: { root: string }) => {
			roots.push(tree.root);
			writeFileSync(join(tree.root, 'a.js'), 'spoilt\n');
			await new Promise((resolve) => setTimeout(resolve, 50));
			return roots.length;
		};
		await Promise.all([1, 2].map(() => worktrees.borrow(taken.snapshot, use, SIGNAL)));
		assert.equal(new Set(roots).size, 2);
		await worktrees.borrow(
			taken.snapshot,
			async (tree) => {
				assert.ok(roots.includes(tree.root));
				assert.equal(readFileSync(join(tree.root, 'a.js'), 'utf8'), 'one\ntwo\nthree\n');
			},
			SIGNAL,
		);
		await assert.rejects(
			worktrees.borrow(taken.snapshot, () => Promise.reject(new Error('a bug')), SIGNAL),
			/a bug/,
		);
		assert.equal((await worktrees.borrow(taken.snapshot, use, AbortSignal.abort())).kind, 'failed');
		await worktrees.close();
		assert.deepEqual(readdirSync(fixture.home), []);
		assert.equal((await worktrees.borrow(taken.snapshot, use, SIGNAL)).kind, 'failed');
		assert.deepEqual(readdirSync(fixture.home), []);
	});

	it('leaves nothing when closed while a tree is being made, or lent', async () => {
		for (const delayMs of [0, 20, 60, 150]) {
			const workshop = await fixture.workshop();
			const worktrees = new Worktrees(workshop);
			const taken = await takeSnapshot(workshop, [], SIGNAL);
			assert.ok(taken.kind === 'taken');
			const borrowed = worktrees.borrow(
				taken.snapshot,
				(tree) =>
					new Promise<void>((resolve) =>
						setTimeout(() => {
							mkdirSync(join(tree.root, 'late'), { recursive: true });
							resolve();
						}, 200),
					),
				SIGNAL,
			);
			await new Promise((resolve) => setTimeout(resolve, delayMs));
			await worktrees.close();
			await borrowed;
			assert.deepEqual(readdirSync(fixture.home), []);
		}
		const workshop = await fixture.workshop();
		const worktrees = new Worktrees(workshop);
		const taken = await takeSnapshot(workshop, [], SIGNAL);
		assert.ok(taken.kind === 'taken');
		worktrees.removeAllSync();
		assert.deepEqual(readdirSync(fixture.home), []);
	});
});
