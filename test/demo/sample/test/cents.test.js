'use strict';
const { test, describe } = require('node:test');
const assert = require('node:assert/strict');
const { cents, format, share, split } = require('../src/cents');

describe('cents', () => {
	test('reads whole amounts', () => assert.equal(cents('12'), 1200));
	test('reads two decimals', () => assert.equal(cents('12.34'), 1234));
	test('reads one decimal', () => assert.equal(cents('0.5'), 50));
	test('takes numbers', () => assert.equal(cents(3), 300));
	test('refuses words', () => assert.throws(() => cents('free'), TypeError));
	test('refuses three decimals', () => assert.throws(() => cents('1.234'), TypeError));
});

describe('format', () => {
	test('pads cents', () => assert.equal(format(105), '€1.05'));
	test('writes nothing owed', () => assert.equal(format(0), '€0.00'));
	test('puts the sign first', () => assert.equal(format(-250), '-€2.50'));
	test('takes another currency', () => assert.equal(format(99, '$'), '$0.99'));
});

test('share rounds to the nearest cent', () => {
	assert.equal(share(1005, 10), 101);
	assert.equal(share(1004, 10), 100);
});

test('split sums up exactly', () => {
	assert.deepEqual(split(100, 3), [34, 33, 33]);
	assert.deepEqual(split(5, 5), [1, 1, 1, 1, 1]);
});
