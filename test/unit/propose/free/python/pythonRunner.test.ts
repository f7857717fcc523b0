import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import {
	cpSync,
	existsSync,
	mkdirSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	realpathSync,
	rmSync,
	writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Framework, TestResult } from '../../../../../src/core/suite';
import { PythonRunner } from '../../../../../src/propose/free/python/pythonRunner';
import type { WarmBase } from '../../../../../src/propose/free/warmRunner';

const programs = path.resolve('src/propose/free/python');
const signal = new AbortController().signal;
const hasPytest = spawnSync('python3', ['-m', 'pytest', '--version']).status === 0;
const hasPython = spawnSync('python3', ['--version']).status === 0;

const opened: PythonRunner[] = [];
let folder = '';

beforeEach(() => {
	folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'underbid-python-')));
});

afterEach(async () => {
	await Promise.all(opened.splice(0).map((runner) => runner.close()));
	rmSync(folder, { recursive: true, force: true });
});

interface Setup {
	readonly files: Readonly<Record<string, string>>;
	readonly targets: readonly (string | Partial<TestResult>)[];
	readonly framework?: Framework;
	readonly argv?: readonly string[];
	readonly suiteFolder?: string;
}

function open({ files, targets, framework = 'pytest', argv, suiteFolder = '' }: Setup): PythonRunner {
	const assets = path.join(folder, 'assets');
	const root = path.join(folder, 'project');
	mkdirSync(path.join(assets, 'python'), { recursive: true });
	for (const name of readdirSync(programs).filter((each) => each.endsWith('.py'))) {
		cpSync(path.join(programs, name), path.join(assets, 'python', name));
	}
	for (const [name, text] of Object.entries(files)) {
		mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
		writeFileSync(path.join(root, name), text);
	}
	const runner = new PythonRunner({
		root,
		assets,
		memoryBytes: 256 * 2 ** 20,
		problem: {
			statement: '',
			base: { commit: '', tree: '' },
			suite: {
				framework,
				folder: suiteFolder,
				argv: argv ?? ['python3', '-m', framework],
				env: {},
				source: 'the test',
			},
			failToPass: targets.map((target) => ({
				id: '',
				name: '',
				status: 'failed',
				...(typeof target === 'string'
					? { id: target, name: target.split('::').slice(1).join(' > ') }
					: target),
			})),
		},
	});
	opened.push(runner);
	return runner;
}

async function started(setup: Setup): Promise<{ runner: PythonRunner; base: WarmBase }> {
	const runner = open(setup);
	const start = await runner.start(signal);
	assert.equal(start.kind, 'ready', JSON.stringify(start));
	assert.ok(start.kind === 'ready');
	return { runner, base: start.base };
}

const calc = `"""Arithmetic."""
import functools

RATE = 3


def add(a, b):
    return a - b


def twice(a, by=3):
    return a * by


def counted(function):
    @functools.wraps(function)
    def inner(*args):
        return function(*args) + 1
    return inner


@counted
def three(a):
    def deep(b):
        return b + 2
    return deep(a)


class Box:
    size = 1

    def __init__(self, items):
        self.items = items

    def first(self):
        return self.items[1]

    def all(self):
        for item in self.items:
            yield item * 2
`;
const calcTest = `from calc import add, twice, three, Box, RATE
import calc
import pytest

def test_add():
    assert add(1, 2) == 3

def test_zero():
    assert add(4, 0) == 4

def test_rate():
    assert RATE == 4

def test_twice():
    assert twice(3) == 6

def test_three():
    assert three(1) == 5

def test_first():
    assert Box([7, 8]).first() == 7

def test_all():
    assert list(Box([1, 2]).all()) == [3, 6]

def test_size():
    assert Box.size == 2

def test_ok():
    assert calc.add(0, 0) == 0 and twice(0) == 0
`;
const project = { 'calc.py': calc, 'tests/test_calc.py': calcTest, 'conftest.py': '' };

