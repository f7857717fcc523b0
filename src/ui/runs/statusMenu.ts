// What a click on the status item offers.
import * as vscode from 'vscode';
import { formatUsd } from '../../core/money';
import { moneyOf } from '../../core/runWords';
import { reviewMenuItems } from '../review/reviewMenu';
import { fixWords } from '../review/reviewWords';
import type { StoredReview } from '../review/storedReview';
import { FIX_TERMINAL, FIX_TEST, SHOW_LOG, SHOW_RUNS, SHOW_SPENDING, STOP } from './runCommands';
import type { StatusFacts } from './runTooltip';

interface MenuItem extends vscode.QuickPickItem {
	run?(): Thenable<unknown>;
}

export async function showStatusMenu(
	facts: StatusFacts,
	hasRuns: boolean,
	waiting: StoredReview | undefined,
): Promise<void> {
	const known = new Set(await vscode.commands.getCommands(true));
	const command = (id: string) => (): Thenable<unknown> => vscode.commands.executeCommand(id);
	const running = facts.kind === 'running';
	const totals = facts.kind === 'idle' ? facts : facts.kind === 'failed' ? facts.totals : undefined;
	const spending: MenuItem[] = known.has(SHOW_SPENDING)
		? [
				{
					label: vscode.l10n.t('$(graph) Show Spending'),
					...(totals === undefined
						? {}
						: { description: vscode.l10n.t('{0} today', formatUsd(totals.today)) }),
					run: command(SHOW_SPENDING),
				},
			]
		: [];
	const items: MenuItem[] = [
		...(facts.kind === 'review'
			? [
					{
						label: vscode.l10n.t('{0} Review the {1}', fixWords(waiting).icon, fixWords(waiting).fix),
						description: facts.title,
						run: command('underbid.reviewInline'),
					},
				]
			: []),
		...(facts.kind === 'review' && waiting !== undefined
			? reviewMenuItems(waiting).map(({ command: id, ...item }) => ({ ...item, run: command(id) }))
			: []),
		...(running
			? [{ label: vscode.l10n.t('$(debug-stop) Stop'), description: facts.doing, run: command(STOP) }]
			: [
					...(facts.kind === 'failed'
						? [
								{
									label: vscode.l10n.t('$(wrench) Fix What Failed…'),
									description: facts.command,
									run: command(FIX_TERMINAL),
								},
							]
						: []),
					{ label: vscode.l10n.t('$(wrench) Fix a Failing Test…'), run: command(FIX_TEST) },
				]),
		// While nothing goes on, the item speaks of money.
		...(running ? [] : spending),
		...(hasRuns ? [{ label: vscode.l10n.t('$(list-tree) Show Attempts'), run: command(SHOW_RUNS) }] : []),
		{
			label: vscode.l10n.t('$(output) Show Details'),
			description: vscode.l10n.t('the log'),
			run: command(SHOW_LOG),
		},
		...(running ? spending : []),
		{
			label: vscode.l10n.t('$(settings-gear) Change Limit…'),
			description: running
				? vscode.l10n.t('for the next run; this one keeps {0}', formatUsd(facts.bid))
				: vscode.l10n.t('of the runs to come'),
			run: () => changeLimit(known),
		},
	];
	const picked = await vscode.window.showQuickPick(items, {
		title: vscode.l10n.t('Underbid'),
		placeHolder: running
			? vscode.l10n.t('{0} spent so far', moneyOf(facts.spent, facts.bid))
			: facts.kind === 'review'
				? vscode.l10n.t('A {0} waits for your review', fixWords(waiting).fix)
				: vscode.l10n.t('Nothing is running'),
	});
	await picked?.run?.();
}

/** Whichever way to change it there is. */
function changeLimit(known: ReadonlySet<string>): Thenable<unknown> {
	const found = ['underbid.changeLimit', 'underbid.setDefaultLimit'].find((id) => known.has(id));
	return found === undefined
		? vscode.commands.executeCommand('workbench.action.openSettings', 'underbid limit')
		: vscode.commands.executeCommand(found);
}
