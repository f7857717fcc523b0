// The terminal's face as a user meets it: the built program, real git, real tests, a real signal.
import assert from 'node:assert/strict';
import { execFileSync, spawn, spawnSync } from 'node:child_process';
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
import { fixOutputSchema } from '../../src/terminal/fixOutput';

const cli = path.join(__dirname, '../../dist/cli.js');

const sample: Record<string, string> = {
	'package.json': '{ "name": "sum", "scripts": { "test": "node --test" } }\n',
	'src/sum.js': `exports.sum = (numbers) => {
	let total = 1;
	for (const number of numbers) {
		total += number;
	}
	return total;
};
exports.most = (numbers) => Math.max(...numbers);
`,
	'test/sum.test.js': `const { test } = require('node:test');
const assert = require('node:assert/strict');
const { sum, most } = require('../src/sum.js');
test('sums up', () => assert.equal(sum([1, 2, 3]), 6));
test('sums up nothing', () => assert.equal(sum([]), 0));
test('finds the most', () => assert.equal(most([1, 3, 2]), 3));
`,
};

describe('underbid', function () {
	this.timeout(60_000);
	let home: string;
	let folder: string;

	beforeEach(() => {
		home = mkdtempSync(path.join(os.tmpdir(), 'cli-'));
		folder = path.join(home, 'a project with ünusual name');
		for (const [file, text] of Object.entries(sample)) {
			mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
			writeFileSync(path.join(folder, file), text);
		}
	});
	afterEach(() => rmSync(home, { recursive: true, force: true }));

	const environment = () => ({
		...process.env,
		UNDERBID_HOME: path.join(home, 'state'),
		TMPDIR: path.join(home, 'tmp'),
		UNDERBID_CLI_TEST: home,
		HOME: home,
	});
	const underbid = (...args: string[]) => {
		mkdirSync(path.join(home, 'tmp'), { recursive: true });
		return spawnSync(process.execPath, [cli, ...args], { cwd: folder, env: environment(), encoding: 'utf8' });
	};
	const git = (...args: string[]) =>
		execFileSync('git', ['-c', 'user.name=T', '-c', 'user.email=t@example.invalid', ...args], {
			cwd: folder,
			encoding: 'utf8',
			env: { ...process.env, HOME: home },
		});

	it('judges a patch from anywhere, by file and by standard input', () => {
		git('init', '-q');
		const patch = (line: string) =>
			`diff --git a/src/sum.js b/src/sum.js\n--- a/src/sum.js\n+++ b/src/sum.js\n@@ -1,3 +1,3 @@\n exports.sum = (numbers) => {\n-\tlet total = 1;\n+${line}\n \tfor (const number of numbers) {\n`;
		writeFileSync(path.join(home, 'right.patch'), patch('\tlet total = 0;'));
		const right = underbid('verify', '--patch', path.join(home, 'right.patch'), '--json');
		assert.equal(right.status, 0, right.stderr);
		const output = fixOutputSchema.parse(JSON.parse(right.stdout));
		assert.deepEqual([output.verified, output.receipt?.flipped.length], [true, 2]);
		assert.match(readFileSync(path.join(folder, 'src/sum.js'), 'utf8'), /total = 1/);
		const bad = spawnSync(process.execPath, [cli, 'verify', '--patch', '-', '--test', 'sums up'], {
			cwd: folder,
			env: environment(),
			encoding: 'utf8',
			input: patch('\tlet total = 0; process.exit(0);'),
		});
		assert.equal(bad.status, 1, bad.stderr);
		assert.match(bad.stdout, /rejected: The patch ends the program itself.*src\/sum\.js:2/);
		const { rows } = JSON.parse(underbid('spend', '--json').stdout) as { rows: readonly object[] };
		assert.deepEqual(rows, [], 'looking again is no run that solved anything');
	});
	const commit = () => {
		git('init', '-q');
		git('add', '-A');
		git('commit', '-q', '-m', 'first');
	};
	/** Everything a run could leave behind: trees and reports in the temporary folder, worktrees, processes. */
	const leftovers = (): string[] => {
		const trees = existsSync(path.join(home, 'tmp')) ? readdirSync(path.join(home, 'tmp')) : [];
		const worktrees = existsSync(path.join(folder, '.git/worktrees'))
			? readdirSync(path.join(folder, '.git/worktrees'))
			: [];
		return [...trees, ...worktrees, ...processesOf(home)];
	};

	it('finds, verifies and prints a patch that git applies; the folder is as before', () => {
		commit();
		const before =
			git('status', '--porcelain', '-uall') + readFileSync(path.join(folder, '.git/index')).toString('hex');
		const { status, stdout, stderr } = underbid('fix', '--max-spend', '0');
		assert.equal(status, 0, stderr);
		assert.ok(stdout.startsWith('diff --git') && stdout.includes('+\tlet total = 0;'), stdout);
		assert.ok(stderr.includes('✓ Verified fix · $0.00 of $0.00'));
		assert.equal(
			git('status', '--porcelain', '-uall') + readFileSync(path.join(folder, '.git/index')).toString('hex'),
			before,
		);
		assert.deepEqual(leftovers(), []);
		writeFileSync(path.join(home, 'fix.patch'), stdout);
		git('apply', path.join(home, 'fix.patch'));
		assert.equal(spawnSync('node', ['--test'], { cwd: folder }).status, 0);
	});

	it('--json keeps the schema; --test names the target; spend knows the run', () => {
		commit();
		const { status, stdout } = underbid('fix', '--max-spend', '0', '--json', '--test', 'sums up nothing');
		const output = fixOutputSchema.parse(JSON.parse(stdout));
		assert.equal(status, output.verified ? 0 : 1);
		assert.deepEqual(output.target, ['test/sum.test.js::sums up nothing']);
		assert.equal(output.money.spent, 0);
		const spend = underbid('spend', '--json');
		const { rows } = JSON.parse(spend.stdout) as { rows: { runs: number; billed: number }[] };
		assert.deepEqual(
			rows.map(({ runs, billed }) => [runs, billed]),
			[[1, 0]],
		);
	});

	it('--apply writes the fix, also into a repository without a commit', () => {
		git('init', '-q');
		const { status, stderr } = underbid('fix', '--max-spend', '0', '--apply');
		assert.equal(status, 0, stderr);
		assert.ok(readFileSync(path.join(folder, 'src/sum.js'), 'utf8').includes('let total = 0;'));
		assert.equal(git('diff', '--cached'), '', 'the index is not touched');
	});

	it('sees uncommitted text', () => {
		writeFileSync(path.join(folder, 'src/sum.js'), sample['src/sum.js']?.replace('= 1', '= 0') ?? '');
		commit();
		writeFileSync(path.join(folder, 'src/sum.js'), sample['src/sum.js']?.replace('= 1', '= 2') ?? '');
		const { status, stdout } = underbid('fix', '--max-spend', '0');
		assert.equal(status, 0);
		assert.ok(stdout.includes('-\tlet total = 2;'));
	});

	it('a command of one’s own that leaves JUnit XML tells single tests apart', () => {
		writeFileSync(
			path.join(folder, 'check.js'),
			`const { sum, most } = require('./src/sum.js');
const { mkdirSync, writeFileSync } = require('node:fs');
const cases = { sums: sum([1, 2]) === 3, 'sums nothing': sum([]) === 0, most: most([1, 2]) === 2 };
const xml = Object.entries(cases).map(([name, ok]) => '<testcase classname="check" name="' + name + '">' + (ok ? '' : '<failure message="wrong"/>') + '</testcase>');
mkdirSync('out', { recursive: true });
writeFileSync('out/junit.xml', '<testsuite name="check">' + xml.join('') + '</testsuite>');
process.exitCode = Object.values(cases).every(Boolean) ? 0 : 1;
`,
		);
		writeFileSync(path.join(folder, '.gitignore'), 'out/\n');
		commit();
		const { status, stdout, stderr } = underbid(
			'fix',
			'--max-spend',
			'0',
			'--json',
			'--test-command',
			'node check.js',
			'--test-report',
			'out/*.xml',
		);
		const output = fixOutputSchema.parse(JSON.parse(stdout));
		assert.equal(output.target.length, 2, stderr);
		assert.equal(status, 0, stderr);
		assert.deepEqual(output.receipt?.after, { passed: 3, failed: 0, skipped: 0 });
	});

	for (const [name, prepare, args, words] of [
		['no git', () => undefined, [], 'git init'],
		['no tests', () => writeFileSync(path.join(folder, 'package.json'), '{}'), [], '--test-command'],
		[
			'nothing red',
			() => writeFileSync(path.join(folder, 'src/sum.js'), sample['src/sum.js']?.replace('= 1', '= 0') ?? ''),
			[],
			'nothing to fix',
		],
		['no such test', () => undefined, ['--test', 'no such thing'], 'No test is called'],
		['a green target', () => undefined, ['--test', 'finds the most'], 'already passes'],
		[
			'a command that is not there',
			() => undefined,
			['--test-command', 'no-such-program --now'],
			'no-such-program',
		],
		['an unreadable bid', () => undefined, ['--max-spend', '0,25'], '0.25'],
		['a folder that is not there', () => undefined, ['--folder', '/no/such/folder'], 'does not exist'],
		['an unknown proposer', () => undefined, ['--proposers', 'oracle'], '"oracle"'],
	] as const) {
		it(`${name}: one sentence, exit 2, nothing left behind`, () => {
			if (name === 'no tests') {
				rmSync(path.join(folder, 'test'), { recursive: true });
			}
			prepare();
			if (name !== 'no git') {
				commit();
			}
			const { status, stdout, stderr } = underbid('fix', '--max-spend', '0', ...args);
			assert.ok(stderr.includes(words), stderr);
			assert.equal(status, 2, stderr);
			assert.equal(stdout, '');
			assert.ok(!/\n\s+at /.test(stderr), stderr);
			assert.deepEqual(leftovers(), []);
		});
	}

	it('Ctrl-C at any moment: exit 130 (or the end that was already reached), and nothing is left behind', async () => {
		commit();
		mkdirSync(path.join(home, 'tmp'), { recursive: true });
		for (const afterMs of [50, 200, 400, 700, 1100, 1600]) {
			const child = spawn(process.execPath, [cli, 'fix', '--max-spend', '0'], {
				cwd: folder,
				env: environment(),
				stdio: 'ignore',
			});
			const timer = setTimeout(() => child.kill('SIGINT'), afterMs);
			const code = await new Promise((resolve) =>
				child.on('exit', (exit, killedBy) => resolve(exit ?? killedBy)),
			);
			clearTimeout(timer);
			// Before our handler is there, the signal ends the process by itself.
			assert.ok(code === 130 || code === 0 || code === 'SIGINT', `${String(code)} after ${afterMs} ms`);
			assert.deepEqual(leftovers(), [], `after ${afterMs} ms`);
			assert.equal(git('status', '--porcelain'), '');
		}
	});

	it('helps a stranger', () => {
		const { status, stdout } = underbid('--help');
		assert.equal(status, 0);
		assert.ok(stdout.includes('underbid fix --max-spend'));
		assert.match(underbid('--version').stdout, /^\d+\.\d+\.\d+\n$/);
	});
});

/** Processes of ours that are still there, by a mark in their environment. Linux only; elsewhere none can be told. */
function processesOf(mark: string): string[] {
	if (process.platform !== 'linux') {
		return [];
	}
	return readdirSync('/proc')
		.filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
		.filter((pid) => {
			try {
				return readFileSync(`/proc/${pid}/environ`, 'utf8').includes(`UNDERBID_CLI_TEST=${mark}`);
			} catch {
				return false;
			}
		})
		.map((pid) => `process ${pid}`);
}
