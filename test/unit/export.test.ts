// Kept fixes as their owner meets them: the built program, real git and tests, models over real HTTP.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import {
	existsSync,
	mkdirSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	rmSync,
	statSync,
	writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { NANO_PER_USD } from '../../src/core/money';
import { type Price, rateOf } from '../../src/core/price';
import { WireServer } from '../fakes/wire/server';

const cli = path.join(__dirname, '../../dist/cli.js');
const PRICE: Price = {
	input: rateOf(Math.round(0.2 * NANO_PER_USD)),
	output: rateOf(Math.round(0.8 * NANO_PER_USD)),
	tiers: [],
};
const KEY = 'sk-or-v1-0123456789abcdef0';
const TOKEN = `ghp_${'A1b2C3d4E5'.repeat(3)}Zz0123`;

const sample: Record<string, string> = {
	'package.json': '{ "name": "shop", "scripts": { "test": "node --test" } }\n',
	'.gitignore': 'ignored.js\n',
	'ignored.js': 'exports.password = "correct-horse-battery-staple";\n',
	'src/sum.js': `exports.sum = (numbers) => {
	let total = 1;
	for (const number of numbers) {
		total += number;
	}
	return total;
};
// token ${TOKEN}
`,
	'src/greet.js': `exports.greet = (name) => {
	return String(name);
};
`,
	'test/sum.test.js': `const { test } = require('node:test');
const assert = require('node:assert/strict');
const { sum } = require('../src/sum.js');
test('sums up', () => assert.equal(sum([1, 2, 3]), 6));
test('sums up nothing', () => assert.equal(sum([]), 0));
`,
	'test/greet.test.js': `const { test } = require('node:test');
const assert = require('node:assert/strict');
const { greet } = require('../src/greet.js');
test('greets by name', () => assert.equal(greet('Ada'), 'Good morning, Ada, and welcome!'));
test('gives text', () => assert.equal(typeof greet('Bo'), 'string'));
`,
};
const RIGHT =
	'It only gave the name back.\n\nsrc/greet.js\n<<<<<<< SEARCH\n\treturn String(name);\n=======\n\treturn `Good morning, ${name}, and welcome!`;\n>>>>>>> REPLACE\n';

interface Message {
	readonly role: string;
	readonly content: string;
}

