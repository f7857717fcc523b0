// The lines our reporters write, and how they become results. Each is a seal and one JSON object: the HMAC-SHA256 of the
// line's number and text under the run's key. A file starts with `start` and is whole only when it ends with `end`.
import { createHmac } from 'node:crypto';
import path from 'node:path';
import * as z from 'zod';
import type { TestFailure, TestResult } from '../core/suite';

const failure = z.object({
	message: z.string(),
	stack: z.string().optional(),
	expected: z.string().optional(),
	actual: z.string().optional(),
});
const identity = {
	/** Tells the records of one test from another's; a later `ended` with the same key replaces the earlier. */
	key: z.string(),
	/** Absolute, or relative to the folder the command ran in. */
	file: z.string().optional(),
	/** The names of the groups, then of the test. */
	path: z.array(z.string()),
	/** What stands after `file::` (pytest), where it is not the path joined. */
	id: z.string().optional(),
	/** The whole identity (unittest), where it does not begin with the file. */
	wholeId: z.string().optional(),
	line: z.number().optional(),
};
const recordSchema = z.discriminatedUnion('kind', [
	z.object({ kind: z.literal('start') }),
	z.object({ kind: z.literal('fileStarted'), file: z.string() }),
	/** What was said of the file's tests until now is forgotten: the whole list follows. */
	z.object({ kind: z.literal('fileAgain'), file: z.string() }),
	/** With a failure when the file could not be loaded, or failed outside of any test. */
	z.object({ kind: z.literal('fileEnded'), file: z.string(), failure: failure.optional() }),
	z.object({ kind: z.literal('testStarted'), ...identity }),
	z.object({
		kind: z.literal('testEnded'),
		...identity,
		status: z.enum(['passed', 'failed', 'skipped']),
		durationMs: z.number().optional(),
		failure: failure.optional(),
	}),
	/** The file came to this test. Tells which one hangs where `testStarted` may come too late. */
	z.object({ kind: z.literal('testBegan'), file: z.string(), path: z.array(z.string()) }),
	/** How it came out, where `testEnded` may come too late. Counts only in a run that hangs. */
	z.object({
		kind: z.literal('testSeen'),
		file: z.string(),
		path: z.array(z.string()),
		status: z.enum(['passed', 'failed']),
	}),
	/** It was a group of tests, not a test: the record of its start is forgotten. */
	z.object({ kind: z.literal('groupEnded'), key: z.string() }),
	z.object({ kind: z.literal('end') }),
]);
export type ReportRecord = z.infer<typeof recordSchema>;

export interface Report {
	/** The `end` record is there. */
	readonly whole: boolean;
	/** Why it is not to be believed at all: missing, foreign, unreadable. */
	readonly fault?: string;
	readonly tests: readonly TestResult[];
	/** Names of what had started and not ended, for people. */
	readonly open: readonly string[];
}

/** Name of the entry that stands for a test file as a whole; its id is the file alone. */
export const WHOLE_FILE = '(the file)';
const MESSAGE_CHARACTERS = 4000;

/**
 * @param key what the lines are sealed with.
 * @param hung what had started and not ended is reported as failed and hung.
 * @param hints lines without a seal, from the processes of single test files; they count only where the run hung.
 */
export function readReport(
	text: string,
	key: string,
	root: string,
	folder: string,
	hung: boolean,
	hints = '',
): Report {
	const records: ReportRecord[] = [];
	// The last line ends in the middle when the program was ended while it wrote.
	const lines = text.split('\n').slice(0, -1);
	for (const [number, line] of lines.entries()) {
		const [, seal, json = ''] = /^([\da-f]{64}) (.*)$/.exec(line) ?? [];
		const record = seal === sealOf(json, number, key) ? parseLine(json) : undefined;
		if (record === undefined) {
			return { whole: false, fault: 'the report holds what our reporter did not write', tests: [], open: [] };
		}
		records.push(record);
	}
	if (records.length === 0) {
		return { whole: false, fault: 'the test framework wrote no report', tests: [], open: [] };
	}
	const told = hung
		? hints
				.split('\n')
				.slice(0, -1)
				.flatMap((line) => hintOf(line) ?? [])
		: [];
	return fold([...records, ...told], root, folder, hung);
}

