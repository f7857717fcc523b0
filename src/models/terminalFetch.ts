// In the terminal nobody patches `fetch`, and this Node's own knows no proxies: where the user's environment names one,
// calls go through it.
import type { EnvHttpProxyAgent } from 'undici';

export type ProxyEnvironment = Readonly<Record<string, string | undefined>>;

/**
 * Honours HTTPS_PROXY, HTTP_PROXY and NO_PROXY, in either case, the lower one first; `globalThis.fetch` as it is where
 * none is set. A proxy that is no URL rejects each call with an error that says so.
 */
export function terminalFetch(env: ProxyEnvironment): typeof globalThis.fetch {
	const named = {
		httpProxy: env['http_proxy'] ?? env['HTTP_PROXY'] ?? '',
		httpsProxy: env['https_proxy'] ?? env['HTTPS_PROXY'] ?? '',
		noProxy: env['no_proxy'] ?? env['NO_PROXY'] ?? '',
	};
	if (named.httpProxy === '' && named.httpsProxy === '') {
		return (input, init) => globalThis.fetch(input, init);
	}
	let agent: Promise<{ fetch: typeof globalThis.fetch; agent: EnvHttpProxyAgent }> | undefined;
	return async (input, init) => {
		agent ??= proxied(named);
		const own = await agent;
		return own.fetch(input, Object.assign({ ...init }, { dispatcher: own.agent }));
	};
}

async function proxied(named: {
	readonly httpProxy: string;
	readonly httpsProxy: string;
	readonly noProxy: string;
}): Promise<{ fetch: typeof globalThis.fetch; agent: EnvHttpProxyAgent }> {
	// Loaded where it is needed alone; its own fetch, since a dispatcher of one version and a fetch of another may not fit.
	const undici = await import('undici');
	for (const [name, text] of Object.entries(named)) {
		if (name !== 'noProxy' && text !== '' && !URL.canParse(text)) {
			throw new TypeError(`the proxy named in the environment is not a URL (${name})`);
		}
	}
	// Given even where empty, or undici would look into the environment itself.
	const agent = new undici.EnvHttpProxyAgent(named);
	return { fetch: undici.fetch as unknown as typeof globalThis.fetch, agent };
}
