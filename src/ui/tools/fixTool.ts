// The tool that agent mode calls for a verified fix. The user says yes to the sum each time; the run is one like any
// other in the window, and its fix waits for the user's own review.
import * as vscode from 'vscode';
import { limitWithin } from '../../core/caller/limit';
import { targetOf } from '../../core/caller/target';
import { answerText, oneLine, spendQuestion, subjectWords } from '../../core/caller/words';
import { formatUsd, type NanoUsd } from '../../core/money';
import type { Target } from '../../core/suite';
import type { BidDesk } from '../bid/bidDesk';
import { signalOf } from '../cancellation';
import type { FixFailingTest } from '../fixFailingTest';
import { defaultLimit, temperSetting, timeLimitMinutes } from '../setup/settings';

export const FIX_TOOL = 'underbid_fix';

/** What a model wrote; the editor's check of it is not relied on. */
interface Input {
	readonly test?: unknown;
	readonly limit?: unknown;
	readonly folder?: unknown;
}

type Settled =
	| {
			readonly kind: 'order';
			readonly folder: vscode.WorkspaceFolder;
			readonly target: Target;
			readonly limit: NanoUsd;
			/** How the tests are run, as the user agreed to it. */
			readonly command: string;
	  }
	/** One sentence for the caller. */
	| { readonly kind: 'refused'; readonly reason: string };

export class FixTool implements vscode.LanguageModelTool<Input>, vscode.Disposable {
	private readonly registered: vscode.Disposable | undefined;
	/** What the user was last told cannot be begun: they agreed to no sum for it. */
	private unconfirmed: string | undefined;

	/** Not offered where the editor knows no such tools. */
	constructor(
		private readonly fix: () => FixFailingTest | undefined,
		private readonly desk: () => BidDesk,
	) {
		const lm = (vscode as { readonly lm?: Partial<typeof vscode.lm> }).lm;
		this.registered = lm?.registerTool?.(FIX_TOOL, this);
	}

	dispose(): void {
		this.registered?.dispose();
	}

	/** Whatever is asked, the user sees it before `invoke`: also what will be refused, as that may have changed by then. */
	prepareInvocation({
		input,
	}: vscode.LanguageModelToolInvocationPrepareOptions<Input>): vscode.PreparedToolInvocation {
		const settled = this.settled(input);
		if (settled.kind === 'refused') {
			this.unconfirmed = JSON.stringify(input);
			return {
				invocationMessage: vscode.l10n.t('Underbid finds that it cannot begin'),
				confirmationMessages: {
					title: vscode.l10n.t('Let Underbid spend nothing: this call cannot be begun'),
					message: plain(settled.reason),
				},
			};
		}
		if (this.unconfirmed === JSON.stringify(input)) {
			this.unconfirmed = undefined;
		}
		const { target, limit, command } = settled;
		const subject = subjectWords(target);
		return {
			invocationMessage: plain(
				vscode.l10n.t('Looking for a verified fix of {0}, at most {1}', subject, formatUsd(limit)),
			),
			confirmationMessages: {
				title: vscode.l10n.t('Spend up to {0} on a verified fix?', formatUsd(limit)),
				message: plain(spendQuestion(subject, limit, command)),
			},
		};
	}

	async invoke(
		{ input }: vscode.LanguageModelToolInvocationOptions<Input>,
		token: vscode.CancellationToken,
	): Promise<vscode.LanguageModelToolResult> {
		const settled = this.settled(input);
		if (settled.kind === 'refused') {
			return said(settled.reason);
		}
		const fix = this.fix();
		if (fix === undefined || this.unconfirmed === JSON.stringify(input)) {
			return said(
				vscode.l10n.t('Underbid was not ready for this call when the user was asked; call it again.'),
			);
		}
		const { folder, target, limit } = settled;
		const { signal, release } = signalOf(token);
		try {
			const called = await fix.called(
				{
					folder: folder.uri.fsPath,
					target,
					bid: { spend: limit, timeMs: timeLimitMinutes(folder.uri) * 60_000 },
					temper: temperSetting(),
					...this.desk().suitePlace(folder.uri),
				},
				signal,
			);
			return said(called.kind === 'refused' ? called.reason : answerText(called.result, limit));
		} finally {
			release();
		}
	}

	private settled(input: Input): Settled {
		const folder = folderOf(input.folder);
		if (typeof folder === 'string') {
			return { kind: 'refused', reason: folder };
		}
		const target = targetOf(input.test);
		if (target.kind === 'refused') {
			return target;
		}
		const limit = limitWithin(input.limit, defaultLimit());
		if (limit.kind === 'refused') {
			return {
				kind: 'refused',
				reason: vscode.l10n.t(
					'{0} The user changes theirs with “Underbid: Set Default Limit…”.',
					limit.reason,
				),
			};
		}
		const agreed = this.desk().commands.agreed(folder.uri);
		if (agreed === undefined) {
			return {
				kind: 'refused',
				reason: vscode.l10n.t(
					'The user has not yet said how the tests of this folder are run: they run “Underbid: Fix a Failing Test…” from the command palette once.',
				),
			};
		}
		return { kind: 'order', folder, target: target.target, limit: limit.amount, command: agreed.shown };
	}
}

/** A sentence where nothing can run. */
function folderOf(said: unknown): vscode.WorkspaceFolder | string {
	if (!vscode.workspace.isTrusted) {
		return vscode.l10n.t(
			'Underbid runs the tests of this folder, so it waits until the user trusts it (restricted mode).',
		);
	}
	const folders = (vscode.workspace.workspaceFolders ?? []).filter(({ uri }) => uri.scheme === 'file');
	const [first, ...others] = folders;
	if (first === undefined) {
		return vscode.l10n.t(
			'No folder on disk is open, so there are no tests to fix: the user opens the folder of the project first.',
		);
	}
	if (said === undefined && others.length === 0) {
		return first;
	}
	const named = folders.find(({ name }) => name === said);
	return (
		named ??
		vscode.l10n.t(
			'folder: write the name of one of the folders that are open: {0}.',
			folders.map(({ name }) => oneLine(name)).join(', '),
		)
	);
}

/** Names of tests are shown as they are, not as Markdown. */
function plain(text: string): vscode.MarkdownString {
	return new vscode.MarkdownString().appendText(text);
}

function said(text: string): vscode.LanguageModelToolResult {
	return new vscode.LanguageModelToolResult([new vscode.LanguageModelTextPart(text)]);
}
