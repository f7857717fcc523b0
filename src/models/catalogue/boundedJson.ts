// A GET whose answer may be anything: so many bytes, so many milliseconds, no other host, and then it must be JSON.

export type Answer =
	| { readonly kind: 'json'; readonly value: unknown }
	/** One clause that says what was wrong, to follow `…: `. */
	| { readonly kind: 'failed'; readonly reason: string };

export interface Bounds {
	readonly mostBytes: number;
	readonly timeMs: number;
}

/** Never rejects. */
export async function getJson(
	url: string,
	bounds: Bounds,
	fetch: typeof globalThis.fetch,
	signal: AbortSignal,
): Promise<Answer> {
	const late = AbortSignal.timeout(bounds.timeMs);
	const stop = new AbortController();
	try {
		const response = await fetch(url, {
			headers: { accept: 'application/json' },
			redirect: 'manual',
			signal: AbortSignal.any([signal, late, stop.signal]),
		});
		if (response.status !== 200) {
			return failed(
				response.status >= 300 && response.status < 400
					? 'it points to another address, which is not followed'
					: `it answered with status ${response.status}`,
			);
		}
		const text = await textWithin(response, bounds.mostBytes);
		if (text === undefined) {
			return failed(`it is longer than ${Math.floor(bounds.mostBytes / 1_000_000)} MB`);
		}
		return { kind: 'json', value: JSON.parse(text) as unknown };
	} catch (error) {
		if (signal.aborted) {
			return failed('it was cancelled');
		}
		if (late.aborted) {
			return failed(`it took longer than ${bounds.timeMs / 1000} s`);
		}
		if (error instanceof SyntaxError) {
			return failed('it is not JSON');
		}
		return failed(`it could not be reached (${causeOf(error)})`);
	} finally {
		// What was not read is not wanted: the connection goes with it.
		stop.abort();
	}
}

async function textWithin(response: Response, mostBytes: number): Promise<string | undefined> {
	const decoder = new TextDecoder();
	let text = '';
	let bytes = 0;
	for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
		bytes += chunk.byteLength;
		if (bytes > mostBytes) {
			return undefined;
		}
		text += decoder.decode(chunk, { stream: true });
	}
	return text + decoder.decode();
}

/** `ECONNREFUSED`, where the system says so. */
function causeOf(error: unknown): string {
	const cause = error instanceof Error ? error.cause : undefined;
	const code = typeof cause === 'object' && cause !== null && 'code' in cause ? cause.code : undefined;
	return typeof code === 'string' && /^\w{1,40}$/.test(code) ? code : 'no answer';
}

function failed(reason: string): Answer {
	return { kind: 'failed', reason };
}
