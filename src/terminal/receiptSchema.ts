// The receipt for machines; media/receipt.schema.json is made from here.
import * as z from 'zod';

const money = z.int().nonnegative().describe('nano-dollars (billionths of a US dollar)');
const milliseconds = z.number().nonnegative().describe('milliseconds');
const count = z.object({ passed: z.int(), failed: z.int(), skipped: z.int() });

const spent = z.object({ billed: money, estimated: money });

export const reproductionSchema = z
	.object({
		issue: z.object({ name: z.string(), title: z.string(), link: z.string().optional() }),
		author: z
			.enum(['project', 'issue', 'model', 'user'])
			.optional()
			.describe('who wrote the test; absent when there is none'),
		offer: z.string().optional(),
		test: z
			.object({
				patch: z.object({
					diff: z.string(),
					hash: z.string().describe('sha256 of diff'),
					files: z.array(z.string()),
					linesAdded: z.int(),
					linesRemoved: z.int(),
				}),
				summary: z.string(),
				warnings: z.array(z.string()),
			})
			.optional()
			.describe("the test as a patch of its own; absent where it is the project's own"),
		tests: z.array(z.string()).describe('ids of the tests that show the issue'),
		agrees: z.array(z.string()).describe('what of the issue their failure repeats'),
		candidates: z.array(
			z.object({
				offer: z.string(),
				sha256: z.string(),
				files: z.array(z.string()),
				summary: z.string(),
				refusal: z.object({ kind: z.string(), reason: z.string() }).optional(),
			}),
		),
		attempts: z.array(
			z.object({
				number: z.int(),
				offer: z.string(),
				cost: spent,
				ended: z.string(),
				reason: z.string().optional(),
			}),
		),
		spent: money.describe('of the bid, for the test alone'),
		runs: z.array(
			z.object({ what: z.string(), argv: z.array(z.string()), result: z.string(), durationMs: milliseconds }),
		),
	})
	.describe('where an issue was to be fixed: how it became a failing test');

export const receiptSchema = z
	.object({
		run: z.string(),
		outcome: z.enum(['solved', 'exhausted', 'cancelled', 'blocked']),
		verified: z.boolean().describe('true only when the very text of patch did all that "verified" asks'),
		checked: z
			.boolean()
			.describe(
				'true when it did all that against a test that was written for this run, or that the patch itself changed: less than verified',
			),
		mayChange: z.enum(['code', 'test', 'either']).describe('what the patch might change'),
		testsChanged: z.array(z.string()).describe('files of tests, snapshots and fixtures that it changes'),
		reproduction: reproductionSchema.optional(),
		reason: z.string().optional().describe('why there is no verified fix'),
		base: z.object({ commit: z.string(), tree: z.string() }).optional(),
		patch: z
			.object({
				sha256: z.string(),
				files: z.array(z.string()),
				linesAdded: z.int(),
				linesRemoved: z.int(),
			})
			.optional(),
		summary: z.string().optional(),
		suite: z
			.object({ framework: z.string(), command: z.string(), folder: z.string(), source: z.string() })
			.optional(),
		flipped: z.array(z.string()).describe('ids that failed on the base and pass on the patch'),
		suiteNotRun: z
			.object({ related: z.int() })
			.optional()
			.describe(
				'the suite does not fit the time limit: patch passes the target and so many related tests, and is not verified',
			),
		failsWithout: z.boolean().optional().describe('the target failed again without the patch'),
		before: count.optional(),
		after: count.optional(),
		runs: z.array(
			z.object({
				what: z.string(),
				argv: z.array(z.string()),
				result: z.string(),
				durationMs: milliseconds,
			}),
		),
		flaky: z.array(z.string()),
		knownFailing: z.array(z.string()),
		heldOut: z
			.object({
				files: z.array(z.string()),
				tests: z.int().describe('in these files, passing on the base'),
				why: z.string().optional().describe('why nothing was held out'),
				passed: z.int().optional().describe('on the patch, as the three that follow'),
				failed: z.int().optional(),
				skipped: z.int().optional(),
				missing: z.int().optional(),
			})
			.optional()
			.describe('with --hold-out: related tests that no proposer had seen'),
		protectedUntouched: z.boolean(),
		warnings: z.array(z.string()).describe('reasons to look twice, with file and line where one is known'),
		alternatives: z.int(),
		attempts: z.array(
			z.object({
				number: z.int(),
				offer: z.string(),
				cost: money,
				estimated: money,
				tried: z.int().optional(),
				result: z.string(),
				proposeMs: milliseconds,
				verifyMs: milliseconds,
			}),
		),
		bid: money,
		spent: money,
		doubted: money.optional(),
		durationMs: milliseconds,
		sandbox: z.string(),
	})
	.loose();
