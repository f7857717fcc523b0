// OpenRouter's public list of models, read loosely: a row that cannot be priced for certain has no price, and says
// nothing about its neighbours.
import * as z from 'zod';
import { ratePerToken, usdOf } from '../../core/decimal';
import type { Price, Rate, Rates } from '../../core/price';
import type { Catalogued } from './catalogued';

/** US dollars per token as decimal text; numbers are taken too, as the text that stands for them. */
const money = z.union([z.string(), z.number().transform(String)]).nullish();
const parts = {
	prompt: money,
	completion: money,
	request: money,
	internal_reasoning: money,
	input_cache_read: money,
	input_cache_write: money,
};
const tokens = z.number().int().positive().max(1_000_000_000).nullish().catch(undefined);
const rowSchema = z.looseObject({
	id: z.string().regex(/^[\x21-\x7e]{1,200}$/),
	name: z.string().max(500).nullish().catch(undefined),
	context_length: tokens,
	top_provider: z
		.looseObject({ context_length: tokens, max_completion_tokens: tokens })
		.nullish()
		.catch(undefined),
	supported_parameters: z.array(z.string()).nullish().catch(undefined),
	pricing: z.looseObject({ ...parts, overrides: z.array(z.looseObject(parts)).max(200).nullish() }),
});
type Row = z.infer<typeof rowSchema>;
type Part = keyof typeof parts;

const PARTS = Object.keys(parts) as readonly Part[];
/** Prices of things we never send or ask for, in an override: not conditions. */
const OTHER_PRICE = /^(audio|image|video|web_search|input_audio|input_cache_write_1h|discount|token)/;
const MOST_ROWS = 20_000;

export type PriceList =
	| { readonly kind: 'list'; readonly models: readonly Catalogued[]; readonly skipped: number }
	| { readonly kind: 'refused'; readonly reason: string };

/** Batches, aliases that move and routers are left out; `skipped` counts rows that could not be read. */
export function readPriceList(value: unknown): PriceList {
	const list = z.looseObject({ data: z.array(z.unknown()).max(MOST_ROWS) }).safeParse(value);
	if (!list.success) {
		return { kind: 'refused', reason: 'it is not a list of models' };
	}
	const models = new Map<string, Catalogued>();
	let skipped = 0;
	for (const item of list.data.data) {
		const row = rowSchema.safeParse(item);
		if (!row.success || models.has(row.data.id)) {
			skipped++;
		} else if (!/:batch$|^~|^openrouter\//.test(row.data.id)) {
			const model = modelOf(row.data);
			if (model === undefined) {
				skipped++;
			} else {
				models.set(model.id, model);
			}
		}
	}
	return models.size === 0
		? { kind: 'refused', reason: 'it holds no model with a price' }
		: { kind: 'list', models: [...models.values()], skipped };
}

function modelOf(row: Row): Catalogued | undefined {
	const price = priceOf(row);
	if (price === undefined) {
		return undefined;
	}
	const { context_length: listed, top_provider: top, supported_parameters: parameters } = row;
	const context = top?.context_length ?? listed;
	const maxOutput = top?.max_completion_tokens;
	return {
		id: row.id,
		name: printableName(row.name ?? row.id),
		price,
		...(typeof context === 'number' ? { context: Math.min(context, listed ?? context) } : {}),
		...(typeof maxOutput === 'number' ? { maxOutput } : {}),
		...(Array.isArray(parameters) ? { callsTools: parameters.includes('tools') } : {}),
	};
}

