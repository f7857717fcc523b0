// One line of the spend journal: how it is written, and the strict way of reading it.
import * as z from 'zod';
import type { JournalEntry } from '../core/ledger';
import type { NanoUsd } from '../core/money';

const amount = z
	.number()
	.int()
	.nonnegative()
	.transform((value) => value as NanoUsd);
/** Absent in lines of the first version. */
const attempt = z.int().nonnegative().default(0);
const at = z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
const stamp = { at, run: z.string() };
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

/** JSON with its fields always in the same order, which is what makes reading a million of them quick. */
export function lineOf(entry: StampedEntry): string {
	return JSON.stringify(ordered(entry));
}

/** Undefined when it is no entry. */
export function entryOf(line: string): StampedEntry | undefined {
	const parsed = entrySchema.safeParse(json(line));
	return parsed.success ? (parsed.data as StampedEntry) : undefined;
}

function ordered(entry: StampedEntry): object {
	const { at, kind, run } = entry;
	switch (entry.kind) {
		case 'run':
			return { at, kind, run, bid: entry.bid, repository: entry.repository, target: entry.target };
		case 'reserve': {
			const caps = entry.caps === undefined ? undefined : { day: entry.caps.day, month: entry.caps.month };
			return {
				at,
				kind,
				run,
				attempt: entry.attempt,
				offer: entry.offer,
				id: entry.id,
				amount: entry.amount,
				caps,
			};
		}
		case 'settle': {
			const cost = { amount: entry.cost.amount, basis: entry.cost.basis };
			return {
				at,
				kind,
				run,
				attempt: entry.attempt,
				offer: entry.offer,
				id: entry.id,
				cost,
				doubt: entry.doubt,
			};
		}
		case 'release':
			return { at, kind, run, id: entry.id };
		case 'attempt': {
			const { attempt, offer, ended, verified, proposeMs, verifyMs } = entry;
			return { at, kind, run, attempt, offer, ended, verified, proposeMs, verifyMs };
		}
		case 'outcome':
			return { at, kind, run, outcome: entry.outcome };
	}
}

function json(line: string): unknown {
	try {
		return JSON.parse(line);
	} catch {
		return undefined;
	}
}
