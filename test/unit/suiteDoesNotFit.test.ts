// A suite that does not come to its end within the time limit: the built program, real git, real tests.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fixOutputSchema } from '../../src/terminal/fixOutput';

const cli = path.join(__dirname, '../../dist/cli.js');
const head = "const { test } = require('node:test');\nconst assert = require('node:assert/strict');\n";

const FILES: Readonly<Record<string, string>> = {
	'package.json': '{ "name": "sum", "scripts": { "test": "node --test" } }\n',
	'src/sum.js': `exports.sum = (numbers) => {
	let total = 1;
	for (const number of numbers) {
		total += number;
	}
	return total;
};
`,
	'test/sum.test.js': `${head}const { sum } = require('../src/sum.js');
test('sums up', () => assert.equal(sum([1, 2]), 3));
`,
	'test/sumLists.test.js': `${head}const { sum } = require('../src/sum.js');
test('gives a number', () => assert.equal(typeof sum([]), 'number'));
test('keeps its list', () => {
	const list = [1];
	sum(list);
	assert.deepEqual(list, [1]);
});
`,
	// Far longer than the limit of the test, and so however slow the machine is.
	'test/zz.test.js': `${head}test('waits', () => new Promise((resolve) => setTimeout(resolve, 600_000)));\n`,
};

describe('a suite that does not fit the time limit', function () {
	this.timeout(180_000);
	let home: string;
	let folder: string;
	before(() => {
		home = mkdtempSync(path.join(os.tmpdir(), 'unfit-'));
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
	const patch = (line: string) =>
		`diff --git a/src/sum.js b/src/sum.js\n--- a/src/sum.js\n+++ b/src/sum.js\n@@ -1,4 +1,${3 + line.split('\n').length} @@\n exports.sum = (numbers) => {\n-\tlet total = 1;\n${line}\n \tfor (const number of numbers) {\n \t\ttotal += number;\n`;
	const fix = patch('+\tlet total = 0;');

	it('ends as what passed and what was not run, and never as verified', () => {
		const { status, stdout, stderr } = run(
			['verify', '--patch', '-', '--test', 'sums up', '--time', '1', '--json'],
			fix,
		);
		assert.equal(status, 1, stderr);
		const output = fixOutputSchema.parse(JSON.parse(stdout));
		assert.deepEqual([output.verified, output.checked, output.patch], [false, false, undefined]);
		assert.deepEqual([output.outcome.kind, output.outcome.by], ['exhausted', 'suite']);
		assert.match(
			output.outcome.reason ?? '',
			/the target and 2 related tests pass; the full suite was not run/,
		);
		assert.deepEqual(output.receipt?.suiteNotRun, { related: 2 });
		assert.ok(output.receipt?.runs.some(({ what }) => what === 'related tests on the patch'));
		assert.equal(output.alternatives.length, 1);
	});

	it('says so in Markdown', () => {
		const { stdout, stderr } = run(['verify', '--patch', '-', '--test', 'sums up', '--time', '1'], fix);
		assert.match(
			stdout,
			/^## No verified fix: target and 2 related tests; full suite not run, .*\n/,
			stdout + stderr,
		);
		assert.match(stdout, /\| Suite \| target and 2 related tests; full suite not run \|/);
	});

	it('throws a patch out that breaks a related test', () => {
		const bad = patch('+\tlet total = 0;\n+\tnumbers = numbers.splice(0);');
		const { stdout } = run(['verify', '--patch', '-', '--test', 'sums up', '--time', '1', '--json'], bad);
		const [verdict] = fixOutputSchema.parse(JSON.parse(stdout)).attempts[0]?.verdicts ?? [];
		assert.equal(verdict?.kind, 'unresolved');
		assert.match(verdict?.reason ?? '', /breaks a test that passed before: .*keeps its list/);
	});
});
