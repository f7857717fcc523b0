import assert from 'node:assert/strict';
import { pause, retryAfterMs, waitMs } from '../../../src/models/backoff';
import { GuardedCall } from '../../../src/models/guardedFetch';
import { networkFault } from '../../../src/models/networkFault';
import { sentence } from '../../../src/models/sentence';

const ORIGIN = 'https://api.example.com';
const body = JSON.stringify({ max_tokens: 100, messages: [{ role: 'user', content: 'hi' }] });
const ask: RequestInit = { method: 'POST', body, headers: { 'x-api-key': 'sk-secret-key' } };

function guard(answer: () => Promise<Response>, limits = {}): GuardedCall {
	return new GuardedCall({
		origins: [ORIGIN],
		outputTokens: 100,
		mostBytes: 1000,
		limits: { headersMs: 50, stallMs: 50, bodyBytes: 10_000, ...limits },
		fetch: () => answer,
		nowEpochMs: () => 0,
	});
}

/** A body that gives what `next` gives, without end. */
function stream(next: () => Uint8Array | undefined): ReadableStream<Uint8Array> {
	return new ReadableStream({
		async pull(controller) {
			const piece = next();
			if (piece === undefined) {
				await new Promise(() => undefined);
			} else {
				controller.enqueue(piece);
			}
		},
	});
}

describe('GuardedCall', () => {
	it('lets one request out, and no second', async () => {
		let calls = 0;
		const call = guard(async () => {
			calls += 1;
			return new Response('ok');
		});
		assert.equal(await (await call.fetch(`${ORIGIN}/v1/messages`, ask)).text(), 'ok');
		await assert.rejects(call.fetch(`${ORIGIN}/v1/messages`, ask), /twice/);
		assert.deepEqual([calls, call.sent, call.fault?.trouble], [1, 'maybe', 'request']);
		assert.deepEqual([...call.secrets], ['sk-secret-key']);
	});

	const wrong: [string, string, RequestInit][] = [
		['another host', 'https://api.example.com.evil.net/v1', ask],
		['another port', `${ORIGIN}:8443/v1`, ask],
		['no TLS', 'http://api.example.com/v1', ask],
		['a user in the address', 'https://api.example.com@evil.net/v1', ask],
		['another limit', ORIGIN, { ...ask, body: '{"max_tokens":101}' }],
		['two limits', ORIGIN, { ...ask, body: '{"max_tokens":100,"max_completion_tokens":9999}' }],
		['a limit too deep to count', ORIGIN, { ...ask, body: '{"a":{"b":{"max_tokens":100}}}' }],
		[
			'several candidates',
			ORIGIN,
			{ ...ask, body: '{"generationConfig":{"maxOutputTokens":100,"candidateCount":2}}' },
		],
		['more text', ORIGIN, { ...ask, body: JSON.stringify({ max_tokens: 100, x: '漢'.repeat(400) }) }],
		['no JSON', ORIGIN, { ...ask, body: 'max_tokens=100' }],
		['a stream', ORIGIN, { ...ask, body: new ReadableStream() }],
	];
	for (const [name, url, init] of wrong) {
		it(`${name}: nothing leaves`, async () => {
			const call = guard(() => assert.fail('it left'));
			await assert.rejects(call.fetch(url, init));
			assert.deepEqual([call.sent, call.fault?.trouble], ['nothing', 'request']);
		});
	}

	it('a limit inside a tool’s own schema is the tool’s', async () => {
		const tools = [{ input_schema: { properties: { max_tokens: { default: 7 } } } }];
		const call = guard(async () => new Response('ok'));
		await call.fetch(ORIGIN, { ...ask, body: JSON.stringify({ max_tokens: 100, tools }) });
		assert.equal(call.fault, undefined);
	});

	it('headers that do not come', async () => {
		const call = guard(() => new Promise(() => undefined));
		void call.fetch(ORIGIN, ask).catch(() => undefined);
		await new Promise((resolve) => setTimeout(resolve, 80));
		assert.match(call.fault?.reason ?? '', /did not answer within 50 ms/);
	});

	it('a body that stands still', async () => {
		const call = guard(async () => new Response(stream(() => undefined)));
		const response = await call.fetch(ORIGIN, ask);
		void response.text().catch(() => undefined);
		await new Promise((resolve) => setTimeout(resolve, 80));
		assert.match(call.fault?.reason ?? '', /sent nothing for 50 ms/);
	});

	it('a body without an end', async () => {
		const call = guard(async () => new Response(stream(() => new Uint8Array(1000).fill(0x0a))));
		await assert.rejects((await call.fetch(ORIGIN, ask)).text());
		assert.match(call.fault?.reason ?? '', /answer without an end/);
	});

	it('a line without an end', async () => {
		const headers = { 'content-type': 'text/event-stream' };
		const piece = new Uint8Array(1_000_000).fill(0x61);
		const call = guard(
			async () =>
				new Response(
					stream(() => piece),
					{ headers },
				),
			{ bodyBytes: 64_000_000 },
		);
		await assert.rejects((await call.fetch(ORIGIN, ask)).text());
		assert.match(call.fault?.reason ?? '', /event without an end/);
	});

	it('of a refusal no more is read than anybody reads', async () => {
		const piece = new Uint8Array(100_000).fill(0x61);
		const call = guard(
			async () =>
				new Response(
					stream(() => piece),
					{ status: 400 },
				),
			{ bodyBytes: 64_000_000 },
		);
		assert.ok((await (await call.fetch(ORIGIN, ask)).text()).length <= 300_000);
		assert.deepEqual([call.status, call.fault], [400, undefined]);
	});
});

