// The runs of a workspace, one JSON file each, so that several windows never write over each other's.
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import * as z from 'zod';
import type { NanoUsd } from '../core/money';
import { MAY_CHANGE } from '../core/protectedFiles';

const MOST_RUNS = 50;
/** Beyond its time limit a run has this long to clean up; after that its process number belongs to somebody else. */
const GRACE_MS = 10 * 60_000;

const amount = z
	.int()
	.nonnegative()
	.transform((value) => value as NanoUsd);
const moment = z.number().nonnegative();
const patch = z.object({
	summary: z.string(),
	files: z.array(z.string()),
	diff: z.string(),
	verdict: z.enum(['resolved', 'unresolved', 'rejected', 'inconclusive']),
	why: z.string(),
});
const attempt = z.object({
	number: z.int().positive(),
	offer: z.string(),
	label: z.string(),
	state: z.enum(['asking', 'judging', 'ended']),
	cost: amount,
	estimated: amount,
	proposal: z.enum(['patches', 'none', 'unaffordable', 'failed', 'cancelled']).exactOptional(),
	why: z.string(),
	patches: z.array(patch),
});
const end = z.discriminatedUnion('kind', [
	z.object({ kind: z.literal('solved'), checked: z.literal(true).exactOptional() }),
	z.object({
		kind: z.literal('exhausted'),
		by: z.enum(['bid', 'cap', 'time', 'offers', 'reproduction', 'suite']),
		reason: z.string(),
	}),
	z.object({ kind: z.literal('cancelled') }),
	z.object({ kind: z.literal('blocked'), reason: z.string() }),
	z.object({ kind: z.literal('closed') }),
]);
const run = z.object({
	run: z.string().regex(/^[\w-]{1,64}$/),
	folder: z.string(),
	target: z.discriminatedUnion('kind', [
		z.object({ kind: z.literal('failing') }),
		z.object({ kind: z.literal('named'), names: z.array(z.string()) }),
	]),
	bid: amount,
	timeMs: z.number().positive(),
	testCommand: z.string().exactOptional(),
	proposers: z.array(z.string()).exactOptional(),
	mayChange: z.enum(MAY_CHANGE).exactOptional(),
	cause: z.literal(true).exactOptional(),
	issue: z.object({ name: z.string(), title: z.string(), link: z.string().exactOptional() }).exactOptional(),
	test: z
		.object({
			author: z.enum(['project', 'issue', 'model', 'user']),
			offer: z.string().exactOptional(),
			files: z.array(z.string()),
			spent: amount,
			refused: z.int().nonnegative(),
		})
		.exactOptional(),
	startedAt: moment,
	endedAt: moment.exactOptional(),
	spent: amount,
	reserved: amount,
	attempts: z.array(attempt),
	end: end.exactOptional(),
	receipt: z.string().exactOptional(),
});
const file = z.object({ version: z.literal(1), pid: z.int().nonnegative(), run });

export type StoredRun = z.infer<typeof run>;
type Writable<T> = T extends (infer One)[]
	? readonly Writable<One>[]
	: T extends NanoUsd
		? T
		: T extends object
			? { readonly [Key in keyof T]: Writable<T[Key]> }
			: T;

export class FileRunStore {
	/** `folder` need not exist. */
	constructor(
		private readonly folder: string,
		private readonly world: {
			readonly pid: number;
			readonly nowMs: () => number;
			readonly lives: (pid: number) => boolean;
		} = { pid: process.pid, nowMs: Date.now, lives },
	) {}

	/** Newest first, the last fifty. What cannot be read is left out. Never rejects. */
	async load(): Promise<{ readonly runs: readonly StoredRun[]; readonly elsewhere: readonly string[] }> {
		const names = (await readdir(this.folder).catch(() => [])).filter((name) => name.endsWith('.json'));
		const read = await Promise.all(names.map((name) => this.read(name)));
		const found = read
			.filter((one) => one !== undefined)
			.sort((a, b) => b.run.startedAt - a.run.startedAt)
			.slice(0, MOST_RUNS);
		return {
			runs: found.map((one) => one.run),
			elsewhere: found.filter((one) => this.goesOn(one)).map((one) => one.run.run),
		};
	}

	/** Replaces the whole file, never half of it. */
	async save(stored: Writable<StoredRun>): Promise<void> {
		const target = path.join(this.folder, `${stored.run}.json`);
		const isNew = await readFile(target).then(
			() => false,
			() => true,
		);
		await mkdir(this.folder, { recursive: true, mode: 0o700 });
		const fresh = `${target}.${this.world.pid}.new`;
		await writeFile(fresh, JSON.stringify({ version: 1, pid: this.world.pid, run: stored }), { mode: 0o600 });
		await rename(fresh, target);
		if (isNew) {
			await this.dropOldest();
		}
	}

	/** Forgets every run that is not going on in another window. */
	async clear(): Promise<void> {
		const names = await readdir(this.folder).catch(() => []);
		for (const name of names) {
			const stored = await this.read(name);
			if (stored === undefined || !this.goesOn(stored)) {
				await rm(path.join(this.folder, name), { force: true });
			}
		}
	}

	private async read(name: string): Promise<z.infer<typeof file> | undefined> {
		try {
			const parsed = file.safeParse(JSON.parse(await readFile(path.join(this.folder, name), 'utf8')));
			return parsed.success && `${parsed.data.run.run}.json` === name ? parsed.data : undefined;
		} catch {
			return undefined;
		}
	}

	private goesOn({ pid, run: stored }: z.infer<typeof file>): boolean {
		return (
			stored.end === undefined &&
			pid !== this.world.pid &&
			this.world.nowMs() < stored.startedAt + stored.timeMs + GRACE_MS &&
			this.world.lives(pid)
		);
	}

	private async dropOldest(): Promise<void> {
		const names = (await readdir(this.folder)).filter((name) => name.endsWith('.json'));
		if (names.length <= MOST_RUNS) {
			return;
		}
		const { runs } = await this.load();
		const kept = new Set(runs.map((one) => `${one.run}.json`));
		for (const name of names.filter((one) => !kept.has(one))) {
			await rm(path.join(this.folder, name), { force: true });
		}
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
