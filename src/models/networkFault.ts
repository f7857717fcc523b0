// What went wrong on the way to a provider, told from the error that `fetch` throws.
import type { Trouble } from '../core/model';
import type { Sent } from './wire';

export interface NetworkFault {
	readonly trouble: Trouble;
	/** Continues "Acme Large …". */
	readonly reason: string;
	readonly sent: Sent;
}

const NEVER_CONNECTED: Readonly<Record<string, string>> = {
	ECONNREFUSED: 'cannot be reached: the connection was refused',
	ENOTFOUND: 'cannot be reached: its address is not known (is there a network?)',
	EAI_AGAIN: 'cannot be reached: its address could not be looked up (is there a network?)',
	ENETUNREACH: 'cannot be reached: there is no network',
	EHOSTUNREACH: 'cannot be reached: there is no way to its address',
	EADDRNOTAVAIL: 'cannot be reached: there is no way to its address',
	UND_ERR_CONNECT_TIMEOUT: 'cannot be reached: nobody answered at its address',
	UND_ERR_INVALID_ARG: 'has an address that cannot be used',
};
/** OpenSSL's and Node's names for a certificate that is not accepted. */
const CERTIFICATE = /^(ERR_TLS_|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_|ERR_SSL_)/;

/** Undefined code and all: never throws. */
export function networkFault(error: unknown): NetworkFault {
	const causes = causesOf(error);
	const codes = causes.map(codeOf);
	for (const [at, code] of codes.entries()) {
		const known = code === undefined ? undefined : NEVER_CONNECTED[code];
		if (known !== undefined) {
			return { trouble: 'down', reason: known, sent: 'nothing' };
		}
		if (code !== undefined && CERTIFICATE.test(code)) {
			return { trouble: 'down', reason: `has a certificate that is not accepted (${code})`, sent: 'nothing' };
		}
		const cause = causes[at];
		if (code === 'ETIMEDOUT' && (cause as { syscall?: unknown }).syscall === 'connect') {
			return {
				trouble: 'down',
				reason: 'cannot be reached: nobody answered at its address',
				sent: 'nothing',
			};
		}
	}
	const texts = causes.map((cause) => (cause instanceof Error ? cause.message : ''));
	const tunnel = texts
		.map((text) => /Proxy response \((\d+)\)/.exec(text)?.[1])
		.find((one) => one !== undefined);
	if (tunnel !== undefined) {
		return {
			trouble: 'down',
			reason: `cannot be reached: the proxy said ${tunnel} instead of letting the call through`,
			sent: 'nothing',
		};
	}
	if (texts.includes('bad port')) {
		return { trouble: 'down', reason: 'has a port that may not be used', sent: 'nothing' };
	}
	if (codes.includes('UND_ERR_HEADERS_OVERFLOW') || codes.includes('HPE_HEADER_OVERFLOW')) {
		return { trouble: 'malformed', reason: 'sent headers without an end, so it was cut off', sent: 'maybe' };
	}
	if (codes.some((code) => code?.startsWith('HPE_') === true)) {
		return { trouble: 'malformed', reason: 'sent an answer that is not HTTP', sent: 'maybe' };
	}
	const code = codes.find((one) => one !== undefined);
	return {
		trouble: 'down',
		reason: `broke the connection off${code === undefined ? '' : ` (${code})`}`,
		sent: 'maybe',
	};
}

function causesOf(error: unknown): unknown[] {
	const causes: unknown[] = [];
	for (let one = error; one !== undefined && one !== null && causes.length < 8; ) {
		causes.push(one);
		const inner: unknown = (one as { errors?: unknown }).errors;
		if (Array.isArray(inner)) {
			causes.push(...(inner as unknown[]).slice(0, 4));
		}
		one = (one as { cause?: unknown }).cause;
	}
	return causes;
}

function codeOf(cause: unknown): string | undefined {
	const code = (cause as { code?: unknown } | undefined)?.code;
	return typeof code === 'string' ? code : undefined;
}
