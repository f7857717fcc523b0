// Reads from what a program printed why one of the project's own files could not be loaded.
import type { TestResult } from '../core/suite';
import { WHOLE_FILE } from './reportRecords';

const frame = /^\s+at .*?\(?(?:file:\/\/)?([^\s():]+\.[cm]?[jt]sx?):(\d+):\d+\)?$/;

/**
 * The outermost file of the project in the stack, as a failure of that file. Undefined when the project's own files
 * are not in it, or when a package is missing: that is the machine's fault.
 * @param output with paths relative to the tree.
 */
export function readLoadFailure(output: string): TestResult | undefined {
	if (/Cannot find (?:module|package) '(?![./])/.test(output)) {
		return undefined;
	}
	const error = errorIn(output);
	const files = output
		.split('\n')
		.map((line) => frame.exec(line)?.[1])
		.filter((file): file is string => file !== undefined && isOwn(file));
	const inner = /^(?:file:\/\/)?([^\s:]+\.[cm]?[jt]sx?):\d+$/m.exec(output)?.[1];
	const file = files.at(-1) ?? (inner !== undefined && isOwn(inner) ? inner : undefined);
	const message = /^(?:.*?: )?(\w*Error\b.*)$/m.exec(output)?.[1];
	return file === undefined || message === undefined
		? undefined
		: { id: file, file, name: WHOLE_FILE, status: 'failed', failure: { message, stack: error } };
}

function isOwn(file: string): boolean {
	return !file.startsWith('/') && !file.startsWith('node:') && !file.includes('node_modules/');
}

/** What looks like an error, from its first line on; the last lines when nothing does. */
export function errorIn(output: string): string {
	const lines = output.split('\n').filter((line) => line.trim() !== '');
	const telling = lines.findIndex((line) =>
		/\b\w*(?:Error|Exception|error)\b.*:|not found|cannot|No such/i.test(line),
	);
	return (telling >= 0 ? lines.slice(telling, telling + 30) : lines.slice(-3)).join('\n');
}
