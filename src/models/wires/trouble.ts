// What went wrong, out of what a provider said or the network did: which trouble it is, for whom, and for how long.
import type { Trouble } from '../../core/model';
import { retryAfterMs } from '../backoff';
import { networkFault } from '../networkFault';
import { sentence } from '../sentence';
import type { WirePart } from '../wire';
import { field, numberOf, textOf } from './json';

export type Failed = Extract<WirePart, { kind: 'failed' }>;

export interface Said {
	readonly provider: string;
	/** Removed from all words. */
	readonly key: string | undefined;
	readonly nowEpochMs: number;
}

/** A refusal with an HTTP status. */
export function refusal(said: Said, status: number, headers: Headers, body: string): Failed {
	if (status >= 300 && status < 400) {
		const reason = `${said.provider} sends us to another address (${status}), and nothing is sent there; correct its base URL.`;
		return { kind: 'failed', status, trouble: 'malformed', reason, sent: 'maybe' };
	}
	const json = parsed(body);
	if (json === undefined && status < 500 && ![401, 402, 429].includes(status)) {
		const reason = `${said.provider} answered ${status} with something that is not its format${excerpt(said, body)}; check its base URL, and any proxy in between.`;
		return { kind: 'failed', status, trouble: 'malformed', reason: clean(said, reason), sent: 'maybe' };
	}
	const wait = waitOf(headers, json, said.nowEpochMs);
	return {
		kind: 'failed',
		status,
		...(wait === undefined ? {} : { retryAfterMs: wait }),
		...told(said, troubleOf(status, json), status, wordsOf(json) ?? body),
		sent: 'maybe',
	};
}

/** An error in the middle of an answer, or instead of one, under status 200. */
export function brokenOff(said: Said, json: unknown): Failed {
	const error = field(json, 'error') ?? json;
	const code = numberOf(field(error, 'code')) ?? numberOf(field(error, 'status_code'));
	const status = code !== undefined && code >= 400 && code < 600 ? code : undefined;
	const wait = waitOf(new Headers(), json, said.nowEpochMs);
	return {
		kind: 'failed',
		...(status === undefined ? {} : { status }),
		...(wait === undefined ? {} : { retryAfterMs: wait }),
		...told(said, troubleOf(status ?? 500, json), status, wordsOf(json) ?? ''),
		sent: 'maybe',
	};
}

export function malformed(said: Said, what: string, body: string): Failed {
	const reason = `${said.provider} ${what}${excerpt(said, body)}; check its base URL, and any proxy in between.`;
	return { kind: 'failed', trouble: 'malformed', reason: clean(said, reason), sent: 'maybe' };
}

export function noKey(provider: string): Failed {
	const reason = `There is no key for ${provider}; set one, or leave its models out.`;
	return { kind: 'failed', trouble: 'key', reason, sent: 'nothing' };
}

/** Whatever `fetch` or the reading of the body threw. */
export function broken(said: Said, error: unknown): Failed {
	const { trouble, reason, sent } = networkFault(error);
	return { kind: 'failed', trouble, reason: clean(said, `${said.provider} ${reason}`), sent };
}

function told(said: Said, trouble: Trouble, status: number | undefined, words: string) {
	const at = status === undefined ? '' : ` (${status})`;
	const so = excerpt(said, words);
	const sentences: Record<Trouble, string> = {
		key: `${said.provider} refused the key or its credit${at}${so}; check the key and the account.`,
		gone: `${said.provider} has no such model for this request${at}${so}; choose another.`,
		busy: `${said.provider} is too busy or its rate limit is reached${at}${so}; try again later.`,
		down: `${said.provider} has a fault of its own${at}${so}; try again later.`,
		refused: `${said.provider} refused the content${at}${so}.`,
		malformed: `${said.provider} answered in another format${at}${so}.`,
		price: `${said.provider} sells at no price as low as quoted${at}${so}; refresh the prices.`,
		request: `${said.provider} refused the form of the request${at}${so}.`,
	};
	return { trouble, reason: clean(said, sentences[trouble]) };
}

function troubleOf(status: number, json: unknown): Trouble {
	const first = Array.isArray(json) ? (json[0] as unknown) : json;
	const error = field(first, 'error') ?? first;
	const words = (wordsOf(json) ?? '').toLowerCase();
	const names = ['code', 'type', 'status', 'reason']
		.map((name) => textOf(field(error, name)) ?? '')
		.join(' ')
		.toLowerCase();
	const flagged =
		field(field(error, 'metadata'), 'reasons') ?? field(field(error, 'metadata'), 'flagged_input');
	if (flagged !== undefined || /content_(policy|filter)|invalid_prompt|prohibited_content/.test(names)) {
		return 'refused';
	}
	if (/insufficient_quota|billing|authentication_error|permission_error|invalid_api_key/.test(names)) {
		return 'key';
	}
	if (
		/api key not valid|incorrect api key|invalid api key|credit balance is too low|insufficient balance/.test(
			words,
		)
	) {
		return 'key';
	}
	if (/overloaded_error|rate_limit/.test(names)) {
		return 'busy';
	}
	// OpenRouter found nobody who would do it so: at our price, or with these parameters.
	if ((status === 404 || status === 503) && /\b(price|pricing)\b/.test(words)) {
		return 'price';
	}
	if (status === 503 && /no (available|allowed|endpoints)|routing requirements/.test(words)) {
		return 'gone';
	}
	// openrouter.ai/docs/api/errors: the credit is there, but calls under way have it.
	if (field(field(error, 'metadata'), 'limit_source') === 'openrouter_in_flight_budget') {
		return 'busy';
	}
	if (/model_not_found|not_found_error/.test(names)) {
		return 'gone';
	}
	if (status === 401 || status === 402 || status === 403) {
		return 'key';
	}
	if (status === 404 || status === 410) {
		return 'gone';
	}
	if (
		status === 400 &&
		/not a valid model|model.{0,80}(does not exist|not found|is not available)/.test(words)
	) {
		return 'gone';
	}
	if (status === 429 || status === 529) {
		return 'busy';
	}
	return status >= 500 || status === 408 || status === 409 || status === 425 ? 'down' : 'request';
}

