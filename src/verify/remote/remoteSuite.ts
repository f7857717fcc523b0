// A suite that runs on another machine: the tree goes out over standard input as a tar, a report comes back over
// standard output. Nothing of the tree runs here.
import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import type { SuiteRunner } from '../../core/effects';
import type { Suite, SuiteRun, SuiteScope } from '../../core/suite';
import { parseCommandLine } from '../commandWords';
import { runProcess } from '../process';
import { readReply } from './reply';
import { tarOf } from './tar';

export interface RemoteSettings {
	/** As the user wrote it, with `{run}` in it. */
	readonly template: string;
	/** Where the command starts: a folder of the user's own, never a tree with a patch in it. */
	readonly cwd: string;
	readonly environment: Readonly<Record<string, string>>;
	/** The files of a tree, relative to it: all that git does not ignore. */
	readonly filesOf: (root: string, signal: AbortSignal) => Promise<readonly string[] | undefined>;
}

const MOST_REPLY_BYTES = 64 * 1024 * 1024;
const MARK = '{run}';

/** A sentence when the command cannot be used. */
export function templateFault(template: string): string | undefined {
	if (template.trim() === '') {
		return 'The command of the remote suite is empty.';
	}
	return template.includes(MARK)
		? undefined
		: `The command of the remote suite must hold ${MARK}, and print a last line "underbid-end ${MARK} STATUS" after the report (see docs/remote-suite.md).`;
}

/** What a run knows of it. */
export function remoteSuite(template: string): Suite {
	return { framework: 'junit', folder: '', argv: wordsOf(template), env: {}, source: 'remote suite' };
}

/** A shell of ours only where the user wrote for one. */
function wordsOf(template: string): readonly string[] {
	const line = template.trim();
	const [only, ...more] = parseCommandLine(line) ?? [];
	const plain =
		only !== undefined &&
		more.length === 0 &&
		only.words.length > 0 &&
		Object.keys(only.env).length === 0 &&
		only.words.every((word) => !/[*?[~]/.test(word.text) || !word.bare);
	return plain ? only.words.map(({ text }) => text) : ['sh', '-c', line];
}

export class RemoteSuiteRunner implements SuiteRunner {
	constructor(private readonly settings: RemoteSettings) {}

	/** The whole suite, whatever the scope: more than was asked for is seen, never less. */
	async run(
		root: string,
		suite: Suite,
		_scope: SuiteScope,
		limitMs: number,
		signal: AbortSignal,
	): Promise<SuiteRun> {
		const started = performance.now();
		const { cwd, environment, filesOf } = this.settings;
		const ended = <T>(how: T, output = '') => ({
			argv: suite.argv,
			durationMs: performance.now() - started,
			output,
			...how,
		});
		const files = await filesOf(root, signal);
		if (files === undefined) {
			return signal.aborted
				? ended({ kind: 'cancelled' })
				: ended({ kind: 'neverRan', elsewhere: true, reason: 'the files of the tree could not be listed' });
		}
		const run = randomBytes(16).toString('hex');
		const chunks: Buffer[] = [];
		let bytes = 0;
		const process = await runProcess(
			{
				argv: suite.argv.map((word) => word.replaceAll(MARK, run)),
				cwd,
				env: environment,
				nonce: run,
				limitMs,
				stdin: Readable.from(tarOf(root, files)),
				onStdout: (chunk) => {
					bytes += chunk.length;
					if (bytes <= MOST_REPLY_BYTES) {
						chunks.push(chunk);
					}
				},
			},
			signal,
		);
		const { output } = process;
		switch (process.kind) {
			case 'cancelled':
				return ended({ kind: 'cancelled' }, output);
			case 'timedOut':
				return ended({ kind: 'timedOut', tests: [], limitMs }, output);
			case 'notStarted':
				return ended({ kind: 'neverRan', elsewhere: true, reason: process.reason }, output);
			case 'exited':
				break;
		}
		const reply =
			bytes > MOST_REPLY_BYTES
				? { kind: 'broken' as const, reason: 'The report of the remote suite is longer than 64 MB.' }
				: readReply(Buffer.concat(chunks).toString('utf8'), run, root);
		if (reply.kind === 'broken') {
			const said = output.trim().split('\n').slice(-3).join(' ⏎ ').slice(-400);
			return ended(
				{
					kind: 'neverRan',
					elsewhere: true,
					reason: `${reply.reason}${process.code === 0 ? '' : ` The command ended with exit ${process.code}.`}${said === '' ? '' : ` It said: ${said}`}`,
					exitCode: process.code,
				},
				output,
			);
		}
		return ended({ kind: 'finished', tests: reply.tests, exitCode: reply.exitCode }, output);
	}
}
