// A model with its price, before anybody asked whether it can be used; and how two prices of one model are joined.
import type { Price, Rate, Rates } from '../../core/price';

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

function higher(a: Rates, b: Rates): Rates {
	const cacheRead = highest(a.cacheRead, b.cacheRead);
	const cacheWrite = highest(a.cacheWrite, b.cacheWrite);
	const reasoning =
		a.reasoning === undefined && b.reasoning === undefined
			? undefined
			: highest(a.reasoning ?? a.output, b.reasoning ?? b.output);
	return {
		input: Math.max(a.input, b.input) as Rate,
		output: Math.max(a.output, b.output) as Rate,
		...(cacheRead === undefined ? {} : { cacheRead }),
		...(cacheWrite === undefined ? {} : { cacheWrite }),
		...(reasoning === undefined ? {} : { reasoning }),
	};
}

/** Absent when either is: an absent cache rate stands for one that is dearer than any known. */
function highest(a: Rate | undefined, b: Rate | undefined): Rate | undefined {
	return a === undefined || b === undefined ? undefined : (Math.max(a, b) as Rate);
}
