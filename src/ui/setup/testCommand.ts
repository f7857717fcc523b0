// The test command of one workspace folder: looked at once by a person before it ever runs, changed on demand.
import * as vscode from 'vscode';
import type { Engine, FoundSuite } from '../engine';
import { testCommandSetting, testReport } from './settings';
import { knownCommand, type SuiteMemory, suiteMemoryOf } from './suiteMemory';

export interface ChosenCommand {
	/** Absent: found by itself. */
	readonly testCommand?: string;
	/** For people. */
	readonly shown: string;
}

export class TestCommands {
	constructor(private readonly memory: vscode.Memento) {}

	/** What was agreed to; undefined while nobody has. */
	agreed(folder: vscode.Uri): ChosenCommand | undefined {
		const known = knownCommand(this.remembered(folder), testCommandSetting(folder));
		return known.kind === 'agreed' ? chosen(known.command, known.shown) : undefined;
	}

	/** Asks unless it was agreed to before. Undefined when the user turned away or nothing can run, which is said. */
	async confirm(engine: Engine, folder: vscode.WorkspaceFolder): Promise<ChosenCommand | undefined> {
		const agreed = this.agreed(folder.uri);
		if (agreed !== undefined) {
			return agreed;
		}
		const known = knownCommand(this.remembered(folder.uri), testCommandSetting(folder.uri));
		const found = await this.look(engine, folder.uri, known.command);
		if (found.kind === 'blocked') {
			return this.sayBlocked(found, engine, folder);
		}
		const shown = known.command ?? found.command;
		const run: vscode.QuickPickItem = {
			label: vscode.l10n.t('Run “{0}” in a private copy', shown),
			description: `${known.command === undefined ? found.source : 'underbid.testCommand'} · ${found.framework}`,
			detail: vscode.l10n.t('In a git worktree of {0}. Your own files stay as they are.', folder.uri.fsPath),
		};
		const change: vscode.QuickPickItem = { label: vscode.l10n.t('Use Another Command…') };
		const picked = await vscode.window.showQuickPick([run, change], {
			title: vscode.l10n.t('First Time in {0}: How Its Tests Are Run', folder.name),
			placeHolder: vscode.l10n.t('This command will be run to judge every fix. Is it right?'),
			ignoreFocusOut: true,
		});
		if (picked === run) {
			await this.keep(folder.uri, { agreed: shown, setting: testCommandSetting(folder.uri) });
			return chosen(known.command, shown);
		}
		return picked === change ? this.change(engine, folder, shown) : undefined;
	}

	/** A command typed by the user is agreed to. Empty: found by itself again. Undefined when turned away. */
	async change(
		engine: Engine,
		folder: vscode.WorkspaceFolder,
		shown = this.agreed(folder.uri)?.shown ?? testCommandSetting(folder.uri),
	): Promise<ChosenCommand | undefined> {
		const typed = await vscode.window.showInputBox({
			title: vscode.l10n.t('Test Command of {0}', folder.name),
			prompt: vscode.l10n.t(
				'Runs all tests once and ends. Kept for this workspace only; empty: found by itself.',
			),
			value: shown,
			ignoreFocusOut: true,
			validateInput: async (value) => {
				const found = await this.look(engine, folder.uri, value.trim() === '' ? undefined : value.trim());
				return found.kind === 'blocked' ? found.reason : undefined;
			},
		});
		if (typed === undefined) {
			return undefined;
		}
		const own = typed.trim();
		const setting = testCommandSetting(folder.uri);
		if (own !== '') {
			await this.keep(folder.uri, { agreed: own, setting, own });
			return chosen(own, own);
		}
		await this.forget(folder.uri);
		const found = await this.look(engine, folder.uri, setting === '' ? undefined : setting);
		if (found.kind === 'blocked') {
			return this.sayBlocked(found, engine, folder);
		}
		const again = setting === '' ? found.command : setting;
		await this.keep(folder.uri, { agreed: again, setting });
		return chosen(setting === '' ? undefined : setting, again);
	}

	private async look(engine: Engine, folder: vscode.Uri, command: string | undefined): Promise<FoundSuite> {
		const report = testReport(folder);
		return engine.suiteAt({
			folder: folder.fsPath,
			...(command === undefined ? {} : { testCommand: command }),
			...(report === undefined ? {} : { testReport: report }),
		});
	}

	private async sayBlocked(
		{ reason, lacks }: FoundSuite & { readonly kind: 'blocked' },
		engine: Engine,
		folder: vscode.WorkspaceFolder,
	): Promise<undefined> {
		const set = vscode.l10n.t('Set Test Command…');
		void vscode.window
			.showWarningMessage(`${reason} ${vscode.l10n.t('Nothing was spent.')}`, ...(lacks ? [set] : []))
			.then((answer) => (answer === set ? this.change(engine, folder, '') : undefined));
		return undefined;
	}

	private remembered(folder: vscode.Uri): SuiteMemory | undefined {
		return suiteMemoryOf(this.memory.get(keyOf(folder)));
	}

	private async keep(folder: vscode.Uri, memory: SuiteMemory): Promise<void> {
		await this.memory.update(keyOf(folder), memory);
		await vscode.commands.executeCommand('setContext', 'underbid.testCommandOk', true);
	}

	private async forget(folder: vscode.Uri): Promise<void> {
		await this.memory.update(keyOf(folder), undefined);
	}
}

function chosen(command: string | undefined, shown: string): ChosenCommand {
	return { shown, ...(command === undefined ? {} : { testCommand: command }) };
}

function keyOf(folder: vscode.Uri): string {
	return `underbid.suite:${folder.toString()}`;
}
