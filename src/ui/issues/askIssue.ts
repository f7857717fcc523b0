// The one field that asks for an issue: a number, a URL or words typed into it, or one of the places where the editor
// has the text at hand. Undefined whenever the user turned away.
import path from 'node:path';
import * as vscode from 'vscode';
import { markIn } from '../../core/issue/markedComment';
import type { IssueStart } from './issueStart';
import { saidIn } from './saidWords';

interface Item extends vscode.QuickPickItem {
	/** Absent: what is typed counts. */
	readonly choose?: () => Promise<IssueStart | undefined>;
}

const MOST_MARKS = 20;

export function askIssue(): Promise<IssueStart | undefined> {
	return new Promise((resolve) => {
		const pick = vscode.window.createQuickPick<Item>();
		const places = [...fromEditor(vscode.window.activeTextEditor), ...everywhere()];
		let answer: Item | undefined;
		let typed = '';
		const draw = (): void => {
			const said = saidItem(pick.value);
			pick.items = said === undefined ? places : [said, ...places];
		};
		pick.title = vscode.l10n.t('Fix an Issue');
		pick.placeholder = vscode.l10n.t(
			'#12, owner/repo#12, the URL of an issue, or what is wrong in your words',
		);
		pick.ignoreFocusOut = true;
		pick.matchOnDescription = true;
		pick.onDidChangeValue(draw);
		pick.onDidAccept(() => {
			// What is typed counts, whatever the list shows at this moment: it may be a keystroke behind.
			answer = pick.selectedItems[0] ?? saidItem(pick.value);
			typed = pick.value;
			if (answer !== undefined) {
				pick.hide();
			}
		});
		pick.onDidHide(() => {
			pick.dispose();
			resolve(answer === undefined ? undefined : (answer.choose?.() ?? startOf(typed)));
		});
		draw();
		pick.show();
	});
}

function startOf(typed: string): Promise<IssueStart | undefined> {
	const said = saidIn(typed);
	switch (said?.kind) {
		case undefined:
			return Promise.resolve(undefined);
		case 'number':
		case 'link':
			return Promise.resolve({ kind: 'named', said: said.said });
		case 'words':
			return Promise.resolve({ kind: 'text', text: said.text });
	}
}

function saidItem(typed: string): Item | undefined {
	const said = saidIn(typed);
	switch (said?.kind) {
		case undefined:
			return undefined;
		case 'number':
			return {
				label: `$(issues) ${said.said}`,
				description: vscode.l10n.t('an issue on GitHub'),
				alwaysShow: true,
			};
		case 'link':
			return {
				label: `$(link) ${said.said}`,
				description: vscode.l10n.t('read from {0}', said.host),
				alwaysShow: true,
			};
		case 'words':
			return {
				label: `$(comment) ${said.text}`,
				description: vscode.l10n.t('as the issue itself'),
				alwaysShow: true,
			};
	}
}

function fromEditor(editor: vscode.TextEditor | undefined): readonly Item[] {
	if (editor === undefined) {
		return [];
	}
	const { document, selection } = editor;
	const items: Item[] = [];
	if (!selection.isEmpty) {
		items.push({
			label: vscode.l10n.t('$(selection) The selected text'),
			description: oneLine(document.getText(selection)),
			choose: async () => ofSelection(editor),
		});
	}
	if (document.languageId === 'markdown' && document.uri.scheme === 'file') {
		items.push({
			label: vscode.l10n.t('$(markdown) This file'),
			description: vscode.workspace.asRelativePath(document.uri),
			choose: async () => inFile(document.uri),
		});
	}
	if (document.uri.scheme === 'file') {
		const marked = marksIn(document).slice(0, MOST_MARKS);
		items.push(
			...marked.map(
				({ line, text }): Item => ({
					label: `$(checklist) ${text}`,
					description: `${vscode.workspace.asRelativePath(document.uri)}:${line}`,
					choose: async () => inFile(document.uri, line),
				}),
			),
		);
	}
	return items.length === 0 ? [] : [separator(vscode.l10n.t('in the editor')), ...items];
}

function everywhere(): readonly Item[] {
	return [
		separator(vscode.l10n.t('elsewhere')),
		{
			label: vscode.l10n.t('$(clippy) Paste from the clipboard'),
			description: vscode.l10n.t('an issue, an error, a stack trace'),
			alwaysShow: true,
			choose: fromClipboard,
		},
		{
			label: vscode.l10n.t('$(file) A text file…'),
			description: vscode.l10n.t('Markdown or plain text'),
			alwaysShow: true,
			choose: fromFile,
		},
	];
}

/** The whole of what the user selected. */
export function ofSelection(editor: vscode.TextEditor): IssueStart {
	const { document, selection } = editor;
	const folder = vscode.workspace.getWorkspaceFolder(document.uri)?.uri.fsPath;
	return { kind: 'text', text: document.getText(selection), ...(folder === undefined ? {} : { folder }) };
}

export async function fromClipboard(): Promise<IssueStart | undefined> {
	const text = await vscode.env.clipboard.readText();
	if (text.trim() === '') {
		void vscode.window.showInformationMessage(vscode.l10n.t('The clipboard holds no text.'));
		return undefined;
	}
	// A link that was copied is a link, not the issue.
	const said = saidIn(text);
	return said?.kind === 'link' ? { kind: 'named', said: said.said } : { kind: 'text', text };
}

async function fromFile(): Promise<IssueStart | undefined> {
	const picked = await vscode.window.showOpenDialog({
		title: vscode.l10n.t('The Issue'),
		openLabel: vscode.l10n.t('Fix This'),
		filters: { [vscode.l10n.t('Text')]: ['md', 'markdown', 'txt', 'log'], [vscode.l10n.t('All')]: ['*'] },
	});
	const [file] = picked ?? [];
	return file === undefined ? undefined : inFile(file);
}

/** A file, or a line of it, by the shortest name: it is told to people and to models. */
export function inFile(uri: vscode.Uri, line?: number): IssueStart {
	const folder = vscode.workspace.getWorkspaceFolder(uri)?.uri.fsPath;
	const name =
		folder === undefined ? uri.fsPath : path.relative(folder, uri.fsPath).split(path.sep).join('/');
	return {
		kind: 'named',
		said: line === undefined ? name : `${name}:${line}`,
		...(folder === undefined ? {} : { folder }),
	};
}

/** Lines that hold a TODO, FIXME or BUG comment, 1-based; `only` that one. */
export function marksIn(
	document: vscode.TextDocument,
	only?: number,
): readonly { readonly line: number; readonly mark: string; readonly text: string }[] {
	const lines =
		only === undefined
			? Array.from({ length: Math.min(document.lineCount, 20_000) }, (_, at) => at + 1)
			: [only];
	return lines.flatMap((line) => {
		const { text } = document.lineAt(line - 1);
		const mark = text.length > 2_000 ? undefined : markIn(text);
		return mark === undefined ? [] : [{ line, mark, text: oneLine(text.slice(text.indexOf(mark))) }];
	});
}

function oneLine(text: string): string {
	const line = text.replace(/\s+/g, ' ').trim();
	return line.length > 100 ? `${line.slice(0, 99)}…` : line;
}

function separator(label: string): Item {
	return { label, kind: vscode.QuickPickItemKind.Separator };
}
