// A home with one paid model for sale over real HTTP, and projects whose one red test only that model turns green.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { rateOf } from '../../../src/core/price.ts';
import { WireServer } from '../../fakes/wire/server.ts';
import { testEnvironment } from '../build.mjs';

const KEY = 'sk-or-v1-0123456789abcdef0';
const USD = 1_000_000_000;

export class Market {
	/** @param home a folder that is made; `settings` go into the settings file */
	static async open(home, settings = {}) {
		const market = new Market();
		market.server = await WireServer.start({
			price: () => ({ input: rateOf(1 * USD), output: rateOf(4 * USD), tiers: [] }),
		});
		market.env = {
			...testEnvironment(home),
			OPENROUTER_API_KEY: KEY,
			UNDERBID_OPENROUTER_URL: market.server.base('openrouter'),
		};
		market.state = market.env.UNDERBID_HOME;
		mkdirSync(market.state, { recursive: true });
		writeFileSync(
			path.join(market.state, 'settings.json'),
			JSON.stringify({
				models: ['openrouter/acme/small'],
				prices: { 'openrouter/acme/small': { input: '1', output: '4' } },
				limits: { 'openrouter/acme/small': { context: 100_000, output: 16_000 } },
				...settings,
			}),
		);
		return market;
	}

	/** What the provider billed so far, in billionths of a dollar. */
	get billed() {
		return Number(this.server.meter.total(KEY));
	}

	/** Requests for an answer so far. */
	get asked() {
		return this.server.seen.length;
	}

	close() {
		return this.server.close();
	}
}

/**
 * A repository in `folder` with one red test, which is green once each file has its `patched` text.
 * @param files each with `name`, `base` and `patched`, none of them empty
 * @returns the answer of a model that knows
 */
export function makeProject(folder, files, env) {
	mkdirSync(folder, { recursive: true });
	const hashes = files.map(({ name, patched }) => [name, createHash('sha256').update(patched).digest('hex')]);
	const texts = {
		'package.json': JSON.stringify({ private: true, scripts: { test: 'node --test' } }),
		'texts.test.js': `const assert = require('node:assert/strict');
const { createHash } = require('node:crypto');
const { readFileSync } = require('node:fs');
const { test } = require('node:test');

test('has the right texts', () => {
	for (const [name, hash] of ${JSON.stringify(hashes)}) {
		const text = readFileSync(name);
		assert.equal(createHash('sha256').update(text).digest('hex'), hash, name);
	}
});
test('adds', () => assert.equal(1 + 1, 2));
`,
		...Object.fromEntries(files.map(({ name, base }) => [name, base])),
	};
	for (const [name, text] of Object.entries(texts)) {
		writeFileSync(path.join(folder, name), text);
	}
	for (const argv of [
		['init', '-q'],
		['add', '.'],
		['commit', '-q', '-m', 'start'],
	]) {
		execFileSync('git', argv, { cwd: folder, env: { ...process.env, ...env } });
	}
	return files
		.map(
			({ name, base, patched }) =>
				`${name}\n\`\`\`js\n<<<<<<< SEARCH\n${base}=======\n${patched}>>>>>>> REPLACE\n\`\`\`\n`,
		)
		.join('\n');
}
