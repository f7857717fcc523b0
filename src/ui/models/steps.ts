// A few models of many, so that a cascade has steps.
import { costOf, type Price } from '../../core/price';

const MOST = 4;
const TYPICAL = { inputTokens: 12_000, outputTokens: 2_500 };

/** Cheapest first, unpriced ones last. */
export function byPrice<T extends { readonly id: string; readonly price?: Price }>(
	models: readonly T[],
): readonly T[] {
	const cost = ({ price }: T) => (price === undefined ? Number.MAX_SAFE_INTEGER : costOf(price, TYPICAL));
	return [...models].sort((a, b) => cost(a) - cost(b) || (a.id < b.id ? -1 : 1));
}

/** All, cheapest first, or where there are more than four: a cheap one, two between, a dear one. Unpriced ones never. */
export function inSteps<T extends { readonly id: string; readonly price?: Price }>(
	models: readonly T[],
): readonly T[] {
	const priced = byPrice(models).filter(({ price }) => price !== undefined);
	if (priced.length <= MOST) {
		return priced;
	}
	const places = [0, 1 / 3, 2 / 3, 0.9].map((part) => Math.floor(part * (priced.length - 1)));
	return [...new Set(places)].flatMap((place) => priced[place] ?? []);
}
