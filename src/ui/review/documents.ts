// The user's files as the review sees and changes them, in the editor.
import path from 'node:path';
import * as vscode from 'vscode';
import { differences, linesOf } from '../../core/review/lines';
import { saveOnAccept } from '../setup/settings';
import type { FileChange, ReviewFiles, Seen } from './reviewFiles';

/** `\n` line ends and no byte order mark. */
export function plainText(text: string): string {
	const plain = text.startsWith('\uFEFF') ? text.slice(1) : text;
	return plain.includes('\r') ? plain.replace(/\r\n?/g, '\n') : plain;
}

const texts = new WeakMap<vscode.TextDocument, { readonly version: number; readonly text: string }>();

/** The document's plain text, made once for each of its versions: cursors move more often than texts. */
export function textIn(document: vscode.TextDocument): string {
	const known = texts.get(document);
	if (known?.version === document.version) {
		return known.text;
	}
	const text = plainText(document.getText());
	texts.set(document, { version: document.version, text });
	return text;
}

/** Notebooks have an editor of their own that shows no text: they are taken as a whole. */
export function isNotebook(file: string): boolean {
	return path.extname(file).toLowerCase() === '.ipynb';
}

export function openDocument(file: string): vscode.TextDocument | undefined {
	const uri = vscode.Uri.file(file).toString();
	return vscode.workspace.textDocuments.find((one) => !one.isClosed && one.uri.toString() === uri);
}

/** The editor hands no larger file to extensions. */
const MOST_BYTES = 50 * 1024 * 1024;

export class EditorFiles implements ReviewFiles {
	/** Notebooks as they were, and as they were written: the editor has no Undo for them. */
	private readonly replaced = new Map<string, { readonly before: Uint8Array; readonly after: Uint8Array }>();

	async look(file: string): Promise<Seen> {
		const uri = vscode.Uri.file(file);
		const name = path.basename(file);
		if (isNotebook(file)) {
			return lookAtNotebook(uri, name);
		}
		let document: vscode.TextDocument;
		try {
			document = openDocument(file) ?? (await vscode.workspace.openTextDocument(uri));
		} catch (error) {
			const why = error instanceof Error ? error.message : String(error);
			const size = await sizeOf(uri);
			if (size !== undefined && size > MOST_BYTES) {
				const reason = vscode.l10n.t(
					'{0} is larger than 50 MB, and the editor lets no extension change such a file',
					name,
				);
				return { kind: 'barred', reason, text: undefined };
			}
			return size !== undefined
				? {
						kind: 'barred',
						reason: vscode.l10n.t('{0} cannot be opened as text ({1})', name, why),
						text: undefined,
					}
				: { kind: 'absent' };
		}
		const text = textIn(document);
		if (!document.isDirty && !(await isThere(uri))) {
			// Its document outlives the file for a while.
			return { kind: 'absent' };
		}
		const reason = (await readOnlyReason(uri, document)) ?? (await encodingReason(uri, document, text));
		return reason === undefined ? { kind: 'text', text } : { kind: 'barred', reason, text };
	}

	glance(file: string): string | undefined {
		const document = isNotebook(file) ? undefined : openDocument(file);
		return document && textIn(document);
	}

	async apply(changes: readonly FileChange[]): Promise<boolean> {
		if (changes.length === 0) {
			// The editor calls an empty edit a failure.
			return true;
		}
		const edit = new vscode.WorkspaceEdit();
		const over: { readonly uri: vscode.Uri; readonly before: Uint8Array; readonly after: Uint8Array }[] = [];
		for (const change of changes) {
			const uri = vscode.Uri.file(change.file);
			switch (change.kind) {
				case 'turn': {
					const document = openDocument(change.file) ?? (await vscode.workspace.openTextDocument(uri));
					if (textIn(document) !== change.from) {
						return false;
					}
					turn(edit, document, change.from, change.to);
					break;
				}
				case 'write':
					if (await isThere(uri)) {
						// As an edit, its Undo would delete the file.
						const before = await vscode.workspace.fs.readFile(uri);
						over.push({ uri, before, after: Buffer.from(change.text) });
					} else {
						edit.createFile(uri, { contents: Buffer.from(change.text) });
					}
					break;
				case 'delete':
					edit.deleteFile(uri, { ignoreIfNotExists: true });
			}
		}
		// The edit's own size leaves files that are made or deleted out.
		if (changes.length > over.length && !(await vscode.workspace.applyEdit(edit))) {
			return false;
		}
		for (const { uri, before, after } of over) {
			await vscode.workspace.fs.writeFile(uri, after);
			this.replaced.set(uri.fsPath, { before, after });
		}
		return true;
	}

