// The tools as a client sees them. What they may spend stands in the description of `fix`.
import type { Tool } from '@modelcontextprotocol/sdk/types.js';
import { STANDARD_LIMIT } from '../core/caller/limit';
import { formatUsd, NANO_PER_USD, type NanoUsd } from '../core/money';
import { KEYS } from './arguments';

/** How money may be spent at all in this session. */
export type Purse =
	/** `--limit`: all calls together. `asks`: and a person says yes to each. */
	| { readonly kind: 'shared'; readonly whole: NanoUsd; readonly asks: boolean }
	/** What a person says yes to, call by call. */
	| { readonly kind: 'asked' }
	/** The client cannot ask anybody, and no limit was set. */
	| { readonly kind: 'free' };

/** The most that one call may name. */
export function mostOf(purse: Purse): NanoUsd {
	switch (purse.kind) {
		case 'shared':
			return purse.whole;
		case 'asked':
			return STANDARD_LIMIT;
		case 'free':
			return 0 as NanoUsd;
	}
}

export function purseWords(purse: Purse): string {
	switch (purse.kind) {
		case 'shared':
			return `The user allows ${formatUsd(purse.whole)} for all calls of this session together${purse.asks ? ', and is asked before each' : ''}.`;
		case 'asked':
			return `The user is asked before anything is spent, at most ${formatUsd(STANDARD_LIMIT)} a call.`;
		case 'free':
			return 'Only the free proposer is used here, at $0.00: this client cannot ask its user, and the server was started without --limit.';
	}
}

const folder = {
	type: 'string',
	description:
		"Folder of the project, inside the server's folder and relative to it; that one when left out.",
};
const test = {
	type: 'string',
	description: 'Id or name of the failing test, or its file; whatever fails when left out.',
};
const report = {
	type: 'object' as const,
	properties: {
		outcome: { type: 'string', enum: ['solved', 'exhausted', 'cancelled', 'blocked'] },
		verified: { type: 'boolean' },
		checked: { type: 'boolean', description: 'Passes a test that was written for it: less than verified.' },
		reason: { type: 'string' },
		run: { type: 'string' },
		diff: { type: 'string', description: 'Unified diff of the fix; not applied.' },
		testDiff: { type: 'string', description: 'Unified diff of the test that was written for the issue.' },
		receipt: { type: 'string', description: 'The evidence, Markdown.' },
		spentUsd: { type: 'number' },
		limitUsd: { type: 'number' },
	},
	required: ['outcome', 'verified', 'checked', 'run', 'receipt', 'spentUsd', 'limitUsd'],
};

export function toolsOf(purse: Purse): Tool[] {
	return [
		{
			name: 'fix',
			title: 'Find a verified fix',
			description: `Looks for a fix of a failing test (or of an issue, by writing a test that shows it first) in a private git worktree, and verifies it with the project's own tests. Returns the diff and the receipt; applies nothing. ${purseWords(purse)} A limit can be lowered, never raised.`,
			inputSchema: {
				type: 'object',
				properties: {
					test,
					issue: {
						type: 'string',
						description: 'Text of an issue, an error or a stack trace, in place of a test.',
					},
					limit: {
						type: 'number',
						minimum: 0,
						maximum: mostOf(purse) / NANO_PER_USD,
						description:
							'The most this call may spend, US dollars; 0 uses free proposers alone. Left out: all that the user allows.',
					},
					folder,
				},
				additionalProperties: false,
			},
			outputSchema: report,
			annotations: {
				readOnlyHint: false,
				destructiveHint: false,
				idempotentHint: false,
				openWorldHint: purse.kind !== 'free',
			},
		},
		{
			name: 'quote',
			title: 'The odds before anything is spent',
			description:
				'For several bids the chance of a verified fix, the spend and the minutes to expect. Costs nothing, runs nothing.',
			inputSchema: {
				type: 'object',
				properties: {
					bids: {
						type: 'array',
						items: { type: 'number', minimum: 0 },
						description: 'US dollars; [0, 0.05, 0.25, 1] when left out.',
					},
					folder,
				},
				additionalProperties: false,
			},
			annotations: { readOnlyHint: true, idempotentHint: true, openWorldHint: false },
		},
		{
			name: 'verify',
			title: 'Judge a patch',
			description:
				"Judges a patch from anywhere by the project's own tests, in a private git worktree: red without it, green with it, nothing broken, no test touched. Free; applies nothing.",
			inputSchema: {
				type: 'object',
				properties: {
					patch: {
						type: 'string',
						description: 'A unified diff against the files as they are, paths with a/ and b/ (git diff).',
					},
					test,
					folder,
				},
				required: ['patch'],
				additionalProperties: false,
			},
			outputSchema: report,
			annotations: {
				readOnlyHint: false,
				destructiveHint: false,
				idempotentHint: true,
				openWorldHint: false,
			},
		},
		{
			name: 'spend',
			title: 'What was spent',
			description:
				"What Underbid has spent on this machine, from its journal, and what is left of this session's limit.",
			inputSchema: {
				type: 'object',
				properties: {
					by: { type: 'string', enum: [...KEYS], description: 'One row for each; day when left out.' },
					since: { type: 'string', description: 'From this day on (UTC), like 2026-11-01.' },
					until: { type: 'string', description: 'Up to this day, and with it.' },
				},
				additionalProperties: false,
			},
			annotations: { readOnlyHint: true, idempotentHint: true, openWorldHint: false },
		},
	];
}
