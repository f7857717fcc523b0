// What a review under way shows in the editor: the source control with its red and green, the lenses, the context keys.
// While nothing of the fix stands in the files it shows nothing.
import * as vscode from 'vscode';
import type { Move } from '../../core/review/moves';
import { isDecided, isWhole, type LocatedHunk, originalText } from '../../core/review/review';
import { counted } from '../counted';
import { FIX_SCHEME, type FixTexts } from '../fixTexts';
import { openDocument, textIn } from './documents';
import { ReviewDecorations } from './reviewDecorations';
import { ReviewScm } from './reviewScm';
import type { FileState, ReviewSession } from './reviewSession';
import { fixWords } from './reviewWords';

const SOON_MS = 60;

export class ReviewFace implements vscode.Disposable {
	private scm: ReviewScm | undefined;
	private decorations: ReviewDecorations | undefined;
	private readonly listeners: vscode.Disposable;
	private refreshing: NodeJS.Timeout | undefined;
	private turn = 0;
	/** By address, as documents have it. */
	private readonly files: ReadonlyMap<string, string>;

	/** `changed` is told when the review turns from quiet to shown or back. */
	constructor(
		private readonly session: ReviewSession,
		private readonly texts: FixTexts,
		private readonly changed: () => void,
	) {
		this.files = new Map(
			session.review.files.map(({ file }) => [vscode.Uri.file(file).toString(), file] as const),
		);
		this.listeners = vscode.Disposable.from(
			vscode.workspace.onDidChangeTextDocument(({ document }) => {
				if (this.files.has(document.uri.toString())) {
					this.refreshSoon();
				}
			}),
			vscode.workspace.onDidOpenTextDocument(({ uri }) => {
				if (this.scm !== undefined && this.files.has(uri.toString())) {
					this.refreshSoon();
				}
			}),
			vscode.window.onDidChangeVisibleTextEditors(() => this.decorations?.refresh()),
			vscode.window.onDidChangeActiveTextEditor((editor) => this.follow(editor)),
			vscode.window.onDidChangeTextEditorSelection(({ textEditor }) => this.follow(textEditor)),
		);
	}

	/** Nothing of the fix stands in the files: it waits. */
	get quiet(): boolean {
		return this.scm === undefined;
	}

	/** Open hunks of a document with their places, in order; empty for a file that is not reviewed in its text. */
	located(document: vscode.TextDocument): readonly LocatedHunk[] {
		return this.stateOf(document)?.located ?? [];
	}

	hunkAt(editor: vscode.TextEditor): LocatedHunk | undefined {
		const line = editor.selection.active.line;
		return this.located(editor.document).find(
			({ span }) =>
				line >= span.start && (line < span.end || (span.start === span.end && line === span.start)),
		);
	}

	/** Settles when everything shown is as the files are. */
	async refresh(): Promise<void> {
		clearTimeout(this.refreshing);
		this.turn += 1;
		const turn = this.turn;
		const states = await this.session.shown();
		if (turn !== this.turn) {
			return;
		}
		if (states.every(({ review }) => isDecided(review))) {
			await this.session.settle();
			return;
		}
		const shows =
			this.session.review.stage === 'inline' &&
			states.some(
				({ review, located }) =>
					located.some(({ state }) => state !== 'undone') || (isWhole(review) && !isDecided(review)),
			);
		const was = this.quiet;
		if (shows) {
			this.show(states);
		} else {
			this.hide();
		}
		if (was !== this.quiet) {
			this.changed();
		}
	}

	dispose(): void {
		this.turn += 1;
		clearTimeout(this.refreshing);
		this.listeners.dispose();
		this.hide();
	}

	private stateOf(document: vscode.TextDocument): FileState | undefined {
		const file = this.files.get(document.uri.toString());
		return file === undefined || this.quiet ? undefined : this.session.stateIn(file, textIn(document));
	}

	private refreshSoon(): void {
		clearTimeout(this.refreshing);
		this.refreshing = setTimeout(() => void this.refresh(), SOON_MS);
	}

	private show(states: readonly FileState[]): void {
		const { folder, passed, run, files: stored } = this.session.review;
		const words = fixWords(this.session.review);
		const label = vscode.l10n.t('{0}: {1}', words.Fix, counted(passed, 'passing'));
		this.scm ??= new ReviewScm(vscode.Uri.file(folder), label, words, this.texts);
		this.decorations ??= new ReviewDecorations((document) => this.stateOf(document), words);
		const tests = new Set(stored.flatMap(({ file, isTest }) => (isTest ? [file] : [])));
		const files = states.map(({ file, review }) => {
			const uri = vscode.Uri.file(file);
			const original = originalText(review);
			const whole = isWhole(review);
			const crlf = openDocument(file)?.eol === vscode.EndOfLine.CRLF;
			if (whole) {
				this.texts.set(uri.with({ scheme: FIX_SCHEME, query: run }), review.patched ?? '');
			}
			return {
				uri,
				shown: whole ? uri.with({ scheme: FIX_SCHEME, query: run }) : uri,
				original: crlf ? original.replaceAll('\n', '\r\n') : original,
				pending: review.hunks.filter(({ decision }) => decision === 'pending').length,
				note: noteOf(
					review,
					this.session.moves,
					tests.has(file) ? vscode.l10n.t('test of the {0}', words.fix) : words.fix,
				),
			};
		});
		this.scm.show(files);
		this.decorations.refresh();
		setContext('underbid.reviewing', true);
		// By path: where the workspace is remote, the workbench and we name its files by other schemes.
		setContext(
			'underbid.pendingPaths',
			files.filter(({ pending }) => pending > 0).flatMap(({ uri }) => [uri.fsPath, uri.path]),
		);
		this.follow(vscode.window.activeTextEditor);
	}

	private hide(): void {
		if (this.scm === undefined) {
			return;
		}
		// The editor's own diff would stay open over a change that is none any more.
		for (const command of ['closeQuickDiff', 'closeDirtyDiff']) {
			void vscode.commands.executeCommand(command).then(undefined, () => undefined);
		}
		this.scm.dispose();
		this.decorations?.dispose();
		this.scm = undefined;
		this.decorations = undefined;
		setContext('underbid.reviewing', false);
		setContext('underbid.cursorInHunk', false);
		setContext('underbid.pendingPaths', []);
	}

	/** Keys act on the change the cursor stands in, and on nothing else. Ctrl+Y stays Redo where it was undone. */
	private follow(editor: vscode.TextEditor | undefined): void {
		if (!this.quiet) {
			const inHunk = editor !== undefined && this.hunkAt(editor)?.state === 'there';
			setContext('underbid.cursorInHunk', inHunk);
		}
	}
}

function noteOf(review: FileState['review'], moves: readonly Move[], what: string): string {
	const open = review.hunks.filter(({ decision }) => decision === 'pending').length;
	if (!isWhole(review)) {
		return vscode.l10n.t('{0} of the {1} to review', counted(open, 'change'), what);
	}
	const move = moves.find(({ from, to }) => from === review.path || to === review.path);
	if (move !== undefined) {
		return move.from === review.path
			? vscode.l10n.t('The {0} moves this file to {1}', what, move.to)
			: vscode.l10n.t('The {0} moves {1} here', what, move.from);
	}
	return review.base === undefined
		? vscode.l10n.t('The {0} makes this file', what)
		: review.patched === undefined
			? vscode.l10n.t('The {0} deletes this file', what)
			: vscode.l10n.t('The {0} changes this notebook; it is accepted or rejected as a whole', what);
}

function setContext(key: string, value: unknown): void {
	void vscode.commands.executeCommand('setContext', key, value);
}
