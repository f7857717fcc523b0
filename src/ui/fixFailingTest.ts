// The command "Fix a Failing Test…": ask, run, show what was verified. Nothing changes before the user says Apply.
import path from 'node:path';
import * as vscode from 'vscode';
import { type NanoUsd, ZERO } from '../core/money';
import type { Outcome } from '../core/outcome';
import type { Target, TestResult } from '../core/suite';
import type { BidDesk, SuitePlace } from './bid/bidDesk';
import { Search } from './bid/search';
import { counted } from './counted';
import type { Engine, FixRequest, FixResult, Place, VerifyRequest } from './engine';
import type { FixStart, RanTests } from './failures/fixStart';
import { FixTexts } from './fixTexts';
import { outcomeWords, quoted, testName } from './outcomeWords';
import { askFolder, askTarget, titleOf } from './questions';
import { FixReview } from './review/fixReview';
import type { Alternative, ReviewStore, StoredReview } from './review/storedReview';
import type { RunOrder } from './runs/keptRun';
import { masked } from './runs/logLines';
import type { RunStore } from './runs/runKeeper';
import { isForUser, RunsFace } from './runs/runsFace';
import { targetWords } from './runs/verdictWords';
import { timeLimitMinutes } from './setup/settings';
import { mayRunHere, usableFolders } from './setup/standing';

export const FIX_COMMAND = 'underbid.fixFailingTest';

const RECEIPT = vscode.l10n.t('Show Receipt');

/** What a run needs besides the text of the folder as it is. `folder` is absolute. */
export type FixOrder = Omit<FixRequest, 'unsaved'>;

/** How a run ended that another program asked for. */
export type Called =
	| { readonly kind: 'ended'; readonly result: FixResult }
	/** One sentence for the caller. */
	| { readonly kind: 'refused'; readonly reason: string };

export class FixFailingTest implements vscode.Disposable {
	private readonly texts = new FixTexts();
	private readonly runs: RunsFace;
	private readonly review: FixReview;
	private working: Promise<void> | undefined;
	private readonly listed = new vscode.EventEmitter<RanTests & { readonly failing: readonly TestResult[] }>();
	/** What fails in our own run of the tests, each time it is known. */
	readonly onDidList = this.listed.event;

	/** `engine` is called on the first use only, so that starting the editor costs nothing. */
	constructor(
		private readonly engine: () => Promise<Engine>,
		private readonly log: vscode.LogOutputChannel,
		store: ReviewStore,
		private readonly desk: BidDesk,
		runs: RunStore,
	) {
		this.runs = new RunsFace({
			store: runs,
			log,
			texts: this.texts,
			engine,
			waiting: () => this.review.waiting,
			endedElsewhere: () => void this.lookAgain(),
			again: (order, suggested) => this.again(order, suggested),
		});
		this.review = new FixReview({
			store,
			texts: this.texts,
			reverify: async (review, bases) => {
				let held = false;
				await this.alone(async () => {
					held = await this.reverify(review, bases);
				});
				return held;
			},
			verifyAlternative: async (review, alternative) => {
				let result: FixResult | undefined;
				await this.alone(async () => {
					result = await this.verifyAlternative(review, alternative);
				});
				return result;
			},
			changed: () => this.reviewChanged(),
		});
	}

	/** Takes up what was kept when the window was closed. */
	async restore(): Promise<void> {
		await Promise.all([this.review.restore(), this.runs.restore()]);
	}

	/** Sees what other windows did. */
	async lookAgain(): Promise<void> {
		await this.review.lookAgain();
	}

	/** Settles when the run has ended and its message stands; does not wait for an answer to it. */
	async run(folders = vscode.workspace.workspaceFolders ?? [], start: FixStart = {}): Promise<void> {
		if (this.working !== undefined) {
			void vscode.window.showInformationMessage(vscode.l10n.t('Underbid is already working in this window.'));
			return;
		}
		const usable = usableFolders(folders);
		if (usable !== undefined) {
			await this.alone(() => this.ask(usable, start));
		}
	}

