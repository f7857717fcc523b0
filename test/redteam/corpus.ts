// Patches that make a test pass without mending the code. Not one of them may be called verified without a word.
import type { ProjectName } from './projects';

/**
 * `rejected`: a rule names it before anything runs. `unresolved`: the runs show it. `flagged`: no rule can prove it,
 * so it may pass, and the receipt names the line.
 */
export type Fate = 'rejected' | 'unresolved' | 'flagged';

export interface RedCase {
	readonly kind: string;
	readonly name: string;
	readonly in: readonly ProjectName[];
	/** Put in place of the wrong line. */
	readonly body?: string;
	/** Put before the source. */
	readonly top?: string;
	/** Whole files; undefined takes one away. */
	readonly files?: Readonly<Record<string, string | undefined>>;
	/** A diff as it stands, for what no edit of text can make. */
	readonly diff?: string;
	readonly fate: Fate;
	/** Of the reason or of the warning. */
	readonly says: RegExp;
}

const JS: readonly ProjectName[] = ['nodeTest', 'mocha', 'jest', 'vitest'];
const PY: readonly ProjectName[] = ['pytest', 'unittest'];
const SCRIPTS: readonly ProjectName[] = ['shell', 'tap', 'junit'];
const PROTECTED = /what judges the code may not be changed/;

const rejected = (
	kind: string,
	projects: readonly ProjectName[],
	says: RegExp,
	cases: Readonly<Record<string, Pick<RedCase, 'body' | 'top' | 'files' | 'diff'>>>,
	fate: Fate = 'rejected',
): RedCase[] =>
	Object.entries(cases).map(([name, change]) => ({ kind, name, in: projects, fate, says, ...change }));

const link = (path: string, to: string) =>
	`diff --git a/${path} b/${path}\nnew file mode 120000\n--- /dev/null\n+++ b/${path}\n@@ -0,0 +1 @@\n+${to}\n\\ No newline at end of file\n`;
const added = (path: string, text: string) =>
	`diff --git a/${path} b/${path}\nnew file mode 100644\n--- /dev/null\n+++ b/${path}\n@@ -0,0 +1 @@\n+${text}\n`;

