// Brings a verified fix into the user's files, all of it or nothing, and only onto the text it was verified on.
import path from 'node:path';
import * as vscode from 'vscode';
import type { ChangedFile } from './engine';
import { count } from './runWords';

export type Applied =
	/** `unsaved`: files that had unsaved edits before, and so were left unsaved. */
	| { readonly kind: 'applied'; readonly unsaved: readonly string[] }
	| { readonly kind: 'refused'; readonly reason: string };

export async function applyFix(changes: readonly ChangedFile[]): Promise<Applied> {
	const newer: string[] = [];
	const edit = new vscode.WorkspaceEdit();
	const documents: vscode.TextDocument[] = [];
	for (const change of changes) {
		const uri = vscode.Uri.file(change.file);
		const now = await textNow(uri);
		if (!sameText(now?.text, change.base)) {
			newer.push(path.basename(change.file));
		} else if (change.patched === undefined) {
			edit.deleteFile(uri);
		} else if (now === undefined) {
			edit.createFile(uri, { contents: Buffer.from(change.patched) });
		} else {
			documents.push(now.document);
			const { range, text } = smallestEdit(now.document, change.patched);
			edit.replace(uri, range, text);
		}
	}
	if (newer.length > 0) {
		const files = newer.length === 1 ? newer[0] : count(newer.length, 'file');
		return {
			kind: 'refused',
			reason: `Not applied: ${files} changed since the fix was verified. Run the command again to verify a fix of the newer text.`,
		};
	}
	const dirty = new Set(documents.filter((document) => document.isDirty));
	// An edit is refused as a whole when a document moved on between the look above and now.
	if (!(await vscode.workspace.applyEdit(edit))) {
		return { kind: 'refused', reason: 'Not applied: VS Code refused the edit. Nothing was changed.' };
	}
	const unsaved: string[] = [];
	for (const document of documents) {
		if (dirty.has(document) || !(await document.save())) {
			unsaved.push(path.basename(document.fileName));
		}
	}
	return { kind: 'applied', unsaved };
}

async function textNow(
	uri: vscode.Uri,
): Promise<{ readonly text: string; readonly document: vscode.TextDocument } | undefined> {
	try {
		const document = await vscode.workspace.openTextDocument(uri);
		return { text: document.getText(), document };
	} catch {
		return undefined;
	}
}

/** An editor shows no byte order mark and one kind of line end per file, whatever is on disk. */
function sameText(now: string | undefined, base: string | undefined): boolean {
	return now === undefined || base === undefined ? now === base : plain(now) === plain(base);
}

function plain(text: string): string {
	return text.replace(/^\uFEFF/, '').replace(/\r\n?/g, '\n');
}

/** Replaces only the lines that differ, so that cursors, folds and breakpoints elsewhere stay. */
function smallestEdit(
	document: vscode.TextDocument,
	patched: string,
): { readonly range: vscode.Range; readonly text: string } {
	const before = plain(document.getText()).split('\n');
	const after = plain(patched).split('\n');
	let start = 0;
	while (start < before.length && start < after.length && before[start] === after[start]) {
		start += 1;
	}
	let end = 0;
	while (
		end < before.length - start &&
		end < after.length - start &&
		before[before.length - 1 - end] === after[after.length - 1 - end]
	) {
		end += 1;
	}
	return replaceLines(document, before, after, start, end);
}

function replaceLines(
	document: vscode.TextDocument,
	before: readonly string[],
	after: readonly string[],
	start: number,
	end: number,
): { readonly range: vscode.Range; readonly text: string } {
	const lines = after.slice(start, after.length - end);
	const newline = document.eol === vscode.EndOfLine.CRLF ? '\r\n' : '\n';
	if (end > 0) {
		const range = new vscode.Range(start, 0, before.length - end, 0);
		return { range, text: lines.map((line) => line + newline).join('') };
	}
	// The last line differs and has no line end after it: take the line end before the range instead.
	const from = start === 0 ? new vscode.Position(0, 0) : document.lineAt(start - 1).range.end;
	const to = document.lineAt(document.lineCount - 1).range.end;
	const text = lines.join(newline);
	return {
		range: new vscode.Range(from, to),
		text: start === 0 || lines.length === 0 ? text : newline + text,
	};
}
