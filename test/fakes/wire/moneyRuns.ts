// Random runs of real calls against random providers, and what the provider's own meter says of each. Used by the unit
// suite (some hundred runs) and by the bench (20,000, and with processes that are killed).
import { setImmediate as soon } from 'node:timers/promises';
import type { Journal } from '../../../src/core/effects';
import { type JournalEntry, Ledger } from '../../../src/core/ledger';
import type { ChatMessage, ChatReply, ChatRequest } from '../../../src/core/model';
import { nanoUsd } from '../../../src/core/money';
import type { Price } from '../../../src/core/price';
import { rateOf } from '../../../src/core/price';
import { AttemptPurse } from '../../../src/core/purse';
import { PricedModel } from '../../../src/models/gateway';
import type { Wire } from '../../../src/models/wire';
import { Chance, words } from './chance';
import type { Dialect } from './dialects';
import { hostile } from './hostility';
import type { Bill } from './meter';
import { PlainWire } from './plainWire';
import { WireServer } from './server';

export type WireOf = (dialect: Dialect, base: string, key: string) => Wire;
export const plainWires: WireOf = (_, base, key) => new PlainWire(base, key);

export interface Counts {
	runs: number;
	calls: number;
	replied: number;
	cancelled: number;
	/** Runs whose metered total passed the bid. */
	over: string[];
	/** Calls whose ledger figure is not the meter's, where usage was reported honestly and believed. */
	unequal: string[];
	/** Calls that were compared to the nano-dollar. */
	compared: number;
	/** Calls that came in though the account could not hold their worst case. */
	unaffordable: string[];
	/** Calls without a reservation before them, or with one that is too small, or two for one. */
	unreserved: string[];
	/** Whole answers with honest usage that were not settled by it. */
	disbelieved: string[];
	/** Replies that held a key, or a call that went elsewhere. */
	leaks: string[];
	endings: Record<string, number>;
	meterNano: bigint;
	ledgerNano: bigint;
}

export function noCounts(): Counts {
	return {
		runs: 0,
		calls: 0,
		replied: 0,
		cancelled: 0,
		over: [],
		unequal: [],
		compared: 0,
		unaffordable: [],
		unreserved: [],
		disbelieved: [],
		leaks: [],
		endings: {},
		meterNano: 0n,
		ledgerNano: 0n,
	};
}

/** Prices, tokenizers and behaviour follow from the names alone, so that processes need not agree on anything else. */
export async function hostileServer(elsewhere: string): Promise<WireServer> {
	const server = await WireServer.start({
		price: priceOf,
		bytesPerToken: (model) => {
			const chance = new Chance(`${model} size`);
			return chance.chance(0.2) ? 1 : 1 + chance.next() * 4;
		},
		cache: (asked, input) => {
			const chance = new Chance(`${asked.model} cache ${input}`);
			if (asked.dialect === 'google' || asked.dialect === 'openai-compatible') {
				return { read: chance.chance(0.4) ? chance.whole(0, input) : 0, write: 0 };
			}
			const known = priceOf(asked.model).cacheWrite !== undefined;
			const read = chance.chance(0.4) ? chance.whole(0, Math.floor(input / 2)) : 0;
			return { read, write: known && chance.chance(0.4) ? chance.whole(0, input - read) : 0 };
		},
		keep: 0,
	});
	const counts = new Map<string, number>();
	server.behave = (asked) => {
		const count = (counts.get(asked.key ?? '') ?? 0) + 1;
		counts.set(asked.key ?? '', count);
		const chance = new Chance(`${asked.key} ${asked.model} ${count}`);
		const behaviour = hostile(chance, asked, `${elsewhere}/v1/chat/completions`);
		// A lie of a tenth is in the plausible where tokens are small: out of reach of anybody's judgement.
		const fine = new Chance(`${asked.model} size`).chance(0.2);
		return behaviour.kind === 'answer' && behaviour.report === 'tenth' && fine
			? { ...behaviour, report: 'zero' }
			: behaviour;
	};
	return server;
}

export function priceOf(model: string): Price {
	const chance = new Chance(`${model} price`);
	// What a dialect never tells apart has no price of its own there.
	const writes =
		chance.chance(0.5) && (dialectOf(model) === 'anthropic' || dialectOf(model) === 'openrouter');
	const thinks = dialectOf(model) !== 'anthropic';
	const input = Math.round(chance.spread(10_000_000, 15_000_000_000));
	const output = Math.round(input * chance.spread(1, 8));
	const rates = (factor: number) => ({
		input: rateOf(Math.round(input * factor)),
		output: rateOf(Math.round(output * factor)),
		...(chance.chance(0.6) ? { cacheRead: rateOf(Math.round(input * factor * 0.1)) } : {}),
		...(writes ? { cacheWrite: rateOf(Math.round(input * factor * 1.25)) } : {}),
		...(chance.chance(0.2) && thinks
			? { reasoning: rateOf(Math.round(output * factor * chance.spread(0.5, 3))) }
			: {}),
	});
	return {
		...rates(1),
		...(chance.chance(0.15) ? { request: nanoUsd(chance.whole(1, 2_000_000)) } : {}),
		tiers: chance.chance(0.3)
			? [
					{ inputTokensAbove: chance.whole(50, 400), ...rates(chance.spread(0.5, 3)) },
					{ inputTokensAbove: chance.whole(400, 900), ...rates(chance.spread(1, 4)) },
				]
			: [],
	};
}

