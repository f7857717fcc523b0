// Reads the issue, and says what to do where it cannot be read: sign in, give a token, or paste its text.
import * as vscode from 'vscode';
import type { Issue } from '../../core/issue/issue';
import { signalOf } from '../cancellation';
import type { Engine, IssueKey, UnsavedText } from '../engine';
import { fromClipboard } from './askIssue';
import type { IssueKeys } from './issueKeys';
import type { IssueStart } from './issueStart';
import { saidIn } from './saidWords';

export interface ReadPlace {
	/** Absolute path. */
	readonly folder: string;
	readonly unsaved: readonly UnsavedText[];
}

export class IssueReader {
	constructor(private readonly keys: IssueKeys) {}

	/** Undefined when the user turned away, or it cannot be read, which is said. */
	async read(
		start: IssueStart,
		place: ReadPlace,
		engine: () => Promise<Engine>,
		closing: AbortSignal,
	): Promise<Issue | undefined> {
		let now = start;
		let given: readonly IssueKey[] = [];
		for (;;) {
			const said = now.kind === 'named' ? now.said : '-';
			const text = now.kind === 'text' ? now.text : '';
			const asked = given;
			const found = await inProgress(said, closing, async (signal) =>
				(await engine()).findIssue(
					{
						...place,
						said,
						keys: asked.length > 0 || said === '-' ? asked : await this.keys.known(said),
						readInput: async () => text,
					},
					signal,
				),
			);
			if (found === undefined || found.kind === 'read') {
				return found?.issue;
			}
			const { lacks, reason } = found;
			const paste = vscode.l10n.t('Paste Its Text');
			const signIn = vscode.l10n.t('Sign In to GitHub');
			const token = vscode.l10n.t('Use a Token…');
			const buttons = [
				...(lacks === undefined ? [] : [...(this.keys.canSignIn(lacks) ? [signIn] : []), token]),
				...(isElsewhere(said) ? [paste] : []),
			];
			const words =
				lacks === undefined
					? reason
					: vscode.l10n.t(
							'The issue {0} cannot be read from {1}: there is none, or it is private.',
							lacks.issue,
							new URL(lacks.origin).host,
						);
			const answer = await vscode.window.showWarningMessage(
				vscode.l10n.t('{0} Nothing was spent.', words),
				...buttons,
			);
			if (answer === paste) {
				const pasted = await askText();
				if (pasted === undefined) {
					return undefined;
				}
				now = pasted;
				continue;
			}
			const key =
				lacks === undefined || answer === undefined
					? undefined
					: answer === signIn
						? await this.keys.signIn(lacks.issue)
						: await this.keys.askToken(lacks);
			if (key === undefined) {
				return undefined;
			}
			given = [key];
		}
	}
}

function isElsewhere(said: string): boolean {
	const kind = saidIn(said)?.kind;
	return kind === 'number' || kind === 'link';
}

/** From the clipboard, once the user has copied it there. */
async function askText(): Promise<IssueStart | undefined> {
	const paste = vscode.l10n.t('Paste');
	const answer = await vscode.window.showInformationMessage(
		vscode.l10n.t('Copy the text of the issue from your browser, then paste it here.'),
		paste,
	);
	return answer === paste ? fromClipboard() : undefined;
}

/** Undefined when it was stopped. */
async function inProgress<T>(
	said: string,
	closing: AbortSignal,
	work: (signal: AbortSignal) => Promise<T>,
): Promise<T | undefined> {
	if (!isElsewhere(said)) {
		return work(closing);
	}
	const title = vscode.l10n.t('Reading the issue {0}', said);
	return vscode.window.withProgress(
		{ location: vscode.ProgressLocation.Notification, title, cancellable: true },
		async (_, token) => {
			const { signal, release } = signalOf(token);
			try {
				const found = await work(AbortSignal.any([signal, closing]));
				return signal.aborted || closing.aborted ? undefined : found;
			} finally {
				release();
			}
		},
	);
}
