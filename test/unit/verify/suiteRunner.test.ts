import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
	mkdirSync,
	mkdtempSync,
	readdirSync,
	realpathSync,
	rmSync,
	symlinkSync,
	writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { SuiteRun, SuiteScope, TestResult } from '../../../src/core/suite';
import { childEnvironment } from '../../../src/verify/childEnvironment';
import { discoverSuite, suiteFromCommand } from '../../../src/verify/discovery';
import { ProcessSuiteRunner } from '../../../src/verify/suiteRunner';
import { buildReporters } from './reportersBuild';

const all: SuiteScope = { kind: 'all' };
const has = (...argv: [string, ...string[]]) => spawnSync(argv[0], argv.slice(1)).status === 0;

describe('running a suite', () => {
	let base: string;
	let root: string;
	let runner: ProcessSuiteRunner;
	before(async () => {
		base = realpathSync(mkdtempSync(path.join(tmpdir(), 'underbid-suite-')));
		await buildReporters(path.join(base, 'dist'));
		runner = new ProcessSuiteRunner({
			assets: path.join(base, 'dist'),
			tempRoot: path.join(base, 'runs'),
			environment: childEnvironment(process.env),
		});
	});
	after(() => rmSync(base, { recursive: true, force: true }));
	beforeEach(() => {
		root = mkdtempSync(path.join(base, 'project-'));
	});

	const write = (files: Readonly<Record<string, string>>) => {
		for (const [name, text] of Object.entries(files)) {
			mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
			writeFileSync(path.join(root, name), text);
		}
	};
	const run = async (command: string, scope: SuiteScope = all, limitMs = 20_000): Promise<SuiteRun> => {
		const found = await suiteFromCommand(command, root, '');
		assert.equal(found.kind, 'found');
		return runner.run(root, found.kind === 'found' ? found.suite : assert.fail(), scope, limitMs, never());
	};
	const only = async (command: string, ids: readonly string[]) => {
		const tests = testsOf(await run(command)).filter((test) => ids.includes(test.id));
		assert.equal(tests.length, ids.length);
		return run(command, { kind: 'tests', tests });
	};

	it('of TAP, takes no pattern of the command for the file of the tests', async () => {
		write({
			printer: "console.log('TAP version 13\\n# adds\\nok 1 sum\\n\\n1..1')",
			'test/one.js': '',
		});
		const suite = { framework: 'tap', folder: '', env: {}, source: 'x' } as const;
		const told = async (...argv: string[]) =>
			lines(await runner.run(root, { ...suite, argv: ['node', 'printer', ...argv] }, all, 20_000, never()));
		assert.deepEqual(await told('test/*.js'), ['passed adds']);
		assert.deepEqual(await told('test/{one,two}.js'), ['passed adds']);
		assert.deepEqual(await told('test/one.js'), ['passed test/one.js::adds']);
	});

	describe('with node:test', () => {
		const text = `
			const { test, describe, it, before } = require('node:test');
			const assert = require('node:assert');
			test('adds', () => {});
			describe('group (a)', () => {
				it('is [odd]', () => { assert.equal(1, 2); });
				it.skip('later', () => {});
				describe('inner', () => { it('deep', () => {}); });
			});
			test('twice', () => {});
			test('twice', () => { throw new Error('the second'); });
			describe('never set up', () => { before(() => { throw new Error('no set-up'); }); it('waits', () => {}); });
		`;

		it('sees every test, and what each said', async () => {
			write({ 'a.test.js': text });
			const ended = await run('node --test');
			assert.deepEqual(lines(ended), [
				'passed a.test.js::adds',
				'failed a.test.js::group (a) > is [odd]',
				'skipped a.test.js::group (a) > later',
				'passed a.test.js::group (a) > inner > deep',
				'passed a.test.js::twice',
				'failed a.test.js::twice (2)',
				'failed a.test.js::never set up > waits',
			]);
			const odd = testsOf(ended)[1];
			assert.deepEqual([odd?.line, odd?.failure?.actual, odd?.failure?.expected], [6, '1', '2']);
			assert.equal(testsOf(ended)[5]?.failure?.message, 'the second');
			assert.equal(testsOf(ended)[6]?.failure?.message, 'no set-up');
			assert.equal(ended.kind === 'finished' && ended.exitCode, 1);
		});

		it('reads a failure that holds a function', async () => {
			write({
				'a.test.js':
					"const assert = require('node:assert/strict'); require('node:test')('a', () => { assert.deepEqual({ f() {}, b: 1 }, { b: 2 }); });",
			});
			const [{ failure } = {}] = testsOf(await run('node --test'));
			assert.match(failure?.message ?? '', /^Expected values to be strictly deep-equal/);
			assert.match(failure?.stack ?? '', /AssertionError[\s\S]*a\.test\.js:1/);
		});

		it('runs one test by its name', async () => {
			write({ 'a.test.js': text, 'b.test.js': "require('node:test')('elsewhere', () => {});" });
			const ended = await only('node --test', ['a.test.js::group (a) > inner > deep']);
			const ran = testsOf(ended).filter((test) => test.status !== 'skipped');
			assert.ok(ran.some((test) => test.id === 'a.test.js::group (a) > inner > deep'));
			assert.ok(ran.every((test) => test.file === 'a.test.js' && !test.name.startsWith('adds')));
		});

		it('shows a file that can not be loaded as a failure of that file', async () => {
			write({ 'a.test.js': "require('./gone');", 'b.test.js': "require('node:test')('fine', () => {});" });
			const ended = await run('node --test');
			assert.deepEqual(lines(ended), ['failed a.test.js', 'passed b.test.js::fine']);
			assert.match(testsOf(ended)[0]?.failure?.message ?? '', /Cannot find module '.\/gone'/);
		});

		it('names the test that loops without end', async () => {
			write({
				'a.test.js':
					"const t = require('node:test'); t('fine', () => {}); t('bad', () => { throw 1; }); t('spins', () => { for (;;); });",
			});
			for (const command of ['node --test', 'node a.test.js']) {
				const ended = await run(command, all, 2000);
				assert.equal(ended.kind, 'timedOut');
				assert.deepEqual(lines(ended), [
					'passed a.test.js::fine',
					'failed a.test.js::bad',
					'failed a.test.js::spins',
				]);
				assert.deepEqual(
					testsOf(ended).map((test) => test.failure?.hung ?? false),
					[false, false, true],
				);
			}
		});

		it('does not call failed what had not run yet when it was ended', async () => {
			write({
				'a.test.js':
					"const t = require('node:test'); t('waits', () => new Promise((go) => setTimeout(go, 1e6))); t('later', () => {});",
			});
			assert.deepEqual(lines(await run('node --test', all, 2000)), ['failed a.test.js::waits']);
		});

		it('does not believe a program that stops with 0 in the middle', async () => {
			write({
				'a.test.js': "const t = require('node:test'); t('one', () => {}); t('two', () => process.exit(0));",
			});
			const ended = await run('node a.test.js');
			assert.equal(ended.kind, 'neverRan');
		});

		it('expands patterns that Node 20 does not know', async () => {
			write({ 'spec/deep/x.spec.js': "require('node:test')('x', () => {});" });
			assert.deepEqual(lines(await run("node --test 'spec/**/*.spec.js'")), [
				'passed spec/deep/x.spec.js::x',
			]);
		});
	});

	describe('with mocha', () => {
		beforeEach(() => symlinkSync(path.resolve('node_modules'), path.join(root, 'node_modules')));
		const text = `
			const assert = require('node:assert');
			describe('sum', function () {
				it('adds', function () {});
				it('is (odd) [x]', function () { assert.deepEqual({ a: 1 }, { a: 2 }); });
				it.skip('later', function () {});
			});
			describe('hooks', function () {
				beforeEach(function () { throw new Error('no set-up'); });
				it('one', function () {});
				it('two', function () {});
			});
			describe('after', function () {
				after(function () { throw new Error('no clean-up'); });
				it('done', function () {});
			});
		`;

		it('sees every test; a failed hook is the failure of the tests around it', async () => {
			write({ 'test/a.js': text });
			const ended = await run('npx mocha');
			assert.deepEqual(lines(ended), [
				'passed test/a.js::sum > adds',
				'failed test/a.js::sum > is (odd) [x]',
				'skipped test/a.js::sum > later',
				'failed test/a.js::hooks > one',
				'failed test/a.js::hooks > two',
				'failed test/a.js::after > done',
			]);
			assert.deepEqual(ended.argv, ['npx', 'mocha']);
			assert.equal(testsOf(ended)[1]?.failure?.expected, '{"a":2}');
			assert.equal(testsOf(ended)[5]?.failure?.message, 'no clean-up');
		});

		it('runs one test by its name', async () => {
			write({ 'test/a.js': text });
			const ended = await only('mocha --reporter dot', ['test/a.js::sum > is (odd) [x]']);
			assert.deepEqual(lines(ended), ['failed test/a.js::sum > is (odd) [x]']);
		});

		it('names the test that loops without end, and what passed before', async () => {
			write({
				'test/a.js': "it('fine', () => {}); it('spins', () => { for (;;); }); it('waits', () => {});",
			});
			const ended = await run('npx mocha', all, 2500);
			assert.equal(ended.kind, 'timedOut');
			assert.deepEqual(lines(ended), ['passed test/a.js::fine', 'failed test/a.js::spins']);
		});

		it('shows a file that can not be loaded as a failure of that file', async () => {
			write({ 'lib/x.js': 'module.exports = {', 'test/a.js': "require('../lib/x');" });
			const ended = await run('npx mocha');
			assert.deepEqual(lines(ended), ['failed test/a.js']);
			assert.match(testsOf(ended)[0]?.failure?.message ?? '', /SyntaxError/);
		});

		it('says that a package is missing instead of calling a test failed', async () => {
			write({ 'test/a.js': "require('underbid-gone');" });
			const ended = await run('npx mocha');
			assert.equal(ended.kind, 'neverRan');
			assert.match(ended.kind === 'neverRan' ? ended.reason : '', /Cannot find module 'underbid-gone'/);
		});

		it('does not believe a test that ends the program with 0', async () => {
			write({
				'test/a.js': "it('quits', () => process.exit(0)); it('fails', () => { throw new Error('x'); });",
			});
			const ended = await run('npx mocha');
			assert.equal(ended.kind, 'neverRan');
			assert.match(ended.kind === 'neverRan' ? ended.reason : '', /stopped in "quits"/);
		});

		it('keeps the words of package.json: environment, options, quoted patterns, and drops lint and coverage', async () => {
			write({
				'package.json': JSON.stringify({
					scripts: {
						test: 'eslint . && cross-env MODE=test nyc --reporter=lcov npm run unit -- --timeout 5000',
						unit: "mocha --require ./setup.js 'spec/**/*.spec.js'",
					},
				}),
				'setup.js': 'global.ready = true;',
				'spec/deep/x.spec.js':
					"it('has both', () => require('node:assert').deepEqual([global.ready, process.env.MODE], [true, 'test']));",
			});
			const found = await discoverSuite(root, 'spec');
			assert.ok(found.kind === 'found');
			assert.deepEqual(
				[found.suite.framework, found.suite.argv.join(' '), found.suite.env],
				['mocha', 'npx mocha --require ./setup.js spec/**/*.spec.js --timeout 5000', { MODE: 'test' }],
			);
			const ended = await runner.run(root, found.suite, all, 20_000, never());
			assert.deepEqual(lines(ended), ['passed spec/deep/x.spec.js::has both']);
		});
	});

	describe('by the exit status alone', () => {
		it('is one test, named by the command', async () => {
			write({ 'test.js': 'console.log("before"); process.exit(Number(process.env.CODE ?? 4));' });
			const ended = await run('node test.js');
			assert.deepEqual(lines(ended), ['failed node test.js']);
			assert.match(testsOf(ended)[0]?.failure?.message ?? '', /exit 4[\s\S]*before/);
			assert.deepEqual(lines(await run('CODE=0 node test.js')), ['passed node test.js']);
		});

		it('runs a shell line as it was written', async () => {
			const ended = await run('echo hello | tee log > /dev/null && grep -q hello log');
			assert.equal(ended.kind === 'finished' && ended.exitCode, 0);
		});

		it('is no result when the program is not there', async () => {
			assert.equal((await run('./gone.sh')).kind, 'neverRan');
			assert.equal((await run('underbid-gone | cat && underbid-gone')).kind, 'neverRan');
		});

		it('costs little beside the program itself', async () => {
			write({ 'test.js': '' });
			const found = await suiteFromCommand('node test.js', root, '');
			assert.ok(found.kind === 'found');
			const timed = async (work: () => unknown) => {
				let best = Number.POSITIVE_INFINITY;
				for (let round = 0; round < 6; round++) {
					const from = performance.now();
					await work();
					best = Math.min(best, performance.now() - from);
				}
				return best;
			};
			const plain = await timed(() => spawnSync('node', ['test.js'], { cwd: root }));
			const suite = found.suite;
			const ours = await timed(() => runner.run(root, suite, all, 5000, never()));
			assert.ok(ours < 2 * plain + 50, `${ours} ms against ${plain} ms`);
		});
	});

	it('is cancelled by its signal', async () => {
		write({ 'test.js': 'setInterval(() => {}, 1000);' });
		const found = await suiteFromCommand('node test.js', root, '');
		assert.ok(found.kind === 'found');
		const ended = await runner.run(root, found.suite, all, 20_000, AbortSignal.timeout(300));
		assert.equal(ended.kind, 'cancelled');
	});

	it('builds before it tests, and says so when that fails', async () => {
		write({
			'package.json': JSON.stringify({
				scripts: { pretest: 'node build.js', test: 'node --test out.test.js' },
			}),
			'build.js': `require('node:fs').writeFileSync('out.test.js', "require('node:" + "test')('built', () => {});");`,
		});
		const found = await discoverSuite(root, '');
		assert.ok(found.kind === 'found');
		assert.deepEqual(found.suite.build, [['node', 'build.js']]);
		assert.deepEqual(lines(await runner.run(root, found.suite, all, 20_000, never())), [
			'passed out.test.js::built',
		]);
		write({ 'build.js': 'throw new TypeError("does not compile");' });
		const broken = await runner.run(root, found.suite, all, 20_000, never());
		assert.match(broken.kind === 'neverRan' ? broken.reason : '', /build step.*does not compile/);
	});

	it('leaves nothing of its own behind', () => {
		assert.deepEqual(readdirSync(path.join(base, 'runs')), []);
	});

	describe('with unittest (needs python3)', () => {
		before(function () {
			if (!has('python3', '-c', '0')) {
				this.skip();
			}
		});
		const text = [
			'import unittest',
			'class A(unittest.TestCase):',
			'    def test_ok(self): pass',
			'    def test_bad(self): self.assertEqual(1, 2)',
			"    @unittest.skip('later')",
			'    def test_later(self): pass',
			'    def test_parts(self):',
			'        for part in range(3):',
			'            with self.subTest(part=part): self.assertNotEqual(part, 1)',
			'class B(unittest.TestCase):',
			'    @classmethod',
			"    def setUpClass(cls): raise RuntimeError('no set-up')",
			'    def test_waits(self): pass',
		].join('\n');

		it('sees every test and every file that does not load', async () => {
			write({ 'tests/__init__.py': '', 'tests/test_a.py': text, 'tests/test_b.py': 'import gone_module' });
			const ended = await run('python3 -m unittest discover');
			assert.deepEqual(lines(ended).sort(), [
				'failed tests.test_a.A.test_bad',
				'failed tests.test_a.A.test_parts',
				'failed tests.test_a.B.test_waits',
				'failed tests/test_b.py',
				'passed tests.test_a.A.test_ok',
				'skipped tests.test_a.A.test_later',
			]);
			const one = await only('python3 -m unittest discover', ['tests.test_a.A.test_bad']);
			assert.deepEqual(lines(one), ['failed tests.test_a.A.test_bad', 'failed tests/test_b.py']);
		});

		it('runs the new text of a file that was changed within a second', async () => {
			write({
				'one.py': 'def two(): return 1\n',
				'test_one.py':
					'import unittest, one\nclass T(unittest.TestCase):\n    def test_two(self): self.assertEqual(one.two(), 2)\n',
			});
			assert.deepEqual(lines(await run('python3 -m unittest')), ['failed test_one.T.test_two']);
			write({ 'one.py': 'def two(): return 2\n' });
			assert.deepEqual(lines(await run('python3 -m unittest')), ['passed test_one.T.test_two']);
		});
	});

	describe('with pytest (needs pytest)', () => {
		before(function () {
			if (!has('python3', '-m', 'pytest', '--version')) {
				this.skip();
			}
		});

		it('sees every test and every file that does not load', async () => {
			write({
				'pkg/tests/test_a.py':
					"import pytest\ndef test_ok(): pass\n@pytest.mark.parametrize('v', ['a::b', 2])\ndef test_par(v): assert v != 2\nclass TestC:\n    def test_m(self): pass\n@pytest.fixture\ndef broken(): raise RuntimeError('no set-up')\ndef test_fix(broken): pass\n",
				'pkg/tests/test_b.py': 'import gone_module\n',
			});
			const ended = await run('python3 -m pytest -q -x');
			assert.deepEqual(lines(ended).sort(), [
				'failed pkg/tests/test_a.py::test_fix',
				'failed pkg/tests/test_a.py::test_par[2]',
				'failed pkg/tests/test_b.py',
				'passed pkg/tests/test_a.py::TestC::test_m',
				'passed pkg/tests/test_a.py::test_ok',
				'passed pkg/tests/test_a.py::test_par[a::b]',
			]);
		});
	});
});

function never(): AbortSignal {
	return new AbortController().signal;
}

function testsOf(run: SuiteRun): readonly TestResult[] {
	return run.kind === 'finished' || run.kind === 'timedOut' ? run.tests : assert.fail(JSON.stringify(run));
}

function lines(run: SuiteRun): string[] {
	return testsOf(run).map((test) => `${test.status} ${test.id}`);
}
