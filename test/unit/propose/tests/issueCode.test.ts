import assert from 'node:assert/strict';
import type { Issue } from '../../../../src/core/issue/issue';
import { issueFacts } from '../../../../src/core/issue/issueFacts';
import type { Framework } from '../../../../src/core/suite';
import { issueTests, literalOf } from '../../../../src/propose/tests/issueCode';
import { importedNames, slugOf, type TestPlace } from '../../../../src/propose/tests/testPlace';

const issueOf = (body: string): Issue => ({
	source: { kind: 'github', name: 'acme/sums#7' },
	...{ title: 'adds wrong', body, comments: [], labels: [], code: [], leftOut: [] },
});
const fence = (code: string, language = 'js') => `\`\`\`${language}\n${code}\n\`\`\``;
const place = (language: TestPlace['language'], path: string, text: string, appends = false): TestPlace => ({
	...{ language, appends, path },
	neighbour: { path: path.replace('issue-7', 'a').replace('issue_7', 'a'), text },
});
const CJS = place(
	'javascript',
	'test/issue-7.test.js',
	"const test = require('node:test');\nconst assert = require('node:assert');\nconst { add } = require('../src/add');\ntest('a', () => {});\n",
);
const ESM = place(
	'javascript',
	'test/issue-7.test.mjs',
	"import { expect, it } from 'vitest';\nimport { add } from '../src/add.js';\nit('a', () => {});\n",
);
const written = (head: string) =>
	place('javascript', 'test/issue-7.js', `${head}\nconst add = require('../');\n`);
const PY = place(
	'python',
	'tests/test_issue_7.py',
	'import pytest\nfrom sums import add\n\n\ndef test_a():\n    pass\n',
);
const made = (body: string, at: TestPlace, framework: Framework = 'node:test') => {
	const issue = issueOf(body);
	return issueTests(issue, issueFacts(issue), at, framework, 'sums').map(
		({ path, text }) => `${path}\n${text}`,
	);
};

