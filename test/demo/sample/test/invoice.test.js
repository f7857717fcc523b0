'use strict';
const { test, describe } = require('node:test');
const assert = require('node:assert/strict');
const { Catalogue, Basket, invoice, print, shipping, taxes } = require('../src');

const catalogue = new Catalogue([
	{ sku: 'tea', name: 'Tea', price: 500, weight: 100, tax: 'reduced' },
	{ sku: 'pot', name: 'Pot', price: 2500, weight: 900 },
]);

describe('shipping', () => {
	test('home is free from fifty on', () => assert.equal(shipping('home', 100, 5000), 0));
	test('home costs below', () => assert.equal(shipping('home', 100, 4999), 490));
	test('heavy things cost more', () => assert.equal(shipping('near', 3500, 9000), 1190));
	test('refuses the moon', () => assert.throws(() => shipping('moon', 1, 1), /moon/));
});

describe('taxes', () => {
	test('keeps rates apart', () => {
		const lines = new Basket(catalogue).put('tea', 2).put('pot').lines();
		assert.deepEqual(taxes(lines, 0), [{ rate: 20, net: 2500, tax: 500 }, { rate: 7, net: 1000, tax: 70 }]);
	});
	test('shares a discount out', () => {
		const lines = new Basket(catalogue).put('pot', 2).lines();
		assert.deepEqual(taxes(lines, 1000), [{ rate: 20, net: 4000, tax: 800 }]);
	});
	test('nothing bought, nothing taxed', () => assert.deepEqual(taxes([], 0), []));
});

describe('invoice', () => {
	test('of one pot', () => assert.equal(invoice(new Basket(catalogue).put('pot')).total, 3490));
	test('of nothing', () => assert.equal(invoice(new Basket(catalogue)).total, 0));
	test('of twenty teas', () => assert.equal(invoice(new Basket(catalogue).put('tea', 20)).discount, 500));
	test('takes the voucher after the volume discount', () => {
		const bill = invoice(new Basket(catalogue).put('tea', 20), { voucher: { percent: 10 } });
		assert.equal(bill.discount, 500 + 950);
	});
	test('prints', () => {
		const text = print(invoice(new Basket(catalogue).put('pot', 2)));
		assert.equal(text, '2 × Pot  €50.00\nTax 20 %  €10.00\nShipping  €0.00\nTotal  €60.00');
	});
	test('prints a discount', () => {
		const text = print(invoice(new Basket(catalogue).put('tea', 20)));
		assert.match(text, /^Discount {2}-€5\.00$/m);
	});
});
