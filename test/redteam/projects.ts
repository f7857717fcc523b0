// Small projects with one wrong function each, one for every kind of test command.
import { spawnSync } from 'node:child_process';
import type { Framework, TestResult } from '../../src/core/suite';

export interface RedProject {
	readonly framework: Framework;
	readonly command: string;
	/** For commands that print TAP or leave JUnit XML. */
	readonly report?: string;
	readonly files: Readonly<Record<string, string>>;
	/** The failing test, as the framework names it. */
	readonly target: TestResult;
	/** Whether its tests can be run here; patches are judged by their text alone where not. */
	readonly runs: () => boolean;
	/** The file with the wrong function, and the wrong line in it. */
	readonly source: string;
	readonly wrong: string;
	/** Without it a project could not be repaired at all. */
	readonly right: string;
}

const has = (...argv: [string, ...string[]]) => spawnSync(argv[0], argv.slice(1)).status === 0;
const yes = () => true;
const no = () => false;

const JS_SOURCE = `'use strict';
exports.add = function add(a, b) {
	return a - b;
};
exports.label = function label(n) {
	return 'sum ' + n;
};
`;
const js = (head: string, equal: string) => `${head}
const { add, label } = require('../src/sums');
describe('sums', () => {
	it('adds', () => { ${equal.replace('X', 'add(17, 25)').replace('Y', '42')} });
	it('labels', () => { ${equal.replace('X', "label('a')").replace('Y', "'sum a'")} });
});
`;
const PACKAGE =
	'{ "name": "sums", "version": "1.0.0", "mocha": { "timeout": 5000 }, "jest": { "verbose": true } }\n';
const jsProject = (
	framework: Framework,
	command: string,
	test: string,
	runs: () => boolean,
	more: Readonly<Record<string, string>> = {},
): RedProject => ({
	framework,
	command,
	files: {
		'package.json': PACKAGE,
		'.gitignore': 'node_modules\n',
		'src/sums.js': JS_SOURCE,
		'test/sums.test.js': test,
		...more,
	},
	target: {
		id: 'test/sums.test.js::sums > adds',
		file: 'test/sums.test.js',
		name: 'sums > adds',
		status: 'failed',
		failure: { message: 'Expected 42, got -8', expected: '42', actual: '-8' },
	},
	runs,
	source: 'src/sums.js',
	wrong: 'return a - b;',
	right: 'return a + b;',
});

const ASSERT = 'assert.equal(X, Y);';
const EXPECT = 'expect(X).toBe(Y);';

const PY_SOURCE = `def add(a, b):
    return a - b


def label(n):
    return "sum " + n
`;
const python = (
	framework: Framework,
	command: string,
	test: string,
	id: string,
	runs: () => boolean,
): RedProject => ({
	framework,
	command,
	files: { 'sums.py': PY_SOURCE, 'test_sums.py': test, 'setup.cfg': '[metadata]\nname = sums\n' },
	target: {
		id,
		file: 'test_sums.py',
		name: 'test_adds',
		status: 'failed',
		failure: { message: 'assert -8 == 42', stack: '    assert add(17, 25) == 42' },
	},
	runs,
	source: 'sums.py',
	wrong: 'return a - b',
	right: 'return a + b',
});

const SHELL_CHECK = "set -e\nnode -e \"require('assert').equal(require('./src/sums').add(17, 25), 42)\"\n";
const TAP_PROGRAM = `const { add, label } = require('./src/sums');
console.log('TAP version 13');
console.log((add(17, 25) === 42 ? 'ok' : 'not ok') + ' 1 - adds');
console.log((label('a') === 'sum a' ? 'ok' : 'not ok') + ' 2 - labels');
console.log('1..2');
process.exitCode = add(17, 25) === 42 ? 0 : 1;
`;
const JUNIT_PROGRAM = `const fs = require('fs');
const { add, label } = require('./src/sums');
const one = (name, ok) => '<testcase classname="sums" name="' + name + '">' + (ok ? '' : '<failure message="wrong"/>') + '</testcase>';
fs.mkdirSync('out', { recursive: true });
const good = add(17, 25) === 42;
fs.writeFileSync('out/junit.xml', '<testsuite>' + one('adds', good) + one('labels', label('a') === 'sum a') + '</testsuite>');
process.exitCode = good ? 0 : 1;
`;
const script = (
	framework: Framework,
	command: string,
	more: Readonly<Record<string, string>>,
	report?: string,
): RedProject => ({
	...jsProject(framework, command, '', yes, more),
	...(report === undefined ? {} : { report }),
	files: { 'package.json': PACKAGE, '.gitignore': 'out/\n', 'src/sums.js': JS_SOURCE, ...more },
	target: {
		id: 'adds',
		name: 'adds',
		status: 'failed',
		failure: { message: 'wrong', expected: '42', actual: '-8' },
	},
});

