// What a finished call is settled at: the provider's own cost, or its usage at the published price, or the worst case
// where neither can be believed.
import { type NanoUsd, nanoUsd, ZERO } from '../core/money';
import type { Cost } from '../core/offer';
import { costOf, type Price, type Usage } from '../core/price';
import type { ReportedUsage } from './wire';

export interface Asked {
	readonly price: Price;
	readonly reserved: NanoUsd;
	readonly inputCeiling: number;
	/** The limit that went on the wire. */
	readonly outputTokens: number;
	/** About how many tokens went, and how many came. */
	readonly promptEstimate: number;
	readonly answerEstimate: number;
}

export interface Reported {
	readonly usage?: ReportedUsage;
	/** Decimal text. */
	readonly costUsd?: string;
}

export interface Settlement {
	readonly cost: Cost;
	/** How much more it may have cost where the report is implausibly low. */
	readonly doubt: NanoUsd;
	/** What was believed. */
	readonly usage?: Usage;
	/** Why nothing more may be bought at this price: the provider bills more than it was quoted. */
	readonly dearer?: string;
}

/** A report may be so much below what we saw before it is doubted. */
const PLAUSIBLE = 0.5;
/** Providers round their cost field; by less than a millionth of a dollar or one in a hundred. */
const ROUNDING_NANO = 1_000;
const ROUNDING_PART = 0.01;
/** Figures above it are as good as without end, and would overflow. */
const MOST_TOKENS = 1_000_000_000;

export function settlementOf(asked: Asked, reported: Reported): Settlement {
	const usage = believed(reported.usage, asked);
	const told = usage === undefined ? {} : { usage };
	const bill = reported.costUsd === undefined ? undefined : nanoFromText(reported.costUsd);
	if (bill !== undefined) {
		if (bill > asked.reserved) {
			return { ...worst(asked), ...told, dearer: 'billed more than the call could cost by its price' };
		}
		const published = usage === undefined ? undefined : costOf(asked.price, usage);
		const low = bill < leastCost(asked) || (published !== undefined && bill < published * PLAUSIBLE);
		const slack = published === undefined ? 0 : Math.max(ROUNDING_NANO, published * ROUNDING_PART);
		const dearer = published !== undefined && bill > published + slack;
		return {
			...billed(asked, nanoUsd(bill), low),
			...told,
			...(dearer ? { dearer: 'billed more than its published price' } : {}),
		};
	}
	if (usage !== undefined) {
		const cost = costOf(asked.price, dearestThinking(asked.price, usage));
		if (cost > asked.reserved) {
			// Only tokens written to a cache whose price nobody knows can do that.
			return { ...worst(asked), usage };
		}
		const low =
			usage.inputTokens < asked.promptEstimate * PLAUSIBLE ||
			usage.outputTokens < asked.answerEstimate * PLAUSIBLE;
		return { ...billed(asked, cost, low), usage };
	}
	return claimsMore(asked, reported.usage)
		? { ...worst(asked), dearer: 'reported more tokens than it was sent or allowed' }
		: worst(asked);
}

/** Where thinking has a dearer rate and nobody says how much it was, all of the answer may have been. */
function dearestThinking(price: Price, usage: Usage): Usage {
	const dearer = [price, ...price.tiers].some((rates) => (rates.reasoning ?? 0) > rates.output);
	return dearer && usage.reasoningTokens === undefined
		? { ...usage, reasoningTokens: usage.outputTokens }
		: usage;
}

/** Nothing is known of what it cost. */
export function worst(asked: Pick<Asked, 'reserved'>): Settlement {
	return { cost: { amount: asked.reserved, basis: 'estimated' }, doubt: ZERO };
}

function billed(asked: Asked, amount: NanoUsd, low: boolean): Settlement {
	const doubt = low ? nanoUsd(asked.reserved - amount) : ZERO;
	return { cost: { amount, basis: 'billed' }, doubt };
}

/** What the call must have cost if all of its prompt came from a cache and our estimates are twice too high. */
function leastCost(asked: Asked): number {
	const inputTokens = Math.floor(asked.promptEstimate * PLAUSIBLE);
	const outputTokens = Math.floor(asked.answerEstimate * PLAUSIBLE);
	return costOf(asked.price, { inputTokens, cacheReadTokens: inputTokens, outputTokens });
}

/** Undefined when a figure is missing, is no count, or contradicts the request or another figure. */
export function believed(
	reported: ReportedUsage | undefined,
	asked: Pick<Asked, 'inputCeiling' | 'outputTokens'>,
): Usage | undefined {
	const { inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens, reasoningTokens } = reported ?? {};
	if (inputTokens === undefined || outputTokens === undefined) {
		return undefined;
	}
	const all = [inputTokens, outputTokens, cacheReadTokens ?? 0, cacheWriteTokens ?? 0, reasoningTokens ?? 0];
	if (!all.every((figure) => Number.isSafeInteger(figure) && figure >= 0)) {
		return undefined;
	}
	if (
		inputTokens > asked.inputCeiling ||
		outputTokens > asked.outputTokens ||
		(cacheReadTokens ?? 0) + (cacheWriteTokens ?? 0) > inputTokens ||
		(reasoningTokens ?? 0) > outputTokens
	) {
		return undefined;
	}
	return {
		inputTokens,
		outputTokens,
		...(cacheReadTokens === undefined ? {} : { cacheReadTokens }),
		...(cacheWriteTokens === undefined ? {} : { cacheWriteTokens }),
		...(reasoningTokens === undefined ? {} : { reasoningTokens }),
	};
}

function claimsMore(asked: Asked, reported: ReportedUsage | undefined): boolean {
	const tokens = (figure: number | undefined) =>
		figure === undefined || Number.isNaN(figure) ? 0 : Math.floor(Math.min(MOST_TOKENS, Math.max(0, figure)));
	const inputTokens = tokens(reported?.inputTokens);
	const outputTokens = tokens(reported?.outputTokens);
	return costOf(asked.price, { inputTokens, outputTokens }) > asked.reserved;
}

/**
 * Decimal US dollars, `0.0012` or `1.2e-3`, to nano-dollars: exact, rounded up once. Undefined when it is no
 * amount; infinite when it is beyond every bid.
 */
export function nanoFromText(text: string): number | undefined {
	const match = /^(\d{1,40})(?:\.(\d{0,60}))?(?:[eE]([+-]?\d{1,3}))?$/.exec(text.trim());
	if (match === null) {
		return undefined;
	}
	const fraction = match[2] ?? '';
	const digits = BigInt(`${match[1] ?? ''}${fraction}`);
	const shift = Number(match[3] ?? 0) - fraction.length + 9;
	if (digits === 0n) {
		return 0;
	}
	if (shift >= 0) {
		return safe(digits * 10n ** BigInt(shift));
	}
	const divisor = 10n ** BigInt(-shift);
	return safe((digits + divisor - 1n) / divisor);
}

function safe(nano: bigint): number {
	return nano > BigInt(Number.MAX_SAFE_INTEGER) ? Number.POSITIVE_INFINITY : Number(nano);
}