/** @param number of the line in the file, from 0. */
export function sealOf(json: string, number: number, key: string): string {
	return createHmac('sha256', key).update(`${number}\n${json}`).digest('hex');
}

function hintOf(line: string): ReportRecord | undefined {
	const record = parseLine(line);
	return record?.kind === 'testBegan' || record?.kind === 'testSeen' ? record : undefined;
}

function parseLine(line: string): ReportRecord | undefined {
	try {
		const parsed = recordSchema.safeParse(JSON.parse(line));
		return parsed.success ? parsed.data : undefined;
	} catch {
		return undefined;
	}
}

interface Entry {
	readonly file: string | undefined;
	readonly path: readonly string[];
	readonly id: string | undefined;
	readonly wholeId: string | undefined;
	readonly line: number | undefined;
	readonly ended: Extract<ReportRecord, { kind: 'testEnded' }> | undefined;
}

function fold(records: readonly ReportRecord[], root: string, folder: string, hung: boolean): Report {
	const relative = (file: string) => relativeFile(file, root, folder);
	const entries = new Map<string, Entry>();
	const openFiles = new Set<string>();
	const fileFailures = new Map<string, z.infer<typeof failure>>();
	const began = new Map<string, readonly string[]>();
	const seen: Extract<ReportRecord, { kind: 'testSeen' }>[] = [];
	let whole = false;
	for (const record of records) {
		switch (record.kind) {
			case 'start':
				break;
			case 'fileStarted':
				openFiles.add(relative(record.file));
				break;
			case 'fileAgain':
				for (const [key, entry] of entries) {
					if (entry.file === relative(record.file)) {
						entries.delete(key);
					}
				}
				break;
			case 'fileEnded':
				openFiles.delete(relative(record.file));
				if (record.failure) {
					fileFailures.set(relative(record.file), record.failure);
				}
				break;
			case 'testStarted':
			case 'testEnded': {
				const known = entries.get(record.key);
				entries.set(record.key, {
					file: record.file === undefined ? known?.file : relative(record.file),
					path: record.path,
					id: record.id,
					wholeId: record.wholeId,
					line: record.line ?? known?.line,
					ended: record.kind === 'testEnded' ? record : undefined,
				});
				break;
			}
			case 'testBegan':
				began.set(relative(record.file), record.path);
				break;
			case 'testSeen':
				seen.push({ ...record, file: relative(record.file) });
				break;
			case 'groupEnded':
				if (entries.get(record.key)?.ended === undefined) {
					entries.delete(record.key);
				}
				break;
			case 'end':
				whole = true;
				break;
		}
	}
	const ids = new Map<string, number>();
	const unique = (id: string) => {
		const count = (ids.get(id) ?? 0) + 1;
		ids.set(id, count);
		return count === 1 ? '' : ` (${count})`;
	};
	const tests: TestResult[] = [];
	const open: string[] = [];
	const strip = (text: string) => cleanText(text, root);
	if (hung) {
		for (const record of seen) {
			const ended = { ...record, kind: 'testEnded' as const, key: `seen ${record.path.join(' > ')}` };
			addUnknown(entries, record.file, record.path, ended);
		}
		for (const [file, path] of began) {
			addUnknown(entries, file, path, undefined);
		}
	}
	const started = [...entries.values()].filter((entry) => entry.ended === undefined);
	for (const entry of entries.values()) {
		// node --test, asked to end, still says that the file in which a test hangs has failed.
		const isAround = entry.ended === undefined || (hung && entry.path.length === 0);
		if (isAround && started.some((other) => isInside(other, entry))) {
			continue;
		}
		if (entry.ended === undefined) {
			if (!hung) {
				open.push(entry.path.join(' > '));
				continue;
			}
		}
		tests.push(resultOf(entry, unique, strip));
		openFiles.delete(hung && entry.ended === undefined ? (entry.file ?? '') : '');
	}
	for (const [file, reason] of fileFailures) {
		tests.push(fileResult(file, failureOf(reason, strip)));
	}
	for (const file of openFiles) {
		open.push(file);
		if (hung) {
			tests.push(fileResult(file, { message: 'The file did not end within the time limit.', hung: true }));
		}
	}
	return { whole, tests, open };
}

