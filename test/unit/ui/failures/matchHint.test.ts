import assert from 'node:assert/strict';
import type { TestResult } from '../../../../src/core/suite';
import { matchHint } from '../../../../src/ui/failures/matchHint';
import { hintOf, type TestSnapshot } from '../../../../src/ui/failures/testHint';
import { go, itemIn, jest, mocha, pytest, pytestProject, rust, segments, unittest, vitest } from './shapes';

const ROOT = '/work/shop';

/** A failing test as our reporters write it: `file|name path|line`, the file empty where the framework tells none. */
function result(text: string): TestResult {
	const [file = '', name = '', line] = text.split('|');
	return {
		id: name === '(the file)' ? file : file === '' ? name : `${file}::${name}`,
		...(file === '' ? {} : { file }),
		name,
		...(line === undefined ? {} : { line: Number(line) }),
		status: 'failed',
		failure: { message: `${name} failed` },
	};
}

/** What was found, in one word each. */
function found(item: TestSnapshot, failing: readonly string[], folder = ROOT): string | readonly string[] {
	const tests = failing.map(result);
	const match = matchHint(hintOf(item), tests, folder);
	const told = (some: readonly TestResult[]) => some.map((test) => failing[tests.indexOf(test)] ?? '?');
	switch (match.kind) {
		case 'none':
			return 'none';
		case 'several':
			return ['ask', ...told(match.candidates)];
		case 'tests':
			return told(match.tests);
	}
}

interface Case {
	readonly it: string;
	readonly tree: Parameters<typeof itemIn>[0];
	readonly id: string;
	readonly failing: readonly string[];
	readonly found: string | readonly string[];
}

const V = 'src/cart.test.ts';
const J = 'src/cart.test.js';
const M = 'test/cart.test.js';
const P = 'tests/test_cart.py';
const jestFile = `${ROOT}/${J}`;
const mochaFile = `${ROOT}/${M}`;
const pytestFile = `${ROOT}/${P}`;
const goFile = `file://${ROOT}/pricing/pricing_test.go`;
const G = 'example.com/shop/pricing';

