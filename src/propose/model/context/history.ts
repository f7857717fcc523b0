// What git knows of the suspicious lines: changes that are not committed, and the last commits that touched them.
import { execFile } from 'node:child_process';

export interface HistoryPlace {
	readonly path: string;
	/** 1-based, inclusive. */
	readonly start: number;
	readonly end: number;
}

export interface ChangedLines {
	/** Diff of the files between the last commit and the snapshot; '' when the snapshot is a commit of the user's. */
	readonly diff: string;
	readonly lines: readonly { readonly path: string; readonly line: number }[];
}

const NOTHING: ChangedLines = { diff: '', lines: [] };
/** The subject of our own commit of what was not committed. */
const SNAPSHOT = 'Snapshot of the working tree';
const MOST_COMMITS = 3;
const MOST_DIFF_LINES = 30;
const LIMIT_MS = 1_200;
const MOST_OUTPUT = 2 * 1024 * 1024;

/** Lines that differ from the user's last commit. Nothing where that cannot be told in time. */
export async function changedLines(
	root: string,
	commit: string,
	paths: readonly string[],
	signal: AbortSignal,
): Promise<ChangedLines> {
	if (paths.length === 0 || !isCommit(commit)) {
		return NOTHING;
	}
	const about = await git(root, ['log', '-1', '--format=%s%n%P', commit], signal);
	const [subject, parents = ''] = about?.split('\n') ?? [];
	const [parent] = parents.split(' ');
	if (subject !== SNAPSHOT || parent === undefined || !isCommit(parent)) {
		return NOTHING;
	}
	const literal = paths.slice(0, 40).map((path) => `:(literal)${path}`);
	const diff = await git(root, [...DIFF, '-U2', parent, commit, '--', ...literal], signal);
	return diff === undefined ? NOTHING : { diff: hunksOf(diff), lines: addedLines(diff) };
}

/** The last commits that touched each place, with their change where it is short; '' when there are none. */
export async function historyText(
	root: string,
	commit: string,
	places: readonly HistoryPlace[],
	signal: AbortSignal,
): Promise<string> {
	if (!isCommit(commit)) {
		return '';
	}
	const told = await Promise.all(
		places
			.filter(({ path }) => !/[\n:]/.test(path))
			.map(async ({ path, start, end }) => {
				const log = await git(
					root,
					[
						'log',
						`-n${MOST_COMMITS + 1}`,
						'--no-color',
						'--no-ext-diff',
						'--no-textconv',
						'--format=%x00%P%x00%h %as %s',
						`-L${start},${end}:${path}`,
						commit,
						'--',
					],
					signal,
				);
				return log === undefined ? '' : commitsOf(log, path);
			}),
	);
	return [...new Set(told)].filter((text) => text !== '').join('\n\n');
}

function commitsOf(log: string, path: string): string {
	const fields = log.split('\0').slice(1);
	const commits: string[] = [];
	for (let at = 0; at + 1 < fields.length && commits.length < MOST_COMMITS; at += 2) {
		const [subject = '', ...rest] = (fields[at + 1] ?? '').split('\n');
		// The first commit of all only says that everything was written; our own is told elsewhere.
		if (fields[at]?.trim() === '' || subject.endsWith(SNAPSHOT)) {
			continue;
		}
		const hunks = hunksOf(rest.join('\n')).split('\n');
		commits.push([subject, ...(hunks.length <= MOST_DIFF_LINES ? hunks : ['(a larger change)'])].join('\n'));
	}
	return commits.length === 0
		? ''
		: [`Last commits that touched these lines of ${path}, the latest first:`, ...commits].join('\n');
}

/** Without the lines that only name blobs and modes. */
function hunksOf(diff: string): string {
	return diff
		.split('\n')
		.filter(
			(line) =>
				!/^(?:diff --git|index [\da-f]+\.\.|--- |similarity |new file|deleted file|old mode|new mode)/.test(
					line,
				),
		)
		.join('\n')
		.trim();
}

function addedLines(diff: string): { path: string; line: number }[] {
	const found: { path: string; line: number }[] = [];
	let path = '';
	let line = 0;
	for (const row of diff.split('\n')) {
		const hunk = /^@@ -\d+(?:,\d+)? \+(\d+)/.exec(row);
		if (row.startsWith('+++ ')) {
			path = row.slice(row.startsWith('+++ b/') ? 6 : 4);
		} else if (hunk !== null) {
			line = Number(hunk[1]);
		} else if (row.startsWith('+') || row.startsWith('-')) {
			found.push({ path, line: Math.max(1, line) });
			line += row.startsWith('+') ? 1 : 0;
		} else if (row.startsWith(' ')) {
			line += 1;
		}
	}
	return found.slice(0, 300);
}

const DIFF = ['diff', '--no-color', '--no-ext-diff', '--no-textconv', '--no-renames'];

function isCommit(text: string): boolean {
	return /^[\da-f]{40}(?:[\da-f]{24})?$/.test(text);
}

/** What git wrote; undefined when it failed or was too slow. The repository's settings start no program of theirs. */
function git(root: string, args: readonly string[], signal: AbortSignal): Promise<string | undefined> {
	return new Promise((resolve) => {
		if (signal.aborted) {
			resolve(undefined);
			return;
		}
		const { PATH, HOME, SystemRoot } = process.env;
		const child = execFile(
			'git',
			[
				'--no-pager',
				'-c',
				'core.hooksPath=/dev/null',
				'-c',
				'core.fsmonitor=false',
				'-c',
				'core.quotePath=false',
				'-c',
				'log.showSignature=false',
				...args,
			],
			{
				cwd: root,
				timeout: LIMIT_MS,
				killSignal: 'SIGKILL',
				maxBuffer: MOST_OUTPUT,
				windowsHide: true,
				env: {
					PATH,
					...(HOME === undefined ? {} : { HOME }),
					...(SystemRoot === undefined ? {} : { SystemRoot }),
					LC_ALL: 'C',
					GIT_OPTIONAL_LOCKS: '0',
					GIT_NO_LAZY_FETCH: '1',
					GIT_TERMINAL_PROMPT: '0',
					GIT_CONFIG_GLOBAL: '/dev/null',
					GIT_CONFIG_NOSYSTEM: '1',
				},
			},
			(error, stdout) => {
				signal.removeEventListener('abort', stop);
				resolve(error === null ? stdout : undefined);
			},
		);
		// Not by execFile's own `signal`: it keeps its listener where the program could not be started.
		const stop = () => child.kill('SIGKILL');
		signal.addEventListener('abort', stop, { once: true });
	});
}
