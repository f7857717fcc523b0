// The command "Fix a Failing Test…": ask, run, show what was verified. Nothing changes before the user says Apply.
import * as vscode from 'vscode';
import type { SolveEvent } from '../core/events';
import type { NanoUsd } from '../core/money';
import type { Target } from '../core/suite';
import { applyFix } from './applyFix';
import { signalOf } from './cancellation';
import type { Engine, FixResult, Place } from './engine';
import { FixTexts } from './fixTexts';
import { outcomeWords } from './outcomeWords';
import { askBid, askFolder, askTarget, titleOf } from './questions';
import { RunWords } from './runWords';
import { SpendStatus } from './spendStatus';

export const FIX_COMMAND = 'underbid.fixFailingTest';
/** Not in the palette: the status bar item calls it. */
export const SHOW_COMMAND = 'underbid.showVerifiedFix';

const LIMIT_MS = 10 * 60_000;
const APPLY = 'Apply';
const RECEIPT = 'Show Receipt';

export class FixFailingTest implements vscode.Disposable {
	private readonly texts = new FixTexts();
	private readonly status = new SpendStatus(FIX_COMMAND);
	private readonly stop = new AbortController();
	private working: Promise<void> | undefined;
	private waiting: { readonly result: FixResult; readonly bid: NanoUsd } | undefined;

	/** `engine` is called on the first use only, so that starting the editor costs nothing. */
	constructor(
		private readonly engine: () => Promise<Engine>,
		private readonly log: vscode.LogOutputChannel,
	) {}

	/** Settles when the run has ended and its message stands; does not wait for an answer to it. */
	async run(folders = vscode.workspace.workspaceFolders ?? []): Promise<void> {
		if (this.working !== undefined) {
			void vscode.window.showInformationMessage('Underbid is already fixing a test in this window.');
			return;
		}
		if (!folders.some((folder) => folder.uri.scheme === 'file')) {
			void vscode.window.showInformationMessage('Open the folder of your project first, then fix its tests.');
			return;
		}
		this.working = this.guarded(folders);
		await this.working;
		this.working = undefined;
	}

	/** Opens the verified fix that waits, with its message. */
	async showWaiting(): Promise<void> {
		if (this.waiting !== undefined) {
			await this.present(this.waiting.result, this.waiting.bid);
		}
	}

	get statusText(): string {
		return this.status.text;
	}

	/** Ends what runs. Settles when its processes and worktrees are gone. */
	async end(): Promise<void> {
		this.stop.abort();
		await this.working;
	}

	dispose(): void {
		this.stop.abort();
		this.texts.dispose();
		this.status.dispose();
	}

	private async guarded(folders: readonly vscode.WorkspaceFolder[]): Promise<void> {
		try {
			await this.ask(folders);
		} catch (error) {
			this.log.error(error instanceof Error ? error : String(error));
			const message = error instanceof Error ? error.message : String(error);
			void vscode.window.showErrorMessage(
				isForUser(error)
					? message
					: `Underbid failed and changed nothing: ${message} (see the output channel “Underbid”).`,
			);
		}
	}

	private async ask(folders: readonly vscode.WorkspaceFolder[]): Promise<void> {
		const folder = await askFolder(folders);
		const bid = folder && (await askBid());
		if (folder === undefined || bid === undefined) {
			return;
		}
		this.waiting = undefined;
		const engine = await this.engine();
		try {
			const target = await this.chooseTarget(engine, folder.uri.fsPath, bid);
			if (target === undefined) {
				return;
			}
			const result = await this.progress(titleOf(target), bid, (words, signal) =>
				engine.fix(
					{ ...placeOf(folder.uri.fsPath), bid: { spend: bid, timeMs: LIMIT_MS }, target },
					words,
					signal,
				),
			);
			if (result !== undefined) {
				await this.tell(result, bid);
			}
		} finally {
			if (this.waiting === undefined) {
				this.status.idle(await engine.spentToday());
			}
		}
	}

	private async chooseTarget(engine: Engine, folder: string, bid: NanoUsd): Promise<Target | undefined> {
		const found = await this.progress('Looking for failing tests', bid, (words, signal) =>
			engine.failingTests(placeOf(folder), words, signal),
		);
		if (found === undefined) {
			return undefined;
		}
		switch (found.kind) {
			case 'cancelled':
				sayCancelled();
				return undefined;
			case 'blocked':
				void vscode.window.showWarningMessage(`${found.reason} Nothing was spent.`);
				return undefined;
			case 'found':
				break;
		}
		if (found.failing.length === 0) {
			void vscode.window.showInformationMessage(
				`No test fails (${found.command}), so there is nothing to fix.`,
			);
			return undefined;
		}
		this.status.idle(await engine.spentToday());
		return askTarget(found.failing);
	}