const CASES: readonly Case[] = [
	{
		it: 'Vitest: a test in a group, not the one of its name outside of it',
		tree: vitest,
		id: '-1836529378_0_0',
		failing: [`${V}|cart > adds up|4`, `${V}|adds up|40`, 'other.test.ts|cart > adds up|4'],
		found: [`${V}|cart > adds up|4`],
	},
	{
		it: 'Vitest: a test outside of groups, when only the one in the group fails, is asked about',
		tree: vitest,
		id: '-1836529378_1',
		failing: [`${V}|cart > adds up|4`],
		found: ['ask', `${V}|cart > adds up|4`],
	},
	{
		it: 'Vitest: a title that is filled in is all the tests it stands for',
		tree: vitest,
		id: '-1836529378_0_1',
		failing: [
			`${V}|cart > takes 10 percent off|9`,
			`${V}|cart > takes 20 percent off|9`,
			`${V}|cart > adds up|4`,
		],
		found: [`${V}|cart > takes 10 percent off|9`, `${V}|cart > takes 20 percent off|9`],
	},
	{
		it: 'Vitest: two tests of one name are told apart by their line',
		tree: vitest,
		id: '-1836529378_0_3',
		failing: [`${V}|cart > is empty|20`, `${V}|cart > is empty (2)|30`],
		found: [`${V}|cart > is empty (2)|30`],
	},
	{
		it: 'Vitest: two tests of one name without lines are asked about',
		tree: vitest,
		id: '-1836529378_0_3',
		failing: [`${V}|cart > is empty`, `${V}|cart > is empty (2)`],
		found: ['ask', `${V}|cart > is empty`, `${V}|cart > is empty (2)`],
	},
	{
		it: 'Vitest: a group is all that fails below it',
		tree: vitest,
		id: '-1836529378_0',
		failing: [`${V}|cart > adds up|4`, `${V}|adds up|40`, `${V}|cart > is empty|20`],
		found: [`${V}|cart > adds up|4`, `${V}|cart > is empty|20`],
	},
	{
		it: 'Vitest: a file with its project in the label is all that fails in it',
		tree: vitest,
		id: `${ROOT}/${V}web`,
		failing: [`${V}|cart > adds up|4`, `src/other.test.ts|cart > adds up|4`],
		found: [`${V}|cart > adds up|4`],
	},
	{
		it: 'Vitest: a folder is all that fails below it',
		tree: vitest,
		id: `${ROOT}/src`,
		failing: [`${V}|cart > adds up|4`, 'lib/other.test.ts|x|1', 'src/deep/a.test.ts|y|1'],
		found: [`${V}|cart > adds up|4`, 'src/deep/a.test.ts|y|1'],
	},
	{
		it: 'Vitest: a file that cannot be loaded stands for its tests',
		tree: vitest,
		id: '-1836529378_0_0',
		failing: [`${V}|(the file)`],
		found: [`${V}|(the file)`],
	},
	{
		it: 'Vitest: a test that moved to another name is found by its line',
		tree: vitest,
		id: '-1836529378_0_0',
		failing: [`${V}|cart > sums up|4`, `${V}|adds up|40`],
		found: [`${V}|cart > sums up|4`],
	},
	{
		it: 'Vitest: what does not fail in our run is not found',
		tree: vitest,
		id: '-1836529378_0_0',
		failing: ['src/other.test.ts|adds up|4'],
		found: 'none',
	},
	{
		it: 'Jest: by file and full name, below a workspace folder with a name of its own',
		tree: jest,
		id: `${jestFile}#cart adds up`,
		failing: [`${J}|cart > adds up`, 'lib/cart.test.js|cart > adds up'],
		found: [`${J}|cart > adds up`],
	},
	{
		it: 'Jest: tests of one name, numbered by the extension, by their line',
		tree: jest,
		id: `${jestFile}#cart is empty#1`,
		failing: [`${J}|cart > is empty|20`, `${J}|cart > is empty (2)|30`],
		found: [`${J}|cart > is empty (2)|30`],
	},
	{
		it: 'Jest: a title that is a template',
		tree: jest,
		id: `${jestFile}#cart costs \${price}`,
		failing: [`${J}|cart > costs 12`, `${J}|cart > adds up`],
		found: [`${J}|cart > costs 12`],
	},
	{
		it: 'Jest: the workspace folder is everything',
		tree: jest,
		id: 'orta.vscode-jest:The shop',
		failing: [`${J}|cart > adds up`, 'lib/a.test.js|b'],
		found: [`${J}|cart > adds up`, 'lib/a.test.js|b'],
	},
	{
		it: 'Jest: the file',
		tree: jest,
		id: jestFile,
		failing: [`${J}|cart > adds up`, 'lib/cart.test.js|cart > adds up'],
		found: [`${J}|cart > adds up`],
	},
	{
		it: 'Mocha: by file and full title',
		tree: mocha,
		id: `${mochaFile}: cart totals adds up`,
		failing: [`${M}|cart > totals > adds up`, `${M}|cart > adds up`],
		found: [`${M}|cart > totals > adds up`],
	},
	{
		it: 'Mocha: a group',
		tree: mocha,
		id: `${mochaFile}: cart`,
		failing: [`${M}|cart > totals > adds up`, `${M}|cart > adds up`, `${M}|basket > adds up`],
		found: [`${M}|cart > totals > adds up`, `${M}|cart > adds up`],
	},
	{
		it: 'Mocha: a group that is called as its file is',
		tree: mocha,
		id: `${mochaFile}: cart.test.js`,
		failing: [`${M}|cart.test.js > adds up`, `${M}|cart > adds up`],
		found: [`${M}|cart.test.js > adds up`],
	},
	{
		it: 'VS Code extension tests: compiled to another folder, the test of that name in the file of that name',
		tree: segments,
		id: 'adds up',
		failing: ['out/test/cart.test.js|cart > adds up', 'out/test/basket.test.js|cart > adds up'],
		found: ['out/test/cart.test.js|cart > adds up'],
	},
	{
		it: 'node:test: by segments of the path and names',
		tree: segments,
		id: 'adds up',
		failing: ['src/test/cart.test.ts|cart > adds up|4', 'test/cart.test.ts|cart > adds up|4'],
		found: ['src/test/cart.test.ts|cart > adds up|4'],
	},
	{
		it: 'node:test: a folder',
		tree: segments,
		id: 'test',
		failing: ['src/test/cart.test.ts|cart > adds up|4', 'test/cart.test.ts|cart > adds up|4'],
		found: ['src/test/cart.test.ts|cart > adds up|4'],
	},
	{
		it: 'pytest: a method',
		tree: pytest,
		id: `${pytestFile}::TestCart::test_adds`,
		failing: [`${P}|TestCart > test_adds|4`, `${P}|test_adds|30`],
		found: [`${P}|TestCart > test_adds|4`],
	},
	{
		it: 'pytest: one set of parameters, colons in it',
		tree: pytest,
		id: `${pytestFile}::TestCart::test_off[a::b-10]`,
		failing: [`${P}|TestCart > test_off[a::b-10]|8`, `${P}|TestCart > test_off[c-20]|8`],
		found: [`${P}|TestCart > test_off[a::b-10]|8`],
	},
	{
		it: 'pytest: a function with parameters is all of them',
		tree: pytest,
		id: `${pytestFile}::TestCart::test_off`,
		failing: [
			`${P}|TestCart > test_off[a::b-10]|8`,
			`${P}|TestCart > test_off[c-20]|8`,
			`${P}|TestCart > test_adds|4`,
		],
		found: [`${P}|TestCart > test_off[a::b-10]|8`, `${P}|TestCart > test_off[c-20]|8`],
	},
	{
		it: 'pytest: a class',
		tree: pytest,
		id: `${pytestFile}::TestCart`,
		failing: [`${P}|TestCart > test_off[c-20]|8`, `${P}|TestCart > test_adds|4`, `${P}|test_adds|30`],
		found: [`${P}|TestCart > test_off[c-20]|8`, `${P}|TestCart > test_adds|4`],
	},
	{
		it: 'pytest: the file',
		tree: pytest,
		id: pytestFile,
		failing: [`${P}|TestCart > test_adds|4`, 'tests/unit/test_cart.py|test_adds|3'],
		found: [`${P}|TestCart > test_adds|4`],
	},
	{
		it: 'pytest: an id with the project before it',
		tree: pytestProject,
		id: `${ROOT}@@vsc@@${pytestFile}::TestCart::test_adds`,
		failing: [`${P}|TestCart > test_adds|4`, `${P}|test_adds|30`],
		found: [`${P}|TestCart > test_adds|4`],
	},
	{
		it: 'pytest: the project is everything in its folder',
		tree: pytestProject,
		id: `${ROOT}@@vsc@@${ROOT}`,
		failing: [`${P}|TestCart > test_adds|4`],
		found: [`${P}|TestCart > test_adds|4`],
	},
	{
		it: 'pytest: a relative id',
		tree: pytestProject,
		id: './tests/test_cart.py::TestCart::test_adds',
		failing: [`${P}|TestCart > test_adds|4`, `${P}|test_adds|30`],
		found: [`${P}|TestCart > test_adds|4`],
	},
	{
		it: 'unittest: a method, where our run names the module first',
		tree: unittest,
		id: `${pytestFile}\\TestCart\\test_adds`,
		failing: [
			`${P}|tests > test_cart > TestCart > test_adds|4`,
			`${P}|tests > test_cart > TestOther > test_adds|14`,
		],
		found: [`${P}|tests > test_cart > TestCart > test_adds|4`],
	},
	{
		it: 'unittest: a class',
		tree: unittest,
		id: `${pytestFile}\\TestCart`,
		failing: [`${P}|test_cart > TestCart > test_adds|4`, `${P}|test_cart > TestOther > test_adds|14`],
		found: [`${P}|test_cart > TestCart > test_adds|4`],
	},
	{
		it: 'unittest: a subtest is one with its test',
		tree: unittest,
		id: '(i=3)',
		failing: [`${P}|test_cart > TestCart > test_adds|4`],
		found: [`${P}|test_cart > TestCart > test_adds|4`],
	},
	{
		it: 'Python tests known from a JUnit report',
		tree: pytest,
		id: `${pytestFile}::TestCart::test_adds`,
		failing: ['|tests.test_cart.TestCart > test_adds', '|tests.test_other.TestCart > test_adds'],
		found: ['|tests.test_cart.TestCart > test_adds'],
	},
	{
		it: 'Go: a test, by package and name',
		tree: go,
		id: `${goFile}?test#TestTotal`,
		failing: [
			`|${G} > TestTotal`,
			'|example.com/shop/pricing/deep > TestTotal',
			'|example.com/shop > TestTotal',
		],
		found: [`|${G} > TestTotal`],
	},
	{
		it: 'Go: a test with its subtests',
		tree: go,
		id: `${goFile}?test#TestTotal`,
		failing: [`|${G} > TestTotal`, `|${G} > TestTotal > of_none`, `|${G} > TestTotals`],
		found: [`|${G} > TestTotal`, `|${G} > TestTotal > of_none`],
	},
	{
		it: 'Go: a subtest of a subtest',
		tree: go,
		id: `${goFile}?test#TestTotal%2Fof_none%2Ftwice%2301`,
		failing: [`|${G} > TestTotal > of_none > twice#01`, `|${G} > TestTotal > of_none > twice`],
		found: [`|${G} > TestTotal > of_none > twice#01`],
	},
	{
		it: 'Go: a method of a testify suite',
		tree: go,
		id: `${goFile}?test#%28%2ACartSuite%29.TestAdds`,
		failing: [`|${G} > TestSuite`, `|${G} > TestSuite > TestAdds`, `|${G} > TestAdds`],
		found: [`|${G} > TestSuite > TestAdds`],
	},
	{
		it: 'Go: a file is those of its tests that fail',
		tree: go,
		id: `${goFile}?file`,
		failing: [`|${G} > TestTotal`, `|${G} > TestElsewhere`],
		found: [`|${G} > TestTotal`],
	},
	{
		it: 'Go: a package',
		tree: go,
		id: `file://${ROOT}/pricing?package`,
		failing: [`|${G} > TestTotal`, `|${G} > TestElsewhere`, '|example.com/shop > TestX'],
		found: [`|${G} > TestTotal`, `|${G} > TestElsewhere`],
	},
	{
		it: 'Go: the module',
		tree: go,
		id: `file://${ROOT}?module`,
		failing: [`|${G} > TestTotal`, '|example.com/shopping > TestY', '|example.com/shop > TestX'],
		found: [`|${G} > TestTotal`, '|example.com/shop > TestX'],
	},
	{
		it: 'Rust: a test',
		tree: rust,
		id: 'shop::pricing::tests::adds_up',
		failing: ['|pricing > tests > adds_up', '|cart > tests > adds_up'],
		found: ['|pricing > tests > adds_up'],
	},
	{
		it: 'Rust: a test of that path in two crates is asked about',
		tree: rust,
		id: 'shop::pricing::tests::adds_up',
		failing: ['|pricing > tests > adds_up', '|pricing > tests > adds_up (2)'],
		found: ['ask', '|pricing > tests > adds_up', '|pricing > tests > adds_up (2)'],
	},
	{
		it: 'Rust: a module',
		tree: rust,
		id: 'shop::pricing::tests',
		failing: ['|pricing > tests > adds_up', '|pricing > tests > takes_off', '|cart > tests > adds_up'],
		found: ['|pricing > tests > adds_up', '|pricing > tests > takes_off'],
	},
	{
		it: 'Rust: a crate is those of its tests that fail',
		tree: rust,
		id: 'shop',
		failing: ['|pricing > tests > adds_up', '|other > tests > adds_up'],
		found: ['|pricing > tests > adds_up'],
	},
];

