// Shows a test that was written for an issue, and asks whether it may be used: as it is, edited, or not at all. The text
// lies beside what the user is working on and takes no focus; nothing of it is ever written into their folder.
import * as vscode from 'vscode';
import type { Consent } from '../../core/issue/reproduce';
import type { Shown } from '../../core/issue/reproduction';
import { textBefore } from '../../core/issue/testBase';
import type { FileEdit, ProposedPatch } from '../../core/patch';
import { BASE_SCHEME, type FixTexts } from '../fixTexts';
import { plainMessage } from '../runs/plainMessage';
import { closeTabs, tabsOf } from './issuePreview';
import { TEST_SCHEME, TestTexts } from './testTexts';

export const USE_TEST = 'underbid.useTest';
export const DISCARD_TEST = 'underbid.discardTest';

type Answer = 'use' | 'edit' | 'discard' | 'show' | 'away' | 'stopped';

interface Open {
	readonly uris: readonly vscode.Uri[];
	readonly failure: string;
	answer(said: Answer): void;
}

export interface AskedTest {
	readonly proposed: ProposedPatch;
	readonly texts: readonly FileEdit[];
	readonly shown: Shown;
	/** Why the user's last edit of it cannot be used. */
	readonly refused: string | undefined;
}

export class TestQuestion implements vscode.Disposable, vscode.CodeLensProvider {
	private readonly files = new TestTexts();
	private readonly changed = new vscode.EventEmitter<void>();
	readonly onDidChangeCodeLenses = this.changed.event;
	private readonly registered: vscode.Disposable;
	private open: Open | undefined;
	private group = 0;
	/** What the user said yes to with edits, as it was sent back to be run. */
	private edited: readonly FileEdit[] | undefined;
	private uris: readonly vscode.Uri[] = [];

	constructor(private readonly texts: FixTexts) {
		this.registered = vscode.Disposable.from(
			vscode.commands.registerCommand(USE_TEST, () => this.said('use')),
			vscode.commands.registerCommand(DISCARD_TEST, () => this.said('discard')),
			vscode.languages.registerCodeLensProvider({ scheme: TEST_SCHEME }, this),
			vscode.window.tabGroups.onDidChangeTabs(({ closed }) => {
				if (closed.length > 0 && this.open !== undefined && tabsOf(this.open.uris).length === 0) {
					this.open.answer('away');
				}
			}),
		);
	}

	/** "no" also where the run is stopped meanwhile. */
	async ask(test: AskedTest, signal: AbortSignal): Promise<Consent> {
		const { edited } = this;
		this.edited = undefined;
		if (edited !== undefined && test.refused === undefined && sameTexts(edited, test.texts)) {
			// They said yes to this very text, and it still fails for the reason.
			await this.close();
			return { kind: 'yes' };
		}
		if (edited === undefined || test.refused === undefined) {
			await this.close();
			this.group += 1;
			this.uris = test.texts.map(({ path, text }) => this.files.put(this.group, path, text));
		}
		if (signal.aborted) {
			await this.close();
			return { kind: 'no' };
		}
		await this.show(test, true);
		const answer = await this.answered(test, signal);
		if (answer === 'use') {
			const now = await this.textsNow(test.texts);
			if (sameTexts(now, test.texts)) {
				await this.close();
				return { kind: 'yes' };
			}
			this.edited = now;
			return { kind: 'edited', changes: now };
		}
		await this.close();
		return { kind: 'no' };
	}

	provideCodeLenses(document: vscode.TextDocument): vscode.CodeLens[] {
		const { open } = this;
		if (open === undefined || !open.uris.some((uri) => uri.toString() === document.uri.toString())) {
			return [];
		}
		const range = new vscode.Range(0, 0, 0, 0);
		const lens = (title: string, command = ''): vscode.CodeLens =>
			new vscode.CodeLens(range, { title, command });
		return [
			lens(vscode.l10n.t('$(check) Use This Test'), USE_TEST),
			lens(vscode.l10n.t('$(trash) Discard'), DISCARD_TEST),
			lens(vscode.l10n.t('Edit it as you like. It fails now: {0}', open.failure)),
		];
	}

	/** Nothing of a question is left on the screen. */
	async close(): Promise<void> {
		const { uris } = this;
		this.uris = [];
		await Promise.all(
			documentsOf(uris).map((document) => (document.isDirty ? document.save() : Promise.resolve(true))),
		);
		await closeTabs(uris);
		for (const uri of uris) {
			this.files.drop(uri);
		}
	}

	dispose(): void {
		this.open?.answer('stopped');
		this.registered.dispose();
		this.changed.dispose();
		this.files.dispose();
	}

	private said(answer: 'use' | 'discard'): void {
		if (this.open === undefined) {
			void vscode.window.showInformationMessage(vscode.l10n.t('No written test waits for your word.'));
		}
		this.open?.answer(answer);
	}

