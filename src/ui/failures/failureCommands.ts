// Every way from a red test into the one flow: the buttons of the testing views, the light bulb, the palette's list of
// what is known to fail, a test command or a test task that failed.
import * as vscode from 'vscode';
import type { FixFailingTest } from '../fixFailingTest';
import { offerFixes } from '../setup/settings';
import { chooseTest } from './chooseTest';
import { FailedCommands } from './failedCommands';
import type { FixStart } from './fixStart';
import { type KnownFailure, KnownFailures } from './knownFailures';
import { hintOf, isWithin, pathOf, type TestHint } from './testHint';
import { type GivenTest, givenTest } from './testItems';

export const FIX_TEST = 'underbid.fixTest';
export const FIX_FAILURE = 'underbid.fixFailure';
export const FIX_TERMINAL = 'underbid.fixTerminal';
const FIX_KNOWN = 'underbid.fixKnownFailure';
const CONFIRMED = 'underbid.confirmedCommands';

interface KnownPick extends vscode.QuickPickItem {
	readonly known?: KnownFailure;
}

export class FailureCommands implements vscode.Disposable, vscode.CodeActionProvider {
	private known = new KnownFailures();
	private readonly failed = new FailedCommands(() => this.offer());
	private readonly registered: vscode.Disposable;
	private listening: vscode.Disposable | undefined;
	private fix: FixFailingTest | undefined;

	/** `memory` is the workspace's: which commands the user has agreed to. */
	constructor(private readonly memory: vscode.Memento) {
		this.registered = vscode.Disposable.from(
			vscode.commands.registerCommand(FIX_TEST, (test: unknown) => this.fixGiven(test)),
			vscode.commands.registerCommand(FIX_FAILURE, (test: unknown) => this.fixGiven(test)),
			vscode.commands.registerCommand(FIX_TERMINAL, () => this.fixTerminal()),
			vscode.workspace.onDidChangeConfiguration((event) => {
				if (event.affectsConfiguration('underbid.offerFixes')) {
					this.offer();
				}
			}),
			vscode.commands.registerCommand(FIX_KNOWN, (start: FixStart) => this.begin(start)),
			vscode.languages.registerCodeActionsProvider({ scheme: 'file' }, this, {
				providedCodeActionKinds: [vscode.CodeActionKind.QuickFix],
			}),
		);
	}

	/** The flow that all of these lead into. */
	use(fix: FixFailingTest): void {
		this.listening?.dispose();
		this.fix = fix;
		this.known = new KnownFailures();
		this.listening = fix.onDidList((listing) => this.known.listed(listing));
		this.offer();
	}

	dispose(): void {
		this.listening?.dispose();
		this.registered.dispose();
		this.failed.dispose();
	}

	/** The palette: what is known to fail, else our own run tells. */
	async pick(): Promise<void> {
		// Where nothing can begin, the flow says why.
		const { isTrusted, workspaceFolders } = vscode.workspace;
		if (!isTrusted || workspaceFolders === undefined || this.fix?.isWorking === true) {
			return this.begin({});
		}
		const all = await this.known.all();
		if (all.length === 0) {
			return this.begin({});
		}
		const items: KnownPick[] = [
			...all.map(
				(known): KnownPick => ({
					label: known.title,
					description: placeOf(known),
					detail: known.message,
					known,
				}),
			),
			{ label: '', kind: vscode.QuickPickItemKind.Separator },
			{
				label: vscode.l10n.t('$(play) Run the tests now'),
				description: vscode.l10n.t('and choose among all that fail'),
				alwaysShow: true,
			},
		];
		const picked = await vscode.window.showQuickPick(items, {
			title: vscode.l10n.t('Fix a Failing Test'),
			placeHolder: vscode.l10n.t('Failed in the last run. Which one shall be fixed?'),
			matchOnDescription: true,
			matchOnDetail: true,
		});
		if (picked !== undefined) {
			await this.begin(picked.known?.start ?? {});
		}
	}

