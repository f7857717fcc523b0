// The command "Fix a Failing Test…": ask, run, show what was verified. Nothing changes before the user says Apply.
import path from 'node:path';
import * as vscode from 'vscode';
import type { SolveEvent } from '../core/events';
import type { Issue } from '../core/issue/issue';
import type { NanoUsd } from '../core/money';
import type { Target, TestResult } from '../core/suite';
import type { BidDesk, SuitePlace } from './bid/bidDesk';
import { Search } from './bid/search';
import type { Engine, FixRequest, FixResult } from './engine';
import type { FixStart, RanTests } from './failures/fixStart';
import { fixCauses } from './fixCauses';
import { FixTexts } from './fixTexts';
import { FixIssue, keptIssue } from './issues/fixIssue';
import type { IssueReader } from './issues/issueReader';
import type { IssueStart } from './issues/issueStart';
import { TestQuestion } from './issues/testQuestion';
import { TEST_STAGES } from './issues/testStages';
import { quoted, testName } from './outcomeWords';
import { placeOf } from './placeOf';
import { askFolder, askTarget, type Causes, titleOf } from './questions';
import { FixReview } from './review/fixReview';
import { JudgeAgain } from './review/judgeAgain';
import type { ReviewStore } from './review/storedReview';
import type { KeptRun, RunOrder } from './runs/keptRun';
import { masked } from './runs/logLines';
import type { RunStore } from './runs/runKeeper';
import { isForUser, RunsFace } from './runs/runsFace';
import { issueWords, subjectWords } from './runs/verdictWords';
import { issueTests } from './setup/settings';
import { mayRunHere, usableFolders } from './setup/standing';

export const FIX_COMMAND = 'underbid.fixFailingTest';

/** What a run needs besides the text of the folder as it is. `folder` is absolute. */
export type FixOrder = Omit<FixRequest, 'unsaved' | 'consent'>;

/** How a run ended that another program asked for. */
export type Called =
	| { readonly kind: 'ended'; readonly result: FixResult }
	/** One sentence for the caller. */
	| { readonly kind: 'refused'; readonly reason: string };

