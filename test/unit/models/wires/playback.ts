// A server that answers with bytes written down beforehand, and what is needed to ask it.
import {
	createServer,
	type IncomingHttpHeaders,
	type IncomingMessage,
	type Server,
	type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { performance } from 'node:perf_hooks';
import type { Endpoint } from '../../../../src/core/endpoint';
import type { ChatRequest } from '../../../../src/core/model';
import { rateOf } from '../../../../src/core/price';
import { wireFor } from '../../../../src/models/providers';
import type { WirePart, WireRequest } from '../../../../src/models/wire';

export interface Recorded {
	readonly status?: number;
	readonly headers?: Readonly<Record<string, string>>;
	readonly body: string;
	/** The connection stays open after the body. */
	readonly open?: boolean;
}

export interface Heard {
	readonly path: string;
	readonly headers: IncomingHttpHeaders;
	readonly body: Record<string, unknown>;
	closedAt: number | undefined;
}

export class Playback {
	readonly heard: Heard[] = [];
	next: Recorded = { body: '' };

	private constructor(private readonly server: Server) {
		server.on('request', (request: IncomingMessage, response: ServerResponse) => {
			const chunks: Buffer[] = [];
			request.on('data', (chunk: Buffer) => chunks.push(chunk));
			request.on('end', () => this.answer(request, Buffer.concat(chunks).toString(), response));
		});
	}

	static async start(): Promise<Playback> {
		const server = createServer();
		await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
		return new Playback(server);
	}

	get origin(): string {
		return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
	}

	async close(): Promise<void> {
		this.server.closeAllConnections();
		await new Promise<void>((resolve) => this.server.close(() => resolve()));
	}

	private answer(request: IncomingMessage, text: string, response: ServerResponse): void {
		const { next } = this;
		const one: Heard = {
			path: request.url ?? '',
			headers: request.headers,
			body: (text === '' ? {} : JSON.parse(text)) as Record<string, unknown>,
			closedAt: undefined,
		};
		this.heard.push(one);
		response.on('close', () => {
			one.closedAt = performance.now();
		});
		response.writeHead(next.status ?? 200, { 'content-type': 'text/event-stream', ...next.headers });
		response.write(next.body);
		if (next.open !== true) {
			response.end();
		}
	}

	get last(): Heard {
		const one = this.heard.at(-1);
		if (one === undefined) {
			throw new Error('nothing was asked');
		}
		return one;
	}
}

export const KEY = 'sk-secret-0123456789abcdef';

export const CHAT: ChatRequest = {
	system: 'Mend it.',
	messages: [{ role: 'user', text: 'Here it is.' }],
	tools: [],
	outputTokens: 9999,
	leastOutputTokens: 1,
	effort: 'none',
	timeMs: 60_000,
};

export const TOOL = {
	name: 'read',
	description: 'Reads a file.',
	parameters: { type: 'object', properties: { path: { type: 'string' } }, required: ['path'] },
};

export function requestOf(change: Partial<WireRequest> & { readonly chat?: ChatRequest } = {}): WireRequest {
	return {
		model: 'some-model',
		chat: CHAT,
		outputTokens: 4096,
		quoted: { input: rateOf(150_000_000), output: rateOf(600_000_000), tiers: [] },
		fetch: globalThis.fetch,
		signal: new AbortController().signal,
		...change,
	};
}

export async function partsOf(
	endpoint: Endpoint,
	request: WireRequest,
	key: string | undefined = KEY,
): Promise<WirePart[]> {
	const parts: WirePart[] = [];
	for await (const part of wireFor(endpoint, () => key).stream(request)) {
		parts.push(part);
	}
	return parts;
}

/** Server-sent events of these values; a text goes out as it is. */
export function events(...values: readonly unknown[]): string {
	return values
		.map((value) => {
			const type = (value as { type?: unknown } | null)?.type;
			const name = typeof type === 'string' ? `event: ${type}\n` : '';
			return `${name}data: ${typeof value === 'string' ? value : JSON.stringify(value)}\n\n`;
		})
		.join('');
}

/** One line per part, text in a row as one. */
export function drawn(parts: readonly WirePart[]): string[] {
	const lines: string[] = [];
	for (const part of parts) {
		const last = lines.at(-1);
		switch (part.kind) {
			case 'text':
			case 'reasoning':
				if (last?.startsWith(`${part.kind}: `) === true) {
					lines[lines.length - 1] = last + part.text;
				} else {
					lines.push(`${part.kind}: ${part.text}`);
				}
				break;
			case 'tool':
				lines.push(`tool: ${part.call.id} ${part.call.name} ${part.call.arguments}`);
				break;
			case 'usage': {
				const { usage } = part;
				const shown = [
					`in ${usage.inputTokens}`,
					`read ${usage.cacheReadTokens}`,
					`written ${usage.cacheWriteTokens}`,
					`out ${usage.outputTokens}`,
					`thought ${usage.reasoningTokens}`,
					...(part.costUsd === undefined ? [] : [`cost ${part.costUsd}`]),
				];
				lines.push(`usage: ${shown.filter((one) => !one.endsWith('undefined')).join(', ')}`);
				break;
			}
			case 'generation':
				lines.push(`generation: ${part.id}`);
				break;
			case 'finish':
				lines.push(`finish: ${part.finish}`);
				break;
			case 'failed':
				lines.push(`failed: ${part.trouble}, sent ${part.sent}`);
		}
	}
	return lines;
}
