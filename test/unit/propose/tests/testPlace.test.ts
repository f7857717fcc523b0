import assert from 'node:assert/strict';
import type { Issue } from '../../../../src/core/issue/issue';
import { issueFacts } from '../../../../src/core/issue/issueFacts';
import { isTestFile } from '../../../../src/core/issue/reproduction';
import type { Framework, Suite, TestResult } from '../../../../src/core/suite';
import { slugOf, testPlace } from '../../../../src/propose/tests/testPlace';

const issue: Issue = {
	source: { kind: 'github', name: 'acme/sums#12' },
	...{ title: 'parse fails', body: '`parse()` fails', comments: [], labels: [], code: [], leftOut: [] },
};

function textOf(file: string): string {
	if (file.includes('parse')) {
		return 'parse';
	}
	return file.endsWith('index.js') ? "require('./parse')" : 'x';
}

/** `ran`: files whose tests were seen; the others are only there. */
async function placeOf(
	framework: Framework,
	command: string,
	ran: readonly string[],
	there: readonly string[] = [],
) {
	const suite: Suite = { framework, folder: '', argv: command.split(' '), env: {}, source: 'x' };
	const listed = [...ran, ...there];
	const tests = ran.map((file): TestResult => ({ id: `${file}::a`, file, name: 'a', status: 'passed' }));
	const files = {
		list: async () => listed,
		read: async (file: string) =>
			({ kind: 'plain', text: textOf(file) }) as unknown as Awaited<
				ReturnType<Parameters<typeof testPlace>[0]['read']>
			>,
	};
	const never = new AbortController().signal;
	const place = await testPlace(files, tests, suite, issueFacts(issue), slugOf('acme/sums#12', ''), never);
	return place.appends ? `to ${place.neighbour?.path ?? ''}` : place.path;
}

describe('where a new test goes', () => {
	const places: readonly (readonly [Framework, string, readonly string[], string, (readonly string[])?])[] = [
		['mocha', 'mocha', ['test/a.js', 'test/parse.js'], 'test/issue-12.js'],
		['mocha', 'mocha test/*-test.js', ['test/parse-test.js'], 'test/issue-12-test.js'],
		['mocha', 'mocha test/test.js', ['test/test.js'], 'to test/test.js'],
		[
			'mocha',
			'mocha --require ./test/setup.js test/*.js',
			['test/parse.js'],
			'test/issue-12.js',
			['test/setup.js'],
		],
		['jest', 'jest', ['src/__tests__/parse.js'], 'src/__tests__/issue-12.js'],
		['jest', 'jest', ['src/parse.unit.test.ts'], 'src/issue-12.unit.test.ts'],
		['vitest', 'vitest run', ['src/parse.spec.ts'], 'src/issue-12.spec.ts'],
		['vitest', 'vitest run', ['packages/utils/test/parse.test.ts'], 'packages/utils/test/issue-12.test.ts'],
		['node:test', 'node --test', ['test.js'], 'issue-12.test.js'],
		['node:test', 'node --test', ['lib/test.mjs'], 'lib/issue-12.test.mjs'],
		['node:test', 'node --test', ['test/test-parse.js'], 'test/test-issue-12.js'],
		['node:test', 'node --test test/index.js', ['test/index.js', 'test/parse.js'], 'to test/parse.js'],
		['tap', 'tape test/*.js', [], 'test/issue-12.js', ['test/parse.js', 'index.js']],
		['tap', 'tape test/index.js', [], 'to test/parse.js', ['test/index.js', 'test/parse.js']],
		['tap', 'tap test/a.js test/b.js', [], 'to test/a.js', ['test/a.js', 'test/b.js', 'test/parse.js']],
		['tap', 'ava --tap', [], 'issue-12.test.js', ['test.js', 'index.js']],
		['pytest', 'pytest', ['tests/test_parse.py'], 'tests/test_issue_12.py'],
		['pytest', 'pytest', ['pkg/parse_test.py'], 'pkg/issue_12_test.py'],
		['pytest', 'pytest tests/test_parse.py', ['tests/test_parse.py'], 'to tests/test_parse.py'],
		['pytest', 'pytest tests', ['tests/test_parse.py'], 'tests/test_issue_12.py'],
		['unittest', 'python -m unittest', ['test.py'], 'test_issue_12.py'],
		['go', 'go test ./...', ['parse_test.go'], 'issue_12_test.go'],
	];
	for (const [framework, command, ran, expected, there] of places) {
		it(`${command}, beside ${[...ran, ...(there ?? [])].join(', ')}: ${expected}`, async () => {
			const place = await placeOf(framework, command, ran, there);
			assert.equal(place, expected);
			assert.ok(isTestFile(place.replace(/^to /, ''), new Set(ran)), `${place} is a test file`);
		});
	}

	it('is not named after what stands beside tests', () => {
		assert.equal(slugOf('notes.md', 'Global helper config is lost'), 'issue-is-lost');
		assert.ok(isTestFile(`test/${slugOf('notes.md', 'Fixtures in utils fail')}.js`, new Set()));
	});
});