describe('keeping and exporting fixes', function () {
	this.timeout(120_000);
	let home: string;
	let folder: string;
	let server: WireServer;

	beforeEach(async () => {
		home = mkdtempSync(path.join(os.tmpdir(), 'export-'));
		folder = path.join(home, 'shop');
		for (const [file, text] of Object.entries(sample)) {
			mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
			writeFileSync(path.join(folder, file), text);
		}
		mkdirSync(path.join(home, 'tmp'));
		server = await WireServer.start({ price: () => PRICE });
		server.behave = () => ({ kind: 'answer', answer: { text: RIGHT } });
		git('init', '-q');
		git('add', '-A');
		git('commit', '-q', '-m', 'first');
	});
	afterEach(async () => {
		await server.close();
		rmSync(home, { recursive: true, force: true });
	});

	const git = (...args: string[]) =>
		execFileSync('git', ['-c', 'user.name=T', '-c', 'user.email=t@example.invalid', ...args], {
			cwd: folder,
			encoding: 'utf8',
			env: { ...process.env, HOME: home },
		});
	const state = () => path.join(home, 'state');
	const inFolder = (file: string) => path.join(folder, file);
	function settings(more: object): void {
		mkdirSync(state(), { recursive: true });
		writeFileSync(
			path.join(state(), 'settings.json'),
			JSON.stringify({
				models: ['openrouter/acme/small'],
				prices: { 'openrouter/acme/small': { input: '0.2', output: '0.8' } },
				limits: { 'openrouter/acme/small': { context: 100_000, output: 16_000 } },
				...more,
			}),
		);
	}
	const underbid = (...args: string[]) =>
		new Promise<{ status: number | null; stdout: string; stderr: string }>((resolve) => {
			const child = spawn(process.execPath, [cli, ...args], {
				cwd: folder,
				env: {
					...process.env,
					OPENROUTER_API_KEY: KEY,
					UNDERBID_HOME: state(),
					TMPDIR: path.join(home, 'tmp'),
					HOME: home,
					UNDERBID_OPENROUTER_URL: server.base('openrouter'),
				},
				stdio: ['ignore', 'pipe', 'pipe'],
			});
			let [stdout, stderr] = ['', ''];
			child.stdout.setEncoding('utf8').on('data', (text: string) => {
				stdout += text;
			});
			child.stderr.setEncoding('utf8').on('data', (text: string) => {
				stderr += text;
			});
			child.on('close', (status) => resolve({ status, stdout, stderr }));
		});
	const fixSum = () => underbid('fix', '--max-spend', '0', '--test', 'sum.test.js', '--apply');
	const fixGreet = (...more: string[]) =>
		underbid('fix', '--max-spend', '0.5', '--proposers', 'openrouter', '--test', 'greets by name', ...more);
	const rowsOf = (file: string) =>
		readFileSync(file, 'utf8')
			.trimEnd()
			.split('\n')
			.map((line) => JSON.parse(line) as Record<string, unknown>);

	it('keeps nothing unless that is wanted', async () => {
		const fixed = await fixSum();
		assert.equal(fixed.status, 0, fixed.stderr);
		assert.ok(!existsSync(path.join(state(), 'fixes')));
		const exported = await underbid('export', inFolder('out.jsonl'));
		assert.equal(exported.status, 1);
		assert.match(exported.stderr, /"keepFixes": true/);
		assert.ok(!existsSync(inFolder('out.jsonl')));
	});

	it('writes rows that can be traced, without secrets, and leaves out what terms forbid', async () => {
		settings({ keepFixes: true });
		const [free, paid] = [await fixSum(), await fixGreet('--apply')];
		assert.deepEqual([free.status, paid.status], [0, 0], free.stderr + paid.stderr);
		for (const name of readdirSync(path.join(state(), 'fixes'))) {
			assert.equal(statSync(path.join(state(), 'fixes', name)).mode & 0o077, 0, 'for its owner alone');
		}

		const own = await underbid('export', inFolder('own.jsonl'));
		assert.equal(own.status, 0, own.stderr);
		assert.match(own.stdout, /^Wrote one fix to /);
		assert.match(own.stdout, /1 left out: .*--include openrouter\/acme/);
		assert.equal(rowsOf(inFolder('own.jsonl')).length, 1);

		const all = await underbid('export', inFolder('all.jsonl'), '--include', 'openrouter/acme');
		assert.equal(all.status, 0, all.stderr);
		const rows = rowsOf(inFolder('all.jsonl')) as { messages: Message[] }[];
		const sources = rowsOf(inFolder('all.sources.jsonl'));
		assert.deepEqual(
			sources.map(({ row, offer, verified, included }) => [row, offer, verified, included]),
			[
				[1, 'free', true, undefined],
				[2, 'openrouter/acme/small/edit', true, 'by your word'],
			],
		);
		for (const [index, { messages }] of rows.entries()) {
			assert.deepEqual(
				messages.map(({ role }) => role),
				['system', 'user', 'assistant'],
			);
			const receipt = sources[index]?.['receipt'] as {
				run: string;
				verified: boolean;
				patch: { sha256: string };
			};
			assert.deepEqual(
				[receipt.run, receipt.verified, receipt.patch.sha256],
				[sources[index]?.['run'], true, sources[index]?.['patchSha256']],
			);
		}
		assert.match(rows[0]?.messages[1]?.content ?? '', /sums up[\s\S]*let total = 1;/);
		assert.match(rows[0]?.messages[2]?.content ?? '', /src\/sum\.js\n<<<<<<< SEARCH\n[\s\S]*let total = 0;/);
		assert.match(rows[1]?.messages[2]?.content ?? '', /welcome!`;/);
		const everything = ['all.jsonl', 'all.sources.jsonl']
			.map((file) => readFileSync(inFolder(file), 'utf8'))
			.concat(
				readdirSync(path.join(state(), 'fixes')).map((name) =>
					readFileSync(path.join(state(), 'fixes', name), 'utf8'),
				),
			)
			.join('\n');
		for (const secret of [KEY, TOKEN, 'correct-horse']) {
			assert.ok(!everything.includes(secret), secret);
		}

		const again = await underbid('export', inFolder('all.jsonl'));
		assert.equal(again.status, 2, 'nothing is written over');
		assert.match(again.stderr, /is there already/);
		const cleared = await underbid('export', '--clear');
		assert.equal(cleared.stdout, 'Forgot 2 fixes.\n');
		assert.equal((await underbid('export', inFolder('none.jsonl'))).status, 1);
	});

	it('shows a like failure what mended the earlier one, unless that is turned off', async () => {
		settings({ keepFixes: true });
		assert.equal((await fixGreet('--apply')).status, 0);
		assert.ok(server.seen.every(({ text }) => !text.includes('earlier fixes in this repository')));
		writeFileSync(inFolder('src/greet.js'), sample['src/greet.js'] ?? '');

		const before = server.seen.length;
		assert.equal((await fixGreet()).status, 0);
		const shown = server.seen.slice(before).map(({ text }) => text);
		assert.match(shown[0] ?? '', /earlier fixes in this repository/);
		assert.match(shown[0] ?? '', /What mended it:[\s\S]*and welcome!/);

		settings({ keepFixes: true, examples: false });
		const quiet = server.seen.length;
		assert.equal((await fixGreet()).status, 0);
		assert.ok(
			server.seen.slice(quiet).every(({ text }) => !text.includes('earlier fixes in this repository')),
		);
	});

	it('takes a tuned model into the pool', async () => {
		settings({ keepFixes: true, caps: { day: '5' } });
		const added = await underbid(
			...['models', '--add', 'mine/tuned-coder', '--url', server.base('openai-compatible'), '--free'],
			...['--context', '32768', '--output', '8192'],
		);
		assert.equal(added.status, 0, added.stderr);
		const written = JSON.parse(readFileSync(path.join(state(), 'settings.json'), 'utf8')) as {
			models: string[];
			caps: object;
		};
		assert.deepEqual(written.models, ['openrouter/acme/small', 'mine/tuned-coder']);
		assert.deepEqual(written.caps, { day: '5' });
		const fixed = await underbid(
			...['fix', '--max-spend', '0', '--proposers', 'mine', '--test', 'greets by name', '--json'],
		);
		assert.equal(fixed.status, 0, fixed.stderr);
		assert.match(fixed.stdout, /"mine\/tuned-coder\/edit"/);

		const refused = await underbid('models', '--add', 'mine/other', '--url', 'nonsense', '--price', '1,2');
		assert.equal(refused.status, 2);
		assert.deepEqual(JSON.parse(readFileSync(path.join(state(), 'settings.json'), 'utf8')), written);
	});
});
