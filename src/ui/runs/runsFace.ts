// Runs as the window shows them: progress, status item, tree, log and end messages, over one keeper of runs.
import * as vscode from 'vscode';
import type { SolveEvent } from '../../core/events';
import { formatUsd, type NanoUsd } from '../../core/money';
import { RunWords } from '../../core/runWords';
import { signalOf } from '../cancellation';
import type { Engine, FixResult } from '../engine';
import { ATTEMPT_SCHEME, type FixTexts } from '../fixTexts';
import { fixWords } from '../review/reviewWords';
import type { StoredReview } from '../review/storedReview';
import { showSpend } from '../setup/settings';
import { SpendStatus } from '../spendStatus';
import { endWords } from './endWords';
import { isChecked, isResumable, type KeptRun, type RunOrder } from './keptRun';
import { logLine, masked } from './logLines';
import { Paced } from './paced';
import { plainMessage } from './plainMessage';
import * as commands from './runCommands';
import { RunKeeper, type RunStore } from './runKeeper';
import { RunsTree } from './runsTree';
import type { StatusFacts } from './runTooltip';
import { type RowSubject, type TreeRow, treeRows } from './runTree';
import { showStatusMenu } from './statusMenu';
import { subjectWords } from './verdictWords';

export interface RunsWorld {
	readonly store: RunStore;
	readonly log: vscode.LogOutputChannel;
	readonly texts: FixTexts;
	engine(): Promise<Engine>;
	/** What waits to be reviewed. */
	waiting(): StoredReview | undefined;
	/** Called when a run of another window has come to its end. */
	endedElsewhere(): void;
	/** Asks for the bid, `suggested` first, and runs. */
	again(order: RunOrder, suggested: NanoUsd): Promise<void>;
	/** Takes a run up where it was cut off. */
	resume(run: KeptRun): Promise<void>;
}

const SHOW_EVERY_MS = 100;
/** Another window's run that was going on is looked at again after this long. */
const ELSEWHERE_MS = 5_000;
const RUNNING = 'underbid.running';
const ATTEMPTS = vscode.l10n.t('Show Attempts');
const RESUME = vscode.l10n.t('Resume');

interface Work {
	readonly words: RunWords;
	readonly stop: AbortController;
	readonly report: (message: string) => void;
}

export class RunsFace implements vscode.Disposable {
	private readonly status = new SpendStatus();
	private readonly tree = new RunsTree(() => void this.loaded());
	private readonly keeper: RunKeeper;
	private readonly closer = new AbortController();
	/** Aborts when the window goes away. */
	readonly closing = this.closer.signal;
	private readonly atWork = new Set<Promise<unknown>>();
	private readonly shown = new Paced(() => this.showNow(), SHOW_EVERY_MS);
	private readonly registrations: vscode.Disposable;
	private work: Work | undefined;
	private totals: { readonly today: NanoUsd; readonly month: NanoUsd } | undefined;
	private offered: string | undefined;
	private loading: Promise<void> | undefined;
	private elsewhereTimer: ReturnType<typeof setTimeout> | undefined;

	constructor(private readonly world: RunsWorld) {
		this.keeper = new RunKeeper({
			store: world.store,
			changed: () => this.shown.ask(),
			nowMs: () => Date.now(),
			counted: async (run) => {
				try {
					return await (await world.engine()).spentBy(run);
				} catch {
					return undefined;
				}
			},
		});
		const handlers: [string, (row: unknown) => unknown][] = [
			[commands.STOP, () => this.stop()],
			[commands.SHOW_LOG, () => world.log.show()],
			[
				commands.STATUS_MENU,
				() => showStatusMenu(this.facts(), this.keeper.runs.length > 0, world.waiting()),
			],
			[commands.SHOW_RUNS, (row) => this.tree.reveal(subjectOf(row)?.run.run)],
			[commands.SHOW_RUN_RECEIPT, (row) => this.showReceipt(row)],
			[commands.COPY_RECEIPT, (row) => this.copyReceipt(row)],
			[commands.SHOW_PROMPT, (row) => this.showPrompt(row)],
			[commands.SHOW_ATTEMPT, (row) => this.showAttempt(row)],
			[commands.RUN_AGAIN, (row) => this.runAgain(row)],
			[commands.RESUME_RUN, (row) => this.resume(row)],
			[commands.FORGET_RUNS, () => this.forget()],
		];
		this.registrations = vscode.Disposable.from(
			...handlers.map(([id, handle]) =>
				vscode.commands.registerCommand(id, async (row?: unknown) => {
					await this.loaded();
					return handle(row);
				}),
			),
			vscode.window.onDidChangeWindowState(({ focused }) => {
				if (focused) {
					void this.lookAgain();
				}
			}),
			vscode.workspace.onDidChangeConfiguration((event) => {
				if (event.affectsConfiguration('underbid.showSpendInStatusBar')) {
					void this.idle();
				}
			}),
		);
	}

