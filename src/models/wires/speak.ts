// Runs one request through a client library and tells what came of it. The library assembles text and tool calls; what
// money and trust hang on (finish, usage, errors) is read from the provider's own events, because the library makes a
// finish of a stream that merely ended and drops what its schemas do not know.
import type {
	JSONObject,
	LanguageModelV4,
	LanguageModelV4CallOptions,
	LanguageModelV4StreamPart,
} from '@ai-sdk/provider';
import type { ReportedUsage, WireFinish, WirePart, WireRequest } from '../wire';
import { defined, field, textOf } from './json';
import { EchoParts } from './prompt';
import { broken, brokenOff, type Failed, malformed, refusal, type Said } from './trouble';

/** What one event of a provider says. */
export interface Heard {
	/** An event of this format, also where the library's schema refuses it. */
	readonly known: boolean;
	/** It carries a piece of the answer, which is lost where the library refuses it. */
	readonly content: boolean;
	readonly id?: string;
	readonly usage?: ReportedUsage;
	readonly costUsd?: string;
	readonly finish?: WireFinish;
	/** The event, where it is an error. */
	readonly error?: unknown;
}

export interface Ear {
	hear(event: unknown): Heard;
	/** Fields that the assistant's message must carry in the next request. */
	fields(): JSONObject | undefined;
}

export interface Speech {
	readonly model: LanguageModelV4;
	readonly options: LanguageModelV4CallOptions;
	readonly ear: Ear;
	/** Provider and model: whose words the echo holds. */
	readonly by: string;
	/** What it thought goes back into the next request. */
	readonly keepsReasoning: boolean;
}

export async function* speak(
	request: WireRequest,
	said: Said,
	prepare: (fetch: typeof globalThis.fetch) => Promise<Speech>,
): AsyncGenerator<WirePart> {
	const ending = new AbortController();
	const signal = AbortSignal.any([request.signal, ending.signal]);
	const line = new Line(request.fetch);
	try {
		if (request.signal.aborted) {
			return;
		}
		const speech = await prepare(line.fetch);
		const options = { ...speech.options, abortSignal: signal, includeRawChunks: true };
		const { stream } = await unlessAborted(speech.model.doStream(options), request.signal);
		yield* listen(stream, speech, said, line, request.signal);
	} catch (error) {
		if (!request.signal.aborted) {
			yield faultOf(error, said, line);
		}
	} finally {
		ending.abort();
	}
}

async function* listen(
	stream: ReadableStream<LanguageModelV4StreamPart>,
	{ ear, by, keepsReasoning }: Speech,
	said: Said,
	line: Line,
	signal: AbortSignal,
): AsyncGenerator<WirePart> {
	const echo = new EchoParts();
	let heard: Heard = { known: false, content: false };
	let events = 0;
	let id = line.response?.headers.get('x-generation-id') ?? undefined;
	let [usage, costUsd]: [ReportedUsage | undefined, string | undefined] = [undefined, undefined];
	let finish: WireFinish | undefined;
	let calls = 0;
	if (id !== undefined) {
		yield { kind: 'generation', id };
	}
	try {
		for await (const part of parts(stream, signal)) {
			echo.add(part);
			switch (part.type) {
				case 'raw':
					events += 1;
					heard = ear.hear(part.rawValue);
					if (heard.error !== undefined) {
						yield brokenOff(said, heard.error);
						return;
					}
					if (id === undefined && heard.id !== undefined) {
						id = heard.id;
						yield { kind: 'generation', id };
					}
					if (heard.usage !== undefined) {
						if (usage === undefined && heard.finish === undefined && finish === undefined) {
							yield { kind: 'usage', usage: promptOnly(heard.usage) };
						}
						usage = heard.usage;
						costUsd = heard.costUsd ?? costUsd;
					}
					finish = heard.finish ?? finish;
					break;
				case 'text-delta':
					yield { kind: 'text', text: part.delta };
					break;
				case 'reasoning-delta':
					if (part.delta !== '') {
						yield { kind: 'reasoning', text: part.delta };
					}
					break;
				case 'tool-call':
					calls += 1;
					yield {
						kind: 'tool',
						call: { id: part.toolCallId, name: part.toolName, arguments: part.input },
					};
					break;
				case 'error':
					// Only an event that the library could not read counts here; errors of the provider were heard above.
					if (finish === undefined && isUnread(part.error) && !(heard.known && !heard.content)) {
						yield malformed(said, 'sent an event that is not in its format', '');
						return;
					}
					heard = { known: false, content: false };
					break;
				default:
			}
		}
	} catch (error) {
		if (finish === undefined) {
			if (!signal.aborted) {
				yield { ...faultOf(error, said, line), sent: 'maybe' };
			}
			return;
		}
		// It had said all: that the connection broke afterwards changes nothing.
	}
	if (signal.aborted) {
		return;
	}
	if (finish === undefined) {
		if (events === 0 && line.head !== '') {
			yield noStream(said, line);
		}
		return;
	}
	if (usage !== undefined) {
		yield { kind: 'usage', usage, ...(costUsd === undefined ? {} : { costUsd }) };
	}
	const back = echo.echo(by, keepsReasoning, ear.fields());
	const kind = finish === 'stop' && calls > 0 ? 'tools' : finish;
	yield { kind: 'finish', finish: kind, ...(back === undefined ? {} : { echo: back }) };
}

