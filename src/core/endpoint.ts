// Where a model is reached, and which address may be told a key.

/** The wire format a provider speaks. */
export type Dialect = 'openai-compatible' | 'openrouter' | 'anthropic' | 'google';

export interface Endpoint {
	readonly provider: string;
	readonly dialect: Dialect;
	/** With its version part and no slash at the end: `https://api.openai.com/v1`. */
	readonly baseUrl: string;
}

export type BaseUrl =
	| { readonly kind: 'url'; readonly url: string }
	/** What to write instead, to follow the name of the place: never repeats the text, which may hold a key. */
	| { readonly kind: 'refused'; readonly reason: string };

/** https anywhere; http only to this computer or a private network. */
export function baseUrlOf(text: string): BaseUrl {
	let url: URL;
	try {
		url = new URL(text.trim());
	} catch {
		return refused('write a whole address, like "http://127.0.0.1:8000/v1".');
	}
	if (url.protocol !== 'https:' && url.protocol !== 'http:') {
		return refused(
			'write an address that begins with https:// or, on this computer or a private network, http://.',
		);
	}
	if (url.username !== '' || url.password !== '') {
		return refused(
			'leave the name and password out of the address; name an environment variable with keyVariable instead.',
		);
	}
	if (url.search !== '' || url.hash !== '') {
		return refused('leave out what follows ? or # in the address.');
	}
	if (url.protocol === 'http:' && !isPrivateHost(url.hostname)) {
		return refused('write https:// here: http:// is only for this computer or a private network.');
	}
	return { kind: 'url', url: `${url.origin}${url.pathname.replace(/\/+$/, '')}` };
}

/** True for this computer alone. */
export function isLoopbackHost(hostname: string): boolean {
	return (
		hostname === 'localhost' ||
		hostname.endsWith('.localhost') ||
		hostname === '[::1]' ||
		/^127\.\d+\.\d+\.\d+$/.test(hostname)
	);
}

/** Hostnames as `URL` gives them: numeric ones are already in dotted decimal form. */
function isPrivateHost(hostname: string): boolean {
	return (
		isLoopbackHost(hostname) ||
		/^(10\.\d+|192\.168|172\.(1[6-9]|2\d|3[01]))\.\d+\.\d+$/.test(hostname) ||
		/^\[f[cd][0-9a-f]{2}:|^\[fe80:/.test(hostname) ||
		/\.(local|internal|lan|home\.arpa)$/.test(hostname) ||
		!/[.:]/.test(hostname)
	);
}

function refused(reason: string): BaseUrl {
	return { kind: 'refused', reason };
}
