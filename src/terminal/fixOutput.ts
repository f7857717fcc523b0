// What `underbid fix --json` prints: one object, described by media/fix-output.schema.json, which is made from here.
import * as z from 'zod';
import type { NanoUsd } from '../core/money';
import type { Outcome } from '../core/outcome';
import type { ProposedPatch } from '../core/patch';
import type { Receipt } from '../core/receipt';
import { receiptSchema } from './receiptSchema';

const money = z.int().nonnegative().describe('nano-dollars (billionths of a US dollar)');
const milliseconds = z.number().nonnegative().describe('milliseconds');
export const patchSchema = z.object({
	diff: z.string().describe('unified diff against the base, paths relative to the repository root'),
	sha256: z.string(),
	files: z.array(z.string()),
	linesAdded: z.int(),
	linesRemoved: z.int(),
	summary: z.string(),
	warnings: z.array(z.string()),
});

export const fixOutputSchema = z.object({
	version: z.literal(1),
	outcome: z.object({
		kind: z.enum(['solved', 'exhausted', 'cancelled', 'blocked']),
		by: z.enum(['bid', 'cap', 'time', 'offers', 'reproduction', 'suite']).optional(),
		reason: z.string().optional().describe('one sentence for a person; absent when solved or cancelled'),
	}),
	verified: z.boolean().describe('true only when the very text of patch was verified'),
	checked: z
		.boolean()
		.describe(
			'true only when the very text of patch did all that against a test written for this run from an issue, or one that the patch itself changed: weaker than verified',
		),
	patch: patchSchema.optional().describe('the fix; present exactly when verified or checked'),
	test: patchSchema
		.optional()
		.describe(
			'the test that was written for the issue, as a patch of its own; present when one was settled on',
		),
	alternatives: z
		.array(patchSchema)
		.describe(
			'not verified: passed the target in the eyes of the proposer, or all of the tests that there was time for',
		),
	applied: z
		.object({ files: z.array(z.string()), merged: z.array(z.string()) })
		.optional()
		.describe('with --apply: files written, and those of them that were merged with newer edits'),
	applyRefused: z.string().optional().describe('with --apply: why nothing was written'),
	target: z.array(z.string()).describe('ids of the tests that had to flip'),
	money: z.object({
		bid: money,
		spent: money,
		doubted: money
			.optional()
			.describe(
				'what may be billed on top, where a report was not believed; spent + doubted is within the bid',
			),
	}),
	timings: z.object({
		totalMs: milliseconds.describe('of the whole process until now'),
		testRunsMs: milliseconds.describe('running the project tests, summed'),
		proposeMs: milliseconds.describe('proposing, summed over the attempts'),
	}),
	attempts: z.array(
		z.object({
			number: z.int(),
			offer: z.string(),
			allowance: money,
			cost: z
				.object({ billed: money, estimated: money })
				.describe('estimated: our own worst case, where the provider reported nothing believable'),
			ended: z.enum(['patches', 'none', 'unaffordable', 'failed', 'cancelled']),
			reason: z.string().optional(),
			tried: z.int().optional().describe('candidates tried'),
			verdicts: z.array(
				z.object({
					sha256: z.string(),
					kind: z.enum(['resolved', 'unresolved', 'rejected', 'inconclusive']),
					reason: z.string().optional(),
				}),
			),
			proposeMs: milliseconds,
			verifyMs: milliseconds,
		}),
	),
	receipt: receiptSchema.optional().describe('absent when the command was refused before a run began'),
});

export type FixOutput = z.infer<typeof fixOutputSchema>;

export type Landing =
	| { readonly kind: 'landed'; readonly files: readonly string[]; readonly merged: readonly string[] }
	| { readonly kind: 'refused'; readonly reason: string };

export function fixOutput(
	outcome: Outcome,
	receipt: Receipt,
	bid: NanoUsd,
	totalMs: number,
	landing?: Landing,
): FixOutput {
	const solved = outcome.kind === 'solved' ? outcome : undefined;
	return {
		version: 1,
		outcome: {
			kind: outcome.kind,
			...(outcome.kind === 'exhausted' ? { by: outcome.by } : {}),
			...('reason' in outcome ? { reason: outcome.reason } : {}),
		},
		verified: receipt.verified,
		checked: receipt.checked,
		...(outcome.reproduction?.test === undefined ? {} : { test: patchOutput(outcome.reproduction.test) }),
		...(solved === undefined ? {} : { patch: patchOutput(solved.chosen) }),
		alternatives: [
			...(outcome.kind === 'exhausted' && outcome.unproved !== undefined ? [outcome.unproved] : []),
			...(solved?.alternatives ?? []),
		].map(patchOutput),
		...(landing?.kind === 'landed'
			? { applied: { files: [...landing.files], merged: [...landing.merged] } }
			: {}),
		...(landing?.kind === 'refused' ? { applyRefused: landing.reason } : {}),
		target: outcome.problem?.failToPass.map(({ id }) => id) ?? [],
		money: {
			bid,
			spent: outcome.spent,
			...(outcome.doubted === undefined ? {} : { doubted: outcome.doubted }),
		},
		timings: {
			totalMs: Math.round(totalMs),
			testRunsMs: receipt.runs.reduce((sum, run) => sum + run.durationMs, 0),
			proposeMs: outcome.attempts.reduce((sum, attempt) => sum + attempt.proposeMs, 0),
		},
		attempts: outcome.attempts.map((attempt) => ({
			number: attempt.number,
			offer: attempt.offer.id,
			allowance: attempt.allowance,
			cost: attempt.cost,
			ended: attempt.ended,
			...(attempt.reason === undefined ? {} : { reason: attempt.reason }),
			...(attempt.tried === undefined ? {} : { tried: attempt.tried }),
			verdicts: attempt.verdicts.map(({ proposed, verdict }) => ({
				sha256: proposed.patch.hash,
				kind: verdict.kind,
				...('reason' in verdict ? { reason: verdict.reason } : {}),
			})),
			proposeMs: attempt.proposeMs,
			verifyMs: attempt.verifyMs,
		})),
		receipt: JSON.parse(JSON.stringify(receipt)) as FixOutput['receipt'],
	};
}

export function patchOutput({
	patch: { diff, hash, files, linesAdded, linesRemoved },
	summary,
	warnings,
}: ProposedPatch): z.infer<typeof patchSchema> {
	return {
		diff,
		sha256: hash,
		files: [...files],
		linesAdded,
		linesRemoved,
		summary,
		warnings: [...warnings],
	};
}

/** The same object for a command that was refused or cancelled before a run began. */
export function refusedOutput(
	kind: 'blocked' | 'cancelled',
	reason: string | undefined,
	totalMs: number,
): FixOutput {
	return {
		version: 1,
		outcome: { kind, ...(reason === undefined ? {} : { reason }) },
		verified: false,
		checked: false,
		alternatives: [],
		target: [],
		money: { bid: 0, spent: 0 },
		timings: { totalMs: Math.round(totalMs), testRunsMs: 0, proposeMs: 0 },
		attempts: [],
	};
}
