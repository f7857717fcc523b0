import assert from 'node:assert/strict';
import type { Issue } from '../../../../src/core/issue/issue';
import { issueFacts } from '../../../../src/core/issue/issueFacts';
import {
	failsAlike,
	isAboutIssue,
	isTestFile,
	type Refusal,
	seenIn,
	testPatchFault,
} from '../../../../src/core/issue/reproduction';
import type { Patch } from '../../../../src/core/patch';
import type { SuiteRun, TestFailure, TestResult } from '../../../../src/core/suite';

const issueOf = (body: string): Issue => ({
	source: { kind: 'text', name: 'x' },
	...{ title: '', body, comments: [], labels: [], code: [], leftOut: [] },
});
const FILE = 'test/new.test.js';
const base: readonly TestResult[] = [
	{ id: 'test/a.test.js::a', file: 'test/a.test.js', name: 'a', status: 'passed' },
];
const run = (...tests: readonly TestResult[]): SuiteRun => ({
	...{ kind: 'finished', argv: ['node'], durationMs: 1, output: '', exitCode: 1 },
	tests,
});
const red = (failure: TestFailure): TestResult => ({
	...{ id: `${FILE}::shows`, file: FILE, name: 'shows', status: 'failed' },
	failure,
});
const judged = (body: string, failure: TestFailure) =>
	seenIn(run(red(failure)), [FILE], base, issueFacts(issueOf(body)));

