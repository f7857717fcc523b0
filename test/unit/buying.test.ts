// The cascade as a user meets it: the built program, real git, real tests, models over real HTTP. The server speaks the
// providers' formats and bills by a meter of its own.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import {
	existsSync,
	mkdirSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	rmSync,
	writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { NANO_PER_USD } from '../../src/core/money';
import { type Price, rateOf } from '../../src/core/price';
import { FileJournal } from '../../src/store/journal';
import type { FixOutput } from '../../src/terminal/fixOutput';
import type { Behaviour } from '../fakes/wire/behaviour';
import { WireServer } from '../fakes/wire/server';

const cli = path.join(__dirname, '../../dist/cli.js');
const usd = (dollars: number) => rateOf(Math.round(dollars * NANO_PER_USD));
const PRICES: Record<string, Price> = {
	'acme/small': { input: usd(0.0375), output: usd(0.15), tiers: [] },
	strong: { input: usd(3), output: usd(15), tiers: [] },
};
const KEYS = {
	OPENROUTER_API_KEY: 'sk-or-v1-0123456789abcdef0',
	ANTHROPIC_API_KEY: 'sk-ant-0123456789abcdef01',
};

/** No template makes this: the free proposer has nothing to offer. */
const sample: Record<string, string> = {
	'package.json': '{ "name": "roman", "scripts": { "test": "node --test" } }\n',
	'.gitignore': '.env\n',
	'.env': 'DATABASE_PASSWORD=correct-horse-battery-staple\n',
	'src/roman.js':
		'// Writes a number in Roman numerals.\nexports.roman = (n) => {\n\treturn String(n);\n};\n',
	'test/roman.test.js': `const { test } = require('node:test');
const assert = require('node:assert/strict');
const { roman } = require('../src/roman.js');
test('writes Roman numerals', () => assert.equal(roman(1994), 'MCMXCIV'));
test('gives text', () => assert.equal(typeof roman(1), 'string'));
`,
};
const TABLE =
	"[1000, 'M'], [900, 'CM'], [500, 'D'], [400, 'CD'], [100, 'C'], [90, 'XC'], [50, 'L'], [40, 'XL'], [10, 'X'], [9, 'IX'], [5, 'V'], [4, 'IV'], [1, 'I']";
const block = (replace: string) =>
	`src/roman.js\n\`\`\`js\n<<<<<<< SEARCH\n\treturn String(n);\n=======\n${replace}\n>>>>>>> REPLACE\n\`\`\`\n`;
const RIGHT = block(
	`\tlet out = '';\n\tfor (const [value, sign] of [${TABLE}]) {\n\t\twhile (n >= value) {\n\t\t\tout += sign;\n\t\t\tn -= value;\n\t\t}\n\t}\n\treturn out;`,
);
const WRONG = block('\treturn String(n).toUpperCase();');
const answer = (text: string): Behaviour => ({ kind: 'answer', answer: { text } });

