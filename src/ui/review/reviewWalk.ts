// Going from change to change, over all files of a fix.
import path from 'node:path';
import * as vscode from 'vscode';
import { openDocument } from './documents';
import type { ReviewFace } from './reviewFace';
import { baseUri } from './reviewScm';
import type { ReviewSession } from './reviewSession';
import { fixWords } from './reviewWords';

/** The editor works its own diff out a moment after an edit, and does not say when. */
const QUICK_DIFF_WAITS_MS = [500, 700, 1000, 2000];

interface Stop {
	readonly uri: vscode.Uri;
	readonly line: number;
}

/** To the next (1), the previous (-1) or the nearest (0) open change. False when there is none in any text. */
export async function walk(session: ReviewSession, direction: 1 | 0 | -1): Promise<boolean> {
	const stops = (await session.shown()).flatMap(({ file, located }) =>
		located.map(({ span }): Stop => ({ uri: vscode.Uri.file(file), line: span.start })),
	);
	const next = nextStop(stops, vscode.window.activeTextEditor, direction);
	if (next === undefined) {
		return false;
	}
	const at = new vscode.Position(next.line, 0);
	const here = vscode.window.activeTextEditor;
	const tab = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
	if (here?.document.uri.toString() === next.uri.toString() && tab instanceof vscode.TabInputTextDiff) {
		// Stays in the diff editor.
		here.selection = new vscode.Selection(at, at);
		here.revealRange(new vscode.Range(at, at), vscode.TextEditorRevealType.InCenterIfOutsideViewport);
		return true;
	}
	await vscode.window.showTextDocument(next.uri, { selection: new vscode.Range(at, at), preview: false });
	return true;
}

/** Opens the first change with the editor's own red and green; in a diff editor where that is switched off. */
export async function openFirst(session: ReviewSession, face: () => ReviewFace | undefined): Promise<void> {
	await quietly('workbench.action.closePanel');
	if (!(await walk(session, 0))) {
		return;
	}
	const editor = vscode.window.activeTextEditor;
	const hunk = editor && face()?.hunkAt(editor);
	if (editor === undefined || hunk === undefined) {
		return;
	}
	const { uri } = editor.document;
	if (vscode.workspace.getConfiguration('scm', uri).get('diffDecorations') === 'none') {
		await openDiff(uri, hunk.span.start, fixWords(session.review).fix);
		return;
	}
	// Having shown it, the editor puts the cursor to the start of a line.
	const { start } = hunk.span;
	const line = Math.min(start, editor.document.lineCount - 1);
	const asked = new vscode.Position(line, editor.document.lineAt(line).text.length);
	for (const waitMs of QUICK_DIFF_WAITS_MS) {
		editor.selection = new vscode.Selection(asked, asked);
		await new Promise((resolve) => setTimeout(resolve, waitMs));
		if (face() === undefined || vscode.window.activeTextEditor !== editor) {
			return;
		}
		await quietly('editor.action.dirtydiff.next');
		await new Promise((resolve) => setTimeout(resolve, 150));
		if (asked.character === 0 || !editor.selection.active.isEqual(asked)) {
			return;
		}
	}
	// Too large for it, or hidden by the user.
	await openDiff(uri, start, fixWords(session.review).fix);
}

async function openDiff(uri: vscode.Uri, line: number, fix: string): Promise<void> {
	await vscode.commands.executeCommand(
		'vscode.diff',
		baseUri(uri),
		uri,
		vscode.l10n.t('{0} ({1})', path.basename(uri.path), fix),
		{ preview: false, selection: new vscode.Range(line, 0, line, 0) },
	);
}

function nextStop(
	stops: readonly Stop[],
	editor: vscode.TextEditor | undefined,
	direction: 1 | 0 | -1,
): Stop | undefined {
	const here = (stop: Stop) => stop.uri.toString() === editor?.document.uri.toString();
	const first = stops.findIndex(here);
	if (editor === undefined || first === -1) {
		return stops[0];
	}
	const line = editor.selection.active.line;
	const before = stops.filter((stop) => here(stop) && stop.line < line).at(-1);
	const after = stops.find((stop) => here(stop) && stop.line > line);
	switch (direction) {
		case 0:
			return stops.find((stop) => here(stop) && stop.line === line) ?? after ?? before;
		case 1:
			return after ?? stops[(stops.findLastIndex(here) + 1) % stops.length];
		case -1:
			return before ?? stops[(first - 1 + stops.length) % stops.length];
	}
}

/** The open hunk that menus, lenses and keys mean. */
export async function hunkOf(
	session: ReviewSession,
	face: ReviewFace | undefined,
	args: readonly unknown[],
): Promise<string | undefined> {
	const [first, changes, index] = args;
	if (typeof first === 'string') {
		return (await session.isOpen(first)) ? first : undefined;
	}
	const uri = uriOf(first);
	if (uri !== undefined && Array.isArray(changes) && typeof index === 'number') {
		const change = changes[index] as Partial<Record<string, unknown>> | undefined;
		const document = openDocument(uri.fsPath);
		const start = Number(change?.['modifiedStartLineNumber']);
		const end = Number(change?.['modifiedEndLineNumber']);
		// An end of 0 means that lines were only taken out, after line `start`.
		const span = end === 0 ? { start, end: start } : { start: start - 1, end };
		const located = document === undefined ? [] : (face?.located(document) ?? []);
		return located.find(
			({ span: at }) =>
				at.start === span.start || (at.start < span.end && span.start < Math.max(at.end, at.start + 1)),
		)?.hunk.id;
	}
	const editor = vscode.window.activeTextEditor;
	return editor === undefined ? undefined : face?.hunkAt(editor)?.hunk.id;
}

/** A file's address, out of what menus hand over: a Uri, or something of the source control view. */
export function uriOf(value: unknown): vscode.Uri | undefined {
	if (value instanceof vscode.Uri) {
		return value;
	}
	const inner = (value as { resourceUri?: unknown } | undefined)?.resourceUri;
	return inner instanceof vscode.Uri ? inner : undefined;
}

async function quietly(command: string): Promise<void> {
	await vscode.commands.executeCommand(command).then(undefined, () => undefined);
}
