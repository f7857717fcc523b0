// The list of models: what each costs, what is missing, which of them a fix may buy from, and in which order.
import * as vscode from 'vscode';
import { ratePerMillion } from '../../core/decimal';
import type { Catalogue } from '../engine';
import type { EditorModels } from './editorModels';
import type { KeyCommands } from './keyCommands';
import type { ModelSettings } from './modelSettings';
import type { ModelTest } from './modelTest';
import {
	GROUP_TITLES,
	inPoolOrder,
	type ModelAction,
	type ModelRow,
	modelRows,
	moved,
	orderedRows,
} from './modelWords';
import { inSteps } from './steps';

interface ModelItem extends vscode.QuickPickItem {
	readonly row?: ModelRow;
}

interface ActionButton extends vscode.QuickInputButton {
	readonly action: ModelAction;
}

const READ_MS = 30_000;

export class ModelChoice {
	private readonly refresh: vscode.QuickInputButton = {
		iconPath: new vscode.ThemeIcon('refresh'),
		tooltip: vscode.l10n.t('Refresh Prices'),
	};
	private readonly everything: vscode.QuickInputButton = {
		iconPath: new vscode.ThemeIcon('list-flat'),
		tooltip: vscode.l10n.t('Show Every Known Model'),
	};
	private readonly ours: vscode.QuickInputButton = {
		iconPath: new vscode.ThemeIcon('discard'),
		tooltip: vscode.l10n.t('Back to Underbid’s Own Choice'),
	};
	private readonly odds: vscode.QuickInputButton = {
		iconPath: new vscode.ThemeIcon('graph'),
		tooltip: vscode.l10n.t('Order by Odds and Price Again'),
	};
	private readonly actions: Readonly<Record<ModelAction, ActionButton>> = {
		test: button('test', 'pulse', vscode.l10n.t('Test This Model (Free)')),
		key: button('key', 'key', vscode.l10n.t('Add a Key…')),
		free: button('free', 'check', vscode.l10n.t('Use at $0')),
		price: button('price', 'tag', vscode.l10n.t('Give a Price…')),
		earlier: button('earlier', 'arrow-up', vscode.l10n.t('Try Earlier (Alt+Up)')),
		later: button('later', 'arrow-down', vscode.l10n.t('Try Later (Alt+Down)')),
	};

	/** Only while the list is open. */
	private moveActive: ((how: 'earlier' | 'later') => void) | undefined;

	constructor(
		private readonly settings: ModelSettings,
		private readonly catalogue: () => Promise<Catalogue>,
		private readonly editor: EditorModels,
		private readonly keys: KeyCommands,
		private readonly test: ModelTest,
	) {}

	/** The arrow of the row in focus, for those who work with keys. */
	move(how: 'earlier' | 'later'): void {
		if (this.moveActive === undefined) {
			void vscode.window.showInformationMessage(
				vscode.l10n.t('Run “Underbid: Choose Models…” first and go to a model; Alt+Up and Alt+Down move it.'),
			);
			return;
		}
		this.moveActive(how);
	}

