import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { TestResult } from '../../../src/core/suite';
import { readCargoOutput } from '../../../src/verify/cargoOutput';
import { readGoOutput } from '../../../src/verify/goOutput';
import { readJunit, readJunitFiles } from '../../../src/verify/junit';
import { readLoadFailure } from '../../../src/verify/loadFailure';
import { readTap, type TapEnd } from '../../../src/verify/tap';

const lines = ({ tests }: { readonly tests: readonly TestResult[] }) =>
	tests.map((test) => `${test.status} ${test.id}`);

describe('TAP', () => {
	const end: TapEnd = { root: '/project', file: undefined, how: 'succeeded', lastWords: '' };

	it('of tape: what is asserted under one comment is one test', () => {
		const text = `TAP version 13
# adds
ok 1 should be strictly equal
ok 2 (unnamed assert)
# takes # away
noise
not ok 3 deep
  ---
    operator: deepEqual
    expected: { a: 2 }
  ...

1..3
# tests 3
# pass  2
# fail  1
`;
		const report = readTap(text, { ...end, how: 'stopped' });
		assert.equal(report.whole, true);
		assert.deepEqual(lines(report), ['passed adds', 'failed takes # away']);
		assert.equal(report.tests[1]?.failure?.message, 'deep');
		assert.match(report.tests[1]?.failure?.stack ?? '', /deepEqual/);
	});

	it('of node-tap: nested groups', () => {
		const text = `TAP version 14
# Subtest: alpha
    ok 1 - should be equal
    # Subtest: inner
        ok 1 - fine
        1..1
    ok 2 - inner # time=1.9ms
    1..2
ok 1 - alpha # time=24ms
# Subtest: beta
    not ok 1 - not same
    1..1
not ok 2 - beta
ok 3 - later # SKIP not yet
1..3
`;
		const report = readTap(text, { ...end, how: 'stopped' });
		assert.deepEqual(lines(report), ['passed alpha', 'passed alpha > inner', 'failed beta', 'skipped later']);
	});

	const failures: readonly (readonly [string, string, string, ...values: readonly string[]])[] = [
		[
			'of tape, both values',
			'not ok 1 should be strictly equal\n  ---\n    operator: equal\n    expected: 2\n    actual:   1\n    at: Test.<anonymous> (test/x.js:3:4)\n  ...',
			'should be strictly equal',
			...['2', '1'],
		],
		[
			'of tape, values of many lines',
			"not ok 1 same\n  ---\n    operator: deepEqual\n    expected: |-\n      { a: 'b' }\n    actual: |-\n      { a: 'c' }\n  ...",
			'same',
			...["{ a: 'b' }", "{ a: 'c' }"],
		],
		[
			'of ava, what the test threw',
			"not ok 1 - x\n  ---\n    name: AssertionError\n    details:\n      'Error thrown in test:': |-\n        ReferenceError {\n          message: 'prepare is not defined',\n        }\n    message: Error thrown in test\n  ...",
			'ReferenceError: prepare is not defined',
		],
		[
			'of ava, a difference',
			"not ok 1 - x\n  ---\n    name: AssertionError\n    assertion: t.is()\n    details:\n      'Difference (- actual, + expected):': |-\n        - 'z=1'\n        + 'z=2'\n    message: ''\n  ...",
			'x',
			...["'z=2'", "'z=1'"],
		],
		[
			'of node:test',
			"not ok 1 - x\n  ---\n  failureType: 'testCodeFailure'\n  error: 'Cannot find it'\n  code: 'ERR_X'\n  name: 'TypeError'\n  ...",
			'TypeError: Cannot find it',
		],
		[
			'of node-tap',
			'not ok 1 - should be equal\n  ---\n  found: 1\n  wanted: 2\n  compare: ===\n  ...',
			'should be equal',
			...['2', '1'],
		],
		[
			'in double quotes, as YAML escapes them',
			'not ok 1 - x\n  ---\n  error: "no \\"a\\\\b\\""\n  name: \'TypeError\'\n  ...',
			'TypeError: no "a\\b"',
		],
		['without details', 'not ok 1 - x', 'x'],
	];
	for (const [name, text, message, expected, actual] of failures) {
		it(`tells of a failure ${name}`, () => {
			const [test] = readTap(`TAP version 13\n${text}\n1..1\n`, { ...end, how: 'stopped' }).tests;
			const { failure } = test ?? {};
			assert.deepEqual([failure?.message, failure?.expected, failure?.actual], [message, expected, actual]);
		});
	}

	it('that stops: the test it stopped in has failed; without a failure it is no result', () => {
		const text = 'TAP version 13\n# one\nok 1 a\n# two\n';
		const stopped = readTap(text, {
			...end,
			file: 'test/t.js',
			how: 'stopped',
			lastWords: 'TypeError: boom',
		});
		assert.equal(stopped.whole, true);
		assert.deepEqual(lines(stopped), ['passed test/t.js::one', 'failed test/t.js::two']);
		assert.equal(stopped.tests[1]?.failure?.message, 'TypeError: boom');
		assert.equal(readTap(text, end).whole, false);
		assert.equal(readTap('', { ...end, file: 'test/t.js' }).whole, false);
		assert.deepEqual(lines(readTap('', { ...end, file: 'test/t.js', how: 'stopped' })), ['failed test/t.js']);
		assert.equal(readTap('ok 1 a\n1..2\n', end).whole, false);
		assert.equal(readTap('ok 1 a\nBail out! no database\n', { ...end, how: 'stopped' }).whole, false);
	});
});

