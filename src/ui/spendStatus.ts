import * as vscode from 'vscode';
import { formatUsd, type NanoUsd, ZERO } from '../core/money';
import { moneyOf } from '../core/runWords';
import { counted } from './counted';
import { fixWords } from './review/reviewWords';
import { FIX_TERMINAL, STATUS_MENU } from './runs/runCommands';
import { type StatusFacts, statusTooltip, TOOLTIP_COMMANDS } from './runs/runTooltip';
import { showSpend } from './setup/settings';

/**
 * The one status bar item: what this run spent of its bid, that a fix waits, that a test command failed, and when idle
 * what today cost.
 */
export class SpendStatus implements vscode.Disposable {
	private readonly item: vscode.StatusBarItem;

	constructor() {
		this.item = vscode.window.createStatusBarItem('underbid.spend', vscode.StatusBarAlignment.Left);
		this.item.name = vscode.l10n.t('Underbid Spend');
	}

	show(facts: StatusFacts): void {
		const idle = facts.kind === 'idle' ? idleText(facts) : undefined;
		if (facts.kind === 'idle' && idle === undefined) {
			this.hide();
			return;
		}
		switch (facts.kind) {
			case 'running': {
				const { spent, bid } = facts;
				const money = bid === ZERO ? moneyOf(spent, bid) : `${formatUsd(spent)} / ${formatUsd(bid)}`;
				const attempts =
					facts.run === undefined
						? ''
						: vscode.l10n.t(' {0} so far.', counted(facts.run.attempts.length, 'attempt'));
				this.set(
					`$(sync~spin) ${money}`,
					vscode.l10n.t(
						'Underbid is working: {0}. {1} spent.{2}',
						facts.doing,
						moneyOf(spent, bid),
						attempts,
					),
				);
				break;
			}
			case 'review':
				this.set(
					vscode.l10n.t('{0} 1 fix to review', fixWords(facts).icon),
					vscode.l10n.t(
						'Underbid: 1 {0} waits for your review, {1}. {2} spent.',
						fixWords(facts).fix,
						facts.title,
						moneyOf(facts.spent, facts.bid),
					),
				);
				break;
			case 'failed':
				this.set(
					vscode.l10n.t('$(wrench) Fix failed tests'),
					vscode.l10n.t('Underbid: “{0}” failed. Click to fix it under a bid.', facts.command),
				);
				break;
			case 'idle':
				this.set(`$(wrench) ${idle ?? ''}`, vscode.l10n.t('Underbid: {0} spent.', idle ?? ''));
				break;
		}
		// What failed is one click from its fix; all else is in the menu.
		this.item.command = facts.kind === 'failed' ? FIX_TERMINAL : STATUS_MENU;
		this.item.backgroundColor =
			facts.kind === 'review' ? new vscode.ThemeColor('statusBarItem.warningBackground') : undefined;
		const tooltip = new vscode.MarkdownString(statusTooltip(facts), true);
		tooltip.isTrusted = { enabledCommands: TOOLTIP_COMMANDS };
		this.item.tooltip = tooltip;
		this.item.show();
	}

	hide(): void {
		this.item.hide();
		this.item.text = '';
	}

	get text(): string {
		return this.item.text;
	}

	dispose(): void {
		this.item.dispose();
	}

	private set(text: string, words: string): void {
		this.item.text = text;
		this.item.accessibilityInformation = { label: words };
	}
}

/** Undefined: nothing is shown while nothing goes on. */
function idleText({
	today,
	month,
}: {
	readonly today: NanoUsd;
	readonly month: NanoUsd;
}): string | undefined {
	switch (showSpend()) {
		case 'never':
			return undefined;
		case 'month':
			return vscode.l10n.t('{0} this month', formatUsd(month));
		case 'today':
		case 'always':
			return vscode.l10n.t('{0} today', formatUsd(today));
	}
}
