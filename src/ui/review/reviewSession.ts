// The review of one verified fix in the user's own files. Every step is either made whole or not at all, written down
// before it is shown, and taken back by one Undo. Nothing is brought in before the user asks for it.
import path from 'node:path';
import * as vscode from 'vscode';
import {
	decide,
	type FileReview,
	isDecided,
	type LocatedHunk,
	locate,
	originalText,
	place,
	revert,
	reviewState,
} from '../../core/review/review';
import type { FixTexts } from '../fixTexts';
import { count } from '../runWords';
import { saveOnAccept } from '../setup/settings';
import { currentText, Edits, plainText } from './documents';
import { ReviewDecorations } from './reviewDecorations';
import { ReviewScm } from './reviewScm';
import type { ReviewStore, StoredFile, StoredReview } from './storedReview';

export type Stepped =
	| { readonly kind: 'done' }
	/** One sentence for the user; nothing was changed. */
	| { readonly kind: 'refused'; readonly reason: string };

/** How a review ended. `texts` are those of all files of the fix, by absolute path. */
export interface Finished {
	readonly state: 'verified' | 'changed' | 'discarded';
	readonly accepted: number;
	readonly hunks: number;
	/** Names of files that were left unsaved, since they had unsaved edits before. */
	readonly unsaved: readonly string[];
}

const DONE: Stepped = { kind: 'done' };

export class ReviewSession implements vscode.Disposable {
	private scm: ReviewScm | undefined;
	private decorations: ReviewDecorations | undefined;
	private readonly listeners: vscode.Disposable[] = [];
	private queue: Promise<unknown> = Promise.resolve();
	private refreshing: NodeJS.Timeout | undefined;

	/** `finished` is called once, when no hunk is pending any more. */
	constructor(
		private stored: StoredReview,
		private readonly store: ReviewStore,
		private readonly texts: FixTexts,
		private readonly finished: (end: Finished, review: StoredReview) => void,
	) {
		if (stored.stage === 'inline') {
			this.open();
		}
	}

	get review(): StoredReview {
		return this.stored;
	}

	get pending(): number {
		return this.stored.files.flatMap(({ review }) => pendingOf(review)).length;
	}

	/**
	 * Brings the pending hunks into the files as one edit. Files that changed since are merged where every hunk has its
	 * place; what has none stays out and is named in `left`.
	 */
	async bringIn(): Promise<Stepped & { readonly left?: readonly string[] }> {
		return this.inTurn(async () => {
			const left: string[] = [];
			const edit = new Edits();
			for (const { file, review } of this.stored.files) {
				if (review.base === undefined || review.patched === undefined) {
					// Made and deleted files are brought in when they are accepted.
					continue;
				}
				const uri = vscode.Uri.file(file);
				if ((await currentText(uri)) === undefined) {
					left.push(`${review.path} is gone`);
					continue;
				}
				const document = await vscode.workspace.openTextDocument(uri);
				const placed = place(review, plainText(document.getText()));
				if (placed.unplaced.length > 0) {
					left.push(
						`${review.path}: ${count(placed.unplaced.length, 'change')} cannot be placed, since you changed those lines`,
					);
				}
				edit.turn(document, placed.text);
			}
			await this.put({ ...this.stored, stage: 'inline' });
			if (!(await edit.apply())) {
				await this.put({ ...this.stored, stage: 'waiting' });
				return {
					kind: 'refused',
					reason: 'The files changed at that very moment, so nothing was brought in. Try again.',
				};
			}
			this.open();
			return { ...DONE, ...(left.length > 0 ? { left } : {}) };
		});
	}

	/** Takes hunks as they stand. A hunk that was undone is put back first. */
	accept(ids: readonly string[]): Promise<Stepped> {
		return this.inTurn(async () => {
			const edit = new Edits();
			for (const { file, review } of this.stored.files) {
				const wanted = pendingOf(review).filter((id) => ids.includes(id));
				if (wanted.length === 0) {
					continue;
				}
				const uri = vscode.Uri.file(file);
				const current = await currentText(uri);
				if (review.base === undefined) {
					if (current !== undefined) {
						return {
							kind: 'refused',
							reason: `${review.path} was made since; move it away, or reject the change.`,
						};
					}
					edit.make(uri, review.patched ?? '');
				} else if (review.patched === undefined) {
					if (current !== undefined && current !== review.base) {
						return {
							kind: 'refused',
							reason: `${review.path} changed since the fix was verified, so it is not deleted.`,
						};
					}
					edit.delete(uri);
				} else {
					const others = pendingOf(review).filter((id) => !wanted.includes(id));
					const document = await vscode.workspace.openTextDocument(uri);
					const now = plainText(document.getText());
					// Only the wanted hunks that were undone are put back: the others stay as they are.
					const undone = locate(review, now).filter(
						({ hunk, state }) => state === 'undone' && wanted.includes(hunk.id),
					);
					if (undone.length > 0) {
						edit.turn(document, place(without(review, others, now), now).text);
					}
				}
			}
			if (!(await edit.apply())) {
				return {
					kind: 'refused',
					reason: 'The files changed at that very moment, so nothing was accepted. Try again.',
				};
			}
			return this.decided(ids, 'accepted');
		});
	}

