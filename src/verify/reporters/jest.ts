// Reporter for jest 20 to 30.
import { type Failure, failureOf, openReport } from './reportFile';

const write = openReport();

interface Case {
	ancestorTitles: string[];
	title: string;
	status: string;
	duration?: number | null;
	failureMessages?: string[];
	failureDetails?: unknown[];
	location?: { line?: number } | null;
}
interface FileResult {
	testFilePath: string;
	testResults: Case[];
	testExecError?: unknown;
	failureMessage?: string | null;
}
interface Test {
	path: string;
}

class UnderbidReporter {
	private readonly counts = new Map<string, number>();

	onTestStart(test: Test): void {
		write({ kind: 'fileStarted', file: test.path });
	}

	onTestCaseStart(test: Test, started: Case): void {
		write({ kind: 'testStarted', ...this.identity(test.path, started, 'started') });
	}

	onTestCaseResult(test: Test, result: Case): void {
		this.write(test.path, result, 'ended');
	}

	onTestResult(test: Test, result: FileResult): void {
		const file = test.path;
		write({ kind: 'fileAgain', file });
		for (const each of result.testResults) {
			this.write(file, each, 'final');
		}
		const broken =
			result.testResults.length === 0 && (result.testExecError != null || Boolean(result.failureMessage));
		write({ kind: 'fileEnded', file, ...(broken ? { failure: fileFailure(result) } : {}) });
	}

	onRunComplete(): void {
		write({ kind: 'end' });
	}

	private write(file: string, result: Case, use: string): void {
		const failed = result.status === 'failed';
		const status = failed ? 'failed' : result.status === 'passed' ? 'passed' : 'skipped';
		write({
			kind: 'testEnded',
			...this.identity(file, result, use),
			status,
			...(typeof result.duration === 'number' ? { durationMs: result.duration } : {}),
			...(failed ? { failure: caseFailure(result) } : {}),
		});
	}

	private identity(
		file: string,
		test: Case,
		use: string,
	): { key: string; file: string; path: string[]; line?: number } {
		const path = [...test.ancestorTitles, test.title];
		const name = [file, ...path].join('\0');
		const count = (this.counts.get(use + name) ?? 0) + 1;
		this.counts.set(use + name, count);
		const line = test.location?.line;
		return { key: `${name}\0${count}`, file, path, ...(typeof line === 'number' ? { line } : {}) };
	}
}

function caseFailure(result: Case): Failure {
	const text = result.failureMessages?.[0] ?? '';
	const failure = failureOf(result.failureDetails?.[0] ?? text);
	if (text !== '') {
		failure.message = text.split(/\n\s+at /)[0] ?? text;
		failure.stack = text;
	}
	return failure;
}

function fileFailure(result: FileResult): Failure {
	const failure = failureOf(result.testExecError ?? result.failureMessage ?? 'The file could not be loaded.');
	return result.failureMessage ? { ...failure, stack: result.failureMessage } : failure;
}

module.exports = UnderbidReporter;
