// Whether a provider answers, asked for nothing that costs.
import assert from 'node:assert/strict';
import type { Endpoint } from '../../../src/core/endpoint';
import { type Probed, probe } from '../../../src/models/probe';
import { WireServer } from '../../fakes/wire/server';
import { KEY, Playback } from './wires/playback';

describe('probe', () => {
	let server: WireServer;
	before(async () => {
		server = await WireServer.start();
		server.get['/v1/models'] = '{"object":"list","data":[{"id":"a"},{"id":"b","owned_by":"x"}]}';
		server.get['/api/v1/models'] = '{"data":[{"id":"x/y:free","pricing":{"prompt":"0"}}]}';
		server.get['/api/v1/key'] =
			'{"data":{"label":"sk-or-v1-abc...123","limit":10,"limit_remaining":2.5,"usage":7.5}}';
		server.get['/v1beta/models?pageSize=1000'] = '{"models":[{"name":"models/gemini-2.5-flash"}]}';
	});
	after(() => server.close());

	const ask = (endpoint: Endpoint, key: string | undefined = KEY): Promise<Probed> =>
		probe(endpoint, () => key, globalThis.fetch, AbortSignal.timeout(5000));
	const at = (dialect: Endpoint['dialect']): Endpoint => ({
		provider: 'p',
		dialect,
		baseUrl: server.base(dialect),
	});

	it('lists the models of each kind of provider', async () => {
		assert.deepEqual(await ask(at('openai-compatible')), { kind: 'answers', models: ['a', 'b'] });
		assert.deepEqual(await ask(at('anthropic')), { kind: 'answers', models: ['a', 'b'] });
		assert.deepEqual(await ask(at('google')), { kind: 'answers', models: ['gemini-2.5-flash'] });
		assert.equal(server.seen.length, 0, 'nothing that costs was asked');
	});

	it('tells what an OpenRouter key may still spend', async () => {
		assert.deepEqual(await ask(at('openrouter')), {
			kind: 'answers',
			models: ['x/y:free'],
			credit: { limitUsd: 10, remainingUsd: 2.5 },
		});
	});

	it('sends the key only in the header of its kind, and needs none at home', async () => {
		const playback = await Playback.start();
		try {
			playback.next = { body: '{"data":[]}' };
			const headers = {
				'openai-compatible': 'authorization',
				anthropic: 'x-api-key',
				google: 'x-goog-api-key',
			};
			for (const [dialect, header] of Object.entries(headers)) {
				const endpoint = { provider: 'p', dialect: dialect as Endpoint['dialect'], baseUrl: playback.origin };
				assert.equal((await ask(endpoint)).kind, 'answers');
				assert.ok(String(playback.last.headers[header]).endsWith(KEY));
				assert.ok(!playback.last.path.includes(KEY));
				const bare = await probe(endpoint, () => undefined, globalThis.fetch, AbortSignal.timeout(5000));
				assert.equal(bare.kind, 'answers');
				assert.equal(playback.last.headers[header], undefined);
			}
		} finally {
			await playback.close();
		}
	});

	const troubles: readonly (readonly [string, number, string, string])[] = [
		['a bad key', 401, `{"error":{"message":"bad ${KEY}"}}`, 'key'],
		['a page', 200, '<html>Hello</html>', 'malformed'],
		['something else in JSON', 200, '{"hello":1}', 'malformed'],
		['another address', 302, '', 'malformed'],
		['a fault', 500, '{}', 'down'],
	];
	for (const [name, status, body, trouble] of troubles) {
		it(`${name} is ${trouble}`, async () => {
			const playback = await Playback.start();
			try {
				playback.next = { status, body, headers: { location: 'http://127.0.0.1:9/' } };
				const probed = await ask({ provider: 'p', dialect: 'openai-compatible', baseUrl: playback.origin });
				assert.ok(probed.kind === 'trouble');
				assert.equal(probed.trouble, trouble);
				assert.ok(!probed.reason.includes(KEY));
				assert.equal(playback.heard.length, 1);
			} finally {
				await playback.close();
			}
		});
	}

	it('does not wait longer than it is told', async () => {
		const playback = await Playback.start();
		try {
			playback.next = { body: '{"data":[', open: true };
			const signal = AbortSignal.timeout(50);
			const endpoint: Endpoint = { provider: 'p', dialect: 'openai-compatible', baseUrl: playback.origin };
			const probed = await probe(endpoint, () => KEY, globalThis.fetch, signal);
			assert.deepEqual(probed, { kind: 'trouble', trouble: 'down', reason: 'p did not answer in time.' });
		} finally {
			await playback.close();
		}
	});
});
