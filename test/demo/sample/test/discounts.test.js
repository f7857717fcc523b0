'use strict';
const { test, describe } = require('node:test');
const assert = require('node:assert/strict');
const { volumePercent, volumeDiscount, voucherDiscount } = require('../src/discounts');

describe('volume discount', () => {
	test('nothing off a few', () => assert.equal(volumePercent(9), 0));
	test('a tier holds from its first piece on', () => {
		assert.equal(volumePercent(10), 5);
		assert.equal(volumePercent(50), 10);
		assert.equal(volumePercent(100), 15);
	});
	test('the dearest tier wins', () => assert.equal(volumePercent(1000), 15));
	test('is counted by line', () => {
		assert.equal(volumeDiscount([{ amount: 10000, quantity: 20 }, { amount: 500, quantity: 1 }]), 500);
	});
	test('no lines, no discount', () => assert.equal(volumeDiscount([]), 0));
});

describe('voucher', () => {
	test('none', () => assert.equal(voucherDiscount(undefined, 1000), 0));
	test('takes percent', () => assert.equal(voucherDiscount({ percent: 10 }, 1000), 100));
	test('takes a value', () => assert.equal(voucherDiscount({ value: 300 }, 1000), 300));
	test('never more than the amount', () => assert.equal(voucherDiscount({ value: 3000 }, 1000), 1000));
	test('holds from its minimum on', () => assert.equal(voucherDiscount({ value: 300, minimum: 1000 }, 1000), 300));
	test('nothing below its minimum', () => assert.equal(voucherDiscount({ value: 300, minimum: 1001 }, 1000), 0));
});
