// The suite on another machine: a second process stands in for it, over standard input and output. The built program,
// real git, real tests. Needs a shell and tar, as the example of the documentation does.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import {
	chmodSync,
	existsSync,
	mkdirSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	rmSync,
	symlinkSync,
	writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fixOutputSchema } from '../../src/terminal/fixOutput';

const cli = path.join(__dirname, '../../dist/cli.js');
const machine = path.join(__dirname, '../fakes/otherMachine.mjs');
const LONG = `src/${'a-folder-with-a-long-name/'.repeat(6)}long.js`;
const FILES: Readonly<Record<string, string>> = {
	'package.json': '{ "name": "sum", "scripts": { "test": "false" } }\n',
	'.gitignore': 'ignored.txt\n',
	'ignored.txt': 'stays here\n',
	'src/sum.js': `exports.sum = (numbers) => {
	let total = 1;
	for (const number of numbers) {
		total += number;
	}
	return total;
};
`,
	[LONG]: 'module.exports = 1;\n',
	'test/sum.test.js': `const { test } = require('node:test');
const assert = require('node:assert/strict');
const { sum } = require('../src/sum.js');
test('sums up', () => assert.equal(sum([1, 2]), 3));
test('gives a number', () => assert.equal(typeof sum([]), 'number'));
test('has the whole tree, and no more', () => {
	assert.equal(require('../${LONG}'), 1);
	const { existsSync, readlinkSync, statSync } = require('node:fs');
	assert.equal(readlinkSync(__dirname + '/link'), 'sum.test.js');
	assert.ok((statSync(__dirname + '/../run.sh').mode & 0o100) !== 0);
	assert.ok(!existsSync(__dirname + '/../ignored.txt'));
});
`,
	'run.sh': '#!/bin/sh\n',
};
const patch = (line: string) =>
	`diff --git a/src/sum.js b/src/sum.js\n--- a/src/sum.js\n+++ b/src/sum.js\n@@ -1,4 +1,4 @@\n exports.sum = (numbers) => {\n-\tlet total = 1;\n+\t${line}\n \tfor (const number of numbers) {\n \t\ttotal += number;\n`;
const RIGHT = patch('let total = 0;');

const able = process.platform !== 'win32' && spawnSync('tar', ['--version']).status === 0;

