// The user's settings: one JSON file in their own folder, read strictly. Nothing of a workspace is read here, and no
// key is ever in it: only the name of the environment variable that holds one.
import { readFile } from 'node:fs/promises';
import * as z from 'zod';
import { ratePerMillion, usdOf } from '../core/decimal';
import { baseUrlOf } from '../core/endpoint';
import type { Price } from '../core/price';
import { SANDBOX_WISHES } from '../core/sandbox';
import { NO_SETTINGS, type OwnProvider, type Settings } from '../core/settings';
import { UserError } from '../core/userError';

const MOST_BYTES = 1_000_000;

/**
 * What the file says; no file is no settings. The file is never written.
 * @throws UserError naming the file, the field, and what to write there.
 */
export async function readSettings(file: string): Promise<Settings> {
	let bytes: Buffer;
	try {
		bytes = await readFile(file);
	} catch (error) {
		if (error instanceof Error && 'code' in error && error.code === 'ENOENT') {
			return NO_SETTINGS;
		}
		throw new UserError(
			`The settings in ${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`,
		);
	}
	if (bytes.length > MOST_BYTES) {
		throw new UserError(`The settings in ${file} are longer than 1 MB; write them anew.`);
	}
	return settingsOf(bytes.toString('utf8'), file);
}

/** @throws UserError, as `readSettings` does. */
export function settingsOf(text: string, file: string): Settings {
	let value: unknown;
	try {
		value = JSON.parse(text.replace(/^\ufeff/, ''));
	} catch (error) {
		throw new UserError(
			`The settings in ${file} are not JSON${lineOf(error, text)}; mend or delete the file.`,
		);
	}
	const read = schema.safeParse(value);
	if (!read.success) {
		const [first, ...more] = read.error.issues.map(sentenceOf);
		const others = more.length === 0 ? '' : ` (And ${more.length} more.)`;
		throw new UserError(`The settings in ${file}: ${first ?? 'cannot be used.'}${others}`);
	}
	const { providers, models, order, prices, caps, limits, local, sandbox, sandboxNetwork } = read.data;
	const { keepFixes, examples } = read.data;
	return {
		providers: providers.map((one): OwnProvider => ({ free: false, ...one })),
		...(models === undefined ? {} : { models }),
		...(order === 'pool' ? { order } : {}),
		prices: new Map(Object.entries(prices)),
		caps,
		limits: new Map(Object.entries(limits)),
		...(local === undefined ? {} : { local }),
		...(sandbox === undefined && sandboxNetwork === undefined
			? {}
			: { sandbox: { wish: sandbox, network: sandboxNetwork } }),
		...(keepFixes === undefined ? {} : { keepFixes }),
		...(examples === undefined ? {} : { examples }),
	};
}

const NAME_ONLY =
	'write the NAME of an environment variable, like "MY_SERVER_KEY", never a key itself; if that was a key, take it out of the file and have it replaced.';
const perMillion = decimal(ratePerMillion, 'write US dollars per million tokens, like "0.25".');
const cap = decimal((text) => usdOf(text, 'down'), 'write US dollars, like "5.00".');
const tokenCount = (least: number, example: string) =>
	z
		.int({ error: `write a whole number of tokens, like ${example}.` })
		.min(least, { error: `write at least ${least} tokens.` })
		.max(1_000_000_000, { error: `write a whole number of tokens, like ${example}.` });

const rates = {
	input: perMillion,
	output: perMillion,
	cacheRead: perMillion.exactOptional(),
	cacheWrite: perMillion.exactOptional(),
	reasoning: perMillion.exactOptional(),
};

const price = z
	.strictObject(
		{
			...rates,
			request: decimal(
				(text) => usdOf(text, 'up'),
				'write US dollars for each request, like "0.001".',
			).exactOptional(),
			tiers: z
				.array(z.strictObject({ inputTokensAbove: tokenCount(1, '200000'), ...rates }, { error: object }), {
					error: 'write a list.',
				})
				.default([]),
		},
		{ error: object },
	)
	.transform((one): Price => one);

const provider = z.strictObject(
	{
		id: z
			.string({ error: 'write a name, like "my-server".' })
			.regex(/^[a-z][a-z0-9-]{0,39}$/, {
				error: 'write a name of small letters, digits and hyphens, like "my-server".',
			})
			.refine((id) => id !== 'free', {
				error: 'choose another name: "free" is the proposer that needs no model.',
			}),
		dialect: z
			.enum(['openai-compatible', 'openrouter', 'anthropic', 'google'], {
				error: 'write "openai-compatible", "openrouter", "anthropic" or "google".',
			})
			.exactOptional(),
		baseUrl: z
			.string({ error: 'write an address, like "https://example.com/v1".' })
			.transform((text, context) => {
				const read = baseUrlOf(text);
				if (read.kind === 'url') {
					return read.url;
				}
				context.addIssue({ code: 'custom', message: read.reason });
				return z.NEVER;
			})
			.exactOptional(),
		keyVariable: z.string({ error: NAME_ONLY }).refine(isVariableName, { error: NAME_ONLY }).exactOptional(),
		free: z
			.boolean({ error: 'write true when its models cost you nothing, or leave it out.' })
			.exactOptional(),
	},
	{ error: object },
);

