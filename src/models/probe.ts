// Does a provider answer, without buying anything: its list of models, and at OpenRouter what the key may still spend.
import * as z from 'zod';
import type { Endpoint } from '../core/endpoint';
import type { Trouble } from '../core/model';
import { needsKey } from './providers';
import { broken, malformed, noKey, refusal } from './wires/trouble';

export type Probed =
	| {
			readonly kind: 'answers';
			/** Names in the provider's own words; absent when it gives no list. */
			readonly models?: readonly string[];
			/** What the key may still spend, US dollars; absent when it is not told. `undefined` limit: none is set. */
			readonly credit?: { readonly limitUsd?: number; readonly remainingUsd?: number };
	  }
	| { readonly kind: 'trouble'; readonly trouble: Trouble; readonly reason: string };

const MOST_BYTES = 32 * 1024 * 1024;

const List = z.object({ data: z.array(z.object({ id: z.string() })) });
const Bare = z.array(z.object({ id: z.string() }));
const GoogleList = z.object({ models: z.array(z.object({ name: z.string() })) });
const KeyInfo = z.object({
	data: z.object({ limit: z.number().nullish(), limit_remaining: z.number().nullish() }),
});

/** Never rejects. The caller's signal bounds the time. */
export async function probe(
	endpoint: Endpoint,
	key: () => string | undefined,
	fetch: typeof globalThis.fetch,
	signal: AbortSignal,
): Promise<Probed> {
	const secret = key();
	const said = { provider: endpoint.provider, key: secret, nowEpochMs: Date.now() };
	if (secret === undefined && needsKey(endpoint)) {
		return troubleOf(noKey(endpoint.provider));
	}
	const ask = async (path: string): Promise<unknown> => {
		const response = await fetch(endpoint.baseUrl + path, {
			headers: { accept: 'application/json', 'user-agent': 'underbid', ...headersOf(endpoint, secret) },
			redirect: 'manual',
			signal,
		});
		const text = await textWithin(response, MOST_BYTES);
		if (!response.ok) {
			throw new Answered(refusal(said, response.status, response.headers, text));
		}
		try {
			return JSON.parse(text) as unknown;
		} catch {
			throw new Answered(malformed(said, 'answered with something that is not JSON', text));
		}
	};
	try {
		// OpenRouter lists its models to anybody: only this tells whether the key is good.
		const about = endpoint.dialect === 'openrouter' ? KeyInfo.safeParse(await ask('/key')) : undefined;
		const models = modelsIn(await ask(endpoint.dialect === 'google' ? '/models?pageSize=1000' : '/models'));
		if (models === undefined) {
			return troubleOf(malformed(said, 'answered with something that is no list of models', ''));
		}
		const limitUsd = about?.data?.data.limit;
		const remainingUsd = about?.data?.data.limit_remaining;
		return {
			kind: 'answers',
			models,
			...(about?.success === true
				? {
						credit: {
							...(typeof limitUsd === 'number' ? { limitUsd } : {}),
							...(typeof remainingUsd === 'number' ? { remainingUsd } : {}),
						},
					}
				: {}),
		};
	} catch (error) {
		if (error instanceof Answered) {
			return troubleOf(error.failed);
		}
		return signal.aborted
			? { kind: 'trouble', trouble: 'down', reason: `${endpoint.provider} did not answer in time.` }
			: troubleOf(broken(said, error));
	}
}

class Answered extends Error {
	constructor(readonly failed: ReturnType<typeof refusal>) {
		super(failed.reason);
	}
}

function troubleOf({ trouble, reason }: ReturnType<typeof refusal>): Probed {
	return { kind: 'trouble', trouble, reason };
}

function headersOf(endpoint: Endpoint, key: string | undefined): Record<string, string> {
	switch (endpoint.dialect) {
		case 'openai-compatible':
		case 'openrouter':
			return key === undefined ? {} : { authorization: `Bearer ${key}` };
		case 'anthropic':
			return { 'anthropic-version': '2023-06-01', ...(key === undefined ? {} : { 'x-api-key': key }) };
		case 'google':
			return key === undefined ? {} : { 'x-goog-api-key': key };
	}
}

function modelsIn(answer: unknown): readonly string[] | undefined {
	const list = List.safeParse(answer);
	if (list.success) {
		return list.data.data.map(({ id }) => id);
	}
	// Together answers with the bare list.
	const bare = Bare.safeParse(answer);
	if (bare.success) {
		return bare.data.map(({ id }) => id);
	}
	const google = GoogleList.safeParse(answer);
	return google.success ? google.data.models.map(({ name }) => name.replace(/^models\//, '')) : undefined;
}

async function textWithin(response: Response, mostBytes: number): Promise<string> {
	const decoder = new TextDecoder();
	let text = '';
	let bytes = 0;
	for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
		bytes += chunk.length;
		if (bytes > mostBytes) {
			break;
		}
		text += decoder.decode(chunk, { stream: true });
	}
	return text;
}