describe(`a remote suite${able ? '' : ' (cannot be run here: it needs a shell and tar)'}`, function () {
	this.timeout(180_000);
	let home: string;
	let folder: string;
	before(function () {
		if (!able) {
			this.skip();
		}
		home = mkdtempSync(path.join(os.tmpdir(), 'remote-'));
		folder = path.join(home, 'project');
		for (const [file, text] of Object.entries(FILES)) {
			mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
			writeFileSync(path.join(folder, file), text);
		}
		chmodSync(path.join(folder, 'run.sh'), 0o755);
		symlinkSync('sum.test.js', path.join(folder, 'test/link'));
		mkdirSync(path.join(home, 'tmp'));
		mkdirSync(path.join(home, 'bin'));
		// The documentation says `ssh`.
		writeFileSync(
			path.join(home, 'bin/ssh'),
			`#!/bin/sh\nshift\nexec "${process.execPath}" "${machine}" "${home}/other" "$@"\n`,
		);
		chmodSync(path.join(home, 'bin/ssh'), 0o755);
		execFileSync('git', ['init', '-q'], { cwd: folder });
	});
	after(() => {
		if (able) {
			rmSync(home, { recursive: true, force: true });
		}
	});

	const run = (args: readonly string[], input = RIGHT) =>
		spawnSync(process.execPath, [cli, ...args], {
			cwd: folder,
			encoding: 'utf8',
			input,
			env: {
				...process.env,
				PATH: `${path.join(home, 'bin')}:${process.env['PATH'] ?? ''}`,
				UNDERBID_HOME: path.join(home, 'state'),
				TMPDIR: path.join(home, 'tmp'),
				HOME: home,
				OPENAI_API_KEY: 'sk-0123456789abcdef0123',
			},
		});
	const judge = (remote: string, diff = RIGHT) => {
		const { stdout, stderr } = run(
			['verify', '--patch', '-', '--test', 'sums up', '--json', '--remote-suite', remote],
			diff,
		);
		assert.notEqual(stdout, '', stderr);
		const output = fixOutputSchema.parse(JSON.parse(stdout));
		const [verdict] = output.attempts.flatMap(({ verdicts }) => verdicts);
		return { output, verdict: verdict?.kind, reason: verdict?.reason ?? output.outcome.reason ?? '' };
	};
	/** What the documentation gives, as a shell would hand it over. */
	const documented = () => {
		const text = readFileSync(path.join(__dirname, '../../docs/remote-suite.md'), 'utf8');
		const quoted = /--remote-suite "([\s\S]*?[^\\])"\n/.exec(text)?.[1] ?? '';
		return quoted.replace(/\\(["$])/g, '$1');
	};
	/** The documented command, with something else before the last line or in its place. */
	const replied = (change: (end: string) => string) =>
		documented().replace(/cat report\.xml; (echo .*)'$/s, (_, end: string) => `${change(end)}'`);

	it('verifies a right patch by the documented command; what is left there is nothing', () => {
		assert.match(documented(), /^ssh build-host '.*underbid-end \{run\} \$s'$/s);
		const { output, reason } = judge(documented());
		assert.equal(output.verified, true, reason);
		assert.deepEqual(output.receipt?.after, { passed: 3, failed: 0, skipped: 0 });
		assert.match(output.receipt?.sandbox ?? '', /^elsewhere: the tests ran where ssh takes them/);
		assert.match(output.receipt?.suite?.source ?? '', /remote suite/);
		assert.deepEqual(readdirSync(path.join(home, 'other')), []);
		assert.ok(!existsSync(path.join(home, 'other/ignored.txt')));
	});

	it('judges a wrong patch wrong', () => {
		const { output, verdict } = judge(documented(), patch('let total = 2;'));
		assert.deepEqual([output.verified, verdict], [false, 'unresolved']);
	});

	const onPatch = (does: string, end: string) =>
		`if grep -q "total = 0" src/sum.js; then ${does}; else cat report.xml; ${end}; fi`;
	for (const [name, does, reason] of [
		['is cut off', 'head -c 200 report.xml', /does not end with the line/],
		['is cut off before its last line', 'cat report.xml', /does not end with the line/],
		['is of another run', 'cat report.xml; echo underbid-end 0123456789abcdef 0', /of another run/],
		[
			'has a document that the code under test printed',
			'echo "<testsuites><testcase name=\\"sums up\\"/></testsuites>"; cat report.xml; END',
			/more than one document|other output|damaged/,
		],
		['is text', 'echo all is well; END', /other output|damaged|no XML/],
		['names no test', 'echo "<testsuites></testsuites>"; END', /names no test/],
		[
			'succeeds with failures in it',
			'echo "<testsuites><testcase name=\\"sums up\\"><failure/></testcase></testsuites>"; echo underbid-end {run} 0',
			/status of success/,
		],
		[
			'defines its own words',
			'echo "<!DOCTYPE a [<!ENTITY b \\"c\\">]><testsuites><testcase name=\\"sums up\\"/></testsuites>"; END',
			/DOCTYPE/,
		],
		['never comes: the connection is lost', 'kill -9 $$', /does not end with the line/],
	] as const) {
		it(`is inconclusive where the report ${name}`, () => {
			const {
				output,
				verdict,
				reason: said,
			} = judge(replied((end) => onPatch(does.replace('END', end), end)));
			assert.equal(output.verified, false);
			assert.equal(verdict, 'inconclusive', said);
			assert.match(said, reason);
		});
	}

	it('refuses a command that could not be believed, and one that is not there', () => {
		const { status, stderr } = run(['verify', '--patch', '-', '--remote-suite', 'ssh build-host run']);
		assert.equal(status, 2);
		assert.match(stderr, /must hold \{run\}/);
		const missing = judge('no-such-program {run}');
		assert.equal(missing.output.outcome.kind, 'blocked');
		assert.match(missing.reason, /"no-such-program" was not found/);
		assert.match(
			run(['verify', '--patch', '-', '--remote-suite', 'x {run}', '--sandbox', 'required']).stderr,
			/use one of the two/,
		);
	});

	it('gives the command no key', () => {
		const { output } = judge(`sh -c 'env >&2; echo {run}'`);
		assert.doesNotMatch(output.outcome.reason ?? '', /sk-0123/);
		assert.equal(output.outcome.kind, 'blocked');
	});
});