const modelId = z
	.string({ error: 'write the id of a model, like "openrouter/qwen/qwen3-coder".' })
	.regex(/^[^\s\p{C}]{1,240}$/u, { error: 'write the id of a model, like "openrouter/qwen/qwen3-coder".' });
/** A key of an object: the words must name it, since the path of the issue does. */
const modelKey = z.string().regex(/^[a-z][a-z0-9-]*\/[^\s\p{C}]{1,200}$/u);

const schema = z.strictObject(
	{
		providers: z
			.array(provider, { error: 'write a list of providers.' })
			.refine((all) => new Set(all.map(({ id }) => id)).size === all.length, {
				error: 'one provider is there twice; keep one of them.',
			})
			.default([]),
		models: z
			.array(modelId, { error: 'write a list of ids, like ["openrouter/qwen/*"].' })
			.min(1, { error: 'name a model, or leave it out for our own choice.' })
			.exactOptional(),
		order: z
			.enum(['odds', 'pool'], {
				error: 'write "odds", or "pool" to have the models tried in the order in which you name them.',
			})
			.exactOptional(),
		prices: z
			.record(modelKey, price, { error: 'write an object with a price for each id of a model.' })
			.default({}),
		caps: z
			.strictObject({ day: cap.exactOptional(), month: cap.exactOptional() }, { error: object })
			.default({}),
		limits: z
			.record(
				modelKey,
				z.strictObject(
					{
						context: tokenCount(1024, '131072').exactOptional(),
						output: tokenCount(64, '16384').exactOptional(),
					},
					{ error: object },
				),
				{ error: 'write an object with limits for each id of a model.' },
			)
			.default({}),
		local: z
			.literal('free', {
				error: 'write "free" to use model servers on this computer at $0, or leave it out.',
			})
			.exactOptional(),
		sandbox: z
			.enum(SANDBOX_WISHES, { error: 'write "auto", "required" or "off", or leave it out.' })
			.exactOptional(),
		sandboxNetwork: z
			.boolean({ error: 'write true to let tests use the network inside the sandbox, or leave it out.' })
			.exactOptional(),
		keepFixes: z
			.boolean({ error: 'write true to have verified fixes kept on this machine, or leave it out.' })
			.exactOptional(),
		examples: z
			.boolean({ error: 'write false to show kept fixes to no model, or leave it out.' })
			.exactOptional(),
	},
	{ error: object },
);

/** Decimal text, or a number, which stands for its shortest text: 0.1 is exactly "0.1". */
function decimal<T>(read: (text: string) => T | undefined, words: string) {
	return z.union([z.string(), z.number()], { error: words }).transform((value, context): T => {
		const amount = read(String(value));
		if (amount === undefined) {
			context.addIssue({ code: 'custom', message: words });
			return z.NEVER;
		}
		return amount;
	});
}

/** Keys have small letters, or no underscore in a long run; names of variables are written in capitals. */
function isVariableName(text: string): boolean {
	return /^[A-Z_][A-Z0-9_]{0,63}$/.test(text) && !/[A-Z0-9]{17}/.test(text);
}

function object(issue: { readonly code?: string | undefined }): string | undefined {
	return issue.code === 'invalid_type' ? 'write an object, between { and }.' : undefined;
}

/** `providers[0].baseUrl: write an address …`. Never repeats a value, which may hold a key. */
function sentenceOf(issue: z.core.$ZodIssue): string {
	const place = placeOf(issue.path);
	if (issue.code === 'unrecognized_keys') {
		const [name = ''] = issue.keys;
		// A long one may be a key that slipped to the wrong side of the colon.
		const field = `${place === '' ? '' : `${place}.`}${name.length > 30 ? 'one of its fields' : shown(name)}`;
		return /key|token|secret|password|auth/i.test(name)
			? `${field} is no setting: a key never goes into a file. Put it into an environment variable and write the variable's name as keyVariable.`
			: `${field} is no setting; take it out.`;
	}
	if (issue.code === 'invalid_key') {
		return `${place}: write the id of a model before the colon, like "openrouter/qwen/qwen3-coder".`;
	}
	if (issue.code === 'invalid_type' && issue.input === undefined && issue.message.startsWith('Invalid')) {
		return `${place} is missing.`;
	}
	return `${place === '' ? '' : `${place}: `}${issue.message}`;
}

function placeOf(path: readonly PropertyKey[]): string {
	return path
		.map((part, index) =>
			typeof part === 'number'
				? `[${part}]`
				: /^[A-Za-z]\w*$/.test(String(part))
					? `${index === 0 ? '' : '.'}${String(part)}`
					: `[${shown(String(part))}]`,
		)
		.join('');
}

function shown(name: string): string {
	return /^[\w-]{1,40}$/.test(name) ? name : JSON.stringify(name.slice(0, 60));
}

/** Node says where, in one of several wordings. */
function lineOf(error: unknown, text: string): string {
	const message = error instanceof Error ? error.message : '';
	const position = /position (\d+)/.exec(message)?.[1];
	return position === undefined ? '' : ` (line ${text.slice(0, Number(position)).split('\n').length})`;
}