	/** Takes hunks out of the files again. */
	reject(ids: readonly string[]): Promise<Stepped> {
		return this.inTurn(async () => {
			const edit = new Edits();
			for (const { file, review } of this.stored.files) {
				const wanted = pendingOf(review).filter((id) => ids.includes(id));
				if (wanted.length === 0 || review.base === undefined || review.patched === undefined) {
					continue;
				}
				const uri = vscode.Uri.file(file);
				if ((await currentText(uri)) === undefined) {
					continue;
				}
				const document = await vscode.workspace.openTextDocument(uri);
				const reverted = revert(review, plainText(document.getText()), wanted);
				if (reverted.kind === 'edited') {
					return {
						kind: 'refused',
						reason: `You edited ${reverted.ids.length === 1 ? 'that change' : 'those changes'} in ${review.path}, so taking it out would take your edit too. Accept it and edit on, or undo your edit first.`,
					};
				}
				edit.turn(document, reverted.text);
			}
			if (!(await edit.apply())) {
				return {
					kind: 'refused',
					reason: 'The files changed at that very moment, so nothing was rejected. Try again.',
				};
			}
			return this.decided(ids, 'rejected');
		});
	}

	/** Ids of the pending hunks, of one file or of all. */
	ids(uri?: vscode.Uri): readonly string[] {
		return this.stored.files
			.filter(({ file }) => uri === undefined || vscode.Uri.file(file).toString() === uri.toString())
			.flatMap(({ review }) => pendingOf(review));
	}

	/** Pending hunks of a document with their places, in order; empty for a file that is not under review. */
	located(document: vscode.TextDocument): readonly LocatedHunk[] {
		const review = this.reviewOf(document.uri);
		return review === undefined || this.stored.stage === 'waiting'
			? []
			: locate(review, plainText(document.getText()));
	}

	dispose(): void {
		clearTimeout(this.refreshing);
		this.close();
	}

	private reviewOf(uri: vscode.Uri): FileReview | undefined {
		const review = this.stored.files.find(
			({ file }) => vscode.Uri.file(file).toString() === uri.toString(),
		)?.review;
		return review?.base === undefined || review.patched === undefined ? undefined : review;
	}

	/** One step after the other: two quick clicks never meet. */
	private inTurn<T>(step: () => Promise<T>): Promise<T> {
		const turn = this.queue.then(step);
		this.queue = turn.catch(() => undefined);
		return turn;
	}

	private async decided(ids: readonly string[], decision: 'accepted' | 'rejected'): Promise<Stepped> {
		const files = this.stored.files.map((file) => ({ ...file, review: decide(file.review, ids, decision) }));
		await this.put({ ...this.stored, files });
		if (!files.every(({ review }) => isDecided(review))) {
			this.refresh();
			return DONE;
		}
		const unsaved = await this.save(files);
		this.close();
		await this.store.save(undefined);
		this.finished(await this.end(unsaved), this.stored);
		return DONE;
	}

	private async end(unsaved: readonly string[]): Promise<Finished> {
		const { files } = this.stored;
		const hunks = files.flatMap(({ review }) => review.hunks);
		const accepted = hunks.filter(({ decision }) => decision === 'accepted').length;
		const current = new Map<string, string | undefined>();
		for (const { file, review } of files) {
			current.set(review.path, await currentText(vscode.Uri.file(file)));
		}
		const state = reviewState(
			files.map(({ review }) => review),
			current,
		);
		return {
			state: accepted === 0 ? 'discarded' : state === 'verified' ? 'verified' : 'changed',
			accepted,
			hunks: hunks.length,
			unsaved,
		};
	}

