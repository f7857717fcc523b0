// The commands of the review, and what is said at its turns. One verified fix waits at a time in a workspace.
import path from 'node:path';
import * as vscode from 'vscode';
import { linesOf } from '../../core/review/lines';
import { fileReview, type Hunk } from '../../core/review/review';
import type { Target } from '../../core/suite';
import type { FixResult } from '../engine';
import type { FixTexts } from '../fixTexts';
import { count } from '../runWords';
import { plainText } from './documents';
import * as commands from './reviewCommands';
import { sizeOf } from './reviewDecorations';
import { type Finished, ReviewSession, type Stepped } from './reviewSession';
import type { ReviewStore, StoredReview } from './storedReview';

const REVIEW = 'Review Inline';
const DIFF = 'Show Diff';
const DISCARD = 'Discard';
const RECEIPT = 'Show Receipt';
const RERUN = 'Re-run Tests';

const QUICK_DIFF_WAITS_MS = [500, 700, 1000, 2000];

export interface ReviewWorld {
	readonly store: ReviewStore;
	readonly texts: FixTexts;
	/** Runs the tests on the text as it is, with `bases` standing for the files before the fix. Free. */
	reverify(review: StoredReview, bases: ReadonlyMap<string, string | undefined>): Promise<void>;
	/** Called whenever there is something to review, or nothing any more. */
	changed(review: StoredReview | undefined): void;
}

export class FixReview implements vscode.Disposable {
	private session: ReviewSession | undefined;
	/** What was accepted last and is not what was verified: its tests can be run again. */
	private partial: StoredReview | undefined;
	private readonly registrations: vscode.Disposable;

	constructor(private readonly world: ReviewWorld) {
		const handlers: [string, (...args: unknown[]) => unknown][] = [
			[commands.REVIEW_INLINE, () => this.reviewInline()],
			[commands.SHOW_DIFF, () => this.showDiff()],
			[commands.SHOW_RECEIPT, () => this.showReceipt()],
			[commands.ACCEPT_HUNK, (...args) => this.step('accept', args)],
			[commands.REJECT_HUNK, (...args) => this.step('reject', args)],
			[commands.ACCEPT_FILE, (...args) => this.stepFile('accept', args)],
			[commands.REJECT_FILE, (...args) => this.stepFile('reject', args)],
			[commands.ACCEPT_ALL, () => this.acceptAll()],
			[commands.DISCARD_ALL, () => this.discardAll()],
			[commands.NEXT_HUNK, () => this.go(1)],
			[commands.PREVIOUS_HUNK, () => this.go(-1)],
			[commands.CHOOSE_HUNKS, () => this.choose()],
			[commands.REVERIFY, () => this.reverify()],
		];
		this.registrations = vscode.Disposable.from(
			...handlers.map(([id, run]) =>
				vscode.commands.registerCommand(id, async (...args: unknown[]) => run(...args)),
			),
		);
	}

	/** What waits to be reviewed. */
	get waiting(): StoredReview | undefined {
		return this.session?.review;
	}

	/** Takes up what waited before the window was closed. */
	async restore(): Promise<void> {
		const loaded = await this.world.store.load();
		switch (loaded.kind) {
			case 'none':
				return;
			case 'broken':
				void vscode.window.showWarningMessage(loaded.reason);
				return;
			case 'review':
				this.take(loaded.review);
		}
	}

	/** A new verified fix; one that waited before is given up only when none of it stands in the files. */
	async offer(
		result: FixResult,
		about: { folder: string; title: string; target: Target; bid: number },
	): Promise<void> {
		const { outcome } = result;
		if (outcome.kind !== 'solved') {
			throw new Error('only a verified fix is reviewed');
		}
		const open = (file: string) =>
			vscode.workspace.textDocuments.find(({ uri }) => uri.toString() === vscode.Uri.file(file).toString());
		const text = (one: string | undefined) => (one === undefined ? undefined : plainText(one));
		const review: StoredReview = {
			run: outcome.run,
			folder: about.folder,
			title: about.title,
			spent: outcome.spent,
			bid: about.bid as StoredReview['bid'],
			passed: outcome.evidence.after.passed,
			target: about.target,
			receipt: result.receipt,
			stage: 'waiting',
			files: result.changes.map(({ file, base, patched }) => ({
				file,
				review: fileReview(relative(about.folder, file), text(base), text(patched)),
				unsaved: open(file)?.isDirty ?? false,
			})),
		};
		await this.world.store.save(review);
		this.take(review);
		void this.ask(`Verified fix ready: ${this.size()}. ${count(review.passed, 'test')} pass.`);
	}

