import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import { read, until } from './user';

/** The folder that is open, empty when a test starts. */
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

/** No editor, no message and no file is left for the next test. */
export async function cleared(): Promise<void> {
	await vscode.commands.executeCommand('workbench.action.closeAllEditors');
	await vscode.commands.executeCommand('notifications.clearAll');
	await vscode.commands.executeCommand('notifications.hideList');
	for (const name of readdirSync(folder())) {
		rmSync(path.join(folder(), name), { recursive: true, force: true });
	}
}

/**
 * The words of the notification that holds `part`. Under the test driver VS Code shows no toasts, so the
 * notification centre is opened.
 */
export async function notification(part: string): Promise<string> {
	const item = '.notifications-center .notification-list-item';
	let seen: readonly string[] = [];
	try {
		return await until('the notification', async () => {
			// An empty centre closes again, so it is asked for each time.
			await vscode.commands.executeCommand('notifications.showList');
			seen = await read(item);
			return seen.find((words) => words.includes(part));
		});
	} catch {
		throw new Error(`never saw a notification with “${part}”, but: ${JSON.stringify(seen)}`);
	}
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

export function openTabs(): readonly string[] {
	return vscode.window.tabGroups.all.flatMap((group) => group.tabs).map((tab) => tab.label);
}