/** What is reported before the end says nothing about how much will have been written. */
function promptOnly({ inputTokens, cacheReadTokens, cacheWriteTokens }: ReportedUsage): ReportedUsage {
	return defined({ inputTokens, cacheReadTokens, cacheWriteTokens });
}

async function* parts(
	stream: ReadableStream<LanguageModelV4StreamPart>,
	signal: AbortSignal,
): AsyncGenerator<LanguageModelV4StreamPart> {
	const reader = stream.getReader();
	try {
		for (;;) {
			const { done, value } = await unlessAborted(reader.read(), signal);
			if (done) {
				return;
			}
			yield value;
		}
	} finally {
		reader.cancel().catch(() => undefined);
	}
}

/** Rejects as soon as the signal does, also where the work does not look at it. */
async function unlessAborted<T>(work: PromiseLike<T>, signal: AbortSignal): Promise<T> {
	let stop: (() => void) | undefined;
	const aborted = new Promise<never>((_resolve, reject) => {
		stop = () => reject(new DOMException('The call was cancelled.', 'AbortError'));
		signal.addEventListener('abort', stop, { once: true });
		if (signal.aborted) {
			stop();
		}
	});
	try {
		return await Promise.race([work, aborted]);
	} finally {
		if (stop !== undefined) {
			signal.removeEventListener('abort', stop);
		}
		aborted.catch(() => undefined);
	}
}

function isUnread(error: unknown): boolean {
	return /JSONParse|TypeValidation/.test(
		textOf(field(error, 'name')) ?? (error instanceof Error ? error.name : ''),
	);
}

function faultOf(error: unknown, said: Said, line: Line): Failed {
	if (line.fault !== undefined) {
		return broken(said, line.fault);
	}
	const { response } = line;
	if (response === undefined) {
		const words = error instanceof Error ? error.message : String(error);
		return line.calls > 0
			? broken(said, error)
			: { ...malformed(said, 'cannot be asked this', words), trouble: 'request', sent: 'nothing' };
	}
	const body = textOf((error as { responseBody?: unknown }).responseBody) ?? '';
	if (!response.ok) {
		return refusal(said, response.status, response.headers, body);
	}
	const told = errorIn(line.head) ?? errorIn(body);
	if (told !== undefined) {
		return brokenOff(said, told);
	}
	const isNetwork = causedByNetwork(error);
	return isNetwork ? broken(said, error) : malformed(said, 'sent something that is not in its format', '');
}

/** What the body's own stream threw; all else is the library that could not read what came. */
function causedByNetwork(error: unknown): boolean {
	for (let one = error; one instanceof Error; one = one.cause) {
		if (textOf(field(one, 'code')) !== undefined || /terminated|socket|aborted/i.test(one.message)) {
			return true;
		}
	}
	return false;
}

/** Status 200, and no event in it: an error in plain JSON, a page of a proxy, an answer that was not streamed. */
function noStream(said: Said, line: Line): Failed {
	const told = errorIn(line.head);
	return told === undefined
		? malformed(said, 'answered with something that is no stream of its format', line.head)
		: brokenOff(said, told);
}

/** The error that a body begins with, as plain JSON or as an event. */
function errorIn(head: string): unknown {
	const text = /^data: ?(.+)$/m.exec(head)?.[1] ?? head;
	try {
		const value: unknown = JSON.parse(text);
		return field(value, 'error') === undefined ? undefined : value;
	} catch {
		return undefined;
	}
}

const HEAD_BYTES = 2048;

/** The one request that may be made: a library that would continue or retry by itself would spend what nobody reserved. */
class Line {
	calls = 0;
	response: Response | undefined;
	/** What `fetch` threw. */
	fault: unknown;
	/** The beginning of the body. */
	head = '';

	constructor(private readonly out: typeof globalThis.fetch) {}

	readonly fetch: typeof globalThis.fetch = async (input, init) => {
		this.calls += 1;
		if (this.calls > 1) {
			throw new Error('a second request for one answer is not made');
		}
		const headers = new Headers(init?.headers);
		headers.set('user-agent', 'underbid');
		// The library asks for features that nothing here uses, and some servers refuse what they do not know.
		headers.delete('anthropic-beta');
		let response: Response;
		try {
			// Followed by fetch, a redirect to another host would carry keys in headers other than Authorization along.
			response = await this.out(input, { ...init, headers, redirect: 'manual' });
		} catch (error) {
			this.fault = error;
			throw error;
		}
		this.response = response;
		if (!response.ok || response.body === null) {
			return response;
		}
		const decoder = new TextDecoder();
		const looking = new TransformStream<Uint8Array, Uint8Array>({
			transform: (chunk, controller) => {
				if (this.head.length < HEAD_BYTES) {
					this.head += decoder.decode(chunk.subarray(0, HEAD_BYTES - this.head.length), { stream: true });
				}
				controller.enqueue(chunk);
			},
		});
		return new Response(response.body.pipeThrough(looking), {
			status: response.status,
			headers: response.headers,
		});
	};
}
