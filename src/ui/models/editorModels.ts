// The editor's own models: which there are, at what price, and which of them a run may use.
import * as vscode from 'vscode';
import type { Model } from '../../core/model';
import type { NanoUsd } from '../../core/money';
import { isFree, type Price } from '../../core/price';
import type { Catalogue } from '../engine';
import { askToLend } from './askToLend';
import { CallsLeft } from './callsLeft';
import { EditorModel } from './editorModel';
import { editorModelId, picksEditorModel, priceOf, priceWords, vendorName } from './editorPrices';
import type { ModelSettings } from './modelSettings';
import { byPrice, inSteps } from './steps';

export interface EditorListing {
	readonly id: string;
	/** For people. */
	readonly label: string;
	readonly price?: Price;
	readonly priceSource?: string;
	readonly usable: boolean;
	/** Why it is not usable, and what to do. */
	readonly why?: string;
	readonly chat: vscode.LanguageModelChat;
	/** One answer, tokens. */
	readonly outputLimit: number;
	readonly callsTools: boolean;
}

/** Where nothing is published about it. */
const CAUTIOUS_OUTPUT = 4_096;

export class EditorModels {
	/** Listed by the editor, and refused when asked: not tried again until the window is reloaded. */
	private readonly gone = new Map<string, string>();

	constructor(
		private readonly settings: ModelSettings,
		private readonly catalogue: () => Promise<Catalogue>,
		private readonly access: vscode.LanguageModelAccessInformation | undefined,
		private readonly log: vscode.LogOutputChannel,
		/** Stands in under test. */
		private readonly select: () => Thenable<readonly vscode.LanguageModelChat[]> = selectAll,
	) {}

	/** Empty where the editor has none, or keeps them to itself. */
	async list(): Promise<readonly EditorListing[]> {
		const chats = await this.chats();
		if (chats.length === 0) {
			return [];
		}
		const catalogue = await this.catalogue();
		const { prices, unreadable } = priceWords(this.settings.editorModelPrices);
		for (const id of unreadable) {
			this.log.warn(
				`underbid.editorModelPrices: what stands under ${id} is no price, write {"input": "0.25", "output": "1"}.`,
			);
		}
		const listings = chats.map((chat): EditorListing => {
			const id = editorModelId(chat);
			const found = priceOf(chat, (seller) => catalogue.published(seller), prices);
			const label = vscode.l10n.t('{0} ({1} in the editor)', chat.name, vendorName(chat.vendor));
			if (found.kind === 'unpriced') {
				return {
					id,
					label,
					usable: false,
					why: found.why,
					chat,
					outputLimit: CAUTIOUS_OUTPUT,
					callsTools: true,
				};
			}
			const why = this.gone.get(id) ?? this.refusal(chat);
			return {
				id,
				label,
				price: found.price,
				priceSource: found.source,
				usable: why === undefined,
				...(why === undefined ? {} : { why }),
				chat,
				outputLimit: found.outputLimit ?? CAUTIOUS_OUTPUT,
				callsTools: found.callsTools,
			};
		});
		return byPrice(listings);
	}

	/** What a run with this bid may use. Asks where the user wants to be asked. */
	async lent(bid: NanoUsd, signal: AbortSignal): Promise<readonly Model[]> {
		if (this.settings.editorModels === 'off') {
			return [];
		}
		const { pool } = this.settings;
		const usable = (await this.list()).filter(
			({ usable, price }) => usable && price !== undefined && (bid > 0 || isFree(price)),
		);
		const chosen =
			pool === undefined
				? inSteps(usable)
				: usable.filter(({ id }) => pool.some((entry) => picksEditorModel(entry, id)));
		if (chosen.length === 0) {
			return [];
		}
		const most = this.settings.editorModelCalls;
		const named = pool !== undefined;
		if (!named && this.settings.editorModels === 'ask') {
			const answer = await askToLend(
				chosen.map(({ label }) => label),
				most,
				signal,
			);
			if (answer === 'always' || answer === 'never') {
				await this.settings.setEditorModels(answer === 'always' ? 'on' : 'off');
			}
			if (answer !== 'once' && answer !== 'always') {
				return [];
			}
		}
		const calls = new CallsLeft(most);
		const onGone = (id: string, reason: string) => {
			if (!this.gone.has(id)) {
				this.gone.set(id, reason);
				void vscode.window.showWarningMessage(reason);
			}
		};
		return chosen.flatMap(({ chat, price, outputLimit, callsTools }) =>
			price === undefined ? [] : [new EditorModel({ chat, price, outputLimit, callsTools, calls, onGone })],
		);
	}

	private refusal(chat: vscode.LanguageModelChat): string | undefined {
		return this.access?.canSendRequest(chat) === false
			? vscode.l10n.t(
					'you did not allow Underbid to use it; change that under Accounts, Manage Language Model Access',
				)
			: undefined;
	}

	private async chats(): Promise<readonly vscode.LanguageModelChat[]> {
		try {
			return await this.select();
		} catch (error) {
			this.log.warn(
				`The editor's own models cannot be listed: ${error instanceof Error ? error.message : ''}`,
			);
			return [];
		}
	}
}

/** Some editors lack it. */
async function selectAll(): Promise<readonly vscode.LanguageModelChat[]> {
	const lm = (vscode as { readonly lm?: Partial<typeof vscode.lm> }).lm;
	return (await lm?.selectChatModels?.()) ?? [];
}
