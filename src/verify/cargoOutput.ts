// Reads what the harness of `cargo test` prints; its JSON is not in stable Rust.
import type { TestResult } from '../core/suite';
import { cleanText, type Report } from './reportRecords';

export function readCargoOutput(text: string, root: string, hung: boolean): Report {
	const tests: TestResult[] = [];
	const counts = new Map<string, number>();
	let expected = 0;
	let results = 0;
	for (const line of text.split('\n')) {
		if (/^running \d+ tests?$/.test(line)) {
			expected += 1;
		} else if (/^test result: /.test(line)) {
			results += 1;
		}
		const match = /^test (.+?)(?: - should panic)? \.\.\.(?: (ok|FAILED|ignored.*))?/.exec(line);
		if (match?.[1] === undefined) {
			continue;
		}
		const plain = match[1].split('::').join(' > ');
		const count = (counts.get(plain) ?? 0) + 1;
		counts.set(plain, count);
		const name = count === 1 ? plain : `${plain} (${count})`;
		const status = match[2] === 'ok' ? 'passed' : match[2]?.startsWith('ignored') ? 'skipped' : 'failed';
		tests.push({
			id: name,
			name,
			status,
			...(status === 'failed'
				? { failure: failureOf(match[1], text, root, hung && match[2] === undefined) }
				: {}),
		});
	}
	if (expected === 0) {
		return { whole: false, fault: 'cargo ran no test program', tests: [], open: [] };
	}
	return { whole: results >= expected, tests, open: [] };
}

function failureOf(
	name: string,
	text: string,
	root: string,
	hung: boolean,
): NonNullable<TestResult['failure']> {
	if (hung) {
		return { message: 'The test did not end within the time limit.', hung };
	}
	const from = text.indexOf(`---- ${name} stdout ----`);
	if (from < 0) {
		return { message: 'The test failed.' };
	}
	const body = text.slice(text.indexOf('\n', from) + 1);
	const end = body.search(/\n---- .* stdout ----\n|\n\nfailures:\n/);
	const said = cleanText((end < 0 ? body : body.slice(0, end)).trim(), root);
	return { message: said, stack: said };
}
