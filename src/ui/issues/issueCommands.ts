// Every way from an issue into the one flow: the palette, a selection, a marked comment's light bulb, the terminal, the
// list of issues of the GitHub extension.
import * as vscode from 'vscode';
import type { FixFailingTest } from '../fixFailingTest';
import { askIssue, inFile, marksIn, ofSelection } from './askIssue';
import type { IssueKeys } from './issueKeys';
import type { IssueStart } from './issueStart';

export const FIX_ISSUE = 'underbid.fixIssue';
export const FIX_SELECTION = 'underbid.fixSelection';
export const FIX_TERMINAL_TEXT = 'underbid.fixTerminalSelection';
export const FORGET_TOKENS = 'underbid.forgetIssueTokens';
const FIX_MARKED = 'underbid.fixMarkedComment';

export class IssueCommands implements vscode.Disposable, vscode.CodeActionProvider {
	private readonly registered: vscode.Disposable;
	private fix: FixFailingTest | undefined;

	constructor(private readonly keys: IssueKeys) {
		this.registered = vscode.Disposable.from(
			vscode.commands.registerCommand(FIX_ISSUE, (listed?: unknown) =>
				this.begin(async () => ofListed(listed) ?? askIssue()),
			),
			vscode.commands.registerCommand(FIX_SELECTION, () => this.begin(selection)),
			vscode.commands.registerCommand(FIX_TERMINAL_TEXT, () => this.begin(terminalText)),
			vscode.commands.registerCommand(FIX_MARKED, (start: IssueStart) => this.begin(async () => start)),
			vscode.commands.registerCommand(FORGET_TOKENS, () => this.forget()),
			vscode.languages.registerCodeActionsProvider({ scheme: 'file' }, this, {
				providedCodeActionKinds: [vscode.CodeActionKind.QuickFix],
			}),
		);
	}

	/** The flow that all of these lead into. */
	use(fix: FixFailingTest): void {
		this.fix = fix;
	}

	provideCodeActions(document: vscode.TextDocument, range: vscode.Range): vscode.CodeAction[] {
		const line = range.start.line + 1;
		return marksIn(document, line).map(({ mark }) => {
			const action = new vscode.CodeAction(
				vscode.l10n.t('Underbid: fix this {0}…', mark),
				vscode.CodeActionKind.QuickFix,
			);
			action.command = { command: FIX_MARKED, title: action.title, arguments: [inFile(document.uri, line)] };
			return action;
		});
	}

	dispose(): void {
		this.registered.dispose();
	}

	private async begin(choose: () => Promise<IssueStart | undefined>): Promise<void> {
		await this.fix?.runIssue(choose);
	}

	private async forget(): Promise<void> {
		const count = await this.keys.forget();
		void vscode.window.showInformationMessage(
			count === 0
				? vscode.l10n.t('No token for issues is kept.')
				: vscode.l10n.t('The tokens for issues are forgotten.'),
		);
	}
}

async function selection(): Promise<IssueStart | undefined> {
	const editor = vscode.window.activeTextEditor;
	if (editor === undefined || editor.selection.isEmpty) {
		void vscode.window.showInformationMessage(
			vscode.l10n.t('Select the text of the issue, or an error, in an editor first.'),
		);
		return undefined;
	}
	return ofSelection(editor);
}

/** There is no other way to it than over the clipboard, which is put back as it was. */
async function terminalText(): Promise<IssueStart | undefined> {
	const { clipboard } = vscode.env;
	const before = await clipboard.readText();
	const mark = `underbid-${Math.random()}`;
	let text = mark;
	try {
		await clipboard.writeText(mark);
		await vscode.commands.executeCommand('workbench.action.terminal.copySelection');
		text = await clipboard.readText();
	} finally {
		await clipboard.writeText(before);
	}
	if (text === mark || text.trim() === '') {
		void vscode.window.showInformationMessage(
			vscode.l10n.t('Select the error in the terminal first, with its stack trace.'),
		);
		return undefined;
	}
	return { kind: 'text', text };
}

/** A row of the issue list of another extension: only what it is known to have is looked at. */
export function ofListed(row: unknown): IssueStart | undefined {
	const {
		html_url: link,
		number,
		remote,
	} = (row ?? {}) as {
		readonly html_url?: unknown;
		readonly number?: unknown;
		readonly remote?: { readonly owner?: unknown; readonly repositoryName?: unknown };
	};
	if (typeof link === 'string' && /^https?:\/\/[^\s/]+\/[\w.-]+\/[\w.-]+\/(?:issues|pull)\/\d+$/.test(link)) {
		return { kind: 'named', said: link };
	}
	const { owner, repositoryName } = remote ?? {};
	return typeof number === 'number' && typeof owner === 'string' && typeof repositoryName === 'string'
		? { kind: 'named', said: `${owner}/${repositoryName}#${number}` }
		: undefined;
}