/** The provider's own words, in whichever of the usual places. */
function wordsOf(json: unknown): string | undefined {
	const first = Array.isArray(json) ? (json[0] as unknown) : json;
	const error = field(first, 'error') ?? first;
	const raw = textOf(field(field(error, 'metadata'), 'raw'));
	const message =
		textOf(error) ??
		textOf(field(error, 'message')) ??
		textOf(field(error, 'detail')) ??
		(error === undefined
			? undefined
			: JSON.stringify(field(error, 'message') ?? field(error, 'detail') ?? error));
	return raw === undefined ? message : `${message ?? ''} ${raw}`;
}

/** A wait of more than a day is no answer to "when": it is dropped. */
const MOST_WAIT_MS = 86_400_000;

function waitOf(headers: Headers, json: unknown, nowEpochMs: number): number | undefined {
	const first = Array.isArray(json) ? (json[0] as unknown) : json;
	const error = field(first, 'error') ?? first;
	const upstream = field(field(error, 'metadata'), 'headers');
	const reset =
		headers.get('x-ratelimit-reset') ??
		textOf(field(upstream, 'X-RateLimit-Reset')) ??
		textOf(field(upstream, 'x-ratelimit-reset'));
	const found = [
		retryAfterMs(headers, nowEpochMs),
		seconds(field(field(error, 'metadata'), 'retry_after_seconds')),
		googleDelay(error),
		...['requests', 'tokens'].map((kind) =>
			headers.get(`x-ratelimit-remaining-${kind}`) === '0'
				? spanMs(headers.get(`x-ratelimit-reset-${kind}`))
				: undefined,
		),
		resetMs(reset, nowEpochMs),
	].find((one) => one !== undefined && Number.isFinite(one) && one >= 0 && one <= MOST_WAIT_MS);
	return found;
}

function seconds(value: unknown): number | undefined {
	const number = numberOf(value);
	return number === undefined ? undefined : number * 1000;
}

/** google.rpc.RetryInfo: `"retryDelay": "34.07s"`. */
function googleDelay(error: unknown): number | undefined {
	const details = field(error, 'details');
	const delays = Array.isArray(details)
		? details.map((one: unknown) => textOf(field(one, 'retryDelay')))
		: [];
	return spanMs(delays.find((one) => one !== undefined) ?? null);
}

/** `6m0s`, `1.5s`, `120ms`. */
function spanMs(text: string | null): number | undefined {
	const units: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };
	const parts = [...(text ?? '').matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h|d)/g)];
	return parts.length === 0
		? undefined
		: parts.reduce((sum, [, number, unit]) => sum + Number(number) * (units[unit ?? ''] ?? 0), 0);
}

/** Seconds to go, or a point in time in seconds or milliseconds. */
function resetMs(text: string | null | undefined, nowEpochMs: number): number | undefined {
	const number = text === null || text === undefined || text === '' ? Number.NaN : Number(text);
	if (Number.isNaN(number)) {
		return undefined;
	}
	const epochMs = number > 1e11 ? number : number > 1e9 ? number * 1000 : nowEpochMs + number * 1000;
	return Math.max(0, epochMs - nowEpochMs);
}

function parsed(body: string): unknown {
	try {
		const json: unknown = JSON.parse(body);
		return typeof json === 'object' && json !== null ? json : undefined;
	} catch {
		return undefined;
	}
}

const MOST_EXCERPT = 160;

function excerpt(said: Said, text: string): string {
	const words = clean(said, text.slice(0, 4000).replace(/<(script|style)[\s\S]*?<\/\1>|<[^>]*>/gi, ' '));
	const short = words.length > MOST_EXCERPT ? `${words.slice(0, MOST_EXCERPT).trimEnd()}…` : words;
	const quoted = short.replace(/\.$/, '').trim();
	return /\w/.test(quoted) ? `: "${quoted}"` : '';
}

/** What people write where a server wants anything at all (`none`, `x`) is no secret, and part of common words. */
const SHORTEST_KEY = 8;

function clean(said: Said, text: string): string {
	// Providers show pieces of a key, theirs or another's, in their own way of shortening it.
	const hidden = text.replace(/\b(sk|gsk|xai|AIza|key)[-_]?[\w*.-]{12,}/g, '[key]');
	return sentence(hidden, said.key === undefined || said.key.length < SHORTEST_KEY ? [] : [said.key]);
}
