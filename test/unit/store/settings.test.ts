import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { NO_SETTINGS } from '../../../src/core/settings';
import { UserError } from '../../../src/core/userError';
import { readSettings, settingsOf } from '../../../src/store/settings';

const FILE = '/home/u/settings.json';
const read = (value: unknown) => settingsOf(JSON.stringify(value), FILE);
const refusal = (text: string): string => {
	try {
		settingsOf(text, FILE);
	} catch (error) {
		assert.ok(error instanceof UserError, String(error));
		return error.message;
	}
	assert.fail(`it was taken: ${text}`);
};

describe('settings', () => {
	it('reads all there is', () => {
		const settings = read({
			providers: [
				{ id: 'openrouter', baseUrl: 'http://127.0.0.1:9/api/v1/' },
				{ id: 'mine', dialect: 'anthropic', baseUrl: 'https://models.example.com', keyVariable: 'MINE_KEY' },
				{ id: 'ollama', free: true },
			],
			models: ['mine/large', 'openrouter/qwen/*'],
			order: 'pool',
			prices: {
				'mine/large': {
					input: '0.1',
					output: 0.2,
					cacheRead: '0.01',
					cacheWrite: '1e-7',
					reasoning: 3,
					request: '0.0000000001',
					tiers: [{ inputTokensAbove: 200000, input: '0.30', output: '0.6' }],
				},
				'mine/free': { input: 0, output: '0' },
			},
			caps: { day: '5', month: 20.5 },
			limits: { 'mine/large': { context: 65536, output: 8192 } },
			local: 'free',
		});
		assert.deepEqual(settings, {
			providers: [
				{ id: 'openrouter', baseUrl: 'http://127.0.0.1:9/api/v1', free: false },
				{
					id: 'mine',
					dialect: 'anthropic',
					baseUrl: 'https://models.example.com',
					keyVariable: 'MINE_KEY',
					free: false,
				},
				{ id: 'ollama', free: true },
			],
			models: ['mine/large', 'openrouter/qwen/*'],
			order: 'pool',
			prices: new Map([
				[
					'mine/large',
					{
						input: 100_000_000,
						output: 200_000_000,
						cacheRead: 10_000_000,
						cacheWrite: 100,
						reasoning: 3_000_000_000,
						request: 1,
						tiers: [{ inputTokensAbove: 200_000, input: 300_000_000, output: 600_000_000 }],
					},
				],
				['mine/free', { input: 0, output: 0, tiers: [] }],
			]),
			caps: { day: 5_000_000_000, month: 20_500_000_000 },
			limits: new Map([['mine/large', { context: 65_536, output: 8_192 }]]),
			local: 'free',
		});
	});

	it('needs nothing', () => assert.deepEqual(read({}), NO_SETTINGS));

	for (const [text, ...words] of [
		['{', 'not JSON', FILE],
		['{\n"models": ["a/b"],\n}', 'not JSON (line 3)'],
		['', 'not JSON'],
		['[]', 'write an object'],
		['null', 'write an object'],
		['{"Models":[]}', 'Models is no setting'],
		['{"models":[]}', 'models: name a model'],
		['{"order":"mine"}', 'order: write "odds", or "pool"'],
		['{"models":"x"}', 'models: write a list of ids'],
		['{"models":["a b"]}', 'models[0]: write the id of a model'],
		['{"providers":[{"id":"Mine"}]}', 'providers[0].id: write a name of small letters'],
		['{"providers":[{"id":"free"}]}', 'providers[0].id: choose another name'],
		['{"providers":[{"id":"a"},{"id":"a"}]}', 'providers: one provider is there twice'],
		['{"providers":[{}]}', 'providers[0].id: write a name'],
		['{"providers":[{"id":"a","dialect":"soap"}]}', 'providers[0].dialect: write "openai-compatible"'],
		['{"providers":[{"id":"a","baseUrl":"example.com"}]}', 'providers[0].baseUrl: write a whole address'],
		[
			'{"providers":[{"id":"a","baseUrl":"file:///etc/passwd"}]}',
			'providers[0].baseUrl: write an address that',
		],
		['{"providers":[{"id":"a","baseUrl":"http://example.com"}]}', 'providers[0].baseUrl: write https://'],
		['{"providers":[{"id":"a","baseUrl":"http://8.8.8.8/v1"}]}', 'providers[0].baseUrl: write https://'],
		[
			'{"providers":[{"id":"a","baseUrl":"http://127.0.0.1.evil.com"}]}',
			'providers[0].baseUrl: write https://',
		],
		['{"providers":[{"id":"a","baseUrl":"http://u:p@localhost"}]}', 'leave the name and password out'],
		['{"providers":[{"id":"a","baseUrl":"https://x.com/v1?key=1"}]}', 'leave out what follows'],
		['{"providers":[{"id":"a","apiKey":"sk-1"}]}', 'providers[0].apiKey is no setting', 'keyVariable'],
		['{"openaiKey":"sk-1"}', 'openaiKey is no setting', 'a key never goes into a file'],
		['{"providers":[{"id":"a","free":"yes"}]}', 'providers[0].free: write true'],
		['{"prices":{"a/b":{"input":"1"}}}', 'prices[', '.output: write US dollars per million tokens'],
		['{"prices":{"a/b":{"input":"-1","output":"1"}}}', '.input: write US dollars per million'],
		['{"prices":{"a/b":{"input":-1,"output":"1"}}}', '.input: write US dollars per million'],
		['{"prices":{"a/b":{"input":"1,5","output":"1"}}}', '.input: write US dollars per million'],
		['{"prices":{"a/b":{"input":"200000","output":"1"}}}', '.input: write US dollars per million'],
		[
			'{"prices":{"a/b":{"input":"1","output":"1","tiers":[{"input":"1","output":"1"}]}}}',
			'inputTokensAbove',
		],
		['{"prices":{"nothing":{"input":"1","output":"1"}}}', 'before the colon'],
		['{"prices":[]}', 'prices: write an object'],
		['{"caps":{"day":"lots"}}', 'caps.day: write US dollars'],
		['{"caps":{"week":"1"}}', 'caps.week is no setting'],
		['{"caps":5}', 'caps: write an object'],
		['{"limits":{"a/b":{"context":"8k"}}}', '.context: write a whole number'],
		['{"limits":{"a/b":{"context":10}}}', '.context: write at least 1024'],
		['{"local":true}', 'local: write "free"'],
		['{"sandbox":"on"}', 'sandbox: write "auto", "required" or "off"'],
		['{"sandboxNetwork":"yes"}', 'sandboxNetwork: write true'],
		['{"caps":{"day":"x","month":"y"}}', 'And 1 more'],
	] as const) {
		it(`refuses ${text || 'an empty file'}`, () => {
			const said = refusal(text);
			for (const word of [FILE, ...words]) {
				assert.ok(said.includes(word), said);
			}
		});
	}

	for (const key of [
		'sk-or-v1-0123456789abcdef',
		'gsk_abcdefghijklmnop',
		'AIzaSyA1234567890',
		'AKIAIOSFODNN7EXAMPLE',
		'xai-abc',
	]) {
		it(`refuses the key ${key.slice(0, 4)}… and does not repeat it`, () => {
			const said = refusal(JSON.stringify({ providers: [{ id: 'a', keyVariable: key }] }));
			assert.match(said, /providers\[0\]\.keyVariable: write the NAME of an environment variable/);
			assert.ok(!said.includes(key));
		});
	}
	it('repeats no long field name, which may be a key', () => {
		const key = `sk-ant-${'x'.repeat(60)}`;
		assert.ok(!refusal(JSON.stringify({ [key]: 1 })).includes('sk-ant'));
	});

	it('a prototype is no price', () => {
		const { prices } = settingsOf('{"prices":{"__proto__":{"input":"1","output":"1"}}}', FILE);
		assert.equal(prices.size, 0);
		assert.equal('input' in {}, false);
	});

	it('a cap is rounded down and a price up', () => {
		assert.equal(read({ caps: { day: '0.0000000019' } }).caps.day, 1);
		const price = read({ prices: { 'a/b': { input: '0.0000000011', output: 0 } } }).prices.get('a/b');
		assert.equal(price?.input, 2);
	});

	it('takes any JSON, or refuses it in a sentence', () => {
		fc.assert(
			fc.property(fc.json(), (text) => {
				try {
					settingsOf(text, FILE);
				} catch (error) {
					assert.ok(error instanceof UserError, String(error));
				}
			}),
			{ numRuns: 300 },
		);
	});

	describe('in a file', () => {
		let folder: string;
		beforeEach(() => {
			folder = mkdtempSync(path.join(os.tmpdir(), 'settings-'));
		});
		afterEach(() => rmSync(folder, { recursive: true }));

		it('no file is no settings', async () => {
			assert.deepEqual(await readSettings(path.join(folder, 'none.json')), NO_SETTINGS);
		});
		it('a byte order mark does not matter', async () => {
			const file = path.join(folder, 's.json');
			writeFileSync(file, '\ufeff{"local":"free"}');
			assert.equal((await readSettings(file)).local, 'free');
		});
		it('a broken one is named and left as it is', async () => {
			const file = path.join(folder, 's.json');
			writeFileSync(file, '{"caps": ');
			await assert.rejects(
				readSettings(file),
				(error) => error instanceof UserError && error.message.includes(file),
			);
			assert.equal(readFileSync(file, 'utf8'), '{"caps": ');
		});
		it('a folder in its place is named', async () => {
			await assert.rejects(readSettings(folder), UserError);
		});
		it('an endless one is refused', async () => {
			const file = path.join(folder, 's.json');
			writeFileSync(file, `{"models":["${'a'.repeat(1_100_000)}"]}`);
			await assert.rejects(readSettings(file), /longer than 1 MB/);
		});
	});
});
