// Second layer of the review in the editor: lenses above each pending change and the colour of its lines. The first
// layer, red and green with buttons, is the editor's own (a quick diff against the base).
import * as vscode from 'vscode';
import { linesOf } from '../../core/review/lines';
import type { FileReview, LocatedHunk } from '../../core/review/review';
import { ACCEPT_HUNK, REJECT_HUNK } from './reviewCommands';
import type { FixWords } from './reviewWords';

export class ReviewDecorations implements vscode.Disposable {
	private readonly changed = new vscode.EventEmitter<void>();
	private readonly added = vscode.window.createTextEditorDecorationType({
		isWholeLine: true,
		backgroundColor: new vscode.ThemeColor('diffEditor.insertedLineBackground'),
		overviewRulerColor: new vscode.ThemeColor('editorOverviewRuler.addedForeground'),
		overviewRulerLane: vscode.OverviewRulerLane.Left,
		...highContrastBorder(),
	});
	private readonly removed = vscode.window.createTextEditorDecorationType({
		isWholeLine: true,
		borderColor: new vscode.ThemeColor('editorOverviewRuler.deletedForeground'),
		borderStyle: 'solid none none none',
		borderWidth: '2px',
		overviewRulerColor: new vscode.ThemeColor('editorOverviewRuler.deletedForeground'),
		overviewRulerLane: vscode.OverviewRulerLane.Left,
	});
	private readonly registration: vscode.Disposable;

	/** `locate` gives the pending hunks of a file under review, undefined for any other file. */
	constructor(
		private readonly locate: (
			document: vscode.TextDocument,
		) => { readonly review: FileReview; readonly located: readonly LocatedHunk[] } | undefined,
		private readonly words: FixWords,
	) {
		this.registration = vscode.languages.registerCodeLensProvider(
			{ scheme: 'file' },
			{
				onDidChangeCodeLenses: this.changed.event,
				provideCodeLenses: (document) => this.lenses(document),
			},
		);
	}

	refresh(): void {
		this.changed.fire();
		for (const editor of vscode.window.visibleTextEditors) {
			this.paint(editor);
		}
	}

	dispose(): void {
		for (const editor of vscode.window.visibleTextEditors) {
			editor.setDecorations(this.added, []);
			editor.setDecorations(this.removed, []);
		}
		this.registration.dispose();
		this.changed.dispose();
		this.added.dispose();
		this.removed.dispose();
	}

	private lenses(document: vscode.TextDocument): vscode.CodeLens[] {
		const found = this.locate(document);
		return (found?.located ?? []).flatMap(({ hunk, span, state }) => {
			const range = document.validateRange(new vscode.Range(span.start, 0, span.start, 0));
			const lens = (title: string, command = '') =>
				new vscode.CodeLens(range, { title, command, ...(command === '' ? {} : { arguments: [hunk.id] }) });
			const what = vscode.l10n.t('{0} {1} {2}', this.words.icon, this.words.Fix, sizeOf(hunk));
			switch (state) {
				case 'there':
					return [lens(what), lens('Accept', ACCEPT_HUNK), lens('Reject', REJECT_HUNK)];
				case 'undone':
					return [
						lens(vscode.l10n.t('{0}, not in the file', what)),
						lens(vscode.l10n.t('Put In'), ACCEPT_HUNK),
						lens(vscode.l10n.t('Leave Out'), REJECT_HUNK),
					];
				case 'edited':
					return [
						lens(vscode.l10n.t('{0}, edited by you', what)),
						lens(vscode.l10n.t('Keep As It Is'), ACCEPT_HUNK),
					];
			}
		});
	}

	private paint(editor: vscode.TextEditor): void {
		const found = this.locate(editor.document);
		const base = linesOf(found?.review.base ?? '');
		const [added, removed]: [vscode.DecorationOptions[], vscode.DecorationOptions[]] = [[], []];
		for (const { hunk, span, state } of found?.located ?? []) {
			if (state !== 'there') {
				continue;
			}
			const hoverMessage = removedLines(base, hunk);
			const empty = span.start === span.end;
			const range = editor.document.validateRange(
				new vscode.Range(span.start, 0, empty ? span.start : span.end - 1, 0),
			);
			(empty ? removed : added).push({ range, ...(hoverMessage === undefined ? {} : { hoverMessage }) });
		}
		editor.setDecorations(this.added, added);
		editor.setDecorations(this.removed, removed);
	}
}

/** `−1 +4`: in words enough for people who see no colour. */
export function sizeOf(hunk: LocatedHunk['hunk']): string {
	return `−${hunk.base.end - hunk.base.start} +${hunk.patched.end - hunk.patched.start}`;
}

function removedLines(base: readonly string[], hunk: LocatedHunk['hunk']): vscode.MarkdownString | undefined {
	const lines = base.slice(hunk.base.start, hunk.base.end);
	if (lines.length === 0) {
		return undefined;
	}
	const text = new vscode.MarkdownString();
	text.appendText(vscode.l10n.t('The fix takes out:'));
	text.appendCodeblock(lines.slice(0, 30).join(''));
	return text;
}

/** Themes of high contrast colour no lines; other themes have no colour for the border. */
function highContrastBorder(): vscode.DecorationRenderOptions {
	const { HighContrast, HighContrastLight } = vscode.ColorThemeKind;
	const { kind } = vscode.window.activeColorTheme;
	return kind === HighContrast || kind === HighContrastLight
		? {
				borderColor: new vscode.ThemeColor('diffEditor.insertedTextBorder'),
				borderStyle: 'dashed',
				borderWidth: '1px',
			}
		: {};
}
