// First layer of the review: a temporary source control whose quick diff is the editor's own red and green, with our
// Accept and Reject in its title, and whose group lists the files that wait.
import path from 'node:path';
import * as vscode from 'vscode';
import { BASE_SCHEME, type FixTexts } from '../fixTexts';
import type { FixWords } from './reviewWords';

export interface ScmFile {
	readonly uri: vscode.Uri;
	/** The right side of its diff: the file itself, or what the fix makes of it. */
	readonly shown: vscode.Uri;
	/** What the pending hunks are compared against, line ends as the document has them. */
	readonly original: string;
	readonly pending: number;
	/** What the fix does to it, in words. */
	readonly note: string;
}

export class ReviewScm implements vscode.Disposable {
	private readonly control: vscode.SourceControl;
	private readonly group: vscode.SourceControlResourceGroup;
	private files: readonly ScmFile[] = [];

	constructor(
		folder: vscode.Uri,
		label: string,
		private readonly words: FixWords,
		private readonly texts: FixTexts,
	) {
		this.control = vscode.scm.createSourceControl('underbid', words.Fix, folder);
		this.control.inputBox.visible = false;
		this.control.quickDiffProvider = {
			provideOriginalResource: (uri) =>
				this.files.some(
					(file) => file.pending > 0 && file.shown === file.uri && file.uri.toString() === uri.toString(),
				)
					? baseUri(uri)
					: undefined,
		};
		this.group = this.control.createResourceGroup('fix', label);
		this.group.hideWhenEmpty = true;
	}

	show(files: readonly ScmFile[]): void {
		this.files = files;
		for (const file of files) {
			this.texts.set(baseUri(file.uri), file.original);
		}
		this.group.resourceStates = files
			.filter(({ pending }) => pending > 0)
			.map(({ uri, shown, note }) => ({
				resourceUri: uri,
				contextValue: 'pending',
				decorations: { tooltip: note },
				command: {
					command: 'vscode.diff',
					title: vscode.l10n.t('Open Diff'),
					arguments: [
						baseUri(uri),
						shown,
						vscode.l10n.t('{0} ({1})', path.basename(uri.path), this.words.fix),
					],
				},
			}));
		this.control.count = files.reduce((sum, { pending }) => sum + pending, 0);
	}

	dispose(): void {
		this.group.dispose();
		this.control.dispose();
	}
}

/** The same path as the real file: else the editor shows a renamed file. */
export function baseUri(file: vscode.Uri): vscode.Uri {
	return file.with({ scheme: BASE_SCHEME, query: 'review' });
}
