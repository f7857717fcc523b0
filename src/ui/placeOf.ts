import * as vscode from 'vscode';
import type { Place } from './engine';

/** The folder with what is typed and not saved, whichever folder those files stand in. */
export function placeOf(folder: string): Place {
	const unsaved = vscode.workspace.textDocuments
		.filter((document) => document.isDirty && document.uri.scheme === 'file')
		.map((document) => ({ file: document.uri.fsPath, text: document.getText() }));
	return { folder, unsaved };
}