function dialectOf(model: string): Dialect {
	return model.slice(0, model.indexOf('--')) as Dialect;
}

/** Bid and run are in the key: whoever sees the key knows the bid. */
export function keyOf(run: string, bid: number): string {
	return `sk.${run}.${bid}.0123456789abcdef`;
}

export function bidOf(key: string): number {
	return Number(key.split('.')[2]);
}

interface Place {
	readonly origin: string;
	base(dialect: Dialect): string;
}

const DIALECTS: readonly [Dialect, ...Dialect[]] = ['openai-compatible', 'openrouter', 'anthropic', 'google'];

/** One run: some attempts with some models under one bid. Adds the replies to the counts. */
export async function oneRun(
	run: string,
	server: Place,
	wires: WireOf,
	journal: Journal,
	counts: Counts,
	onBid: (key: string, bid: number) => void = () => undefined,
	dialects: readonly [Dialect, ...Dialect[]] = DIALECTS,
): Promise<{ readonly key: string; readonly bid: number; readonly replied: ReadonlySet<string> }> {
	const chance = new Chance(run);
	const models = Array.from(
		{ length: chance.whole(1, 3) },
		(_, at) => `${chance.pick(dialects)}--${run}-${at}`,
	);
	const first = priceOf(models[0] ?? '');
	const bid = nanoUsd(Math.round(((first.input * 3000 + first.output * 800) / 1e6) * chance.spread(0.2, 12)));
	const key = keyOf(run, bid);
	onBid(key, bid);
	const ledger = new Ledger(bid, run);
	let reserved = '';
	const replied = new Set<string>();
	const noting: Journal = {
		append: (entry) => journal.append(entry),
		reserve: async (entry) => {
			reserved = entry.id;
			return journal.reserve(entry);
		},
	};
	// Each request carries the name of its reservation, so that meter and ledger can be set side by side.
	const fetch: typeof globalThis.fetch = (input, init) => {
		const headers = new Headers(init?.headers);
		headers.set('x-call', reserved);
		return globalThis.fetch(input, { ...init, headers });
	};
	const sellers = models.map((name) => {
		const dialect = dialectOf(name);
		return new PricedModel({
			id: name,
			provider: dialect,
			label: name,
			price: priceOf(name),
			contextTokens: chance.pick([4_000, 100_000, 1_000_000]),
			outputLimit: chance.pick([600, 4_000, 100_000]),
			callsTools: true,
			wire: wires(dialect, server.base(dialect), key),
			wireModel: name,
			hosts: [server.origin],
			currentPrice: () => undefined,
			clock: {
				nowMs: () => performance.now(),
				timeout: (ms) => {
					const end = new AbortController();
					const timer = setTimeout(() => end.abort(), ms);
					return { signal: end.signal, stop: () => clearTimeout(timer) };
				},
			},
			random: () => chance.next(),
			sleep: async () => soon(),
			limits: { headersMs: 3_000, stallMs: 3_000, bodyBytes: 3_000_000 },
			fetch: () => fetch,
		});
	});
	const attempts = chance.whole(1, 4);
	for (let attempt = 1; attempt <= attempts; attempt += 1) {
		const model = chance.pick(sellers as [PricedModel]);
		const allowance = nanoUsd(Math.floor(ledger.left * (chance.chance(0.5) ? 1 : chance.next())));
		const purse = new AttemptPurse(ledger, noting, { run, attempt, offer: model.id }, allowance);
		const frame = frameOf(chance);
		const messages: ChatMessage[] = [{ role: 'user', text: words(chance, chance.whole(1, 60)) }];
		const stop = new AbortController();
		const timer = chance.chance(0.12)
			? setTimeout(() => stop.abort(), Math.round(chance.spread(1, 60)))
			: undefined;
		for (let turn = chance.whole(1, 4); turn > 0; turn -= 1) {
			const reply = await model.send(requestOf(chance, frame, messages), purse, () => undefined, stop.signal);
			note(counts, reply, key);
			if (reply.kind !== 'replied') {
				break;
			}
			replied.add(reserved);
			messages.push({
				role: 'assistant',
				text: reply.text,
				toolCalls: reply.toolCalls,
				...(reply.echo === undefined ? {} : { echo: reply.echo }),
			});
			const results = reply.toolCalls.map(({ id, name }) => ({ callId: id, name, text: words(chance, 20) }));
			messages.push(
				results.length > 0
					? { role: 'tool', results }
					: { role: 'user', text: words(chance, chance.whole(1, 30)) },
			);
		}
		clearTimeout(timer);
		await purse.close();
	}
	counts.runs += 1;
	counts.ledgerNano += BigInt(ledger.spent);
	return { key, bid, replied };
}

