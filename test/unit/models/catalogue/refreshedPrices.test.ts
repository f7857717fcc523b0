import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { UserError } from '../../../../src/core/userError';
import { RefreshedPriceStore } from '../../../../src/models/catalogue/refreshedPrices';

const LIST = JSON.stringify({
	data: [
		{ id: 'a/b', name: 'B', context_length: 8192, pricing: { prompt: '0.0000003', completion: '0.000001' } },
	],
});
const never = new AbortController().signal;

describe('RefreshedPriceStore', () => {
	let folder: string;
	let server: http.Server;
	let answer: http.RequestListener;
	let seen: http.IncomingMessage[];
	let url: string;
	before(async () => {
		server = http.createServer((request, response) => {
			seen.push(request);
			answer(request, response);
		});
		await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
		url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/v1`;
	});
	after(() => {
		server.closeAllConnections();
		server.close();
	});
	beforeEach(() => {
		seen = [];
		answer = (_, response) => response.end(LIST);
		folder = mkdtempSync(path.join(os.tmpdir(), 'prices-'));
	});
	afterEach(() => rmSync(folder, { recursive: true }));

	const store = () =>
		new RefreshedPriceStore(path.join(folder, 'state/prices.json'), () => new Date('2026-11-25T10:00:00Z'));

	it('has nothing before the first time', async () => assert.deepEqual(await store().read(), {}));

	it('fetches, keeps with the day, and accepts', async () => {
		const prices = store();
		assert.equal(await prices.accept(), false);
		assert.deepEqual(await prices.refresh(url, fetch, never), { kind: 'refreshed', models: 1, skipped: 0 });
		const { latest, accepted } = await prices.read();
		assert.equal(latest?.at, '2026-11-25T10:00:00.000Z');
		assert.equal(accepted, undefined);
		assert.deepEqual(latest.models.get('a/b'), {
			id: 'a/b',
			name: 'B',
			price: { input: 300_000_000, output: 1_000_000_000, tiers: [] },
			context: 8192,
		});
		assert.equal(await prices.accept(), true);
		assert.deepEqual((await prices.read()).accepted, latest);
		// A later list does not take back what was accepted.
		answer = (_, response) => response.end(LIST.replace('0.0000003', '0.0000001'));
		await prices.refresh(url, fetch, never);
		const later = await prices.read();
		assert.equal(later.accepted?.models.get('a/b')?.price?.input, 300_000_000);
		assert.equal(later.latest?.models.get('a/b')?.price?.input, 100_000_000);
		assert.deepEqual(readdirSync(path.join(folder, 'state')), ['prices.json']);
	});

	it('sends no key', async () => {
		await store().refresh(url, fetch, never);
		assert.equal(seen[0]?.url, '/api/v1/models');
		assert.equal(seen[0].headers.authorization, undefined);
	});

	const bad: readonly (readonly [string, http.RequestListener, RegExp])[] = [
		['an error', (_, response) => response.writeHead(500).end(LIST), /status 500/],
		['a web page', (_, response) => response.end('<html>'), /not JSON/],
		['an empty answer', (_, response) => response.end(), /not JSON/],
		['another shape', (_, response) => response.end('{"models":[]}'), /not a list of models/],
		['a list of nothing', (_, response) => response.end('{"data":[]}'), /no model with a price/],
		[
			'a redirect',
			(_, response) => response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end(),
			/another address, which is not followed/,
		],
		['a bomb of brackets', (_, response) => response.end('['.repeat(5_000_000)), /not JSON/],
		[
			'a deep nest',
			(_, response) => response.end(`${'['.repeat(50_000)}${']'.repeat(50_000)}`),
			/not a list/,
		],
		[
			'half an answer',
			(_, response) => {
				response.writeHead(200, { 'content-length': '1000000' });
				response.write(LIST);
				setTimeout(() => response.destroy(), 20);
			},
			/could not be reached|not JSON/,
		],
	];
	for (const [what, listener, reason] of bad) {
		it(`refuses ${what}, and what was there stands`, async () => {
			const prices = store();
			await prices.refresh(url, fetch, never);
			const kept = readFileSync(prices.file, 'utf8');
			answer = listener;
			const refresh = await prices.refresh(url, fetch, never);
			assert.ok(refresh.kind === 'failed' && reason.test(refresh.reason), JSON.stringify(refresh));
			assert.equal(readFileSync(prices.file, 'utf8'), kept);
		});
	}

	it('stops an answer without end early', async () => {
		let sent = 0;
		answer = (_, response) => {
			const chunk = Buffer.alloc(1_000_000, ' ');
			const more = (): void => {
				while (!response.destroyed && response.write(chunk)) {
					sent++;
				}
			};
			response.on('drain', more);
			response.on('error', () => undefined);
			more();
		};
		const refresh = await store().refresh(url, fetch, never);
		assert.ok(refresh.kind === 'failed' && /longer than 32 MB/.test(refresh.reason), JSON.stringify(refresh));
		assert.ok(sent < 120, String(sent));
	}).timeout(20_000);

	it('says that nobody is there', async () => {
		const refresh = await store().refresh('http://127.0.0.1:1', fetch, never);
		assert.ok(refresh.kind === 'failed' && /could not be reached/.test(refresh.reason));
	});

	it('can be cancelled', async () => {
		answer = () => undefined;
		const cancel = new AbortController();
		setTimeout(() => cancel.abort(), 50);
		const refresh = await store().refresh(url, fetch, cancel.signal);
		assert.ok(refresh.kind === 'failed' && /cancelled/.test(refresh.reason));
	});

	for (const text of ['', '{', '{"version":2}', '{"version":1,"latest":{"at":"today","models":[]}}']) {
		it(`a broken file (${text || 'empty'}) is told of, not guessed at, and a refresh mends it`, async () => {
			const prices = new RefreshedPriceStore(path.join(folder, 'prices.json'));
			writeFileSync(prices.file, text);
			await assert.rejects(
				prices.read(),
				(error) => error instanceof UserError && /--refresh/.test(error.message),
			);
			await prices.refresh(url, fetch, never);
			assert.equal((await prices.read()).latest?.models.size, 1);
		});
	}

	it('a place that cannot be written is told of', async () => {
		writeFileSync(path.join(folder, 'state'), 'a file');
		await assert.rejects(store().refresh(url, fetch, never), UserError);
	});
});
