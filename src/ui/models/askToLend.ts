// The editor's own models cost money that only their vendor knows, so they are used when the user says so.
import * as vscode from 'vscode';

export type LendAnswer = 'once' | 'always' | 'not' | 'never';

interface LendItem extends vscode.QuickPickItem {
	readonly answer: LendAnswer;
}

/** Undefined when the user turned away. */
export async function askToLend(
	labels: readonly string[],
	mostCalls: number,
	signal: AbortSignal,
): Promise<LendAnswer | undefined> {
	const cancel = new vscode.CancellationTokenSource();
	const stop = () => cancel.cancel();
	signal.addEventListener('abort', stop, { once: true });
	if (signal.aborted) {
		cancel.cancel();
	}
	const calls = mostCalls === 1 ? vscode.l10n.t('1 call') : vscode.l10n.t('{0} calls', mostCalls);
	const items: readonly LendItem[] = [
		{
			label: vscode.l10n.t('Use them for this fix'),
			detail: vscode.l10n.t(
				'At most {0}, cost estimated: your bid limits the estimate, not the bill.',
				calls,
			),
			answer: 'once',
		},
		{ label: vscode.l10n.t('Use them from now on'), detail: 'underbid.editorModels: on', answer: 'always' },
		{ label: vscode.l10n.t('Not this time'), answer: 'not' },
		{ label: vscode.l10n.t('Never use them'), detail: 'underbid.editorModels: off', answer: 'never' },
	];
	try {
		const picked = await vscode.window.showQuickPick(
			items,
			{
				title: vscode.l10n.t('Fix a Failing Test: Models of Your Editor'),
				placeHolder: vscode.l10n.t('May this fix also use {0}?', listed(labels)),
				ignoreFocusOut: true,
			},
			cancel.token,
		);
		return picked?.answer;
	} finally {
		signal.removeEventListener('abort', stop);
		cancel.dispose();
	}
}

function listed(labels: readonly string[]): string {
	const [first = '', ...rest] = labels;
	return rest.length === 0 ? first : vscode.l10n.t('{0} and {1} more', first, rest.length);
}