	/** Undefined when the user cancelled before there was anything to tell. */
	private async progress<T>(
		title: string,
		bid: NanoUsd,
		work: (see: (event: SolveEvent) => void, signal: AbortSignal) => Promise<T>,
	): Promise<T | undefined> {
		const words = new RunWords(bid);
		const location = vscode.ProgressLocation.Notification;
		return vscode.window.withProgress({ location, title, cancellable: true }, async (progress, token) => {
			const { signal, release } = signalOf(token);
			const show = () => {
				progress.report({ message: `${words.line} · ${words.money}` });
				this.status.running(words.spent, bid, words.line);
			};
			show();
			try {
				return await work(
					(event) => {
						this.note(event);
						words.see(event);
						show();
					},
					AbortSignal.any([signal, this.stop.signal]),
				);
			} catch (error) {
				if (signal.aborted && isForUser(error)) {
					sayCancelled();
					return undefined;
				}
				throw error;
			} finally {
				release();
			}
		});
	}

	private note(event: SolveEvent): void {
		if (event.kind === 'ran') {
			const { what, argv, result, durationMs } = event.record;
			this.log.info(`${what}: ${argv.join(' ')}: ${result} (${durationMs} ms)`);
		}
	}

	private async tell(result: FixResult, bid: NanoUsd): Promise<void> {
		const { outcome } = result;
		this.log.info(outcomeWords(outcome));
		switch (outcome.kind) {
			case 'solved':
				this.waiting = { result, bid };
				this.status.verified(outcome.spent, bid, SHOW_COMMAND);
				await this.present(result, bid);
				return;
			case 'cancelled':
				void vscode.window.showInformationMessage(outcomeWords(outcome));
				return;
			case 'exhausted':
			case 'blocked': {
				const buttons = outcome.attempts.length > 0 ? [RECEIPT] : [];
				void vscode.window.showWarningMessage(outcomeWords(outcome), ...buttons).then((answer) => {
					if (answer === RECEIPT) {
						return this.texts.showReceipt(result);
					}
					return undefined;
				});
				return;
			}
		}
	}

	private async present(result: FixResult, bid: NanoUsd): Promise<void> {
		await this.texts.showDiff(result, bid);
		void this.offer(result);
	}

	private async offer(result: FixResult): Promise<void> {
		const answer = await vscode.window.showInformationMessage(outcomeWords(result.outcome), APPLY, RECEIPT);
		switch (answer) {
			case APPLY:
				await this.apply(result);
				return;
			case RECEIPT:
				await this.texts.showReceipt(result);
				// The message goes away with the click on a button; Apply must stay at hand.
				await this.offer(result);
				return;
			default:
				return;
		}
	}

	private async apply(result: FixResult): Promise<void> {
		const applied = await applyFix(result.changes);
		switch (applied.kind) {
			case 'refused':
				void vscode.window.showWarningMessage(applied.reason);
				return;
			case 'applied': {
				if (this.waiting?.result === result) {
					this.waiting = undefined;
					this.status.idle(await (await this.engine()).spentToday());
				}
				await this.texts.closeDiff(result);
				const { unsaved, at } = applied;
				if (at !== undefined) {
					await vscode.window.showTextDocument(at.uri, { preview: false, selection: at.range });
				}
				const left = unsaved.length > 0 ? ` Not saved yet: ${unsaved.join(', ')}.` : '';
				void vscode.window.showInformationMessage(`Applied. Undo takes it back.${left}`);
			}
		}
	}
}

/** By name: the engine is a bundle of its own, with a UserError class of its own. */
function isForUser(error: unknown): boolean {
	return error instanceof Error && error.name === 'UserError';
}

function sayCancelled(): void {
	void vscode.window.showInformationMessage('Cancelled. Your files are untouched, nothing was spent.');
}

/** The folder with what is typed and not saved, whichever folder those files stand in. */
function placeOf(folder: string): Place {
	const unsaved = vscode.workspace.textDocuments
		.filter((document) => document.isDirty && document.uri.scheme === 'file')
		.map((document) => ({ file: document.uri.fsPath, text: document.getText() }));
	return { folder, unsaved };
}
