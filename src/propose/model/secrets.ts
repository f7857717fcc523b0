// Takes keys, tokens and passwords out of text before it may leave the machine. Own rules rather than secretlint:
// that is asynchronous, needs Node 22, and knows neither assignments in source nor the literal values we pass.
import { privateKeys } from './context/privateKeys';
import { looksChosen, looksRandom } from './context/randomText';
import { TOKEN_KINDS } from './context/tokenKinds';

export interface Redaction {
	/** Each secret is replaced by `[removed: KIND]`; every line keeps its number. */
	readonly text: string;
	/** The kinds, each once, in the order in which they were looked for. */
	readonly found: readonly string[];
}

/** `literals`: secrets known by value, such as those of `secretLiterals`. Takes linear time. */
export function redact(text: string, literals: readonly string[] = []): Redaction {
	const found = new Set<string>();
	const remove = (kind: string) => {
		found.add(kind);
		return `[removed: ${kind}]`;
	};
	let rest = withoutLiterals(text, literals, remove);
	rest = withoutPrivateKeys(rest, remove);
	for (const { kind, hint, pattern } of TOKEN_KINDS) {
		if (rest.includes(hint)) {
			rest = rest.replace(pattern, () => remove(kind));
		}
	}
	for (const { kind, pattern, counts } of PLACES) {
		rest = rest.replace(pattern, (whole: string, before: string, value: string) =>
			counts(value, whole) ? `${before}${remove(kind)}${whole.slice(before.length + value.length)}` : whole,
		);
	}
	return { text: rest, found: [...found] };
}

/** Values of an environment's variables that are secret by their name; never paths, numbers or plain words. */
export function secretLiterals(environment: Readonly<Record<string, string | undefined>>): readonly string[] {
	return Object.entries(environment).flatMap(([name, value]) =>
		value !== undefined &&
		value.length >= LEAST_LITERAL &&
		/key|token|secret|passw|passphrase|credential|auth|cookie|dsn$|_pat$|connection_?string|database_url/i.test(
			name,
		) &&
		!/^(?:[\w .-]{0,15}|\d+|[~.]{0,2}\/.*|[A-Za-z]:\\.*|https?:\/\/[^@]*)$/.test(value)
			? [value]
			: [],
	);
}

/** Shorter ones would be found within ordinary words. */
const LEAST_LITERAL = 8;

function withoutLiterals(
	text: string,
	literals: readonly string[],
	remove: (kind: string) => string,
): string {
	const forms = literals
		.filter((literal) => literal.length >= LEAST_LITERAL)
		.flatMap((literal) => [literal, JSON.stringify(literal).slice(1, -1), encoded(literal)]);
	let rest = text;
	// Longest first: one may be a part of another.
	for (const form of [...new Set(forms)].sort((a, b) => b.length - a.length || (a < b ? -1 : 1))) {
		if (rest.includes(form)) {
			rest = rest.replaceAll(form, () => remove('a secret of the environment'));
		}
	}
	return rest;
}

function encoded(literal: string): string {
	try {
		return encodeURIComponent(literal);
	} catch {
		// Half of a surrogate pair has no encoding.
		return literal;
	}
}

function withoutPrivateKeys(text: string, remove: (kind: string) => string): string {
	let rest = '';
	let at = 0;
	for (const { start, end } of privateKeys(text)) {
		if (start >= at) {
			// The lines below keep their numbers.
			const lineEnds = text.slice(start, end).split('\n').length - 1;
			rest += text.slice(at, start) + remove('private key') + '\n'.repeat(lineEnds);
			at = end;
		}
	}
	return rest + text.slice(at);
}

interface Place {
	readonly kind: string;
	/** Two groups that stand side by side at the match's start: what comes before, and the value. */
	readonly pattern: RegExp;
	readonly counts: (value: string, whole: string) => boolean;
}

const NAMES =
	'(?:pass(?:word|wd|phrase)|passwd|pwd|secret|token|credential|api[_-]?key|apikey|access[_-]?key|auth[_-]?key|private[_-]?key|encryption[_-]?key|signing[_-]?key|master[_-]?key|account[_-]?key|client[_-]?key|service[_-]?key|bearer|authorization|_auth)';
