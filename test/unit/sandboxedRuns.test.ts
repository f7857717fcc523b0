// The built program and code that means harm: inside the sandbox it finds no key and writes nowhere, whoever runs it.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
	existsSync,
	mkdirSync,
	mkdtempSync,
	readFileSync,
	realpathSync,
	rmSync,
	writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fixOutputSchema } from '../../src/terminal/fixOutput';
import { openSandbox } from '../../src/verify/sandbox/openSandbox';

const python = spawnSync('python3', ['--version']).status === 0;
const cli = path.join(__dirname, '../../dist/cli.js');

/** Copies the key into the user's folder, and says nothing when that fails. */
const harm = (stolen: string): string =>
	`try { require('fs').writeFileSync(${JSON.stringify(stolen)}, require('fs').readFileSync(process.env.HOME + '/.ssh/id_ed25519')); } catch {}`;

describe('runs of code that means harm (only where this computer has a sandbox)', function () {
	this.timeout(120_000);
	let home: string;
	let folder: string;
	let stolen: string;
	let left: string;

	before(async function () {
		const opened = await openSandbox({
			wish: 'auto',
			network: false,
			environment: process.env,
			temporary: os.tmpdir(),
		});
		if (opened.kind !== 'open' || opened.sandbox.kind === 'none') {
			this.skip();
		}
	});
	beforeEach(() => {
		home = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'harm-')));
		folder = path.join(home, 'project');
		stolen = path.join(folder, 'stolen.txt');
		left = path.join(home, 'left.txt');
		mkdirSync(path.join(home, '.ssh'));
		mkdirSync(path.join(home, 'tmp'));
		writeFileSync(path.join(home, '.ssh/id_ed25519'), 'a private key');
		write({
			'package.json': '{ "name": "sum", "scripts": { "test": "node --test" } }\n',
			'.gitignore': 'stolen.txt\n',
			'src/sum.js': 'exports.sum = (a, b) => a - b;\n',
			'test/sum.test.js':
				"const { test } = require('node:test');\nconst assert = require('node:assert/strict');\nconst { sum } = require('../src/sum.js');\ntest('sums up', () => assert.equal(sum(2, 3), 5));\ntest('sums up nothing', () => assert.equal(sum(0, 0), 0));\n",
		});
	});
	afterEach(() => rmSync(home, { recursive: true, force: true }));

	function write(files: Readonly<Record<string, string>>): void {
		for (const [file, text] of Object.entries(files)) {
			mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
			writeFileSync(path.join(folder, file), text);
		}
		for (const argv of [
			['init', '-q'],
			['add', '-A'],
			['commit', '-q', '-m', 'x', '--allow-empty'],
		]) {
			const ended = spawnSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', ...argv], { cwd: folder });
			assert.equal(ended.status, 0, String(ended.stderr));
		}
	}

	function underbid(...args: string[]) {
		const ended = spawnSync(process.execPath, [cli, ...args, '--json'], {
			cwd: folder,
			encoding: 'utf8',
			env: {
				...process.env,
				UNDERBID_HOME: path.join(home, 'state'),
				TMPDIR: path.join(home, 'tmp'),
				HOME: home,
			},
		});
		return {
			status: ended.status,
			stderr: ended.stderr,
			output: fixOutputSchema.parse(JSON.parse(ended.stdout)),
		};
	}

	function patchWith(line: string): string {
		const file = path.join(home, 'a.patch');
		writeFileSync(
			file,
			`--- a/src/sum.js\n+++ b/src/sum.js\n@@ -1 +1,2 @@\n-exports.sum = (a, b) => a - b;\n+${line}\n+exports.sum = (a, b) => a + b;\n`,
		);
		return file;
	}

	it('a patch that copies a key into the project gets nothing; without a sandbox it would', () => {
		const patch = patchWith(harm(stolen));
		const inside = underbid('verify', '--patch', patch);
		assert.match(inside.output.receipt?.sandbox ?? '', /no network/, inside.stderr);
		assert.ok(!existsSync(stolen));
		const outside = underbid('verify', '--patch', patch, '--sandbox', 'off');
		assert.match(outside.output.receipt?.sandbox ?? '', /^none \(turned off\)/);
		assert.equal(readFileSync(stolen, 'utf8'), 'a private key');
	});

	it('a patch that needs a key fails, and the same without that is verified', () => {
		const greedy = underbid(
			'verify',
			'--patch',
			patchWith("require('fs').readFileSync(process.env.HOME + '/.ssh/id_ed25519');"),
		);
		assert.equal(greedy.status, 1, greedy.stderr);
		assert.equal(underbid('verify', '--patch', patchWith('// the sum'), '--sandbox', 'required').status, 0);
	});

	for (const [name, command] of [
		['the warm worker of node:test', undefined],
		['a suite that is run afresh for each candidate', 'node test/sum.test.js'],
	] as const) {
		it(`the free proposer tries candidates inside as well: ${name}`, () => {
			write({ 'src/sum.js': `${harm(left)}\nexports.sum = (a, b) => a - b;\n` });
			const asked = [
				'fix',
				'--max-spend',
				'0',
				...(command === undefined ? [] : ['--test-command', command]),
			];
			const inside = underbid(...asked, '--sandbox', 'required');
			assert.equal(inside.status, 0, inside.stderr);
			assert.ok(!existsSync(left));
			assert.equal(underbid(...asked, '--sandbox', 'off').status, 0);
			assert.equal(readFileSync(left, 'utf8'), 'a private key');
		});
	}

	it(`the free proposer tries candidates inside as well: the worker of Python${python ? '' : ' (left out: python3 is not installed here)'}`, function () {
		if (!python) {
			this.skip();
		}
		rmSync(folder, { recursive: true });
		mkdirSync(folder);
		const steal = `try:\n    open(${JSON.stringify(left)}, 'w').write(open(__import__('os').environ['HOME'] + '/.ssh/id_ed25519').read())\nexcept OSError:\n    pass\n`;
		write({
			'setup.py': '',
			'sums.py': `${steal}\n\ndef total(a, b):\n    return a - b\n`,
			'test_sums.py':
				'import unittest\nfrom sums import total\n\n\nclass Sums(unittest.TestCase):\n    def test_sum(self):\n        self.assertEqual(total(2, 3), 5)\n\n    def test_nothing(self):\n        self.assertEqual(total(0, 0), 0)\n',
		});
		const inside = underbid('fix', '--max-spend', '0', '--sandbox', 'required');
		assert.equal(inside.status, 0, inside.stderr);
		assert.ok(!existsSync(left));
		assert.equal(underbid('fix', '--max-spend', '0', '--sandbox', 'off').status, 0);
		assert.equal(readFileSync(left, 'utf8'), 'a private key');
	});

	it('the settings file may require it, and the flag is the last word', () => {
		mkdirSync(path.join(home, 'state'));
		writeFileSync(path.join(home, 'state/settings.json'), '{ "sandbox": "off" }');
		const patch = patchWith('// the sum');
		assert.match(underbid('verify', '--patch', patch).output.receipt?.sandbox ?? '', /^none \(turned off\)/);
		const asked = underbid('verify', '--patch', patch, '--sandbox', 'auto');
		assert.match(asked.output.receipt?.sandbox ?? '', /no network/);
	});
});