	get statusText(): string {
		return this.status.text;
	}

	/** Says that there are runs; they are read when somebody looks, or at once where one goes on or was cut off. */
	async restore(): Promise<void> {
		this.shown.now();
		if (showSpend() === 'always') {
			await this.idle();
		}
		if (await this.world.store.holdsOpenRuns()) {
			await this.loaded();
		}
	}

	/** Whatever the engine does must have ended before the window goes away. */
	async tracked<T>(working: Promise<T>): Promise<T> {
		this.atWork.add(working);
		try {
			return await working;
		} finally {
			this.atWork.delete(working);
		}
	}

	/** The next run that starts was ordered like this. */
	begin(order: RunOrder): void {
		this.keeper.begin(order);
	}

	/**
	 * Shows what goes on and lets it be stopped. Undefined when it was stopped before there was anything to tell;
	 * `stopped` is called then. `given`: somebody else who may stop it.
	 */
	async during<T>(
		title: string,
		bid: NanoUsd,
		work: (see: (event: SolveEvent) => void, signal: AbortSignal) => Promise<T>,
		given?: AbortSignal,
	): Promise<T | undefined> {
		const { log } = this.world;
		const location = vscode.ProgressLocation.Notification;
		const options = { location, title: plainMessage(title), cancellable: true };
		return vscode.window.withProgress(options, async (progress, token) => {
			const { signal, release } = signalOf(token);
			const stop = new AbortController();
			const words = new RunWords(bid);
			this.work = { words, stop, report: (message) => progress.report({ message }) };
			void vscode.commands.executeCommand('setContext', RUNNING, true);
			log.info(`${masked(title)}, at most ${formatUsd(bid)}`);
			this.shown.now();
			const ends = AbortSignal.any([
				signal,
				stop.signal,
				this.closing,
				...(given === undefined ? [] : [given]),
			]);
			const working = work((event) => {
				const { level, text } = logLine(event);
				log[level](text);
				words.see(event);
				this.keeper.see(event);
				this.shown.ask();
			}, ends);
			try {
				return await this.tracked(working);
			} catch (error) {
				const reason = error instanceof Error ? error.message : String(error);
				this.keeper.end(this.closing.aborted ? { kind: 'closing' } : { kind: 'broken', reason });
				if (ends.aborted && isForUser(error)) {
					this.sayStopped();
					return undefined;
				}
				throw error;
			} finally {
				release();
				this.work = undefined;
				void vscode.commands.executeCommand('setContext', RUNNING, false);
				this.shown.now();
			}
		});
	}

	/** The result of a run is kept, and told when it is not a fix to review. */
	ended({ outcome, receipt }: FixResult): void {
		const closing = this.closing.aborted && outcome.kind === 'cancelled';
		const run = this.keeper.end(closing ? { kind: 'closing' } : { kind: 'result', outcome, receipt });
		if (run?.end === undefined || run.end.kind === 'solved' || this.closing.aborted) {
			return;
		}
		void this.tell(run, endWords({ ...run, end: run.end }));
	}

	/** The runs of several causes are over; each keeps its own receipt. */
	endedAll(results: readonly Pick<FixResult, 'outcome' | 'receipt'>[]): void {
		this.keeper.endAll(results);
	}

	sayStopped(): void {
		if (!this.closing.aborted) {
			void vscode.window.showInformationMessage(
				vscode.l10n.t('Stopped. Your files are untouched, nothing was spent.'),
			);
		}
	}

	/** What waits for a review has changed. */
	reviewChanged(): void {
		this.shown.now();
	}

	/** A failed command to fix, shown while nothing else is. */
	offer(command: string | undefined): void {
		this.offered = command;
		this.shown.now();
	}

	/** What today and this month cost, read afresh. */
	async idle(): Promise<void> {
		try {
			this.totals = await (await this.world.engine()).totals();
		} catch (error) {
			this.world.log.warn(`what was spent could not be read: ${String(error)}`);
		}
		this.shown.now();
	}

	/** Ends what runs. Settles when its processes and worktrees are gone and the run is kept. */
	async close(): Promise<void> {
		this.closer.abort();
		await Promise.allSettled([...this.atWork]);
		this.keeper.end({ kind: 'closing' });
		await this.keeper.flushed();
	}

	dispose(): void {
		this.closer.abort();
		this.shown.stop();
		clearTimeout(this.elsewhereTimer);
		this.registrations.dispose();
		this.tree.dispose();
		this.status.dispose();
	}

