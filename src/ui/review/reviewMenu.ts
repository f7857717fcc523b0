// What else can be done with a fix that waits: more than fits beside a message.
import * as vscode from 'vscode';
import * as commands from './reviewCommands';
import { fixWords } from './reviewWords';
import type { StoredReview } from './storedReview';

export interface ReviewMenuItem extends vscode.QuickPickItem {
	readonly command: string;
}

export function reviewMenuItems(review: Pick<StoredReview, 'alternatives' | 'checked'>): ReviewMenuItem[] {
	const { alternatives } = review;
	return [
		{ label: vscode.l10n.t('$(diff) Show Diff'), command: commands.SHOW_DIFF },
		{
			label: vscode.l10n.t('$(output) Show Receipt'),
			description: vscode.l10n.t('how it was {0}, and what it cost', fixWords(review).done),
			command: commands.SHOW_RECEIPT,
		},
		...(alternatives.length === 0
			? []
			: [
					{
						label: vscode.l10n.t('$(compare-changes) Compare Alternatives'),
						description: vscode.l10n.t('{0} more found', alternatives.length),
						command: commands.COMPARE_ALTERNATIVES,
					},
				]),
		{
			label: vscode.l10n.t('$(list-selection) Choose Changes to Accept…'),
			description: vscode.l10n.t('as a list'),
			command: commands.CHOOSE_HUNKS,
		},
		{ label: vscode.l10n.t('$(check-all) Accept All'), command: commands.ACCEPT_ALL },
		{ label: vscode.l10n.t('$(close-all) Discard'), command: commands.DISCARD_ALL },
	];
}

/** Undefined when the user turned away. */
export async function askMore(review: StoredReview): Promise<string | undefined> {
	const picked = await vscode.window.showQuickPick(reviewMenuItems(review), {
		title: vscode.l10n.t('{0} Fix', fixWords(review).Done),
		placeHolder: review.summary,
	});
	return picked?.command;
}
