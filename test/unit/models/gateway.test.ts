import assert from 'node:assert/strict';
import type { Clock } from '../../../src/core/effects';
import { Ledger } from '../../../src/core/ledger';
import type { ChatReply, ChatRequest } from '../../../src/core/model';
import { nanoUsd } from '../../../src/core/money';
import { type Price, rateOf } from '../../../src/core/price';
import { AttemptPurse } from '../../../src/core/purse';
import { PricedModel, type PricedModelParts } from '../../../src/models/gateway';
import type { Behaviour } from '../../fakes/wire/behaviour';
import { MemoryJournal } from '../../fakes/wire/moneyRuns';
import { PlainWire } from '../../fakes/wire/plainWire';
import { WireServer } from '../../fakes/wire/server';

const KEY = 'sk-live-0123456789abcdef';
const price: Price = { input: rateOf(1_000_000_000), output: rateOf(2_000_000_000), tiers: [] };
const request: ChatRequest = {
	system: 'Fix the test.',
	messages: [{ role: 'user', text: 'The sum is wrong in total.ts.' }],
	tools: [],
	outputTokens: 500,
	leastOutputTokens: 50,
	effort: 'none',
	timeMs: 20_000,
};
const good: Behaviour = { kind: 'answer', answer: { text: 'Use + in place of -.' } };
const clock: Clock = {
	nowMs: () => performance.now(),
	timeout: (ms) => {
		const end = new AbortController();
		const timer = setTimeout(() => end.abort(), ms);
		return { signal: end.signal, stop: () => clearTimeout(timer) };
	},
};