	async reviewInline(): Promise<void> {
		const session = this.mustWait();
		if (session === undefined) {
			return;
		}
		if (session.review.stage === 'waiting') {
			const brought = await session.bringIn();
			if (!said(brought)) {
				return;
			}
			this.world.changed(session.review);
			if (brought.left !== undefined) {
				void vscode.window.showWarningMessage(
					`Not all of the fix could be brought in. ${brought.left.join('; ')}. What was brought in is not verified as merged: run the tests again afterwards.`,
				);
			}
		}
		await this.openFirst();
	}

	async showDiff(): Promise<void> {
		const session = this.mustWait();
		if (session === undefined) {
			return;
		}
		const { files, stage, run } = session.review;
		const sides = files.map(({ file, review }) => {
			const uri = vscode.Uri.file(file);
			const base = uri.with({ scheme: 'underbid-base', query: run });
			const fix = uri.with({ scheme: 'underbid-fix', query: run });
			this.world.texts.set(base, review.base ?? '');
			this.world.texts.set(fix, review.patched ?? '');
			const made = review.base === undefined;
			const gone = review.patched === undefined;
			return {
				uri,
				base: made ? undefined : base,
				fix: gone ? undefined : stage === 'inline' && !made ? uri : fix,
			};
		});
		const [only] = sides;
		if (sides.length === 1 && only?.base !== undefined && only.fix !== undefined) {
			const title = `${path.basename(only.uri.path)}: verified fix`;
			await vscode.commands.executeCommand('vscode.diff', only.base, only.fix, title, { preview: false });
			return;
		}
		await vscode.commands.executeCommand(
			'vscode.changes',
			`Verified fix: ${this.size()}`,
			sides.map(({ uri, base, fix }) => [uri, base, fix]),
		);
	}

	async showReceipt(): Promise<void> {
		const session = this.mustWait();
		if (session !== undefined) {
			await this.world.texts.showReceipt(session.review.run, session.review.receipt);
		}
	}

	/** All pending changes, brought in first where they only wait. */
	async acceptAll(): Promise<void> {
		const session = this.mustWait();
		if (session === undefined) {
			return;
		}
		if (session.review.stage === 'waiting') {
			const brought = await session.bringIn();
			if (!said(brought)) {
				return;
			}
			if (brought.left !== undefined) {
				this.world.changed(session.review);
				void vscode.window.showWarningMessage(
					`Not accepted as a whole: ${brought.left.join('; ')}. Review what could be brought in.`,
				);
				await this.openFirst();
				return;
			}
		}
		said(await session.accept(session.ids()));
	}

	async discardAll(): Promise<void> {
		const session = this.mustWait();
		if (session !== undefined) {
			said(await session.reject(session.ids()));
		}
	}

	dispose(): void {
		this.session?.dispose();
		this.registrations.dispose();
	}

	private take(review: StoredReview): void {
		this.session?.dispose();
		this.partial = undefined;
		this.session = new ReviewSession(review, this.world.store, this.world.texts, (end, last) =>
			this.end(end, last),
		);
		this.world.changed(review);
	}

	private size(): string {
		const files = this.session?.review.files ?? [];
		const hunks = files.reduce((sum, { review }) => sum + review.hunks.length, 0);
		return `${count(hunks, 'change')} in ${count(files.length, 'file')}`;
	}

	private mustWait(): ReviewSession | undefined {
		if (this.session === undefined) {
			void vscode.window.showInformationMessage(
				'No verified fix waits for a review. Run “Underbid: Fix a Failing Test…” first.',
			);
		}
		return this.session;
	}

	private async ask(message: string): Promise<void> {
		switch (await vscode.window.showInformationMessage(message, REVIEW, DIFF, RECEIPT, DISCARD)) {
			case REVIEW:
				return this.reviewInline();
			case DIFF:
				await this.showDiff();
				return this.askAgain(message);
			case RECEIPT:
				await this.showReceipt();
				return this.askAgain(message);
			case DISCARD:
				return this.discardAll();
			default:
				return undefined;
		}
	}

	/** A message goes away with a click on one of its buttons; the review must stay at hand. */
	private askAgain(message: string): Promise<void> | undefined {
		return this.session?.review.stage === 'waiting' ? this.ask(message) : undefined;
	}

	private async step(what: 'accept' | 'reject', args: readonly unknown[]): Promise<void> {
		const session = this.mustWait();
		const id = session && this.hunkOf(session, args);
		if (session === undefined) {
			return;
		}
		if (id === undefined) {
			void vscode.window.showInformationMessage(
				'Put the cursor into a change of the verified fix first (Alt+F5 goes to the next one).',
			);
			return;
		}
		if (said(await session[what]([id])) && session === this.session && session.pending > 0) {
			this.world.changed(session.review);
			await this.go(0);
		}
	}