describe(`the Python warm worker (pytest)${hasPytest ? '' : ': skipped, python3 with pytest is not installed'}`, () => {
	before(function () {
		if (!hasPytest) {
			this.skip();
		}
	});

	const changes: readonly [string, string, string, string][] = [
		['a function that the test imported by name', 'test_add', 'return a - b', 'return a + b'],
		['a constant of the module', 'test_rate', 'RATE = 3', 'RATE = 4'],
		['a default argument', 'test_twice', 'by=3', 'by=2'],
		['a function inside a decorated function', 'test_three', 'return b + 2', 'return b + 3'],
		['a decorator', 'test_three', 'function(*args) + 1', 'function(*args) + 2'],
		['a method', 'test_first', 'self.items[1]', 'self.items[0]'],
		['a generator', 'test_all', 'item * 2', 'item * 3'],
		['an attribute of a class', 'test_size', 'size = 1', 'size = 2'],
		['a line more', 'test_add', 'return a - b', 'b = -b\n    return a - b'],
		['text that is not ASCII', 'test_add', 'return a - b', 'return a + b  # ä€😀'],
	];
	for (const [what, test, from, to] of changes) {
		it(`sees a change of ${what}`, async () => {
			const { runner } = await started({ files: project, targets: [`tests/test_calc.py::${test}`] });
			const text = calc.replace(from, to);
			const wrong = calc.replace(
				from,
				to.replace(/[234]|\+ b|-b/, (found) => (found === '-b' ? 'b' : found === '+ b' ? '* b' : '9')),
			);
			assert.equal((await runner.attempt([{ path: 'calc.py', text }], 1000, signal)).kind, 'passed');
			assert.equal((await runner.attempt([{ path: 'calc.py', text: calc }], 1000, signal)).kind, 'failed');
			if (wrong !== text) {
				assert.equal((await runner.attempt([{ path: 'calc.py', text: wrong }], 1000, signal)).kind, 'failed');
			}
			assert.equal((await runner.attempt([{ path: 'calc.py', text: 'def (' }], 1000, signal)).kind, 'failed');
			assert.equal((await runner.attempt([{ path: 'calc.py', text }], 1000, signal)).kind, 'passed');
		});
	}

	it('tells which lines each test runs, and where the target failed', async () => {
		const { base } = await started({ files: project, targets: ['tests/test_calc.py::test_first'] });
		const at = (needle: string): number => calc.slice(0, calc.indexOf(needle)).split('\n').length;
		const target = base.coverage.find(({ test }) => test === 'tests/test_calc.py::test_first');
		assert.equal(target?.passed, false);
		assert.ok(target?.lines.get('calc.py')?.includes(at('return self.items[1]')));
		assert.ok(!target?.lines.get('calc.py')?.includes(at('return a - b')));
		assert.deepEqual([...(target?.lines.keys() ?? [])], ['calc.py']);
		const zero = base.coverage.find(({ test }) => test === 'tests/test_calc.py::test_zero');
		assert.equal(zero?.passed, true);
		assert.ok(zero?.lines.get('calc.py')?.includes(at('return a - b')));
		assert.equal(base.otherTests, 2);
		const raising = await started({
			files: {
				'm.py': 'def inner(x):\n    return x[5]\n\ndef outer(x):\n    return inner(x)\n',
				'test_m.py': 'from m import outer\n\ndef test_m():\n    assert outer([1]) == 1\n',
			},
			targets: ['test_m.py::test_m'],
		});
		assert.deepEqual(raising.base.frames, [
			{ file: 'm.py', line: 2 },
			{ file: 'm.py', line: 5 },
		]);
	});

	it('counts what ran at import as run by the tests that import it', async () => {
		const { base } = await started({ files: project, targets: ['tests/test_calc.py::test_rate'] });
		const target = base.coverage.find(({ passed }) => !passed);
		assert.ok(target?.lines.get('calc.py')?.includes(4));
	});

	it('refuses a candidate that breaks another test, also in another file', async () => {
		const { runner, base } = await started({
			files: {
				...project,
				'tests/test_other.py': 'from calc import add\n\ndef test_other():\n    assert add(5, 0) == 5\n',
			},
			targets: ['tests/test_calc.py::test_add'],
		});
		assert.equal(base.otherTests, 3);
		const overfit = await runner.attempt(
			[{ path: 'calc.py', text: calc.replace('return a - b', 'return 3 if a < 3 else 4') }],
			1000,
			signal,
		);
		assert.equal(overfit.kind, 'failed');
		assert.equal(overfit.kind === 'failed' && overfit.passedTests, 1);
	});

	const losses: readonly [string, string, string][] = [
		['loops', 'while True: pass', 'timeout'],
		[
			'loops and catches everything',
			'while True:\n        try:\n            while True: pass\n        except BaseException: pass',
			'timeout',
		],
		['ends the process', "__import__('os')._exit(0)", 'exit'],
		['eats memory', 'x = []\n    while True: x.append(bytearray(1 << 22))', 'memory'],
		['crashes the interpreter', "__import__('os').kill(__import__('os').getpid(), 11)", 'crash'],
		['closes every pipe and loops', "__import__('os').closerange(0, 64)\n    while True: pass", 'timeout'],
	];
	it('loses only its own slot to a candidate that loops, exits, crashes or eats memory', async () => {
		const { runner } = await started({ files: project, targets: ['tests/test_calc.py::test_add'] });
		for (const [what, body, reason] of losses) {
			const trial = await runner.attempt(
				[{ path: 'calc.py', text: calc.replace('return a - b', body) }],
				reason === 'memory' ? 5000 : 300,
				signal,
			);
			assert.deepEqual([what, trial.kind, trial.kind === 'lost' && trial.reason], [what, 'lost', reason]);
			const next = await runner.attempt(
				[{ path: 'calc.py', text: calc.replace('a - b', 'a + b') }],
				1000,
				signal,
			);
			assert.equal(next.kind, 'passed', what);
		}
		for (const body of ['raise SystemExit(0)', 'return add(a, b)', "open('calc.py', 'w').close() or 1/0"]) {
			const trial = await runner.attempt(
				[{ path: 'calc.py', text: calc.replace('return a - b', body) }],
				1000,
				signal,
			);
			assert.equal(trial.kind, 'failed', body);
		}
	});

	it('starts although the base loops, and stops looking after two that do', async () => {
		const loop = 'def down(n):\n    while n != 0:\n        n -= 2\n    return n\n';
		const test = `import pytest\nfrom loop import down\n\n@pytest.mark.parametrize('n', range(30))\ndef test_down(n):\n    assert down(n) == 0\n`;
		const odd = Array.from({ length: 15 }, (_, index) => `test_loop.py::test_down[${2 * index + 1}]`);
		const since = performance.now();
		const { runner, base } = await started({
			files: { 'loop.py': loop, 'test_loop.py': test },
			targets: odd.map((id) => ({
				id,
				file: 'test_loop.py',
				name: id.split('::')[1] ?? '',
				failure: { message: '', hung: true },
			})),
		});
		assert.ok(performance.now() - since < 15_000);
		const failing = base.coverage.filter(({ passed }) => !passed);
		assert.deepEqual(failing[0]?.lines.get('loop.py'), [1, 2, 3]);
		assert.equal(base.frames[0]?.file, 'loop.py');
		assert.equal(base.otherTests, 15);
		const fixed = await runner.attempt(
			[{ path: 'loop.py', text: loop.replace('!=', '>').replace('return n', 'return 0') }],
			500,
			signal,
		);
		assert.equal(fixed.kind, 'passed');
	});

	it('repairs what fails while it is imported', async () => {
		const broken = 'TABLE = [1, 2, 3]\nLAST = TABLE[3]\n\ndef last():\n    return LAST\n';
		const { runner, base } = await started({
			files: {
				'table.py': broken,
				'test_table.py': 'from table import last\n\ndef test_last():\n    assert last() == 3\n',
			},
			targets: [{ id: 'test_table.py', file: 'test_table.py', name: 'test_table.py' }],
		});
		assert.deepEqual(base.frames, [{ file: 'table.py', line: 2 }]);
		assert.deepEqual(base.coverage[0]?.lines.get('table.py'), [1, 2]);
		const attempt = (to: string) =>
			runner.attempt([{ path: 'table.py', text: broken.replace('TABLE[3]', to) }], 1000, signal);
		assert.equal((await attempt('TABLE[2]')).kind, 'passed');
		assert.equal((await attempt('TABLE[1]')).kind, 'failed');
		assert.equal((await attempt('TABLE[7]')).kind, 'failed');
	});

	it('sees a function that runs while the project is imported', async () => {
		const text = 'def build(n):\n    return [i * i for i in range(n)]\n\nSQUARES = build(2)\n';
		const { runner } = await started({
			files: {
				'squares.py': text,
				'test_squares.py': 'from squares import SQUARES\n\ndef test_it():\n    assert SQUARES == [0, 1, 4]\n',
			},
			targets: ['test_squares.py::test_it'],
		});
		const trial = await runner.attempt(
			[{ path: 'squares.py', text: text.replace('range(n)', 'range(n + 1)') }],
			1000,
			signal,
		);
		assert.equal(trial.kind, 'passed');
	});

	it('keeps tests in their own order where the order matters', async () => {
		const { runner } = await started({
			files: {
				'm.py': 'def get(d):\n    return d["b"]\n',
				'test_m.py':
					'from m import get\nstate = {}\n\ndef test_a():\n    state["a"] = 1\n\ndef test_b():\n    assert state["a"] == 1\n\ndef test_c():\n    assert get(state) == 1\n',
			},
			targets: ['test_m.py::test_c'],
		});
		const trial = await runner.attempt(
			[{ path: 'm.py', text: 'def get(d):\n    return d["a"]\n' }],
			1000,
			signal,
		);
		assert.equal(trial.kind, 'passed');
	});

	it('runs in the suite’s folder and names files from the root', async () => {
		const { runner, base } = await started({
			files: {
				'back/pkg/calc.py': calc,
				'back/pkg/__init__.py': '',
				'back/tests/test_calc.py': calcTest
					.replaceAll('calc import', 'pkg.calc import')
					.replace('import calc\n', 'import pkg.calc as calc\n'),
				'back/pytest.ini': '[pytest]\n',
			},
			targets: ['back/tests/test_calc.py::test_add'],
			suiteFolder: 'back',
			argv: ['python3', '-m', 'pytest', '-x', '-q', 'tests'],
		});
		assert.ok(base.coverage[0]?.lines.has('back/pkg/calc.py'));
		const trial = await runner.attempt(
			[{ path: 'back/pkg/calc.py', text: calc.replace('a - b', 'a + b') }],
			1000,
			signal,
		);
		assert.equal(trial.kind, 'passed');
	});

	it('observes the same inputs for every text of a file, and tells behaviours apart', async () => {
		const { runner } = await started({ files: project, targets: ['tests/test_calc.py::test_add'] });
		const observe = (text: string) => runner.observe({ path: 'calc.py', text }, 2000, signal);
		const base = await observe(calc);
		const plus = await observe(calc.replace('a - b', 'a + b'));
		const same = await observe(calc.replace('a - b', 'b + a'));
		const loops = await observe(calc.replace('return a - b', 'while True: pass'));
		const raises = await observe(calc.replace('return a - b', 'raise KeyError()'));
		assert.ok(base && plus && base.length > 100 && base.length === plus.length, `${base?.length}`);
		assert.notDeepEqual(base, plus);
		assert.deepEqual(plus, same);
		assert.ok(loops?.includes('loops'));
		assert.ok(raises?.includes('raises:KeyError'));
		assert.deepEqual(await observe(calc), base);
		const constant = await observe(calc.replace('RATE = 3', 'RATE = 4'));
		assert.deepEqual(constant, base);
	});

	it('keeps secrets from the tests and leaves no process behind', async () => {
		process.env['UNDERBID_TEST_API_KEY'] = 'secret';
		try {
			const test = `import os, subprocess
from m import f

def test_f():
    with open('pids', 'a') as file:
        file.write('%d\\n%d\\n' % (os.getpid(), subprocess.Popen(['sleep', '60']).pid))
    assert 'UNDERBID_TEST_API_KEY' not in os.environ
    assert 'secret' not in os.environ.values()
    f()
`;
			const { runner } = await started({
				files: { 'm.py': 'def f():\n    raise ValueError()\n', 'test_m.py': test },
				targets: ['test_m.py::test_f'],
			});
			const trial = await runner.attempt([{ path: 'm.py', text: 'def f():\n    pass\n' }], 1000, signal);
			assert.equal(trial.kind, 'passed');
			const looping = runner.attempt(
				[{ path: 'm.py', text: 'def f():\n    while True: pass\n' }],
				20_000,
				signal,
			);
			await new Promise((resolve) => setTimeout(resolve, 300));
			await runner.close();
			assert.equal((await looping).kind, 'lost');
			const pids = readFileSync(path.join(folder, 'project/pids'), 'utf8').trim().split('\n').map(Number);
			assert.ok(pids.length >= 6);
			await new Promise((resolve) => setTimeout(resolve, 200));
			assert.deepEqual(pids.filter(isAlive), []);
		} finally {
			delete process.env['UNDERBID_TEST_API_KEY'];
		}
	});

	it('starts again by itself when its process was ended', async () => {
		const { runner } = await started({
			files: {
				...project,
				'tests/test_calc.py': `${calcTest}\ndef test_kill():\n    import os, signal\n    if add(2, 2) == 99:\n        os.kill(os.getppid(), signal.SIGKILL)\n`,
			},
			targets: ['tests/test_calc.py::test_add'],
		});
		const kill = 'import os, signal\n    os.kill(os.getppid(), signal.SIGKILL)\n    return 1';
		assert.equal(
			(await runner.attempt([{ path: 'calc.py', text: calc.replace('return a - b', kill) }], 1000, signal))
				.kind,
			'lost',
		);
		assert.equal(
			(await runner.attempt([{ path: 'calc.py', text: calc.replace('a - b', 'a + b') }], 1000, signal)).kind,
			'passed',
		);
	});

	it('is unavailable, with the reason, when the target passes', async () => {
		const start = await open({ files: project, targets: ['tests/test_calc.py::test_ok'] }).start(signal);
		assert.deepEqual(start, {
			kind: 'unavailable',
			reason: 'the target test does not fail in a warm process',
		});
	});

	it('ends soon when it is cancelled', async () => {
		const { runner } = await started({ files: project, targets: ['tests/test_calc.py::test_add'] });
		const since = performance.now();
		const trial = await runner.attempt(
			[{ path: 'calc.py', text: calc.replace('return a - b', 'while True: pass') }],
			20_000,
			AbortSignal.timeout(100),
		);
		assert.equal(trial.kind, 'lost');
		assert.ok(performance.now() - since < 3000);
	});
});

