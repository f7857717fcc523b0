import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Tree } from '../../../src/core/effects';
import { cacheBeside, type Worktrees } from '../../../src/repo/worktrees';
import { FixtureRepository } from './fixtureRepository';

describe('what compilers keep beside a tree', () => {
	let fixture: FixtureRepository;
	beforeEach(() => {
		fixture = new FixtureRepository();
		fixture.commit({ 'a.rs': 'base', '.gitignore': 'out\n' });
	});
	afterEach(() => fixture.remove());

	/** As a compiler would: what it builds tells what was in the tree. */
	const build = async (tree: Tree, worktrees: Worktrees, text: string): Promise<void> => {
		await worktrees.beforeRun(tree.root);
		mkdirSync(join(cacheBeside(tree.root), 'target'), { recursive: true });
		writeFileSync(built(tree), text);
		utimesSync(built(tree), 1_000_000, 1_000_000);
	};
	const built = (tree: Tree): string => join(cacheBeside(tree.root), 'target/a.rlib');
	const reset = async (tree: Tree): Promise<void> => assert.deepEqual(await tree.reset(), { kind: 'done' });

	it('is what the base built, with its times, whatever other code was built since', async () => {
		await fixture.inTree(async (tree, _, worktrees) => {
			await build(tree, worktrees, 'of the base');
			await reset(tree);
			assert.equal(readFileSync(built(tree), 'utf8'), 'of the base');
			for (const round of [1, 2]) {
				writeFileSync(join(tree.root, 'a.rs'), `other ${round}`);
				await build(tree, worktrees, 'of other code');
				writeFileSync(join(tree.root, 'a.rs'), 'base');
				await reset(tree);
				assert.equal(readFileSync(built(tree), 'utf8'), 'of the base');
				assert.equal(statSync(built(tree)).mtimeMs, 1_000_000_000);
			}
		});
	});

	it('is empty where other code was built first', async () => {
		await fixture.inTree(async (tree, _, worktrees) => {
			const patch = await tree.patchOf([{ path: 'new.rs', text: 'new' }]);
			assert.ok(patch);
			assert.equal((await tree.apply(patch)).kind, 'done');
			await build(tree, worktrees, 'of other code');
			await reset(tree);
			assert.ok(!existsSync(built(tree)));
			await build(tree, worktrees, 'of the base');
			await reset(tree);
			assert.equal(readFileSync(built(tree), 'utf8'), 'of the base');
		});
	});
});
