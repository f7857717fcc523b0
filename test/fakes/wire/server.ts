// A provider over real HTTP. It speaks the four dialects by path, does what its script or its `behave` function says,
// writes down every request, and keeps a meter that bills what was really sent.
//
//   const server = await WireServer.start({ price: () => price });      // await server.close() at the end
//   server.script({ kind: 'answer', answer: { text: 'hi' } }, { kind: 'status', status: 429 });  // next requests, in order
//   server.behave = (asked, seen) => …                                  // when the script is empty; by default: a short answer
//   server.base('openai-compatible')                                    // base URL that the dialect's client wants
//   server.seen[0] → { dialect, model, limit, key, body, text, path, method, headers, closedEarly }
//   server.meter.total(key), server.meter.bills, server.meter.unaffordable (calls that could have passed watch(key, bid))
//
// behaviour.ts lists what it can do, break and lie about; dialects.ts has the formats. `server.quiet()` resolves when no
// request is open. A request with no or a wrong output limit is in `server.faults`. GET paths: `server.get[path] = body`.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { createGzip } from 'node:zlib';
import { type Price, rateOf } from '../../../src/core/price';
import type { Answer, Behaviour, Break } from './behaviour';
import { type Asked, type Dialect, errorBody, errorEvent, events, read } from './dialects';
import { costText, Meter, promptTokens, tokensOf, type Used } from './meter';

export interface Seen extends Asked {
	readonly method: string;
	readonly path: string;
	readonly headers: Readonly<Record<string, string | string[] | undefined>>;
	/** The body as it came. */
	readonly text: string;
	/** True when the client closed the connection before the answer was over. */
	closedEarly: boolean;
}

interface Options {
	/** What is published for a model. $1 and $2 per million unless told. */
	readonly price?: (model: string) => Price;
	/** How coarse a model's tokens are, 4 unless told; 1 is the worst there is. */
	readonly bytesPerToken?: (model: string) => number;
	/** How much of a prompt came from or went to a cache, tokens. None unless told. */
	readonly cache?: (asked: Asked, input: number) => { readonly read: number; readonly write: number };
	/** Requests that are kept in `seen`; all unless told. */
	readonly keep?: number;
}

export const BASES: Record<Dialect, string> = {
	'openai-compatible': '/v1',
	openrouter: '/api/v1',
	anthropic: '/v1',
	google: '/v1beta',
};
/** Turned away before any work: nobody bills these. */
export const NO_WORK: ReadonlySet<number> = new Set([
	400, 401, 402, 403, 404, 405, 413, 415, 422, 429, 503, 529,
]);

export class WireServer {
	readonly meter = new Meter();
	readonly seen: Seen[] = [];
	readonly faults: string[] = [];
	readonly get: Record<string, string> = {};
	/** Of every GET, in the place of 200 and 404. */
	getStatus: number | undefined;
	behave: (asked: Asked, seen: Seen) => Behaviour = () => ({
		kind: 'answer',
		answer: { text: 'Nothing was asked of me.' },
	});
	/** Hears each key before its call is metered. */
	onKey: (key: string) => void = () => undefined;
	private readonly queue: Behaviour[] = [];
	private readonly running = new Set<Promise<void>>();

	private constructor(
		private readonly http: Server,
		readonly origin: string,
		private readonly options: Options,
	) {}

	static async start(options: Options = {}): Promise<WireServer> {
		const http = createServer({ keepAliveTimeout: 60_000 });
		await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
		const { port } = http.address() as AddressInfo;
		const server = new WireServer(http, `http://127.0.0.1:${port}`, options);
		http.on('request', (request: IncomingMessage, response: ServerResponse) => {
			const done = server.answer(request, response).catch(() => {
				response.destroy();
			});
			server.running.add(done);
			void done.then(() => server.running.delete(done));
		});
		return server;
	}

	base(dialect: Dialect): string {
		return this.origin + BASES[dialect];
	}

	script(...behaviours: readonly Behaviour[]): void {
		this.queue.push(...behaviours);
	}

	async quiet(): Promise<void> {
		while (this.running.size > 0) {
			await Promise.all(this.running);
		}
	}

	async close(): Promise<void> {
		this.http.closeAllConnections();
		await new Promise<void>((resolve) => this.http.close(() => resolve()));
		await this.quiet();
	}

