// Removing folders in which test runs have written whatever they liked.
import { execFile } from 'node:child_process';
import { chmodSync, lstatSync, readdirSync, rmSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';

/** Links are removed, never followed. False when something is still there. */
export async function removeTree(path: string): Promise<boolean> {
	const options = { recursive: true, force: true, maxRetries: 3, retryDelay: 50 };
	try {
		await rm(path, options);
		return true;
	} catch {
		return removeTreeSync(path);
	}
}

/** The same for many files, of which Node alone would make heavy work. */
export async function removeLargeTree(path: string): Promise<boolean> {
	if (process.platform !== 'win32') {
		await new Promise<void>((resolve) => {
			execFile('rm', ['-rf', '--', path], () => resolve());
		});
	}
	return removeTree(path);
}

/** @returns false when something is still there. */
export function removeTreeSync(path: string): boolean {
	const options = { recursive: true, force: true, maxRetries: 3, retryDelay: 20 };
	try {
		rmSync(path, options);
	} catch {
		try {
			unlock(path);
			rmSync(path, options);
		} catch {
			return false;
		}
	}
	return true;
}

/** A folder without the write or search bit cannot be emptied by its owner. */
function unlock(path: string): void {
	if (!lstatSync(path).isDirectory()) {
		return;
	}
	chmodSync(path, 0o700);
	for (const name of readdirSync(path)) {
		unlock(join(path, name));
	}
}