	/** One thing at a time; a bug is told, never thrown. */
	private async alone(work: () => Promise<void>): Promise<void> {
		if (this.working !== undefined) {
			void vscode.window.showInformationMessage(vscode.l10n.t('Underbid is already working in this window.'));
			return;
		}
		this.working = this.guarded(work);
		await this.working;
		this.working = undefined;
	}

	private reviewChanged(): void {
		this.runs.reviewChanged();
		if (this.review.waiting === undefined) {
			void this.runs.idle();
		}
	}

	/** A test command failed, and a fix of it is offered quietly; undefined: no more. */
	offer(command: string | undefined): void {
		this.runs.offer(command);
	}

	get isWorking(): boolean {
		return this.working !== undefined;
	}

	get statusText(): string {
		return this.runs.statusText;
	}

	/** Ends what runs. Settles when its processes and worktrees are gone. */
	async end(): Promise<void> {
		await this.runs.close();
	}

	dispose(): void {
		this.runs.dispose();
		this.review.dispose();
		this.texts.dispose();
		this.listed.dispose();
	}

	private async guarded(work: () => Promise<void>): Promise<void> {
		try {
			await work();
		} catch (error) {
			this.log.error(masked(error instanceof Error ? (error.stack ?? error.message) : String(error)));
			const message = error instanceof Error ? error.message : String(error);
			void vscode.window.showErrorMessage(
				isForUser(error)
					? message
					: vscode.l10n.t(
							'Underbid failed and changed nothing: {0} (see the output channel “Underbid”).',
							message,
						),
			);
		}
	}

	private async ask(folders: readonly vscode.WorkspaceFolder[], start: FixStart): Promise<void> {
		const workspace =
			start.folder === undefined ? await askFolder(folders) : workspaceFolder(start.folder, folders);
		if (workspace === undefined || !(await this.mayReplaceReview())) {
			return;
		}
		// A command that the user ran themselves needs no second look.
		if (start.testCommand === undefined && !(await this.desk.prepare(await this.engine(), workspace))) {
			return;
		}
		const folder = workspace.uri.fsPath;
		const suite = (): SuitePlace => this.desk.suitePlace(workspace.uri, start.testCommand);
		// The tests run while the user thinks about the bid.
		const search = new Search(async (see, signal) =>
			this.runs.tracked(
				(await this.engine()).failingTests(
					{ ...placeOf(folder), ...suite() },
					see,
					AbortSignal.any([signal, this.runs.closing]),
				),
			),
		);
		try {
			const settled = await this.desk.ask(
				{
					title: bidTitle(start.name === undefined ? undefined : quoted(testName(start.name))),
					folder: workspace,
					given: start.testCommand,
				},
				this.engine,
				{ shown: () => search.begin(), commandChanged: () => search.restart() },
			);
			if (settled === undefined) {
				return;
			}
			const { spend, timeMs, ...place } = settled;
			const target = await this.chooseTarget(search, folder, spend, start);
			if (target !== undefined) {
				await this.fix({ folder, bid: { spend, timeMs }, target, ...place });
			}
		} finally {
			await search.stop();
			await this.runs.idle();
		}
	}

	/** A run that another program asked for and the user agreed to: nothing is asked any more. */
	async called(order: FixOrder, signal: AbortSignal): Promise<Called> {
		if (this.working !== undefined) {
			return {
				kind: 'refused',
				reason: vscode.l10n.t('Underbid is at work in this window already; wait for it to end.'),
			};
		}
		if (this.review.waiting?.stage === 'inline') {
			return {
				kind: 'refused',
				reason: vscode.l10n.t(
					'A verified fix is half reviewed here: the user accepts or rejects its changes first.',
				),
			};
		}
		let called: Called = {
			kind: 'refused',
			reason: vscode.l10n.t('Stopped before anything was run; nothing was spent.'),
		};
		await this.alone(async () => {
			try {
				const result = await this.fix(order, signal);
				called = result === undefined ? called : { kind: 'ended', result };
			} catch (error) {
				called = { kind: 'refused', reason: error instanceof Error ? error.message : String(error) };
				throw error;
			} finally {
				await this.runs.idle();
			}
		});
		return called;
	}

