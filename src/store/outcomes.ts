// What the cascade learns from: one JSON line a run, numbers and names only; and its decisions, one file a run. Local,
// shown, cleared by deleting. A broken line costs nothing but itself.
import { appendFile, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import * as z from 'zod';
import type { OutcomeRecord } from '../core/cascade/outcomeRecord';

const amount = z.number().nonnegative();
const schema = z.object({
	run: z.string(),
	repository: z.string(),
	features: z.object({
		kind: z.enum(['failing test', 'issue']).optional(),
		language: z.string().optional(),
		failingTests: amount.optional(),
		testLines: amount.optional(),
		stackDepth: amount.optional(),
		nearMisses: amount.optional(),
		changedRecently: z.boolean().optional(),
	}),
	attempts: z.array(
		z.object({
			offer: z.string(),
			solved: z.boolean(),
			spend: amount,
			proposeMs: amount,
			verifyMs: amount,
			progress: z
				.object({
					applied: z.boolean(),
					flipped: amount.optional(),
					errorChanged: z.boolean().optional(),
					broken: amount.optional(),
					patch: z.string().optional(),
				})
				.optional(),
		}),
	),
	solved: z.boolean(),
	bid: amount,
});

/** Runs are learnt from in order; the oldest are forgotten. */
const MOST_RECORDS = 10_000;
const MOST_DECISIONS = 200;
const RUN = /^[\w-]{1,64}$/;

export class OutcomeStore {
	/** `home`: the folder that outlives runs; it need not exist. */
	constructor(private readonly home: string) {}

	get file(): string {
		return path.join(this.home, 'outcomes.jsonl');
	}

	async read(): Promise<readonly OutcomeRecord[]> {
		const text = await readFile(this.file, 'utf8').catch(() => '');
		return text
			.split('\n')
			.flatMap((line) => {
				const parsed = line.trim() === '' ? undefined : schema.safeParse(jsonOf(line));
				return parsed?.success ? [parsed.data as OutcomeRecord] : [];
			})
			.slice(-MOST_RECORDS);
	}

	/** Never rejects: what cannot be kept is not learnt from. */
	async add(record: OutcomeRecord, decisions: readonly unknown[]): Promise<void> {
		try {
			await mkdir(this.home, { recursive: true });
			await appendFile(this.file, `\n${JSON.stringify(record)}\n`, { mode: 0o600 });
			const folder = path.join(this.home, 'decisions');
			await mkdir(folder, { recursive: true });
			await writeFile(path.join(folder, `${record.run}.json`), JSON.stringify(decisions), { mode: 0o600 });
			await this.dropOldest(folder);
		} catch {
			// The run is over and told; a full disk does not undo it.
		}
	}

	/** What led to each attempt of a run, as it was written; undefined when that run is not known. */
	async decisions(run: string): Promise<unknown> {
		if (!RUN.test(run)) {
			return undefined;
		}
		const text = await readFile(path.join(this.home, 'decisions', `${run}.json`), 'utf8').catch(() => '');
		return text === '' ? undefined : jsonOf(text);
	}

	/** Everything that was learnt here is forgotten. */
	async clear(): Promise<void> {
		await rm(this.file, { force: true });
		await rm(path.join(this.home, 'decisions'), { recursive: true, force: true });
	}

	private async dropOldest(folder: string): Promise<void> {
		const names = await readdir(folder);
		if (names.length <= MOST_DECISIONS) {
			return;
		}
		const dated = await Promise.all(
			names.map(async (name) => ({ name, ms: (await stat(path.join(folder, name))).mtimeMs })),
		);
		for (const { name } of dated.sort((a, b) => b.ms - a.ms).slice(MOST_DECISIONS)) {
			await rm(path.join(folder, name), { force: true });
		}
	}
}

function jsonOf(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}