	/** Whether `putBack` knows how the file was. */
	isReplaced(file: string): boolean {
		return this.replaced.has(file);
	}

	/** False when the file is another one by now; then it stays. */
	async putBack(file: string): Promise<boolean> {
		const known = this.replaced.get(file);
		const uri = vscode.Uri.file(file);
		const now = await Promise.resolve(vscode.workspace.fs.readFile(uri)).catch(() => undefined);
		const open = vscode.workspace.notebookDocuments.find((one) => one.uri.toString() === uri.toString());
		if (known === undefined || now === undefined || open?.isDirty || !Buffer.from(now).equals(known.after)) {
			return false;
		}
		await vscode.workspace.fs.writeFile(uri, known.before);
		this.replaced.delete(file);
		return true;
	}

	isUnsaved(file: string): boolean {
		return openDocument(file)?.isDirty ?? false;
	}

	async save(file: string): Promise<boolean> {
		try {
			return saveOnAccept(vscode.Uri.file(file)) && ((await openDocument(file)?.save()) ?? true);
		} catch {
			return false;
		}
	}
}

/** What turns the document into `to`, line by line, so that cursors and folds elsewhere stay. */
function turn(edit: vscode.WorkspaceEdit, document: vscode.TextDocument, from: string, to: string): void {
	const [before, after] = [linesOf(from), linesOf(to)];
	for (const { a, b } of differences(before, after)) {
		const range = document.validateRange(new vscode.Range(a.start, 0, a.end, 0));
		edit.replace(document.uri, range, after.slice(b.start, b.end).join(''));
	}
}

async function isThere(uri: vscode.Uri): Promise<boolean> {
	return (await sizeOf(uri)) !== undefined;
}

/** In bytes; undefined where there is no such file. */
function sizeOf(uri: vscode.Uri): Promise<number | undefined> {
	return Promise.resolve(vscode.workspace.fs.stat(uri)).then(
		({ size }) => size,
		() => undefined,
	);
}

async function lookAtNotebook(uri: vscode.Uri, name: string): Promise<Seen> {
	const open = vscode.workspace.notebookDocuments.find((one) => one.uri.toString() === uri.toString());
	try {
		const text = plainText(Buffer.from(await vscode.workspace.fs.readFile(uri)).toString());
		return open?.isDirty === true
			? {
					kind: 'barred',
					reason: vscode.l10n.t('{0} has unsaved edits; save or revert the notebook first', name),
					text,
				}
			: { kind: 'text', text };
	} catch {
		return { kind: 'absent' };
	}
}

async function readOnlyReason(uri: vscode.Uri, document: vscode.TextDocument): Promise<string | undefined> {
	const name = path.basename(uri.path);
	const stat = await vscode.workspace.fs.stat(uri).then(
		(one) => one,
		() => undefined,
	);
	if (Number(stat?.permissions ?? 0) > 0) {
		return vscode.l10n.t('{0} is read-only; make it writable first', name);
	}
	const settings = vscode.workspace.getConfiguration('files', uri);
	const matches = (key: string) =>
		Object.entries(settings.get<Record<string, boolean>>(key) ?? {}).some(
			([glob, on]) => on && vscode.languages.match({ pattern: patternOf(uri, glob) }, document) > 0,
		);
	return matches('readonlyInclude') && !matches('readonlyExclude')
		? vscode.l10n.t('{0} is read-only by the setting files.readonlyInclude', name)
		: undefined;
}

function patternOf(uri: vscode.Uri, glob: string): vscode.GlobPattern {
	const folder = vscode.workspace.getWorkspaceFolder(uri);
	return folder === undefined || path.isAbsolute(glob) ? glob : new vscode.RelativePattern(folder, glob);
}

/** The fix was made for UTF-8 text: in another encoding the same text would be other bytes. */
async function encodingReason(
	uri: vscode.Uri,
	document: vscode.TextDocument,
	text: string,
): Promise<string | undefined> {
	const name = path.basename(uri.path);
	if (!/^utf-?8/i.test(document.encoding ?? 'utf8') && /[^\0-\x7f]/.test(text)) {
		return vscode.l10n.t(
			'{0} is opened as {1}, and a fix can only be brought into UTF-8 text; reopen or save it with UTF-8 first',
			name,
			document.encoding,
		);
	}
	if (!text.includes('\uFFFD')) {
		return undefined;
	}
	try {
		new TextDecoder('utf-8', { fatal: true }).decode(await vscode.workspace.fs.readFile(uri));
		return undefined;
	} catch {
		return vscode.l10n.t(
			'{0} is not UTF-8 text, and saving it as that would spoil it; reopen it with its encoding and save it with UTF-8 first',
			name,
		);
	}
}
