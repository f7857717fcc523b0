// The only way out for one paid request. It sees the exact bytes that leave, lets them go to the provider's own hosts
// alone and only once, and bounds what may come back, so that neither a wire's bug nor a hostile server costs more than
// was put aside.
import type { Trouble } from '../core/model';
import { retryAfterMs } from './backoff';
import { networkFault } from './networkFault';
import type { Sent } from './wire';

export interface NetworkLimits {
	/** Until the response's headers are there. */
	readonly headersMs: number;
	/** Between two pieces of the body, and until the first. */
	readonly stallMs: number;
	/** Of the whole body, unpacked. */
	readonly bodyBytes: number;
}

export interface GuardRules {
	/** `https://api.example.com`: scheme, host and port. */
	readonly origins: readonly string[];
	/** The limit that the body must carry. */
	readonly outputTokens: number;
	/** The bytes of all texts in the body are no more than this. */
	readonly mostBytes: number;
	readonly limits: NetworkLimits;
	/** Asked for when the call leaves, so that an editor's own `fetch` is used. */
	readonly fetch: () => typeof globalThis.fetch;
	readonly nowEpochMs: () => number;
}

export interface Fault {
	readonly trouble: Trouble;
	/** Continues "Acme Large …". */
	readonly reason: string;
}

/** An event longer than this is no event. */
const LINE_BYTES = 4 * 1024 * 1024;
/** As much as anybody reads of a refusal. */
const REFUSAL_BYTES = 256 * 1024;
const LIMIT_NAMES = ['max_tokens', 'max_completion_tokens', 'max_output_tokens', 'maxOutputTokens'];
/** Each of these asks for several answers, which multiplies the output. */
const COPY_NAMES = ['n', 'best_of', 'candidateCount'];
/** Roles, types, names of parts: as much text as an object of the format may hold beside what we count. */
const OBJECT_BYTES = 64;

export class GuardedCall {
	/** What the wire is given. */
	readonly fetch: typeof globalThis.fetch;
	/** What was seen of a refusal of ours or of a broken rule; outweighs whatever a wire says of it. */
	fault: Fault | undefined;
	status: number | undefined;
	/** As the response's headers ask. */
	retryAfterMs: number | undefined;
	/** Keys that left with the request, so that they can be taken out of every sentence. */
	readonly secrets = new Set<string>();
	private started = false;
	private left: Sent = 'nothing';
	private readonly connection = new AbortController();

	constructor(private readonly rules: GuardRules) {
		this.fetch = (input, init) => this.send(input, init);
	}

	/** `nothing` only when no byte can have reached the provider. */
	get sent(): Sent {
		return this.left;
	}

	/** Closes the connection at once. Safe to call at any time. */
	cut(): void {
		this.connection.abort();
	}

	private async send(input: string | URL | Request, init: RequestInit = {}): Promise<Response> {
		const url = new URL(input instanceof Request ? input.url : input);
		this.noteSecrets(new Headers(init.headers), url);
		const wrong = this.started ? 'was to be asked twice for one payment' : this.wrongWith(input, url, init);
		if (wrong !== undefined) {
			throw this.stop({ trouble: 'request', reason: wrong });
		}
		this.started = true;
		const { limits } = this.rules;
		const signals = [this.connection.signal, ...(init.signal ? [init.signal] : [])];
		const signal = AbortSignal.any(signals);
		signal.throwIfAborted();
		const timer = setTimeout(() => {
			this.stop({ trouble: 'down', reason: `did not answer within ${seconds(limits.headersMs)}` });
		}, limits.headersMs);
		this.left = 'maybe';
		let response: Response;
		try {
			response = await this.rules.fetch()(url, { ...init, redirect: 'manual', signal });
		} catch (error) {
			if (!signal.aborted) {
				const { sent, ...fault } = networkFault(error);
				this.left = sent;
				this.fault ??= fault;
			}
			throw error;
		} finally {
			clearTimeout(timer);
		}
		this.status = response.status;
		this.retryAfterMs = retryAfterMs(response.headers, this.rules.nowEpochMs());
		if (response.type === 'opaqueredirect' || (response.status >= 300 && response.status < 400)) {
			throw this.stop({ trouble: 'request', reason: 'redirects to another host, which is not followed' });
		}
		return this.bounded(response);
	}