/** Unless the report has the test already, ended or not. */
function addUnknown(
	entries: Map<string, Entry>,
	file: string,
	path: readonly string[],
	ended: Entry['ended'],
): void {
	const name = path.join(' > ');
	const known = [...entries.values()].find((entry) => entry.file === file && entry.path.join(' > ') === name);
	if (known === undefined || (known.ended === undefined && ended !== undefined)) {
		const key = known === undefined ? `late ${file} ${name}` : keyOf(entries, known);
		entries.set(key, { file, path, id: undefined, wholeId: undefined, line: known?.line, ended });
	}
}

function keyOf(entries: ReadonlyMap<string, Entry>, wanted: Entry): string {
	return [...entries].find(([, entry]) => entry === wanted)?.[0] ?? '';
}

/** An open group is no test of its own while something in it is open. */
function isInside(inner: Entry, outer: Entry): boolean {
	return (
		inner.file === outer.file &&
		inner.path.length > outer.path.length &&
		outer.path.every((name, index) => inner.path[index] === name)
	);
}

function resultOf(entry: Entry, unique: (id: string) => string, strip: (text: string) => string): TestResult {
	const { ended, file } = entry;
	const plainName = entry.path.join(' > ');
	const local = entry.id ?? plainName;
	const plainId = entry.wholeId ?? (file === undefined ? local : local === '' ? file : `${file}::${local}`);
	const suffix = unique(plainId);
	const reason: TestFailure | undefined =
		ended === undefined
			? { message: 'The test did not end within the time limit.', hung: true }
			: ended.failure
				? failureOf(ended.failure, strip)
				: ended.status === 'failed'
					? { message: 'The test failed and gave no message.' }
					: undefined;
	return {
		id: plainId + suffix,
		...(file === undefined ? {} : { file }),
		name: (plainName === '' ? WHOLE_FILE : plainName) + suffix,
		...(entry.line === undefined ? {} : { line: entry.line }),
		status: ended?.status ?? 'failed',
		...(ended?.durationMs === undefined ? {} : { durationMs: ended.durationMs }),
		...(reason ? { failure: reason } : {}),
	};
}

function fileResult(file: string, reason: TestFailure): TestResult {
	return { id: file, file, name: WHOLE_FILE, status: 'failed', failure: reason };
}

function failureOf(reason: z.infer<typeof failure>, strip: (text: string) => string): TestFailure {
	return {
		message: strip(reason.message),
		...(reason.stack === undefined ? {} : { stack: strip(reason.stack) }),
		...(reason.expected === undefined ? {} : { expected: strip(reason.expected) }),
		...(reason.actual === undefined ? {} : { actual: strip(reason.actual) }),
	};
}

/** Relative to the repository's root with '/', whatever a framework calls a file. */
export function relativeFile(file: string, root: string, folder: string): string {
	const plain = file.startsWith('file://') ? decodeURIComponent(new URL(file).pathname) : file;
	const absolute = path.resolve(root, folder, plain);
	const relative = path.relative(root, absolute);
	return relative.startsWith('..') ? plain : relative.replaceAll(path.sep, '/');
}

/** Without colour codes and without the path of the tree, which differs from run to run; cut to a sane length. */
export function cleanText(text: string, root: string): string {
	// biome-ignore lint/suspicious/noControlCharactersInRegex: colour codes begin with one.
	const plain = text.replace(/\u001b\[[\d;?]*[A-Za-z]/g, '').replaceAll(`${root}${path.sep}`, '');
	return plain.length > MESSAGE_CHARACTERS ? `${plain.slice(0, MESSAGE_CHARACTERS)}…` : plain;
}
