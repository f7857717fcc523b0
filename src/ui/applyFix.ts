// Brings a verified fix into the user's files, all of it or nothing, and only onto the text it was verified on.
import path from 'node:path';
import * as vscode from 'vscode';
import { commonEnds } from './commonEnds';
import type { ChangedFile } from './engine';
import { count } from './runWords';

export type Applied =
	/** `unsaved`: files that had unsaved edits before, and so were left unsaved. `at`: where the first change is. */
	| {
			readonly kind: 'applied';
			readonly unsaved: readonly string[];
			readonly at: vscode.Location | undefined;
	  }
	| { readonly kind: 'refused'; readonly reason: string };

const CATCH_UP_MS = 3_000;

export async function applyFix(changes: readonly ChangedFile[]): Promise<Applied> {
	const newer: string[] = [];
	const edit = new vscode.WorkspaceEdit();
	const documents: vscode.TextDocument[] = [];
	let at: vscode.Location | undefined;
	for (const change of changes) {
		const uri = vscode.Uri.file(change.file);
		const now = await documentOf(uri, change.base);
		if (now === 'newer') {
			newer.push(path.basename(change.file));
		} else if (change.patched === undefined) {
			edit.deleteFile(uri);
		} else if (now === undefined) {
			edit.createFile(uri, { contents: Buffer.from(change.patched) });
		} else {
			documents.push(now);
			const { range, text } = smallestEdit(now, change.patched);
			edit.replace(uri, range, text);
			at ??= new vscode.Location(uri, range.start);
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
	return { kind: 'applied', unsaved, at };
}

/**
 * The document to edit; undefined when there is no such file, as the base has it; `newer` when the text is not the
 * base any more, on disk or in the editor.
 */
async function documentOf(
	uri: vscode.Uri,
	base: string | undefined,
): Promise<vscode.TextDocument | 'newer' | undefined> {
	const onDisk = await diskText(uri);
	if (onDisk === undefined || base === undefined) {
		return onDisk === undefined && base === undefined ? undefined : 'newer';
	}
	const document = await vscode.workspace.openTextDocument(uri);
	if (document.isDirty) {
		return sameText(document.getText(), base) ? document : 'newer';
	}
	if (!sameText(onDisk, base)) {
		return 'newer';
	}
	// An open document follows a change on disk only after a moment.
	for (const startedMs = Date.now(); !sameText(document.getText(), base); ) {
		if (Date.now() - startedMs > CATCH_UP_MS) {
			return 'newer';
		}
		await new Promise((resolve) => setTimeout(resolve, 50));
	}
	return document;
}

async function diskText(uri: vscode.Uri): Promise<string | undefined> {
	try {
		return Buffer.from(await vscode.workspace.fs.readFile(uri)).toString();
	} catch {
		return undefined;
	}
}

/** An editor shows no byte order mark and one kind of line end per file, whatever is on disk. */
function sameText(now: string, base: string): boolean {
	return plain(now) === plain(base);
}

function plain(text: string): string {
	return text.replace(/^\uFEFF/, '').replace(/\r\n?/g, '\n');
}

/** Replaces only what differs, so that cursors, folds and breakpoints elsewhere stay. */
function smallestEdit(
	document: vscode.TextDocument,
	patched: string,
): { readonly range: vscode.Range; readonly text: string } {
	const before = document.getText();
	const after =
		document.eol === vscode.EndOfLine.CRLF ? plain(patched).replaceAll('\n', '\r\n') : plain(patched);
	const { start, end } = commonEnds(before, after);
	const range = new vscode.Range(document.positionAt(start), document.positionAt(before.length - end));
	return { range, text: after.slice(start, after.length - end) };
}
