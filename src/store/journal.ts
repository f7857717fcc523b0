// The spend journal: append-only JSON lines, one write and one fsync an entry, shared by every window and the
// terminal on this machine. Readers fold it; nobody ever rewrites it.
import { mkdir, open, readFile } from 'node:fs/promises';
import path from 'node:path';
import * as z from 'zod';
import type { Journal } from '../core/effects';
import type { JournalEntry } from '../core/ledger';
import type { NanoUsd } from '../core/money';

const amount = z
	.number()
	.int()
	.nonnegative()
	.transform((value) => value as NanoUsd);
/** Absent in lines of the first version. */
const attempt = z.int().nonnegative().default(0);
const stamp = { at: z.string(), run: z.string() };
const entrySchema = z.discriminatedUnion('kind', [
	z.object({ ...stamp, kind: z.literal('run'), bid: amount, repository: z.string(), target: z.string() }),
	z.object({
		...stamp,
		kind: z.literal('reserve'),
		id: z.string(),
		attempt,
		offer: z.string(),
		amount,
		caps: z.object({ day: amount.optional(), month: amount.optional() }).optional(),
	}),
	z.object({
		...stamp,
		kind: z.literal('settle'),
		id: z.string(),
		attempt,
		offer: z.string(),
		doubt: amount.optional(),
		cost: z.object({ amount, basis: z.enum(['billed', 'estimated']) }),
	}),
	z.object({ ...stamp, kind: z.literal('release'), id: z.string() }),
	z.object({
		...stamp,
		kind: z.literal('attempt'),
		attempt,
		offer: z.string(),
		ended: z.string(),
		verified: z.boolean(),
		proposeMs: z.number(),
		verifyMs: z.number(),
	}),
	z.object({ ...stamp, kind: z.literal('outcome'), outcome: z.string() }),
]);

/** A journal entry with the moment it was written, ISO 8601 UTC. */
export type StampedEntry = JournalEntry & { readonly at: string };

export class FileJournal implements Journal {
	constructor(
		readonly file: string,
		private readonly now: () => Date = () => new Date(),
	) {}

	async append(entry: JournalEntry): Promise<{ kind: 'done' } | { kind: 'failed'; reason: string }> {
		// A line begins with its own line break: a line torn by a crash ends there and costs nothing but itself.
		const line = `\n${JSON.stringify({ at: this.now().toISOString(), ...entry })}`;
		try {
			await mkdir(path.dirname(this.file), { recursive: true });
			const handle = await open(this.file, 'a', 0o600);
			try {
				const { bytesWritten } = await handle.write(line);
				if (bytesWritten !== Buffer.byteLength(line)) {
					return {
						kind: 'failed',
						reason: `only part of a line went into ${this.file}; free some disk space.`,
					};
				}
				await handle.sync();
			} finally {
				await handle.close();
			}
			return { kind: 'done' };
		} catch (error) {
			return { kind: 'failed', reason: error instanceof Error ? error.message : String(error) };
		}
	}

	async reserve(
		entry: JournalEntry & { readonly kind: 'reserve' },
	): Promise<{ kind: 'done' } | { kind: 'capped'; reason: string } | { kind: 'failed'; reason: string }> {
		return this.append(entry);
	}

	/** Every readable entry in order; unreadable lines are counted by number (1-based), never a reason to lose the rest. */
	async read(): Promise<{
		readonly entries: readonly StampedEntry[];
		readonly unreadableLines: readonly number[];
	}> {
		let text: string;
		try {
			text = await readFile(this.file, 'utf8');
		} catch {
			return { entries: [], unreadableLines: [] };
		}
		const entries: StampedEntry[] = [];
		const unreadableLines: number[] = [];
		for (const [index, line] of text.split('\n').entries()) {
			if (line.trim() === '') {
				continue;
			}
			const parsed = entrySchema.safeParse(parseLine(line));
			if (parsed.success) {
				entries.push(parsed.data as StampedEntry);
			} else {
				unreadableLines.push(index + 1);
			}
		}
		return { entries, unreadableLines };
	}
}

function parseLine(line: string): unknown {
	try {
		return JSON.parse(line);
	} catch {
		return undefined;
	}
}
