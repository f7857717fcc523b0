// In the window of a sample that was just opened: its red test, and the one next step.
import * as vscode from 'vscode';

const OPENED = 'underbid.openedSample';
const RED = { file: 'test/discounts.test.js', test: 'a tier holds from its first piece on' };

/** The window that opens next with this folder shows the way. */
export async function guideNext(memory: vscode.Memento, folder: vscode.Uri): Promise<void> {
	await memory.update(OPENED, folder.toString());
}

/** Once for each sample, in its own window. */
export async function guideHere(memory: vscode.Memento, fixCommand: string): Promise<void> {
	const opened = memory.get(OPENED);
	const [folder] = vscode.workspace.workspaceFolders ?? [];
	if (folder === undefined || opened !== folder.uri.toString()) {
		return;
	}
	await memory.update(OPENED, undefined);
	// For the walkthrough: the window in which the command ran may be gone.
	void vscode.commands.executeCommand('setContext', 'underbid.sampleOpened', true);
	await showRed(folder.uri);
	const fix = vscode.l10n.t('Fix the Red Test…');
	const answer = await vscode.window.showInformationMessage(
		vscode.l10n.t(
			'This small shop has 51 tests, and “{0}” is red. Underbid fixes it on this computer, at $0.00.',
			RED.test,
		),
		fix,
	);
	if (answer === fix) {
		await vscode.commands.executeCommand(fixCommand);
	}
}

async function showRed(folder: vscode.Uri): Promise<void> {
	try {
		const document = await vscode.workspace.openTextDocument(vscode.Uri.joinPath(folder, RED.file));
		const at = document.positionAt(document.getText().indexOf(RED.test));
		await vscode.window.showTextDocument(document, {
			selection: new vscode.Range(at, at),
			preview: false,
		});
	} catch {
		// The copy was changed or taken away meanwhile: the message stands by itself.
	}
}
