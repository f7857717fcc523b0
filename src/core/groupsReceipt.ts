// The evidence of several causes fixed under one bid: one summary, and a receipt for each of them.
import { type GroupsResult, isFixed } from './fixGroups';
import { formatUsd, type NanoUsd } from './money';
import type { Outcome } from './outcome';
import { type Receipt, receiptMarkdown } from './receipt';

export interface GroupsReceipt {
	/** True when every failing test passes now, and all fixes together were verified. */
	readonly allFixed: boolean;
	/** True when the very text of all fixes together was verified; some causes may have none. */
	readonly verified: boolean;
	readonly groups: readonly {
		readonly tests: readonly string[];
		readonly error: string;
		readonly at?: { readonly path: string; readonly line: number };
		/** `along`: another group's fix made it pass too. `untried`: nothing was run for it. */
		readonly result: 'fixed' | 'along' | 'unfixed' | 'untried';
		/** With `along`: the number of that group, from 1. */
		readonly along?: number;
		readonly reason?: string;
		readonly bid: NanoUsd;
		readonly spent: NanoUsd;
		readonly receipt?: Receipt;
	}[];
	/** Of all fixes together, against the text as it was; absent where there is none. */
	readonly whole?: Receipt;
	readonly bid: NanoUsd;
	readonly spent: NanoUsd;
	readonly durationMs: number;
}

export function groupsReceipt(
	{ groups, whole, spent, cancelled }: GroupsResult,
	evidenceOf: (outcome: Outcome) => Receipt | undefined,
	bid: NanoUsd,
	durationMs: number,
): GroupsReceipt {
	const verified = whole?.kind === 'solved';
	const together = whole && evidenceOf(whole);
	return {
		allFixed: verified && !cancelled && groups.every(isFixed),
		verified,
		groups: groups.map((one) => {
			const { group, outcome, along, reason } = one;
			const receipt = outcome && evidenceOf(outcome);
			const why = reason ?? (outcome !== undefined && 'reason' in outcome ? outcome.reason : undefined);
			return {
				tests: group.tests.map(({ id }) => id),
				error: group.error,
				...(group.at === undefined ? {} : { at: group.at }),
				result:
					along !== undefined
						? 'along'
						: isFixed(one)
							? 'fixed'
							: outcome === undefined
								? 'untried'
								: 'unfixed',
				...(along === undefined ? {} : { along }),
				...(why === undefined ? {} : { reason: why }),
				bid: one.bid,
				spent: outcome?.spent ?? (0 as NanoUsd),
				...(receipt === undefined ? {} : { receipt }),
			};
		}),
		...(together === undefined ? {} : { whole: together }),
		bid,
		spent,
		durationMs,
	};
}

/** `Verified: 3 of 4 causes fixed, 7 of 9 failing tests pass`. */
export function groupsHeadline({ groups, verified, whole }: GroupsReceipt): string {
	const fixed = groups.filter(({ result }) => result === 'fixed' || result === 'along');
	const tests = (of: typeof groups): number => of.reduce((sum, one) => sum + one.tests.length, 0);
	const counts = `${fixed.length} of ${groups.length} ${groups.length === 1 ? 'cause' : 'causes'} fixed, ${tests(fixed)} of ${tests(groups)} failing tests pass`;
	if (verified) {
		return `Verified: ${counts}`;
	}
	return whole === undefined ? 'No verified fix' : 'Not verified together';
}

export function groupWords(group: GroupsReceipt['groups'][number]): string {
	switch (group.result) {
		case 'fixed':
			return `fixed: ${group.receipt?.summary ?? 'a verified change'}`;
		case 'along':
			return `fixed along with cause ${group.along ?? '?'}`;
		case 'unfixed':
			return `not fixed: ${group.reason ?? 'stopped'}`;
		case 'untried':
			return `not tried: ${group.reason ?? 'stopped'}`;
	}
}

export function groupsMarkdown(receipt: GroupsReceipt): string {
	const { groups, whole, spent, bid, durationMs } = receipt;
	const lines = [
		`## ${groupsHeadline(receipt)}, ${formatUsd(spent)} of ${formatUsd(bid)}`,
		'',
		'| cause | tests | error | result | cost |',
		'| --- | --- | --- | --- | --- |',
		...groups.map((group, index) => {
			const at = group.at === undefined ? '' : ` at ${group.at.path}:${group.at.line}`;
			return `| ${index + 1} | ${group.tests.length} | ${cell(group.error)}${at} | ${cell(groupWords(group))} | ${formatUsd(group.spent)} of ${formatUsd(group.bid)} |`;
		}),
		'',
		`${(durationMs / 1000).toFixed(1)} s.`,
		'',
	];
	if (whole !== undefined && groups.every(({ receipt: one }) => one?.run !== whole.run)) {
		lines.push('# All fixes together', '', receiptMarkdown(whole));
	}
	for (const [index, { receipt: one, tests }] of groups.entries()) {
		if (one !== undefined) {
			lines.push(`# Cause ${index + 1}: ${cell(tests.join(', '))}`, '', receiptMarkdown(one));
		}
	}
	return lines.join('\n');
}

function cell(text: string): string {
	return text.replace(/\s*\n\s*/g, ' ').replaceAll('|', '\\|');
}
