// Loaded by `node --require` into the processes that run node:test. A test that loops without end starves the
// reporter before it hears of the test; these hooks have told by then.
import { appendFileSync, readFileSync } from 'node:fs';
import { afterEach, beforeEach } from 'node:test';
import { isMainThread } from 'node:worker_threads';

const report = process.env['UNDERBID_REPORT'];
const [, script] = process.argv;
const isTestProcess = process.env['NODE_TEST_CONTEXT'] !== undefined || !process.execArgv.includes('--test');

if (report !== undefined && script !== undefined && isMainThread && isTestProcess && usesNodeTest(script)) {
	// In the tested program's own process the reporter may never get its turn to begin.
	const start = { kind: 'start', nonce: process.env['UNDERBID_RUN'] ?? '' };
	appendFileSync(report, `${JSON.stringify(start)}\n`);
	const write = (kind: string, context: Context, more: object) => {
		const path = (context.fullName ?? context.name).split(' > ');
		appendFileSync(report, `${JSON.stringify({ kind, file: script, path, ...more })}\n`);
	};
	beforeEach((context: Context) => write('testBegan', context, {}));
	afterEach((context: Context) => {
		if (context.passed !== undefined) {
			write('testSeen', context, { status: context.passed ? 'passed' : 'failed' });
		}
	});
}

interface Context {
	name: string;
	/** Both since Node 20.16. */
	fullName?: string;
	passed?: boolean;
}

/** In any other script the hook would start the test runner where there was none. */
function usesNodeTest(file: string): boolean {
	try {
		return readFileSync(file, 'utf8').includes('node:test');
	} catch {
		return false;
	}
}