	/** One whole run, with all that was asked known. Undefined when it was stopped before there was anything to tell. */
	private async fix(order: FixOrder, signal?: AbortSignal): Promise<FixResult | undefined> {
		const { folder, bid, target } = order;
		const engine = await this.engine();
		this.runs.begin({ ...order, bid: bid.spend, timeMs: bid.timeMs });
		const result = await this.runs.during(
			titleOf(target),
			bid.spend,
			(see, stop) => engine.fix({ ...placeOf(folder), ...order }, see, stop),
			signal,
		);
		if (result === undefined) {
			return undefined;
		}
		this.runs.ended(result);
		if (result.outcome.kind === 'solved') {
			await this.review.offer(result, { folder, title: titleOf(target), target, bid: bid.spend });
		}
		return result;
	}

	/** The same once more, on the text as it is now. */
	private async again(order: RunOrder, suggested: NanoUsd): Promise<void> {
		await this.alone(async () => {
			const { folder, target, proposers, testCommand: given } = order;
			if (!mayRunHere() || !(await this.mayReplaceReview())) {
				return;
			}
			const subject = {
				title: bidTitle(targetWords(target)),
				folder: workspaceFolder(folder, vscode.workspace.workspaceFolders ?? []),
				given,
				suggested,
			};
			const nothing = () => undefined;
			const settled = await this.desk.ask(subject, this.engine, { shown: nothing, commandChanged: nothing });
			if (settled === undefined) {
				return;
			}
			const { spend, timeMs, ...place } = settled;
			const only = proposers === undefined ? {} : { proposers };
			try {
				await this.fix({ folder, bid: { spend, timeMs }, target, ...only, ...place });
			} finally {
				await this.runs.idle();
			}
		});
	}

	/** A fix that is half reviewed is not thrown away by the next run. */
	private async mayReplaceReview(): Promise<boolean> {
		if (this.review.waiting?.stage !== 'inline') {
			return true;
		}
		const review = vscode.l10n.t('Go On Reviewing');
		const answer = await vscode.window.showWarningMessage(
			vscode.l10n.t(
				'A verified fix is half reviewed. Accept or reject its changes before you fix the next test.',
			),
			review,
		);
		if (answer === review) {
			await this.review.reviewInline();
		}
		return false;
	}

	private async chooseTarget(
		search: Search,
		folder: string,
		bid: NanoUsd,
		start: FixStart,
	): Promise<Target | undefined> {
		const found = await this.runs.during(vscode.l10n.t('Looking for failing tests'), bid, (see, signal) =>
			search.join(see, signal),
		);
		if (found === undefined) {
			return undefined;
		}
		switch (found.kind) {
			case 'cancelled':
				this.runs.sayStopped();
				return undefined;
			case 'blocked':
				void vscode.window.showWarningMessage(vscode.l10n.t('{0} Nothing was spent.', found.reason));
				return undefined;
			case 'found':
				break;
		}
		const ran = { folder, command: found.command };
		this.listed.fire({ ...ran, failing: found.failing });
		if (found.failing.length === 0) {
			void vscode.window.showInformationMessage(
				start.name === undefined
					? vscode.l10n.t('No test fails ({0}), so there is nothing to fix.', found.command)
					: vscode.l10n.t(
							'No test fails ({0}), not even {1}, so there is nothing to fix.',
							found.command,
							quoted(start.name),
						),
			);
			return undefined;
		}
		await this.runs.idle();
		return start.choose === undefined ? askTarget(found.failing) : start.choose(found.failing, ran);
	}

