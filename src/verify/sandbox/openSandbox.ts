// Finds the machine's sandbox and proves, by running something harmless in it, that it works here.
import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, statSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { noSandbox, type Reach, type Sandbox, type SandboxWish } from '../../core/sandbox';
import { bubblewrapPrefix } from './bubblewrap';
import { mountsIn, namespacesPrefix } from './namespaces';
import { type Machine, machineOf, planOf, type SandboxPlan } from './plan';
import { seatbeltPrefix } from './seatbelt';

export interface SandboxRequest {
	readonly wish: SandboxWish;
	/** True: runs may use the network. */
	readonly network: boolean;
	readonly environment: Readonly<Record<string, string | undefined>>;
	/** A folder of ours for temporary files, where the system has none of its own for a run; made when missing. */
	readonly temporary: string;
	/** Where the system keeps its programs; told by tests alone. */
	readonly folders?: readonly string[];
}

export type OpenedSandbox =
	| { readonly kind: 'open'; readonly sandbox: Sandbox }
	/** Required, and not to be had; the reason says what to do. */
	| { readonly kind: 'refused'; readonly reason: string };

interface Strategy {
	readonly name: string;
	prefix(plan: SandboxPlan, temporary: string): readonly string[];
}

type Found =
	| { readonly kind: 'works'; readonly strategy: Strategy }
	| { readonly kind: 'none'; readonly reason: string };

const PROBE_LIMIT_MS = 10_000;
const FOLDERS = ['/usr/bin', '/bin', '/usr/sbin', '/sbin', '/usr/local/bin', '/run/current-system/sw/bin'];
const REMEDY: Partial<Record<NodeJS.Platform, string>> = {
	linux:
		'Install bubblewrap (apt install bubblewrap, dnf install bubblewrap, …) and allow user namespaces, or set the sandbox to auto or off.',
	darwin: 'sandbox-exec is part of macOS; set the sandbox to auto or off.',
};

/** One look a process: what a machine offers does not change under it. */
const known = new Map<string, Promise<Found>>();

/** Never rejects. */
export async function openSandbox(request: SandboxRequest): Promise<OpenedSandbox> {
	const { wish, network, environment, temporary, folders = FOLDERS } = request;
	if (wish === 'off') {
		return { kind: 'open', sandbox: noSandbox('turned off') };
	}
	const key = JSON.stringify([network, folders]);
	const look = known.get(key) ?? findStrategy(network, folders);
	known.set(key, look);
	const found = await look;
	if (found.kind === 'none') {
		return wish === 'required'
			? {
					kind: 'refused',
					reason: `A sandbox is required, and there is none: ${found.reason}. ${REMEDY[process.platform] ?? 'There is none for this system; set the sandbox to auto or off.'}`,
				}
			: { kind: 'open', sandbox: noSandbox(found.reason) };
	}
	const { strategy } = found;
	const machine = machineHere(environment);
	return {
		kind: 'open',
		sandbox: {
			kind: 'inside',
			words: `${strategy.name}: ${network ? 'network allowed' : 'no network'}, writes only to the worktree and to temporary files, home folder and keys out of sight`,
			// Each run has its own network and its own temporary files; seatbelt shares both.
			apart: !network && process.platform === 'linux',
			prefix: (reach: Reach) => strategy.prefix(planOf(reach, machine, network), temporary),
		},
	};
}

function machineHere(environment: SandboxRequest['environment']): Machine {
	return machineOf(environment, os.userInfo().homedir, os.tmpdir());
}

async function findStrategy(network: boolean, folders: readonly string[]): Promise<Found> {
	if (process.platform !== 'linux' && process.platform !== 'darwin') {
		return { kind: 'none', reason: 'this system has no sandbox that could be used' };
	}
	const reasons: string[] = [];
	for (const candidate of process.platform === 'linux'
		? [bubblewrap(folders), namespaces(folders)]
		: [seatbelt(folders)]) {
		if (typeof candidate === 'string') {
			reasons.push(candidate);
			continue;
		}
		const trouble = await tried(candidate, network);
		if (trouble === undefined) {
			return { kind: 'works', strategy: candidate };
		}
		reasons.push(`${candidate.name} does not work here${trouble === '' ? '' : ` (${trouble})`}`);
	}
	return { kind: 'none', reason: reasons.join('; ') };
}

function bubblewrap(folders: readonly string[]): Strategy | string {
	const program = programNamed('bwrap', folders);
	return program === undefined
		? 'bubblewrap is not installed'
		: { name: 'bubblewrap', prefix: (plan) => bubblewrapPrefix(program, plan, process.getuid?.() ?? 0) };
}

function namespaces(folders: readonly string[]): Strategy | string {
	const [setpriv, unshare, shell] = ['setpriv', 'unshare', 'sh'].map((name) => programNamed(name, folders));
	if (setpriv === undefined || unshare === undefined || shell === undefined) {
		return 'unshare and setpriv (util-linux) are not installed';
	}
	const ids = { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };
	return {
		name: 'Linux namespaces (unshare)',
		prefix: (plan) =>
			namespacesPrefix(
				{ setpriv, unshare, shell },
				plan,
				mountsIn(readFileSync('/proc/self/mountinfo', 'utf8')),
				ids,
			),
	};
}

function seatbelt(folders: readonly string[]): Strategy | string {
	const program = programNamed('sandbox-exec', folders);
	return program === undefined
		? 'sandbox-exec is not there'
		: {
				name: 'seatbelt (sandbox-exec)',
				prefix: (plan, temporary) => {
					mkdirSync(temporary, { recursive: true });
					return seatbeltPrefix(program, plan, temporary);
				},
			};
}

/** Undefined when a command inside ran to its end and could not write outside; else what was said. */
function tried(strategy: Strategy, network: boolean): Promise<string | undefined> {
	const machine = machineHere(process.env);
	const plan = planOf({ writable: [], readable: [], hidden: [] }, machine, network);
	const [program = '', ...args] = strategy.prefix(plan, os.tmpdir());
	const inside = 'test ! -w /etc && test -w /dev/null && echo inside';
	return new Promise((resolve) => {
		execFile(
			program,
			[...args, '/bin/sh', '-c', inside],
			{ cwd: '/', timeout: PROBE_LIMIT_MS, killSignal: 'SIGKILL', env: { PATH: FOLDERS.join(':') } },
			(error, stdout, stderr) => {
				const said = (stderr.trim().split('\n').at(-1) ?? '').slice(0, 200);
				resolve(error === null && stdout.trim() === 'inside' ? undefined : said);
			},
		);
	});
}

function programNamed(name: string, folders: readonly string[]): string | undefined {
	return folders
		.map((folder) => path.join(folder, name))
		.find((file) => statSync(file, { throwIfNoEntry: false })?.isFile() ?? false);
}
