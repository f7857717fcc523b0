import assert from 'node:assert/strict';
import { framesOf } from '../../../../../src/propose/model/context/frames';

const PATHS = [
	'src/a.js',
	'lib/pkg/mod.py',
	'index.js',
	'pkg/calc/calc.go',
	'src/lib.rs',
	'app/src/main/java/com/acme/Thing.java',
	'other/src/main/java/com/other/Thing.java',
	'Lib/Thing.cs',
	'lib/thing.rb',
	'src/Thing.php',
	'packages/one/src/deep.ts',
];
const listing = {
	has: (path: string) => PATHS.includes(path),
	named: (name: string) => PATHS.filter((path) => `/${path}`.endsWith(`/${name}`)),
};

const ROWS: readonly (readonly [string, readonly string[]])[] = [
	['    at add (/tmp/run-1/trees/2/project/src/a.js:12:5)', ['src/a.js:12']],
	['    at file:///home/x/project/src/a.js:7:1', ['src/a.js:7']],
	['    at C:\\work\\project\\src\\a.js:7:1', ['src/a.js:7']],
	['    at Object.<anonymous> (/tmp/run/project/index.js:3:1)', ['index.js:3']],
	['    at node:internal/process/task_queues:95:5', []],
	['    at run (/p/node_modules/mocha/lib/src/a.js:12:5)', []],
	['  File "/tmp/x/lib/pkg/mod.py", line 42, in run', ['lib/pkg/mod.py:42']],
	['lib/pkg/mod.py:9: AssertionError', ['lib/pkg/mod.py:9']],
	['  File "/usr/lib/python3.11/unittest/case.py", line 59, in run', []],
	['\t/tmp/x/pkg/calc/calc.go:17 +0x1d', ['pkg/calc/calc.go:17']],
	["thread 't' panicked at src/lib.rs:5:9:", ['src/lib.rs:5']],
	['\tat com.acme.Thing.run(Thing.java:31)', ['app/src/main/java/com/acme/Thing.java:31']],
	['\tat com.other.Thing.run(Thing.java:31)', ['other/src/main/java/com/other/Thing.java:31']],
	['   at Acme.Thing.Run() in /src/x/Lib/Thing.cs:line 8', ['Lib/Thing.cs:8']],
	["lib/thing.rb:3:in `run'", ['lib/thing.rb:3']],
	['/app/src/Thing.php:22', ['src/Thing.php:22']],
	['#1 /app/src/Thing.php(23): run()', ['src/Thing.php:23']],
	['src/deep.ts:4:2 in a folder', ['packages/one/src/deep.ts:4']],
	['see https://host.io/a/b/c/d/index.html:80', []],
	['at x (src/a.js:0:1) and src/a.js', []],
];

describe('frames', () => {
	for (const [row, expected] of ROWS) {
		it(`of ${row.trim()}`, () => {
			assert.deepEqual(
				framesOf(row, listing).map(({ path, line }) => `${path}:${line}`),
				expected,
			);
		});
	}

	it('come once each, in order, with the row that names them', () => {
		assert.deepEqual(framesOf('x\nsrc/a.js:1\nindex.js:2\nsrc/a.js:1', listing), [
			{ path: 'src/a.js', line: 1, row: 1 },
			{ path: 'index.js', line: 2, row: 2 },
		]);
	});

	it('take little time on long rows', () => {
		const before = performance.now();
		for (const unit of ['a', '/', 'a/', 'a.js', '.js:', '$', 'C:\\']) {
			framesOf(unit.repeat(200_000), listing);
			framesOf(`${unit.repeat(300)}\n`.repeat(500), listing);
		}
		assert.ok(performance.now() - before < 5_000);
	});
});
