// Loaded by `node --require` into the processes that run node:test. A test that loops without end starves the
// reporter before it hears of the test; these hooks have told by then. What they say is not sealed, and counts only in
// a run that hangs. The report itself is opened here for the reporter, before the tested program begins.
import { appendFileSync, readFileSync } from 'node:fs';
import { afterEach, beforeEach } from 'node:test';
import { isMainThread } from 'node:worker_threads';
import { openReport, type ReportWriter } from './reportFile';

let writer: ReportWriter | undefined = openReport();
const hints = process.env['UNDERBID_HINTS'];
const [, script] = process.argv;
const isTestProcess = process.env['NODE_TEST_CONTEXT'] !== undefined || !process.execArgv.includes('--test');

if (hints !== undefined && script !== undefined && isMainThread && isTestProcess && usesNodeTest(script)) {
	const write = (kind: string, context: Context, more: object) => {
		const path = (context.fullName ?? context.name).split(' > ');
		appendFileSync(hints, `${JSON.stringify({ kind, file: script, path, ...more })}\n`);
	};
	beforeEach((context: Context) => write('testBegan', context, {}));
	afterEach((context: Context) => {
		if (context.passed !== undefined) {
			write('testSeen', context, { status: context.passed ? 'passed' : 'failed' });
		}
	});
}

/** For the reporter, once. */
export function take(): ReportWriter | undefined {
	const taken = writer;
	writer = undefined;
	return taken;
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