describe('what a failing test says of an issue', () => {
	const fits: readonly (readonly [string, string, TestFailure, readonly string[]])[] = [
		[
			'the error that the issue quotes',
			"It throws.\n```\nTypeError: Cannot read properties of undefined (reading 'x')\n    at f (/app/src/f.js:10:3)\n```",
			{
				message: "TypeError: Cannot read properties of undefined (reading 'x')",
				stack: 'at f (/tmp/t/src/f.js:10:3)',
			},
			['the same error', 'the same place'],
		],
		[
			'the same error on other numbers and paths',
			'Error: cannot open /home/me/a.txt at line 14',
			{ message: 'Error: cannot open /tmp/t/a.txt at line 3' },
			['the same error'],
		],
		[
			'an assertion with both values',
			'`add(2, 3)` gives `-1` but should give `5`.',
			{ message: 'Expected values to be strictly equal:\n\n-1 !== 5', expected: '5', actual: '-1' },
			['the value that the issue complains of', 'the value that the issue asks for'],
		],
		[
			'an error that does not come',
			'add is wrong',
			{ message: "Failed: DID NOT RAISE <class 'ValueError'>" },
			[],
		],
		[
			'the same error of a pattern with other flags',
			'SyntaxError: Invalid regular expression: /a[/i: Unterminated character class',
			{ message: 'SyntaxError: Invalid regular expression: /a[/: Unterminated character class' },
			['the same error'],
		],
		['an assertion without values', 'add is wrong', { message: 'AssertionError: nope' }, []],
		[
			'a hang that it speaks of',
			'parse() never returns',
			{ message: 'no end', hung: true },
			['it does not end'],
		],
		[
			"an error out of the project's code, where the issue says that something throws",
			'Parsing with a tab throws.',
			{
				message: 'invalid parameter format',
				stack:
					'TypeError: invalid parameter format\n    at parse (index.js:3:1)\n    at Context.<anonymous> (test/new.test.js:1:1)',
			},
			["an error out of the project's code"],
		],
		[
			"a name that the project's code lacks itself",
			'`parse()` crashes.',
			{
				message: 'ReferenceError: window is not defined',
				stack:
					'ReferenceError: window is not defined\n    at parse (/t/index.js:3:1)\n    at Context.<anonymous> (/t/test/new.test.js:1:1)',
			},
			["an error out of the project's code"],
		],
		[
			'a name that is not defined, where the issue says just that',
			'ReferenceError: window is not defined',
			{ message: 'ReferenceError: window is not defined' },
			['the same error'],
		],
	];
	for (const [name, body, failure, agrees] of fits) {
		it(`takes ${name}`, () => {
			const seen = judged(body, failure);
			assert.ok(seen.kind === 'shows', JSON.stringify(seen));
			assert.deepEqual(seen.shown.agrees, agrees);
		});
	}

	const refused: readonly (readonly [string, string, TestFailure, Refusal['kind']])[] = [
		[
			'a module that is not there',
			'add is wrong',
			{ message: "Error: Cannot find module '../x'" },
			'anotherReason',
		],
		[
			"an error out of the project's code, where the issue speaks of none",
			'add(2, 3) gives -1',
			{
				message: 'expects numbers',
				stack:
					'TypeError: expects numbers\n    at add (index.js:3:1)\n    at Context.<anonymous> (test/new.test.js:1:1)',
			},
			'anotherReason',
		],
		[
			'an error of its own, where the issue says that something throws',
			'Parsing with a tab throws.',
			{
				message: 'oops',
				stack: 'Error: oops\n    at Context.<anonymous> (test/new.test.js:1:1)',
			},
			'anotherReason',
		],
		['a name of its own', 'add is wrong', { message: 'ReferenceError: foo is not defined' }, 'anotherReason'],
		[
			'a function that is not there',
			'add is wrong',
			{ message: 'TypeError: add.twice is not a function' },
			'anotherReason',
		],
		[
			'an error of another kind',
			'add(2, 3) gives -1',
			{ message: 'RangeError: Maximum call stack size exceeded' },
			'anotherReason',
		],
		['a hang out of nowhere', 'add is wrong', { message: 'no end', hung: true }, 'hangs'],
		['a time limit out of nowhere', 'add is wrong', { message: 'Timeout of 2000ms exceeded.' }, 'hangs'],
		['a time limit of pytest', 'add is wrong', { message: 'Failed: Timeout >1.0s' }, 'hangs'],
	];
	for (const [name, body, failure, kind] of refused) {
		it(`refuses ${name}`, () => {
			const seen = judged(body, failure);
			assert.equal(seen.kind === 'refused' && seen.refusal.kind, kind, JSON.stringify(seen));
		});
	}

	it('where the report names no files, an error out of the project is told by the only file of the candidate', () => {
		const failure = {
			message: 'SyntaxError: Unexpected token',
			stack:
				'SyntaxError: Unexpected token\n    at parse (/t/index.js:3:1)\n    at Test.<anonymous> (/t/test/new.test.js:1:1)',
		};
		const test: TestResult = { id: 'shows', name: 'shows', status: 'failed', failure };
		const seen = seenIn(run(test), [FILE], base, issueFacts(issueOf('`parse()` throws.')));
		assert.ok(seen.kind === 'shows', JSON.stringify(seen));
		assert.deepEqual(seen.shown.agrees, ["an error out of the project's code"]);
	});

	it('tells what did not run from what passes, what does not load and what breaks others', () => {
		const facts = issueFacts(issueOf('add is wrong'));
		const kind = (...tests: readonly TestResult[]) => {
			const seen = seenIn(run(...base, ...tests), [FILE, 'test/a.test.js'], base, facts);
			return seen.kind === 'refused' ? seen.refusal.kind : seen.kind;
		};
		const own = { id: `${FILE}::b`, file: FILE, name: 'b' };
		assert.equal(kind(), 'notRun');
		assert.equal(kind({ ...own, status: 'skipped' }), 'notRun');
		assert.equal(kind({ ...own, status: 'passed' }), 'passesOnBase');
		assert.equal(
			kind({ id: FILE, file: FILE, name: FILE, status: 'failed', failure: { message: 'SyntaxError' } }),
			'doesNotLoad',
		);
		assert.equal(
			kind({ id: 'test/a.test.js::a', file: 'test/a.test.js', name: 'a', status: 'failed' }),
			'breaksTests',
		);
		const never = seenIn(
			{ kind: 'neverRan', argv: [], durationMs: 1, output: '', reason: 'no report' },
			[FILE],
			base,
			facts,
		);
		assert.equal(never.kind === 'refused' && never.refusal.kind, 'doesNotLoad');
	});

	it('one that asks for something else each time is not stable; other times and paths are no difference', () => {
		const shown = (message: string, expected: string) => ({
			tests: [red({ message, expected })],
			telling: 1,
			agrees: [],
		});
		assert.ok(failsAlike(shown('took 12 ms in /tmp/a/b', '5'), shown('took 15 ms in /tmp/c/d', '5')));
		assert.ok(!failsAlike(shown('1 is not 2', '0.123'), shown('1 is not 2', '0.456')));
		assert.ok(!failsAlike(shown('one thing', '5'), shown('another thing', '5')));
	});
});