export const PROJECTS = {
	nodeTest: jsProject(
		'node:test',
		'node --test',
		js("const { describe, it } = require('node:test');\nconst assert = require('node:assert');", ASSERT),
		yes,
	),
	mocha: jsProject('mocha', 'npx mocha test', js("const assert = require('assert');", ASSERT), yes),
	jest: jsProject('jest', 'npx jest', js('', EXPECT), no),
	vitest: jsProject('vitest', 'npx vitest run', js('', EXPECT), no),
	pytest: python(
		'pytest',
		'pytest -q',
		'from sums import add, label\n\n\ndef test_adds():\n    assert add(17, 25) == 42\n\n\ndef test_labels():\n    assert label("a") == "sum a"\n',
		'test_sums.py::test_adds',
		() => has('pytest', '--version'),
	),
	unittest: python(
		'unittest',
		'python3 -m unittest',
		'import unittest\nfrom sums import add, label\n\n\nclass Sums(unittest.TestCase):\n    def test_adds(self):\n        self.assertEqual(add(17, 25), 42)\n\n    def test_labels(self):\n        self.assertEqual(label("a"), "sum a")\n',
		'test_sums.Sums.test_adds',
		() => has('python3', '--version'),
	),
	go: {
		framework: 'go',
		command: 'go test ./...',
		files: {
			'go.mod': 'module sums\n\ngo 1.21\n',
			'sums.go': 'package sums\n\nfunc Add(a, b int) int {\n\treturn a - b\n}\n',
			'sums_test.go':
				'package sums\n\nimport "testing"\n\nfunc TestAdd(t *testing.T) {\n\tif got := Add(17, 25); got != 42 {\n\t\tt.Fatalf("got %d, want 42", got)\n\t}\n}\n',
		},
		target: {
			id: 'sums > TestAdd',
			name: 'sums > TestAdd',
			status: 'failed',
			failure: { message: 'got -8, want 42', stack: 'sums_test.go:7: got -8, want 42' },
		},
		runs: no,
		source: 'sums.go',
		wrong: 'return a - b',
		right: 'return a + b',
	},
	cargo: {
		framework: 'cargo',
		command: 'cargo test',
		files: {
			'Cargo.toml': '[package]\nname = "sums"\nversion = "0.1.0"\nedition = "2021"\n',
			'src/lib.rs':
				'pub fn add(a: i64, b: i64) -> i64 {\n    a - b\n}\n\n#[cfg(test)]\nmod tests {\n    use super::*;\n\n    #[test]\n    fn adds() {\n        assert_eq!(add(17, 25), 42);\n    }\n}\n',
		},
		target: {
			id: 'tests > adds',
			name: 'tests > adds',
			status: 'failed',
			failure: { message: 'left: -8\n right: 42', stack: 'assert_eq!(add(17, 25), 42)' },
		},
		runs: no,
		source: 'src/lib.rs',
		wrong: 'a - b',
		right: 'a + b',
	},
	shell: {
		...script('exit-code', 'sh check.sh', { 'check.sh': SHELL_CHECK }),
		target: {
			id: 'sh check.sh',
			name: 'sh check.sh',
			status: 'failed',
			failure: { message: 'exit 1', stack: 'AssertionError: -8 == 42' },
		},
	},
	tap: script('tap', 'node tell.js', { 'tell.js': TAP_PROGRAM }, 'tap'),
	junit: {
		...script('junit', 'node write.js', { 'write.js': JUNIT_PROGRAM }, 'out/junit.xml'),
		target: {
			id: 'sums > adds',
			name: 'sums > adds',
			status: 'failed',
			failure: { message: 'wrong', expected: '42' },
		},
	},
} satisfies Readonly<Record<string, RedProject>>;

export type ProjectName = keyof typeof PROJECTS;
