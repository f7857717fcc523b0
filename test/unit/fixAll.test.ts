// Everything that fails, cause by cause, as a user meets it: the built program, real git, real tests, the free proposer.
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
import { type FixAllOutput, fixAllOutputSchema } from '../../src/terminal/fixAllOutput';

const cli = path.join(__dirname, '../../dist/cli.js');

/** Three causes in two files, one of them behind two tests; a test that passes; one fault that no template repairs. */
const SHOP: Record<string, string> = {
	'package.json': '{ "name": "shop", "scripts": { "test": "node --test" } }\n',
	'src/list.js': `exports.last = (list) => list[list.length].name;
exports.first = (list) => list[0].name;
exports.greatest = (list) => {
	let best = list[0];
	for (let i = 1; i < list.length - 1; i++) {
		if (list[i] > best) best = list[i];
	}
	return best;
};
`,
	'src/price.js': `exports.discounted = (price, percent) => price + (price * percent) / 100;
exports.total = (prices) => prices.reduce((sum, price) => sum + price, 0);
`,
	'test/list.test.js': `const { test } = require('node:test');
const assert = require('node:assert/strict');
const { last, first, greatest } = require('../src/list.js');
test('the last of two', () => assert.equal(last([{ name: 'a' }, { name: 'b' }]), 'b'));
test('the last of one', () => assert.equal(last([{ name: 'c' }]), 'c'));
test('the first', () => assert.equal(first([{ name: 'a' }]), 'a'));
test('the greatest', () => assert.equal(greatest([1, 3, 2]), 3));
test('the greatest at the end', () => assert.equal(greatest([1, 2, 3]), 3));
`,
	'test/price.test.js': `const { test } = require('node:test');
const assert = require('node:assert/strict');
const { discounted, total } = require('../src/price.js');
test('takes ten percent off', () => {
	assert.equal(discounted(100, 10), 90);
	assert.equal(discounted(50, 20), 40);
});
test('adds up', () => assert.equal(total([1, 2, 3]), 6));
`,
};
const HARD = `const { test } = require('node:test');
const assert = require('node:assert/strict');
const { roman } = require('../src/roman.js');
test('writes 1994', () => assert.equal(roman(1994), 'MCMXCIV'));
test('gives text', () => assert.equal(typeof roman(1), 'string'));
`;