/** The rest of a name, an annotated type, what assigns or passes, and a default's first half. */
const ASSIGNS =
	'[\\w-]{0,30}["\'`]?\\]?(?:\\s?:\\s?[A-Za-z]{1,20}(?=\\s?=))?\\s{0,4}(?::=|=>|==?=?|!==?|[:(,])\\s{0,4}(?:[\\w.$]{1,60}\\s?(?:\\|\\||\\?\\?|or)\\s{0,3})?';
const NOT_SECRET =
	/^["'`]?[\w-]*(?:hash|digest|ur[li]|path|file|regexp?|pattern|length|count|limit|type|kind|label|selector)["'`]?\]?\s*[:=(,]/i;

const PLACES: readonly Place[] = [
	{
		kind: 'authorization',
		pattern: /\b((?:Bearer|Basic|Token|ApiKey)[ ]{1,2}(?:token=)?["']?)([\w.~+/=-]{16,4000})/gi,
		counts: (value) => looksRandom(value, 16) || basicCredentials(value),
	},
	{
		kind: 'password',
		pattern: /(:\/\/[^\s/:@"'`<>{}$]{0,80}:)([^\s/@"'`<>{}$*]{3,200})@(?:[\w.-]{1,200})?/g,
		counts: (value, whole) =>
			!/@(?:[\w-]+\.)*example(?:\.\w+)?$|@[\w.-]*\.(?:test|invalid)$/i.test(whole) &&
			value.length >= 6 &&
			!/^\[|^(?:\w*(?:pass|pwd|secret|user|token|example|changeme|admin|root|postgres|guest|test)\w{0,5}|[a-z]{1,7})$/i.test(
				value,
			),
	},
	{
		kind: 'key of a connection',
		pattern:
			/((?:AccountKey|SharedAccessKey|SharedSecret|SharedAccessSignature|InstrumentationKey|ApiKey)=)([A-Za-z0-9+/%_-]{20,200}={0,2})/gi,
		counts: (value) => looksRandom(value, 20),
	},
	{
		kind: 'password',
		pattern: /(;[ ]?(?:password|pwd)=)([^;"'`\s{}$<>[\]]{5,100})(?=[;"'`])/gi,
		counts: (value) => !/^(?:\w*pass(?:word)?|secret|test|changeme|x+|\*+)$/i.test(value),
	},
	{
		kind: 'signature',
		pattern: /([?&]sig=)([A-Za-z0-9%+/_-]{40,100})/g,
		counts: (value) => looksRandom(value, 40),
	},
	{
		kind: 'npm credential',
		pattern: /(:(?:_authToken|_auth|_password)[ ]{0,2}=[ ]{0,2}"?)([\w+/=.~-]{12,2000})/g,
		counts: () => true,
	},
	{
		kind: 'secret',
		pattern: new RegExp(`(${NAMES}${ASSIGNS}[rbuf@]{0,2}["'\`])([^"'\`\\s]{8,2000})(?=["'\`])`, 'gi'),
		counts: (value, whole) =>
			!NOT_SECRET.test(whole) &&
			(looksRandom(value, 14) || (/^(?:pass|pwd)/i.test(whole) && looksChosen(value))),
	},
	{
		// Settings files, query strings and command lines: nothing is quoted.
		kind: 'secret',
		pattern: new RegExp(
			`(${NAMES}[\\w-]{0,30}(?:\\s{0,2}[:=]\\s{0,2}|[ ]{1,2}|>))([A-Za-z0-9+/_~-]{20,2000}={0,2})(?=[\\s&"'\`;,<]|$)`,
			'gi',
		),
		counts: (value, whole) => !NOT_SECRET.test(whole) && looksRandom(value, 20),
	},
];

/** `user:password` in base64, as HTTP's basic authentication has it. */
function basicCredentials(value: string): boolean {
	if (!/^[A-Za-z0-9+/]{16,400}={0,2}$/.test(value)) {
		return false;
	}
	const text = Buffer.from(value, 'base64').toString('latin1');
	return /^[\x21-\x39\x3b-\x7e]{1,80}:[\x20-\x7e]{6,200}$/.test(text);
}