describe(`the Python warm worker (unittest)${hasPython ? '' : ': skipped, python3 is not installed'}`, () => {
	before(function () {
		if (!hasPython) {
			this.skip();
		}
	});

	const test = `import unittest
from calc import add, Box


class Adding(unittest.TestCase):
    def setUp(self):
        self.three = 3

    def test_add(self):
        self.assertEqual(add(1, 2), self.three)

    def test_zero(self):
        for a in range(3):
            with self.subTest(a=a):
                self.assertEqual(add(a, 0), a)

    @unittest.skip('not now')
    def test_skipped(self):
        pass
`;

	for (const [argv, id] of [
		[['python3', '-m', 'unittest'], 'test_calc.Adding.test_add'],
		[['python3', '-m', 'unittest', 'discover', '-s', 'tests'], 'test_calc.Adding.test_add'],
		[['python3', '-m', 'unittest', 'tests.test_calc'], 'tests.test_calc.Adding.test_add'],
	] as const) {
		it(`tries candidates on ${argv.join(' ')}`, async () => {
			const inTests = argv.length > 3;
			const { runner, base } = await started({
				files: {
					'calc.py': calc,
					[inTests ? 'tests/test_calc.py' : 'test_calc.py']:
						argv[3] === 'discover' ? `import sys; sys.path.insert(0, '.')\n${test}` : test,
					'tests/__init__.py': '',
				},
				targets: [{ id, name: 'Adding > test_add' }],
				framework: 'unittest',
				argv,
			});
			assert.equal(base.otherTests, 1);
			const attempt = (to: string) =>
				runner.attempt([{ path: 'calc.py', text: calc.replace('return a - b', to) }], 500, signal);
			assert.equal((await attempt('return a + b')).kind, 'passed');
			assert.equal((await attempt('return 3')).kind, 'failed');
			assert.equal((await attempt('while True: pass')).kind, 'lost');
			assert.equal((await attempt('return a * b')).kind, 'failed');
			assert.equal(
				(
					await runner.attempt(
						[{ path: 'calc.py', text: calc.replace('a - b', 'a + b').replace('RATE = 3', 'RATE = 4') }],
						500,
						signal,
					)
				).kind,
				'passed',
			);
		});
	}

	it('runs the suite’s own command where it cannot be kept warm', async () => {
		const { runner, base } = await started({
			files: {
				'calc.py': calc,
				'run.py':
					'import sys\nfrom calc import add\nassert sys.argv[1:] == ["adding"]\nsys.exit(0 if add(1, 2) == 3 else 1)\n',
			},
			targets: [{ id: 'adding', name: 'adding' }],
			framework: 'unittest',
			argv: ['python3', 'run.py'],
		});
		assert.deepEqual(base.coverage, []);
		const attempt = (to: string, limitMs: number) =>
			runner.attempt([{ path: 'calc.py', text: calc.replace('return a - b', to) }], limitMs, signal);
		assert.equal((await attempt('return a + b', 10_000)).kind, 'passed');
		assert.equal((await attempt('return a * b', 10_000)).kind, 'failed');
		assert.equal((await attempt('while True: pass', 1000)).kind, 'lost');
		assert.equal(readFileSync(path.join(folder, 'project/calc.py'), 'utf8'), calc);
		assert.ok(existsSync(path.join(folder, 'project/run.py')));
	});
});

function isAlive(pid: number): boolean {
	try {
		const state = execFileSync('ps', ['-o', 'stat=', '-p', `${pid}`], { encoding: 'utf8' }).trim();
		return state !== '' && !state.startsWith('Z');
	} catch {
		return false;
	}
}
