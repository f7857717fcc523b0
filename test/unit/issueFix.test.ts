// From an issue to a fix as a user meets it: the built program, real git, real tests, the issue from a server that
// speaks GitHub's format, models over real HTTP with scripted replies.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { NANO_PER_USD } from '../../src/core/money';
import { type Price, rateOf } from '../../src/core/price';
import { type FixOutput, fixOutputSchema } from '../../src/terminal/fixOutput';
import { IssueServer } from '../fakes/issueServer';
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
const TOKEN = 'ghp_0123456789abcdefghijABCDEFGHIJ012345';

const sample: Record<string, string> = {
	'package.json': '{ "name": "roman", "scripts": { "test": "node --test" } }\n',
	'src/roman.js':
		'// Writes a number in Roman numerals.\nexports.roman = (n) => {\n\treturn String(n);\n};\nexports.max = (list) => {\n\tlet best = list[0];\n\tfor (let i = 1; i < list.length - 1; i++) {\n\t\tif (list[i] > best) best = list[i];\n\t}\n\treturn best;\n};\n',
	'test/roman.test.js': `const { test } = require('node:test');
const assert = require('node:assert/strict');
const { roman, max } = require('../src/roman.js');
test('gives text', () => assert.equal(typeof roman(1), 'string'));
test('gives the greatest', () => assert.equal(max([1, 3, 2]), 3));
`,
};
const TABLE =
	"[1000, 'M'], [900, 'CM'], [500, 'D'], [400, 'CD'], [100, 'C'], [90, 'XC'], [50, 'L'], [40, 'XL'], [10, 'X'], [9, 'IX'], [5, 'V'], [4, 'IV'], [1, 'I']";
const FIX = `The number is not written in signs.\n\nsrc/roman.js\n<<<<<<< SEARCH\n\treturn String(n);\n=======\n\tlet out = '';\n\tfor (const [value, sign] of [${TABLE}]) {\n\t\twhile (n >= value) {\n\t\t\tout += sign;\n\t\t\tn -= value;\n\t\t}\n\t}\n\treturn out;\n>>>>>>> REPLACE\n`;
const HEAD =
	"const { test } = require('node:test');\nconst assert = require('node:assert/strict');\nconst { roman } = require('../src/roman.js');\n";
const fresh = (name: string, text: string) =>
	`test/${name}\n<<<<<<< SEARCH\n=======\n${text}\n>>>>>>> REPLACE\n`;
const NO_MODULE = fresh(
	'a.test.js',
	`${HEAD}require('../src/numerals.js');\ntest('x', () => assert.equal(roman(4), 'IV'));`,
);
const PASSES = fresh('b.test.js', `${HEAD}test('b', () => assert.equal(roman(4).length > 0, true));`);
const TOUCHES = 'src/roman.js\n<<<<<<< SEARCH\n\treturn String(n);\n=======\n\treturn n;\n>>>>>>> REPLACE\n';
const OTHER = fresh('c.test.js', `${HEAD}test('c', () => assert.equal(toRoman(roman(4)), 'IV'));`);
const FLAKY = fresh('d.test.js', `${HEAD}test('d', () => assert.equal(roman(4), 'IV' + Math.random()));`);
const GOOD = fresh(
	'issue-12.test.js',
	`${HEAD}test('writes 1994 in signs', () => assert.equal(roman(1994), 'MCMXCIV'));`,
);

const answer = (text: string): Behaviour => ({ kind: 'answer', answer: { text } });
const ISSUE = {
	title: 'roman() writes plain digits',
	body: 'I call `roman(1994)` and get `1994`.\r\nIt should be `MCMXCIV`.\r\n<!-- please fill in the template -->',
	labels: ['bug'],
	comments: [{ login: 'someone', body: 'Same here with `roman(4)`.' }],
};

