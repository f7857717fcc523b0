// The commands around a run: test command, default limit, settings, and the sample project.
import * as vscode from 'vscode';
import { askDefaultLimit, type BidDesk } from '../bid/bidDesk';
import type { Engine } from '../engine';
import { askFolder } from '../questions';
import { openSample } from './openSample';
import { usableFolders } from './standing';

export interface SetupWorld {
	readonly log: vscode.LogOutputChannel;
	readonly desk: () => BidDesk;
	readonly engine: () => Promise<Engine>;
	/** Of the person. */
	readonly memory: vscode.Memento;
	/** Where copies of the sample project go unless the user names another folder. */
	readonly samplesHome: vscode.Uri;
	/** Resolves to a sentence when it cannot be made. */
	readonly makeSample: (folder: string, signal: AbortSignal) => Promise<string | undefined>;
}

export function setupCommands(world: SetupWorld): vscode.Disposable[] {
	const told = (work: () => Promise<unknown>) => async (): Promise<void> => {
		try {
			await work();
		} catch (error) {
			world.log.error(error instanceof Error ? error : String(error));
			void vscode.window.showErrorMessage(error instanceof Error ? error.message : String(error));
		}
	};
	return [
		vscode.commands.registerCommand(
			'underbid.setTestCommand',
			told(() => setTestCommand(world)),
		),
		vscode.commands.registerCommand('underbid.setDefaultLimit', told(askDefaultLimit)),
		vscode.commands.registerCommand(
			'underbid.openSample',
			told(() => openSample(world)),
		),
	];
}

async function setTestCommand({ desk, engine }: SetupWorld): Promise<void> {
	const folders = usableFolders();
	const folder = folders && (await askFolder(folders));
	if (folder === undefined) {
		return;
	}
	const chosen = await desk().commands.change(await engine(), folder);
	if (chosen !== undefined) {
		void vscode.window.showInformationMessage(
			vscode.l10n.t('The tests of {0} are run with “{1}” from now on.', folder.name, chosen.shown),
		);
	}
}
