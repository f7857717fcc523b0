// The prices that go out with the build. prices.json is written by generate.mjs and checked by a test.
import { type Price, type Rates, rateOf } from '../../core/price';
import type { Catalogued } from './catalogued';
import file from './prices.json';

/** Tool calling is not in the source. */
interface Row {
	readonly id: string;
	readonly name: string;
	readonly input?: number;
	readonly output?: number;
	readonly cacheRead?: number;
	readonly cacheWrite?: number;
	readonly tiers?: readonly (RatesRow & { readonly inputTokensAbove: number })[];
	readonly context?: number;
	readonly maxOutput?: number;
}

interface RatesRow {
	readonly input: number;
	readonly output: number;
	readonly cacheRead?: number;
	readonly cacheWrite?: number;
}

const rows: Readonly<Record<string, readonly Row[]>> = file.models;

/** Made once for each provider that is asked for. */
const models = new Map<string, ReadonlyMap<string, Catalogued>>();

/** The day the source was published, ISO 8601. */
export const SHIPPED_ON: string = file.source.published;
export const SHIPPED_FROM = `${file.source.package} ${file.source.version}`;

/** By the provider's own name of the model, sorted; empty for a provider that is not in it. */
export function shippedModels(provider: string): ReadonlyMap<string, Catalogued> {
	const known = models.get(provider);
	if (known !== undefined) {
		return known;
	}
	const those = Object.hasOwn(rows, provider) ? (rows[provider] ?? []) : [];
	const made = new Map(those.map((row) => [row.id, modelOf(row)]));
	models.set(provider, made);
	return made;
}

export function shippedProviders(): readonly string[] {
	return Object.keys(rows);
}

function modelOf(row: Row): Catalogued {
	const { input, output } = row;
	const price: Price | undefined =
		input === undefined || output === undefined
			? undefined
			: {
					...ratesOf({ ...row, input, output }),
					tiers: (row.tiers ?? []).map((tier) => ({
						inputTokensAbove: tier.inputTokensAbove,
						...ratesOf(tier),
					})),
				};
	return {
		id: row.id,
		name: row.name,
		...(price === undefined ? {} : { price }),
		...(row.context === undefined ? {} : { context: row.context }),
		...(row.maxOutput === undefined ? {} : { maxOutput: row.maxOutput }),
	};
}

function ratesOf(row: RatesRow): Rates {
	return {
		input: rateOf(row.input),
		output: rateOf(row.output),
		...(row.cacheRead === undefined ? {} : { cacheRead: rateOf(row.cacheRead) }),
		...(row.cacheWrite === undefined ? {} : { cacheWrite: rateOf(row.cacheWrite) }),
	};
}
