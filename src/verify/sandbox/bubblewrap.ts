// Linux with bubblewrap: what to put before a command.
import type { SandboxPlan } from './plan';

/** Of /proc, what the true root of a machine may write also from inside. */
const ROOTS_OWN = ['/proc/sys', '/proc/sysrq-trigger', '/proc/irq', '/proc/bus'];

/** `program` is the absolute path of bwrap; `uid`, of who runs it. */
export function bubblewrapPrefix(program: string, plan: SandboxPlan, uid: number): readonly string[] {
	return [
		program,
		'--unshare-user',
		'--unshare-pid',
		'--unshare-ipc',
		...(plan.network ? [] : ['--unshare-net']),
		// The true root would keep its capabilities, and with them the power to undo all that follows.
		'--cap-drop',
		'ALL',
		'--die-with-parent',
		'--ro-bind',
		'/',
		'/',
		'--dev',
		'/dev',
		'--tmpfs',
		'/dev/shm',
		'--proc',
		'/proc',
		...(uid === 0 ? ROOTS_OWN.flatMap((place) => ['--ro-bind-try', place, place]) : []),
		...plan.places.flatMap((place) => {
			switch (place.kind) {
				case 'empty':
					return ['--perms', `0${place.mode}`, '--tmpfs', place.path];
				case 'readable':
					return ['--ro-bind', place.path, place.path];
				case 'writable':
					return ['--bind', place.path, place.path];
			}
		}),
		'--',
	];
}