	async run(): Promise<void> {
		const pick = vscode.window.createQuickPick<ModelItem>();
		pick.title = vscode.l10n.t('Models a Fix May Buy From');
		pick.canSelectMany = true;
		pick.matchOnDescription = true;
		pick.matchOnDetail = true;
		pick.ignoreFocusOut = true;
		let all = false;
		/** The ids that are chosen without the user's doing. */
		let standing = '';
		let rows: readonly ModelRow[] = [];
		/** Ids as they are tried; undefined while the odds decide. */
		let order: readonly string[] | undefined;
		const selected = (): Set<string> => new Set(pick.selectedItems.flatMap(({ row }) => row?.id ?? []));
		/** The chosen ids: what was ticked since comes last. */
		const asTried = (chosen: ReadonlySet<string>): readonly string[] => {
			const before = order?.filter((id) => chosen.has(id)) ?? [];
			return [...before, ...[...chosen].filter((id) => !before.includes(id))];
		};
		const draw = (chosen: ReadonlySet<string>, keep: boolean): void => {
			const [active] = pick.activeItems.map(({ row }) => row?.id);
			pick.buttons = [...(order === undefined ? [] : [this.odds]), this.refresh, this.everything, this.ours];
			pick.placeholder =
				order === undefined
					? vscode.l10n.t('The free proposer comes first, then odds and prices decide')
					: vscode.l10n.t('The free proposer comes first, then these in your order');
			pick.keepScrollPosition = keep;
			pick.items = this.itemsOf(
				orderedRows(
					rows.map((row) => ({ ...row, chosen: chosen.has(row.id) })),
					order,
				),
			);
			pick.selectedItems = pick.items.filter(({ row }) => row?.chosen === true);
			if (keep) {
				pick.activeItems = pick.items.filter(({ row }) => row !== undefined && row.id === active);
			}
		};
		/** Asks again where it goes on after another question; the choice made so far is kept. */
		const filled = async (keep: boolean, also?: string): Promise<void> => {
			const chosen = keep ? selected() : undefined;
			if (also !== undefined) {
				chosen?.add(also);
			}
			pick.busy = true;
			try {
				rows = await this.rows(all);
				if (chosen !== undefined) {
					order &&= asTried(chosen);
					draw(chosen, true);
				} else {
					standing = chosenIds(rows);
					const { pool, inOrder } = this.settings;
					order = inOrder && pool !== undefined ? inPoolOrder(rows, pool) : undefined;
					draw(new Set(rows.filter((row) => row.chosen).map(({ id }) => id)), false);
				}
			} finally {
				pick.busy = false;
			}
		};
		const move = (id: string, how: 'earlier' | 'later'): void => {
			const chosen = selected().add(id);
			order = moved(asTried(chosen), id, how);
			draw(chosen, true);
		};
		const ended = new Promise<void>((resolve, reject) => {
			const going = (work: () => Promise<void>): void =>
				void work().catch((error: unknown) => {
					pick.hide();
					reject(error instanceof Error ? error : new Error(String(error)));
				});
			let asking = false;
			pick.onDidTriggerButton((pressed) =>
				going(async () => {
					if (pressed === this.odds) {
						order = undefined;
						draw(selected(), true);
						return;
					}
					if (pressed === this.refresh) {
						await this.refreshPrices();
					} else if (pressed === this.everything) {
						all = !all;
					} else {
						await this.settings.setPool([], false);
					}
					await filled(pressed !== this.ours);
				}),
			);
			pick.onDidTriggerItemButton(({ button: pressed, item: { row } }) =>
				going(async () => {
					if (row === undefined || !('action' in pressed)) {
						return;
					}
					const { action } = pressed as ActionButton;
					if (action === 'earlier' || action === 'later') {
						move(row.id, action);
						return;
					}
					asking = true;
					await this.act(action, row);
					asking = false;
					// Whoever makes a model usable wants to use it.
					await filled(true, action === 'test' ? undefined : row.id);
					pick.show();
				}),
			);
			pick.onDidAccept(() =>
				going(async () => {
					const ids = asTried(selected());
					// Our own choice goes on following what is for sale until it is changed.
					const same =
						order === undefined &&
						this.settings.pool === undefined &&
						[...ids].sort().join('\n') === standing;
					await this.settings.setPool(same ? [] : ids, order !== undefined);
					void vscode.window.showInformationMessage(chosenText(same ? 0 : ids.length, order !== undefined));
					pick.hide();
				}),
			);
			pick.onDidHide(() => {
				if (!asking) {
					resolve();
				}
			});
		});
		const moveActive = (how: 'earlier' | 'later'): void => {
			const [row] = pick.activeItems.flatMap((item) => item.row ?? []);
			if (row?.actions.includes(how)) {
				move(row.id, how);
			}
		};
		this.moveActive = moveActive;
		setChoosing(true);
		pick.show();
		try {
			await Promise.race([filled(false).then(() => ended), ended]);
		} finally {
			pick.dispose();
			if (this.moveActive === moveActive) {
				this.moveActive = undefined;
				setChoosing(false);
			}
		}
	}

	private async act(action: Exclude<ModelAction, 'earlier' | 'later'>, row: ModelRow): Promise<void> {
		switch (action) {
			case 'test':
				return this.test.run(row.id);
			case 'key':
				return void (await this.keys.add(row.id.slice(0, row.id.indexOf('/'))));
			case 'free':
				return this.settings.setLocalFree();
			case 'price':
				return this.askPrice(row);
		}
	}

