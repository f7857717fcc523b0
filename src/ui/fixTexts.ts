// The texts of a verified fix as read-only documents, so that it can be looked at before anything is changed.
import * as vscode from 'vscode';

export const BASE_SCHEME = 'underbid-base';
export const FIX_SCHEME = 'underbid-fix';
export const RECEIPT_SCHEME = 'underbid-receipt';
/** Prompts and changes of attempts. */
export const ATTEMPT_SCHEME = 'underbid-attempt';
/** What would be sent of an issue. */
export const ISSUE_SCHEME = 'underbid-issue';

export class FixTexts implements vscode.TextDocumentContentProvider, vscode.Disposable {
	private readonly texts = new Map<string, string>();
	private readonly changed = new vscode.EventEmitter<vscode.Uri>();
	readonly onDidChange = this.changed.event;
	private readonly registrations: vscode.Disposable;

	constructor() {
		this.registrations = vscode.Disposable.from(
			...[BASE_SCHEME, FIX_SCHEME, RECEIPT_SCHEME, ATTEMPT_SCHEME, ISSUE_SCHEME].map((scheme) =>
				vscode.workspace.registerTextDocumentContentProvider(scheme, this),
			),
		);
	}

	provideTextDocumentContent(uri: vscode.Uri): string | undefined {
		return this.texts.get(uri.toString());
	}

	/** A text that moves on: whoever shows it is told. */
	set(uri: vscode.Uri, text: string): void {
		const key = uri.toString();
		if (this.texts.get(key) !== text) {
			this.texts.set(key, text);
			this.changed.fire(uri);
		}
	}

	async showReceipt(run: string, receipt: string): Promise<void> {
		const uri = this.put(
			vscode.Uri.from({ scheme: RECEIPT_SCHEME, path: '/Underbid receipt.md', query: run }),
			receipt,
		);
		try {
			await vscode.commands.executeCommand('markdown.showPreview', uri);
		} catch {
			// The built-in Markdown extension may be switched off.
			await vscode.window.showTextDocument(uri, { preview: false });
		}
	}

	dispose(): void {
		this.registrations.dispose();
		this.changed.dispose();
		this.texts.clear();
	}

	private put(uri: vscode.Uri, text: string): vscode.Uri {
		this.set(uri, text);
		return uri;
	}
}