export class FixFailingTest implements vscode.Disposable {
	private readonly texts = new FixTexts();
	private readonly runs: RunsFace;
	private readonly review: FixReview;
	private readonly judgeAgain: JudgeAgain;
	private readonly issues: FixIssue;
	private readonly question: TestQuestion;
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
		reader: IssueReader,
	) {
		this.runs = new RunsFace({
			store: runs,
			log,
			texts: this.texts,
			engine,
			waiting: () => this.review.waiting,
			endedElsewhere: () => void this.lookAgain(),
			again: (order, suggested) => this.again(order, suggested),
			resume: (run) => this.resume(run),
		});
		this.review = new FixReview({
			store,
			texts: this.texts,
			reverify: async (review, bases) => {
				let held = false;
				await this.alone(async () => {
					held = await this.judgeAgain.text(review, bases);
				});
				return held;
			},
			verifyAlternative: async (review, alternative) => {
				let result: FixResult | undefined;
				await this.alone(async () => {
					result = await this.judgeAgain.alternative(review, alternative);
				});
				return result;
			},
			changed: () => this.reviewChanged(),
		});
		const { texts, runs: face } = this;
		this.judgeAgain = new JudgeAgain({ engine, desk, texts, runs: face });
		this.question = new TestQuestion(texts);
		this.issues = new FixIssue({ engine, desk, texts, reader, closing: this.runs.closing });
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

	/** The same from an issue, which `choose` asks for. */
	async runIssue(choose: () => Promise<IssueStart | undefined>): Promise<void> {
		const usable = usableFolders();
		if (usable !== undefined) {
			await this.alone(() => this.askIssue(usable, choose));
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
		this.question.dispose();
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
					mayChange: 'code',
				},
				this.engine,
				{ shown: () => search.begin(), commandChanged: () => search.restart() },
			);
			if (settled === undefined) {
				return;
			}
			const { spend, timeMs, ...place } = settled;
			const bid = { spend, timeMs };
			// What a test may be changed for is one problem at a time.
			const byCause = (place.mayChange ?? 'code') === 'code';
			const chosen = await this.chooseTarget(search, folder, spend, start, byCause);
			if (chosen?.kind === 'causes') {
				const request = { ...placeOf(folder), bid, ...place };
				await fixCauses(await this.engine(), request, chosen.causes, {
					...{ runs: this.runs, review: this.review },
					showReceipt: (run, receipt) => this.texts.showReceipt(run, receipt),
				});
			} else if (chosen !== undefined) {
				await this.fix({ folder, bid, target: chosen, ...place });
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
				reason: vscode.l10n.t('A fix is half reviewed here: the user accepts or rejects its changes first.'),
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
		const { issue, ...rest } = order;
		const { folder, bid } = order;
		const engine = await this.engine();
		const kept = issue === undefined ? undefined : keptIssue(issue);
		return this.carried(
			{ ...rest, bid: bid.spend, timeMs: bid.timeMs, ...(kept === undefined ? {} : { issue: kept }) },
			kept === undefined ? titleOf(order.target) : vscode.l10n.t('Fixing {0}', issueWords(kept)),
			(see, stop) =>
				engine.fix({ ...placeOf(folder), ...order, ...this.consent(issue, see, stop) }, see, stop),
			signal,
		);
	}

	/** Shows a run from its start to its end, and its fix. */
	private async carried(
		order: RunOrder,
		title: string,
		work: (see: (event: SolveEvent) => void, signal: AbortSignal) => Promise<FixResult>,
		signal?: AbortSignal,
	): Promise<FixResult | undefined> {
		const { folder, bid, issue } = order;
		this.runs.begin(order);
		const result = await this.runs.during(title, bid, work, signal);
		await this.question.close();
		if (result === undefined) {
			return undefined;
		}
		this.runs.ended(result);
		const { outcome } = result;
		if (outcome.kind === 'solved') {
			const names = outcome.problem.failToPass.map(({ id }) => id);
			const target: Target = issue === undefined ? order.target : { kind: 'named', names };
			await this.review.offer(result, { folder, title, target, bid });
		}
		return result;
	}

	private consent(
		issue: Issue | undefined,
		see: (event: SolveEvent) => void,
		signal: AbortSignal,
	): Pick<FixRequest, 'consent'> {
		if (issue === undefined || issueTests() === 'accept') {
			return {};
		}
		return {
			consent: async (proposed, texts, shown, refused) => {
				see({ kind: 'stage', stage: TEST_STAGES.waits });
				const said = await this.question.ask({ proposed, texts, shown, refused }, signal);
				see({
					kind: 'stage',
					stage: said.kind === 'edited' ? TEST_STAGES.reruns : TEST_STAGES.goesOn,
				});
				return said;
			},
		};
	}

	private async askIssue(
		folders: readonly vscode.WorkspaceFolder[],
		choose: () => Promise<IssueStart | undefined>,
	): Promise<void> {
		if (!(await this.mayReplaceReview())) {
			return;
		}
		const start = await choose();
		if (start === undefined) {
			return;
		}
		const workspace =
			start.folder === undefined ? await askFolder(folders) : workspaceFolder(start.folder, folders);
		if (workspace === undefined) {
			return;
		}
		const folder = workspace.uri.fsPath;
		try {
			const issue = await this.issues.read(start, placeOf(folder));
			if (issue === undefined || !(await this.desk.prepare(await this.engine(), workspace))) {
				return;
			}
			const settled = await this.issues.settle(issue, { folder: workspace });
			if (settled !== undefined) {
				const { spend, timeMs, ...place } = settled;
				await this.fix({ folder, bid: { spend, timeMs }, target: { kind: 'failing' }, issue, ...place });
			}
		} finally {
			await this.runs.idle();
		}
	}

	/** The same once more, on the text as it is now. */
	private async again(order: RunOrder, suggested: NanoUsd): Promise<void> {
		await this.alone(async () => {
			const { folder, target, proposers, testCommand: given, mayChange = 'code' } = order;
			if (!mayRunHere() || !(await this.mayReplaceReview())) {
				return;
			}
			const issue = order.issue && (await this.issues.again(order.issue, placeOf(folder)));
			if (order.issue !== undefined && issue === undefined) {
				return;
			}
			const subject = {
				title: bidTitle(subjectWords(order)),
				folder: workspaceFolder(folder, vscode.workspace.workspaceFolders ?? []),
				given,
				suggested,
				...(issue === undefined ? { mayChange } : {}),
			};
			const nothing = () => undefined;
			const settled =
				issue === undefined
					? await this.desk.ask(subject, this.engine, { shown: nothing, commandChanged: nothing })
					: await this.issues.settle(issue, subject);
			if (settled === undefined) {
				return;
			}
			const { spend, timeMs, ...place } = settled;
			const only = proposers === undefined ? {} : { proposers };
			try {
				const about = issue === undefined ? {} : { issue };
				await this.fix({ folder, bid: { spend, timeMs }, target, ...about, ...only, ...place });
			} finally {
				await this.runs.idle();
			}
		});
	}

	/** Where it was cut off, under its own bid: nothing is asked. */
	private async resume(run: KeptRun): Promise<void> {
		await this.alone(async () => {
			if (!mayRunHere() || !(await this.mayReplaceReview())) {
				return;
			}
			const engine = await this.engine();
			const { folder, target } = run;
			try {
				await this.carried(run, titleOf(target), (see, signal) =>
					engine.resume({ ...placeOf(folder), run: run.run }, see, signal),
				);
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
			vscode.l10n.t('A fix is half reviewed. Accept or reject its changes before you fix the next test.'),
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
		byCause: boolean,
	): Promise<Target | Causes | undefined> {
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
		return start.choose === undefined
			? askTarget(found.failing, byCause ? found.groups : [])
			: start.choose(found.failing, ran);
	}
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
