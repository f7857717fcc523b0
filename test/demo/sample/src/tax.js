'use strict';

const { share } = require('./cents');

const RATES = { standard: 20, reduced: 7, none: 0 };

function rateOf(product) {
	const rate = RATES[product.tax];
	if (rate === undefined) {
		throw new Error(`no such tax: ${product.tax}`);
	}
	return rate;
}

/** Tax by rate, on amounts after discount shared out in proportion. */
function taxes(lines, discount) {
	const total = lines.reduce((sum, line) => sum + line.amount, 0);
	const byRate = new Map();
	for (const line of lines) {
		const net = total === 0 ? 0 : line.amount - (discount * line.amount) / total;
		const rate = rateOf(line.product);
		byRate.set(rate, (byRate.get(rate) || 0) + net);
	}
	return [...byRate]
		.map(([rate, net]) => ({ rate, net: Math.round(net), tax: share(net, rate) }))
		.sort((a, b) => b.rate - a.rate);
}

module.exports = { RATES, rateOf, taxes };
