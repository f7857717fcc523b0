// What `underbid fix --all --json` prints: one object, described by media/fix-all-output.schema.json, which is made from
// here.
import * as z from 'zod';
import type { GroupsResult } from '../core/fixGroups';
import type { GroupsReceipt } from '../core/groupsReceipt';
import { type Landing, patchOutput, patchSchema } from './fixOutput';
import { receiptSchema } from './receiptSchema';

const money = z.int().nonnegative().describe('nano-dollars (billionths of a US dollar)');

export const fixAllOutputSchema = z.object({
	version: z.literal(1),
	kind: z.literal('all'),
	outcome: z.object({
		kind: z
			.enum(['fixed', 'partly', 'none', 'cancelled', 'blocked'])
			.describe('fixed: every failing test passes now; partly: some do'),
		reason: z.string().optional().describe('one sentence for a person; only with blocked'),
	}),
	verified: z
		.boolean()
		.describe(
			'true only when the very text of patch, all fixes together, was verified against the text as it was',
		),
	patch: patchSchema.optional().describe('all fixes together; present exactly when verified'),
	groups: z
		.array(
			z.object({
				tests: z.array(z.string()).describe('ids of the failing tests that share this cause'),
				error: z.string().describe('what they fail with'),
				at: z
					.object({ path: z.string(), line: z.int() })
					.optional()
					.describe("the line of the project's own code they come from"),
				result: z
					.enum(['fixed', 'along', 'unfixed', 'untried'])
					.describe('along: the fix of another group made them pass too; untried: nothing was run for it'),
				along: z.int().optional().describe('with along: the number of that group, from 1'),
				reason: z.string().optional(),
				patch: patchSchema.optional().describe('its own fix, on top of the fixes of the groups before it'),
				money: z.object({ bid: money, spent: money }),
				receipt: receiptSchema.optional(),
			}),
		)
		.describe('in the order in which they were taken up'),
	receipt: receiptSchema.optional().describe('of all fixes together'),
	applied: z
		.object({ files: z.array(z.string()), merged: z.array(z.string()) })
		.optional()
		.describe('with --apply: files written, and those of them that were merged with newer edits'),
	applyRefused: z.string().optional().describe('with --apply: why nothing was written'),
	money: z.object({ bid: money, spent: money }),
	durationMs: z.number().nonnegative(),
});

export type FixAllOutput = z.infer<typeof fixAllOutputSchema>;

export function fixAllOutput(result: GroupsResult, receipt: GroupsReceipt, landing?: Landing): FixAllOutput {
	const { whole, groups, cancelled } = result;
	const some = receipt.groups.some(({ result: one }) => one === 'fixed' || one === 'along');
	return {
		version: 1,
		kind: 'all',
		outcome: {
			kind: cancelled
				? 'cancelled'
				: receipt.allFixed
					? 'fixed'
					: some && receipt.verified
						? 'partly'
						: 'none',
		},
		verified: receipt.verified,
		...(whole?.kind === 'solved' ? { patch: patchOutput(whole.chosen) } : {}),
		groups: receipt.groups.map(
			({ tests, error, at, result: one, along, reason, bid, spent, receipt: own }, index) => {
				const outcome = groups[index]?.outcome;
				return {
					tests: [...tests],
					error,
					...(at === undefined ? {} : { at: { ...at } }),
					result: one,
					...(along === undefined ? {} : { along }),
					...(reason === undefined ? {} : { reason }),
					...(one === 'fixed' && outcome?.kind === 'solved' ? { patch: patchOutput(outcome.chosen) } : {}),
					money: { bid, spent },
					...(own === undefined ? {} : { receipt: plain(own) }),
				};
			},
		),
		...(receipt.whole === undefined ? {} : { receipt: plain(receipt.whole) }),
		...(landing?.kind === 'landed'
			? { applied: { files: [...landing.files], merged: [...landing.merged] } }
			: {}),
		...(landing?.kind === 'refused' ? { applyRefused: landing.reason } : {}),
		money: { bid: receipt.bid, spent: receipt.spent },
		durationMs: receipt.durationMs,
	};
}

/** The same object for a command that was refused or cancelled before anything ran. */
export function refusedAllOutput(kind: 'blocked' | 'cancelled', reason: string | undefined): FixAllOutput {
	return {
		version: 1,
		kind: 'all',
		outcome: { kind, ...(reason === undefined ? {} : { reason }) },
		verified: false,
		groups: [],
		money: { bid: 0, spent: 0 },
		durationMs: 0,
	};
}

function plain(receipt: NonNullable<GroupsReceipt['whole']>): NonNullable<FixAllOutput['receipt']> {
	return JSON.parse(JSON.stringify(receipt)) as NonNullable<FixAllOutput['receipt']>;
}