describe('fix --all', function () {
	this.timeout(180_000);
	let home: string;
	let folder: string;

	before(() => assert.ok(existsSync(cli), 'node esbuild.js first'));
	beforeEach(() => {
		home = mkdtempSync(path.join(os.tmpdir(), 'fixall-'));
		folder = path.join(home, 'shop');
		mkdirSync(path.join(home, 'tmp'));
		write(SHOP);
		git('init', '-q');
		git('add', '-A');
		git('commit', '-q', '-m', 'first');
	});
	afterEach(() => rmSync(home, { recursive: true, force: true }));

	const write = (files: Record<string, string>) => {
		for (const [file, text] of Object.entries(files)) {
			mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
			writeFileSync(path.join(folder, file), text);
		}
	};
	const git = (...args: string[]) =>
		execFileSync('git', ['-c', 'user.name=T', '-c', 'user.email=t@example.invalid', ...args], {
			cwd: folder,
			encoding: 'utf8',
			env: { ...process.env, HOME: home },
		});
	const run = (
		args: readonly string[],
		seen: (stderr: string, child: ReturnType<typeof spawn>) => void = () => undefined,
	) => {
		const child = spawn(process.execPath, [cli, 'fix', '--all', ...args], {
			cwd: folder,
			env: {
				...process.env,
				UNDERBID_HOME: path.join(home, 'state'),
				TMPDIR: path.join(home, 'tmp'),
				HOME: home,
				NODE_TEST_CONTEXT: undefined,
			},
			stdio: ['ignore', 'pipe', 'pipe'],
		});
		let [stdout, stderr] = ['', ''];
		child.stdout.setEncoding('utf8').on('data', (text: string) => {
			stdout += text;
		});
		child.stderr.setEncoding('utf8').on('data', (text: string) => {
			stderr += text;
			seen(stderr, child);
		});
		return new Promise<{ status: number | null; stdout: string; stderr: string }>((resolve) =>
			child.on('close', (status) => resolve({ status, stdout, stderr })),
		);
	};
	const said = (stdout: string): FixAllOutput => fixAllOutputSchema.parse(JSON.parse(stdout));
	const testsPass = () =>
		execFileSync(process.execPath, ['--test'], {
			cwd: folder,
			stdio: 'ignore',
			env: { ...process.env, NODE_TEST_CONTEXT: undefined },
		});
	const left = () => readdirSync(path.join(home, 'tmp'));

	it('groups what shares a cause, composes the fixes, and verifies the whole', async () => {
		const { status, stdout, stderr } = await run(['--json', '--max-spend', '0']);
		assert.equal(status, 0, stderr + stdout);
		const output = said(stdout);
		assert.deepEqual(
			[output.outcome.kind, output.verified, output.money],
			['fixed', true, { bid: 0, spent: 0 }],
		);
		const [first] = output.groups;
		assert.deepEqual(
			[first?.tests, first?.at, first?.result],
			[
				['test/list.test.js::the last of one', 'test/list.test.js::the last of two'],
				{ path: 'src/list.js', line: 1 },
				'fixed',
			],
		);
		assert.equal(first?.error, "Cannot read properties of undefined (reading 'name')");
		assert.deepEqual(
			output.groups
				.map(({ tests }) => tests)
				.flat()
				.sort(),
			[
				'test/list.test.js::the greatest at the end',
				'test/list.test.js::the last of one',
				'test/list.test.js::the last of two',
				'test/price.test.js::takes ten percent off',
			],
		);
		assert.equal(output.groups.length, 3);
		// The whole was judged against the text as it was, with all tests as its targets.
		assert.deepEqual(
			output.receipt?.flipped.slice().sort(),
			output.groups.flatMap(({ tests }) => tests).sort(),
		);
		assert.equal(output.receipt?.failsWithout, true);
		assert.deepEqual(output.patch?.files, ['src/list.js', 'src/price.js']);
		// Two of the fixes are in one file: the second one fits only on top of the first.
		assert.equal(git('status', '--porcelain'), '');
		writeFileSync(path.join(home, 'all.patch'), output.patch?.diff ?? '');
		git('apply', path.join(home, 'all.patch'));
		testsPass();
		assert.deepEqual(left(), []);
	});

	it('keeps what it could fix where one cause stays, says so, and applies it on demand', async () => {
		write({
			'src/roman.js': 'exports.roman = (n) => String(n);\n',
			'test/roman.test.js': HARD,
		});
		const { status, stdout, stderr } = await run(['--json', '--max-spend', '0', '--time', '2', '--apply']);
		const output = said(stdout);
		assert.equal(status, 1, stderr);
		assert.deepEqual([output.outcome.kind, output.verified], ['partly', true]);
		const hard = output.groups.find(({ tests }) => tests.includes('test/roman.test.js::writes 1994'));
		assert.equal(hard?.result, 'unfixed');
		assert.deepEqual(output.applied?.files, ['src/list.js', 'src/price.js']);
		assert.equal(
			readFileSync(path.join(folder, 'src/roman.js'), 'utf8'),
			'exports.roman = (n) => String(n);\n',
		);
		assert.throws(testsPass);
		rmSync(path.join(folder, 'test/roman.test.js'));
		testsPass();
		assert.deepEqual(left(), []);
	});

	it('tells what it fixed and spent where a later cause cannot be begun any more', async () => {
		const settings = path.join(home, 'state', 'settings.json');
		const { status, stdout, stderr } = await run(['--json', '--max-spend', '0'], (said) => {
			if (said.includes('cause 2 of 3') && !existsSync(settings)) {
				writeFileSync(settings, '{ "keepFixes": 7');
			}
		});
		assert.equal(status, 1, stderr + stdout);
		const output = said(stdout);
		assert.deepEqual([output.outcome.kind, output.verified], ['partly', true]);
		assert.deepEqual(
			output.groups.map(({ result }) => result),
			['fixed', 'unfixed', 'unfixed'],
		);
		assert.match(output.groups[1]?.reason ?? '', /settings\.json/);
		assert.deepEqual(output.patch?.files, ['src/list.js']);
		assert.deepEqual(left(), []);
	});

	it('tells a person each cause and its receipt, and gives one patch', async () => {
		const { status, stdout, stderr } = await run(['--max-spend', '0']);
		assert.equal(status, 0, stderr);
		assert.match(stderr, /✓ Verified: 3 of 3 causes fixed, 4 of 4 failing tests pass/);
		assert.match(stderr, /✓ cause 1: Cannot read properties of undefined.* \(src\/list\.js:1\)/);
		assert.match(stdout, /^diff --git a\/src\/list\.js b\/src\/list\.js\n/);
	});

	it('begins nothing where no test fails, or it is told two things at once', async () => {
		for (const [args, words] of [
			[['--max-spend', '0', '--test', 'adds up'], /--all is everything that fails now/],
			[['--max-spend', '0', '--issue', '12'], /--all is everything that fails now/],
		] as const) {
			const { status, stdout } = await run(['--json', ...args]);
			assert.equal(status, 2);
			assert.match(said(stdout).outcome.reason ?? '', words);
		}
		rmSync(path.join(folder, 'test/list.test.js'));
		rmSync(path.join(folder, 'test/price.test.js'));
		write({ 'test/x.test.js': "require('node:test').test('passes', () => undefined);\n" });
		const { status, stdout } = await run(['--json', '--max-spend', '0']);
		assert.equal(status, 2);
		assert.match(said(stdout).outcome.reason ?? '', /No test fails .*nothing to fix/);
		assert.deepEqual(left(), []);
	});

	it('stopped in the middle it leaves nothing and writes nothing', async () => {
		let told = false;
		const { status, stdout } = await run(['--json', '--max-spend', '0', '--apply'], (stderr, child) => {
			if (!told && stderr.includes('cause 2 of 3')) {
				told = true;
				child.kill('SIGINT');
			}
		});
		assert.equal(status, 130);
		assert.equal(said(stdout).outcome.kind, 'cancelled');
		assert.equal(git('status', '--porcelain'), '');
		assert.deepEqual(left(), []);
	});
});