	private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
		response.setMaxListeners(0).on('error', () => undefined);
		const path = request.url ?? '/';
		const chunks: Buffer[] = [];
		for await (const chunk of request) {
			chunks.push(chunk as Buffer);
		}
		const text = Buffer.concat(chunks).toString();
		if (request.method === 'GET') {
			const body = this.get[path];
			response.writeHead(this.getStatus ?? (body === undefined ? 404 : 200), {
				'content-type': 'application/json',
			});
			response.end(body ?? '{}');
			return;
		}
		const body = objectOf(text);
		const asked = read(path, request.headers, body);
		const seen: Seen = {
			...(asked ?? { dialect: 'openai-compatible', model: '', limit: undefined, key: undefined, body }),
			method: request.method ?? '',
			path,
			headers: request.headers,
			text,
			closedEarly: false,
		};
		this.seen.push(seen);
		if (this.options.keep !== undefined && this.seen.length > this.options.keep) {
			this.seen.shift();
		}
		if (asked === undefined) {
			response
				.writeHead(404, { 'content-type': 'application/json' })
				.end('{"error":{"message":"no such path"}}');
			return;
		}
		if (asked.limit === undefined || !Number.isSafeInteger(asked.limit) || asked.limit < 1) {
			this.faults.push(`${path}: output limit ${asked.limit}`);
		}
		const behaviour = this.queue.shift() ?? this.behave(asked, seen);
		await this.perform(asked, seen, behaviour, response);
	}

	private async perform(asked: Asked, seen: Seen, behaviour: Behaviour, response: ServerResponse) {
		const price = this.options.price?.(asked.model) ?? DEFAULT_PRICE;
		const size = this.options.bytesPerToken?.(asked.model) ?? 4;
		const account = asked.key ?? '';
		const limit = asked.limit ?? 4096;
		const input = promptTokens(asked.body, size);
		this.onKey(account);
		const call = this.meter.open(account, price, input, limit, String(seen.headers['x-call'] ?? ''));
		const bill = (used: Used | undefined, honest: boolean) =>
			this.meter.close(call, account, asked.model, price, used, honest);
		// What nobody sees is billed as if all that was asked for had been written.
		const most: Used = { input, cacheRead: 0, cacheWrite: 0, output: limit, reasoning: 0 };
		const closed = new Promise<void>((resolve) => {
			const end = () => {
				seen.closedEarly = !response.writableFinished;
				bill(most, false);
				resolve();
			};
			response.once('close', end);
			// The client may have gone while its request was read.
			if (response.destroyed || response.closed) {
				end();
			}
		});
		switch (behaviour.kind) {
			case 'status': {
				bill(NO_WORK.has(behaviour.status) ? undefined : most, false);
				response.writeHead(behaviour.status, {
					'content-type': 'application/json',
					...(behaviour.retryAfter === undefined ? {} : { 'retry-after': behaviour.retryAfter }),
				});
				response.end(behaviour.body ?? errorBody(asked.dialect, behaviour.status, 'No.'));
				return closed;
			}
			case 'redirect':
				bill(undefined, false);
				response.writeHead(behaviour.status, { location: behaviour.to }).end();
				return closed;
			case 'hang':
				return closed;
			case 'drop':
				bill(most, false);
				response.socket?.destroy();
				return closed;
			case 'headerFlood':
				await flood(response, behaviour.bytes);
				return;
			case 'gzipBomb':
				bill(most, false);
				response.writeHead(200, { 'content-type': 'text/event-stream', 'content-encoding': 'gzip' });
				await bomb(response, behaviour.bytes);
				return;
			case 'raw':
				bill(most, false);
				response.writeHead(200, { 'content-type': behaviour.type }).end(behaviour.body);
				return closed;
			case 'answer': {
				await behaviour.after;
				const { answer, output, reasoning } = fit(behaviour.answer, limit, size);
				const cache = this.options.cache?.(asked, input) ?? { read: 0, write: 0 };
				const used: Used = { input, cacheRead: cache.read, cacheWrite: cache.write, output, reasoning };
				const report = behaviour.report ?? 'honest';
				const cost = behaviour.cost === false ? undefined : costText(price, used, behaviour.cost ?? 1);
				const told = asked.dialect === 'openrouter' && behaviour.cost !== undefined ? 'cost' : report;
				const honest = (told === 'honest' || told === 'twice') && behaviour.breaks === undefined;
				const out = events(asked, answer, used, report, cost, behaviour.chunk ?? 20);
				const endless = behaviour.breaks?.kind === 'endless';
				await this.stream(asked, behaviour, out, response, () => bill(endless ? most : used, honest));
				return;
			}
		}
	}

	/** `bill` is called once all but the last bytes are out, or at the break. */
	private async stream(
		asked: Asked,
		behaviour: Behaviour & { kind: 'answer' },
		events: readonly string[],
		response: ServerResponse,
		bill: () => void,
	): Promise<void> {
		const breaks: Break | undefined = behaviour.breaks;
		response.writeHead(200, {
			'content-type': breaks?.kind === 'wrongType' ? breaks.type : 'text/event-stream; charset=utf-8',
			...(asked.dialect === 'openrouter' ? { 'x-generation-id': 'gen-1' } : {}),
			...behaviour.headers,
		});
		const cut = breaks !== undefined && 'atByte' in breaks ? breaks.atByte : Number.POSITIVE_INFINITY;
		let sent = 0;
		const write = async (bytes: Buffer): Promise<boolean> => {
			const part = bytes.subarray(0, Math.max(0, cut - sent));
			sent += part.length;
			if (part.length > 0 && !response.write(part)) {
				await drained(response);
			}
			return !response.destroyed && part.length === bytes.length;
		};
		const head =
			breaks?.kind === 'invalidUtf8' ? Buffer.from([0x64, 0x61, 0xff, 0xc0, 0xfe, 0x0a, 0x0a]) : undefined;
		const bombs = breaks?.kind === 'jsonBomb' ? `data: ${'[{"a":'.repeat(breaks.depth)}\n\n` : '';
		const parts = [...(head === undefined ? [] : [head]), ...(bombs === '' ? [] : [Buffer.from(bombs)])];
		const broken = breaks?.kind === 'errorEvent' ? Math.ceil(events.length / 2) : events.length;
		parts.push(...events.slice(0, broken).map((event) => Buffer.from(event)));
		if (breaks?.kind === 'errorEvent') {
			parts.push(Buffer.from(errorEvent(asked.dialect, breaks.message ?? 'The upstream broke.')));
		}
		const middle = Math.floor((events.length - 1) / 2);
		for (let at = 0; at < parts.length || breaks?.kind === 'endless'; at += 1) {
			const part = parts[breaks?.kind === 'endless' ? Math.min(at, middle) : at];
			if (at >= parts.length - 1) {
				bill();
			}
			if (part === undefined || !(await write(part))) {
				break;
			}
			if ((behaviour.everyMs ?? 0) > 0) {
				await sleep(behaviour.everyMs);
			}
		}
		bill();
		if (breaks?.kind === 'disconnect') {
			response.destroy();
		} else if (breaks?.kind === 'stall' && !response.destroyed) {
			await gone(response);
		} else {
			response.end();
		}
	}
}

