// Runs that may be taken up again: for each one file of JSON lines, its order first, then what it paid for and found
// out, each line safe on disk before the run goes on. A run that ended well is forgotten.
import { constants } from 'node:fs';
import { mkdir, open, readdir, readFile, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import * as z from 'zod';
import { MAY_CHANGE } from '../core/protectedFiles';
import type { Memo, RunMemory } from '../core/runMemory';
import { SANDBOX_WISHES } from '../core/sandbox';
import { memoOf } from './memos';

const order = z.object({
	run: z.string().regex(/^[\w-]{1,64}$/),
	/** Absolute path of the repository, and of the folder in it. */
	repository: z.string(),
	folder: z.string(),
	/** Tree of the base. */
	tree: z.string(),
	/** How the tests were run. */
	command: z.string(),
	/** Nano-dollars. */
	bid: z.int().nonnegative(),
	timeMs: z.number().positive(),
	target: z.discriminatedUnion('kind', [
		z.object({ kind: z.literal('failing') }),
		z.object({ kind: z.literal('named'), names: z.array(z.string()) }),
	]),
	testCommand: z.string().exactOptional(),
	testReport: z.string().exactOptional(),
	remoteSuite: z.string().exactOptional(),
	proposers: z.array(z.string()).exactOptional(),
	temper: z.enum(['thrifty', 'balanced', 'determined']).exactOptional(),
	mayChange: z.enum(MAY_CHANGE).exactOptional(),
	holdOut: z.boolean().exactOptional(),
	sandbox: z
		.object({ wish: z.enum(SANDBOX_WISHES).exactOptional(), network: z.boolean().exactOptional() })
		.exactOptional(),
});
const head = order.extend({ kind: z.literal('order'), version: z.literal(1) });
const end = z.object({ kind: z.literal('end'), outcome: z.string(), attempts: z.int() });

export type RunOrder = z.infer<typeof order>;

export interface Unfinished {
	readonly order: RunOrder;
	readonly memos: readonly Memo[];
	/** Attempts that were learnt from when it ended last; 0 where it was cut off. */
	readonly learnt: number;
}

/** Older ones are forgotten. */
const MOST_RUNS = 20;
const MOST_BYTES = 256 * 1024 * 1024;

export class UnfinishedRuns {
	constructor(
		/** Need not exist. */
		private readonly folder: string,
		private readonly pid: number = process.pid,
	) {}

	/** A run begins. Undefined when it cannot be kept; it may go on all the same. */
	async begin(of: RunOrder): Promise<FileRunMemory | undefined> {
		const memory = await this.take(of.run, []);
		if (memory === undefined) {
			return undefined;
		}
		await memory.write({ kind: 'order', version: 1, ...of });
		await this.dropOldest();
		return memory;
	}

	/** What is known of a run, or of the newest one of a repository. A sentence where there is none. */
	async find(run: string | undefined, repository: string): Promise<Unfinished | string> {
		if (run !== undefined) {
			return (await this.read(run)) ?? `There is no unfinished run ${JSON.stringify(run)} on this computer.`;
		}
		for (const name of await this.newest()) {
			const found = await this.read(name);
			if (found?.order.repository === repository) {
				return found;
			}
		}
		return `There is no unfinished run of ${repository}.`;
	}

	/** Takes the run up: undefined while another process is at it. */
	take(run: string, before: readonly Memo[]): Promise<FileRunMemory | undefined> {
		return FileRunMemory.open(this.folder, run, this.pid, before);
	}

	private async read(run: string): Promise<Unfinished | undefined> {
		const file = path.join(this.folder, `${run}.jsonl`);
		const size = /^[\w-]{1,64}$/.test(run)
			? await stat(file).then(
					(one) => one.size,
					() => undefined,
				)
			: undefined;
		if (size === undefined || size > MOST_BYTES) {
			return undefined;
		}
		const values = (await readFile(file, 'utf8').catch(() => '')).split('\n').map(parsed);
		const first = head.safeParse(values[0]);
		if (!first.success || first.data.run !== run) {
			return undefined;
		}
		const ends = values.flatMap((value) => {
			const read = end.safeParse(value);
			return read.success ? [read.data] : [];
		});
		return {
			order: order.parse(first.data),
			memos: values.flatMap((value) => memoOf(value) ?? []),
			learnt: ends.at(-1)?.attempts ?? 0,
		};
	}

	/** Names of runs. */
	private async newest(): Promise<readonly string[]> {
		const names = (await readdir(this.folder).catch(() => [])).filter((name) => name.endsWith('.jsonl'));
		const dated = await Promise.all(
			names.map(async (name) => ({
				name: name.slice(0, -'.jsonl'.length),
				at: await stat(path.join(this.folder, name)).then(
					(one) => one.mtimeMs,
					() => 0,
				),
			})),
		);
		return dated.sort((a, b) => b.at - a.at).map(({ name }) => name);
	}

	private async dropOldest(): Promise<void> {
		for (const name of (await this.newest()).slice(MOST_RUNS)) {
			await rm(path.join(this.folder, `${name}.jsonl`), { force: true });
		}
	}
}

export class FileRunMemory implements RunMemory {
	/** Kept as ended. */
	private attempts: number;

	private constructor(
		private readonly file: string,
		private readonly lock: string,
		readonly before: readonly Memo[],
	) {
		this.attempts = before.filter(({ kind }) => kind === 'attempt').length;
	}

	/** Undefined when another process that lives has it, or it cannot be kept. */
	static async open(
		folder: string,
		run: string,
		pid: number,
		before: readonly Memo[],
	): Promise<FileRunMemory | undefined> {
		const lock = path.join(folder, `${run}.lock`);
		try {
			await mkdir(folder, { recursive: true, mode: 0o700 });
			const owner = Number(await readFile(lock, 'utf8').catch(() => '0'));
			if (owner > 0 && owner !== pid && lives(owner)) {
				return undefined;
			}
			await rm(lock, { force: true });
			const handle = await open(lock, constants.O_CREAT | constants.O_EXCL | constants.O_WRONLY, 0o600);
			await handle.writeFile(String(pid)).finally(() => handle.close());
			return new FileRunMemory(path.join(folder, `${run}.jsonl`), lock, before);
		} catch {
			return undefined;
		}
	}

	async keep(memo: Memo): Promise<void> {
		this.attempts += memo.kind === 'attempt' ? 1 : 0;
		await this.write(memo);
	}

	/** Line breaks on both sides, so that a line that a crash tore costs only itself. */
	async write(value: object): Promise<void> {
		try {
			const handle = await open(this.file, 'a', 0o600);
			try {
				const { size } = await handle.stat();
				await handle.writeFile(`${size === 0 ? '' : '\n'}${JSON.stringify(value)}\n`);
				await handle.sync();
			} finally {
				await handle.close();
			}
		} catch {
			// It is done again where it is missing.
		}
	}

	/** @param again whether there is anything to take up. */
	async end(outcome: string, again: boolean): Promise<void> {
		if (again) {
			await this.write({ kind: 'end', outcome, attempts: this.attempts });
		} else {
			await rm(this.file, { force: true });
		}
	}

	async close(): Promise<void> {
		await rm(this.lock, { force: true });
	}
}

function parsed(line: string): unknown {
	try {
		return line.trim() === '' ? undefined : JSON.parse(line);
	} catch {
		return undefined;
	}
}

function lives(pid: number): boolean {
	try {
		process.kill(pid, 0);
		return true;
	} catch (error) {
		// It is there, and somebody else's.
		return error instanceof Error && 'code' in error && error.code === 'EPERM';
	}
}
