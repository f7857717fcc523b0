// The commands of the review, and what is said at its turns. One verified fix waits at a time in a workspace.
import path from 'node:path';
import * as vscode from 'vscode';
import { isVerified } from '../../core/receipt';
import { fileReview, isWhole, locate } from '../../core/review/review';
import { moneyOf } from '../../core/runWords';
import type { Target } from '../../core/suite';
import { counted } from '../counted';
import type { FixResult } from '../engine';
import { BASE_SCHEME, FIX_SCHEME, type FixTexts } from '../fixTexts';
import { chooseAlternative, compare, labelOf } from './alternatives';
import { EditorFiles, isNotebook, openDocument, plainText, textIn } from './documents';
import * as commands from './reviewCommands';
import { ReviewFace } from './reviewFace';
import { chooseHunks } from './reviewLists';
import { askMore } from './reviewMenu';
import { type Finished, ReviewSession, type Stepped } from './reviewSession';
import { hunkOf, openFirst, uriOf, walk } from './reviewWalk';
import { type FixWords, fixWords, partOf } from './reviewWords';
import type { Alternative, ReviewStore, StoredFile, StoredReview } from './storedReview';

const REVIEW = vscode.l10n.t('Review Inline');
const DIFF = vscode.l10n.t('Show Diff');
const MORE = vscode.l10n.t('More…');
const RERUN = vscode.l10n.t('Re-run Tests');
const KEEP = vscode.l10n.t('Keep My Edits');
const PUT_BACK = vscode.l10n.t('Put Notebook Back');
const VERIFY = vscode.l10n.t('Verify This One Instead');

export interface ReviewWorld {
	readonly store: ReviewStore;
	readonly texts: FixTexts;
	/** Runs the tests on the text as it is, with `bases` standing for the files before the fix. Free. True: it held. */
	reverify(review: StoredReview, bases: ReadonlyMap<string, string | undefined>): Promise<boolean>;
	/** Runs the tests on an alternative in place of the fix. Free. Undefined: it did not hold, and that was said. */
	verifyAlternative(review: StoredReview, alternative: Alternative): Promise<FixResult | undefined>;
	/** Called whenever there is something to review, or nothing any more. */
	changed(review: StoredReview | undefined): void;
}

