// What a model costs. Rates are whole nano-dollars per million tokens, so that $0.0375 per million is exact; a cost
// is worked out exactly and rounded up to a nano-dollar once.
import { type NanoUsd, nanoUsd, ZERO } from './money';

declare const rate: unique symbol;
/** Whole nano-dollars per million tokens: $3 per million is 3,000,000,000. */
export type Rate = number & { readonly [rate]: 'NanoUsdPerMillionTokens' };

const TOKENS = 1_000_000n;

/** @throws RangeError when the number is not a whole, non-negative, safe integer. */
export function rateOf(value: number): Rate {
	if (!Number.isSafeInteger(value) || value < 0) {
		throw new RangeError(`not a rate in nano-dollars per million tokens: ${value}`);
	}
	return value as Rate;
}

export interface Rates {
	/** Prompt tokens that no cache held. */
	readonly input: Rate;
	/** Everything the model writes; reasoning too, unless `reasoning` says otherwise. */
	readonly output: Rate;
	/** Prompt tokens read from the provider's cache; billed like `input` when absent. */
	readonly cacheRead?: Rate;
	/** Prompt tokens written to the provider's cache; absent when no price for it is known. */
	readonly cacheWrite?: Rate;
	/** Reasoning tokens, where they have a rate of their own. */
	readonly reasoning?: Rate;
}

export interface Price extends Rates {
	/** For each request, whatever its size. */
	readonly request?: NanoUsd;
	/** Rates for the whole request once its prompt is longer than so many tokens. */
	readonly tiers: readonly (Rates & { readonly inputTokensAbove: number })[];
}

/** What a provider says was used. Absent parts were not reported. */
export interface Usage {
	/** All of the prompt: fresh, read from the cache and written to it. */
	readonly inputTokens: number;
	readonly cacheReadTokens?: number;
	readonly cacheWriteTokens?: number;
	/** All that was written, reasoning included. */
	readonly outputTokens: number;
	readonly reasoningTokens?: number;
}

/** The dearest rate for a cache write that any provider publishes, as a factor on its input rate (one hour's cache). */
const DEAREST_CACHE_WRITE = 2;

/** By the published price. Tokens written to a cache whose price is unknown count at twice the input rate. */
export function costOf(price: Price, usage: Usage): NanoUsd {
	const at = tierFor(price, usage.inputTokens);
	const read = usage.cacheReadTokens ?? 0;
	const written = usage.cacheWriteTokens ?? 0;
	const reasoning = usage.reasoningTokens ?? 0;
	return total(price.request, [
		[Math.max(0, usage.inputTokens - read - written), at.input],
		[read, at.cacheRead ?? at.input],
		[written, at.cacheWrite ?? at.input * DEAREST_CACHE_WRITE],
		[Math.max(0, usage.outputTokens - reasoning), at.output],
		[reasoning, at.reasoning ?? at.output],
	]);
}

/** The most a call can cost with at most so many tokens in and out, at the dearest tier and cache rate that may apply. */
export function worstCase(price: Price, inputTokens: number, outputTokens: number): NanoUsd {
	const dearest = dearestRates(price, inputTokens);
	return total(price.request, [
		[inputTokens, dearest.input],
		[outputTokens, dearest.output],
	]);
}

/** The greatest output limit, in tokens, whose worst case fits the amount; below zero never: undefined. */
export function affordableOutput(price: Price, inputTokens: number, amount: NanoUsd): number | undefined {
	const left = BigInt(amount) - BigInt(worstCase(price, inputTokens, 0));
	if (left < 0n) {
		return undefined;
	}
	const { output } = dearestRates(price, inputTokens);
	if (output === 0) {
		return Number.MAX_SAFE_INTEGER;
	}
	// The rounded-up prompt leaves up to a nano-dollar less than there is: never more.
	return Number((left * TOKENS) / BigInt(output));
}

/** True when nothing is ever billed. */
export function isFree(price: Price): boolean {
	return worstCase(price, 1_000_000_000, 1) === 0 && dearestRates(price, 1_000_000_000).output === 0;
}

/** True when any rate of `now` is above that of `quoted`: what was put aside may not be enough. */
export function isDearer(now: Price, quoted: Price): boolean {
	if ((now.request ?? 0) > (quoted.request ?? 0)) {
		return true;
	}
	const sizes = [0, ...[...now.tiers, ...quoted.tiers].map(({ inputTokensAbove }) => inputTokensAbove + 1)];
	return sizes.some((size) => {
		const [a, b] = [tierFor(now, size), tierFor(quoted, size)];
		return (
			a.input > b.input ||
			a.output > b.output ||
			(a.cacheRead ?? a.input) > (b.cacheRead ?? b.input) ||
			(a.cacheWrite ?? a.input * DEAREST_CACHE_WRITE) > (b.cacheWrite ?? b.input * DEAREST_CACHE_WRITE) ||
			(a.reasoning ?? a.output) > (b.reasoning ?? b.output)
		);
	});
}

function tierFor(price: Price, inputTokens: number): Rates {
	return (
		price.tiers
			.filter((tier) => inputTokens > tier.inputTokensAbove)
			.reduce<(Rates & { inputTokensAbove: number }) | undefined>(
				(best, tier) => (best === undefined || tier.inputTokensAbove > best.inputTokensAbove ? tier : best),
				undefined,
			) ?? price
	);
}

function dearestRates(
	price: Price,
	inputTokens: number,
): { readonly input: number; readonly output: number } {
	const possible: readonly Rates[] = [
		price,
		...price.tiers.filter((tier) => inputTokens > tier.inputTokensAbove),
	];
	return {
		input: Math.max(...possible.flatMap((at) => [at.input, at.cacheRead ?? 0, at.cacheWrite ?? at.input])),
		output: Math.max(...possible.flatMap((at) => [at.output, at.reasoning ?? 0])),
	};
}

function total(request: NanoUsd | undefined, parts: readonly (readonly [number, number])[]): NanoUsd {
	const sum = parts.reduce((so, [tokens, at]) => so + BigInt(tokens) * BigInt(at), 0n);
	return nanoUsd(Number((sum + TOKENS - 1n) / TOKENS) + (request ?? ZERO));
}
