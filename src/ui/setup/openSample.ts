// A small project with one red test, which is fixed without a key, a model or a network.
import path from 'node:path';
import * as vscode from 'vscode';
import { signalOf } from '../cancellation';
import { guideNext } from './sampleGuide';
import type { SetupWorld } from './setupCommands';

const NAME = 'underbid-sample';

interface Place extends vscode.QuickPickItem {
	readonly parent?: vscode.Uri;
}

export async function openSample({ samplesHome, makeSample, memory }: SetupWorld): Promise<void> {
	const parent = await askParent(samplesHome);
	if (parent === undefined) {
		return;
	}
	const folder = await freeName(parent);
	const failed = await vscode.window.withProgress(
		{
			location: vscode.ProgressLocation.Notification,
			title: vscode.l10n.t('Copying the sample project'),
			cancellable: true,
		},
		async (_progress, token) => {
			const { signal, release } = signalOf(token);
			try {
				return await makeSample(folder.fsPath, signal);
			} finally {
				release();
			}
		},
	);
	if (failed !== undefined) {
		void vscode.window.showErrorMessage(failed);
		return;
	}
	await guideNext(memory, folder);
	// An empty window is taken; work that is open stays open.
	const newWindow = vscode.workspace.workspaceFolders !== undefined;
	await vscode.commands.executeCommand('vscode.openFolder', folder, { forceNewWindow: newWindow });
}

async function askParent(samplesHome: vscode.Uri): Promise<vscode.Uri | undefined> {
	const here: Place = {
		label: vscode.l10n.t('In Underbid’s Own Folder'),
		detail: samplesHome.fsPath,
		parent: samplesHome,
	};
	const other: Place = { label: vscode.l10n.t('In Another Folder…') };
	const picked = await vscode.window.showQuickPick([here, other], {
		title: vscode.l10n.t('Open Sample Failing Test'),
		placeHolder: vscode.l10n.t('A small shop with one red test. Where shall the copy go?'),
	});
	if (picked !== other) {
		return picked?.parent;
	}
	const chosen = await vscode.window.showOpenDialog({
		canSelectFiles: false,
		canSelectFolders: true,
		canSelectMany: false,
		title: vscode.l10n.t('Where the sample’s folder is made'),
		openLabel: vscode.l10n.t('Put It Here'),
	});
	return chosen?.[0];
}

/** A sample that was opened before may hold work of the user: it is never written over. */
async function freeName(parent: vscode.Uri): Promise<vscode.Uri> {
	for (let number = 1; ; number += 1) {
		const name = number === 1 ? NAME : `${NAME}-${number}`;
		const folder = vscode.Uri.file(path.join(parent.fsPath, name));
		try {
			await vscode.workspace.fs.stat(folder);
		} catch {
			return folder;
		}
	}
}
