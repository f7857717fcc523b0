// Whether anything may run here at all, and one sentence where not.
import * as vscode from 'vscode';

/** The folders whose tests can be run; undefined when nothing can, which is said. */
export function usableFolders(
	folders: readonly vscode.WorkspaceFolder[] = vscode.workspace.workspaceFolders ?? [],
): readonly vscode.WorkspaceFolder[] | undefined {
	if (!mayRunHere()) {
		return undefined;
	}
	const onDisk = folders.filter((folder) => folder.uri.scheme === 'file');
	if (onDisk.length > 0) {
		return onDisk;
	}
	void vscode.window.showInformationMessage(
		folders.length === 0
			? vscode.l10n.t('Open the folder of your project first, then fix its tests.')
			: vscode.l10n.t(
					'This folder is virtual. Open a copy on disk: Underbid runs its tests in a git worktree.',
				),
	);
	return undefined;
}

/** False in restricted mode, which is said with the way out of it. */
export function mayRunHere(): boolean {
	if (vscode.workspace.isTrusted) {
		return true;
	}
	const manage = vscode.l10n.t('Manage Workspace Trust');
	void vscode.window
		.showWarningMessage(
			vscode.l10n.t('Underbid runs the tests of this folder, so it waits until you trust it.'),
			manage,
		)
		.then((answer) =>
			answer === manage ? vscode.commands.executeCommand('workbench.trust.manage') : undefined,
		);
	return false;
}