describe('tests made of the code in an issue', () => {
	const cases: readonly (readonly [string, string, TestPlace, Framework, readonly string[]])[] = [
		[
			'a call with what must come of it',
			fence("const { add } = require('sums');\nadd(2, 3); // expected: 5, got -1"),
			...([CJS, 'node:test'] as const),
			[
				'const { add } = require("../src/add");',
				'assertOfIssue.deepStrictEqual(add(2, 3), 5);',
				"const test = require('node:test');",
			],
		],
		[
			'what is printed, with what should be printed',
			fence('console.log(add(1, 1)); // should be 2'),
			...([CJS, 'node:test'] as const),
			['assertOfIssue.deepStrictEqual(add(1, 1), 2);', "const { add } = require('../src/add');"],
		],
		[
			'with tape, which needs an end',
			fence('add(2, 3); // expected: 5'),
			...([written("var test = require('tape');"), 'tap'] as const),
			['test("', ', (t) => {', 't.deepEqual(add(2, 3), 5);', 't.pass();\n\tt.end();'],
		],
		[
			'with ava, which needs an assertion',
			fence('await add(2, 3);\nError: no sum\n    at add (index.js:1:1)'),
			...([written("import test from 'ava';"), 'tap'] as const),
			['test("', ', async (t) => {\n\tawait add(2, 3);\n\tt.pass();\n});'],
		],
		[
			'with tap, under its own name',
			fence('add(2, 3); // expected: 5'),
			...([written("const t = require('tap')"), 'tap'] as const),
			['t.test("', 't.strictSame(add(2, 3), 5);'],
		],
		[
			'code that is indented beside code that is fenced',
			`${fence('npm ls', 'sh')}\nThen:\n\n    add(2, 3) // expected: 5\n\nfails.`,
			...([CJS, 'node:test'] as const),
			['assertOfIssue.deepStrictEqual(add(2, 3), 5);'],
		],
		[
			'the other way of loading modules',
			fence("const { add } = require('sums');\nadd('1', 1); // expected `2`"),
			...([ESM, 'vitest'] as const),
			['import { add } from "../src/add.js";', "expect(add('1', 1)).toEqual(2);"],
		],
		[
			'a test as it is',
			fence("it('adds', () => {\n  expect(add(2, 3)).toBe(5);\n});"),
			...([ESM, 'vitest'] as const),
			["it('adds', () => {", "import { add } from '../src/add.js';"],
		],
		[
			'an error that must not come',
			`${fence('add(undefined);')}\n\n${fence('TypeError: Cannot read properties of undefined\n    at add (/a/src/add.js:1:1)', 'text')}`,
			...([CJS, 'node:test'] as const),
			['add(undefined);', 'test("adds wrong", () => {'],
		],
		[
			'a value in the prose',
			`${fence('add(2, 3)')}\n\n**Expected:** 5\n**Actual:** -1`,
			...([CJS, 'node:test'] as const),
			['assertOfIssue.deepStrictEqual(add(2, 3), 5);'],
		],
		[
			'a session at a prompt',
			`${fence('>>> from sums import add\n>>> add(2, 3)  # expected: 5\n-1', 'python')}`,
			...([PY, 'pytest'] as const),
			['def test_adds_wrong():', '    assert add(2, 3) == 5', 'from sums import add'],
		],
	];
	for (const [name, body, at, framework, holds] of cases) {
		it(name, () => {
			const [text = ''] = made(body, at, framework);
			for (const part of holds) {
				assert.ok(text.includes(part), `${part}\n— not in —\n${text}`);
			}
		});
	}

	for (const [name, body] of [
		['code that states nothing', fence('add(2, 3);')],
		['a shell', fence('npm i sums', 'sh')],
		['data', fence('{"a": 1}', 'json')],
		['no code', 'It is wrong.'],
	] as const) {
		it(`makes nothing of ${name}`, () => assert.deepEqual(made(body, CJS), []));
	}

	it('adds to the file that the test command names', () => {
		const at = { ...CJS, appends: true };
		const [text = ''] = made(fence('add(2, 3); // expected: 5'), at);
		assert.ok(text.startsWith("test/a.test.js\nconst test = require('node:test');"));
		assert.equal(text.match(/require\('node:test'\)/g)?.length, 1);
	});

	for (const [said, literal] of [
		['5, got -1', '5'],
		['`"a"` but was "b"', '"a"'],
		['[1, 2] instead of [2]', '[1, 2]'],
		['{ a: 1 }', '{ a: 1 }'],
		["'it, and more'", "'it, and more'"],
		['null', 'null'],
		['process.exit()', undefined],
		['something else', undefined],
		['5; process.exit()', '5'],
	] as const) {
		it(`the literal in ${said}`, () => assert.equal(literalOf(said), literal));
	}

	it('names files after the issue', () => {
		assert.equal(slugOf('acme/sums#7', 'x'), 'issue-7');
		assert.equal(slugOf('SUM-12', 'x'), 'issue-12');
		assert.equal(slugOf('notes.md', 'Adds the wrong way round, always'), 'issue-adds-the-wrong-way');
	});

	it('knows what tests bind from the project', () => {
		const text =
			"const { add, twice: double } = require('../src/add');\nimport main, { sub } from '..';\nconst fs = require('fs');\nimport x from 'sums/x';\nfunction helper() {}\n";
		const short = importedNames(
			[{ path: 'a.js', text: "const qs = require('../');\nlet i = 0;\n" }],
			new Set(),
			'qs',
		);
		assert.deepEqual([...short].sort(), ['qs']);
		const names = importedNames([{ path: 'a.js', text }], new Set(), 'sums');
		for (const name of ['add', 'double', 'main', 'sub', 'helper', 'sums']) {
			assert.ok(names.has(name), name);
		}
		assert.ok(!names.has('readFile') && !names.has('fs'));
		const python = importedNames(
			[{ path: 'a.py', text: 'from sums.core import add\nfrom os import path\n' }],
			new Set(['sums']),
			undefined,
		);
		assert.deepEqual([...python].sort(), ['add', 'sums']);
	});
});