	/** Why this may not leave, which is a bug of ours; or undefined. */
	private wrongWith(input: string | URL | Request, url: URL, init: RequestInit): string | undefined {
		if (!this.rules.origins.includes(url.origin)) {
			return `was to be asked at ${url.origin}, which is not its address`;
		}
		if (input instanceof Request || init.method !== 'POST' || typeof init.body !== 'string') {
			return 'was to be asked in a form that cannot be checked';
		}
		let body: unknown;
		try {
			body = JSON.parse(init.body);
		} catch {
			return 'was to be sent a body that is not JSON';
		}
		const sizes = measure(body);
		if (sizes.limits.length === 0 || sizes.limits.some((limit) => limit !== this.rules.outputTokens)) {
			return 'was to be asked without the output limit that is paid for';
		}
		if (sizes.copies) {
			return 'was to be asked for several answers at once';
		}
		return sizes.bytes > this.rules.mostBytes + sizes.objects * OBJECT_BYTES
			? 'was to be sent more text than is paid for'
			: undefined;
	}

	private noteSecrets(headers: Headers, url: URL): void {
		const bearer = headers.get('authorization')?.replace(/^\S+\s+/, '');
		const own = [
			bearer,
			headers.get('x-api-key'),
			headers.get('x-goog-api-key'),
			url.searchParams.get('key'),
		];
		for (const secret of own) {
			if (secret !== undefined && secret !== null && secret !== '') {
				this.secrets.add(secret);
			}
		}
	}

	private stop(fault: Fault): Error {
		this.fault ??= fault;
		this.connection.abort();
		return new Error(fault.reason);
	}

	/** The same response, its body watched. */
	private bounded(response: Response): Response {
		if (response.body === null) {
			return response;
		}
		const reader = response.body.getReader() as ReadableStreamDefaultReader<Uint8Array>;
		const lines = response.headers.get('content-type')?.includes('event-stream') === true;
		let bytes = 0;
		let line = 0;
		const body = new ReadableStream<Uint8Array>(
			{
				pull: async (controller) => {
					const { done, value } = await this.nextPiece(reader);
					if (done) {
						controller.close();
						return;
					}
					bytes += value.length;
					if (!response.ok && bytes > REFUSAL_BYTES) {
						controller.close();
						this.connection.abort();
						return;
					}
					const newline = value.lastIndexOf(0x0a);
					line = newline < 0 ? line + value.length : value.length - newline - 1;
					if (bytes > this.rules.limits.bodyBytes) {
						throw this.stop({
							trouble: 'malformed',
							reason: 'sent an answer without an end, so it was cut off',
						});
					}
					if (lines && line > LINE_BYTES) {
						throw this.stop({
							trouble: 'malformed',
							reason: 'sent an event without an end, so it was cut off',
						});
					}
					controller.enqueue(value);
				},
				cancel: () => {
					this.connection.abort();
				},
			},
			{ highWaterMark: 0 },
		);
		const headers = new Headers(response.headers);
		headers.delete('content-encoding');
		headers.delete('content-length');
		return new Response(body, { status: response.status, statusText: response.statusText, headers });
	}

	private async nextPiece(
		reader: ReadableStreamDefaultReader<Uint8Array>,
	): Promise<{ done: true; value?: undefined } | { done: false; value: Uint8Array }> {
		const { stallMs } = this.rules.limits;
		const timer = setTimeout(() => {
			this.stop({ trouble: 'down', reason: `sent nothing for ${seconds(stallMs)}, so it was cut off` });
		}, stallMs);
		try {
			return (await reader.read()) as { done: true } | { done: false; value: Uint8Array };
		} catch (error) {
			if (!this.connection.signal.aborted && !(error instanceof Error && error.name === 'AbortError')) {
				const { trouble, reason } = networkFault(error);
				this.fault ??= { trouble, reason };
			}
			throw error;
		} finally {
			clearTimeout(timer);
		}
	}
}

interface Sizes {
	readonly limits: readonly number[];
	readonly copies: boolean;
	/** UTF-8, of every text. */
	readonly bytes: number;
	readonly objects: number;
}

/** Without recursion: what was measured before may hold anything a model wrote. */
function measure(body: unknown): Sizes {
	const limits: number[] = [];
	let copies = false;
	let bytes = 0;
	let objects = 0;
	const todo: { readonly value: unknown; readonly depth: number }[] = [{ value: body, depth: 0 }];
	for (let next = todo.pop(); next !== undefined; next = todo.pop()) {
		const { value, depth } = next;
		if (typeof value === 'string') {
			bytes += Buffer.byteLength(value);
		} else if (typeof value === 'object' && value !== null) {
			objects += 1;
			for (const [name, part] of Object.entries(value)) {
				// Deeper down, the same words are a tool's own.
				if (depth <= 1 && typeof part === 'number') {
					if (LIMIT_NAMES.includes(name)) {
						limits.push(part);
					}
					copies ||= COPY_NAMES.includes(name) && part !== 1;
				}
				todo.push({ value: part, depth: depth + 1 });
			}
		}
	}
	return { limits, copies, bytes, objects };
}

function seconds(ms: number): string {
	return ms < 1_000 ? `${ms} ms` : `${Math.round(ms / 1_000)} s`;
}
