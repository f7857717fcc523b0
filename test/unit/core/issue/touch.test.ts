import assert from 'node:assert/strict';
import type { Issue } from '../../../../src/core/issue/issue';
import { issueFacts } from '../../../../src/core/issue/issueFacts';
import { type Touch, touchOf } from '../../../../src/core/issue/touch';
import type { Patch } from '../../../../src/core/patch';

const FILE = 'test/new.test.js';

function patchOf(text: string): Patch {
	const lines = text.split('\n');
	const diff = `diff --git a/${FILE} b/${FILE}\nnew file mode 100644\n--- /dev/null\n+++ b/${FILE}\n@@ -0,0 +1,${lines.length} @@\n${lines.map((line) => `+${line}`).join('\n')}\n`;
	return { diff, hash: text, files: [FILE], linesAdded: lines.length, linesRemoved: 0 };
}

const issueOf = (title: string, body: string): Issue => ({
	source: { kind: 'text', name: 'x' },
	...{ title, body, comments: [], labels: [], code: [], leftOut: [] },
});

const HEAD = "const assert = require('assert');\nconst sums = require('..');\n";
const wrapped = (body: string) =>
	`${HEAD}describe('sums', () => {\n\tit('follows the issue', () => {\n${body}\n\t});\n});`;

describe('what a test and an issue have in common', () => {
	const named = issueOf(
		'Rounding of negative amounts',
		"`sums.round(-2.5)` gives `-2`, but should be rounded away from zero.\n```js\nsums.round('-2.5 EUR')\n```",
	);
	const prose = issueOf(
		'Parsing with a tab throws',
		'I get mails whose header has a tab after the semicolon.',
	);
	const short = issueOf('Broken', 'It is.');
	const cases: readonly (readonly [string, Issue, string, Touch])[] = [
		['a value of the issue', named, "assert.equal(sums.round('-2.5 EUR'), '-3 EUR');", 'values'],
		['a number of the issue', named, 'assert.equal(sums.half(-2.5), -3);', 'values'],
		['a function of the issue', named, 'assert.equal(sums.round(1), 2);', 'words'],
		[
			'another function of the project, and a word by the way',
			named,
			"assert.equal(sums.format(7), 'amount');",
			'calls',
		],
		['nothing of it', named, "assert.equal(sums.total([]), 'x');", 'none'],
		['a title that says what the test does not', named, 'assert.ok(sums.total());', 'none'],
		['a word in another form', prose, "assert.equal(sums.parse('a; b').b, '');", 'words'],
		['a word of many parts', prose, 'assert.equal(sums.headerOf(1), 2);', 'words'],
		['nothing, of an issue in prose', prose, "assert.equal(sums.join('x'), 'y');", 'none'],
		['whatever there is, of an issue that says nothing', short, 'assert.equal(sums.total(), 1);', 'unknown'],
	];
	for (const [name, issue, body, touch] of cases) {
		it(`${touch}: ${name}`, () => {
			assert.equal(touchOf(patchOf(wrapped(body)), issueFacts(issue), new Set(['sums'])).touch, touch);
		});
	}

	it('a name that is picked out of the project is a word like any other', () => {
		const text =
			"import { joinPaths } from '../src';\ntest('x', () => expect(joinPaths('a', 'b')).toBe('c'));";
		const facts = issueFacts(issueOf('`joinPaths` drops the scheme', 'A scheme such as https is lost.'));
		assert.equal(touchOf(patchOf(text), facts, new Set(['joinPaths'])).touch, 'words');
	});

	it('another function that is called by its own name', () => {
		const facts = issueFacts(issueOf('`parse` drops a quote', "`parse('a b')` gives one word."));
		const text = (body: string) => `const { parse, quote } = require('../');\nit('x', () => {\n${body}\n});`;
		const touch = (body: string) => touchOf(patchOf(text(body)), facts, new Set(['parse', 'quote'])).touch;
		assert.equal(touch("assert.equal(parse('x').length, 2);"), 'words');
		assert.equal(touch("assert.equal(quote(['x', 'dropped']), 'x');"), 'calls');
	});

	it('in Python as well', () => {
		const facts = issueFacts(
			issueOf(
				'IndexedSet forgets positions',
				'```python\ns.pop(0)\ns.index("key_2")\n```\nraises ValueError',
			),
		);
		const about = (body: string) =>
			touchOf(
				patchOf(`from lib.sets import IndexedSet, Chunked\n\n\ndef test_positions():\n    ${body}`),
				facts,
				new Set(['lib', 'IndexedSet']),
			).touch;
		assert.equal(about('assert IndexedSet(["key_2"]).index("key_2") == 0'), 'values');
		assert.equal(about('assert IndexedSet([]).index(1)'), 'words');
		assert.equal(about('assert Chunked([]).size == 3'), 'none');
	});

	it('counts the words that both say, so that the one of two that says more is known', () => {
		const facts = issueFacts(
			issueOf('Floating point max-age', 'Prevents floating point values for max-age, parses as int.'),
		);
		const shared = (body: string) =>
			touchOf(patchOf(`const cookie = require('../');\n${body}`), facts, new Set(['cookie'])).shared;
		const near = shared("test('a', () => equal(cookie.serialize('a', 'b', { maxAge: 9.75 }), 'a=b'));");
		const far = shared("test('a', () => equal(cookie.parse('a=b').a, 'c'));");
		assert.ok(near > far && far > 0, `${near}, ${far}`);
	});
});
