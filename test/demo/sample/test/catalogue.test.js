'use strict';
const { test } = require('node:test');
const assert = require('node:assert/strict');
const { Catalogue } = require('../src/catalogue');

const products = [
	{ sku: 'tea', name: 'Green Tea', price: 450 },
	{ sku: 'pot', name: 'Tea Pot', price: 2500, weight: 900 },
];

test('finds a product', () => assert.equal(new Catalogue(products).find('pot').price, 2500));
test('fills in what is not said', () => assert.equal(new Catalogue(products).find('tea').tax, 'standard'));
test('knows what it does not have', () => assert.throws(() => new Catalogue(products).find('cup'), /no such product: cup/));
test('refuses the same product twice', () => assert.throws(() => new Catalogue([...products, products[0]]), /twice/));
test('searches by every word', () => {
	const found = new Catalogue(products).search('TEA pot');
	assert.deepEqual(found.map((product) => product.sku), ['pot']);
});
test('an empty search finds all', () => assert.equal(new Catalogue(products).search(' ').length, 2));
