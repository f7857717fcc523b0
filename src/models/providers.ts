// One wire for each way of speaking to a provider. A key is asked for when a request leaves, and kept nowhere.
import { type Endpoint, isLoopbackHost } from '../core/endpoint';
import type { Wire, WirePart, WireRequest } from './wire';
import { isSeller } from './wires/dialect';
import { speak } from './wires/speak';
import { noKey } from './wires/trouble';

/** `key` is called once for each request; undefined where there is none. */
export function wireFor(endpoint: Endpoint, key: () => string | undefined): Wire {
	return {
		async *stream(request: WireRequest): AsyncIterable<WirePart> {
			const said = { provider: endpoint.provider, key: key(), nowEpochMs: Date.now() };
			if (said.key === undefined && needsKey(endpoint)) {
				yield noKey(endpoint.provider);
				return;
			}
			yield* speak(request, said, async (fetch) => {
				const { speechOf } = await import('./wires/speeches');
				return speechOf(endpoint, said.key, request, fetch);
			});
		},
	};
}

/** A server of the user's own may do without one. */
export function needsKey(endpoint: Endpoint): boolean {
	const { hostname } = new URL(endpoint.baseUrl);
	return !isLoopbackHost(hostname) && (endpoint.dialect !== 'openai-compatible' || isSeller(hostname));
}