	/** Runs the tests on the text as it is, `bases` standing for the files before the fix. True: it held. */
	private async reverify(
		review: StoredReview,
		bases: ReadonlyMap<string, string | undefined>,
	): Promise<boolean> {
		const { folder, target } = review;
		const result = await this.judge(vscode.l10n.t('Re-running the tests of the fix'), {
			...placeOf(folder),
			target,
			bases,
		});
		if (result?.outcome.kind === 'solved') {
			const passed = result.outcome.evidence.after.passed;
			void vscode.window
				.showInformationMessage(
					vscode.l10n.t('Verified as it is now: {0}.', counted(passed, 'passing')),
					RECEIPT,
				)
				.then((answer) =>
					answer === RECEIPT ? this.texts.showReceipt(review.run, result.receipt) : undefined,
				);
			return true;
		}
		if (result !== undefined) {
			void vscode.window.showWarningMessage(
				vscode.l10n.t('The text as it is now is not verified. {0}', reverifyWords(result.outcome)),
			);
		}
		return false;
	}

	/** Runs the tests on another patch in place of the verified one. Undefined: it did not hold. */
	private async verifyAlternative(
		review: StoredReview,
		alternative: Alternative,
	): Promise<FixResult | undefined> {
		const place = placeOf(review.folder);
		const texts = alternative.changes.flatMap(({ file, patched: text }) =>
			text === undefined ? [] : [{ file, text }],
		);
		if (texts.length < alternative.changes.length) {
			void vscode.window.showWarningMessage(
				vscode.l10n.t('This alternative deletes files, and such a patch can only be verified by a new run.'),
			);
			return undefined;
		}
		const others = place.unsaved.filter(({ file }) => !texts.some((one) => one.file === file));
		const result = await this.judge(vscode.l10n.t('Verifying the alternative'), {
			...place,
			unsaved: [...others, ...texts],
			target: review.target,
			bases: new Map(alternative.changes.map(({ file, base }) => [file, base])),
		});
		if (result === undefined || result.outcome.kind === 'solved') {
			return result;
		}
		void vscode.window.showWarningMessage(
			vscode.l10n.t(
				'The alternative does not hold, and the verified fix stays. {0}',
				reverifyWords(result.outcome),
			),
		);
		return undefined;
	}

	/** Undefined when the user cancelled before there was anything to tell. */
	private async judge(title: string, request: Omit<VerifyRequest, 'timeMs'>): Promise<FixResult | undefined> {
		if (!mayRunHere()) {
			return undefined;
		}
		const folder = vscode.Uri.file(request.folder);
		const timeMs = timeLimitMinutes(folder) * 60_000;
		const engine = await this.engine();
		try {
			return await this.runs.during(title, ZERO, (see, signal) =>
				engine.verify({ ...request, ...this.desk.suitePlace(folder), timeMs }, see, signal),
			);
		} finally {
			await this.runs.idle();
		}
	}
}

/** Why a text that was judged again did not hold. */
function reverifyWords(outcome: Outcome): string {
	const verdict = outcome.attempts.at(-1)?.verdicts.at(-1)?.verdict;
	return verdict !== undefined && 'reason' in verdict ? verdict.reason : outcomeWords(outcome);
}

/** The folder with what is typed and not saved, whichever folder those files stand in. */
function placeOf(folder: string): Place {
	const unsaved = vscode.workspace.textDocuments
		.filter((document) => document.isDirty && document.uri.scheme === 'file')
		.map((document) => ({ file: document.uri.fsPath, text: document.getText() }));
	return { folder, unsaved };
}

/** The workspace's folder, or one inside it, as a folder of its own. */
function workspaceFolder(folder: string, known: readonly vscode.WorkspaceFolder[]): vscode.WorkspaceFolder {
	const uri = vscode.Uri.file(folder);
	return (
		known.find((one) => one.uri.fsPath === folder) ?? {
			uri,
			name: path.basename(folder),
			index: known.length,
		}
	);
}

function bidTitle(words: string | undefined): string {
	return words === undefined
		? vscode.l10n.t('Fix a Failing Test: Your Bid')
		: vscode.l10n.t('Fix {0}: Your Bid', words);
}
