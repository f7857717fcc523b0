// Whose folder it is: a marker with the process that made it, so that a later run can tell a dead owner's folder
// from a living one's, and never touches a folder that is not ours.
import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';
import { removeTree } from './removal';

export const MARKER = 'underbid-owner.json';

const markerShape = z.object({
	tool: z.literal('underbid'),
	ownerId: z.string(),
	pid: z.number().int().positive(),
	/** When the process began, as its system tells it; null where it does not tell. */
	began: z.string().nullable(),
	host: z.string(),
});

export async function markerText(ownerId: string): Promise<string> {
	const began = (await beganAt(process.pid)) ?? null;
	return JSON.stringify({ tool: 'underbid', ownerId, pid: process.pid, began, host: hostname() });
}

/** Removes what dead owners left in `home`; returns how many folders that were. Never rejects. */
export async function sweep(home: string): Promise<number> {
	let removed = 0;
	for (const name of await readdir(home).catch(() => [])) {
		const folder = join(home, name);
		const text = await readFile(join(folder, MARKER), 'utf8').catch(() => '');
		const marker = markerShape.safeParse(parsed(text));
		if (!marker.success || marker.data.host !== hostname()) {
			continue;
		}
		const { pid, began } = marker.data;
		if (!(await isAlive(pid, began)) && (await removeTree(folder))) {
			removed += 1;
		}
	}
	return removed;
}

async function isAlive(pid: number, began: string | null): Promise<boolean> {
	try {
		process.kill(pid, 0);
	} catch (error) {
		return error instanceof Error && 'code' in error && error.code === 'EPERM';
	}
	const now = await beganAt(pid);
	return began === null || now === undefined || now === began;
}

/** A number of a process that has ended is given out again; the time it began is not. */
async function beganAt(pid: number): Promise<string | undefined> {
	if (process.platform === 'linux') {
		const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
		return text.slice(text.lastIndexOf(')') + 2).split(' ')[19];
	}
	if (process.platform === 'win32') {
		return undefined;
	}
	return new Promise((resolve) => {
		execFile('ps', ['-o', 'lstart=', '-p', String(pid)], (error, stdout) =>
			resolve(error || stdout.trim() === '' ? undefined : stdout.trim()),
		);
	});
}

function parsed(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}
