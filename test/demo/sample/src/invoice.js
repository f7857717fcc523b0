'use strict';

const { format } = require('./cents');
const { volumeDiscount, voucherDiscount } = require('./discounts');
const { taxes } = require('./tax');
const { shipping } = require('./shipping');

function invoice(basket, { zone = 'home', voucher } = {}) {
	const lines = basket.lines();
	const subtotal = basket.subtotal;
	const volume = volumeDiscount(lines);
	const discount = volume + voucherDiscount(voucher, subtotal - volume);
	const tax = taxes(lines, discount);
	const sent = lines.length === 0 ? 0 : shipping(zone, basket.weight, subtotal - discount);
	const total = subtotal - discount + tax.reduce((sum, one) => sum + one.tax, 0) + sent;
	return { lines, subtotal, discount, tax, shipping: sent, total };
}

function print(bill) {
	const rows = bill.lines.map((line) => `${line.quantity} × ${line.product.name}  ${format(line.amount)}`);
	if (bill.discount > 0) {
		rows.push(`Discount  ${format(-bill.discount)}`);
	}
	for (const { rate, tax } of bill.tax) {
		rows.push(`Tax ${rate} %  ${format(tax)}`);
	}
	rows.push(`Shipping  ${format(bill.shipping)}`, `Total  ${format(bill.total)}`);
	return rows.join('\n');
}

module.exports = { invoice, print };