describe('from an issue to a fix', function () {
	this.timeout(120_000);
	let home: string;
	let folder: string;
	let server: WireServer;
	let github: IssueServer;

	before(() => assert.ok(existsSync(cli), 'node esbuild.js first'));
	beforeEach(async () => {
		home = mkdtempSync(path.join(os.tmpdir(), 'issuefix-'));
		folder = path.join(home, 'roman');
		for (const [file, text] of Object.entries(sample)) {
			mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
			writeFileSync(path.join(folder, file), text);
		}
		mkdirSync(path.join(home, 'tmp'));
		mkdirSync(path.join(home, 'state'));
		server = await WireServer.start({ price: (model) => PRICES[model] ?? (PRICES['strong'] as Price) });
		github = await IssueServer.start();
		github.issues.set(12, ISSUE);
		writeFileSync(
			path.join(home, 'state/settings.json'),
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
			}),
		);
		git('init', '-q');
		git('remote', 'add', 'origin', 'git@github.com:acme/roman.git');
		git('add', '-A');
		git('commit', '-q', '-m', 'first');
	});
	afterEach(async () => {
		await server.close();
		await github.close();
		rmSync(home, { recursive: true, force: true });
	});

	const git = (...args: string[]) =>
		execFileSync('git', ['-c', 'user.name=T', '-c', 'user.email=t@example.invalid', ...args], {
			cwd: folder,
			encoding: 'utf8',
			env: { ...process.env, HOME: home },
		});
	const fix = (args: readonly string[], input = '') => {
		const child = spawn(process.execPath, [cli, 'fix', '--json', ...args], {
			cwd: folder,
			env: {
				...process.env,
				...KEYS,
				GITHUB_TOKEN: TOKEN,
				UNDERBID_GITHUB_URL: github.url,
				UNDERBID_HOME: path.join(home, 'state'),
				TMPDIR: path.join(home, 'tmp'),
				HOME: home,
				UNDERBID_OPENROUTER_URL: server.base('openrouter'),
				UNDERBID_ANTHROPIC_URL: server.base('anthropic'),
			},
			stdio: ['pipe', 'pipe', 'pipe'],
		});
		child.stdin.end(input);
		let [stdout, stderr] = ['', ''];
		child.stdout.setEncoding('utf8').on('data', (text: string) => {
			stdout += text;
		});
		child.stderr.setEncoding('utf8').on('data', (text: string) => {
			stderr += text;
		});
		return new Promise<{ status: number | null; said: FixOutput; stderr: string }>((resolve) =>
			child.on('close', (status) =>
				resolve({ status, said: fixOutputSchema.parse(JSON.parse(stdout)), stderr }),
			),
		);
	};
	const metered = () => Object.values(KEYS).reduce((sum, key) => sum + Number(server.meter.total(key)), 0);
	const models = ['--proposers', 'openrouter,anthropic'];
	const wantsTest = (body: unknown) => JSON.stringify(body).includes('You write a test');
	const wantsWord = (body: unknown) => JSON.stringify(body).includes('You judge whether');

	it('refuses bad tests each for its reason, keeps the good one, and calls the fix checked', async () => {
		let tests = 0;
		server.behave = (asked) => {
			if (!wantsTest(asked.body)) {
				return answer(FIX);
			}
			tests += 1;
			return answer(
				asked.model === 'strong'
					? `It checks a year.\n\n${GOOD}`
					: tests === 1
						? `It checks four.\n\n${NO_MODULE}\n${PASSES}\n${TOUCHES}`
						: `It checks four.\n\n${OTHER}\n${FLAKY}`,
			);
		};
		const { status, said, stderr } = await fix(['--issue', '12', '--yes', '--max-spend', '0.50', ...models]);
		assert.equal(status, 0, JSON.stringify(said.outcome) + stderr);
		assert.deepEqual([said.verified, said.checked], [false, true]);
		const reproduction = said.receipt?.reproduction;
		assert.deepEqual(
			reproduction?.candidates.map(({ files, refusal }) => [files[0], refusal?.kind]),
			[
				['test/a.test.js', 'doesNotLoad'],
				['test/b.test.js', 'passesOnBase'],
				['src/roman.js', 'otherFiles'],
				['test/c.test.js', 'anotherReason'],
				['test/d.test.js', 'flaky'],
				['test/issue-12.test.js', undefined],
			],
		);
		assert.deepEqual([reproduction?.author, reproduction?.offer], ['model', 'anthropic/strong/test']);
		assert.deepEqual(said.test?.files, ['test/issue-12.test.js']);
		assert.deepEqual(said.patch?.files, ['src/roman.js']);
		assert.deepEqual(said.target, ['test/issue-12.test.js::writes 1994 in signs']);
		assert.equal(said.money.spent, metered());
		assert.ok(reproduction !== undefined && reproduction.spent > 0 && reproduction.spent < said.money.spent);
		// Each acceptable by itself, and the user's folder as it was.
		assert.equal(git('status', '--porcelain'), '');
		for (const part of [said.test, said.patch]) {
			writeFileSync(path.join(home, 'part.patch'), part?.diff ?? '');
			git('apply', '--check', path.join(home, 'part.patch'));
		}
		// The token went to GitHub's API alone, the hidden comment nowhere.
		assert.deepEqual(
			github.asked.map(({ path: asked, headers }) => [asked.split('?')[0], headers['authorization']]),
			[
				['/repos/acme/roman/issues/12', `Bearer ${TOKEN}`],
				['/repos/acme/roman/issues/12/comments', `Bearer ${TOKEN}`],
			],
		);
		const sent = server.seen.map(({ text, headers }) => `${text}${JSON.stringify(headers)}`).join('\n');
		assert.ok(
			sent.includes('Same here with') && !sent.includes(TOKEN) && !sent.includes('fill in the template'),
		);
		assert.match(stderr, /1 hidden part/);
	});

	it('asks the cheapest model whether the test fails for the reason that the issue gives', async () => {
		server.behave = (asked) => {
			if (wantsWord(asked.body)) {
				assert.equal(asked.model, 'acme/small');
				return answer(
					JSON.stringify(asked.body).includes('of five')
						? 'OTHER\nFive is not in the issue.'
						: 'SAME: it is.',
				);
			}
			if (!wantsTest(asked.body)) {
				return answer(FIX);
			}
			return answer(
				asked.model === 'strong'
					? `It checks a year.\n\n${GOOD}`
					: `It checks five.\n\n${fresh('five.test.js', `${HEAD}test('the sign of five', () => assert.equal(roman(5), 'V'));`)}`,
			);
		};
		const { status, said, stderr } = await fix(['--issue', '12', '--yes', '--max-spend', '0.50', ...models]);
		assert.equal(status, 0, JSON.stringify(said.outcome) + stderr);
		const reproduction = said.receipt?.reproduction;
		assert.deepEqual(
			reproduction?.candidates.map(({ files, refusal }) => [files[0], refusal?.kind]),
			[
				['test/five.test.js', 'anotherReason'],
				['test/issue-12.test.js', undefined],
			],
		);
		assert.match(
			reproduction?.candidates[0]?.refusal?.reason ?? '',
			/^It fails for another reason, says .*: Five is not in the issue\.$/,
		);
		assert.deepEqual(
			reproduction?.attempts.map(({ offer, ended }) => [offer, ended]),
			[
				['issue', 'none'],
				['openrouter/acme/small/test', 'done'],
				['openrouter/acme/small/judge', 'other'],
				['anthropic/strong/test', 'done'],
				['openrouter/acme/small/judge', 'same'],
			],
		);
		assert.equal(said.money.spent, metered());
	});

	it('buys no fix where no test shows the issue, and says what was tried at what cost', async () => {
		server.behave = (asked) => (wantsTest(asked.body) ? answer(`It checks.\n\n${PASSES}`) : answer(FIX));
		const { status, said } = await fix([
			'--issue',
			'acme/roman#12',
			'--yes',
			'--max-spend',
			'0.50',
			...models,
		]);
		assert.equal(status, 1);
		assert.deepEqual([said.outcome.kind, said.outcome.by], ['exhausted', 'reproduction']);
		assert.match(
			said.outcome.reason ?? '',
			/no fix was bought\. 1 test was tried \(1 passed on the current text\); that cost \$0/,
		);
		assert.ok(server.seen.length > 0 && server.seen.every(({ body }) => wantsTest(body)));
		assert.equal(said.money.spent, metered());
		assert.deepEqual(said.attempts, []);
	});

	it('a fix that fails a test kept aside is never called verified', async () => {
		// Without the row of D, which 1994 does not need.
		const partial = FIX.replace("[500, 'D'], ", '');
		server.behave = (asked) => answer(wantsTest(asked.body) ? `It checks a year.\n\n${GOOD}` : partial);
		const { status, said, stderr } = await fix([
			'--issue',
			'12',
			'--yes',
			'--max-spend',
			'0.50',
			'--apply',
			...models,
		]);
		assert.equal(status, 0, stderr);
		assert.deepEqual([said.verified, said.checked, said.receipt?.verified], [false, true, false]);
		writeFileSync(
			path.join(folder, 'test/aside.test.js'),
			`${HEAD}test('writes 500', () => assert.equal(roman(500), 'D'));\n`,
		);
		assert.throws(() =>
			execFileSync(process.execPath, ['--test', 'test/aside.test.js'], {
				cwd: folder,
				stdio: 'ignore',
				env: { ...process.env, NODE_TEST_CONTEXT: undefined },
			}),
		);
	});

	it('costs nothing where the code in the issue shows it and a template repairs it', async () => {
		const text =
			"# max() misses the last number\n\n```js\nconst { max } = require('roman');\nmax([1, 2, 3]); // expected: 3, got 2\n```\n";
		const { status, said, stderr } = await fix(
			['--issue', '-', '--yes', '--max-spend', '0', '--apply'],
			text,
		);
		assert.equal(status, 0, stderr);
		assert.deepEqual(
			[said.checked, said.receipt?.reproduction?.author, said.money.spent],
			[true, 'issue', 0],
		);
		assert.deepEqual(said.applied?.files, [...(said.test?.files ?? []), 'src/roman.js'].sort());
		const written = readFileSync(path.join(folder, said.test?.files[0] ?? ''), 'utf8');
		assert.match(written, /max\(\[1, 2, 3\]\), 3\)/);
		execFileSync(process.execPath, ['--test'], {
			cwd: folder,
			stdio: 'ignore',
			env: { ...process.env, NODE_TEST_CONTEXT: undefined },
		});
	});

	it('takes a failing test of the project that says the same, and then the fix is verified', async () => {
		writeFileSync(
			path.join(folder, 'test/more.test.js'),
			"const { test } = require('node:test');\nconst { max } = require('../src/roman.js');\ntest('of nothing', () => max(undefined));\n",
		);
		const trace =
			"TypeError: Cannot read properties of undefined (reading '0')\n    at exports.max (/app/src/roman.js:6:17)\n    at main (/app/index.js:3:1)\n";
		const { said } = await fix(['--issue', '-', '--yes', '--max-spend', '0'], trace);
		assert.equal(said.receipt?.reproduction?.author, 'project');
		assert.deepEqual(said.target, ['test/more.test.js::of nothing']);
		assert.equal(said.test, undefined);
		assert.equal(said.checked, false);
	});

	it('without a terminal and without --yes nothing is begun', async () => {
		const { status, said } = await fix(['--issue', '12', '--max-spend', '0.50', ...models]);
		assert.equal(status, 2);
		assert.match(said.outcome.reason ?? '', /--yes/);
		assert.equal(server.seen.length + github.asked.length, 0);
	});

	it('an issue that is not there is told in a sentence', async () => {
		const { status, said } = await fix(['--issue', '13', '--yes', '--max-spend', '0']);
		assert.equal(status, 2);
		assert.match(said.outcome.reason ?? '', /acme\/roman#13 cannot be read: there is none, or the token/);
	});
});