describe('what a test patch may do', () => {
	const patch = (file: string, lines: string, removed = ''): Patch => {
		const added = lines.split('\n');
		const gone = removed === '' ? [] : removed.split('\n');
		const head = gone.length === 0 ? `new file mode 100644\n--- /dev/null` : `--- a/${file}`;
		const diff = `diff --git a/${file} b/${file}\n${head}\n+++ b/${file}\n@@ -${gone.length === 0 ? '0,0' : `1,${gone.length}`} +1,${added.length} @@\n${[...gone.map((line) => `-${line}`), ...added.map((line) => `+${line}`)].join('\n')}\n`;
		return { diff, hash: file, files: [file], linesAdded: added.length, linesRemoved: gone.length };
	};
	const kind = (...args: Parameters<typeof patch>) => testPatchFault(patch(...args), base)?.kind;

	for (const file of [
		'test/new.test.js',
		'tests/test_new.py',
		'src/__tests__/a.ts',
		'spec/b.rb',
		'src/a.spec.tsx',
		'pkg/a_test.go',
		'test/a.test.js',
		'packages/utils/test/issue-1.js',
		'src/utils/issue-1.test.ts',
		'src/helpers/__tests__/issue-1.ts',
		'tests/test_utils.py',
	]) {
		it(`${file} is a test`, () => assert.equal(isTestFile(file, new Set(['test/a.test.js'])), true));
	}
	for (const file of [
		...[
			'src/a.js',
			'package.json',
			'test/package.json',
			'tests/conftest.py',
			'test/setup.js',
			'test/helpers/a.js',
		],
		...[
			'test/fixtures/a.json',
			'test/.mocharc.js',
			'jest.config.js',
			'test/vitest.config.ts',
			'.github/workflows/test.yml',
		],
		...['test/__init__.py', 'test/run.sh', 'node_modules/x/test/a.test.js', 'test/mocks/a.js'],
	]) {
		it(`${file} is none`, () => assert.equal(isTestFile(file, new Set()), false));
	}
	it('a folder where tests ran is one of tests', () => {
		assert.equal(isTestFile('test/utils/issue-1.js', new Set()), false);
		assert.equal(isTestFile('test/utils/issue-1.js', new Set(['test/utils/strings.js'])), true);
		assert.equal(isTestFile('test/fixtures/issue-1.js', new Set(['test/utils/strings.js'])), false);
	});
	it('only adds, and within a size', () => {
		assert.equal(kind(FILE, "test('a', () => {});"), undefined);
		assert.equal(kind('test/a.test.js', "test('b', () => {});", "test('a', () => {});"), 'otherFiles');
		assert.equal(kind(FILE, Array.from({ length: 301 }, () => 'x();').join('\n')), 'otherFiles');
		assert.equal(kind('src/a.js', 'x();'), 'otherFiles');
	});
	for (const line of [
		...[
			'process.exit(0)',
			"process['exit'](1)",
			"require('child_process')",
			"import cp from 'node:child_process'",
		],
		...[
			"fetch('https://evil.example')",
			'console.log(process.env)',
			'globalThis["pro" + "cess"]',
			"require('child_' + 'process')",
		],
		...[
			'import(name)',
			"fs.writeFileSync('x', '')",
			"fs.rmSync('src')",
			"eval('1')",
			"new Function('x')",
			'require.cache = {}',
		],
		...[
			"test.only('x', f)",
			'import subprocess',
			"os.system('id')",
			"open('x', 'w')",
			'__import__("os")',
			'sys.modules["a"] = 1',
		],
		...["x.constructor.constructor('return 1')()", 'globalThis.fetch = 1', "readFileSync('/etc/passwd')"],
	]) {
		it(`refuses ${line}`, () => assert.equal(kind(FILE, line), 'reachesOut'));
	}
	for (const line of [
		...[
			"const { add } = require('../src/add');",
			"import assert from 'node:assert';",
			'assert.equal(add(1, 2), 3);',
		],
		...[
			"await import('../src/add.js')",
			"assert.equal(parse('https://example.com/etc/x').host, 'a')",
			"expect(exec('a')).toBe(1);",
		],
	]) {
		it(`lets ${line} pass`, () => assert.equal(kind(FILE, line), undefined));
	}

	for (const [message, absent, kind] of [
		['TypeError: text.words is not a function', ['words'], 'shows'],
		["AttributeError: 'Text' object has no attribute 'words'", ['words'], 'shows'],
		['TypeError: Words is not a constructor', ['Words'], 'shows'],
		// It is there: the test takes it from the wrong place.
		['TypeError: text.words is not a function', [], 'refused'],
		// The issue asks for another.
		['TypeError: text.wrods is not a function', ['words'], 'refused'],
		['ReferenceError: words is not defined', ['words'], 'refused'],
	] as const) {
		it(`${message}, where ${absent.join() || 'nothing'} is to be made: ${kind}`, () => {
			const facts = issueFacts(issueOf('Please add `text.words()` and `new Words()`.'));
			const seen = seenIn(run(red({ message })), [FILE], base, facts, {
				touch: 'words',
				absent: new Set(absent),
			});
			assert.equal(seen.kind, kind);
		});
	}

	it('knows short names of a project too', () => {
		const facts = issueFacts(issueOf('`qs.parse()` loses a value'));
		const about = (text: string, known: readonly string[]) =>
			isAboutIssue(patch(FILE, text), facts, new Set(known));
		const load = "const qs = require('../');\n";
		assert.equal(about(`${load}test('x', () => assert.equal(qs.parse('a'), 1));`, ['qs']), true);
		assert.equal(about("import { a as b } from '../';\ntest('x', () => ok(1 as number));", ['qs']), false);
		assert.equal(about("test('x', () => assert.equal(_.last([1]), 1));", ['_']), true);
		assert.equal(about("test('x', () => assert.equal(1, 2));", ['qs']), false);
	});

	it('uses code of the project', () => {
		const facts = issueFacts(issueOf('`add()` and `assert.fail()`'));
		const names = new Set(['add']);
		const about = (text: string, known: ReadonlySet<string> = names) =>
			isAboutIssue(patch(FILE, text), facts, known);
		assert.equal(about("test('x', () => assert.equal(add(1), 2));"), true);
		assert.equal(about("test('add', () => assert.equal(1, 2));"), false);
		assert.equal(
			about("const { add } = require('../src/add');\ntest('x', () => assert.fail('add'));"),
			false,
		);
		assert.equal(about("import {\n\ttwice,\n} from '../src/twice';\ntest('x', () => twice(1));"), true);
		assert.equal(
			about("import {\n\ttwice,\n} from '../src/twice';\ntest('x', () => assert.equal(1, 2));"),
			false,
		);
		assert.equal(about("test('x', () => add(1));", new Set()), true);
	});
});
