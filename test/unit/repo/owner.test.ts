import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { MARKER, markerText, sweep } from '../../../src/repo/owner';
import { contents, FixtureRepository } from './fixtureRepository';

describe('sweep', () => {
	let home: string;
	beforeEach(() => {
		home = mkdtempSync(join(tmpdir(), 'underbid-test-'));
	});
	afterEach(() => rmSync(home, { recursive: true, force: true }));

	function leave(name: string, marker: string | undefined): string {
		mkdirSync(join(home, name, 'inside'), { recursive: true });
		if (marker !== undefined) {
			writeFileSync(join(home, name, MARKER), marker);
		}
		return join(home, name);
	}

	it('removes what dead owners left, and nothing that is alive or not ours', async () => {
		const child = spawn(process.execPath, ['-e', '']);
		await once(child, 'close');
		const dead = { tool: 'underbid', ownerId: 'x', pid: child.pid, began: '1', host: hostname() };
		const gone = leave('dead', JSON.stringify(dead));
		const reused = leave('reused', JSON.stringify({ ...dead, pid: process.pid, began: '1' }));
		const kept = [
			leave('alive', await markerText('alive')),
			leave('unmarked', undefined),
			leave('broken', '{'),
			leave('foreign', JSON.stringify({ ...dead, tool: 'other' })),
			leave('elsewhere', JSON.stringify({ ...dead, host: `not-${hostname()}` })),
		];
		const knowsBegin = (await markerText('x')).includes('"began":"');
		assert.equal(await sweep(home), knowsBegin ? 2 : 1);
		assert.ok(!existsSync(gone));
		assert.equal(existsSync(reused), !knowsBegin);
		assert.ok(kept.every((path) => existsSync(path)));
		assert.equal(await sweep(join(home, 'missing')), 0);
	});

	it('cleans up after a process that was killed in the middle of a run', async () => {
		const fixture = new FixtureRepository().commit({ 'a.js': '1\n' });
		try {
			const before = contents(fixture.root, { times: true });
			const program = `
				import { openRepository } from ${JSON.stringify(join(import.meta.dirname, '../../../src/repo/repository.ts'))};
				import { takeSnapshot } from ${JSON.stringify(join(import.meta.dirname, '../../../src/repo/snapshot.ts'))};
				import { Workshop } from ${JSON.stringify(join(import.meta.dirname, '../../../src/repo/workshop.ts'))};
				import { Worktrees } from ${JSON.stringify(join(import.meta.dirname, '../../../src/repo/worktrees.ts'))};
				const signal = new AbortController().signal;
				const opened = await openRepository(${JSON.stringify(fixture.root)});
				const workshop = new Workshop({ repository: opened.repository, home: ${JSON.stringify(fixture.home)}, ownerId: 'killed' });
				const taken = await takeSnapshot(workshop, [], signal);
				await new Worktrees(workshop).borrow(taken.snapshot, async (tree) => {
					console.log(tree.root);
					await new Promise((resolve) => setTimeout(resolve, 60_000));
				}, signal);`;
			const file = join(fixture.parent, 'run.mts');
			writeFileSync(file, program);
			const child = spawn(process.execPath, ['--import', 'tsx', file], {
				cwd: join(import.meta.dirname, '../../..'),
				stdio: ['ignore', 'pipe', 'inherit'],
			});
			const [root] = (await once(child.stdout, 'data')) as [Buffer];
			assert.ok(existsSync(root.toString().trim()));
			assert.equal(await sweep(fixture.home), 0);
			child.kill('SIGKILL');
			await once(child, 'close');
			assert.equal(await sweep(fixture.home), 1);
			assert.deepEqual(readdirSync(fixture.home), []);
			assert.equal(contents(fixture.root, { times: true }), before);
		} finally {
			await fixture.remove();
		}
	});
});
