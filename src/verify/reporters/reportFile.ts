// Writes report records, at once and one a line, so that a run that hangs has still told what it was doing.
// Bundled into every reporter and run inside the project's own test process: no library, no newer syntax at run time.
import { openSync, writeSync } from 'node:fs';
import type { ReportRecord } from '../reportRecords';

export class ReportFile {
	private readonly descriptor: number | undefined;

	/**
	 * @param children whether child processes write to the report as well. Where they do not, its path is taken out
	 * of the environment, so that what the tests start can't write to it.
	 */
	constructor(children: 'silent' | 'write') {
		const file = process.env['UNDERBID_REPORT'];
		if (children === 'silent') {
			delete process.env['UNDERBID_REPORT'];
		}
		this.descriptor = file === undefined ? undefined : openSync(file, 'a');
		this.write({ kind: 'start', nonce: process.env['UNDERBID_RUN'] ?? '' });
	}

	write(record: ReportRecord): void {
		if (this.descriptor !== undefined) {
			writeSync(this.descriptor, `${JSON.stringify(record)}\n`);
		}
	}
}

export interface Failure {
	message: string;
	stack?: string;
	expected?: string;
	actual?: string;
}

const LONGEST = 20_000;

/** What any thrown thing says, also when it is not an Error or its getters throw. */
export function failureOf(thrown: unknown): Failure {
	try {
		if (typeof thrown !== 'object' || thrown === null) {
			return { message: String(thrown) };
		}
		const error = thrown as { message?: unknown; stack?: unknown; expected?: unknown; actual?: unknown };
		const message = typeof error.message === 'string' && error.message !== '' ? error.message : undefined;
		const stack = typeof error.stack === 'string' ? error.stack.slice(0, LONGEST) : undefined;
		const failure: Failure = { message: (message ?? stack ?? textOf(thrown)).slice(0, LONGEST) };
		if (stack !== undefined) {
			failure.stack = stack;
		}
		const expected = textOf(error.expected);
		const actual = textOf(error.actual);
		// vitest gives every error both, as the text "undefined".
		if (expected !== actual) {
			failure.expected = expected;
			failure.actual = actual;
		}
		return failure;
	} catch {
		return { message: 'The failure could not be read.' };
	}
}

function textOf(value: unknown): string {
	if (typeof value === 'string') {
		return value.slice(0, LONGEST);
	}
	try {
		const text = JSON.stringify(value) as string | undefined;
		return (text ?? String(value)).slice(0, LONGEST);
	} catch {
		return String(value).slice(0, LONGEST);
	}
}
