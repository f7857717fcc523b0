// Processes as Linux shows them in /proc; elsewhere everything here is empty, and the figures say 0.
import { readdirSync, readFileSync } from 'node:fs';

/** Pids of all descendants. */
export function family(pid) {
	const children = new Map();
	for (const one of pids()) {
		const stat = read(`/proc/${one}/stat`);
		const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
		children.set(parent, [...(children.get(parent) ?? []), one]);
	}
	const found = [];
	const next = [pid];
	for (let one = next.pop(); one !== undefined; one = next.pop()) {
		const below = children.get(one) ?? [];
		found.push(...below);
		next.push(...below);
	}
	return found;
}

/** The most resident memory a process has had, and what it is. */
export function peakOf(pid) {
	const kb = /^VmHWM:\s+(\d+) kB/m.exec(read(`/proc/${pid}/status`))?.[1];
	return { kb: Number(kb ?? 0), command: read(`/proc/${pid}/cmdline`).split('\0').join(' ').slice(0, 200) };
}

/** Processor time of a process and of its ended children, in milliseconds at the usual 100 ticks a second. */
export function processorMs(pid) {
	const stat = read(`/proc/${pid}/stat`);
	const ticks = stat
		.slice(stat.lastIndexOf(')') + 2)
		.split(' ')
		.slice(11, 15)
		.map(Number);
	return ticks.reduce((sum, n) => sum + (n || 0), 0) * 10;
}

/** Pids whose environment holds this text: a run's children and theirs, however they were detached. */
export function marked(text) {
	return pids().filter((pid) => read(`/proc/${pid}/environ`).split('\0').includes(text));
}

export function killed(list) {
	for (const pid of list) {
		try {
			process.kill(pid, 'SIGKILL');
		} catch {
			// It has ended by itself.
		}
	}
}

function pids() {
	try {
		return readdirSync('/proc')
			.filter((name) => /^\d+$/.test(name))
			.map(Number);
	} catch {
		return [];
	}
}

function read(file) {
	try {
		return readFileSync(file, 'latin1');
	} catch {
		return '';
	}
}