	private async askPrice({ id, label }: ModelRow): Promise<void> {
		const text = await vscode.window.showInputBox({
			title: vscode.l10n.t('Price of {0}', label),
			prompt: vscode.l10n.t(
				'US dollars per million tokens, what goes in and what comes out: 0.25 1 (or 0 0 when it costs you nothing). What it costs stays an estimate.',
			),
			ignoreFocusOut: true,
			validateInput: (value) =>
				value === '' || ratesIn(value) !== undefined
					? undefined
					: vscode.l10n.t('Write two prices, like 0.25 1'),
		});
		const rates = text === undefined ? undefined : ratesIn(text);
		if (rates !== undefined) {
			await this.settings.setEditorModelPrice(id, rates);
		}
	}

	private async refreshPrices(): Promise<void> {
		const catalogue = await this.catalogue();
		const ask = { refresh: true, acceptPrices: false, all: false, check: false };
		const { notes } = await catalogue.view(ask, AbortSignal.timeout(READ_MS));
		const accept = vscode.l10n.t('Accept Lower Prices');
		void vscode.window
			.showInformationMessage(
				vscode.l10n.t('{0} Higher prices count at once, lower ones when you accept them.', notes.join(' ')),
				accept,
			)
			.then(async (answer) => {
				if (answer === accept) {
					await catalogue.view({ ...ask, refresh: false, acceptPrices: true }, AbortSignal.timeout(READ_MS));
				}
			})
			.then(undefined, (error: unknown) =>
				vscode.window.showWarningMessage(error instanceof Error ? error.message : String(error)),
			);
	}

	private async rows(all: boolean): Promise<readonly ModelRow[]> {
		const catalogue = await this.catalogue();
		const { pool } = this.settings;
		const [listings, editor] = await Promise.all([
			catalogue.list({ all: true, discover: true }, AbortSignal.timeout(READ_MS)),
			this.editor.list(),
		]);
		const local = new Set(catalogue.providers.filter((one) => one.local).map(({ provider }) => provider));
		const shown = listings.filter(
			(one) => all || one.pooled || one.usable || local.has(one.provider) || pool?.includes(one.id) === true,
		);
		const lends = this.settings.editorModels !== 'off';
		return modelRows({
			listings: shown,
			editor,
			local,
			pool,
			lentByDefault: new Set(lends ? inSteps(editor.filter(({ usable }) => usable)).map(({ id }) => id) : []),
			keyFrom: (id) => {
				const provider = catalogue.providers.find((one) => one.provider === id);
				return provider === undefined ? undefined : this.keys.from(provider, catalogue);
			},
		});
	}

	private itemsOf(rows: readonly ModelRow[]): readonly ModelItem[] {
		return rows.flatMap((row, at): readonly ModelItem[] => {
			const item: ModelItem = {
				label: row.label,
				description: row.description,
				detail: row.detail,
				buttons: row.actions.map((action) => this.actions[action]),
				row,
			};
			return row.group === rows[at - 1]?.group
				? [item]
				: [{ label: GROUP_TITLES[row.group], kind: vscode.QuickPickItemKind.Separator }, item];
		});
	}
}

function setChoosing(on: boolean): void {
	void vscode.commands.executeCommand('setContext', 'underbid.choosingModels', on);
}

function chosenIds(rows: readonly ModelRow[]): string {
	return rows
		.filter(({ chosen }) => chosen)
		.map(({ id }) => id)
		.sort()
		.join('\n');
}

function button(action: ModelAction, icon: string, tooltip: string): ActionButton {
	return { action, iconPath: new vscode.ThemeIcon(icon), tooltip };
}

function chosenText(count: number, inOrder: boolean): string {
	switch (count) {
		case 0:
			return vscode.l10n.t('Underbid’s own choice of models stands.');
		case 1:
			return vscode.l10n.t('A fix may buy from 1 model.');
		default:
			return inOrder
				? vscode.l10n.t('A fix may buy from {0} models, tried in your order.', count)
				: vscode.l10n.t('A fix may buy from {0} models.', count);
	}
}

/** `0.25 1`, `$0.25 / $1`. */
function ratesIn(text: string): { readonly input: string; readonly output: string } | undefined {
	const [input, output, more] = text.split(/[\s,;/$]+/).filter((part) => part !== '');
	return input !== undefined &&
		output !== undefined &&
		more === undefined &&
		ratePerMillion(input) !== undefined &&
		ratePerMillion(output) !== undefined
		? { input, output }
		: undefined;
}