const DEFAULT_PRICE: Price = {
	input: rateOf(1_000_000_000),
	output: rateOf(2_000_000_000),
	tiers: [],
};

/** Cuts an answer at the limit as a provider would, and counts it. */
function fit(
	answer: Answer,
	limit: number,
	size: number,
): { answer: Answer; output: number; reasoning: number } {
	const hidden = Math.min(limit, answer.hiddenReasoning ?? 0);
	let room = limit - hidden;
	const take = (text: string): string => {
		const taken = tokensOf(text, size) <= room ? text : cutTo(text, Math.floor(room * size));
		room -= tokensOf(taken, size);
		return taken;
	};
	const thought = take(answer.reasoning ?? '');
	const reasoning = limit - room;
	const text = take(answer.text ?? '');
	const tools = (answer.tools ?? []).filter((tool) => {
		const tokens = tokensOf(tool.name + tool.arguments, size);
		const fits = tokens <= room;
		room -= fits ? tokens : 0;
		return fits;
	});
	const whole = text === (answer.text ?? '') && tools.length === (answer.tools ?? []).length;
	const finish = !whole ? 'length' : (answer.finish ?? (tools.length > 0 ? 'tools' : 'stop'));
	return { answer: { ...answer, text, reasoning: thought, tools, finish }, output: limit - room, reasoning };
}

function cutTo(text: string, bytes: number): string {
	let out = '';
	let size = 0;
	for (const letter of text) {
		size += Buffer.byteLength(letter);
		if (size > bytes) {
			break;
		}
		out += letter;
	}
	return out;
}

async function flood(response: ServerResponse, bytes: number): Promise<void> {
	const socket = response.socket;
	if (socket === null) {
		return;
	}
	socket.on('error', () => undefined);
	socket.write('HTTP/1.1 200 OK\r\nx-flood: ');
	const chunk = Buffer.alloc(64 * 1024, 'a');
	for (let sent = 0; sent < bytes && !socket.destroyed; sent += chunk.length) {
		if (!socket.write(chunk)) {
			await drained(socket);
		}
	}
	socket.destroy();
}

async function bomb(response: ServerResponse, bytes: number): Promise<void> {
	const gzip = createGzip({ level: 9 });
	gzip.on('error', () => undefined);
	gzip.pipe(response);
	const chunk = Buffer.alloc(1024 * 1024, 0x20);
	for (let sent = 0; sent < bytes && !response.destroyed; sent += chunk.length) {
		if (!gzip.write(chunk)) {
			await drained(gzip, response);
		}
	}
	gzip.end();
	await gone(response);
	gzip.destroy();
}

/** Resolves when more can be written, or nothing ever. */
function drained(stream: Writable, response: Writable = stream): Promise<void> {
	return new Promise((resolve) => {
		if (response.destroyed || response.closed || !stream.writableNeedDrain) {
			resolve();
			return;
		}
		stream.once('drain', resolve);
		response.once('close', () => resolve());
	});
}

function gone(response: Writable): Promise<void> {
	return new Promise((resolve) => {
		if (response.destroyed || response.closed) {
			resolve();
			return;
		}
		response.once('close', () => resolve());
	});
}

function objectOf(text: string): Record<string, unknown> {
	try {
		const value: unknown = JSON.parse(text);
		return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
	} catch {
		return {};
	}
}
