// Models in the editor: keys, the editor's own models, the choice among all; what the engine is told of them.
import * as vscode from 'vscode';
import type { Catalogue, Engine, EngineOptions } from '../engine';
import { EditorModels } from './editorModels';
import { isEditorModelId } from './editorPrices';
import { KeyCommands } from './keyCommands';
import { ModelChoice } from './modelChoice';
import { ModelSettings } from './modelSettings';
import { ModelTest } from './modelTest';
import { ProviderKeys } from './providerKeys';

export class Models implements vscode.Disposable {
	readonly keys: ProviderKeys;
	readonly settings = new ModelSettings();
	readonly editor: EditorModels;
	private readonly keyCommands: KeyCommands;
	private readonly disposables: readonly vscode.Disposable[];
	private told = false;

	constructor(
		context: Pick<vscode.ExtensionContext, 'secrets' | 'languageModelAccessInformation'>,
		private readonly engine: () => Promise<Engine>,
		private readonly log: vscode.LogOutputChannel,
	) {
		const catalogue = async (): Promise<Catalogue> => (await this.engine()).catalogue();
		this.keys = new ProviderKeys(context.secrets);
		this.editor = new EditorModels(this.settings, catalogue, context.languageModelAccessInformation, log);
		this.keyCommands = new KeyCommands(this.keys, catalogue, log);
		const test = new ModelTest(catalogue, this.editor);
		const choice = new ModelChoice(this.settings, catalogue, this.editor, this.keyCommands, test);
		this.disposables = [
			this.keys,
			this.command('underbid.addKey', async (provider) => void (await this.keyCommands.add(provider))),
			this.command('underbid.removeKey', (provider) => this.keyCommands.remove(provider)),
			this.command('underbid.chooseModels', () => choice.run()),
			this.command('underbid.tryModelEarlier', async () => choice.move('earlier')),
			this.command('underbid.tryModelLater', async () => choice.move('later')),
			this.command('underbid.testModel', (id) => test.run(id)),
		];
	}

	/** What an engine is made with. */
	get options(): Pick<EngineOptions, 'secretOf' | 'lent' | 'localFree' | 'pool' | 'order'> {
		return {
			secretOf: this.keys.of,
			lent: (bid, signal) => this.editor.lent(bid, signal),
			localFree: () => this.settings.localFree,
			// The editor's own models are lent, not bought from the catalogue.
			pool: () => this.settings.pool?.filter((id) => !isEditorModelId(id)),
			order: () => (this.settings.inOrder ? this.settings.pool : undefined),
		};
	}

	/** The kept keys are at hand. Where the storage is broken, that is said once and we go on without. */
	async ready(): Promise<void> {
		try {
			await this.keys.ready();
		} catch (error) {
			this.log.warn(`The secret storage cannot be read: ${error instanceof Error ? error.message : ''}`);
			if (!this.told) {
				this.told = true;
				void vscode.window.showWarningMessage(
					vscode.l10n.t('The editor’s secret storage cannot be read, so keys kept there are not used.'),
				);
			}
		}
	}

	dispose(): void {
		for (const one of this.disposables) {
			one.dispose();
		}
	}

	private command(name: string, work: (argument: string | undefined) => Promise<void>): vscode.Disposable {
		return vscode.commands.registerCommand(name, async (argument?: unknown) => {
			try {
				await work(typeof argument === 'string' ? argument : undefined);
			} catch (error) {
				const words = error instanceof Error ? error.message : String(error);
				this.log.warn(`${name}: ${words}`);
				void vscode.window.showWarningMessage(words);
			}
		});
	}
}
