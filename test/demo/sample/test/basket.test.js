'use strict';
const { test, beforeEach, describe } = require('node:test');
const assert = require('node:assert/strict');
const { Catalogue } = require('../src/catalogue');
const { Basket } = require('../src/basket');

describe('basket', () => {
	let basket;
	beforeEach(() => {
		basket = new Basket(new Catalogue([
			{ sku: 'tea', name: 'Tea', price: 450, weight: 100 },
			{ sku: 'pot', name: 'Pot', price: 2500, weight: 900 },
		]));
	});
	test('starts empty', () => assert.equal(basket.count, 0));
	test('counts pieces', () => assert.equal(basket.put('tea', 2).put('pot').count, 3));
	test('adds to what is there', () => assert.equal(basket.put('tea').put('tea', 2).lines()[0].quantity, 3));
	test('takes pieces out', () => assert.equal(basket.put('tea', 3).take('tea', 2).count, 1));
	test('forgets what is taken out wholly', () => assert.equal(basket.put('tea').take('tea').lines().length, 0));
	test('weighs', () => assert.equal(basket.put('tea', 2).put('pot').weight, 1100));
	test('sums up', () => assert.equal(basket.put('tea', 2).put('pot').subtotal, 3400));
	test('refuses half a piece', () => assert.throws(() => basket.put('tea', 0.5), RangeError));
	test('refuses what is not in the catalogue', () => assert.throws(() => basket.put('cup'), /cup/));
});
