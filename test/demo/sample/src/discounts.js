'use strict';

const { share } = require('./cents');

/** From so many pieces of one product on, so many percent off. Dearest tier first. */
const TIERS = [
	{ from: 100, percent: 15 },
	{ from: 50, percent: 10 },
	{ from: 10, percent: 5 },
];

function volumePercent(quantity) {
	for (const tier of TIERS) {
		if (quantity > tier.from) {
			return tier.percent;
		}
	}
	return 0;
}

function volumeDiscount(lines) {
	return lines.reduce((sum, line) => sum + share(line.amount, volumePercent(line.quantity)), 0);
}

/** A voucher never takes more than the amount, and nothing below its minimum. */
function voucherDiscount(voucher, amount) {
	if (!voucher || amount < (voucher.minimum || 0)) {
		return 0;
	}
	const value = voucher.percent ? share(amount, voucher.percent) : voucher.value;
	return Math.min(value, amount);
}

module.exports = { TIERS, volumePercent, volumeDiscount, voucherDiscount };