/** Sets the meter's side against the journal's. */
export function compare(
	key: string,
	bid: number,
	bills: readonly Bill[],
	entries: readonly JournalEntry[],
	replied: ReadonlySet<string>,
	counts: Counts,
): void {
	const total = bills.reduce((sum, bill) => sum + bill.amount, 0n);
	counts.meterNano += total;
	counts.calls += bills.length;
	if (total > BigInt(bid)) {
		counts.over.push(`${key}: ${total} of ${bid}`);
	}
	const seen = new Set<string>();
	for (const bill of bills) {
		const reserve = entries.find((entry) => entry.kind === 'reserve' && entry.id === bill.call);
		if (reserve?.kind !== 'reserve' || BigInt(reserve.amount) < bill.worst || seen.has(bill.call)) {
			counts.unreserved.push(`${key}: ${bill.call}`);
		}
		seen.add(bill.call);
		const settle = entries.find((entry) => entry.kind === 'settle' && entry.id === bill.call);
		if (bill.honest && settle?.kind === 'settle' && settle.cost.basis === 'billed') {
			counts.compared += 1;
			if (BigInt(settle.cost.amount) !== bill.amount) {
				counts.unequal.push(`${key} ${bill.call}: ${settle.cost.amount} of ${bill.amount}`);
			}
		}
		const estimated = settle?.kind === 'settle' && settle.cost.basis === 'estimated';
		if (bill.honest && estimated && replied.has(bill.call)) {
			counts.disbelieved.push(`${key} ${bill.call}`);
		}
	}
}

/** What stays the same through a conversation. */
function frameOf(chance: Chance): Pick<ChatRequest, 'system' | 'tools'> {
	const path = { type: 'string', description: 'relative' };
	const parameters = { type: 'object', properties: { path, from: { type: 'integer' } }, required: ['path'] };
	const read = { name: 'read', description: 'Reads a file – or a part of it.', parameters };
	return { system: words(chance, chance.whole(0, 200)), tools: chance.chance(0.25) ? [read] : [] };
}

function requestOf(
	chance: Chance,
	frame: Pick<ChatRequest, 'system' | 'tools'>,
	messages: readonly ChatMessage[],
): ChatRequest {
	return {
		...frame,
		messages: [...messages],
		outputTokens: Math.round(chance.spread(16, 3000)),
		leastOutputTokens: chance.whole(0, 16),
		effort: chance.pick(['none', 'low', 'medium', 'high']),
		...(chance.chance(0.3) ? { cacheUpTo: 0 } : {}),
		timeMs: chance.chance(0.05) ? chance.whole(5, 100) : 20_000,
	};
}

function note(counts: Counts, reply: ChatReply, key: string): void {
	const ending = reply.kind === 'failed' ? `failed ${reply.trouble}` : reply.kind;
	counts.endings[ending] = (counts.endings[ending] ?? 0) + 1;
	counts.replied += reply.kind === 'replied' ? 1 : 0;
	counts.cancelled += reply.kind === 'cancelled' ? 1 : 0;
	if ('reason' in reply && (reply.reason.includes(key) || reply.reason.includes(key.slice(0, 12)))) {
		counts.leaks.push(`${key}: ${reply.reason}`);
	}
}

/** Remembers what it is told, of each run apart. */
export class MemoryJournal implements Journal {
	readonly entries: JournalEntry[] = [];

	async append(entry: JournalEntry): Promise<{ readonly kind: 'done' }> {
		this.entries.push(entry);
		return { kind: 'done' };
	}

	async reserve(entry: JournalEntry & { readonly kind: 'reserve' }): Promise<{ readonly kind: 'done' }> {
		this.entries.push(entry);
		return { kind: 'done' };
	}
}

/** So many runs, some at a time, in one process. */
export async function manyRuns(
	names: readonly string[],
	wires: WireOf,
	atOnce: number,
	dialects: readonly [Dialect, ...Dialect[]] = DIALECTS,
	progress: (done: number) => void = () => undefined,
): Promise<Counts> {
	const elsewhere = await WireServer.start();
	const server = await hostileServer(elsewhere.origin);
	const counts = noCounts();
	const queue = [...names].reverse();
	const worker = async () => {
		for (let run = queue.pop(); run !== undefined; run = queue.pop()) {
			const journal = new MemoryJournal();
			const watch = (key: string, bid: number) => server.meter.watch(key, bid);
			const { key, bid, replied } = await oneRun(run, server, wires, journal, counts, watch, dialects);
			await server.meter.settled(key);
			compare(key, bid, server.meter.take(key), journal.entries, replied, counts);
			progress(counts.runs);
		}
	};
	await Promise.all(Array.from({ length: atOnce }, worker));
	counts.unaffordable.push(...server.meter.unaffordable);
	counts.leaks.push(...elsewhere.seen.map(({ path }) => `a call went elsewhere: ${path}`), ...server.faults);
	await server.close();
	await elsewhere.close();
	return counts;
}