	private async stepFile(what: 'accept' | 'reject', args: readonly unknown[]): Promise<void> {
		const session = this.mustWait();
		if (session === undefined) {
			return;
		}
		const uri = uriOf(args[0]) ?? vscode.window.activeTextEditor?.document.uri;
		const ids = uri === undefined ? [] : session.ids(uri);
		if (ids.length === 0) {
			void vscode.window.showInformationMessage('That file has no change of the verified fix to review.');
			return;
		}
		said(await session[what](ids));
	}

	/** From a lens (the id), from the editor's diff (file, all its changes, which of them), or where the cursor is. */
	private hunkOf(session: ReviewSession, args: readonly unknown[]): string | undefined {
		const [first, changes, index] = args;
		if (typeof first === 'string') {
			return session.ids().includes(first) ? first : undefined;
		}
		const uri = uriOf(first);
		if (uri !== undefined && Array.isArray(changes) && typeof index === 'number') {
			const change = changes[index] as Partial<Record<string, unknown>> | undefined;
			const document = vscode.workspace.textDocuments.find((one) => one.uri.toString() === uri.toString());
			const start = Number(change?.['modifiedStartLineNumber']);
			const end = Number(change?.['modifiedEndLineNumber']);
			// An end of 0 means that lines were only taken out, after line `start`.
			const span = end === 0 ? { start, end: start } : { start: start - 1, end };
			return document === undefined
				? undefined
				: session
						.located(document)
						.find(
							({ span: at }) =>
								at !== undefined && (at.start === span.start || (at.start < span.end && span.start < at.end)),
						)?.hunk.id;
		}
		const editor = vscode.window.activeTextEditor;
		return editor === undefined ? undefined : session.hunkAt(editor)?.hunk.id;
	}

	/** To the next (1), the previous (-1) or the nearest (0) pending change, over all files. */
	private async go(direction: 1 | 0 | -1): Promise<void> {
		const session = this.mustWait();
		if (session === undefined) {
			return;
		}
		if (session.review.stage === 'waiting') {
			await this.reviewInline();
			return;
		}
		const places: { uri: vscode.Uri; line: number }[] = [];
		for (const { file } of session.review.files) {
			const uri = vscode.Uri.file(file);
			if (session.ids(uri).length > 0) {
				const document = await vscode.workspace.openTextDocument(uri).then(
					(one) => one,
					() => undefined,
				);
				for (const { span, state } of document === undefined ? [] : session.located(document)) {
					if (span !== undefined && state === 'there') {
						places.push({ uri, line: span.start });
					}
				}
			}
		}
		const next = nextPlace(places, vscode.window.activeTextEditor, direction);
		if (next === undefined) {
			return;
		}
		const at = new vscode.Position(next.line, 0);
		await vscode.window.showTextDocument(next.uri, { selection: new vscode.Range(at, at), preview: false });
	}

	private async openFirst(): Promise<void> {
		await vscode.commands.executeCommand('workbench.action.closePanel').then(undefined, () => undefined);
		await this.go(0);
		const editor = vscode.window.activeTextEditor;
		const hunk = editor && this.session?.hunkAt(editor);
		if (editor === undefined || hunk?.span === undefined) {
			return;
		}
		// The editor works its diff out a moment after an edit, and does not say when: asked too early it shows nothing.
		// Having shown it, it puts the cursor to the start of a line.
		const asked = new vscode.Position(hunk.span.start, editor.document.lineAt(hunk.span.start).text.length);
		for (const waitMs of QUICK_DIFF_WAITS_MS) {
			editor.selection = new vscode.Selection(asked, asked);
			await new Promise((resolve) => setTimeout(resolve, waitMs));
			if (this.session === undefined || vscode.window.activeTextEditor !== editor) {
				return;
			}
			await vscode.commands.executeCommand('editor.action.dirtydiff.next').then(undefined, () => undefined);
			await new Promise((resolve) => setTimeout(resolve, 150));
			if (asked.character === 0 || !editor.selection.active.isEqual(asked)) {
				return;
			}
		}
	}

