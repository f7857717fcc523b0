import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { PromptStore } from '../../../src/store/prompts';

describe('PromptStore', () => {
	let folder: string;
	beforeEach(() => {
		folder = mkdtempSync(path.join(os.tmpdir(), 'underbid-prompts-'));
	});
	afterEach(() => rmSync(folder, { recursive: true }));

	const prompt = (run: string, text: string, call = 1) => ({
		run,
		attempt: 1,
		call,
		offer: 'acme/one/edit',
		text,
	});

	it('keeps what is sent, for its owner alone, and lets it leave', async () => {
		const store = new PromptStore(folder, undefined);
		assert.equal(await store.approve(prompt('r1', 'fix it')), true);
		const file = path.join(folder, 'r1', '1-01.txt');
		assert.equal(readFileSync(file, 'utf8'), 'to acme/one/edit\n\nfix it');
		assert.equal(statSync(file).mode & 0o077, 0);
	});

	it('is shown first and may be withheld', async () => {
		const seen: string[] = [];
		const store = new PromptStore(folder, async ({ text }) => {
			seen.push(text);
			return false;
		});
		assert.equal(await store.approve(prompt('r1', 'fix it')), false);
		assert.deepEqual(seen, ['fix it']);
	});

	it('keeps head and tail of a huge one', async () => {
		await new PromptStore(folder, undefined).approve(prompt('r1', `head${'x'.repeat(2_000_000)}tail`));
		const kept = readFileSync(path.join(folder, 'r1', '1-01.txt'), 'utf8');
		assert.ok(kept.length < 300_000);
		assert.ok(kept.includes('head') && kept.endsWith('tail') && kept.includes('left out here'));
	});

	it('drops the oldest runs', async () => {
		const store = new PromptStore(folder, undefined);
		for (let index = 0; index < 55; index += 1) {
			await store.approve(prompt(`r${index}`, 'x'));
		}
		const kept = readdirSync(folder);
		assert.ok(kept.length <= 50, String(kept.length));
		assert.ok(kept.includes('r54'));
	});
});
