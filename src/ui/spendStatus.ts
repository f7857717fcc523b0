import * as vscode from 'vscode';
import { formatUsd, type NanoUsd } from '../core/money';
import { moneyOf } from './runWords';
import { showSpend } from './setup/settings';

/** The one status bar item: what this run spent of its bid, and when idle what today cost. */
export class SpendStatus implements vscode.Disposable {
	private readonly item: vscode.StatusBarItem;

	constructor(private readonly fixCommand: string) {
		this.item = vscode.window.createStatusBarItem('underbid.spend', vscode.StatusBarAlignment.Left);
		this.item.name = 'Underbid Spend';
	}

	running(spent: NanoUsd, bid: NanoUsd, doing: string): void {
		const money = moneyOf(spent, bid);
		this.show(`$(sync~spin) ${money}`, `Underbid is working: ${doing}`, undefined);
	}

	/** A verified fix waits; a click shows it again. */
	verified(spent: NanoUsd, bid: NanoUsd, showCommand: string): void {
		const money = moneyOf(spent, bid);
		this.show(
			`$(verified) ${money}`,
			`Underbid: verified fix, ${money} spent. Click to show it.`,
			showCommand,
		);
	}

	idle(today: NanoUsd): void {
		if (showSpend() === 'whileWorking') {
			this.item.hide();
			return;
		}
		const money = `${formatUsd(today)} today`;
		this.show(`$(wrench) ${money}`, `Underbid: ${money}. Click to fix a failing test.`, this.fixCommand);
	}

	get text(): string {
		return this.item.text;
	}

	dispose(): void {
		this.item.dispose();
	}

	private show(text: string, words: string, command: string | undefined): void {
		this.item.text = text;
		this.item.tooltip = words;
		this.item.accessibilityInformation = { label: words };
		this.item.command = command;
		this.item.show();
	}
}