	private facts(): StatusFacts {
		const waiting = this.world.waiting();
		if (this.work !== undefined) {
			const { words } = this.work;
			const { current } = this.keeper;
			return { kind: 'running', run: current, doing: words.line, spent: words.spent, bid: words.bid };
		}
		if (waiting !== undefined) {
			const { title, spent, bid, checked = false } = waiting;
			return { kind: 'review', title, spent, bid, checked };
		}
		if (this.offered !== undefined) {
			return { kind: 'failed', command: this.offered, totals: this.totals };
		}
		return { kind: 'idle', ...(this.totals ?? NOTHING) };
	}

	private showNow(): void {
		const facts = this.facts();
		if (facts.kind === 'idle' && this.totals === undefined) {
			this.status.hide();
		} else {
			this.status.show(facts);
		}
		if (this.work !== undefined) {
			const { words, report } = this.work;
			report(`${plainMessage(words.line)} · ${words.money} · [Details](command:${commands.SHOW_LOG})`);
		}
		const waiting = this.world.waiting()?.run;
		const rows = treeRows(this.keeper.runs, { waiting, elsewhere: this.keeper.elsewhere, when });
		const some = rows.length > 0 || (this.loading === undefined && this.world.store.holdsRuns());
		this.tree.show(rows, some, waiting === undefined ? undefined : fixWords(this.world.waiting()).fix);
	}

	private stop(): void {
		if (this.work === undefined) {
			void vscode.window.showInformationMessage(
				vscode.l10n.t('Underbid is not running anything in this window.'),
			);
		} else {
			this.work.stop.abort();
		}
	}

	private async tell(
		run: KeptRun,
		{ severity, message, nextBid }: ReturnType<typeof endWords>,
	): Promise<void> {
		const goOn = nextBid === undefined ? undefined : `${verb(run)} ${formatUsd(nextBid)}…`;
		const buttons = [...(goOn === undefined ? [] : [goOn]), ...(run.attempts.length > 0 ? [ATTEMPTS] : [])];
		this.world.log.info(masked(message));
		const show =
			severity === 'warning' ? vscode.window.showWarningMessage : vscode.window.showInformationMessage;
		const answer = await show(plainMessage(message), ...buttons);
		if (answer === ATTEMPTS) {
			await this.tree.reveal(run.run);
		} else if (answer !== undefined && nextBid !== undefined) {
			await this.world.again(run, nextBid);
		}
	}

	private async showReceipt(row: unknown): Promise<void> {
		const run = this.withReceipt(row);
		if (run !== undefined) {
			await this.world.texts.showReceipt(run.run, run.receipt);
		}
	}

	private async copyReceipt(row: unknown): Promise<void> {
		const run = this.withReceipt(row);
		if (run !== undefined) {
			await vscode.env.clipboard.writeText(run.receipt);
			vscode.window.setStatusBarMessage(vscode.l10n.t('Receipt copied as Markdown'), 3000);
		}
	}

	private withReceipt(row: unknown): (KeptRun & { readonly receipt: string }) | undefined {
		const asked = subjectOf(row)?.run;
		const run = asked ?? this.keeper.runs.find(({ receipt }) => receipt !== undefined);
		if (run?.receipt === undefined) {
			void vscode.window.showInformationMessage(
				run === undefined
					? vscode.l10n.t('There is no receipt yet: no run has ended in this workspace.')
					: vscode.l10n.t('That run has no receipt: it did not come to its own end.'),
			);
			return undefined;
		}
		return { ...run, receipt: run.receipt };
	}

	private async showPrompt(row: unknown): Promise<void> {
		const subject = subjectOf(row);
		const run = subject?.run ?? this.keeper.runs.find(({ attempts }) => attempts.some(isPaid));
		const only = subject === undefined || subject.kind === 'run' ? undefined : subject.attempt.number;
		const sent = run === undefined ? [] : await (await this.world.engine()).promptsOf(run.run);
		const wanted = sent.filter(({ attempt }) => only === undefined || attempt === only);
		if (run === undefined || wanted.length === 0) {
			void vscode.window.showInformationMessage(
				run === undefined
					? vscode.l10n.t('No prompt was sent yet: the free proposer sends nothing.')
					: vscode.l10n.t('No prompt of it is kept: nothing was sent, or it is long ago.'),
			);
			return;
		}
		const text = wanted
			.map((one) =>
				vscode.l10n.t('===== Attempt {0}, prompt {1}, {2}\n', one.attempt, one.call, one.text.trimEnd()),
			)
			.join('\n');
		const name =
			only === undefined ? vscode.l10n.t('Prompts sent') : vscode.l10n.t('Prompts of attempt {0}', only);
		await this.showText(`/${name}.txt`, `${run.run}/${only ?? ''}`, text);
	}