describe('buying from models', function () {
	this.timeout(90_000);
	let home: string;
	let folder: string;
	let server: WireServer;

	beforeEach(async () => {
		home = mkdtempSync(path.join(os.tmpdir(), 'buying-'));
		folder = path.join(home, 'roman');
		for (const [file, text] of Object.entries(sample)) {
			mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
			writeFileSync(path.join(folder, file), text);
		}
		mkdirSync(path.join(home, 'tmp'));
		server = await WireServer.start({ price: (model) => PRICES[model] ?? (PRICES['strong'] as Price) });
		settings({});
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
	function settings(more: object): void {
		mkdirSync(state(), { recursive: true });
		writeFileSync(
			path.join(state(), 'settings.json'),
			JSON.stringify({
				models: ['openrouter/acme/small', 'anthropic/strong'],
				prices: {
					'openrouter/acme/small': { input: '0.0375', output: '0.15' },
					'anthropic/strong': { input: '3', output: '15' },
				},
				limits: {
					'openrouter/acme/small': { context: 100_000, output: 16_000 },
					'anthropic/strong': { context: 200_000, output: 32_000 },
				},
				...more,
			}),
		);
	}
	const start = (...args: string[]) => {
		const child = spawn(
			process.execPath,
			[cli, 'fix', '--json', '--proposers', 'openrouter,anthropic', ...args],
			{
				cwd: folder,
				env: {
					...process.env,
					...KEYS,
					UNDERBID_HOME: state(),
					TMPDIR: path.join(home, 'tmp'),
					HOME: home,
					UNDERBID_OPENROUTER_URL: server.base('openrouter'),
					UNDERBID_ANTHROPIC_URL: server.base('anthropic'),
				},
				stdio: ['ignore', 'pipe', 'pipe'],
			},
		);
		let [stdout, stderr] = ['', ''];
		child.stdout.setEncoding('utf8').on('data', (text: string) => {
			stdout += text;
		});
		child.stderr.setEncoding('utf8').on('data', (text: string) => {
			stderr += text;
		});
		const ended = new Promise<{ status: number | null; said: FixOutput; stderr: string }>((resolve) =>
			child.on('close', (status) =>
				resolve({ status, said: (stdout === '' ? {} : JSON.parse(stdout)) as FixOutput, stderr }),
			),
		);
		return { child, ended };
	};
	const metered = () => Object.values(KEYS).reduce((sum, key) => sum + Number(server.meter.total(key)), 0);
	const settled = () => {
		assert.deepEqual(
			readdirSync(path.join(home, 'tmp')).filter((name) => name.startsWith('underbid')),
			[],
		);
		assert.equal(git('status', '--porcelain'), '');
	};

	it('climbs to the tier that holds the right answer, at what the meter says, and leaves nothing', async () => {
		server.behave = (asked) => answer(asked.model === 'strong' ? RIGHT : WRONG);
		const { status, said } = await start('--max-spend', '0.50').ended;
		assert.equal(status, 0, JSON.stringify(said.outcome));
		assert.deepEqual(
			said.attempts.map(({ offer, ended }) => [offer, ended]),
			[
				['openrouter/acme/small/edit', 'none'],
				['openrouter/acme/small/agent', 'none'],
				['anthropic/strong/edit', 'patches'],
			],
		);
		assert.equal(said.money.spent, metered());
		assert.ok(said.money.spent > 0 && said.money.spent < said.money.bid);
		assert.ok(said.attempts.every(({ cost }) => cost.estimated === 0));
		settled();
		const journal = await new FileJournal(path.join(state(), 'spend.jsonl')).spend('day');
		assert.equal(journal.total.billed, said.money.spent);
	});

	it('tries the pool in the order in which the user named it, where they want that', async () => {
		settings({ models: ['anthropic/str*', 'openrouter/acme/small'], order: 'pool' });
		server.behave = (asked) => answer(asked.model === 'strong' ? WRONG : RIGHT);
		const { status, said } = await start('--max-spend', '2', '--temper', 'determined').ended;
		assert.equal(status, 0, JSON.stringify(said.outcome));
		assert.deepEqual(
			said.attempts.map(({ offer, ended }) => [offer, ended]),
			[
				['anthropic/strong/edit', 'none'],
				['anthropic/strong/agent', 'none'],
				['openrouter/acme/small/edit', 'patches'],
			],
		);
		settled();
	});

	it('sends no ignored file, no env file and no key, and keeps what it sent', async () => {
		writeFileSync(
			path.join(folder, 'src/roman.js'),
			`// token ghp_${'A1b2C3d4E5'.repeat(3)}Zz0123\n${sample['src/roman.js']}`,
		);
		server.behave = () => answer(RIGHT);
		const { status, stderr } = await start('--max-spend', '0.50', '--show-prompt').ended;
		assert.equal(status, 0);
		const sent = server.seen.map(({ text }) => text).join('\n');
		assert.ok(sent.includes('return String(n)'));
		for (const secret of ['correct-horse', 'ghp_A1b2', ...Object.values(KEYS)]) {
			assert.ok(!sent.includes(secret), secret);
			assert.ok(!stderr.includes(secret), secret);
		}
		assert.ok(stderr.includes('to openrouter/acme/small/edit, call 1 of attempt 1'));
		const [run = ''] = readdirSync(path.join(state(), 'prompts'));
		const kept = readFileSync(path.join(state(), 'prompts', run, '1-01.txt'), 'utf8');
		assert.ok(kept.includes('return String(n)') && !kept.includes('ghp_A1b2'));
	});

	it('a provider that refuses the key is not the model failing: the next one is asked', async () => {
		server.behave = (asked) => (asked.model === 'strong' ? answer(RIGHT) : { kind: 'status', status: 401 });
		const { status, said } = await start('--max-spend', '0.50').ended;
		assert.equal(status, 0);
		assert.deepEqual(
			said.attempts.map(({ offer, ended }) => [offer, ended]),
			[
				['openrouter/acme/small/edit', 'failed'],
				['anthropic/strong/edit', 'patches'],
			],
		);
		assert.match(said.attempts[0]?.reason ?? '', /key/);
		assert.equal(said.money.spent, metered());
	});

	it('sends nothing that the bid does not hold', async () => {
		server.behave = () => answer(RIGHT);
		const { status, said } = await start('--max-spend', '0.0001').ended;
		assert.equal(status, 1);
		assert.equal(said.outcome.by, 'bid');
		assert.equal(server.seen.length, 0);
		assert.equal(said.money.spent, 0);
	});

	it('stops at the limit for the day, over all runs', async () => {
		settings({ caps: { day: '0.0005' } });
		server.behave = () => answer(WRONG);
		const { status, said } = await start('--max-spend', '0.50').ended;
		assert.equal(status, 1);
		assert.equal(said.outcome.by, 'cap');
		assert.match(said.outcome.reason ?? '', /day|today/);
		assert.ok(metered() <= 500_000);
	});

	it('ends when asked to in the middle of an answer, and counts that call at its worst', async () => {
		server.behave = () => ({ kind: 'answer', answer: { text: 'x '.repeat(5000) }, everyMs: 200 });
		const { child, ended } = start('--max-spend', '0.50');
		while (server.seen.length === 0) {
			await new Promise((resolve) => setTimeout(resolve, 50));
		}
		child.kill('SIGINT');
		const { status, said } = await ended;
		assert.equal(status, 130);
		const [attempt] = said.attempts;
		assert.ok(attempt !== undefined && attempt.cost.estimated > 0 && attempt.cost.billed === 0);
		assert.ok(metered() <= said.money.spent);
		settled();
	});

	it('killed in the middle of a call, the journal still holds its worst case', async () => {
		server.behave = () => ({ kind: 'hang' });
		const { child, ended } = start('--max-spend', '0.50');
		while (server.seen.length === 0) {
			await new Promise((resolve) => setTimeout(resolve, 50));
		}
		child.kill('SIGKILL');
		await ended;
		await server.close();
		const { total, unreadableLines } = await new FileJournal(path.join(state(), 'spend.jsonl')).spend('day');
		assert.deepEqual(unreadableLines, []);
		assert.ok(total.estimated > 0 && total.estimated >= metered());
		assert.ok(existsSync(path.join(folder, 'src/roman.js')));
	});

	it('works as an agent where the single answer does not do', async () => {
		let calls = 0;
		server.behave = (asked) => {
			if (!JSON.stringify(asked.body).includes('edit_file')) {
				return answer('I cannot tell.');
			}
			calls += 1;
			const tool = (name: string, args: object): Behaviour => ({
				kind: 'answer',
				answer: { tools: [{ name, arguments: JSON.stringify(args) }] },
			});
			return calls === 1
				? tool('read_file', { path: '../../../etc/passwd' })
				: tool('edit_file', {
						path: 'src/roman.js',
						search: '\treturn String(n);',
						replace: RIGHT.split('=======\n')[1]?.split('\n>>>>>>>')[0] ?? '',
					});
		};
		const { status, said } = await start('--max-spend', '0.50').ended;
		assert.equal(status, 0, JSON.stringify(said.attempts));
		assert.equal(said.attempts.at(-1)?.offer, 'openrouter/acme/small/agent');
		assert.equal(said.money.spent, metered());
		assert.ok(!server.seen.some(({ text }) => text.includes('root:x:0')));
		settled();
	});
});
