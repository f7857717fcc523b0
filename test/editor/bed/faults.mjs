// What went wrong in our extension, out of the log of a window and of its extension hosts: errors that nobody caught,
// promises that nobody looked at, an activation that failed. What other extensions do is nobody's business here.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

const HEAD =
	/^(?:\[(?:log|info|debug|warning|error|page|assert|trace)\] ?|\[\d\d:\d\d:\d\d\] |\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} )/;
const BAD =
	/^(?:\[(?:error|page)\]|\[\d\d:\d\d:\d\d\].*(?:[Ee]rror|exception)|\d{4}-\S+ \S+ \[(?:error|critical)\]|.*\bstack trace: )/;
const OURS = /\bunderbid\.underbid\b|[\\/]dist[\\/](?:extension|engine|speeches)\.js\b/;
/** Words of the editor about a window that goes away in the middle of something. */
const GOING = /\bCanceled\b/;

/** The editor's word that a model of somebody's failed; who asked for it stands behind, and has to cope. */
const VENDORS = /^\[error\][^\n]*\[CHAT\] extension request ERRORED/;

/** @returns the entries of a log that are our fault, each with its stack */
export function faultsIn(text) {
	const entries = [];
	for (const line of text.split('\n')) {
		if (HEAD.test(line) || entries.length === 0) {
			entries.push(line);
		} else {
			entries[entries.length - 1] += `\n${line}`;
		}
	}
	return entries
		.filter((entry) => BAD.test(entry) && OURS.test(entry) && !GOING.test(entry) && !VENDORS.test(entry))
		.map((entry) => entry.trim());
}

/** The same of every host's own log below a server's data folder. */
export function hostFaults(data) {
	const logs = path.join(data, 'data/logs');
	const names = existsSync(logs) ? readdirSync(logs, { recursive: true }) : [];
	return names
		.filter((name) => path.basename(name) === 'remoteexthost.log')
		.flatMap((name) => faultsIn(readFileSync(path.join(logs, name), 'utf8')));
}
