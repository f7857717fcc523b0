// Writes report records, at once and one a line, so that a run that hangs has still told what it was doing. Each line
// is sealed with a key that the code under test never sees: it lies in a file that is read and taken away before any
// of that code runs. What the seal needs is kept from here on, since tests may replace any built-in.
// Bundled into every reporter and run inside the project's own test process: no library, no newer syntax at run time.
import { createHmac, Hmac } from 'node:crypto';
import { openSync, readFileSync, unlinkSync, writeSync } from 'node:fs';
import type { ReportRecord } from '../reportRecords';

const { stringify } = JSON;
const { apply } = Reflect;
const update: (text: string) => Hmac = Reflect.get(Hmac.prototype, 'update');
const digest: (encoding: 'hex') => string = Reflect.get(Hmac.prototype, 'digest');
const [hmac, write] = [createHmac, writeSync];

/** Writes one record; each can be made once in a process, by who asks first. */
export type ReportWriter = (record: ReportRecord) => void;

/** What is written goes nowhere where nobody asked for a report. Takes file and key out of everybody's reach. */
export function openReport(): ReportWriter {
	const file = process.env['UNDERBID_REPORT'];
	delete process.env['UNDERBID_REPORT'];
	const key = file === undefined ? undefined : keyBeside(file);
	if (file === undefined || key === undefined) {
		return () => undefined;
	}
	const descriptor = openSync(file, 'a');
	let count = 0;
	const writer: ReportWriter = (record) => {
		const text = stringify(record);
		const seal = apply(update, hmac('sha256', key), [`${count}\n${text}`]);
		count += 1;
		write(descriptor, `${apply(digest, seal, ['hex'])} ${text}\n`);
	};
	writer({ kind: 'start' });
	return writer;
}

function keyBeside(file: string): string | undefined {
	try {
		const key = readFileSync(`${file}.key`, 'utf8');
		unlinkSync(`${file}.key`);
		return key;
	} catch {
		return undefined;
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
