import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { addModel } from '../../../src/store/addModel';
import { readSettings } from '../../../src/store/settings';

const MINE = { id: 'mine/tuned', baseUrl: 'http://127.0.0.1:8000/v1', price: { input: '0', output: '0' } };

describe('adding a model to the settings', () => {
	let folder: string;
	let file: string;
	beforeEach(() => {
		folder = mkdtempSync(path.join(os.tmpdir(), 'add-'));
		file = path.join(folder, 'state/settings.json');
	});
	afterEach(() => rmSync(folder, { recursive: true, force: true }));
	const write = (text: string) => {
		file = path.join(folder, 'settings.json');
		writeFileSync(file, text);
	};

	it('makes the file where there is none', async () => {
		await addModel(file, { ...MINE, context: 32_768, output: 8_192 });
		const settings = await readSettings(file);
		assert.deepEqual(
			settings.providers.map(({ id, baseUrl, free }) => [id, baseUrl, free]),
			[['mine', 'http://127.0.0.1:8000/v1', false]],
		);
		assert.equal(settings.models, undefined);
		assert.deepEqual(settings.limits.get('mine/tuned'), { context: 32_768, output: 8_192 });
		assert.ok(settings.prices.has('mine/tuned'));
		assert.deepEqual(readdirSync(path.dirname(file)), ['settings.json'], 'nothing half written is left');
	});

	it('leaves everything else as it is, also when done twice', async () => {
		const before = {
			models: ['openrouter/qwen/*'],
			providers: [{ id: 'mine', baseUrl: 'http://127.0.0.1:9000/v1', keyVariable: 'MY_KEY' }],
			prices: { 'openai/x': { input: '1', output: '2' } },
			caps: { day: '5' },
		};
		write(JSON.stringify(before));
		await addModel(file, MINE);
		const once = readFileSync(file, 'utf8');
		assert.deepEqual(JSON.parse(once), {
			...before,
			models: ['openrouter/qwen/*', 'mine/tuned'],
			providers: [{ id: 'mine', baseUrl: 'http://127.0.0.1:8000/v1', keyVariable: 'MY_KEY' }],
			prices: { ...before.prices, 'mine/tuned': { input: '0', output: '0' } },
		});
		await addModel(file, MINE);
		assert.equal(readFileSync(file, 'utf8'), once);
	});

	for (const [what, text, model, said] of [
		['broken settings', '{ "models": [', MINE, /not JSON/],
		['settings that say nonsense', '{ "caps": 3 }', MINE, /caps/],
		['an address that is none', '{}', { ...MINE, baseUrl: 'nonsense' }, /baseUrl/],
		[
			'a key in the place of its variable',
			'{}',
			{ ...MINE, keyVariable: 'sk-abc' },
			/NAME of an environment variable/,
		],
		[
			'a price that is none',
			'{}',
			{ ...MINE, price: { input: 'free', output: '1' } },
			/US dollars per million/,
		],
	] as const) {
		it(`refuses ${what}, and writes nothing`, async () => {
			write(text);
			await assert.rejects(addModel(file, model), said);
			assert.equal(readFileSync(file, 'utf8'), text);
			assert.deepEqual(readdirSync(folder), ['settings.json']);
		});
	}
});
