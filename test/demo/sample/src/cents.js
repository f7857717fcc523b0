'use strict';

/** Amounts are whole cents. */
function cents(text) {
	const match = /^(\d+)(?:\.(\d{1,2}))?$/.exec(String(text).trim());
	if (!match) {
		throw new TypeError(`not an amount: ${text}`);
	}
	return Number(match[1]) * 100 + Number((match[2] || '').padEnd(2, '0'));
}

function format(amount, currency = '€') {
	const sign = amount < 0 ? '-' : '';
	const whole = Math.floor(Math.abs(amount) / 100);
	const rest = String(Math.abs(amount) % 100).padStart(2, '0');
	return `${sign}${currency}${whole}.${rest}`;
}

function share(amount, percent) {
	return Math.round((amount * percent) / 100);
}

/** Splits an amount so that the parts differ by at most a cent and sum up exactly. */
function split(amount, parts) {
	const least = Math.floor(amount / parts);
	const over = amount - least * parts;
	return Array.from({ length: parts }, (_, index) => (index < over ? least + 1 : least));
}

module.exports = { cents, format, share, split };