function priceOf({ id, pricing }: Row): Price | undefined {
	const base = moneyOf(pricing);
	const request = pricing.request == null ? undefined : usdOf(pricing.request, 'up');
	if (base?.prompt === undefined || base.completion === undefined) {
		return undefined;
	}
	// A router says -1, or nothing: free is what says that it is free.
	if (base.prompt === 0 && base.completion === 0 && !id.endsWith(':free')) {
		return undefined;
	}
	if (pricing.request != null && request === undefined) {
		return undefined;
	}
	const overrides: Override[] = [];
	for (const item of pricing.overrides ?? []) {
		const override = overrideOf(item);
		if (override === undefined) {
			return undefined;
		}
		overrides.push(override);
	}
	const sizes = [...new Set(overrides.map(({ above }) => above))]
		.filter((above) => above > 0)
		.sort((a, b) => a - b);
	return {
		...ratesFor(base, overrides, 0),
		...(request === undefined || request === 0 ? {} : { request }),
		tiers: sizes.map((above) => ({ inputTokensAbove: above, ...ratesFor(base, overrides, above) })),
	};
}

type Money = Partial<Record<Exclude<Part, 'request'>, Rate>>;

interface Override {
	readonly above: number;
	/** It depends on something we cannot know (the hour, say): its price counts only where it is the dearer one. */
	readonly uncertain: boolean;
	readonly rates: Money;
}

/** Later ones win, rate by rate; where one depends on the hour, the dearer of both stands. */
function ratesFor(base: Money, overrides: readonly Override[], above: number): Rates {
	const at = new Map(Object.entries(base));
	for (const override of overrides.filter((one) => one.above <= above)) {
		for (const [part, rate] of Object.entries(override.rates)) {
			const now = at.get(part) ?? unsaid(part, at);
			if (!override.uncertain || rate > now) {
				at.set(part, rate);
			}
		}
	}
	const input = at.get('prompt') ?? (0 as Rate);
	const output = at.get('completion') ?? (0 as Rate);
	const read = at.get('input_cache_read');
	const write = at.get('input_cache_write');
	const reasoning = at.get('internal_reasoning');
	// 0 beside a paid rate is one that does not apply.
	return {
		input,
		output,
		...(read === undefined || (read === 0 && input > 0) ? {} : { cacheRead: read }),
		...(write === undefined || (write === 0 && input > 0) ? {} : { cacheWrite: write }),
		...(reasoning === undefined || (reasoning === 0 && output > 0) ? {} : { reasoning }),
	};
}

/** What is billed where a rate is not given. */
function unsaid(part: string, at: ReadonlyMap<string, Rate>): number {
	switch (part) {
		case 'input_cache_read':
			return at.get('prompt') ?? 0;
		case 'input_cache_write':
			return 2 * (at.get('prompt') ?? 0);
		case 'internal_reasoning':
			return at.get('completion') ?? 0;
		default:
			return 0;
	}
}

/** Undefined when it cannot be understood for certain: then the model has no price. */
function overrideOf(item: NonNullable<Row['pricing']['overrides']>[number]): Override | undefined {
	const rates = moneyOf(item);
	const { min_prompt_tokens: above = 0 } = item as { readonly min_prompt_tokens?: unknown };
	if (
		rates === undefined ||
		item.request != null ||
		typeof above !== 'number' ||
		!Number.isSafeInteger(above) ||
		above < 0
	) {
		return undefined;
	}
	const conditions = Object.keys(item).filter(
		(key) => key !== 'min_prompt_tokens' && !PARTS.includes(key as Part) && !OTHER_PRICE.test(key),
	);
	return { above, uncertain: conditions.length > 0, rates };
}

/** Undefined when one of the amounts is none. */
function moneyOf(pricing: Readonly<Record<string, unknown>>): Money | undefined {
	const rates: Money = {};
	for (const part of PARTS) {
		const text = pricing[part];
		if (part === 'request' || typeof text !== 'string') {
			continue;
		}
		const rate = ratePerToken(text);
		if (rate === undefined) {
			return undefined;
		}
		rates[part] = rate;
	}
	return rates;
}

function printableName(text: string): string {
	// biome-ignore lint: control characters are the point
	return text
		.replace(/[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069]/g, ' ')
		.slice(0, 100);
}