	async provideCodeActions(
		document: vscode.TextDocument,
		range: vscode.Range,
		context: vscode.CodeActionContext,
		token: vscode.CancellationToken,
	): Promise<vscode.CodeAction[]> {
		const isAsked = context.triggerKind === vscode.CodeActionTriggerKind.Invoke;
		const known = await this.known.inDocument(document, isAsked);
		if (token.isCancellationRequested) {
			return [];
		}
		const line = range.start.line + 1;
		return known
			.filter(({ lines }) => lines !== undefined && lines.first <= line && line <= lines.last)
			.map(({ title, start }) => {
				const action = new vscode.CodeAction(
					vscode.l10n.t('Fix failing test “{0}”…', title),
					vscode.CodeActionKind.QuickFix,
				);
				action.command = { command: FIX_KNOWN, title: action.title, arguments: [start] };
				return action;
			});
	}

	private async fixGiven(argument: unknown): Promise<void> {
		const given = givenTest(argument);
		await (given === undefined ? this.pick() : this.begin(startOf(given)));
	}

	private async fixTerminal(): Promise<void> {
		const { last } = this.failed;
		if (last === undefined) {
			void vscode.window.showInformationMessage(
				vscode.l10n.t(
					'No test command has failed in a terminal of this window. Run one (npm test, pytest, …) in a terminal with shell integration, or use “Fix a Failing Test…”.',
				),
			);
			return;
		}
		if (!vscode.workspace.isTrusted || this.fix?.isWorking === true) {
			return this.begin({});
		}
		const command = await this.confirmed(last.command, last.trusted);
		if (command === undefined) {
			return;
		}
		this.failed.see();
		const folder = last.folder === undefined ? undefined : folderFor(last.folder);
		await this.begin({ testCommand: command, ...(folder === undefined ? {} : { folder }) });
	}

	/** The command to run, as the user agreed to it; asked the first time. Undefined when turned away. */
	private async confirmed(command: string, trusted: boolean): Promise<string | undefined> {
		const agreed = this.memory.get<readonly string[]>(CONFIRMED, []);
		if (trusted && agreed.includes(command)) {
			return command;
		}
		const use = vscode.l10n.t('Run {0}', command);
		const change = vscode.l10n.t('Change the command…');
		const answer = await vscode.window.showQuickPick(
			[
				{ label: use, description: vscode.l10n.t('in a private copy of your code, as often as needed') },
				{ label: change },
			],
			{
				title: vscode.l10n.t('Fix Last Failed Test Command'),
				placeHolder: vscode.l10n.t('Is this how your tests are run?'),
				ignoreFocusOut: true,
			},
		);
		const chosen =
			answer?.label === use
				? command
				: answer?.label === change
					? (
							await vscode.window.showInputBox({
								title: vscode.l10n.t('Fix Last Failed Test Command: Command'),
								prompt: vscode.l10n.t('The command that runs your tests.'),
								value: command,
								ignoreFocusOut: true,
							})
						)?.trim()
					: undefined;
		if (chosen === undefined || chosen === '') {
			return undefined;
		}
		await this.memory.update(CONFIRMED, [...agreed.filter((one) => one !== chosen), chosen].slice(-50));
		return chosen;
	}

	/** A test command that failed is offered to be fixed, unless the user wants to hear nothing of it. */
	private offer(): void {
		this.fix?.offer(offerFixes() ? this.failed.offered : undefined);
	}

	private async begin(start: FixStart): Promise<void> {
		await this.fix?.run(undefined, start);
	}
}

function startOf({ item, uri, failedAt, message }: GivenTest): FixStart {
	const place = uri ?? failedAt?.uri;
	const folder = place && vscode.workspace.getWorkspaceFolder(place)?.uri.fsPath;
	const read = hintOf(item);
	const inOwnFile = failedAt !== undefined && pathOf(failedAt.uri.fsPath) === read.file;
	const hint: TestHint = {
		...read,
		...(inOwnFile ? { failedAt: failedAt.line } : {}),
		...(message === undefined ? {} : { message }),
	};
	return {
		name: hint.title,
		...(folder === undefined ? {} : { folder }),
		choose: (failing, ran) => chooseTest(hint, failing, ran),
	};
}

/** Only within what is open: elsewhere the user is asked for the folder. */
function folderFor(folder: string): string | undefined {
	const path = pathOf(folder) ?? folder;
	const isOpen = vscode.workspace.workspaceFolders?.some((one) =>
		isWithin(path, pathOf(one.uri.fsPath) ?? one.uri.fsPath),
	);
	return isOpen === true ? folder : undefined;
}

function placeOf({ file, lines }: KnownFailure): string {
	const name = file === undefined ? '' : vscode.workspace.asRelativePath(file);
	return lines === undefined ? name : `${name}:${lines.first}`;
}
