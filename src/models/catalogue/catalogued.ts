// A model with its price, before anybody asked whether it can be used; and how two prices of one model are joined.
import { type Price, type Rate, type Rates, rateOf } from '../../core/price';

export interface Catalogued {
	readonly id: string;
	readonly name: string;
	/** Absent when it is not known. */
	readonly price?: Price;
	/** Tokens. */
	readonly context?: number;
	readonly maxOutput?: number;
	/** Absent when it is not known. */
	readonly callsTools?: boolean;
}

/** As core/price counts it: twice the input. */
const UNKNOWN_CACHE_WRITE = 2;

/** Rate by rate the higher of two prices, at every size of prompt at which one of them changes. */
export function dearer(a: Price, b: Price): Price {
	const sizes = [...new Set([...a.tiers, ...b.tiers].map(({ inputTokensAbove }) => inputTokensAbove))].sort(
		(one, other) => one - other,
	);
	const request = a.request === undefined || (b.request ?? 0) > a.request ? b.request : a.request;
	return {
		...higher(a, b),
		...(request === undefined ? {} : { request }),
		tiers: sizes.map((inputTokensAbove) => ({
			inputTokensAbove,
			...higher(ratesAbove(a, inputTokensAbove), ratesAbove(b, inputTokensAbove)),
		})),
	};
}

/** The rates of a request whose prompt is one token longer than so many. */
export function ratesAbove(price: Price, inputTokens: number): Rates {
	return (
		price.tiers
			.filter(({ inputTokensAbove }) => inputTokensAbove <= inputTokens)
			.sort((one, other) => one.inputTokensAbove - other.inputTokensAbove)
			.at(-1) ?? price
	);
}

/** Where only one of both names a rate, what the other bills in its place is what counts. */
function higher(a: Rates, b: Rates): Rates {
	const highest = (of: (rates: Rates) => Rate | undefined, otherwise: (rates: Rates) => number) =>
		of(a) === undefined && of(b) === undefined
			? undefined
			: rateOf(Math.max(of(a) ?? otherwise(a), of(b) ?? otherwise(b)));
	const cacheRead = highest(
		(rates) => rates.cacheRead,
		(rates) => rates.input,
	);
	const cacheWrite = highest(
		(rates) => rates.cacheWrite,
		(rates) => rates.input * UNKNOWN_CACHE_WRITE,
	);
	const reasoning = highest(
		(rates) => rates.reasoning,
		(rates) => rates.output,
	);
	return {
		input: rateOf(Math.max(a.input, b.input)),
		output: rateOf(Math.max(a.output, b.output)),
		...(cacheRead === undefined ? {} : { cacheRead }),
		...(cacheWrite === undefined ? {} : { cacheWrite }),
		...(reasoning === undefined ? {} : { reasoning }),
	};
}
