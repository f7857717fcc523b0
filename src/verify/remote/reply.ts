// What comes back from the other machine: one JUnit document, then one line that ends it. Everything in it was written
// by somebody else, in the worst case by the code under test: what is not exactly that is not believed at all.
import { existsSync } from 'node:fs';
import path from 'node:path';
import { parser } from 'sax';
import type { TestResult } from '../../core/suite';
import { numbered, readJunit } from '../junit';

export type Reply =
	| { readonly kind: 'report'; readonly tests: readonly TestResult[]; readonly exitCode: number }
	| { readonly kind: 'broken'; readonly reason: string };

const MOST_TESTS = 200_000;

/** @param run the mark that the last line must repeat. */
export function readReply(text: string, run: string, root: string): Reply {
	const body = text.trimEnd();
	const at = body.lastIndexOf('\n');
	const last = body.slice(at + 1).trim();
	const end = /^underbid-end (\S+) (\d{1,3})$/.exec(last);
	if (end === null) {
		return broken(
			'it does not end with the line "underbid-end {run} STATUS": it was cut off, or the command does not print it',
		);
	}
	if (end[1] !== run) {
		return broken('it is the report of another run');
	}
	const xml = body.slice(0, Math.max(0, at)).trim();
	const fault = faultOf(xml);
	if (fault !== undefined) {
		return broken(fault);
	}
	const { whole, tests } = readJunit(xml, root, '');
	if (!whole || tests.length === 0) {
		return broken(whole ? 'it names no test' : 'its XML ends early');
	}
	if (tests.length > MOST_TESTS) {
		return broken(`it names ${tests.length} tests`);
	}
	const exitCode = Number(end[2]);
	if (exitCode === 0 && tests.some(({ status }) => status === 'failed')) {
		return broken('tests fail in it, and it gives the exit status of success');
	}
	return { kind: 'report', tests: numbered(tests.map((test) => placed(test, root))), exitCode };
}

/** One document, well formed, of test suites, that defines nothing of its own. */
function faultOf(xml: string): string | undefined {
	const reader = parser(true, {});
	let fault: string | undefined;
	let depth = 0;
	let roots = 0;
	const first = (reason: string): void => {
		fault ??= reason;
	};
	reader.onerror = (error) => {
		first(`its XML is damaged (${error.message.split('\n')[0] ?? ''})`);
		reader.error = null as unknown as Error;
		reader.resume();
	};
	reader.ondoctype = () => first('its XML has a DOCTYPE');
	reader.onopentag = ({ name }) => {
		depth += 1;
		roots += depth === 1 ? 1 : 0;
		if (depth === 1 && name !== 'testsuites' && name !== 'testsuite') {
			first('it is no JUnit report');
		}
	};
	reader.onclosetag = () => {
		depth -= 1;
	};
	reader.ontext = (text) => {
		if (depth === 0 && text.trim() !== '') {
			first('there is other output around its XML');
		}
	};
	reader.write(xml).close();
	return (
		fault ??
		(roots === 1 ? undefined : roots === 0 ? 'there is no XML in it' : 'it is more than one document')
	);
}

/** The other machine has its own folder for the tree: a file is known by the part of its path that is there as well. */
function placed(test: TestResult, root: string): TestResult {
	const { file, name, line, status, durationMs, failure } = test;
	if (file === undefined) {
		return test;
	}
	const parts = file
		.replaceAll('\\', '/')
		.split('/')
		.filter((part) => part !== '' && part !== '.');
	const safe = !parts.includes('..');
	const start = safe ? parts.findIndex((_, index) => existsSync(path.join(root, ...parts.slice(index)))) : -1;
	const own = start < 0 ? undefined : parts.slice(start).join('/');
	return {
		id: own === undefined ? name : `${own}::${name}`,
		...(own === undefined ? {} : { file: own }),
		name,
		...(line === undefined ? {} : { line }),
		status,
		...(durationMs === undefined ? {} : { durationMs }),
		...(failure === undefined ? {} : { failure }),
	};
}

function broken(reason: string): Reply {
	return { kind: 'broken', reason: `The report of the remote suite cannot be used: ${reason}.` };
}
