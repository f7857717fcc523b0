import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { KeptFix } from '../../../src/core/keptFix';
import { ZERO } from '../../../src/core/money';
import { FixStore } from '../../../src/store/fixes';

function kept(run: string, at: string, repository = '/one'): KeptFix {
	return {
		run,
		at,
		repository,
		tests: [{ id: 'a test', message: 'it failed' }],
		verified: true,
		offer: 'free',
		spent: ZERO,
		lesson: { system: 'S', prompt: 'P', answer: 'A' },
		diff: 'D',
		patchSha256: 'H',
		receipt: { run, verified: true, checked: false, patch: { sha256: 'H' } } as unknown as KeptFix['receipt'],
	};
}

describe('kept fixes', () => {
	let home: string;
	beforeEach(() => {
		home = mkdtempSync(path.join(os.tmpdir(), 'fixes-'));
	});
	afterEach(() => rmSync(home, { recursive: true, force: true }));

	it('come back as they were, in order, by repository, until they are forgotten', async () => {
		const store = new FixStore(home);
		assert.deepEqual(await store.read(), []);
		const [late, early, other] = [
			kept('b', '2026-11-26T02:00:00.000Z'),
			kept('c', '2026-11-26T01:00:00.000Z'),
			kept('a', '2026-11-26T03:00:00.000Z', '/two'),
		];
		for (const fix of [late, early, other]) {
			assert.equal(await store.keep(fix), true);
		}
		assert.deepEqual(await store.read(), [early, late, other]);
		assert.deepEqual(await store.read('/two'), [other]);
		await store.clear();
		assert.deepEqual(await store.read(), []);
		assert.deepEqual(readdirSync(home), []);
	});

	it('stay readable beside broken, foreign and hostile files', async () => {
		const store = new FixStore(home);
		const good = kept('a', '2026-11-26T02:00:00.000Z');
		await store.keep(good);
		for (const [name, text] of Object.entries({
			'half.json': '{"version":1,"run":"ha',
			'other.json': '{"version":2}',
			'list.json': '[]',
			'deep.json': `${'['.repeat(5_000)}`,
			'strange.json': JSON.stringify({ version: 1, ...good, spent: -1 }),
			'escape.json': JSON.stringify({ version: 1, ...good, run: '../../x' }),
			'note.txt': 'hello',
		})) {
			writeFileSync(path.join(store.folder, name), text);
		}
		assert.deepEqual(await store.read(), [good]);
	});

	it('that cannot be written are no reason to fail', async () => {
		writeFileSync(path.join(home, 'file'), '');
		assert.equal(
			await new FixStore(path.join(home, 'file')).keep(kept('a', '2026-11-26T02:00:00.000Z')),
			false,
		);
	});
});
