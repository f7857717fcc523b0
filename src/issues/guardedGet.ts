// The only way out for reading an issue: one address, no redirects, bounded in time and size, JSON alone.
import type * as z from 'zod';

export interface GetRequest<T> {
	readonly url: URL;
	/** With a key where there is one: it goes to this address and nowhere else. */
	readonly headers: Readonly<Record<string, string>>;
	readonly shape: z.ZodType<T>;
}

export type GetAnswer<T> =
	| { readonly kind: 'answer'; readonly value: T; readonly headers: Headers }
	/** `status`: of an answer that is no success. `reason` continues the host's name. */
	| {
			readonly kind: 'failed';
			readonly status?: number;
			readonly reason: string;
			readonly headers?: Headers;
	  };

export type GetJson = <T>(request: GetRequest<T>, signal: AbortSignal) => Promise<GetAnswer<T>>;

const MOST_BYTES = 8 * 1024 * 1024;
const LIMIT_MS = 30_000;

/** Never rejects. `faultOf` puts what `fetch` throws into words that continue a name. */
export function guardedGet(fetch: typeof globalThis.fetch, faultOf: (error: unknown) => string): GetJson {
	return async ({ url, headers, shape }, signal) => {
		const limit = new AbortController();
		const timer = setTimeout(() => limit.abort(), LIMIT_MS);
		const stop = AbortSignal.any([signal, limit.signal]);
		try {
			const response = await fetch(url, {
				method: 'GET',
				headers: { ...headers },
				redirect: 'manual',
				signal: stop,
			});
			if (response.type === 'opaqueredirect' || (response.status >= 300 && response.status < 400)) {
				await response.body?.cancel();
				return {
					kind: 'failed',
					status: response.status,
					reason: 'redirects elsewhere, which is not followed (was it moved or renamed?)',
				};
			}
			if (!response.ok) {
				await response.body?.cancel();
				return {
					kind: 'failed',
					status: response.status,
					reason: `answered with ${response.status}`,
					headers: response.headers,
				};
			}
			const text = await bounded(response);
			if (text === undefined) {
				return { kind: 'failed', reason: 'sent more than an issue can hold, so it was cut off' };
			}
			const read = shape.safeParse(parsed(text));
			return read.success
				? { kind: 'answer', value: read.data, headers: response.headers }
				: { kind: 'failed', reason: 'sent an answer that is not in the format of an issue' };
		} catch (error) {
			return {
				kind: 'failed',
				reason: signal.aborted
					? 'was not waited for'
					: limit.signal.aborted
						? `did not answer within ${LIMIT_MS / 1000} s`
						: faultOf(error),
			};
		} finally {
			clearTimeout(timer);
		}
	};
}

async function bounded(response: Response): Promise<string | undefined> {
	const pieces: Uint8Array[] = [];
	let bytes = 0;
	const reader = response.body?.getReader() as ReadableStreamDefaultReader<Uint8Array> | undefined;
	for (;;) {
		const piece = await reader?.read();
		if (piece === undefined || piece.done) {
			return Buffer.concat(pieces).toString('utf8');
		}
		bytes += piece.value.length;
		if (bytes > MOST_BYTES) {
			await reader?.cancel();
			return undefined;
		}
		pieces.push(piece.value);
	}
}

function parsed(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}
