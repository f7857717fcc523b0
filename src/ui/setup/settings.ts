import * as vscode from 'vscode';
import { DEFAULT_OPTIONS, type Temper } from '../../core/cascade/options';
import type { Caps } from '../../core/ledger';
import type { NanoUsd } from '../../core/money';
import type { SandboxChoice } from '../../core/sandbox';
import { MOST_MINUTES } from '../bid/bidRows';
import { type AskForLimit, amountOf, capsOf, ownValue, sandboxOf } from './settingValues';

/** Only what the user set for themselves: a cloned repository decides nothing about money or models. */
function own(name: string): unknown {
	return ownValue(vscode.workspace.getConfiguration('underbid').inspect(name));
}

export function defaultLimit(): NanoUsd {
	return amountOf(own('defaultLimit'));
}

export function askForLimit(): AskForLimit {
	const value = own('askForLimit');
	return value === 'never' || value === 'whenAboveDefault' ? value : 'always';
}

export function editorCaps(): Caps {
	return capsOf(own('dailyLimit'), own('monthlyLimit'));
}

export function editorSandbox(): SandboxChoice {
	const settings = vscode.workspace.getConfiguration('underbid');
	return sandboxOf(settings.inspect('sandbox'), settings.inspect('sandboxNetwork'));
}

export function timeLimitMinutes(folder: vscode.Uri): number {
	const value = vscode.workspace.getConfiguration('underbid', folder).get('timeLimitMinutes');
	return typeof value === 'number' && value > 0 ? Math.min(value, MOST_MINUTES) : 10;
}

export const TEMPERS: readonly Temper[] = ['thrifty', 'balanced', 'determined'];

export function temperSetting(): Temper {
	const value = own('temper');
	return TEMPERS.find((temper) => temper === value) ?? DEFAULT_OPTIONS.temper;
}

/** Whether a test that was written for an issue is shown and asked about, or passes unasked. */
export function issueTests(): 'ask' | 'accept' {
	return own('issueTests') === 'accept' ? 'accept' : 'ask';
}

/** Whether a test command that failed is offered to be fixed. */
export function offerFixes(): boolean {
	return own('offerFixes') !== false;
}

/** Undefined: neither way; then the settings file decides. */
export function keepFixes(): boolean | undefined {
	const value = vscode.workspace.getConfiguration('underbid').inspect('keepFixes')?.globalValue;
	return typeof value === 'boolean' ? value : undefined;
}

/** '' when none is set. In restricted mode VS Code gives no workspace's value. */
export function testCommandSetting(folder: vscode.Uri): string {
	const value = vscode.workspace.getConfiguration('underbid', folder).get('testCommand');
	return typeof value === 'string' ? value.trim() : '';
}

export function testReport(folder: vscode.Uri): string | undefined {
	const value = vscode.workspace.getConfiguration('underbid', folder).get('testReport');
	return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;
}

/** The command that runs the tests on another machine; undefined: they run here. A workspace has no say in it. */
export function editorRemoteSuite(): string | undefined {
	const value = own('remoteSuite');
	return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;
}

/** What the status bar shows while nothing runs. `always`: today's, from the start of the window on. */
export type IdleSpend = 'never' | 'today' | 'month' | 'always';

export function showSpend(): IdleSpend {
	const value = own('showSpendInStatusBar');
	return value === 'never' || value === 'month' || value === 'always' ? value : 'today';
}

export function saveOnAccept(file: vscode.Uri): boolean {
	return vscode.workspace.getConfiguration('underbid', file).get('saveOnAccept') !== false;
}
