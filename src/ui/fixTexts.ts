// The texts of a verified fix as read-only documents, so that it can be looked at before anything is changed.
import path from 'node:path';
import * as vscode from 'vscode';
import type { NanoUsd } from '../core/money';
import type { ChangedFile, FixResult } from './engine';
import { moneyOf } from './runWords';

export const BASE_SCHEME = 'underbid-base';
export const FIX_SCHEME = 'underbid-fix';
export const RECEIPT_SCHEME = 'underbid-receipt';
const SEVERAL_TITLE = 'Verified fix';

export class FixTexts implements vscode.TextDocumentContentProvider, vscode.Disposable {
	private readonly texts = new Map<string, string>();
	private readonly registrations: vscode.Disposable;

	constructor() {
		this.registrations = vscode.Disposable.from(
			...[BASE_SCHEME, FIX_SCHEME, RECEIPT_SCHEME].map((scheme) =>
				vscode.workspace.registerTextDocumentContentProvider(scheme, this),
			),
		);
	}

	provideTextDocumentContent(uri: vscode.Uri): string | undefined {
		return this.texts.get(uri.toString());
	}

	/** Opens the diff editor, or the one for several files. */
	async showDiff({ outcome, changes }: FixResult, bid: NanoUsd): Promise<void> {
		const sides = changes.map((change) => this.sidesOf(change, outcome.run));
		const [first] = sides;
		if (sides.length === 1 && first !== undefined) {
			const title = `${path.basename(first.file.path)}: verified fix`;
			await vscode.commands.executeCommand('vscode.diff', first.base, first.fix, title, { preview: false });
			return;
		}
		const title = `${SEVERAL_TITLE}, ${moneyOf(outcome.spent, bid)}`;
		await vscode.commands.executeCommand(
			'vscode.changes',
			title,
			sides.map(({ file, base, fix, change }) => [
				file,
				change.base === undefined ? undefined : base,
				change.patched === undefined ? undefined : fix,
			]),
		);
	}

	async showReceipt({ outcome, receipt }: FixResult): Promise<void> {
		const uri = this.put(
			vscode.Uri.from({ scheme: RECEIPT_SCHEME, path: '/Underbid receipt.md', query: outcome.run }),
			receipt,
		);
		try {
			await vscode.commands.executeCommand('markdown.showPreview', uri);
		} catch {
			// The built-in Markdown extension may be switched off.
			await vscode.window.showTextDocument(uri, { preview: false });
		}
	}

	/** Closes the diff of this run, wherever it is open. */
	async closeDiff({ outcome }: FixResult): Promise<void> {
		const tabs = vscode.window.tabGroups.all.flatMap((group) => group.tabs);
		const ours = tabs.filter(({ input, label }) =>
			input instanceof vscode.TabInputTextDiff
				? input.modified.scheme === FIX_SCHEME && input.modified.query === outcome.run
				: // The editor of several files has an input of no class that an extension may name.
					!(input instanceof vscode.TabInputText) && label.startsWith(`${SEVERAL_TITLE}, `),
		);
		await vscode.window.tabGroups.close(ours);
	}

	dispose(): void {
		this.registrations.dispose();
		this.texts.clear();
	}

	/** The same path as the real file, only the scheme differs: else VS Code shows a renamed file. */
	private sidesOf(change: ChangedFile, run: string) {
		const file = vscode.Uri.file(change.file);
		return {
			change,
			file,
			base: this.put(file.with({ scheme: BASE_SCHEME, query: run }), change.base ?? ''),
			fix: this.put(file.with({ scheme: FIX_SCHEME, query: run }), change.patched ?? ''),
		};
	}

	private put(uri: vscode.Uri, text: string): vscode.Uri {
		this.texts.set(uri.toString(), text);
		return uri;
	}
}
