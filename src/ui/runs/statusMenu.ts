// What a click on the status item offers.
import * as vscode from 'vscode';
import { formatUsd } from '../../core/money';
import { moneyOf } from '../../core/runWords';
import { reviewMenuItems } from '../review/reviewMenu';
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
					label: '$(graph) Show Spending',
					...(totals === undefined ? {} : { description: `${formatUsd(totals.today)} today` }),
					run: command(SHOW_SPENDING),
				},
			]
		: [];
	const items: MenuItem[] = [
		...(facts.kind === 'review'
			? [
					{
						label: '$(verified) Review the Verified Fix',
						description: facts.title,
						run: command('underbid.reviewInline'),
					},
				]
			: []),
		...(facts.kind === 'review' && waiting !== undefined
			? reviewMenuItems(waiting).map(({ command: id, ...item }) => ({ ...item, run: command(id) }))
			: []),
		...(running
			? [{ label: '$(debug-stop) Stop', description: facts.doing, run: command(STOP) }]
			: [
					...(facts.kind === 'failed'
						? [
								{
									label: '$(wrench) Fix What Failed…',
									description: facts.command,
									run: command(FIX_TERMINAL),
								},
							]
						: []),
					{ label: '$(wrench) Fix a Failing Test…', run: command(FIX_TEST) },
				]),
		// While nothing goes on, the item speaks of money.
		...(running ? [] : spending),
		...(hasRuns ? [{ label: '$(list-tree) Show Attempts', run: command(SHOW_RUNS) }] : []),
		{ label: '$(output) Show Details', description: 'the log', run: command(SHOW_LOG) },
		...(running ? spending : []),
		{
			label: '$(settings-gear) Change Limit…',
			description: running
				? `for the next run; this one keeps ${formatUsd(facts.bid)}`
				: 'of the runs to come',
			run: () => changeLimit(known),
		},
	];
	const picked = await vscode.window.showQuickPick(items, {
		title: 'Underbid',
		placeHolder: running
			? `${moneyOf(facts.spent, facts.bid)} spent so far`
			: facts.kind === 'review'
				? 'A verified fix waits for your review'
				: 'Nothing is running',
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