	/** Until it is used or discarded. A message that goes away unanswered leaves the lenses above the test. */
	private async answered(test: AskedTest, signal: AbortSignal): Promise<'use' | 'discard' | 'stopped'> {
		let editing = false;
		for (;;) {
			const answer = await this.once(test, editing, signal);
			switch (answer) {
				case 'use':
				case 'discard':
				case 'stopped':
					return answer;
				case 'edit':
				case 'show':
					editing ||= answer === 'edit';
					await this.show(test, false);
					break;
				case 'away':
					break;
			}
		}
	}

	private once(test: AskedTest, editing: boolean, signal: AbortSignal): Promise<Answer> {
		return new Promise((resolve) => {
			const stop = (): void => answer('stopped');
			const answer = (said: Answer): void => {
				signal.removeEventListener('abort', stop);
				this.open = undefined;
				this.changed.fire();
				resolve(said);
			};
			const open: Open = { uris: this.uris, failure: failureOf(test), answer };
			this.open = open;
			this.changed.fire();
			signal.addEventListener('abort', stop, { once: true });
			const use = editing ? vscode.l10n.t('Use Edited Test') : vscode.l10n.t('Use This Test');
			const edit = tabsOf(this.uris).length > 0 ? vscode.l10n.t('Edit') : vscode.l10n.t('Show Test');
			const discard = vscode.l10n.t('Discard');
			const buttons = editing ? [use, discard] : [use, edit, discard];
			const show = test.refused === undefined ? vscode.window.showInformationMessage : warning;
			void show(plainMessage(questionOf(test, editing)), ...buttons).then((said) => {
				// A later question has its own message: this one may be clicked long after.
				if (this.open !== open || said === undefined) {
					return;
				}
				answer(
					said === use
						? 'use'
						: said === discard
							? 'discard'
							: tabsOf(this.uris).length > 0
								? 'edit'
								: 'show',
				);
			});
		});
	}

	private async show(test: AskedTest, preserveFocus: boolean): Promise<void> {
		for (const [index, uri] of this.uris.entries()) {
			const text = test.texts[index];
			const before = text && textBefore(text, test.proposed.patch);
			const [open] = tabsOf([uri]);
			const viewColumn = open?.group.viewColumn ?? vscode.ViewColumn.Beside;
			const options = { viewColumn, preserveFocus, preview: false };
			if (before === undefined || test.refused !== undefined) {
				await vscode.window.showTextDocument(uri, options);
				continue;
			}
			const base = uri.with({ scheme: BASE_SCHEME });
			this.texts.set(base, before);
			const name = uri.path.slice(uri.path.lastIndexOf('/') + 1);
			await vscode.commands.executeCommand(
				'vscode.diff',
				base,
				uri,
				vscode.l10n.t('{0}: a test that shows the issue', name),
				options,
			);
		}
	}

	private async textsNow(texts: readonly FileEdit[]): Promise<readonly FileEdit[]> {
		const now: FileEdit[] = [];
		for (const [index, { path, text }] of texts.entries()) {
			const uri = this.uris[index];
			const document = documentsOf(uri === undefined ? [] : [uri])[0];
			const kept = uri === undefined ? text : Buffer.from(this.files.readFile(uri)).toString();
			// A document that nobody typed in may have other line ends than the text it was made of.
			now.push({ path, text: document?.isDirty === true ? document.getText() : kept });
		}
		return now;
	}
}

function warning(message: string, ...buttons: string[]): Thenable<string | undefined> {
	return vscode.window.showWarningMessage(message, ...buttons);
}

function questionOf({ refused, shown }: AskedTest, editing: boolean): string {
	if (refused !== undefined) {
		return vscode.l10n.t('Your edit of the test cannot be used: {0}', refused);
	}
	if (editing) {
		return vscode.l10n.t('Edit the test, then use it: it is run again, and must still fail on your code.');
	}
	const like = shown.agrees.length === 0 ? '' : vscode.l10n.t(' It fails with {0}.', shown.agrees.join(', '));
	return vscode.l10n.t(
		'A test that shows the issue was written.{0} Look for a fix that makes it pass?',
		like,
	);
}

function failureOf({ shown }: AskedTest): string {
	const message = shown.tests[0]?.failure?.message ?? '';
	const line = message.split('\n').find((one) => one.trim() !== '') ?? '';
	return line.length > 100 ? `${line.slice(0, 99)}…` : line.trim();
}

function documentsOf(uris: readonly vscode.Uri[]): readonly vscode.TextDocument[] {
	const wanted = new Set(uris.map((uri) => uri.toString()));
	return vscode.workspace.textDocuments.filter((one) => !one.isClosed && wanted.has(one.uri.toString()));
}

function sameTexts(a: readonly FileEdit[], b: readonly FileEdit[]): boolean {
	return (
		a.length === b.length &&
		a.every(({ path, text }, index) => path === b[index]?.path && text === b[index]?.text)
	);
}
