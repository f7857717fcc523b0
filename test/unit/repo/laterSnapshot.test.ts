import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { snapshotWith } from '../../../src/repo/laterSnapshot';
import { takeSnapshot } from '../../../src/repo/snapshot';
import { Workshop } from '../../../src/repo/workshop';
import { Worktrees } from '../../../src/repo/worktrees';
import { FixtureRepository, SIGNAL } from './fixtureRepository';

describe('a snapshot with changes of ours', () => {
	let fixture: FixtureRepository;
	beforeEach(() => {
		fixture = new FixtureRepository('later');
		fixture.commit({ 'a.js': 'one\n', 'old/b.js': 'b\n', 'c.js': 'c\n' });
	});
	afterEach(() => fixture.remove());

	it('holds them, and nothing that was typed or saved meanwhile', async () => {
		const workshop = new Workshop({
			repository: await fixture.open(),
			home: fixture.home,
			ownerId: 'later',
		});
		const trees = new Worktrees(workshop);
		try {
			const first = await takeSnapshot(workshop, [{ path: 'c.js', text: 'typed\n' }], SIGNAL);
			assert.ok(first.kind === 'taken');
			fixture.write({ 'a.js': 'saved meanwhile\n', 'c.js': 'saved meanwhile\n' });
			const second = await snapshotWith(
				workshop,
				first.snapshot,
				[
					{ path: 'a.js', text: 'ours\n' },
					{ path: 'old/b.js', deleted: true },
					{ path: 'new/d.js', text: 'made\n' },
				],
				SIGNAL,
			);
			assert.ok(second.kind === 'taken');
			const seen = await trees.borrow(
				second.snapshot,
				async (tree) => {
					const text = (file: string) => readFileSync(join(tree.root, file), 'utf8');
					const now = [text('a.js'), text('c.js'), text('new/d.js'), existsSync(join(tree.root, 'old'))];
					// It comes back to that text, and changes are told against it.
					const patch = await tree.patchOf([{ path: 'a.js', text: 'more\n' }]);
					assert.match(patch?.diff ?? '', /-ours\n\+more/);
					assert.ok(patch !== undefined && (await tree.apply(patch)).kind === 'done');
					await tree.reset();
					return [...now, text('a.js')];
				},
				SIGNAL,
			);
			assert.deepEqual(seen, {
				kind: 'used',
				value: ['ours\n', 'typed\n', 'made\n', false, 'ours\n'],
			});
			// The first one is as it was.
			const before = await trees.borrow(
				first.snapshot,
				async ({ root }) => readFileSync(join(root, 'a.js'), 'utf8'),
				SIGNAL,
			);
			assert.deepEqual(before, { kind: 'used', value: 'one\n' });
		} finally {
			await trees.close();
		}
	});

	for (const path of ['../out.js', '.git/config', 'old']) {
		it(`takes no change of ${path}`, async () => {
			const workshop = new Workshop({
				repository: await fixture.open(),
				home: fixture.home,
				ownerId: 'later',
			});
			const trees = new Worktrees(workshop);
			try {
				const first = await takeSnapshot(workshop, [], SIGNAL);
				assert.ok(first.kind === 'taken');
				const second = await snapshotWith(workshop, first.snapshot, [{ path, text: 'x' }], SIGNAL);
				assert.equal(second.kind, 'failed');
			} finally {
				await trees.close();
			}
		});
	}
});