describe('networkFault', () => {
	const of = (code: string, more = {}) =>
		new TypeError('fetch failed', { cause: Object.assign(new Error(code), { code, ...more }) });
	const table: [unknown, 'nothing' | 'maybe', RegExp][] = [
		[of('ECONNREFUSED'), 'nothing', /refused/],
		[of('ENOTFOUND'), 'nothing', /address is not known/],
		[of('ETIMEDOUT', { syscall: 'connect' }), 'nothing', /nobody answered/],
		[of('ETIMEDOUT', { syscall: 'read' }), 'maybe', /broke/],
		[of('DEPTH_ZERO_SELF_SIGNED_CERT'), 'nothing', /certificate/],
		[of('UND_ERR_HEADERS_OVERFLOW'), 'maybe', /headers without an end/],
		[of('UND_ERR_SOCKET'), 'maybe', /broke/],
		[of('ECONNRESET'), 'maybe', /broke/],
		[undefined, 'maybe', /broke/],
		['a text', 'maybe', /broke/],
	];
	for (const [error, sent, reason] of table) {
		it(`${String((error as Error | undefined)?.cause ?? error)}: ${sent}`, () => {
			const fault = networkFault(error);
			assert.equal(fault.sent, sent);
			assert.match(fault.reason, reason);
		});
	}
});

describe('sentence', () => {
	const key = 'sk-ant-0123456789abcdef';
	const table: [string, string, string][] = [
		['ends with a stop', 'It broke', 'It broke.'],
		['is one line', 'a\r\n\tb\u0000\u001b[31mc', 'a b [31mc.'],
		['cannot turn the reading direction', 'a\u202eb', 'a b.'],
		['is cut short', 'x'.repeat(500), `${'x'.repeat(300)}…`],
		['holds no key', `bad key ${key}!`, 'bad key [key]!'],
		['holds no piece of a key', `bad key ${key.slice(0, 15)}`, 'bad key [key].'],
		['keeps what is no key', 'sk-ant is how keys begin', 'sk-ant is how keys begin.'],
	];
	for (const [name, text, expected] of table) {
		it(name, () => assert.equal(sentence(text, [key]), expected));
	}
});

describe('backoff', () => {
	it('a pause ends with its time, or with the signal', async () => {
		const start = performance.now();
		await pause(20, new AbortController().signal);
		assert.ok(performance.now() - start >= 15);
		await pause(60_000, AbortSignal.timeout(20));
		await pause(60_000, AbortSignal.abort());
	});

	it('doubles up to 20 s, and is spread', () => {
		assert.deepEqual(
			[1, 2, 3, 9].map((tried) => waitMs(tried, 1, undefined)),
			[1000, 2000, 4000, 20_000],
		);
		assert.deepEqual(
			[1, 2, 3, 9].map((tried) => waitMs(tried, 0, undefined)),
			[500, 1000, 2000, 10_000],
		);
	});
	const table: [Record<string, string>, number | undefined][] = [
		[{}, undefined],
		[{ 'retry-after': '7' }, 7000],
		[{ 'retry-after': '-7' }, undefined],
		[{ 'retry-after': 'Thu, 01 Jan 1970 00:00:09 GMT' }, 9000],
		[{ 'retry-after': 'soon' }, undefined],
		[{ 'retry-after-ms': '120', 'retry-after': '7' }, 120],
	];
	for (const [headers, expected] of table) {
		it(JSON.stringify(headers), () => assert.equal(retryAfterMs(new Headers(headers), 0), expected));
	}
});