describe('PricedModel', function () {
	this.timeout(20_000);
	let server: WireServer;
	let other: WireServer;
	let waits: number[];

	beforeEach(async () => {
		server = await WireServer.start({ price: () => price });
		other = await WireServer.start();
		waits = [];
	});
	afterEach(async () => {
		await server.close();
		await other.close();
	});

	function model(parts: Partial<PricedModelParts> = {}): PricedModel {
		return new PricedModel({
			id: 'acme/large',
			provider: 'acme',
			label: 'Acme Large',
			price,
			contextTokens: 100_000,
			outputLimit: 8_000,
			callsTools: true,
			wire: new PlainWire(server.base('openrouter'), KEY),
			wireModel: 'large',
			hosts: [server.origin],
			currentPrice: () => undefined,
			clock,
			random: () => 0.5,
			sleep: async (ms) => {
				waits.push(ms);
			},
			limits: { headersMs: 5_000, stallMs: 400 },
			...parts,
		});
	}

	function money(bid = 10_000_000): { ledger: Ledger; journal: MemoryJournal; purse: AttemptPurse } {
		const ledger = new Ledger(nanoUsd(bid), 'r');
		const journal = new MemoryJournal();
		const of = { run: 'r', attempt: 1, offer: 'acme/large/edit' };
		return { ledger, journal, purse: new AttemptPurse(ledger, journal, of, nanoUsd(bid)) };
	}

	async function send(
		behaviours: readonly Behaviour[],
		own: { purse: AttemptPurse } = money(),
		one: PricedModel = model(),
		asked: Partial<ChatRequest> = {},
		signal: AbortSignal = new AbortController().signal,
	): Promise<ChatReply> {
		server.script(...behaviours);
		return one.send({ ...request, ...asked }, own.purse, () => undefined, signal);
	}

	const kept = (entry: unknown): unknown[] => {
		const { kind, cost, doubt } = entry as {
			kind: string;
			cost?: { amount: number; basis: string };
			doubt?: number;
		};
		return cost === undefined
			? [kind]
			: [kind, cost.basis, cost.amount, ...(doubt === undefined ? [] : [doubt])];
	};

	it('a call is reserved, sent, and settled at what was billed', async () => {
		const own = money();
		const reply = await send([good], own);
		assert.ok(reply.kind === 'replied' && reply.text === 'Use + in place of -.');
		assert.deepEqual(
			own.journal.entries.map((entry) => entry.kind),
			['reserve', 'settle'],
		);
		assert.equal(BigInt(own.ledger.spent), server.meter.total(KEY));
		assert.ok(own.ledger.spent > 0);
		assert.deepEqual(server.faults, []);
	});

	it('the text is told as it comes', async () => {
		let text = '';
		server.script(good);
		await model().send(
			request,
			money().purse,
			(piece) => {
				text += piece;
			},
			new AbortController().signal,
		);
		assert.equal(text, 'Use + in place of -.');
	});

	it('nothing leaves before the reservation is on disk', async () => {
		const own = money();
		let arrivedBefore = -1;
		const purse = new AttemptPurse(
			own.ledger,
			{
				append: async () => ({ kind: 'done' }),
				reserve: async () => {
					await new Promise((resolve) => setTimeout(resolve, 50));
					arrivedBefore = server.seen.length;
					return { kind: 'done' };
				},
			},
			{ run: 'r', attempt: 1, offer: 'o' },
			own.ledger.bid,
		);
		assert.equal((await send([good], { purse })).kind, 'replied');
		assert.equal(arrivedBefore, 0);
	});

	it('the output limit is clamped to what the purse holds', async () => {
		const own = money(600_000);
		await send([good], own);
		const limit = server.seen[0]?.limit ?? 0;
		assert.ok(limit >= 50 && limit < 500, String(limit));
	});

	it('what cannot be afforded at the worst is not sent, and says what it needs', async () => {
		const reply = await send([good], money(100_000));
		assert.ok(reply.kind === 'unaffordable' && reply.needs > 100_000);
		assert.equal(server.seen.length, 0);
		const enough = await send([], money(reply.needs));
		assert.equal(enough.kind, 'replied');
	});

	it('a prompt that leaves no room for an answer is not sent', async () => {
		const reply = await send([good], money(), model({ contextTokens: 60 }));
		assert.ok(reply.kind === 'failed' && reply.trouble === 'request');
		assert.equal(server.seen.length, 0);
	});

	it('a purse that is shut says so', async () => {
		const own = money();
		await own.purse.close();
		assert.equal((await send([good], own)).kind, 'closed');
	});

	it('what is dearer now than it was quoted is not sent', async () => {
		const now: Price = { ...price, output: rateOf(2_000_000_001) };
		const reply = await send([good], money(), model({ currentPrice: () => now }));
		assert.ok(
			reply.kind === 'failed' && reply.trouble === 'price' && /underbid models --refresh/.test(reply.reason),
		);
		assert.equal(server.seen.length, 0);
	});

	const settlements: [string, Behaviour, 'replied' | 'failed' | 'timedOut', string, boolean][] = [
		['usage twice: the last stands', { ...good, report: 'twice', cost: false }, 'replied', 'billed', false],
		['no usage', { ...good, report: 'missing', cost: false }, 'replied', 'estimated', false],
		['negative usage', { ...good, report: 'negative', cost: false }, 'replied', 'estimated', false],
		['usage of zero', { ...good, report: 'zero', cost: false }, 'replied', 'billed', true],
		['huge usage', { ...good, report: 'huge', cost: false }, 'replied', 'estimated', false],
		['a cost of zero', { ...good, cost: 0 }, 'replied', 'billed', true],
		[
			'a truncated stream',
			{ ...good, breaks: { kind: 'truncate', atByte: 400 } },
			'failed',
			'estimated',
			false,
		],
		[
			'a broken connection',
			{ ...good, everyMs: 10, breaks: { kind: 'disconnect', atByte: 400 } },
			'failed',
			'estimated',
			false,
		],
		['an error in the stream', { ...good, breaks: { kind: 'errorEvent' } }, 'failed', 'estimated', false],
		[
			'a stream that stands still',
			{ ...good, breaks: { kind: 'stall', atByte: 400 } },
			'failed',
			'estimated',
			false,
		],
		['a stream without an end', { ...good, breaks: { kind: 'endless' } }, 'failed', 'estimated', false],
		[
			'deeply nested JSON',
			{ ...good, breaks: { kind: 'jsonBomb', depth: 100_000 } },
			'failed',
			'estimated',
			false,
		],
		['a gzip bomb', { kind: 'gzipBomb', bytes: 30_000_000 }, 'failed', 'estimated', false],
		['headers without an end', { kind: 'headerFlood', bytes: 10_000_000_000 }, 'failed', 'estimated', false],
		['a hotel network', { kind: 'raw', type: 'text/html', body: '<html>' }, 'failed', 'estimated', false],
		['a bad key', { kind: 'status', status: 401 }, 'failed', 'billed', false],
		['no such model', { kind: 'status', status: 404 }, 'failed', 'billed', false],
		['a redirect', { kind: 'redirect', status: 307, to: 'http://127.0.0.1:9/' }, 'failed', 'billed', false],
	];
	for (const [name, behaviour, kind, basis, doubted] of settlements) {
		it(`settles ${name}`, async () => {
			const own = money();
			const reply = await send([behaviour], own);
			assert.equal(reply.kind, kind, JSON.stringify(reply));
			const settle = own.journal.entries.findLast((entry) => entry.kind === 'settle');
			assert.ok(settle?.kind === 'settle');
			assert.equal(settle.cost.basis, basis);
			assert.equal((settle.doubt ?? 0) > 0, doubted);
			const reserve = own.journal.entries.find((entry) => entry.kind === 'reserve');
			assert.ok(reserve?.kind === 'reserve');
			if (basis === 'estimated') {
				assert.equal(settle.cost.amount, reserve.amount);
			}
			await server.quiet();
			assert.ok(server.meter.total(KEY) <= BigInt(own.ledger.spent + own.ledger.doubted));
			if (reply.kind === 'failed') {
				assert.match(reply.reason, /^[^\n]{1,320}[.…]$/);
			}
		});
	}

	it('a redirect takes no key anywhere', async () => {
		const reply = await send([{ kind: 'redirect', status: 302, to: `${other.origin}/v1/chat/completions` }]);
		assert.ok(reply.kind === 'failed' && /redirects to another host/.test(reply.reason));
		assert.equal(other.seen.length, 0);
	});

	it('a provider that bills above its price gets this money and no more', async () => {
		const own = money();
		const one = model();
		assert.equal((await send([{ ...good, cost: 3 }], own, one)).kind, 'replied');
		const next = await send([good], own, one);
		assert.ok(next.kind === 'failed' && next.trouble === 'price', JSON.stringify(next));
		assert.equal(server.seen.length, 1);
		assert.deepEqual(kept(own.journal.entries[1]).slice(0, 2), ['settle', 'billed']);
	});

	it('a storm of 429 costs nothing, waits longer each time, and ends as busy', async () => {
		const own = money();
		const storm: Behaviour[] = Array.from({ length: 20 }, () => ({ kind: 'status', status: 429 }));
		const reply = await send(storm, own, model(), { timeMs: 600_000 });
		assert.ok(reply.kind === 'failed' && reply.trouble === 'busy');
		assert.equal(own.ledger.left, own.ledger.bid);
		assert.deepEqual(waits, [750, 1500, 3000, 6000, 12_000, 15_000, 15_000]);
	});

	const asked: [string, string | undefined, number, number[]][] = [
		['in seconds', '7', 600_000, [7125]],
		['a date that is past', 'Wed, 21 Oct 2015 07:28:00 GMT', 600_000, [375]],
		['nonsense', 'soon', 600_000, [750]],
		['too long for anybody', '3600', 600_000, []],
		['more than half of the time that is left', '7', 10_000, []],
	];
	for (const [name, retryAfter, timeMs, expected] of asked) {
		it(`Retry-After ${name}`, async () => {
			const busy: Behaviour = {
				kind: 'status',
				status: 429,
				...(retryAfter === undefined ? {} : { retryAfter }),
			};
			const reply = await send([busy, good], money(), model(), { timeMs });
			assert.deepEqual(waits, expected);
			assert.equal(reply.kind, expected.length === 0 ? 'failed' : 'replied');
		});
	}

	it('each try is paid for by itself: a 500 counts at its worst, and is tried once more', async () => {
		const own = money();
		const reply = await send([{ kind: 'status', status: 500 }, { kind: 'status', status: 502 }, good], own);
		assert.ok(reply.kind === 'failed' && reply.trouble === 'down');
		assert.deepEqual(
			own.journal.entries.map(({ kind }) => kind),
			['reserve', 'settle', 'reserve', 'settle'],
		);
		assert.ok(own.purse.spent.estimated > 0 && own.purse.spent.billed === 0);
	});

	it('nobody there: released, nothing spent', async () => {
		const own = money();
		await other.close();
		const nowhere = model({ wire: new PlainWire(`${other.origin}/v1`, KEY), hosts: [other.origin] });
		const reply = await send([], own, nowhere);
		assert.ok(
			reply.kind === 'failed' && reply.trouble === 'down' && /refused|address/.test(reply.reason),
			JSON.stringify(reply),
		);
		assert.equal(own.journal.entries.at(-1)?.kind, 'release');
		assert.equal(own.ledger.left, own.ledger.bid);
	});

	it('cancelled in the middle: the server sees the close, the worst case is settled', async () => {
		const own = money();
		const stop = new AbortController();
		server.script({ ...good, answer: { text: 'word '.repeat(300) }, everyMs: 20 });
		const reply = await model().send(request, own.purse, () => stop.abort(), stop.signal);
		assert.equal(reply.kind, 'cancelled');
		assert.equal(own.ledger.spent, own.purse.spent.estimated);
		assert.ok(own.ledger.spent > 0);
		await server.quiet();
		assert.equal(server.seen[0]?.closedEarly, true);
	});

	it('cancelled before it left: nothing is sent, nothing kept', async () => {
		const own = money();
		assert.equal((await send([good], own, model(), {}, AbortSignal.abort())).kind, 'cancelled');
		assert.deepEqual([server.seen.length, own.ledger.spent], [0, 0]);
	});

	it('a time limit ends a hanging call', async () => {
		const own = money();
		const reply = await send([{ kind: 'hang' }], own, model(), { timeMs: 100 });
		assert.equal(reply.kind, 'timedOut');
		assert.ok(own.purse.spent.estimated > 0);
	});

	it('a refusal of the content is the provider’s, and paid as reported', async () => {
		const own = money();
		const reply = await send([{ kind: 'answer', answer: { text: 'No.', finish: 'refused' } }], own);
		assert.ok(reply.kind === 'failed' && reply.trouble === 'refused');
		assert.equal(BigInt(own.ledger.spent), server.meter.total(KEY));
	});

	it('tool calls come whole, with their usage', async () => {
		const tools = [{ id: 'c1', name: 'read', arguments: '{"path":"total.ts"}' }];
		const reply = await send([{ kind: 'answer', answer: { tools } }]);
		assert.ok(reply.kind === 'replied' && reply.finish === 'tools');
		assert.deepEqual(reply.toolCalls, tools);
		assert.ok((reply.usage?.outputTokens ?? 0) > 0);
	});

	it('no reason ever holds the key, whole or cut, nor a control character', async () => {
		for (const body of [
			`{"error":{"message":"bad key ${KEY}\\u0000"}}`,
			`no ${KEY.slice(0, 14)}`,
			`\u001b[31m${'x'.repeat(290)}${KEY}`,
		]) {
			const reply = await send([{ kind: 'status', status: 401, body }]);
			assert.ok(reply.kind === 'failed');
			assert.ok(!reply.reason.includes(KEY.slice(0, 12)), reply.reason);
			// biome-ignore lint/suspicious/noControlCharactersInRegex: none may be there
			assert.doesNotMatch(reply.reason, /[\u0000-\u001f]/);
			assert.ok(reply.reason.length <= 301);
		}
	});

	it('a wire that asks twice, or elsewhere, or for more, is stopped before it leaves', async () => {
		const wires: [string, (fetch: typeof globalThis.fetch) => Promise<unknown>][] = [
			['elsewhere', (fetch) => post(fetch, `${other.origin}/v1/chat/completions`, { max_tokens: 500 })],
			['more', (fetch) => post(fetch, `${server.base('openrouter')}/chat/completions`, { max_tokens: 501 })],
			['no limit', (fetch) => post(fetch, `${server.base('openrouter')}/chat/completions`, {})],
			[
				'copies',
				(fetch) => post(fetch, `${server.base('openrouter')}/chat/completions`, { max_tokens: 500, n: 2 }),
			],
			[
				'text',
				(fetch) =>
					post(fetch, `${server.base('openrouter')}/chat/completions`, {
						max_tokens: 500,
						messages: ['x'.repeat(5000)],
					}),
			],
			['get', (fetch) => fetch(`${server.base('openrouter')}/chat/completions`)],
		];
		for (const [name, ask] of wires) {
			const own = money();
			const wire = {
				async *stream({ fetch }: { fetch: typeof globalThis.fetch }) {
					await ask(fetch);
					yield { kind: 'text' as const, text: '' };
				},
			};
			const reply = await send([], own, model({ wire }));
			assert.ok(reply.kind === 'failed' && reply.trouble === 'request', `${name} ${JSON.stringify(reply)}`);
			assert.equal(own.ledger.left, own.ledger.bid, name);
		}
		assert.equal(server.seen.length + other.seen.length, 0);
	});
});

function post(fetch: typeof globalThis.fetch, url: string, body: unknown): Promise<Response> {
	return fetch(url, {
		method: 'POST',
		body: JSON.stringify(body),
		headers: { authorization: `Bearer ${KEY}` },
	});
}
