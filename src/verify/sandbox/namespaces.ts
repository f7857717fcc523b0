// Linux without bubblewrap: the same through the tools of util-linux, which nearly every machine has. A small script
// builds a file system of its own as root of a user namespace, and starts the command in another one inside, where
// nothing of it can be undone.
import { isWithin, type SandboxPlan } from './plan';

/** Absolute paths. */
export interface NamespaceTools {
	readonly setpriv: string;
	readonly unshare: string;
	readonly shell: string;
}

export interface Mount {
	readonly path: string;
	/** `nosuid`, `relatime`, …: what a remount must repeat, since it may not be taken away. */
	readonly flags: readonly string[];
	readonly writable: boolean;
}

export const SANDBOX_FAILED = 'underbid: the sandbox could not be made: ';
export const SANDBOX_FAILED_STATUS = 125;

/**
 * The new root lies over /sys while it is built: the one folder that is always there and that nothing is taken from.
 * /dev comes before the places, some of which may lie in /dev/shm.
 * Nothing but the system's own folders may be searched for programs before the command is started, or a package's
 * `mount` would be run outside. The last line is no exec: process 1 of a namespace ignores the signals that it has
 * no handler for, and the command must not.
 */
const SCRIPT = `
inner=$PATH
PATH=/usr/sbin:/usr/bin:/sbin:/bin:/run/current-system/sw/bin
fail() { printf '%s%s\\n' '${SANDBOX_FAILED}' "$1" >&2; exit ${SANDBOX_FAILED_STATUS}; }
uid=$1 gid=$2 network=$3 unshare=$4
shift 4
here=$(pwd -P)
new=/sys
mount --rbind / "$new" || fail 'the file system cannot be shown'
mount -t tmpfs -o mode=755 tmpfs "$new/dev" || fail '/dev cannot be made'
for name in null zero full random urandom tty; do
	: > "$new/dev/$name" && mount --bind "/dev/$name" "$new/dev/$name" || fail "/dev/$name cannot be made"
done
ln -s /proc/self/fd "$new/dev/fd" && ln -s /proc/self/fd/0 "$new/dev/stdin" && ln -s /proc/self/fd/1 "$new/dev/stdout" && ln -s /proc/self/fd/2 "$new/dev/stderr"
mkdir -m 1777 "$new/dev/shm" && mkdir "$new/dev/pts" && ln -s pts/ptmx "$new/dev/ptmx"
mount -t devpts -o newinstance,ptmxmode=0666,mode=620 devpts "$new/dev/pts" || fail '/dev/pts cannot be made'
while [ "$1" != -- ]; do
	at=$new$2
	case $1 in
	readonly) mount -o "remount,bind,ro$3" "$at" || fail "$2 stays writable" ;;
	empty) { [ -d "$at" ] || mkdir -p "$at"; } && mount -t tmpfs -o "mode=$3" tmpfs "$at" || fail "$2 cannot be hidden" ;;
	*)
		if [ -d "$2" ]; then [ -d "$at" ] || mkdir -p "$at"; else [ -e "$at" ] || { mkdir -p "\${at%/*}" && : > "$at"; }; fi
		mount -o "bind$3" "$2" "$at" || fail "$2 cannot be shown" ;;
	esac
	shift 3
done
shift
mount -t proc proc "$new/proc" || fail '/proc cannot be made'
if [ "$uid" = 0 ]; then
	for name in sys sysrq-trigger irq bus; do
		[ ! -e "$new/proc/$name" ] || { mount --bind "$new/proc/$name" "$new/proc/$name" && mount -o remount,bind,ro "$new/proc/$name"; } || fail "/proc/$name stays writable"
	done
fi
if [ "$network" = none ]; then
	ip link set lo up 2>/dev/null || ifconfig lo up 2>/dev/null ||
		perl -e 'socket(S, 2, 2, 0) && ioctl(S, 0x8914, my $r = pack("a16sx14", "lo", 0x49)) or exit 1' 2>/dev/null ||
		fail 'a network of its own cannot be brought up (ip, ifconfig and perl are missing)'
fi
cd "$new" && pivot_root . . && umount -l . && cd "$here" || fail 'the file system cannot be changed'
PATH=$inner
"$unshare" --user --map-user="$uid" --map-group="$gid" -- "$@"
exit $?
`;

export function namespacesPrefix(
	tools: NamespaceTools,
	plan: SandboxPlan,
	mounts: readonly Mount[],
	ids: { readonly uid: number; readonly gid: number },
): readonly string[] {
	// What is replaced as a whole need not be made read-only first.
	const replaced = [
		'/dev',
		'/proc',
		...plan.places.filter(({ kind }) => kind === 'empty').map((place) => place.path),
	];
	const seen = new Map(mounts.map((mount) => [mount.path, mount]));
	const open = [...seen.values()].filter(
		(mount) => mount.writable && !replaced.some((folder) => isWithin(folder, mount.path)),
	);
	return [
		tools.setpriv,
		'--pdeathsig',
		'KILL',
		tools.unshare,
		'--map-root-user',
		'--mount',
		'--pid',
		'--ipc',
		...(plan.network ? [] : ['--net']),
		'--fork',
		'--kill-child',
		tools.shell,
		'-c',
		SCRIPT,
		'underbid-sandbox',
		String(ids.uid),
		String(ids.gid),
		plan.network ? 'shared' : 'none',
		tools.unshare,
		...open.flatMap((mount) => ['readonly', mount.path, flagsOf(mount)]),
		...plan.places.flatMap((place) => {
			switch (place.kind) {
				case 'empty':
					return [place.kind, place.path, place.mode];
				case 'readable':
					return [place.kind, place.path, `,ro${flagsAt(place.path, mounts)}`];
				case 'writable':
					return [place.kind, place.path, ''];
			}
		}),
		'--',
	];
}

/** Reads /proc/self/mountinfo. */
export function mountsIn(mountinfo: string): Mount[] {
	return mountinfo
		.split('\n')
		.filter((line) => line !== '')
		.map((line) => {
			const fields = line.split(' ');
			const flags = (fields[5] ?? '').split(',');
			const place = (fields[4] ?? '').replace(/\\([0-7]{3})/g, (_, octal: string) =>
				String.fromCharCode(Number.parseInt(octal, 8)),
			);
			return {
				path: place,
				flags: flags.filter((flag) => flag !== 'rw' && flag !== 'ro'),
				writable: flags.includes('rw'),
			};
		});
}

function flagsOf({ flags }: Mount): string {
	return flags.map((flag) => `,${flag}`).join('');
}

/** Of the mount that a path lies in; of several on one place the last counts. */
function flagsAt(place: string, mounts: readonly Mount[]): string {
	const around = mounts.filter((mount) => isWithin(mount.path, place));
	const [nearest] = around.toReversed().sort((a, b) => b.path.length - a.path.length);
	return nearest === undefined ? '' : flagsOf(nearest);
}
