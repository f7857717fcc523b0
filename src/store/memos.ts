// The lines of a run that may be taken up again, as they are read back: each checked by itself, so that one that a crash
// tore costs no more than what it held.
import * as z from 'zod';
import type { Memo } from '../core/runMemory';

const amount = z.int().nonnegative();
const ms = z.number().nonnegative();
const test = z.looseObject({
	id: z.string(),
	name: z.string(),
	status: z.enum(['passed', 'failed', 'skipped']),
});
const record = z.object({ what: z.string(), argv: z.array(z.string()), result: z.string(), durationMs: ms });
const patch = z.object({
	diff: z.string(),
	hash: z.string(),
	files: z.array(z.string()),
	linesAdded: z.int(),
	linesRemoved: z.int(),
});
const count = z.object({ passed: z.int(), failed: z.int(), skipped: z.int() });
const verdict = z.discriminatedUnion('kind', [
	z.object({
		kind: z.literal('resolved'),
		evidence: z.looseObject({
			runs: z.array(record),
			flipped: z.array(z.string()),
			targetPasses: z.int(),
			failsWithout: z.boolean(),
			before: count,
			after: count,
			flaky: z.array(z.string()),
			knownFailing: z.array(z.string()),
			warnings: z.array(z.string()),
		}),
	}),
	z.looseObject({ kind: z.literal('unresolved'), reason: z.string() }),
	z.object({ kind: z.literal('rejected'), reason: z.string() }),
	z.looseObject({ kind: z.literal('inconclusive'), reason: z.string() }),
]);
const memo = z.discriminatedUnion('kind', [
	z.object({
		kind: z.literal('baseline'),
		baseline: z.looseObject({
			tests: z.array(test),
			count,
			passToPass: z.array(z.string()),
			flaky: z.array(z.object({ id: z.string(), passed: z.int(), runs: z.int() })),
			knownFailing: z.array(z.string()),
			suiteMs: ms.exactOptional(),
			partial: z.boolean(),
		}),
		failToPass: z.array(test).min(1),
		records: z.array(record),
	}),
	z.object({ kind: z.literal('asking'), attempt: z.int().positive(), offer: z.string(), allowance: amount }),
	z.object({
		kind: z.literal('reply'),
		attempt: z.int().positive(),
		offer: z.string(),
		reply: z.looseObject({
			kind: z.literal('replied'),
			text: z.string(),
			toolCalls: z.array(z.object({ id: z.string(), name: z.string(), arguments: z.string() })),
			finish: z.enum(['stop', 'length', 'tools', 'other']),
		}),
	}),
	z.object({ kind: z.literal('verdict'), hash: z.string(), verdict }),
	z.object({
		kind: z.literal('attempt'),
		attempt: z.looseObject({
			number: z.int().positive(),
			offer: z.looseObject({ id: z.string(), label: z.string(), leastSpend: amount, expectedSpend: amount }),
			allowance: amount,
			cost: z.object({ billed: amount, estimated: amount }),
			ended: z.enum(['patches', 'none', 'unaffordable', 'failed', 'cancelled']),
			verdicts: z.array(
				z.object({
					proposed: z.object({ patch, summary: z.string(), warnings: z.array(z.string()) }),
					verdict,
				}),
			),
			proposeMs: ms,
			verifyMs: ms,
		}),
	}),
]);

/** Undefined for what is none, or not whole. */
export function memoOf(value: unknown): Memo | undefined {
	const read = memo.safeParse(value);
	// What is checked is what decides; the rest of these shapes only shows.
	return read.success ? (read.data as unknown as Memo) : undefined;
}
