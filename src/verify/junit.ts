// Reads JUnit XML, also damaged files: what a patch or a crash left of them.
import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { parser } from 'sax';
import type { TestResult } from '../core/suite';
import { expandGlob } from './globs';
import { cleanText, type Report, relativeFile } from './reportRecords';

/** @param pattern path or glob, relative to `folder`. @param since files older than this (ms) are of another run. */
export function readJunitFiles(pattern: string, root: string, folder: string, since: number): Report {
	const base = path.join(root, folder);
	const files = expandGlob(pattern, base, 'globstar').map((file) => path.join(base, file));
	const fresh = files.filter((file) => statSync(file).mtimeMs >= since - 5);
	if (fresh.length === 0) {
		const fault =
			files.length > 0
				? `the reports at ${pattern} are of an earlier run`
				: `no report was written at ${pattern}`;
		return { whole: false, fault, tests: [], open: [] };
	}
	const parsed = fresh.map((file) => readJunit(readFileSync(file, 'utf8'), root, folder));
	return {
		whole: parsed.every((report) => report.whole),
		tests: numbered(parsed.flatMap((report) => report.tests)),
		open: [],
	};
}

type Draft = { -readonly [key in keyof TestResult]: TestResult[key] };

/** Whole when the outermost element is closed. */
export function readJunit(xml: string, root: string, folder: string): Report {
	const reader = parser(true, { trim: false });
	const tests: Draft[] = [];
	let current: Draft | undefined;
	let reason: { message: string; text: string } | undefined;
	let depth = 0;
	let whole = false;
	reader.onerror = () => {
		reader.error = null as unknown as Error;
		reader.resume();
	};
	reader.onopentag = ({ name, attributes }) => {
		depth += 1;
		const attribute = (key: string): string | undefined => {
			const value = attributes[key] as string | undefined;
			return value === '' ? undefined : value;
		};
		switch (name) {
			case 'testcase':
				current = draftOf(attribute, root, folder);
				break;
			case 'failure':
			case 'error':
				if (current) {
					current.status = 'failed';
					reason = { message: attribute('message') ?? '', text: '' };
				}
				break;
			case 'skipped':
				if (current && current.status === 'passed') {
					current.status = 'skipped';
				}
				break;
			default:
				break;
		}
	};
	const take = (text: string) => {
		if (reason) {
			reason.text += text;
		}
	};
	reader.ontext = take;
	reader.oncdata = take;
	reader.onclosetag = (name) => {
		depth -= 1;
		whole ||= depth === 0;
		if ((name === 'failure' || name === 'error') && current && reason) {
			const stack = cleanText(reason.text.trim(), root);
			const message = cleanText(reason.message, root) || stack || 'The test failed and gave no message.';
			current.failure ??= { message, ...(stack ? { stack } : {}) };
			reason = undefined;
		}
		if (name === 'testcase' && current) {
			tests.push(current);
			current = undefined;
		}
	};
	reader.write(xml).close();
	return { whole, tests, open: [] };
}

function draftOf(attribute: (key: string) => string | undefined, root: string, folder: string): Draft {
	const group = attribute('classname');
	const name = attribute('name') ?? '(no name)';
	const full = group === undefined || name.startsWith(group) ? name : `${group} > ${name}`;
	const file = attribute('file');
	const line = Number(attribute('line'));
	const seconds = Number(attribute('time'));
	const relative = file === undefined ? undefined : relativeFile(file, root, folder);
	return {
		id: relative === undefined ? full : `${relative}::${full}`,
		...(relative === undefined ? {} : { file: relative }),
		name: full,
		...(line > 0 ? { line } : {}),
		status: 'passed',
		...(seconds >= 0 ? { durationMs: seconds * 1000 } : {}),
	};
}

/** Tests of one name are told apart by a number. */
export function numbered(tests: readonly TestResult[]): TestResult[] {
	const counts = new Map<string, number>();
	return tests.map((test) => {
		const count = (counts.get(test.id) ?? 0) + 1;
		counts.set(test.id, count);
		return count === 1 ? test : { ...test, id: `${test.id} (${count})`, name: `${test.name} (${count})` };
	});
}