	private async showAttempt(row: unknown): Promise<void> {
		const subject = subjectOf(row);
		if (subject?.kind !== 'file') {
			await this.tree.reveal(subject?.run.run);
			return;
		}
		const { run, attempt, patch, file } = subject;
		const state =
			patch.verdict === 'resolved'
				? fixWords({ checked: isChecked(run) }).done
				: vscode.l10n.t('NOT verified');
		const name = `/Attempt ${attempt.number} (${state}) ${file.slice(file.lastIndexOf('/') + 1)}.diff`;
		const why = patch.why === '' ? '' : ` ${patch.why.replace(/\s+/g, ' ')}`;
		const head = `# ${attempt.label}: ${state}.${why}\n# ${patch.summary.replace(/\s+/g, ' ')}\n`;
		await this.showText(
			name,
			`${run.run}/${attempt.number}/${attempt.patches.indexOf(patch)}`,
			`${head}${patch.diff}`,
		);
	}

	private async showText(path: string, query: string, text: string): Promise<void> {
		const uri = vscode.Uri.from({ scheme: ATTEMPT_SCHEME, path, query });
		this.world.texts.set(uri, text);
		await vscode.window.showTextDocument(uri, { preview: true });
	}

	private async runAgain(row: unknown): Promise<void> {
		const run = subjectOf(row)?.run ?? this.keeper.runs.find(({ end }) => end !== undefined);
		if (run === undefined) {
			void vscode.window.showInformationMessage(vscode.l10n.t('There is no run to repeat yet.'));
			return;
		}
		await this.world.again(run, run.bid);
	}

	private async resume(row: unknown): Promise<void> {
		const run = subjectOf(row)?.run ?? this.keeper.runs.find(isResumable);
		if (run === undefined) {
			void vscode.window.showInformationMessage(
				vscode.l10n.t('No run of this workspace was cut off in the middle.'),
			);
			return;
		}
		await this.world.resume(run);
	}

	/** After a crash, say: the window of the run went away without a word. */
	private async offerToResume(run: KeptRun): Promise<void> {
		const answer = await vscode.window.showInformationMessage(
			plainMessage(
				vscode.l10n.t(
					'The fix of {0} was cut off after {1}. It can go on: what was paid for is not bought again.',
					subjectWords(run),
					formatUsd(run.spent),
				),
			),
			RESUME,
		);
		if (answer === RESUME) {
			await this.world.resume(run);
		}
	}

	private async forget(): Promise<void> {
		await this.loaded();
		if (!this.keeper.runs.some(({ end }) => end !== undefined)) {
			void vscode.window.showInformationMessage(vscode.l10n.t('No runs of this workspace are kept.'));
			return;
		}
		const forget = 'Forget';
		const answer = await vscode.window.showWarningMessage(
			vscode.l10n.t('Forget the runs of this workspace? What was spent stays in the books.'),
			forget,
		);
		if (answer === forget) {
			await this.keeper.forgetAll();
		}
	}

	/** Reads what was kept, once. */
	private loaded(): Promise<void> {
		this.loading ??= this.load();
		return this.loading;
	}

	private async load(): Promise<void> {
		clearTimeout(this.elsewhereTimer);
		const before = this.keeper.elsewhere;
		const lost = (await this.keeper.load()).find(isResumable);
		this.shown.now();
		if (lost !== undefined) {
			void this.offerToResume(lost);
		}
		if ([...before].some((run) => !this.keeper.elsewhere.has(run))) {
			this.world.endedElsewhere();
		}
		if (this.keeper.elsewhere.size > 0) {
			this.elsewhereTimer = setTimeout(() => void this.load(), ELSEWHERE_MS);
		}
	}

	/** Other windows and terminals spend from the same books. */
	private async lookAgain(): Promise<void> {
		if (this.totals !== undefined && this.work === undefined) {
			await this.idle();
		}
		if (this.keeper.elsewhere.size > 0) {
			await this.load();
		}
	}
}

const NOTHING = { today: 0 as NanoUsd, month: 0 as NanoUsd };

function verb(run: KeptRun): string {
	return run.bid === 0 ? vscode.l10n.t('Try with') : vscode.l10n.t('Continue with');
}

function isPaid({ offer }: { readonly offer: string }): boolean {
	return offer !== 'free';
}

/** By name: the engine is a bundle of its own, with a UserError class of its own. */
export function isForUser(error: unknown): boolean {
	return error instanceof Error && error.name === 'UserError';
}

/** What a menu hands over, out of the row it was opened on. */
function subjectOf(row: unknown): RowSubject | undefined {
	return typeof row === 'object' && row !== null && 'of' in row ? (row as TreeRow).of : undefined;
}

function when(ms: number): string {
	const date = new Date(ms);
	const time = date.toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' });
	return date.toDateString() === new Date().toDateString()
		? time
		: `${date.toLocaleDateString([], { month: 'short', day: 'numeric' })}, ${time}`;
}
