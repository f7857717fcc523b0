import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import { press, read, see, until } from './user';

/** The folder that is open: empty when the suite starts, and after `emptied`. */
export function folder(): string {
	const [first] = vscode.workspace.workspaceFolders ?? [];
	if (first === undefined) {
		throw new Error('no folder is open');
	}
	return first.uri.fsPath;
}

export function write(name: string, text: string): string {
	const file = path.join(folder(), name);
	writeFileSync(file, text);
	return file;
}

export function text(file: string): string {
	return readFileSync(file, 'utf8');
}

export async function cleared(...names: readonly string[]): Promise<void> {
	await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
	await vscode.commands.executeCommand('workbench.action.closeAllEditors');
	await vscode.commands.executeCommand('notifications.clearAll');
	await vscode.commands.executeCommand('notifications.hideList');
	for (const name of names) {
		rmSync(path.join(folder(), name), { recursive: true, force: true });
	}
}

/**
 * The words of the notification that holds `part`. Under the test driver VS Code shows no toasts, so the
 * notification centre is opened.
 */
export async function notification(part: string): Promise<string> {
	await vscode.commands.executeCommand('notifications.showList');
	const item = '.notifications-center .notification-list-item';
	const found = await until(`a notification with “${part}”`, async () =>
		(await read(item)).find((words) => words.includes(part)),
	);
	return found;
}

export function button(label: string): string {
	return `.notifications-center .notification-list-item .monaco-button:has-text("${label}")`;
}

export async function activeDiff(): Promise<{ original: string; modified: string; label: string }> {
	const tab = await until('a diff editor', () => {
		const active = vscode.window.tabGroups.activeTabGroup.activeTab;
		return active?.input instanceof vscode.TabInputTextDiff ? active : undefined;
	});
	const { original, modified } = tab.input as vscode.TabInputTextDiff;
	const [before, after] = await Promise.all(
		[original, modified].map((uri) => vscode.workspace.openTextDocument(uri)),
	);
	return { original: before?.getText() ?? '', modified: after?.getText() ?? '', label: tab.label };
}

export async function answer(input: string, keys: () => Promise<void>): Promise<void> {
	await see(input);
	await keys();
	await press('Enter');
}