describe('matchHint, on the items of other extensions', () => {
	for (const one of CASES) {
		it(one.it, () => assert.deepEqual(found(itemIn(one.tree, one.id), one.failing), one.found));
	}
});

describe('matchHint, on files', () => {
	const item = itemIn(segments, 'adds up');
	const table: readonly (readonly [string, string, string, string | readonly string[]])[] = [
		['the repository begins above the folder', `${ROOT}/src`, 'src/test/cart.test.ts|cart > adds up', 'same'],
		['a file of that name at the root is another', ROOT, 'cart.test.ts|cart > adds down', 'none'],
		['the folder is reached through a link', '/link/shop', 'src/test/cart.test.ts|cart > adds up', 'same'],
		['the report has an absolute path', ROOT, `${ROOT}/src/test/cart.test.ts|cart > adds up`, 'same'],
	];
	for (const [title, folder, failing, expected] of table) {
		it(title, () =>
			assert.deepEqual(found(item, [failing], folder), expected === 'same' ? [failing] : expected),
		);
	}

	it('knows Windows paths, whichever way they are written', () => {
		const windows: TestSnapshot = {
			id: 'C:\\shop\\src\\cart.test.ts#cart adds up',
			label: 'adds up',
			file: 'c:\\shop\\src\\cart.test.ts',
			parents: [],
			below: [],
		};
		assert.deepEqual(found(windows, ['src/cart.test.ts|cart > adds up'], 'C:\\shop'), [
			'src/cart.test.ts|cart > adds up',
		]);
	});
});
