// "The test may be wrong": what may be changed by the user's word, and what it is called then. The built program, real
// git, real tests.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fixOutputSchema } from '../../src/terminal/fixOutput';

const cli = path.join(__dirname, '../../dist/cli.js');

const FILES: Readonly<Record<string, string>> = {
	'package.json': '{ "name": "price", "scripts": { "test": "node --test --require ./test/setup.js" } }\n',
	'src/price.js': 'exports.price = (count) => count * 3;\n',
	'test/setup.js': 'globalThis.rate = 1;\n',
	'test/price.test.js': `const { test } = require('node:test');
const assert = require('node:assert/strict');
const { price } = require('../src/price.js');
test('two cost six', () => assert.equal(price(2), 7));
test('none costs nothing', () => assert.equal(price(0), 0));
`,
};
const TEST = 'test/price.test.js';

describe('--may-change', function () {
	this.timeout(120_000);
	let home: string;
	let folder: string;
	before(() => {
		home = mkdtempSync(path.join(os.tmpdir(), 'may-'));
		folder = path.join(home, 'project');
		for (const [file, text] of Object.entries(FILES)) {
			mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
			writeFileSync(path.join(folder, file), text);
		}
		mkdirSync(path.join(home, 'tmp'));
		execFileSync('git', ['init', '-q'], { cwd: folder });
	});
	after(() => rmSync(home, { recursive: true, force: true }));

	const run = (args: readonly string[], input = '') =>
		spawnSync(process.execPath, [cli, ...args], {
			cwd: folder,
			encoding: 'utf8',
			input,
			env: {
				...process.env,
				UNDERBID_HOME: path.join(home, 'state'),
				TMPDIR: path.join(home, 'tmp'),
				HOME: home,
			},
		});
	const judge = (mayChange: string | undefined, diff: string) => {
		const { stdout, stderr } = run(
			['verify', '--patch', '-', '--json', ...(mayChange === undefined ? [] : ['--may-change', mayChange])],
			diff,
		);
		assert.notEqual(stdout, '', stderr);
		const output = fixOutputSchema.parse(JSON.parse(stdout));
		const reason = output.attempts[0]?.verdicts[0]?.reason ?? '';
		const word = output.verified ? 'verified' : output.checked ? 'checked' : 'neither';
		return { word, reason, receipt: output.receipt };
	};

	const right = change(TEST, 'price(2), 7', 'price(2), 6');
	const code = change('src/price.js', 'count * 3', 'count * 3 + (count && 1)');
	const cases: readonly (readonly [string, string | undefined, string, string, RegExp])[] = [
		['the test is right unless told', undefined, right, 'neither', /price\.test\.js, which is a test/],
		['the test is corrected', 'test', right, 'checked', /^$/],
		['either: the test is corrected', 'either', right, 'checked', /^$/],
		['either: the code is changed', 'either', code, 'verified', /^$/],
		['code is changed where tests alone may be', 'test', code, 'neither', /src\/price\.js, which is no test/],
		[
			'the test is skipped',
			'test',
			change(TEST, "test('two cost six'", "test.skip('two cost six'"),
			'neither',
			/skips or narrows tests/,
		],
		[
			'the test is gone',
			'test',
			change(TEST, /test\('two.*\n/.exec(FILES[TEST] ?? '')?.[0] ?? '', ''),
			'neither',
			/did not run/,
		],
		[
			'what the command loads first',
			'either',
			change('test/setup.js', 'rate = 1', 'rate = 2'),
			'neither',
			/test\/setup\.js, which is loaded before the tests/,
		],
		[
			'the scripts',
			'test',
			change('package.json', 'node --test', 'node --test --test-only'),
			'neither',
			/package\.json, which is build or test configuration: in this run only tests/,
		],
		[
			'the test ends the program',
			'test',
			change(TEST, "test('two", "process.exit(0);\ntest('two"),
			'neither',
			/ends the program itself/,
		],
	];
	for (const [name, mayChange, diff, word, reason] of cases) {
		it(`${name}: ${word}`, () => {
			const judged = judge(mayChange, diff);
			assert.equal(judged.word, word, judged.reason);
			assert.match(judged.reason, reason);
		});
	}

	it('tells it on a line of its own, in Markdown and in JSON, and never says verified', () => {
		const { receipt } = judge('test', right);
		assert.deepEqual(
			[receipt?.mayChange, receipt?.testsChanged, receipt?.protectedUntouched],
			['test', [TEST], false],
		);
		const { stdout, stderr } = run(['verify', '--patch', '-', '--may-change', 'test'], right);
		assert.match(stdout, /^## Checked fix: the test itself was changed/);
		assert.match(stdout, /\| Might be changed \| tests alone, by your word/);
		assert.match(stdout, /changed by the patch, as you allowed \(test\): test\/price\.test\.js/);
		assert.match(stderr, /✓ Checked fix: the test itself was changed/);
		assert.doesNotMatch(stdout + stderr, /Verified|: verified|\| verified/);
	});

	it('warns of a test that asks less than before', () => {
		const two = change(TEST, 'assert.equal(price(2), 7)', '{ assert.ok(price(2)) }');
		const less = change(TEST, 'assert.equal(price(2), 7)', 'price(2)');
		assert.deepEqual(judge('test', two).receipt?.warnings, []);
		const { word, receipt } = judge('test', less);
		assert.equal(word, 'checked');
		assert.match(receipt?.warnings.join('\n') ?? '', /takes away 1 of the checks in test\/price\.test\.js/);
	});

	it('is told off where it means nothing', () => {
		assert.match(run(['fix', '--max-spend', '0', '--may-change', 'all']).stderr, /code, test, either/);
		assert.match(
			run(['fix', '--max-spend', '0', '--may-change', 'test', '--issue', '1']).stderr,
			/--may-change goes with --test/,
		);
	});
});

/** The whole text of a file in place of another. */
function change(file: string, before: string, after: string): string {
	const old = FILES[file] ?? '';
	assert.ok(old.includes(before) && before !== '', `${file} has no ${before}`);
	const lines = (text: string, sign: string) =>
		text
			.trimEnd()
			.split('\n')
			.map((line) => sign + line);
	const [gone, come] = [lines(old, '-'), lines(old.replace(before, after), '+')];
	return `diff --git a/${file} b/${file}\n--- a/${file}\n+++ b/${file}\n@@ -1,${gone.length} +1,${come.length} @@\n${[...gone, ...come].join('\n')}\n`;
}
