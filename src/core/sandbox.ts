// What is asked of a sandbox for runs of code that somebody else wrote, and what a room that starts processes needs
// to know of it.

/** `auto`: where the machine offers one; `required`: nothing runs without; `off`: never. */
export const SANDBOX_WISHES = ['auto', 'required', 'off'] as const;
export type SandboxWish = (typeof SANDBOX_WISHES)[number];

/** What a user said of it; what is left out is said elsewhere, or `auto` and no network. */
export interface SandboxChoice {
	readonly wish?: SandboxWish | undefined;
	/** True: code inside may use the network. */
	readonly network?: boolean | undefined;
}

/** What a run can reach beyond the system's own programs. Absolute paths; those that are not there are left out. */
export interface Reach {
	readonly writable: readonly string[];
	readonly readable: readonly string[];
	/** Out of sight, but for what is named above. */
	readonly hidden: readonly string[];
}

export interface Sandbox {
	readonly kind: 'inside' | 'none';
	/** For the receipt: what it is and what it keeps out, or `none` and why. */
	readonly words: string;
	/** True: runs at the same time cannot meet, neither at a port nor in the temporary folder. */
	readonly apart?: boolean;
	/** What to put before a command so that it runs inside; nothing where there is no sandbox. */
	prefix(reach: Reach): readonly string[];
}

const OWN_RIGHTS = 'the tests ran with your own rights, in a worktree outside your folder';

export const SANDBOX_UNKNOWN = `none: ${OWN_RIGHTS}`;

/** Test failures that such walls make, where a project needs what lies behind them. */
const WALL =
	/\b(?:EROFS|ENETUNREACH|EAI_AGAIN|ENETDOWN)\b|Read-only file system|Network is unreachable|Temporary failure in name resolution|connect ECONNREFUSED|Connection refused/;

/** A sentence for the user when failures look as if the sandbox itself had made them. */
export function wallHint(sandbox: Sandbox, failures: readonly string[]): string | undefined {
	const met = failures.filter((text) => WALL.test(text)).length;
	return sandbox.kind === 'none' || met === 0
		? undefined
		: `${met === 1 ? 'One failing test' : `${met} failing tests`} may be stopped by the sandbox and not by a bug (${WALL.exec(failures.find((text) => WALL.test(text)) ?? '')?.[0] ?? ''}): if these tests need a server or files outside the project, allow the network or turn the sandbox off.`;
}

export function noSandbox(why: string): Sandbox {
	return { kind: 'none', words: `none (${why}): ${OWN_RIGHTS}`, prefix: () => [] };
}
