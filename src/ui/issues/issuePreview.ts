// What will be sent of an issue, shown before it is sent: exactly that text, and what of it is left out.
import * as vscode from 'vscode';
import { type Issue, issueText } from '../../core/issue/issue';
import { type FixTexts, ISSUE_SCHEME } from '../fixTexts';
import { plainMessage } from '../runs/plainMessage';

export function previewText(issue: Issue): string {
	const { source, leftOut } = issue;
	const from = [source.name, source.link].filter((one) => one !== undefined).join(', ');
	return [
		vscode.l10n.t('What may be sent of this issue ({0})', from),
		vscode.l10n.t(
			'With a bid above zero this text goes to the models that you buy from, as data, beside the code it is about.',
		),
		vscode.l10n.t('Keys and passwords found in it are taken out. A bid of zero sends nothing.'),
		...(leftOut.length === 0 ? [] : ['', vscode.l10n.t('Left out:'), ...leftOut.map((one) => `- ${one}`)]),
		'',
		'-'.repeat(80),
		'',
		issueText(issue),
		'',
	].join('\n');
}

export class IssuePreview {
	constructor(private readonly texts: FixTexts) {}

	/** Undefined when the user does not go on. Stays open while `use` asks, and is closed however it ends. */
	async during<T>(issue: Issue, use: () => Promise<T>): Promise<T | undefined> {
		const uri = vscode.Uri.from({
			scheme: ISSUE_SCHEME,
			path: `/${vscode.l10n.t('What is sent of the issue')}.md`,
		});
		this.texts.set(uri, previewText(issue));
		const document = await vscode.workspace.openTextDocument(uri);
		await vscode.window.showTextDocument(document, { preview: true });
		try {
			return (await goesOn(issue, uri)) ? await use() : undefined;
		} finally {
			await closeTabs([uri]);
		}
	}
}

/** False as well when the text is closed. */
async function goesOn(issue: Issue, uri: vscode.Uri): Promise<boolean> {
	const bid = vscode.l10n.t('Set a Bid…');
	let listening: vscode.Disposable | undefined;
	const closed = new Promise<undefined>((resolve) => {
		listening = vscode.window.tabGroups.onDidChangeTabs(() => {
			if (tabsOf([uri]).length === 0) {
				resolve(undefined);
			}
		});
	});
	try {
		const { title, source } = issue;
		const asked = vscode.window.showInformationMessage(
			vscode.l10n.t(
				'This is all that may be sent of {0}. Go on, and set a bid for the test and the fix?',
				plainMessage(title === '' ? source.name : `“${title}”`),
			),
			bid,
		);
		return (await Promise.race([asked, closed])) === bid;
	} finally {
		listening?.dispose();
	}
}

/** Closes what shows these documents. What is typed in them is lost, so they must be saved before. */
export async function closeTabs(uris: readonly vscode.Uri[]): Promise<void> {
	const tabs = tabsOf(uris);
	if (tabs.length > 0) {
		await vscode.window.tabGroups.close(tabs, true);
	}
}

/** What shows these documents, as text or on the right of a diff. */
export function tabsOf(uris: readonly vscode.Uri[]): readonly vscode.Tab[] {
	const wanted = new Set(uris.map((uri) => uri.toString()));
	return vscode.window.tabGroups.all
		.flatMap((group) => group.tabs)
		.filter(({ input }) => {
			const shown =
				input instanceof vscode.TabInputText
					? input.uri
					: input instanceof vscode.TabInputTextDiff
						? input.modified
						: undefined;
			return shown !== undefined && wanted.has(shown.toString());
		});
}