	/** Everything by list, for people who work without seeing colours or without a mouse. */
	private async choose(): Promise<void> {
		const session = this.mustWait();
		if (session === undefined) {
			return;
		}
		const items = session.review.files.flatMap(({ review }) =>
			review.hunks
				.filter(({ decision }) => decision === 'pending')
				.map((hunk) => ({
					label: `${review.path}:${hunk.base.start + 1}`,
					description: sizeOf(hunk),
					detail: firstLines(review.base, review.patched, hunk),
					id: hunk.id,
					picked: true,
				})),
		);
		const picked = await vscode.window.showQuickPick(items, {
			title: 'Verified Fix: Choose Changes',
			placeHolder: 'Tick the changes to decide on',
			canPickMany: true,
			ignoreFocusOut: true,
		});
		if (picked === undefined || picked.length === 0) {
			return;
		}
		const changes = count(picked.length, 'change');
		const accept = `Accept ${changes}`;
		const answer = await vscode.window.showQuickPick([accept, `Reject ${changes}`], {
			title: 'Verified Fix: Choose Changes',
		});
		if (answer === undefined) {
			return;
		}
		if (answer === accept && session.review.stage === 'waiting' && !said(await session.bringIn())) {
			return;
		}
		const ids = picked.map(({ id }) => id);
		if (said(await (answer === accept ? session.accept(ids) : session.reject(ids)))) {
			this.world.changed(this.session?.review);
		}
	}

	private end(end: Finished, review: StoredReview): void {
		this.session?.dispose();
		this.session = undefined;
		this.world.changed(undefined);
		const unsaved = end.unsaved.length > 0 ? ` Not saved yet: ${end.unsaved.join(', ')}.` : '';
		switch (end.state) {
			case 'discarded':
				void vscode.window.showInformationMessage('Discarded. Nothing of the fix is in your files.');
				return;
			case 'verified':
				void vscode.window.showInformationMessage(
					`Accepted, exactly as it was verified. Undo takes it back.${unsaved}`,
				);
				return;
			case 'changed': {
				this.partial = review;
				const part =
					end.accepted === end.hunks
						? 'with other edits of yours'
						: `${end.accepted} of ${count(end.hunks, 'change')}`;
				void vscode.window
					.showInformationMessage(`Accepted ${part}: this text is not what was verified.${unsaved}`, RERUN)
					.then((answer) => (answer === RERUN ? this.reverify() : undefined));
			}
		}
	}

	/** Earns the word "verified" again, for the text as it is. */
	private async reverify(): Promise<void> {
		const review = this.partial;
		if (review === undefined) {
			void vscode.window.showInformationMessage(
				this.session === undefined
					? 'There is no accepted fix whose tests could be run again.'
					: 'Decide on all changes first, then run the tests again.',
			);
			return;
		}
		// What the files would be without the accepted hunks: the target must fail there.
		const bases = new Map(review.files.map(({ file, review: one }) => [file, one.base]));
		await this.world.reverify(review, bases);
	}
}

/** Says a refusal; true when the step was made. */
function said(step: Stepped): boolean {
	if (step.kind === 'refused') {
		void vscode.window.showWarningMessage(step.reason);
	}
	return step.kind === 'done';
}

/** A file's address, out of what menus hand over: a Uri, or something of the source control view. */
function uriOf(value: unknown): vscode.Uri | undefined {
	if (value instanceof vscode.Uri) {
		return value;
	}
	const inner = (value as { resourceUri?: unknown } | undefined)?.resourceUri;
	return inner instanceof vscode.Uri ? inner : undefined;
}

function nextPlace(
	places: readonly { readonly uri: vscode.Uri; readonly line: number }[],
	editor: vscode.TextEditor | undefined,
	direction: 1 | 0 | -1,
): { readonly uri: vscode.Uri; readonly line: number } | undefined {
	if (places.length === 0) {
		return undefined;
	}
	const file = places.findIndex(({ uri }) => uri.toString() === editor?.document.uri.toString());
	if (editor === undefined || file === -1) {
		return places[0];
	}
	const line = editor.selection.active.line;
	const here = (place: (typeof places)[number]) => place.uri.toString() === editor.document.uri.toString();
	const before = places
		.map((place, index) => ({ place, index }))
		.filter(({ place }) => here(place) && place.line < line);
	const after = places
		.map((place, index) => ({ place, index }))
		.filter(({ place }) => here(place) && place.line > line);
	switch (direction) {
		case 0:
			return (
				places.find((place) => here(place) && place.line === line) ??
				after[0]?.place ??
				before.at(-1)?.place ??
				places[0]
			);
		case 1:
			return after[0]?.place ?? places[(places.findLastIndex(here) + 1) % places.length];
		case -1:
			return before.at(-1)?.place ?? places[(file - 1 + places.length) % places.length];
	}
}

function firstLines(base: string | undefined, patched: string | undefined, hunk: Hunk): string {
	const line = (text: string | undefined, at: number) => linesOf(text ?? '')[at]?.trim() ?? '';
	const out = hunk.base.end > hunk.base.start ? `− ${line(base, hunk.base.start)}` : '';
	const into = hunk.patched.end > hunk.patched.start ? `+ ${line(patched, hunk.patched.start)}` : '';
	return [out, into].filter((part) => part !== '').join('   ');
}

function relative(folder: string, file: string): string {
	return path.relative(folder, file).split(path.sep).join('/');
}