export class FixReview implements vscode.Disposable {
	private session: ReviewSession | undefined;
	private face: ReviewFace | undefined;
	/** What was accepted last and is not what was verified: its tests can be run again. */
	private partial: StoredReview | undefined;
	/** What was accepted last: when the user undoes all of it, it waits again. */
	private accepted: StoredReview | undefined;
	private alternative: Alternative | undefined;
	private readonly files = new EditorFiles();
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
			[commands.COMPARE_ALTERNATIVES, () => this.compareAlternatives()],
			[commands.VERIFY_ALTERNATIVE, () => this.verifyAlternative()],
		];
		this.registrations = vscode.Disposable.from(
			...handlers.map(([id, run]) => vscode.commands.registerCommand(id, guarded(run))),
			vscode.workspace.onDidChangeTextDocument((event) => {
				if (event.reason === vscode.TextDocumentChangeReason.Undo) {
					void this.undone(event.document);
				}
			}),
			vscode.window.onDidChangeWindowState(({ focused }) => {
				if (focused) {
					void this.lookAgain();
				}
			}),
			// Two windows may stand side by side, and a window is not always told that it has the focus.
			this.world.store.watch?.(() => {
				if (this.session !== undefined) {
					void this.lookAgain();
				}
			}) ?? { dispose: () => undefined },
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
				if (loaded.review.stage === 'accepted') {
					this.partial = loaded.review;
				} else {
					await this.take(loaded.review);
				}
		}
	}

	/** Another window may have gone on with the same review, or left one. */
	async lookAgain(): Promise<void> {
		const { session } = this;
		if (session === undefined) {
			await this.restore();
			return;
		}
		const { revision } = session.review;
		const step = await session.sync();
		if (session === this.session && (step.kind === 'gone' || session.review.revision !== revision)) {
			await this.said(session, step);
		}
	}

	/** A new verified fix. One that waited before is given up; one that is half reviewed is decided on first. */
	async offer(
		result: FixResult,
		about: { folder: string; title: string; target: Target; bid: number },
	): Promise<void> {
		const { outcome } = result;
		if (outcome.kind !== 'solved') {
			throw new Error('only a verified fix is reviewed');
		}
		const { mayChange = 'code' } = outcome.problem;
		const review: StoredReview = {
			run: outcome.run,
			revision: 1,
			folder: about.folder,
			title: about.title,
			summary: outcome.chosen.summary,
			spent: outcome.spent,
			bid: about.bid as StoredReview['bid'],
			passed: outcome.evidence.after.passed,
			target: about.target,
			...(isVerified(outcome) ? {} : { checked: true }),
			...(mayChange === 'code' ? {} : { mayChange }),
			receipt: result.receipt,
			stage: 'waiting',
			files: result.changes.map((change) => storedFile(about.folder, change)),
			alternatives: (result.alternatives ?? []).map(({ summary, changes }) => ({
				summary,
				changes,
				verified: false,
			})),
		};
		await this.lookAgain();
		const { session } = this;
		if (session?.review.stage === 'inline' && (await session.follow(review)).kind === 'done') {
			void vscode.window.showInformationMessage(
				vscode.l10n.t(
					'{0} ready: {1}. It waits until you have decided on the changes of the one before.',
					fixWords(review).Fix,
					sizeOf(review),
				),
			);
			return;
		}
		await this.put(review);
	}

	/** Puts it in place of whatever waited, and says so. */
	private async put(review: StoredReview): Promise<void> {
		await this.world.store.save(review);
		await this.take(review);
		void this.ask(vscode.l10n.t('{0} ready: {1}. {2}', this.words.Fix, this.size(), this.worth()));
	}

	async reviewInline(): Promise<void> {
		const session = this.mustWait();
		if (session === undefined) {
			return;
		}
		if (this.face?.quiet !== false) {
			const brought = await session.bringIn();
			if (brought.kind !== 'done') {
				await this.said(session, brought);
				return;
			}
			await this.shown();
			if (brought.left.length > 0) {
				void vscode.window.showWarningMessage(
					vscode.l10n.t(
						'Not all of the fix could be brought in. {0}. What was brought in is not {1} as merged: run the tests again afterwards.',
						brought.left.join('; '),
						this.words.done,
					),
				);
			}
		}
		await openFirst(session, () => this.face);
	}

	async showDiff(): Promise<void> {
		const session = this.mustWait();
		if (session === undefined) {
			return;
		}
		const { files, run } = session.review;
		const shown = this.face?.quiet === false;
		const cameFrom = new Map(session.moves.map(({ from, to }) => [to, from]));
		const moved = new Set(cameFrom.values());
		const baseOf = ({ file, review }: StoredFile): vscode.Uri | undefined => {
			const base = vscode.Uri.file(file).with({ scheme: BASE_SCHEME, query: run });
			this.world.texts.set(base, review.base ?? '');
			return review.base === undefined ? undefined : base;
		};
		const sides = files.flatMap((one) => {
			const { file, review } = one;
			const source = files.find(({ review: { path: name } }) => name === cameFrom.get(review.path));
			if (moved.has(review.path)) {
				// Shown with the file that it became.
				return [];
			}
			const uri = vscode.Uri.file(file);
			const fix = uri.with({ scheme: FIX_SCHEME, query: run });
			this.world.texts.set(fix, review.patched ?? '');
			return {
				uri,
				base: baseOf(source ?? one),
				fix: review.patched === undefined ? undefined : shown && !isWhole(review) ? uri : fix,
			};
		});
		const [only] = sides;
		if (sides.length === 1 && only?.base !== undefined && only.fix !== undefined) {
			const title = vscode.l10n.t('{0}: {1}', path.basename(only.uri.path), this.words.fix);
			await vscode.commands.executeCommand('vscode.diff', only.base, only.fix, title, { preview: false });
			return;
		}
		await vscode.commands.executeCommand(
			'vscode.changes',
			vscode.l10n.t('{0}: {1}', this.words.Fix, this.size()),
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
		if (this.face?.quiet !== false) {
			const brought = await session.bringIn();
			if (brought.kind !== 'done') {
				await this.said(session, brought);
				return;
			}
			if (brought.left.length > 0) {
				await this.shown();
				void vscode.window.showWarningMessage(
					vscode.l10n.t(
						'Not accepted as a whole: {0}. Review what could be brought in.',
						brought.left.join('; '),
					),
				);
				await openFirst(session, () => this.face);
				return;
			}
		}
		await this.said(session, await session.accept(await session.ids()));
	}

	async discardAll(): Promise<void> {
		const session = this.mustWait();
		if (session !== undefined) {
			await this.reject(session, await session.ids());
		}
	}

	dispose(): void {
		this.face?.dispose();
		this.registrations.dispose();
	}

	private async take(review: StoredReview): Promise<void> {
		this.leave();
		this.partial = undefined;
		this.accepted = undefined;
		const session = new ReviewSession(review, this.world.store, this.files, {
			finished: (end, last) => this.end(end, last),
			trouble: (reason) => void vscode.window.showWarningMessage(reason),
		});
		this.session = session;
		this.face = new ReviewFace(session, this.world.texts, () => this.world.changed(session.review));
		this.world.changed(review);
		await this.face.refresh();
	}

	private leave(): void {
		this.face?.dispose();
		this.face = undefined;
		this.session = undefined;
		this.alternative = undefined;
	}

	private async shown(): Promise<void> {
		await this.face?.refresh();
		if (this.session !== undefined) {
			this.world.changed(this.session.review);
		}
	}

	private size(): string {
		return sizeOf(this.session?.review);
	}

	private worth(): string {
		const review = this.session?.review;
		if (review === undefined) {
			return '';
		}
		const passing = counted(review.passed, 'passing');
		const spent = moneyOf(review.spent, review.bid);
		return review.files.some(({ isTest }) => isTest)
			? vscode.l10n.t(
					'{0}. It passes the written test, which only you can say is right. {1} spent.',
					passing,
					spent,
				)
			: vscode.l10n.t('{0}. {1} spent.', passing, spent);
	}

	private get words(): FixWords {
		return fixWords(this.session?.review);
	}

	private mustWait(): ReviewSession | undefined {
		if (this.session === undefined) {
			void vscode.window.showInformationMessage(
				vscode.l10n.t('No verified fix waits for a review. Run “Underbid: Fix a Failing Test…” first.'),
			);
		}
		return this.session;
	}

	private async ask(message: string): Promise<void> {
		// No more than three: the editor cuts the words of buttons that do not fit.
		switch (await vscode.window.showInformationMessage(message, REVIEW, DIFF, MORE)) {
			case REVIEW:
				return this.reviewInline();
			case DIFF:
				await this.showDiff();
				return this.askAgain(message);
			case MORE: {
				const review = this.session?.review;
				const command = review === undefined ? undefined : await askMore(review);
				if (command !== undefined) {
					await vscode.commands.executeCommand(command);
				}
				return this.askAgain(message);
			}
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
		if (session === undefined) {
			return;
		}
		const id = await hunkOf(session, this.face, args);
		if (id === undefined) {
			void vscode.window.showInformationMessage(
				this.face?.quiet === false
					? vscode.l10n.t(
							'Put the cursor into a change of the {0} first (Alt+F5 goes to the next one).',
							this.words.fix,
						)
					: vscode.l10n.t(
							'The {0} is not in your files yet. Run “Underbid: Review Fix Inline” first.',
							this.words.fix,
						),
			);
			return;
		}
		const done = what === 'accept' ? await this.accept(session, [id]) : await this.reject(session, [id]);
		if (done && session === this.session) {
			await walk(session, 0);
		}
	}

	private async stepFile(what: 'accept' | 'reject', args: readonly unknown[]): Promise<void> {
		const session = this.mustWait();
		if (session === undefined) {
			return;
		}
		const uri = uriOf(args[0]) ?? vscode.window.activeTextEditor?.document.uri;
		const file = session.review.files.find(
			(one) => vscode.Uri.file(one.file).toString() === uri?.toString(),
		)?.file;
		const ids = file === undefined ? [] : await session.ids(file);
		if (ids.length === 0) {
			void vscode.window.showInformationMessage(
				vscode.l10n.t('That file has no change of the {0} to review.', this.words.fix),
			);
			return;
		}
		await (what === 'accept' ? this.accept(session, ids) : this.reject(session, ids));
	}

	private async accept(session: ReviewSession, ids: readonly string[]): Promise<boolean> {
		return this.said(session, await session.accept(ids));
	}

	/** Changes that the user edited are taken out only with their edits, so they are asked. */
	private async reject(session: ReviewSession, ids: readonly string[]): Promise<boolean> {
		const step = await session.reject(ids);
		if (step.kind !== 'edited') {
			return this.said(session, step);
		}
		void vscode.window
			.showWarningMessage(
				step.ids.length === 1
					? vscode.l10n.t(
							'You edited that change in {0}, so taking it out would take your edits too. Keep it as it is and reject the rest, or undo your edits first.',
							step.path,
						)
					: vscode.l10n.t(
							'You edited {0} changes in {1}, so taking them out would take your edits too. Keep them as they are and reject the rest, or undo your edits first.',
							step.ids.length,
							step.path,
						),
				KEEP,
			)
			.then((answer) =>
				answer === KEEP && session === this.session
					? session.reject(ids, true).then((kept) => this.said(session, kept))
					: undefined,
			);
		return false;
	}

	/** Says why a step was not made; true when it was. */
	private async said(session: ReviewSession, step: Stepped): Promise<boolean> {
		switch (step.kind) {
			case 'done':
				if (session === this.session) {
					await this.shown();
				}
				return true;
			case 'refused':
				void vscode.window.showWarningMessage(step.reason);
				return false;
			case 'edited':
				return false;
			case 'gone':
				if (session === this.session) {
					this.leave();
					this.world.changed(undefined);
					void vscode.window.showInformationMessage(
						vscode.l10n.t('{0} Nothing was changed here.', step.reason),
					);
					await this.restore();
				}
				return false;
		}
	}

	private async go(direction: 1 | -1): Promise<void> {
		const session = this.mustWait();
		if (session === undefined) {
			return;
		}
		if (this.face?.quiet !== false) {
			await this.reviewInline();
			return;
		}
		if (!(await walk(session, direction))) {
			void vscode.window.showInformationMessage(
				vscode.l10n.t(
					'What is left to review are whole files. “Underbid: Choose Changes to Accept…” lists them.',
				),
			);
		}
	}

	private async choose(): Promise<void> {
		const session = this.mustWait();
		if (session === undefined) {
			return;
		}
		const chosen = await chooseHunks(await session.states(), session.moves, session.review);
		if (chosen !== undefined) {
			await (chosen.answer === 'accept'
				? this.accept(session, chosen.ids)
				: this.reject(session, chosen.ids));
		}
	}

	/** The end is told, with what can be done next. */
	private ended(words: string, review: StoredReview, ...next: readonly string[]): void {
		const notebooks = review.files.map(({ file }) => file).filter((file) => this.files.isReplaced(file));
		const names = notebooks.map((file) => path.basename(file)).join(', ');
		const note = names === '' ? '' : vscode.l10n.t(' Undo does not reach {0}; “{1}” does.', names, PUT_BACK);
		const buttons = [...next, ...(names === '' ? [] : [PUT_BACK])];
		void vscode.window.showInformationMessage(`${words}${note}`, ...buttons).then(async (answer) => {
			if (answer === RERUN) {
				await this.reverify();
			}
			for (const file of answer === PUT_BACK ? notebooks : []) {
				const back = await this.files.putBack(file);
				const name = path.basename(file);
				void vscode.window.showInformationMessage(
					back
						? vscode.l10n.t('{0} is back as it was.', name)
						: vscode.l10n.t('{0} changed since, so it was left as it is.', name),
				);
			}
		});
	}

	private end(end: Finished, review: StoredReview): void {
		this.leave();
		this.world.changed(undefined);
		this.accepted = end.state === 'discarded' ? undefined : review;
		const { next } = review;
		if (next !== undefined) {
			void guarded(() => this.put(next))();
		}
		const { done } = fixWords(review);
		const unsaved =
			end.unsaved.length > 0 ? vscode.l10n.t(' Not saved yet: {0}.', end.unsaved.join(', ')) : '';
		switch (end.state) {
			case 'discarded':
				void vscode.window.showInformationMessage(
					vscode.l10n.t('Discarded. Nothing of the fix is in your files.'),
				);
				return;
			case 'verified':
				this.ended(
					`${vscode.l10n.t('Accepted, exactly as it was {0}. Undo takes it back.', done)}${unsaved}`,
					review,
				);
				return;
			case 'changed': {
				const whole = end.edited ? undefined : partOf(review);
				if (whole === 'test') {
					if (next === undefined) {
						void this.world.store.save(undefined);
					}
					void vscode.window.showInformationMessage(
						`${vscode.l10n.t('Accepted the test alone: it fails until what it shows is fixed.')}${unsaved}`,
					);
					return;
				}
				this.partial = review;
				const words =
					whole === 'fix'
						? vscode.l10n.t(
								'Accepted the fix without the test it was checked by: no test of yours shows what it fixes.',
							)
						: end.accepted < end.hunks
							? vscode.l10n.t(
									'Accepted {0} of {1}: this text is not what was {2}.',
									end.accepted,
									counted(end.hunks, 'change'),
									done,
								)
							: end.resaved.length > 0
								? vscode.l10n.t(
										'Accepted, but {0} was changed as it was saved (by a formatter, most likely): this text is not what was {1}.',
										end.resaved.join(', '),
										done,
									)
								: vscode.l10n.t('Accepted with other edits of yours: this text is not what was {0}.', done);
				this.ended(`${words}${unsaved}`, review, RERUN);
			}
		}
	}

	/** When all of an accepted fix was undone, it waits as before. */
	private async undone(document: vscode.TextDocument): Promise<void> {
		const last = this.accepted;
		const inText = last?.files.filter(({ review }) => !isWhole(review)) ?? [];
		const uri = document.uri.toString();
		if (last === undefined || !inText.some(({ file }) => vscode.Uri.file(file).toString() === uri)) {
			return;
		}
		const files = last.files.map((one): StoredFile => {
			const open = one.review.hunks.map((hunk) => ({ ...hunk, decision: 'pending' as const }));
			return isWhole(one.review) ? one : { ...one, review: { ...one.review, hunks: open } };
		});
		for (const { file, review } of files.filter((one) => !isWhole(one.review))) {
			const now = openDocument(file);
			if (now === undefined || locate(review, textIn(now)).some(({ state }) => state !== 'undone')) {
				return;
			}
		}
		if (this.session !== undefined || this.accepted !== last) {
			return;
		}
		const review: StoredReview = { ...last, stage: 'waiting', revision: last.revision + 1, files };
		this.accepted = undefined;
		await this.world.store.save(review);
		await this.take(review);
	}

	/** Earns the word "verified" again, for the text as it is. */
	private async reverify(): Promise<void> {
		if (this.session !== undefined) {
			void vscode.window.showInformationMessage(
				vscode.l10n.t('Decide on all changes first, then run the tests again.'),
			);
			return;
		}
		const review = this.partial;
		if (review === undefined) {
			void vscode.window.showInformationMessage(
				vscode.l10n.t(
					'There is no accepted fix whose tests could be run again: what was accepted is what was tested.',
				),
			);
			return;
		}
		// What the files would be without the accepted hunks: the target must fail there.
		const bases = new Map(review.files.map(({ file, review: one }) => [file, one.base]));
		if ((await this.world.reverify(review, bases)) && this.partial === review) {
			this.partial = undefined;
			const loaded = await this.world.store.load();
			if (loaded.kind === 'review' && loaded.review.run === review.run) {
				await this.world.store.save(undefined);
			}
		}
	}

	private async compareAlternatives(): Promise<void> {
		const session = this.mustWait();
		if (session === undefined) {
			return;
		}
		const { review } = session;
		if (review.alternatives.length === 0) {
			void vscode.window.showInformationMessage(
				vscode.l10n.t('This fix has no alternatives: one patch was found.'),
			);
			return;
		}
		const alternative = await chooseAlternative(review);
		if (alternative === undefined) {
			return;
		}
		this.alternative = alternative;
		await compare(review, alternative, this.world.texts);
		void vscode.window
			.showInformationMessage(
				vscode.l10n.t(
					'Left the {0}, right the alternative ({1}): {2}',
					fixWords(review).fix,
					labelOf(alternative, review),
					alternative.summary,
				),
				VERIFY,
			)
			.then((answer) => (answer === VERIFY ? this.verifyAlternative() : undefined));
	}

	/** The alternative takes the fix's place only when the whole suite holds with it. */
	private async verifyAlternative(): Promise<void> {
		const session = this.mustWait();
		const alternative = this.alternative ?? session?.review.alternatives[0];
		if (session === undefined) {
			return;
		}
		if (alternative === undefined) {
			void vscode.window.showInformationMessage(
				vscode.l10n.t('This fix has no alternatives: one patch was found.'),
			);
			return;
		}
		const { review } = session;
		if (this.face?.quiet === false || review.stage !== 'waiting') {
			void vscode.window.showInformationMessage(
				vscode.l10n.t(
					'The {0} is in your files already. Undo or discard it first, then try the alternative.',
					this.words.fix,
				),
			);
			return;
		}
		const result = await this.world.verifyAlternative(review, alternative);
		if (result === undefined || result.outcome.kind !== 'solved' || session !== this.session) {
			return;
		}
		const previous: Alternative = {
			summary: review.summary,
			verified: true,
			changes: review.files.map(({ file, isTest, review: { base, patched } }) => ({
				...{ file, base, patched },
				...(isTest ? { isTest } : {}),
			})),
		};
		const { outcome, receipt } = result;
		const next: StoredReview = {
			...review,
			run: outcome.run,
			summary: alternative.summary,
			passed: outcome.evidence.after.passed,
			receipt,
			files: alternative.changes.map((change) => storedFile(review.folder, change)),
			alternatives: [previous, ...review.alternatives.filter((one) => one !== alternative)],
		};
		await this.world.store.save(next);
		await this.take(next);
		void this.ask(
			vscode.l10n.t(
				'The alternative is {0} and waits instead: {1}. {2}',
				this.words.done,
				this.size(),
				this.worth(),
			),
		);
	}
}

/** A bug is told, and leaves no promise behind that nobody looks at. */
function guarded(run: (...args: unknown[]) => unknown): (...args: unknown[]) => Promise<void> {
	return async (...args) => {
		try {
			await run(...args);
		} catch (error) {
			const why = error instanceof Error ? error.message : String(error);
			void vscode.window.showErrorMessage(vscode.l10n.t('The review could not go on: {0}', why));
		}
	};
}

function sizeOf(review: StoredReview | undefined): string {
	const files = review?.files ?? [];
	const fix = files.filter(({ isTest }) => !isTest);
	const hunks = fix.reduce((sum, { review: one }) => sum + one.hunks.length, 0);
	const size = vscode.l10n.t('{0} in {1}', counted(hunks, 'change'), counted(fix.length, 'file'));
	return fix.length === files.length ? size : vscode.l10n.t('a written test, and {0}', size);
}

function storedFile(
	folder: string,
	{ file, base, patched, isTest }: Alternative['changes'][number],
): StoredFile {
	const text = (one: string | undefined) => (one === undefined ? undefined : plainText(one));
	const name = path.relative(folder, file).split(path.sep).join('/');
	const review = fileReview(
		name,
		text(base),
		text(patched),
		isNotebook(file) && base !== undefined && patched !== undefined,
	);
	// A file that is made has the line ends that the fix gave it.
	const raw = isWhole(review) && patched !== review.patched ? patched : undefined;
	return {
		file,
		unsaved: openDocument(file)?.isDirty ?? false,
		review,
		...(raw === undefined ? {} : { raw }),
		...(isTest ? { isTest } : {}),
	};
}
