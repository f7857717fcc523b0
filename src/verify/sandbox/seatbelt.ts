// macOS: a profile for sandbox-exec. Rules that come later win. There is no network of its own here as on Linux, so
// servers of the user on this computer stay in reach; everything beyond it does not.
import path from 'node:path';
import type { SandboxPlan } from './plan';

/** `program` is the absolute path of sandbox-exec; `temporary`, a folder for temporary files that exists. */
export function seatbeltPrefix(program: string, plan: SandboxPlan, temporary: string): readonly string[] {
	return [program, '-p', seatbeltProfile(plan, temporary), '/usr/bin/env', `TMPDIR=${temporary}`];
}

export function seatbeltProfile(plan: SandboxPlan, temporary: string): string {
	const writable = [
		...plan.places.filter(({ kind }) => kind === 'writable').map((place) => place.path),
		temporary,
	];
	const lines = [
		'(version 1)',
		'(allow default)',
		'(deny file-write*)',
		'(allow file-write* (literal "/dev/null") (literal "/dev/zero") (literal "/dev/tty") (literal "/dev/dtracehelper") (regex #"^/dev/fd/"))',
		...plan.places.map((place) => {
			const where = `(subpath ${quoted(place.path)})`;
			switch (place.kind) {
				case 'empty':
					return `(deny file-read-data file-read-xattr ${where})`;
				case 'readable':
					return `(allow file-read* ${where})`;
				case 'writable':
					return `(allow file-read* file-write* ${where})`;
			}
		}),
		...unique(writable).map((place) => `(allow file-read* file-write* (subpath ${quoted(place)}))`),
		// Node looks at each folder above a file; their names are no secret.
		`(allow file-read-metadata)`,
		'(deny signal)',
		'(allow signal (target same-sandbox))',
		'(deny mach-lookup (global-name "com.apple.SecurityServer") (global-name "com.apple.securityd.xpc"))',
		...(plan.network
			? []
			: [
					'(deny network*)',
					'(allow network* (local ip "localhost:*"))',
					'(allow network-outbound (remote ip "localhost:*"))',
					...unique(writable).map(
						(place) => `(allow network* (local unix-socket (subpath ${quoted(place)})))`,
					),
				]),
	];
	return `${lines.join('\n')}\n`;
}

function unique(places: readonly string[]): string[] {
	return [...new Set(places.map((place) => path.normalize(place)))];
}

function quoted(text: string): string {
	return `"${text.replace(/[\\"]/g, '\\$&')}"`;
}
