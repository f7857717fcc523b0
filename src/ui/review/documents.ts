// The texts of files under review, as their documents have them, with `\n` line ends.
import * as vscode from 'vscode';
import { differences, linesOf } from '../../core/review/lines';

/** `\n` line ends and no byte order mark. */
export function plainText(text: string): string {
	return text.replace(/^\uFEFF/, '').replace(/\r\n?/g, '\n');
}

/** The document's text, or what is on disk; undefined when there is no such file. */
export async function currentText(uri: vscode.Uri): Promise<string | undefined> {
	const open = vscode.workspace.textDocuments.find((document) => document.uri.toString() === uri.toString());
	if (open !== undefined && !open.isClosed) {
		return plainText(open.getText());
	}
	try {
		return plainText(Buffer.from(await vscode.workspace.fs.readFile(uri)).toString());
	} catch {
		return undefined;
	}
}

/** Changes of several files, made all together or not at all as far as the editor can. */
export class Edits {
	private readonly edit = new vscode.WorkspaceEdit();
	private any = false;

	/** What turns the document into `next`, line by line, so that cursors and folds elsewhere stay. */
	turn(document: vscode.TextDocument, next: string): void {
		const [before, after] = [linesOf(plainText(document.getText())), linesOf(next)];
		for (const { a, b } of differences(before, after)) {
			const range = document.validateRange(new vscode.Range(a.start, 0, a.end, 0));
			this.edit.replace(document.uri, range, after.slice(b.start, b.end).join(''));
			this.any = true;
		}
	}

	make(uri: vscode.Uri, text: string): void {
		this.edit.createFile(uri, { contents: Buffer.from(text) });
		this.any = true;
	}

	delete(uri: vscode.Uri): void {
		this.edit.deleteFile(uri, { ignoreIfNotExists: true });
		this.any = true;
	}

	/** False when a document moved on meanwhile; then nothing was changed. The editor says that of empty edits too. */
	async apply(): Promise<boolean> {
		return !this.any || vscode.workspace.applyEdit(this.edit);
	}
}
