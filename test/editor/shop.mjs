// A small repository with one failing node:test, as a person's work is: the source is not committed yet.
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';

const BASE = `export function discounted(price, percent) {
	if (percent > 100) {
		throw new RangeError('more than everything');
	}
	return price + (price * percent) / 100;
}

export function total(prices) {
	return prices.reduce((sum, price) => sum + price, 0);
}
`;
const TESTS = `import assert from 'node:assert/strict';
import { test } from 'node:test';
import { discounted, total } from './pricing.js';

test('takes ten percent off', () => {
	assert.equal(discounted(100, 10), 90);
	assert.equal(discounted(50, 20), 40);
});
test('refuses more than everything', () => {
	assert.throws(() => discounted(100, 101), RangeError);
});
test('adds prices up', () => {
	assert.equal(total([1, 2, 3]), 6);
});
`;

/**
 * @returns `file`, the absolute path of the source with the fault, and `base`, its text.
 */
export function makeShop(folder, env = {}) {
	writeFileSync(
		path.join(folder, 'package.json'),
		JSON.stringify({ type: 'module', scripts: { test: 'node --test' } }),
	);
	writeFileSync(path.join(folder, 'pricing.test.js'), TESTS);
	for (const argv of [
		['init', '-q'],
		['add', '.'],
		['commit', '-q', '-m', 'start'],
	]) {
		execFileSync('git', argv, { cwd: folder, env: { ...process.env, ...env } });
	}
	const file = path.join(folder, 'pricing.js');
	writeFileSync(file, BASE);
	return { file, base: BASE };
}
