// Add and remove keys. A key is checked with the provider before it is kept, goes into the editor's secret storage and
// nowhere else, and is in no message and no log.
import * as vscode from 'vscode';
import { signalOf } from '../cancellation';
import type { Catalogue, Provider, ProviderAnswer } from '../engine';
import { answerText } from './modelWords';
import { keyFault, type ProviderKeys } from './providerKeys';

const CHECK_MS = 20_000;

interface ProviderItem extends vscode.QuickPickItem {
	readonly provider: Provider;
}

export class KeyCommands {
	constructor(
		private readonly keys: ProviderKeys,
		private readonly catalogue: () => Promise<Catalogue>,
		private readonly log: vscode.LogOutputChannel,
	) {}

	/** Resolves to true when a key was kept. */
	async add(wanted?: string): Promise<boolean> {
		const catalogue = await this.catalogue();
		const takers = catalogue.providers.filter(({ local }) => !local);
		const provider = takers.find((one) => one.provider === wanted) ?? (await this.askProvider(takers));
		if (provider === undefined) {
			return false;
		}
		for (;;) {
			const key = await this.askKey(provider);
			if (key === undefined) {
				return false;
			}
			const answer = await this.check(catalogue, provider, key);
			if (answer === undefined) {
				return false;
			}
			const next = await this.decide(provider, answer);
			if (next === 'keep') {
				await this.keys.keep(provider.provider, key);
				this.log.info(`The key of ${provider.provider} was kept in the secret storage.`);
				const found = answerText(provider.name, answer);
				void vscode.window.showInformationMessage(
					answer.kind === 'answers'
						? vscode.l10n.t('{0} The key is kept in the editor’s secret storage.', found)
						: vscode.l10n.t(
								'The key of {0} is kept in the editor’s secret storage, unchecked.',
								provider.name,
							),
				);
				return true;
			}
			if (next === 'stop') {
				return false;
			}
		}
	}

	async remove(wanted?: string): Promise<void> {
		await this.keys.ready();
		const kept = this.keys.providers;
		if (kept.length === 0) {
			void vscode.window.showInformationMessage(
				vscode.l10n.t('No key is kept in the editor’s secret storage.'),
			);
			return;
		}
		const { providers } = await this.catalogue();
		const known = (id: string) => providers.find(({ provider }) => provider === id);
		const items = kept.map((id) => ({ label: known(id)?.name ?? id, id }));
		const picked =
			items.find(({ id }) => id === wanted) ??
			(await vscode.window.showQuickPick(items, {
				title: vscode.l10n.t('Remove a Key'),
				placeHolder: vscode.l10n.t('Whose key shall be removed from the editor’s secret storage?'),
			}));
		if (picked === undefined) {
			return;
		}
		await this.keys.remove(picked.id);
		this.log.info(`The key of ${picked.id} was removed from the secret storage.`);
		const left = (await this.catalogue()).keyOf(picked.id) !== undefined;
		void vscode.window.showInformationMessage(
			left
				? vscode.l10n.t(
						'The key of {0} is removed. The environment variable {1} still holds one.',
						picked.label,
						(known(picked.id)?.keyVariables ?? []).join(' / '),
					)
				: vscode.l10n.t('The key of {0} is removed.', picked.label),
		);
	}

	/** Where the key of a provider is from, for people. */
	from(
		provider: Pick<Provider, 'provider' | 'keyVariables'>,
		catalogue: Pick<Catalogue, 'keyOf'>,
	): string | undefined {
		if (this.keys.of(provider.provider) !== undefined) {
			return vscode.l10n.t('in secret storage');
		}
		return catalogue.keyOf(provider.provider) === undefined
			? undefined
			: vscode.l10n.t('from {0}', provider.keyVariables.join(' / '));
	}

	private async askProvider(providers: readonly Provider[]): Promise<Provider | undefined> {
		const catalogue = await this.catalogue();
		const page: vscode.QuickInputButton = {
			iconPath: new vscode.ThemeIcon('link-external'),
			tooltip: vscode.l10n.t('Open the page where a key is got'),
		};
		const items = providers.map((provider): ProviderItem => {
			const from = this.from(provider, catalogue);
			return {
				label: provider.name,
				description: from === undefined ? '' : vscode.l10n.t('has a key {0}', from),
				detail: provider.keyPage ?? provider.baseUrl,
				buttons: provider.keyPage === undefined ? [] : [page],
				provider,
			};
		});
		const pick = vscode.window.createQuickPick<ProviderItem>();
		pick.title = vscode.l10n.t('Add a Key');
		pick.placeholder = vscode.l10n.t('Whose key? OpenRouter sells models of many makers with one key');
		pick.items = items;
		pick.matchOnDetail = true;
		pick.ignoreFocusOut = true;
		return new Promise((resolve) => {
			pick.onDidTriggerItemButton(({ item }) => {
				void vscode.env.openExternal(vscode.Uri.parse(item.provider.keyPage ?? item.provider.baseUrl));
			});
			pick.onDidAccept(() => {
				resolve(pick.selectedItems[0]?.provider);
				pick.hide();
			});
			pick.onDidHide(() => {
				resolve(undefined);
				pick.dispose();
			});
			pick.show();
		});
	}

	private async askKey({ name, keyPage, baseUrl }: Provider): Promise<string | undefined> {
		const text = await vscode.window.showInputBox({
			title: vscode.l10n.t('Add a Key: {0}', name),
			prompt: vscode.l10n.t(
				'Kept in the editor’s secret storage and sent to {0} alone. {1}',
				new URL(baseUrl).host,
				keyPage === undefined ? '' : vscode.l10n.t('You get one at {0}', keyPage),
			),
			password: true,
			ignoreFocusOut: true,
			validateInput: (value) => (value === '' ? undefined : keyFault(value)),
		});
		return text === undefined || keyFault(text) !== undefined ? undefined : text.trim();
	}

	/** Undefined when the user cancelled. */
	private async check(
		catalogue: Catalogue,
		provider: Provider,
		key: string,
	): Promise<ProviderAnswer | undefined> {
		return vscode.window.withProgress(
			{
				location: vscode.ProgressLocation.Notification,
				title: vscode.l10n.t('Asking {0} about the key. This costs nothing.', provider.name),
				cancellable: true,
			},
			async (_progress, token) => {
				const { signal, release } = signalOf(token);
				try {
					const answer = await catalogue.ask(
						provider.provider,
						key,
						AbortSignal.any([signal, AbortSignal.timeout(CHECK_MS)]),
					);
					return signal.aborted ? undefined : answer;
				} finally {
					release();
				}
			},
		);
	}

	private async decide(provider: Provider, answer: ProviderAnswer): Promise<'keep' | 'again' | 'stop'> {
		if (answer.kind === 'answers') {
			return 'keep';
		}
		const again = vscode.l10n.t('Try Another Key');
		if (answer.trouble === 'key') {
			const said = await vscode.window.showWarningMessage(
				vscode.l10n.t('{0} The key was not kept.', answer.reason),
				again,
			);
			return said === again ? 'again' : 'stop';
		}
		const keep = vscode.l10n.t('Keep It Unchecked');
		const said = await vscode.window.showWarningMessage(
			vscode.l10n.t('The key of {0} could not be checked: {1}', provider.name, answer.reason),
			keep,
			again,
		);
		return said === keep ? 'keep' : said === again ? 'again' : 'stop';
	}
}
