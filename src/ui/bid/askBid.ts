// The one list that asks for the bid. Enter takes the last one; any amount can be typed.
import * as vscode from 'vscode';
import type { Temper } from '../../core/cascade/options';
import type { Quote } from '../../core/cascade/quote';
import { type NanoUsd, parseUsd } from '../../core/money';
import type { MayChange } from '../../core/protectedFiles';
import { type BidChange, type BidRow, bidRows, firstOf, type Odds, oddsOf, pricesOf } from './bidRows';

/** The odds at each of the amounts; absent where nothing can be said. */
export type AskOdds = (bids: readonly NanoUsd[], signal: AbortSignal) => Promise<Quote>;

export interface BidQuestion {
	readonly title: string;
	/** What the bid is for, where it is not for one verified fix. */
	readonly asked?: string;
	readonly last: NanoUsd | undefined;
	/** What is said of `last` in place of “last used”. */
	readonly lastWords?: string;
	readonly standard: NanoUsd;
	readonly minutes: number;
	readonly temper: Temper;
	readonly command: string | undefined;
	/** Undefined where it cannot be chosen. */
	readonly mayChange?: MayChange | undefined;
	readonly askOdds?: AskOdds | undefined;
}

export type BidAnswer =
	| { readonly kind: 'bid'; readonly spend: NanoUsd }
	/** The user wants to change something first. */
	| { readonly kind: BidChange };

interface Item extends vscode.QuickPickItem {
	readonly row?: BidRow;
}

/** Undefined when the user turned away. `shown` is called once the list is on the screen. */
export function askBid(question: BidQuestion, shown: () => void): Promise<BidAnswer | undefined> {
	return new Promise((resolve) => {
		const pick = vscode.window.createQuickPick<Item>();
		const odds = new Map<NanoUsd, Odds>();
		const stop = new AbortController();
		const { last, lastWords, standard, minutes, temper, command, mayChange, askOdds } = question;
		/** What is typed leaves this alone. */
		let only: BidRow | undefined;
		const draw = (): void => {
			const active = pick.activeItems[0]?.row;
			const rows = bidRows({
				typed: pick.value,
				last,
				...(lastWords === undefined ? {} : { lastWords }),
				standard,
				minutes,
				temper,
				command,
				mayChange,
				odds,
			});
			only = rows.length === 1 ? rows[0] : undefined;
			const items = rows.flatMap((row, index): Item[] => itemsOf(row, rows[index - 1]));
			const first = firstOf(question);
			const wanted = active?.kind === 'price' ? active.spend : first;
			const on = (price: NanoUsd) =>
				items.find(({ row }) => row?.kind === 'price' && row.spend === price && pick.value.trim() === '');
			pick.items = items;
			const target = on(wanted) ?? on(first);
			if (target !== undefined) {
				pick.activeItems = [target];
			}
		};
		const look = (asked: readonly NanoUsd[]): void => {
			if (askOdds === undefined || asked.length === 0) {
				return;
			}
			for (const price of asked) {
				odds.set(price, 'asking');
			}
			void askOdds(asked, stop.signal)
				.then((quote) => oddsOf(quote, asked))
				// The odds are a courtesy: without them one can bid all the same.
				.catch((): ReadonlyMap<NanoUsd, Odds> => new Map(asked.map((price) => [price, 'none'])))
				.then((found) => {
					if (!stop.signal.aborted) {
						for (const [price, at] of found) {
							odds.set(price, at);
						}
						draw();
					}
				});
		};
		let answer: BidAnswer | undefined;
		pick.title = question.title;
		pick.placeholder =
			question.asked ??
			vscode.l10n.t('The most you pay for one verified fix; type any amount. You pay only what is used.');
		pick.ignoreFocusOut = true;
		pick.onDidChangeValue((value) => {
			const parsed = parseUsd(value);
			if (parsed.kind === 'amount' && !odds.has(parsed.amount)) {
				look([parsed.amount]);
			}
			draw();
		});
		pick.onDidAccept(() => {
			// The list may be drawn anew at this very moment, and then nothing in it is selected.
			answer = answerOf(pick.value, pick.selectedItems[0]?.row ?? only);
			if (answer !== undefined) {
				pick.hide();
			}
		});
		pick.onDidHide(() => {
			stop.abort();
			pick.dispose();
			resolve(answer);
		});
		look(pricesOf(question));
		draw();
		pick.show();
		shown();
	});
}

/** What is typed counts, whatever the list shows at this moment: it may be a keystroke behind. */
function answerOf(typed: string, row: BidRow | undefined): BidAnswer | undefined {
	const parsed = parseUsd(typed);
	if (parsed.kind === 'amount') {
		return { kind: 'bid', spend: parsed.amount };
	}
	switch (row?.kind) {
		case undefined:
		case 'unreadable':
			return undefined;
		case 'price':
			return typed.trim() === '' ? { kind: 'bid', spend: row.spend } : undefined;
		case 'time':
		case 'temper':
		case 'models':
		case 'command':
		case 'mayChange':
			return { kind: row.kind };
	}
}

function itemsOf(row: BidRow, before: BidRow | undefined): Item[] {
	switch (row.kind) {
		case 'price':
			return [{ label: row.label, description: row.description, alwaysShow: true, row }];
		case 'unreadable':
			return [
				{
					label: `$(error) ${vscode.l10n.t('This cannot be bid')}`,
					detail: row.label,
					alwaysShow: true,
					row,
				},
			];
		case 'time':
		case 'temper':
		case 'models':
		case 'command':
		case 'mayChange': {
			const item: Item = { label: row.label, description: row.description, alwaysShow: true, row };
			return before?.kind === 'price'
				? [{ label: vscode.l10n.t('change'), kind: vscode.QuickPickItemKind.Separator }, item]
				: [item];
		}
	}
}
