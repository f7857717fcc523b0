// Whether a model can be reached: a free question to its provider, or the editor's own word. Nothing is bought.
import * as vscode from 'vscode';
import { signalOf } from '../cancellation';
import type { Catalogue } from '../engine';
import type { EditorModels } from './editorModels';
import { isEditorModelId } from './editorPrices';
import { answerText } from './modelWords';

const TEST_MS = 20_000;

export class ModelTest {
	constructor(
		private readonly catalogue: () => Promise<Catalogue>,
		private readonly editor: EditorModels,
	) {}

	/** Asks which one where none is named. */
	async run(wanted?: string): Promise<void> {
		const id = wanted ?? (await this.askModel());
		if (id === undefined) {
			return;
		}
		const said = await vscode.window.withProgress(
			{
				location: vscode.ProgressLocation.Notification,
				title: vscode.l10n.t('Testing {0}. This costs nothing.', id),
				cancellable: true,
			},
			async (_progress, token) => {
				const { signal, release } = signalOf(token);
				try {
					const text = await this.test(id, AbortSignal.any([signal, AbortSignal.timeout(TEST_MS)]));
					return signal.aborted ? undefined : text;
				} finally {
					release();
				}
			},
		);
		if (said !== undefined) {
			void vscode.window.showInformationMessage(said);
		}
	}

	/** In a sentence or two. */
	async test(id: string, signal: AbortSignal): Promise<string> {
		if (isEditorModelId(id)) {
			return this.testEditorModel(id);
		}
		const catalogue = await this.catalogue();
		const listing = (await catalogue.list({ all: true, discover: true }, signal)).find(
			(one) => one.id === id,
		);
		if (listing === undefined) {
			return vscode.l10n.t('There is no model called {0}.', id);
		}
		const name =
			catalogue.providers.find(({ provider }) => provider === listing.provider)?.name ?? listing.provider;
		const text = answerText(
			name,
			await catalogue.ask(listing.provider, undefined, signal),
			listing.wireModel,
		);
		return listing.usable ? text : `${text} ${vscode.l10n.t('It is not used: {0}.', listing.why ?? '')}`;
	}

	private async testEditorModel(id: string): Promise<string> {
		const model = (await this.editor.list()).find((one) => one.id === id);
		if (model === undefined) {
			return vscode.l10n.t('The editor does not list {0} any more.', id);
		}
		if (!model.usable) {
			return vscode.l10n.t('{0} cannot be used: {1}.', model.label, model.why ?? '');
		}
		try {
			await model.chat.countTokens('test');
		} catch (error) {
			return vscode.l10n.t(
				'{0} does not answer: {1}',
				model.label,
				error instanceof Error ? error.message : '',
			);
		}
		return vscode.l10n.t(
			'{0} is there and counts tokens. The editor may ask for your consent at its first call, which is not free.',
			model.label,
		);
	}

	private async askModel(): Promise<string | undefined> {
		const catalogue = await this.catalogue();
		const listings = await catalogue.list({ discover: true }, AbortSignal.timeout(TEST_MS));
		const items = [
			...listings
				.filter(({ keyPresent }) => keyPresent)
				.map(({ id, label, why }) => ({ label, description: id, detail: why ?? '', id })),
			...(await this.editor.list()).map(({ id, label, why }) => ({
				label,
				description: id,
				detail: why ?? '',
				id,
			})),
		];
		if (items.length === 0) {
			const add = vscode.l10n.t('Add a Key…');
			const answer = await vscode.window.showInformationMessage(
				vscode.l10n.t('There is no model to test yet: add a key, or start a model server on this computer.'),
				add,
			);
			if (answer === add) {
				await vscode.commands.executeCommand('underbid.addKey');
			}
			return undefined;
		}
		const picked = await vscode.window.showQuickPick(items, {
			title: vscode.l10n.t('Test a Model'),
			placeHolder: vscode.l10n.t(
				'Which model? Its provider is asked whether it answers, which costs nothing',
			),
			matchOnDescription: true,
		});
		return picked?.id;
	}
}
