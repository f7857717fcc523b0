// Money is whole nano-dollars: $3 per million tokens is exactly 3,000 a token, and sums never drift.

declare const nano: unique symbol;
/** A whole, non-negative number of billionths of a US dollar. */
export type NanoUsd = number & { readonly [nano]: 'NanoUsd' };

export const NANO_PER_USD = 1_000_000_000;
export const ZERO = 0 as NanoUsd;

/** The largest bid taken at face value; more is taken for a slip of the finger. */
const MOST_USD = 1000;

/** @throws RangeError when the number is not a whole, non-negative, safe integer: a bug, never an input error. */
export function nanoUsd(value: number): NanoUsd {
	if (!Number.isSafeInteger(value) || value < 0) {
		throw new RangeError(`not an amount in nano-dollars: ${value}`);
	}
	return value as NanoUsd;
}

export function add(...amounts: readonly NanoUsd[]): NanoUsd {
	return nanoUsd(amounts.reduce((sum, amount) => sum + amount, 0));
}

export type ParsedUsd =
	| { readonly kind: 'amount'; readonly amount: NanoUsd }
	| { readonly kind: 'unreadable'; readonly message: string };

/**
 * Reads an amount that a person typed: `0.25`, `$0.25`, `1`, `.5`. Fractions below a nano-dollar are rounded
 * down, since the amount is a limit. Anything else is told off in one sentence.
 */
export function parseUsd(text: string): ParsedUsd {
	const trimmed = text.trim();
	const quoted = JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text);
	const match = /^\$?\s*(\d*)(?:\.(\d+))?$/.exec(trimmed);
	if (!match || !/\d/.test(trimmed)) {
		return { kind: 'unreadable', message: `${quoted} is not an amount in US dollars; ${hint(trimmed)}` };
	}
	const whole = match[1] ?? '';
	const fraction = (match[2] ?? '').padEnd(9, '0').slice(0, 9);
	if (whole.length > 9 || Number(whole || 0) + Number(`0.${fraction}`) > MOST_USD) {
		return {
			kind: 'unreadable',
			message: `${quoted} is more than $${MOST_USD}, the most one fix may cost; name a smaller bid.`,
		};
	}
	return { kind: 'amount', amount: nanoUsd(Number(whole || 0) * NANO_PER_USD + Number(fraction)) };
}

/** `$0.00`, `$0.25`, `$0.0031`: two decimals, more only where they carry the amount. */
export function formatUsd(amount: NanoUsd): string {
	const whole = Math.floor(amount / NANO_PER_USD);
	const fraction = String(amount % NANO_PER_USD).padStart(9, '0');
	if (whole > 0 || amount % 10_000_000 === 0) {
		const cents = Math.ceil((amount % NANO_PER_USD) / 10_000_000);
		return cents === 100 ? `$${whole + 1}.00` : `$${whole}.${String(cents).padStart(2, '0')}`;
	}
	const significant = fraction.search(/[1-9]/) + 2;
	return `$0.${fraction.slice(0, Math.max(2, significant)).replace(/(?<=\d{2})0+$/, '')}`;
}

function hint(text: string): string {
	if (text.startsWith('-')) {
		return 'a bid cannot be below zero.';
	}
	if (/^\$?\d*,\d+$/.test(text)) {
		return `write it with a point: ${text.replace(',', '.')}.`;
	}
	return 'write it like 0.25 (0 buys nothing and uses the free proposer alone).';
}