	/** Files that had no unsaved edits before are saved, so that the user's own test run sees the fix. */
	private async save(files: readonly StoredFile[]): Promise<string[]> {
		const unsaved: string[] = [];
		for (const { file, unsaved: before } of files) {
			const uri = vscode.Uri.file(file).toString();
			const document = vscode.workspace.textDocuments.find((one) => one.uri.toString() === uri);
			if (document?.isDirty && (before || !saveOnAccept() || !(await document.save()))) {
				unsaved.push(path.basename(file));
			}
		}
		return unsaved;
	}

	private async put(review: StoredReview): Promise<void> {
		this.stored = review;
		await this.store.save(review);
	}

	private open(): void {
		const label = `Verified fix: ${count(this.stored.passed, 'test')} pass`;
		this.scm ??= new ReviewScm(vscode.Uri.file(this.stored.folder), label, this.texts);
		this.decorations ??= new ReviewDecorations((document) => {
			const review = this.reviewOf(document.uri);
			return review === undefined ? undefined : { review, located: this.located(document) };
		});
		if (this.listeners.length === 0) {
			this.listeners.push(
				vscode.workspace.onDidChangeTextDocument(({ document }) => {
					if (this.reviewOf(document.uri) !== undefined) {
						this.refreshSoon();
					}
				}),
				vscode.window.onDidChangeVisibleTextEditors(() => this.refresh()),
				vscode.window.onDidChangeTextEditorSelection(({ textEditor }) => this.follow(textEditor)),
			);
		}
		this.refresh();
	}

	private refreshSoon(): void {
		clearTimeout(this.refreshing);
		this.refreshing = setTimeout(() => this.refresh(), 60);
	}

	private refresh(): void {
		const files = this.stored.files.map(({ file, review }) => {
			const uri = vscode.Uri.file(file);
			const crlf = vscode.workspace.textDocuments.some(
				(document) => document.uri.toString() === uri.toString() && document.eol === vscode.EndOfLine.CRLF,
			);
			const original = originalText(review);
			if (review.base === undefined || review.patched === undefined) {
				this.texts.set(uri.with({ scheme: 'underbid-fix', query: 'review' }), review.patched ?? '');
			}
			return {
				uri,
				review,
				original: crlf ? original.replaceAll('\n', '\r\n') : original,
				pending: pendingOf(review).length,
			};
		});
		this.scm?.show(files);
		this.decorations?.refresh();
		void vscode.commands.executeCommand('setContext', 'underbid.reviewing', true);
		void vscode.commands.executeCommand(
			'setContext',
			// By path: where the workspace is remote, the workbench and we name its files by other schemes.
			'underbid.pendingPaths',
			files.filter(({ pending }) => pending > 0).flatMap(({ uri }) => [uri.fsPath, uri.path]),
		);
		this.follow(vscode.window.activeTextEditor);
	}

	/** Keys act on the change the cursor stands in, and on nothing else. */
	private follow(editor: vscode.TextEditor | undefined): void {
		const inHunk = editor !== undefined && this.hunkAt(editor) !== undefined;
		void vscode.commands.executeCommand('setContext', 'underbid.cursorInHunk', inHunk);
	}

	hunkAt(editor: vscode.TextEditor): LocatedHunk | undefined {
		const line = editor.selection.active.line;
		return this.located(editor.document).find(
			({ span, state }) =>
				state === 'there' &&
				span !== undefined &&
				line >= span.start &&
				(line < span.end || (span.start === span.end && line === span.start)),
		);
	}

	private close(): void {
		// The editor's own diff would stay open over a change that is none any more.
		for (const command of ['closeQuickDiff', 'closeDirtyDiff']) {
			void vscode.commands.executeCommand(command).then(undefined, () => undefined);
		}
		for (const listener of this.listeners.splice(0)) {
			listener.dispose();
		}
		this.scm?.dispose();
		this.decorations?.dispose();
		this.scm = undefined;
		this.decorations = undefined;
		for (const key of ['underbid.reviewing', 'underbid.cursorInHunk']) {
			void vscode.commands.executeCommand('setContext', key, false);
		}
		void vscode.commands.executeCommand('setContext', 'underbid.pendingPaths', []);
	}
}

function pendingOf(review: FileReview): readonly string[] {
	return review.hunks.filter(({ decision }) => decision === 'pending').map(({ id }) => id);
}

/** The review as if these hunks were decided the way they stand in the text. */
function without(review: FileReview, ids: readonly string[], current: string): FileReview {
	const undone = locate(review, current)
		.filter(({ hunk, state }) => state === 'undone' && ids.includes(hunk.id))
		.map(({ hunk }) => hunk.id);
	const there = ids.filter((id) => !undone.includes(id));
	return decide(decide(review, undone, 'rejected'), there, 'accepted');
}
