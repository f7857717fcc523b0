import assert from 'node:assert/strict';
import { appendFileSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { OutcomeStore } from '../../../src/store/outcomes';

describe('OutcomeStore', () => {
	let home: string;
	beforeEach(() => {
		home = mkdtempSync(path.join(os.tmpdir(), 'underbid-outcomes-'));
	});
	afterEach(() => rmSync(home, { recursive: true }));

	const record = (run: string) => ({
		run,
		repository: '/shop',
		features: { kind: 'failing test' as const, failingTests: 1 },
		attempts: [
			{
				offer: 'acme/one/edit',
				solved: true,
				spend: 0.01,
				proposeMs: 5,
				verifyMs: 7,
				progress: { applied: true, patch: 'abc' },
			},
		],
		solved: true,
		bid: 0.25,
	});

	it('keeps outcomes and decisions, and forgets all on demand', async () => {
		const store = new OutcomeStore(path.join(home, 'deep'));
		assert.deepEqual(await store.read(), []);
		await store.add(record('r1'), [{ because: 'cheapest' }]);
		await store.add(record('r2'), []);
		assert.deepEqual(await new OutcomeStore(path.join(home, 'deep')).read(), [record('r1'), record('r2')]);
		assert.deepEqual(await store.decisions('r1'), [{ because: 'cheapest' }]);
		await store.clear();
		assert.deepEqual(await store.read(), []);
		assert.equal(await store.decisions('r1'), undefined);
	});

	it('loses no good line to a bad one', async () => {
		const store = new OutcomeStore(home);
		await store.add(record('r1'), []);
		appendFileSync(store.file, '{"run":"torn","repos');
		await store.add(record('r2'), []);
		appendFileSync(store.file, '{"run":"r3","repository":7}\n[]\n\u0000\n');
		assert.deepEqual(
			(await store.read()).map(({ run }) => run),
			['r1', 'r2'],
		);
	});

	it('reads no file that is not a run', async () => {
		const store = new OutcomeStore(home);
		assert.equal(await store.decisions('../../etc/passwd'), undefined);
	});

	it('keeps the decisions of the latest runs', async () => {
		const store = new OutcomeStore(home);
		for (let index = 0; index < 205; index += 1) {
			await store.add(record(`r${index}`), []);
		}
		assert.ok(readdirSync(path.join(home, 'decisions')).length <= 200);
	}).timeout(20_000);
});
