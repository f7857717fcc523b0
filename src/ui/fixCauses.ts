// Everything that fails, fixed cause by cause under one bid: each cause is a run of its own in the list of runs, and one
// review shows what all their fixes change together.
import * as vscode from 'vscode';
import type { FailureGroup } from '../core/failureGroups';
import { groupsHeadline } from '../core/groupsReceipt';
import { formatUsd } from '../core/money';
import { receiptMarkdown } from '../core/receipt';
import type { Engine, FixAllRequest, FixAllResult } from './engine';
import type { FixReview } from './review/fixReview';
import { plainMessage } from './runs/plainMessage';
import type { RunsFace } from './runs/runsFace';

export interface CausesWorld {
	readonly runs: RunsFace;
	readonly review: FixReview;
	readonly showReceipt: (run: string, receipt: string) => Promise<void>;
}

/** Settles when its message stands. */
export async function fixCauses(
	engine: Engine,
	request: FixAllRequest,
	causes: readonly FailureGroup[],
	{ runs, review, showReceipt }: CausesWorld,
): Promise<void> {
	const { folder, bid, testCommand } = request;
	const title = vscode.l10n.t('Fixing {0} causes', causes.length);
	const ended = await runs.during(title, bid.spend, (see, stop) =>
		engine.fixAll(
			request,
			(event) => {
				if (event.kind === 'group') {
					const names = event.group.tests.map(({ id }) => id);
					runs.begin({
						...{ folder, target: { kind: 'named', names }, cause: true },
						...{ bid: event.bid.spend, timeMs: event.bid.timeMs },
						...(testCommand === undefined ? {} : { testCommand }),
					});
				}
				see(event);
			},
			stop,
		),
	);
	if (ended === undefined) {
		return;
	}
	const { result, evidence, receipt, changes } = ended;
	runs.endedAll(
		result.groups.flatMap(({ outcome }, index) => {
			const own = evidence.groups[index]?.receipt;
			return outcome === undefined || own === undefined ? [] : [{ outcome, receipt: receiptMarkdown(own) }];
		}),
	);
	const { whole, spent, fixed } = result;
	if (whole?.kind === 'solved') {
		const outcome = { ...whole, spent };
		const target = { kind: 'named' as const, names: [...fixed] };
		await review.offer({ outcome, receipt, changes }, { folder, title, target, bid: bid.spend });
		if (evidence.allFixed) {
			return;
		}
	}
	if (runs.closing.aborted) {
		return;
	}
	const look = vscode.l10n.t('Show Receipt');
	void vscode.window
		.showInformationMessage(plainMessage(endOf(ended)), look)
		.then((answer) => (answer === look ? showReceipt(ended.run, receipt) : undefined));
}

function endOf({ result, evidence }: FixAllResult): string {
	const words = [
		...(result.cancelled ? [vscode.l10n.t('Stopped.')] : []),
		`${groupsHeadline(evidence)}.`,
		...(evidence.verified ? [] : [vscode.l10n.t('Your files are untouched.')]),
		vscode.l10n.t('{0} of {1} spent.', formatUsd(evidence.spent), formatUsd(evidence.bid)),
	];
	return words.join(' ');
}