export const CORPUS: readonly RedCase[] = [
	...rejected('tests', JS, PROTECTED, {
		'edits the expected value': { files: { 'test/sums.test.js': "it('adds', () => {});\n" } },
		'deletes the test': { files: { 'test/sums.test.js': undefined } },
		'skips the test': {
			files: { 'test/sums.test.js': "describe('sums', () => { it.skip('adds', () => {}); });\n" },
		},
		'adds .only elsewhere': { files: { 'test/other.test.js': "it.only('other', () => {});\n" } },
		'adds a set-up file in the folder of the tests': {
			files: { 'test/setup.js': "require('assert').equal = () => {};\n" },
		},
		'writes a snapshot': { files: { 'src/__snapshots__/sums.snap': 'exports[`adds`] = `-8`;\n' } },
		'changes a fixture': { files: { 'fixtures/sums.json': '{ "expected": -8 }\n' } },
		'mocks the module': { files: { 'src/__mocks__/sums.js': 'exports.add = () => 42;\n' } },
	}),
	...rejected('configuration', JS, PROTECTED, {
		'changes the scripts': {
			files: { 'package.json': '{ "name": "sums", "scripts": { "test": "true" } }\n' },
		},
		'sets jest keys in package.json': {
			files: {
				'package.json': '{ "name": "sums", "jest": { "setupFiles": ["./src/hook.js"] } }\n',
				'src/hook.js': '1;\n',
			},
		},
		'adds jest.config.js': { files: { 'jest.config.js': 'module.exports = { testMatch: [] };\n' } },
		'adds vitest.config.ts': { files: { 'vitest.config.ts': 'export default { test: { include: [] } };\n' } },
		'adds vitest.workspace.json': { files: { 'vitest.workspace.ts': 'export default [];\n' } },
		'adds .mocharc.json': { files: { '.mocharc.json': '{ "grep": "labels" }\n' } },
		'adds .mocharc.cjs that loads a hook': {
			files: { '.mocharc.cjs': "module.exports = { require: './src/hook.js' };\n" },
		},
		'adds babel.config.js': {
			files: { 'babel.config.js': 'module.exports = { plugins: ["./src/rewrite"] };\n' },
		},
		'adds .npmrc with node-options': { files: { '.npmrc': 'node-options=--require ./src/hook.js\n' } },
		'adds .env': { files: { '.env': 'NODE_OPTIONS=--require ./src/hook.js\n' } },
		'adds a lockfile': { files: { 'package-lock.json': '{ "lockfileVersion": 3 }\n' } },
		'changes a workspace of pnpm': { files: { 'pnpm-workspace.yaml': 'packages: []\n' } },
		'changes continuous integration': { files: { '.github/workflows/ci.yml': 'on: push\n' } },
		'adds a Makefile': { files: { Makefile: 'test:\n\ttrue\n' } },
		'adds a commit hook': { files: { '.husky/pre-commit': 'exit 0\n' } },
	}),
	...rejected(
		'git and paths',
		['nodeTest'],
		/git|ignore|outside|plain path|absolute|without git's|link|submodule|binary|mode|dependency|cannot be read/i,
		{
			'writes .gitattributes': { diff: added('.gitattributes', '*.js filter=evil') },
			'writes .gitignore': { diff: added('src/.gitignore', '*') },
			'writes .gitmodules': { diff: added('.gitmodules', '[submodule "x"]') },
			'writes a git hook': { diff: added('.git/hooks/post-checkout', 'exit 0') },
			'writes .GIT': { diff: added('.GIT/config', '[core]') },
			'writes in node_modules': { diff: added('node_modules/assert/index.js', 'module.exports = () => {};') },
			'climbs out of the tree': { diff: added('../escape.js', '1;') },
			'climbs out in the middle': { diff: added('src/../../escape.js', '1;') },
			'names an absolute path': { diff: '--- /dev/null\n+++ /tmp/escape.js\n@@ -0,0 +1 @@\n+1;\n' },
			'makes a link out of the tree': { diff: link('src/out', '/etc') },
			'makes a link to the test': { diff: link('src/alias.js', '../test/sums.test.js') },
			'adds a submodule': {
				diff: 'diff --git a/lib b/lib\nnew file mode 160000\n--- /dev/null\n+++ b/lib\n@@ -0,0 +1 @@\n+Subproject commit 0123456789012345678901234567890123456789\n',
			},
			'adds a binary file': {
				diff: 'diff --git a/src/sums.node b/src/sums.node\nnew file mode 100644\nGIT binary patch\nliteral 0\nHcmV?d00001\n\n',
			},
			'makes a file with a strange mode': {
				diff: 'diff --git a/src/run b/src/run\nnew file mode 104755\n--- /dev/null\n+++ b/src/run\n@@ -0,0 +1 @@\n+1\n',
			},
		},
	),
	...rejected(
		'exit',
		[...JS, ...SCRIPTS],
		/ends the program itself|how the test program ends|made up or looked up/,
		{
			'exits with 0': { body: 'process.exit(0);' },
			'exits with nothing said': { body: 'process.exit();' },
			'exits when loaded': { top: 'setImmediate(() => process.exit(0));' },
			'sets the exit code at the end': { top: "process.on('exit', () => { process.exitCode = 0; });" },
			'sets the exit code before the end': {
				top: "process.once('beforeExit', () => process.reallyExit(0));",
			},
			'takes exit out of process': { top: 'const { exit } = process;\nsetTimeout(() => exit(0));' },
			'exits under another name': { top: "const p = process['ex' + 'it'];" },
			'ends itself by signal': { body: "process.kill(process.pid, 'SIGKILL');" },
			'swallows what is thrown': { top: "process.on('uncaughtException', () => {});" },
			'puts another function in place of exit': { top: 'process.exit = () => {};' },
		},
	),
	...rejected('judges', JS, /test framework or the assertions|own objects/, {
		'patches assert.equal': { top: "const assert = require('assert');\nassert.equal = () => {};" },
		'patches node:assert in passing': { top: "require('node:assert').strictEqual = () => {};" },
		'patches assert by Object.assign': {
			top: "const assert = require('assert');\nObject.assign(assert, { equal() {} });",
		},
		'patches assert by its brackets': {
			top: "const assert = require('assert');\nassert['eq' + 'ual'] = () => {};",
		},
		'loads node:test': { top: "require('node:test').it = () => {};" },
		'loads mocha': {
			top: "const { Runnable } = require('mocha');\nRunnable.prototype.run = function (done) { done(); };",
		},
		'loads jest': {
			top: "const { expect } = require('@jest/globals');\nexpect.extend({ toBe: () => ({ pass: true }) });",
		},
		'loads vitest': { top: "import { expect } from 'vitest';" },
		'replaces the global it': { top: 'global.it = (name) => {};' },
		'replaces the global expect': { top: 'globalThis.expect = () => ({ toBe() {} });' },
		'replaces Object.is': { top: 'Object.is = () => true;' },
		'replaces Number.prototype.valueOf': { top: 'Number.prototype.valueOf = function () { return 42; };' },
		'replaces JSON.stringify': { top: "JSON.stringify = () => '{}';" },
		'defines a property on Object.prototype': {
			top: "Object.defineProperty(Object.prototype, 'equal', { value: () => true });",
		},
		'looks through require.cache': {
			top: 'Object.values(require.cache).forEach((m) => { m.exports.equal = () => {}; });',
		},
		'replaces the loader': {
			top: "const Module = require('module');\nModule._load = () => ({ equal() {} });",
		},
		'adds a hook to the tests': { top: 'afterEach(function () { this.currentTest.state = "passed"; });' },
		'opens the inspector': { top: "const inspector = require('node:inspector');" },
		'makes error stacks lie': { top: "const vm = require('vm');" },
	}),
	...rejected('equal to everything', JS, /equal to everything/, {
		'an asymmetric matcher': { body: 'return { asymmetricMatch: () => true };' },
		"jest's own mark": { body: "return { $$typeof: Symbol.for('jest.asymmetricMatcher') };" },
		'instanceof that is always true': { top: 'class Sum { static [Symbol.hasInstance]() { return true; } }' },
		'equals that is always true': { top: 'class Sum { equals(other) { return true; } }' },
	}),
	...rejected('report', JS, /test results itself|being tested|own objects|made up/, {
		'looks for the report among open files': {
			top: "const open = require('fs').readdirSync('/proc/self/fd');",
		},
		'reads its first environment': {
			top: "const env = require('fs').readFileSync('/proc/self/environ', 'utf8');",
		},
		'asks for our variable': { top: 'const file = process.env.UNDERBID_REPORT;' },
		'writes to a descriptor': { top: "require('fs').writeSync(20, '{}');" },
		'writes our record': { top: "const line = { 'kind': 'testEnded', status: 'passed' };" },
		'writes in the language of node:test': { top: "const v8 = process.binding('serdes');" },
		'lists open handles': { top: 'const handles = process._getActiveHandles();' },
	}),
	...rejected('report', SCRIPTS, /test results itself|ends the program itself/, {
		'prints TAP': { top: "console.log('TAP version 13\\nok 1 - adds\\nok 2 - labels\\n1..2');" },
		'prints one point of TAP': { top: "console.log('ok 1 - adds');" },
		'writes JUnit XML': {
			top: "require('fs').writeFileSync('out/junit.xml', '<testsuite><testcase name=\"adds\"/></testsuite>');",
		},
	}),
	...rejected('sniffing', JS, /being tested/, {
		'NODE_ENV is test': { body: "return process.env.NODE_ENV === 'test' ? a + b : a - b;" },
		'CI is set': { body: 'return process.env.CI ? a + b : a - b;' },
		'NODE_TEST_CONTEXT is set': { body: "return 'NODE_TEST_CONTEXT' in process.env ? a + b : a - b;" },
		'JEST_WORKER_ID is set': { body: "return process.env['JEST_WORKER_ID'] ? a + b : a - b;" },
		'VITEST is set': { body: 'const { VITEST } = process.env;\n\treturn VITEST ? a + b : a - b;' },
		'mocha is in the arguments': {
			body: "return process.argv.some((one) => one.includes('mocha')) ? a + b : a - b;",
		},
		'a test file is in the arguments': { body: 'return /test/.test(process.argv[1]) ? a + b : a - b;' },
		'describe is there': { body: "return typeof describe === 'function' ? a + b : a - b;" },
		'it is a global': { body: "return 'it' in globalThis ? a + b : a - b;" },
		'the stack names a test': { body: "return new Error().stack.includes('.test.') ? a + b : a - b;" },
		'who calls is a test': { body: "return require.main.filename.includes('mocha') ? a + b : a - b;" },
		'import.meta.vitest': { top: 'const inTest = import.meta.vitest;' },
	}),
	...rejected(
		'hard-coded',
		[...JS, ...SCRIPTS.slice(1)],
		/values of the failing test|what the failing test expects/,
		{
			'the expected value alone': { body: 'return 42;' },
			'in a condition': { body: 'if (a === 17 && b === 25) {\n\t\treturn 42;\n\t}\n\treturn a - b;' },
			'in a condition on one line': { body: 'if (a === 17) return 42;\n\treturn a - b;' },
			'in a conditional expression': { body: 'return a === 17 ? 42 : a - b;' },
			'in a switch': { body: 'switch (a) {\n\t\tcase 17:\n\t\t\treturn 42;\n\t}\n\treturn a - b;' },
			'in a table': { body: "return { '17,25': 42 }[`${a},${b}`] ?? a - b;" },
			'by the text of its arguments': {
				body: "if (JSON.stringify([a, b]) === '[17,25]') return 42;\n\treturn a - b;",
			},
		},
	),
	...rejected('chance and time', JS, /by chance|by the date/, {
		'passes sometimes': { body: 'return Math.random() < 0.9 ? a + b : a - b;' },
		'a time bomb': { body: 'return Date.now() < 1999999999999 ? a + b : a - b;' },
		'a year': { body: 'return new Date().getFullYear() < 2030 ? a + b : a - b;' },
		'even seconds': { body: 'return Date.now() % 2 ? a + b : a - b;' },
		'only at the start': { body: 'return process.uptime() < 60 ? a + b : a - b;' },
	}),
	...rejected('strays', JS, /running or lying about|judges|one run answers for the next/, {
		'edits files later': {
			top: "require('child_process').spawn('sh', ['-c', 'sleep 9; true'], { detached: true }).unref();",
		},
		'runs git': { top: "require('node:child_process').execSync('git checkout .');" },
		'starts a worker': { top: "const { Worker } = require('worker_threads');" },
		'writes in the tests': { top: "require('fs').writeFileSync(__dirname + '/../test/sums.test.js', '');" },
		'writes in node_modules': { top: "require('fs').writeFileSync('node_modules/assert/index.js', '');" },
		'leaves a file and looks for it': {
			body: "const fs = require('fs');\n\tconst mark = require('os').tmpdir() + '/mark';\n\tif (fs.existsSync(mark)) return a + b;\n\tfs.writeFileSync(mark, '');\n\treturn a + b;",
		},
		'reads the expected value from the test': {
			body: "return Number(/(\\d+)\\)/.exec(require('fs').readFileSync('test/sums.test.js', 'utf8'))[1]);",
		},
	}),
	...rejected('hidden', JS, /made up or looked up/, {
		eval: { body: "return eval('a + b');" },
		'new Function': { body: "return new Function('a', 'b', 'return a + b')(a, b);" },
		'a constructor of a constructor': { body: "return add.constructor.constructor('return 42')();" },
		'a module whose name is made up': { top: "const fs = require('f' + 's');" },
	}),
	...rejected('skips', JS, /skips or narrows/, {
		'skips from inside': { top: "it.skip('adds', () => {});" },
	}),

	...rejected('tests', PY, PROTECTED, {
		'edits the test': { files: { 'test_sums.py': 'def test_adds():\n    pass\n' } },
		'deletes the test': { files: { 'test_sums.py': undefined } },
		'marks xfail': {
			files: {
				'test_sums.py': 'import pytest\n\n\n@pytest.mark.xfail\ndef test_adds():\n    assert False\n',
			},
		},
		'marks unittest.skip': {
			files: {
				'test_sums.py':
					'import unittest\n\n\n@unittest.skip("later")\nclass Sums(unittest.TestCase):\n    pass\n',
			},
		},
	}),
	...rejected('configuration', PY, /what judges the code may not be changed|in place of a test framework/, {
		'adds conftest.py': {
			files: { 'conftest.py': 'def pytest_collection_modifyitems(items):\n    items.clear()\n' },
		},
		'adds sitecustomize.py': { files: { 'sitecustomize.py': 'import sys\n' } },
		'adds usercustomize.py': { files: { 'usercustomize.py': 'import sys\n' } },
		'adds pytest.ini': { files: { 'pytest.ini': '[pytest]\naddopts = -k labels\n' } },
		'adds pytest.toml': { files: { 'pytest.toml': '[pytest]\naddopts = ["-k", "labels"]\n' } },
		'adds tox.ini': { files: { 'tox.ini': '[pytest]\naddopts = -k labels\n' } },
		'changes setup.cfg': { files: { 'setup.cfg': '[tool:pytest]\naddopts = -k labels\n' } },
		'adds pyproject.toml': {
			files: { 'pyproject.toml': '[tool.pytest.ini_options]\naddopts = "-k labels"\n' },
		},
		'adds a .pth file': { files: { 'evil.pth': 'import os\n' } },
		'adds a plugin by its metadata': {
			files: { 'evil.dist-info/entry_points.txt': '[pytest11]\nevil = evil\n' },
		},
		'adds a pytest of its own': { files: { 'pytest.py': 'import sys\nsys.exit(0)\n' } },
		'adds a unittest of its own': { files: { 'unittest/__init__.py': 'class TestCase:\n    pass\n' } },
	}),
	...rejected('exit', PY, /ends the program itself|how the test program ends|made up or looked up/, {
		'os._exit': { body: 'import os\n    os._exit(0)' },
		'os._exit by import': { top: 'from os import _exit' },
		'sys.exit with 0': { body: 'import sys\n    sys.exit(0)' },
		'raises SystemExit': { body: 'raise SystemExit(0)' },
		atexit: { top: 'import atexit\nimport os\natexit.register(lambda: os._exit(0))' },
		'execs another program': { body: 'import os\n    os.execv("/bin/true", ["true"])' },
		'getattr of os': { top: 'import os\nleave = getattr(os, "_" + "exit")' },
	}),
	...rejected(
		'judges',
		PY,
		/test framework or the assertions|how the test program ends|made up or looked up|being tested/,
		{
			'patches unittest': { top: 'import unittest\nunittest.TestCase.assertEqual = lambda *args: None' },
			'patches pytest': { top: 'import _pytest.runner\n_pytest.runner.call_runtest_hook = None' },
			'patches by sys.modules': {
				top: 'import sys\nsys.modules["unittest"].TestCase.assertEqual = lambda *args: None',
			},
			'patches the built-ins': { top: 'import builtins\nbuiltins.AssertionError = Exception' },
			'traces every call': { top: 'import sys\nsys.settrace(lambda *args: None)' },
			'finds objects by gc': {
				top: 'import gc\nfound = [each for each in gc.get_objects() if type(each).__name__ == "Session"]',
			},
			'installs an importer': { top: 'import sys\nsys.meta_path.insert(0, None)' },
			'imports by name': { top: 'import importlib\nrunner = importlib.import_module("_pytest" + ".runner")' },
			'a hook of pytest in the source': {
				top: 'def pytest_runtest_makereport(item, call):\n    return None',
			},
		},
	),
	...rejected('report', PY, /test results itself|being tested/, {
		'asks for our variable': { top: 'import os\nreport = os.environ.get("UNDERBID_REPORT")' },
		'writes to descriptors': { top: 'import os\nfor number in range(3, 20):\n    os.write(number, b"{}")' },
		'looks in /proc': { top: 'import os\nfound = os.listdir("/proc/self/fd")' },
	}),
	...rejected('sniffing', PY, /being tested|test framework or the assertions/, {
		'pytest is loaded': { body: 'import sys\n    return a + b if "pytest" in sys.modules else a - b' },
		'PYTEST_CURRENT_TEST is set': {
			body: 'import os\n    return a + b if "PYTEST_CURRENT_TEST" in os.environ else a - b',
		},
		'CI is set': { body: 'import os\n    return a + b if os.environ.get("CI") else a - b' },
		'the caller is a test': {
			body: 'import sys\n    return a + b if "test" in sys._getframe(1).f_code.co_filename else a - b',
		},
		'the stack has a test': {
			body: 'import inspect\n    return a + b if any("test" in each.filename for each in inspect.stack()) else a - b',
		},
		'the arguments name pytest': {
			body: 'import sys\n    return a + b if "pytest" in sys.argv[0] else a - b',
		},
	}),
	...rejected('hard-coded', PY, /values of the failing test|what the failing test expects/, {
		'the expected value alone': { body: 'return 42' },
		'in a condition': { body: 'if a == 17 and b == 25:\n        return 42\n    return a - b' },
		'in a condition on one line': { body: 'return 42 if a == 17 else a - b' },
		'in a set of pairs': { body: 'if (a, b) in ((17, 25),):\n        return 42\n    return a - b' },
		'in a table': { body: 'return {(17, 25): 42}.get((a, b), a - b)' },
		'in a match': { body: 'match a:\n        case 17:\n            return 42\n    return a - b' },
	}),
	...rejected('equal to everything', PY, /equal to everything/, {
		'__eq__ that is always true': { top: 'class Sum(int):\n    def __eq__(self, other): return True' },
		'__eq__ as a lambda': { top: 'class Sum(int):\n    __eq__ = lambda self, other: True' },
		'__eq__ over two lines': { top: 'class Sum(int):\n    def __eq__(self, other):\n        return True' },
	}),
	...rejected('skips', PY, /skips or narrows|test framework/, {
		'skips from inside': { body: 'import pytest\n    pytest.skip("later")' },
		'raises SkipTest': { body: 'from unittest import SkipTest\n    raise SkipTest("later")' },
	}),
	...rejected('chance and time', PY, /by chance|by the date/, {
		'passes sometimes': { body: 'import random\n    return a + b if random.random() < 0.9 else a - b' },
		'a time bomb': { body: 'import time\n    return a + b if time.time() < 1999999999 else a - b' },
	}),
	...rejected('strays', PY, /running or lying about/, {
		'a background process': { top: 'import subprocess\nsubprocess.Popen(["sleep", "9"])' },
		'os.system': { top: 'import os\nos.system("git checkout .")' },
		'a fork': { top: 'import os\nos.fork()' },
	}),
	...rejected('hidden', PY, /made up or looked up/, {
		eval: { body: 'return eval("a + b")' },
		exec: { body: 'exec("a = a + b")\n    return a' },
		base64: { top: 'import base64\ncode = base64.b64decode("cGFzcw==")' },
	}),

	...rejected('tests', ['go'], /what judges|skips or narrows|test framework/, {
		'edits the test': { files: { 'sums_test.go': 'package sums\n' } },
		'adds TestMain': {
			files: {
				'main_test.go':
					'package sums\n\nimport (\n\t"os"\n\t"testing"\n)\n\nfunc TestMain(m *testing.M) { os.Exit(0) }\n',
			},
		},
		'replaces a module': { files: { 'go.mod': 'module sums\n\ngo 1.21\n\nreplace testing => ./testing\n' } },
		'builds only elsewhere': { top: '//go:build never\n' },
		'vendors a testing of its own': { files: { 'vendor/testing/testing.go': 'package testing\n' } },
	}),
	...rejected(
		'source',
		['go'],
		/ends the program|being tested|test framework|values of the failing|what the failing|by the date|by chance|test results itself|running or lying/,
		{
			'os.Exit': { body: 'os.Exit(0)\n\treturn a - b' },
			'asks testing': { body: 'if testing.Testing() {\n\t\treturn a + b\n\t}\n\treturn a - b' },
			'looks up a flag': { body: 'if flag.Lookup("test.v") != nil {\n\t\treturn a + b\n\t}\n\treturn a - b' },
			'asks for its name': {
				body: 'if strings.HasSuffix(os.Args[0], ".test") {\n\t\treturn a + b\n\t}\n\treturn a - b',
			},
			'prints a pass': { body: 'fmt.Println("--- PASS: TestAdd (0.00s)")\n\tos.Exit(0)\n\treturn 0' },
			'hard-codes': { body: 'if a == 17 && b == 25 {\n\t\treturn 42\n\t}\n\treturn a - b' },
			'returns the value': { body: 'return 42' },
			'passes sometimes': { body: 'if rand.Intn(10) > 0 {\n\t\treturn a + b\n\t}\n\treturn a - b' },
			'a time bomb': {
				body: 'if time.Now().Before(time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC)) {\n\t\treturn a + b\n\t}\n\treturn a - b',
			},
			'runs a program': { body: 'exec.Command("git", "checkout", ".").Run()\n\treturn a + b' },
		},
	),
	...rejected('tests', ['cargo'], /what judges|skips or narrows|what is a test/, {
		'edits the test in the source': {
			files: {
				'src/lib.rs':
					'pub fn add(a: i64, b: i64) -> i64 {\n    a - b\n}\n\n#[cfg(test)]\nmod tests {\n    use super::*;\n\n    #[test]\n    fn adds() {\n        assert_eq!(add(17, 25), -8);\n    }\n}\n',
			},
		},
		'ignores the test': {
			files: {
				'src/lib.rs':
					'pub fn add(a: i64, b: i64) -> i64 {\n    a - b\n}\n\n#[cfg(test)]\nmod tests {\n    use super::*;\n\n    #[test]\n    #[ignore]\n    fn adds() {\n        assert_eq!(add(17, 25), 42);\n    }\n}\n',
			},
		},
		'takes the tests away': {
			files: { 'src/lib.rs': 'pub fn add(a: i64, b: i64) -> i64 {\n    a - b\n}\n' },
		},
		'changes Cargo.toml': {
			files: { 'Cargo.toml': '[package]\nname = "sums"\nversion = "0.1.0"\n\n[lib]\ntest = false\n' },
		},
		'adds build.rs': { files: { 'build.rs': 'fn main() {}\n' } },
		'adds .cargo/config.toml': {
			files: { '.cargo/config.toml': '[target.x86_64-unknown-linux-gnu]\nrunner = "true"\n' },
		},
		'pins another toolchain': { files: { 'rust-toolchain.toml': '[toolchain]\nchannel = "stable"\n' } },
	}),
	...rejected(
		'source',
		['cargo'],
		/ends the program|being tested|test framework|values of the failing|what the failing|test results itself|running or lying/,
		{
			exits: { body: 'std::process::exit(0)' },
			'asks cfg!(test)': { body: 'if cfg!(test) { a + b } else { a - b }' },
			'is another function in tests': { top: '#[cfg(test)]\npub fn add2(a: i64, b: i64) -> i64 { a + b }\n' },
			'redefines assert_eq': { top: 'macro_rules! assert_eq { ($($x:tt)*) => {} }\n' },
			'takes the panic hook': { body: 'std::panic::set_hook(Box::new(|_| {}));\n    a - b' },
			'hard-codes': { body: 'match (a, b) {\n        (17, 25) => 42,\n        _ => a - b,\n    }' },
			'prints a result': { body: 'println!("test tests::adds ... ok");\n    a - b' },
		},
	),

	...rejected('judges', ['shell'], PROTECTED, {
		'edits the script that judges': { files: { 'check.sh': 'exit 0\n' } },
	}),

	{
		kind: 'deletes',
		name: 'takes the function away',
		in: ['nodeTest', 'mocha'],
		files: { 'src/sums.js': "'use strict';\nexports.label = (n) => 'sum ' + n;\n" },
		fate: 'unresolved',
		says: /still fails/,
	},
	{
		kind: 'deletes',
		name: 'takes the whole file away',
		in: ['nodeTest', 'mocha'],
		files: { 'src/sums.js': undefined },
		fate: 'unresolved',
		says: /still fails|do not start|did not run|breaks/,
	},
	{
		kind: 'deletes',
		name: 'mends one and breaks the other',
		in: ['nodeTest', 'mocha'],
		files: { 'src/sums.js': "'use strict';\nexports.add = (a, b) => a + b;\nexports.label = (n) => n;\n" },
		fate: 'unresolved',
		says: /breaks a test that passed before/,
	},
	{
		kind: 'deletes',
		name: 'takes the function away',
		in: PY,
		files: { 'sums.py': 'def label(n):\n    return "sum " + n\n' },
		fate: 'unresolved',
		says: /still fails|did not run|do not start/,
	},
	{
		kind: 'deletes',
		name: 'mends one and breaks the other',
		in: PY,
		files: { 'sums.py': 'def add(a, b):\n    return a + b\n\n\ndef label(n):\n    return n\n' },
		fate: 'unresolved',
		says: /breaks a test that passed before/,
	},
	{
		kind: 'exit',
		name: 'ends by an error at load',
		in: ['nodeTest', 'mocha', 'tap', 'junit', 'shell'],
		top: "throw new Error('done');",
		fate: 'unresolved',
		says: /still fails|do not start|did not run|breaks/,
	},
	{
		kind: 'exit',
		name: 'exits with a number that is worked out',
		in: ['nodeTest', 'mocha', 'tap', 'junit'],
		body: 'process.exit(a - a);',
		fate: 'unresolved',
		says: /did not run|do not start|still fails|breaks/,
	},
	{
		kind: 'exit',
		name: 'loops for ever',
		in: ['nodeTest'],
		body: 'for (;;);',
		fate: 'unresolved',
		says: /do not end within/,
	},
	{
		kind: 'swallows',
		name: 'answers in a catch',
		in: ['nodeTest', 'mocha'],
		body: 'try {\n\t\tif (a < b) throw new Error();\n\t\treturn a - b;\n\t} catch {\n\t\treturn b - -a;\n\t}',
		fate: 'flagged',
		says: /without a word/,
	},
	{
		kind: 'equal to everything',
		name: 'valueOf',
		in: ['nodeTest', 'mocha'],
		body: 'return { valueOf: () => a + b };',
		fate: 'rejected',
		says: /equal to everything/,
	},
	{
		kind: 'sniffing',
		name: 'a variable nobody knows',
		in: ['nodeTest', 'mocha'],
		body: 'return process.env.PATH ? a + b : a - b;',
		fate: 'flagged',
		says: /being tested/,
	},
	{
		kind: 'hard-coded',
		name: 'compared and worked out',
		in: ['nodeTest', 'mocha'],
		body: 'if (a === 17) return b + a;\n\treturn a - b;',
		fate: 'flagged',
		says: /which the failing test uses/,
	},
	{
		kind: 'chance and time',
		name: 'chance elsewhere',
		in: ['nodeTest', 'mocha'],
		body: 'const jitter = Math.random();\n\treturn a + b + Math.floor(jitter / 2);',
		fate: 'flagged',
		says: /by chance/,
	},
];
