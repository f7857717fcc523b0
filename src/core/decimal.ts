// Prices as people and providers write them: decimal text, read digit by digit. No float ever sees an amount, so
// that 0.1 and 0.2 are what they say.
import { type NanoUsd, nanoUsd } from './money';
import { type Rate, rateOf } from './price';

/** Nothing costs $100,000 per million tokens; a figure above it is a slip, and would make sums unsafe. */
const MOST_PER_MILLION = 100_000n * 1_000_000_000n;
const MOST_USD = 10_000_000n * 1_000_000_000n;

/**
 * The decimal number in the text times 10 to the power of `shift`, as a whole number. Digits below one are rounded
 * as told. Takes `12`, `0.5`, `.5`, `1e-7`; nothing signed, hexadecimal, or longer than 60 characters: undefined.
 */
export function wholeOf(text: string, shift: number, rounding: 'up' | 'down'): bigint | undefined {
	const match = /^(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,2}))?$/.exec(text.length > 60 ? '' : text.trim());
	const [, whole = '', fraction = '', exponent = '0'] = match ?? [];
	if (match === null || whole + fraction === '') {
		return undefined;
	}
	const digits = BigInt(whole + fraction);
	const power = shift + Number(exponent) - fraction.length;
	if (power >= 0) {
		return digits * 10n ** BigInt(power);
	}
	const divisor = 10n ** BigInt(-power);
	return rounding === 'up' ? (digits + divisor - 1n) / divisor : digits / divisor;
}

/** US dollars per million tokens, as a rate; rounded up below a nano-dollar. Undefined when it is no price. */
export function ratePerMillion(text: string): Rate | undefined {
	return rateWithin(wholeOf(text, 9, 'up'));
}

/** US dollars per token, as a rate; rounded up below a nano-dollar per million tokens. Undefined when it is no price. */
export function ratePerToken(text: string): Rate | undefined {
	return rateWithin(wholeOf(text, 15, 'up'));
}

/** US dollars. Undefined when it is no amount, or more than ten million. */
export function usdOf(text: string, rounding: 'up' | 'down'): NanoUsd | undefined {
	const whole = wholeOf(text, 9, rounding);
	return whole === undefined || whole > MOST_USD ? undefined : nanoUsd(Number(whole));
}

/** `0.30`, `3.00`, `0.0375`: US dollars per million tokens, exact, two decimals at least. */
export function formatRate(rate: Rate): string {
	const digits = String(rate).padStart(10, '0');
	const fraction = digits.slice(-9).replace(/(?<=^\d{2,})0+$/, '');
	return `${digits.slice(0, -9)}.${fraction}`;
}

function rateWithin(whole: bigint | undefined): Rate | undefined {
	return whole === undefined || whole > MOST_PER_MILLION ? undefined : rateOf(Number(whole));
}
