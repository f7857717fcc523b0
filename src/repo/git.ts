// Every git child of ours: an environment built by us, nothing inherited that could move it elsewhere, no hooks,
// no signing, no prompts. simple-git runs what takes no input; the few that read stdin are spawned here.
import { spawn } from 'node:child_process';
import { simpleGit } from 'simple-git';

export type GitResult =
	| { readonly kind: 'done'; readonly stdout: string; readonly bytes: Buffer }
	/** `exitCode` is absent when git did not run to its end. */
	| { readonly kind: 'failed'; readonly reason: string; readonly exitCode?: number };

/** Where git works; what is absent is found by git from the folder. */
export interface GitPlaces {
	readonly gitDir?: string;
	readonly workTree?: string;
	readonly indexFile?: string;
}

const CONFIG = [
	'core.hooksPath=/dev/null',
	'core.fsmonitor=false',
	'core.untrackedCache=false',
	'core.splitIndex=false',
	'core.quotePath=false',
	'core.safecrlf=false',
	'core.longpaths=true',
	'index.sparse=false',
	'index.threads=1',
	'commit.gpgSign=false',
	'gc.auto=0',
	'maintenance.auto=false',
	'apply.whitespace=nowarn',
	'apply.ignoreWhitespace=no',
	'submodule.recurse=false',
	'advice.detachedHead=false',
	'user.name=Underbid',
	'user.email=underbid@localhost',
	'user.useConfigOnly=false',
];

const KEPT = [
	'PATH',
	'Path',
	'PATHEXT',
	'HOME',
	'USERPROFILE',
	'HOMEDRIVE',
	'HOMEPATH',
	'APPDATA',
	'LOCALAPPDATA',
	'PROGRAMDATA',
	'SystemRoot',
	'SYSTEMROOT',
	'ComSpec',
	'COMSPEC',
	'TMPDIR',
	'TEMP',
	'TMP',
	'USER',
	'LOGNAME',
	'USERNAME',
	'XDG_CONFIG_HOME',
];

/** The environment of a git child: a few variables of the machine, and none of git's that were inherited. */
export function gitEnvironment(places: GitPlaces): Record<string, string> {
	const environment: Record<string, string> = {};
	for (const name of KEPT) {
		const value = process.env[name];
		if (value !== undefined) {
			environment[name] = value;
		}
	}
	return {
		...environment,
		LC_ALL: 'C',
		GIT_TERMINAL_PROMPT: '0',
		GIT_OPTIONAL_LOCKS: '0',
		GIT_NO_LAZY_FETCH: '1',
		...(places.gitDir === undefined ? {} : { GIT_DIR: places.gitDir }),
		...(places.workTree === undefined ? {} : { GIT_WORK_TREE: places.workTree }),
		...(places.indexFile === undefined ? {} : { GIT_INDEX_FILE: places.indexFile }),
	};
}

/** Runs git in one folder, against given places. Never rejects. */
export class Git {
	constructor(
		private readonly folder: string,
		private readonly places: GitPlaces = {},
	) {}

	with(places: GitPlaces): Git {
		return new Git(places.workTree ?? this.folder, { ...this.places, ...places });
	}

	/** A git that needs nothing on stdin and answers in text. */
	async run(args: readonly string[], signal: AbortSignal): Promise<GitResult> {
		if (signal.aborted) {
			return { kind: 'failed', reason: 'cancelled' };
		}
		try {
			const environment = gitEnvironment(this.places);
			const git = simpleGit({
				baseDir: this.folder,
				config: CONFIG,
				abort: signal,
				maxConcurrentProcesses: 8,
				unsafe: { allowUnsafeHooksPath: true, allowUnsafeFsMonitor: true },
				allowEnvironment: Object.keys(environment).filter((name) => name.startsWith('GIT_')),
			});
			const stdout = await git.env(environment).raw([...args]);
			return { kind: 'done', stdout, bytes: Buffer.from(stdout) };
		} catch (error) {
			return { kind: 'failed', reason: firstLines(error instanceof Error ? error.message : String(error)) };
		}
	}

	/** A git that reads `input`, or whose answer must be kept as bytes. */
	feed(args: readonly string[], input: string | Buffer, signal: AbortSignal): Promise<GitResult> {
		if (signal.aborted) {
			return Promise.resolve({ kind: 'failed', reason: 'cancelled' });
		}
		return new Promise((resolve) => {
			const child = spawn('git', [...CONFIG.flatMap((entry) => ['-c', entry]), ...args], {
				cwd: this.folder,
				env: gitEnvironment(this.places),
				signal,
				windowsHide: true,
			});
			const out: Buffer[] = [];
			const errors: Buffer[] = [];
			child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
			child.stderr.on('data', (chunk: Buffer) => errors.push(chunk));
			child.on('error', (error) => {
				const ended = () => resolve({ kind: 'failed', reason: error.message });
				// One that was told to stop still takes its lock away.
				if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) {
					ended();
				} else {
					child.once('exit', ended);
				}
			});
			child.on('close', (exitCode) => {
				const bytes = Buffer.concat(out);
				if (exitCode === 0) {
					resolve({ kind: 'done', stdout: bytes.toString('utf8'), bytes });
					return;
				}
				const said = firstLines(Buffer.concat(errors).toString('utf8'));
				resolve({
					kind: 'failed',
					reason: said === '' ? `git ${args[0] ?? ''} ended with ${exitCode ?? 'a signal'}` : said,
					...(exitCode === null ? {} : { exitCode }),
				});
			});
			// git may end before it has read everything; its exit status tells why.
			child.stdin.on('error', () => undefined);
			child.stdin.end(input);
		});
	}
}

function firstLines(text: string): string {
	const lines = text.split('\n').filter((line) => line.trim() !== '' && !/^(hint|warning):/.test(line));
	return lines
		.slice(0, 3)
		.join(' ')
		.replace(/^(fatal|error): /, '')
		.slice(0, 500)
		.trim();
}

/** The records of a `-z` answer. */
export function records(text: string): string[] {
	const parts = text.split('\0');
	parts.pop();
	return parts;
}