describe('JUnit XML', () => {
	const xml = `<?xml version="1.0"?>
<testsuites><testsuite name="s">
<testcase classname="A" name="adds &amp; more" file="tests/a.py" line="3" time="0.5"/>
<testcase classname="A" name="fails" file="/project/tests/a.py"><failure message="1 != 2">at /project/tests/a.py:4</failure></testcase>
<testcase classname="B" name="skips"><skipped/></testcase>
<testcase name="errs"><error><![CDATA[boom <x>]]></error></testcase>
</testsuite></testsuites>`;

	it('gives every case', () => {
		const report = readJunit(xml, '/project', '');
		assert.equal(report.whole, true);
		assert.deepEqual(lines(report), [
			'passed tests/a.py::A > adds & more',
			'failed tests/a.py::A > fails',
			'skipped B > skips',
			'failed errs',
		]);
		assert.deepEqual(report.tests[1]?.failure, { message: '1 != 2', stack: 'at tests/a.py:4' });
		assert.equal(report.tests[3]?.failure?.message, 'boom <x>');
		assert.deepEqual([report.tests[0]?.line, report.tests[0]?.durationMs], [3, 500]);
	});

	it('that is cut off keeps its cases and is not whole', () => {
		const report = readJunit(xml.slice(0, xml.indexOf('<testcase name="errs">')), '/project', '');
		assert.equal(report.whole, false);
		assert.equal(report.tests.length, 3);
	});

	it('of an earlier run is no report', () => {
		const root = mkdtempSync(path.join(tmpdir(), 'underbid-junit-'));
		try {
			const file = path.join(root, 'out.xml');
			writeFileSync(file, xml);
			const now = Date.now();
			assert.deepEqual(lines(readJunitFiles('*.xml', root, '', now - 1000)).length, 4);
			utimesSync(file, new Date(now - 60_000), new Date(now - 60_000));
			assert.match(readJunitFiles('*.xml', root, '', now).fault ?? '', /earlier run/);
			assert.match(readJunitFiles('gone/*.xml', root, '', now).fault ?? '', /no report/);
		} finally {
			rmSync(root, { recursive: true, force: true });
		}
	});
});

describe('go test -json', () => {
	const event = (each: object) => `${JSON.stringify(each)}\n`;
	const text =
		event({ Action: 'start', Package: 'x/a' }) +
		event({ Action: 'run', Package: 'x/a', Test: 'TestOk' }) +
		event({ Action: 'pass', Package: 'x/a', Test: 'TestOk', Elapsed: 0.01 }) +
		event({ Action: 'run', Package: 'x/a', Test: 'TestBad/part_one' }) +
		event({
			Action: 'output',
			Package: 'x/a',
			Test: 'TestBad/part_one',
			Output: '    a_test.go:9: got 1\n',
		}) +
		event({ Action: 'fail', Package: 'x/a', Test: 'TestBad/part_one', Elapsed: 0 }) +
		event({ Action: 'fail', Package: 'x/a', Elapsed: 0.1 });

	it('gives tests and sub-tests', () => {
		const report = readGoOutput(text, '/project', false);
		assert.equal(report.whole, true);
		assert.deepEqual(lines(report), ['passed x/a > TestOk', 'failed x/a > TestBad > part_one']);
		assert.equal(report.tests[1]?.failure?.message, 'a_test.go:9: got 1');
	});

	it('shows a package that does not build as failed', () => {
		const broken =
			event({ Action: 'output', Package: 'x/b', Output: 'b.go:3: undefined: y\n' }) +
			event({ Action: 'fail', Package: 'x/b' });
		assert.deepEqual(lines(readGoOutput(broken, '/project', false)), ['failed x/b']);
		assert.equal(readGoOutput('go: not found', '/project', false).whole, false);
	});
});

describe('cargo test', () => {
	it('gives tests of all binaries, and why one failed', () => {
		const text = `
running 3 tests
test tests::ok ... ok
test tests::later ... ignored
test tests::bad ... FAILED

failures:

---- tests::bad stdout ----
thread 'tests::bad' panicked at src/lib.rs:5:9:
left: 2

failures:
    tests::bad

test result: FAILED. 1 passed; 1 failed; 1 ignored

running 1 test
test whole ... ok

test result: ok. 1 passed
`;
		const report = readCargoOutput(text, '/project', false);
		assert.equal(report.whole, true);
		assert.deepEqual(lines(report), [
			'passed tests > ok',
			'skipped tests > later',
			'failed tests > bad',
			'passed whole',
		]);
		assert.match(report.tests[2]?.failure?.message ?? '', /left: 2/);
		assert.equal(readCargoOutput(text.slice(0, 120), '/project', false).whole, false);
		assert.equal(readCargoOutput('error[E0425]: cannot find value', '/project', false).whole, false);
	});
});

describe('a file that does not load', () => {
	it('is the outermost file of the project in the stack', () => {
		const output = `ReferenceError: nope is not defined
    at Object.<anonymous> (lib/x.js:1:18)
    at Module.require (node:internal/modules/cjs/loader:1289:19)
    at Object.<anonymous> (test/z.js:1:1)
    at Object.requireOrImport (node_modules/mocha/lib/esm-utils.js:53:16)`;
		assert.equal(readLoadFailure(output)?.id, 'test/z.js');
		assert.equal(readLoadFailure(output)?.failure?.message, 'ReferenceError: nope is not defined');
	});

	it('is not told of a package that is not installed', () => {
		const output = "Error: Cannot find module 'chai'\n    at Object.<anonymous> (test/z.js:1:1)";
		assert.equal(readLoadFailure(output), undefined);
	});
});
