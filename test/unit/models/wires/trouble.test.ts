// Refusals and broken connections: which trouble each is, how long to wait, whether anything can have reached the
// provider, and that nobody's key is in a sentence.
import assert from 'node:assert/strict';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { performance } from 'node:perf_hooks';
import * as fc from 'fast-check';
import { type Endpoint } from '../../../../src/core/endpoint';
import type { Trouble } from '../../../../src/core/model';
import { wireFor } from '../../../../src/models/providers';
import type { WirePart } from '../../../../src/models/wire';
import { refusal } from '../../../../src/models/wires/trouble';
import { events, KEY, Playback, partsOf, requestOf } from './playback';

type Failed = Extract<WirePart, { kind: 'failed' }>;

interface Row {
	readonly provider: string;
	readonly dialect?: Endpoint['dialect'];
	readonly status: number;
	readonly headers?: Readonly<Record<string, string>>;
	readonly body: unknown;
	readonly trouble: Trouble;
	readonly wait?: number;
}

const openAi = (message: string, code: string | null, type = 'invalid_request_error') => ({
	error: { message, type, param: null, code },
});
const anthropic = (type: string, message: string) => ({
	type: 'error',
	error: { type, message },
	request_id: 'r',
});

const rows: readonly Row[] = [
	{
		provider: 'openai',
		status: 401,
		body: openAi(`Incorrect API key provided: ${KEY}.`, 'invalid_api_key'),
		trouble: 'key',
	},
	{
		provider: 'openai',
		status: 429,
		body: openAi('You exceeded your current quota.', 'insufficient_quota', 'insufficient_quota'),
		trouble: 'key',
	},
	{
		provider: 'openai',
		status: 429,
		headers: {
			'x-ratelimit-remaining-tokens': '0',
			'x-ratelimit-reset-tokens': '6m1.5s',
			'x-ratelimit-remaining-requests': '9',
			'x-ratelimit-reset-requests': '8h',
		},
		body: openAi('Rate limit reached.', 'rate_limit_exceeded', 'tokens'),
		trouble: 'busy',
		wait: 361_500,
	},
	{
		provider: 'openai',
		status: 429,
		headers: { 'retry-after-ms': '1250', 'retry-after': '2' },
		body: openAi('Slow down.', null),
		trouble: 'busy',
		wait: 1250,
	},
	{
		provider: 'openai',
		status: 404,
		body: openAi('The model `x` does not exist.', 'model_not_found'),
		trouble: 'gone',
	},
	{
		provider: 'openai',
		status: 400,
		body: openAi('This model’s maximum context length is 8192 tokens.', 'context_length_exceeded'),
		trouble: 'request',
	},
	{
		provider: 'openai',
		status: 400,
		body: openAi('Invalid prompt: flagged.', 'invalid_prompt'),
		trouble: 'refused',
	},
	{
		provider: 'openai',
		status: 503,
		body: openAi('The engine is overloaded.', null, 'server_error'),
		trouble: 'down',
	},
	{
		provider: 'deepseek',
		status: 402,
		body: openAi('Insufficient Balance', 'invalid_request_error', 'unknown_error'),
		trouble: 'key',
	},
	{
		provider: 'groq',
		status: 413,
		body: openAi('Request too large.', 'request_too_large'),
		trouble: 'request',
	},
	{
		provider: 'mistral',
		status: 422,
		body: {
			object: 'error',
			message: { detail: [{ type: 'extra_forbidden', loc: ['body', 'x'], msg: 'Extra inputs' }] },
		},
		trouble: 'request',
	},
	{ provider: 'mistral', status: 401, body: { detail: 'Unauthorized' }, trouble: 'key' },
	{
		provider: 'xai',
		status: 400,
		body: {
			code: 'Client specified an invalid argument',
			error: 'Incorrect API key provided: xa***34. You can obtain one.',
		},
		trouble: 'key',
	},
	{
		provider: 'ollama',
		status: 404,
		body: openAi('model "x" not found, try pulling it first', null, 'api_error'),
		trouble: 'gone',
	},
	{
		provider: 'openrouter',
		dialect: 'openrouter',
		status: 400,
		body: { error: { message: 'x/y is not a valid model ID', code: 400 } },
		trouble: 'gone',
	},
	{
		provider: 'openrouter',
		dialect: 'openrouter',
		status: 402,
		body: { error: { message: 'Insufficient credits', code: 402 } },
		trouble: 'key',
	},
	{
		provider: 'openrouter',
		dialect: 'openrouter',
		status: 403,
		body: {
			error: { code: 403, message: 'Flagged', metadata: { reasons: ['violence'], flagged_input: 'x' } },
		},
		trouble: 'refused',
	},
	{
		provider: 'openrouter',
		dialect: 'openrouter',
		status: 404,
		body: { error: { message: 'No endpoints found that satisfy the max price.', code: 404 } },
		trouble: 'price',
	},
	{
		provider: 'openrouter',
		dialect: 'openrouter',
		status: 503,
		body: {
			error: {
				message: 'There is no available model provider that meets your routing requirements',
				code: 503,
			},
		},
		trouble: 'gone',
	},
	{
		provider: 'openrouter',
		dialect: 'openrouter',
		status: 402,
		headers: { 'retry-after': '3' },
		body: {
			error: { message: 'Busy budget', code: 402, metadata: { limit_source: 'openrouter_in_flight_budget' } },
		},
		trouble: 'busy',
		wait: 3000,
	},
	{
		provider: 'openrouter',
		dialect: 'openrouter',
		status: 502,
		body: { error: { message: 'Provider returned error', code: 502, metadata: { raw: 'boom' } } },
		trouble: 'down',
	},
	{
		provider: 'anthropic',
		dialect: 'anthropic',
		status: 529,
		body: anthropic('overloaded_error', 'Overloaded'),
		trouble: 'busy',
	},
	{
		provider: 'anthropic',
		dialect: 'anthropic',
		status: 400,
		body: anthropic('invalid_request_error', 'Your credit balance is too low.'),
		trouble: 'key',
	},
	{
		provider: 'anthropic',
		dialect: 'anthropic',
		status: 400,
		body: anthropic('invalid_request_error', 'prompt is too long: 210000 tokens'),
		trouble: 'request',
	},
	{
		provider: 'anthropic',
		dialect: 'anthropic',
		status: 404,
		body: anthropic('not_found_error', 'model: claude-x'),
		trouble: 'gone',
	},
	{
		provider: 'anthropic',
		dialect: 'anthropic',
		status: 429,
		headers: { 'retry-after': '9' },
		body: anthropic('rate_limit_error', 'Slow'),
		trouble: 'busy',
		wait: 9000,
	},
	{
		provider: 'google',
		dialect: 'google',
		status: 400,
		body: {
			error: {
				code: 400,
				message: 'API key not valid. Please pass a valid API key.',
				status: 'INVALID_ARGUMENT',
			},
		},
		trouble: 'key',
	},
	{
		provider: 'google',
		dialect: 'google',
		status: 403,
		body: { error: { code: 403, message: 'Denied', status: 'PERMISSION_DENIED' } },
		trouble: 'key',
	},
	{
		provider: 'google',
		dialect: 'google',
		status: 429,
		body: {
			error: {
				code: 429,
				message: 'You exceeded your current quota.',
				status: 'RESOURCE_EXHAUSTED',
				details: [{ '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '34.5s' }],
			},
		},
		trouble: 'busy',
		wait: 34_500,
	},
	{ provider: 'mine', status: 404, body: '<html>Not here</html>', trouble: 'malformed' },
	{ provider: 'mine', status: 502, body: '<html>Bad gateway</html>', trouble: 'down' },
	{
		provider: 'mine',
		status: 307,
		headers: { location: 'http://127.0.0.1:9/' },
		body: '',
		trouble: 'malformed',
	},
];

describe('trouble over the wire', () => {
	let server: Playback;
	before(async () => {
		server = await Playback.start();
	});
	after(() => server.close());

	for (const { provider, dialect = 'openai-compatible', status, headers, body, trouble, wait } of rows) {
		const text = typeof body === 'string' ? body : JSON.stringify(body);
		it(`${provider} ${status} ${text.slice(0, 60)} is ${trouble}`, async () => {
			const asked = server.heard.length;
			server.next = { status, body: text, headers: { 'content-type': 'application/json', ...headers } };
			const parts = await partsOf({ provider, dialect, baseUrl: `${server.origin}/v1` }, requestOf());
			assert.equal(parts.length, 1);
			const failed = parts[0] as Failed;
			assert.equal(failed.kind, 'failed');
			assert.equal(failed.trouble, trouble, failed.reason);
			assert.equal(failed.status, status);
			assert.equal(failed.retryAfterMs, wait);
			assert.equal(failed.sent, 'maybe');
			assert.equal(server.heard.length, asked + 1, 'asked once');
			assertSentence(failed.reason);
			assert.ok(failed.reason.includes(provider));
		});
	}

	it('no bytes of an answer make it throw, and none put a key into the sentence', () => {
		fc.assert(
			fc.property(
				fc.integer({ min: 300, max: 599 }),
				fc.oneof(fc.json(), fc.string(), fc.constant(`{"error":{"message":"${KEY} is bad"}}`)),
				fc.string(),
				(status, body, retryAfter) => {
					const headers = new Headers();
					headers.set('retry-after', encodeURIComponent(retryAfter));
					const failed = refusal({ provider: 'p', key: KEY, nowEpochMs: 0 }, status, headers, body);
					assertSentence(failed.reason);
					assert.ok(failed.retryAfterMs === undefined || failed.retryAfterMs >= 0);
				},
			),
		);
	});

	it('a date in Retry-After is a wait from now', () => {
		const headers = new Headers({ 'retry-after': 'Wed, 21 Oct 2026 07:28:00 GMT' });
		const nowEpochMs = Date.parse('2026-10-21T07:27:30Z');
		const failed = refusal({ provider: 'p', key: undefined, nowEpochMs }, 429, headers, '{}');
		assert.equal(failed.retryAfterMs, 30_000);
	});

	const dialects = ['openai-compatible', 'openrouter', 'anthropic', 'google'] as const;
	for (const dialect of dialects) {
		const endpoint = (baseUrl: string): Endpoint => ({ provider: 'p', dialect, baseUrl });

		it(`${dialect}: a refused connection sends nothing`, async () => {
			const free = createServer();
			await new Promise<void>((resolve) => free.listen(0, '127.0.0.1', resolve));
			const { port } = free.address() as AddressInfo;
			await new Promise((resolve) => free.close(resolve));
			const [failed] = (await partsOf(endpoint(`http://127.0.0.1:${port}/v1`), requestOf())) as Failed[];
			assert.deepEqual([failed?.trouble, failed?.sent], ['down', 'nothing']);
			assertSentence(failed?.reason ?? '');
		});

		it(`${dialect}: no TLS where TLS was expected sends nothing that a key is in`, async () => {
			const bytes: Buffer[] = [];
			const plain = createServer((socket) => {
				socket.on('error', () => undefined);
				socket.on('data', (chunk) => {
					bytes.push(chunk);
					socket.end('HTTP/1.1 400 Bad Request\r\n\r\n');
				});
			});
			await new Promise<void>((resolve) => plain.listen(0, '127.0.0.1', resolve));
			const { port } = plain.address() as AddressInfo;
			const [failed] = (await partsOf(endpoint(`https://127.0.0.1:${port}/v1`), requestOf())) as Failed[];
			await new Promise((resolve) => plain.close(resolve));
			assert.equal(failed?.trouble, 'down');
			assertSentence(failed?.reason ?? '');
			assert.ok(!Buffer.concat(bytes).includes(KEY));
		});

		it(`${dialect}: cancelled in the middle, the server sees it within 100 ms and no part follows`, async () => {
			server.next = { body: opening(dialect), open: true };
			const cancel = new AbortController();
			const parts: WirePart[] = [];
			let cancelledAt = 0;
			const stream = wireFor(endpoint(`${server.origin}/v1`), () => KEY).stream(
				requestOf({ signal: cancel.signal }),
			);
			for await (const part of stream) {
				parts.push(part);
				if (part.kind === 'text') {
					cancelledAt = performance.now();
					setTimeout(() => cancel.abort(), 5);
				}
			}
			assert.equal(parts.at(-1)?.kind, 'text');
			assert.ok((await closing(server)) - cancelledAt < 105);
		});

		it(`${dialect}: whoever stops reading closes the connection`, async () => {
			server.next = { body: opening(dialect), open: true };
			for await (const part of wireFor(endpoint(`${server.origin}/v1`), () => KEY).stream(requestOf())) {
				if (part.kind === 'text') {
					break;
				}
			}
			const stoppedAt = performance.now();
			assert.ok((await closing(server)) - stoppedAt < 100);
		});

		it(`${dialect}: cancelled before it began, nothing is asked`, async () => {
			const asked = server.heard.length;
			const signal = AbortSignal.abort();
			assert.deepEqual(await partsOf(endpoint(`${server.origin}/v1`), requestOf({ signal })), []);
			assert.equal(server.heard.length, asked);
		});

		it(`${dialect}: the key is asked for each time, and never taken from the environment`, async () => {
			const names = [
				'OPENAI_API_KEY',
				'OPENROUTER_API_KEY',
				'ANTHROPIC_API_KEY',
				'GOOGLE_GENERATIVE_AI_API_KEY',
			];
			const urls = ['ANTHROPIC_BASE_URL', 'OPENAI_BASE_URL'];
			const old = new Map([...names, ...urls].map((name) => [name, process.env[name]]));
			names.forEach((name) => {
				process.env[name] = 'from-the-environment';
			});
			urls.forEach((name) => {
				process.env[name] = 'http://127.0.0.1:9';
			});
			try {
				server.next = { body: '' };
				const keys = ['first-key', undefined, 'third-key'];
				let at = 0;
				const wire = wireFor(endpoint(`${server.origin}/v1`), () => keys[at++]);
				for (const key of keys) {
					for await (const part of wire.stream(requestOf())) {
						assert.fail(part.kind);
					}
					const seen = JSON.stringify(server.last.headers);
					assert.ok(!seen.includes('from-the-environment'));
					assert.equal(/first-key|third-key/.exec(seen)?.[0], key);
				}
				assert.equal(at, 3);
			} finally {
				for (const [name, value] of old) {
					if (value === undefined) {
						delete process.env[name];
					} else {
						process.env[name] = value;
					}
				}
			}
		});
	}

	it('a public seller without a key is not asked', async () => {
		let asked = 0;
		const fetch: typeof globalThis.fetch = () => {
			asked += 1;
			return Promise.reject(new Error('no'));
		};
		const endpoint: Endpoint = {
			provider: 'groq',
			dialect: 'openai-compatible',
			baseUrl: 'https://api.groq.com/openai/v1',
		};
		const parts: WirePart[] = [];
		for await (const part of wireFor(endpoint, () => undefined).stream(requestOf({ fetch }))) {
			parts.push(part);
		}
		assert.equal(asked, 0);
		assert.deepEqual(
			parts.map((part) => part.kind === 'failed' && [part.trouble, part.sent]),
			[['key', 'nothing']],
		);
	});

	it('an answer that asks to be continued is not: one request is all there is', async () => {
		server.next = {
			body: events({
				candidates: [
					{
						content: { role: 'model', parts: [{ text: 'Part' }] },
						finishReason: 'CONTINUATION',
						continuationToken: 't',
					},
				],
				usageMetadata: { promptTokenCount: 3, candidatesTokenCount: 1 },
			}),
		};
		const asked = server.heard.length;
		const parts = await partsOf(
			{ provider: 'google', dialect: 'google', baseUrl: `${server.origin}/v1` },
			requestOf({ model: 'gemini-4-argon' }),
		);
		assert.equal(server.heard.length, asked + 1);
		assert.deepEqual(parts.at(-1), { kind: 'finish', finish: 'length' });
	});
});

function assertSentence(reason: string): void {
	assert.ok(!reason.includes(KEY) && !reason.includes(KEY.slice(0, 12)), reason);
	assert.ok(reason.length > 10 && reason.length < 420, reason);
	assert.doesNotMatch(reason, /\n|\bat .*\.[jt]s:\d/);
}

/** The first piece of text of an answer. */
function opening(dialect: Endpoint['dialect']): string {
	switch (dialect) {
		case 'openai-compatible':
		case 'openrouter':
			return events({ id: 'x', choices: [{ index: 0, delta: { content: 'Ye' }, finish_reason: null }] });
		case 'anthropic':
			return events(
				{
					type: 'message_start',
					message: {
						id: 'm',
						type: 'message',
						role: 'assistant',
						model: 'c',
						content: [],
						stop_reason: null,
						stop_sequence: null,
						usage: { input_tokens: 1, output_tokens: 1 },
					},
				},
				{ type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
				{ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'Ye' } },
			);
		case 'google':
			return events({ candidates: [{ content: { role: 'model', parts: [{ text: 'Ye' }] } }] });
	}
}

async function closing(server: Playback): Promise<number> {
	for (let tries = 0; tries < 200; tries += 1) {
		const { closedAt } = server.last;
		if (closedAt !== undefined) {
			return closedAt;
		}
		await new Promise((resolve) => setTimeout(resolve, 5));
	}
	throw new Error('the connection stays open');
}
