// Finds and ends what a run has started: its process group, and on Linux also what has left the group
// (daemons, setsid), known by the mark in its environment.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import treeKill from 'tree-kill';

/** Name of the environment variable that every process of a run inherits; its value is the run's nonce. */
export const RUN_MARK = 'UNDERBID_RUN';

const hasProc = process.platform === 'linux' && existsSync('/proc/self/environ');

/** Process ids alive now; those that were there before a run are never searched after it. */
export function livingPids(): ReadonlySet<string> {
	return new Set(hasProc ? pidNames() : []);
}

/** Ids of living processes that carry the mark and are not in `before`. Empty where there is no /proc. */
export function markedPids(nonce: string, before: ReadonlySet<string>): number[] {
	if (!hasProc) {
		return [];
	}
	const mark = Buffer.from(`${RUN_MARK}=${nonce}`);
	return pidNames()
		.filter((pid) => !before.has(pid) && carries(pid, mark))
		.map(Number);
}

/** Ends the group and everything marked, at once; repeats while new ones appear. */
export function endAll(pid: number, nonce: string, before: ReadonlySet<string>): void {
	signalGroup(pid, 'SIGKILL');
	for (let round = 0; round < 20; round++) {
		const left = markedPids(nonce, before);
		if (left.length === 0) {
			return;
		}
		for (const each of left) {
			signal(each, 'SIGKILL');
		}
	}
}

/** Asks or forces the whole group; where there is no /proc, also the tree below `pid`, which must be alive. */
export function signalTree(pid: number, name: 'SIGTERM' | 'SIGKILL'): void {
	if (!hasProc) {
		// tree-kill starts `ps` or `taskkill`; on Linux it throws uncaught where `ps` is missing, so not there.
		treeKill(pid, name, () => undefined);
	}
	signalGroup(pid, name);
}

function signalGroup(pid: number, name: NodeJS.Signals): void {
	if (process.platform !== 'win32') {
		signal(-pid, name);
	}
}

function signal(pid: number, name: NodeJS.Signals): void {
	try {
		process.kill(pid, name);
	} catch {
		// Already gone.
	}
}

function pidNames(): string[] {
	return readdirSync('/proc').filter((name) => /^\d+$/.test(name));
}

/** A zombie has an empty environment, so what has ended is never found. */
function carries(pid: string, mark: Buffer): boolean {
	try {
		return readFileSync(`/proc/${pid}/environ`).includes(mark);
	} catch {
		return false;
	}
}
