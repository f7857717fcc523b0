// From the words that name an issue to an order of a fix: the issue is read, what may be sent of it is shown, then one
// bid is asked for that pays for the test and for the fix.
import * as vscode from 'vscode';
import type { Issue } from '../../core/issue/issue';
import type { BidDesk, Settled } from '../bid/bidDesk';
import type { Engine } from '../engine';
import type { FixTexts } from '../fixTexts';
import type { KeptIssue } from '../runs/keptRun';
import { issueWords } from '../runs/verdictWords';
import { IssuePreview } from './issuePreview';
import type { IssueReader, ReadPlace } from './issueReader';
import type { IssueStart } from './issueStart';

const MOST_REMEMBERED = 20;
const NOTHING = { shown: () => undefined, commandChanged: () => undefined };

export interface IssueWorld {
	readonly engine: () => Promise<Engine>;
	readonly desk: BidDesk;
	readonly texts: FixTexts;
	readonly reader: IssueReader;
	/** Aborts when the window goes away. */
	readonly closing: AbortSignal;
}

export class FixIssue {
	private readonly preview: IssuePreview;
	/** Issues of this window by what runs keep of them, so that one can be gone on with. */
	private readonly known = new Map<string, Issue>();

	constructor(private readonly world: IssueWorld) {
		this.preview = new IssuePreview(world.texts);
	}

	async read(start: IssueStart, place: ReadPlace): Promise<Issue | undefined> {
		const { reader, engine, closing } = this.world;
		const issue = await reader.read(start, place, engine, closing);
		if (issue !== undefined) {
			this.known.set(keyOf(keptIssue(issue)), issue);
			for (const oldest of [...this.known.keys()].slice(0, -MOST_REMEMBERED)) {
				this.known.delete(oldest);
			}
		}
		return issue;
	}

	/** The issue of an earlier run: as it was read in this window, else read again. */
	async again(kept: KeptIssue, place: ReadPlace): Promise<Issue | undefined> {
		const known = this.known.get(keyOf(kept));
		if (known !== undefined) {
			return known;
		}
		if (kept.link === undefined) {
			void vscode.window.showInformationMessage(
				vscode.l10n.t(
					'The text of {0} is not kept. Give it again with “Underbid: Fix an Issue…”.',
					issueWords(kept),
				),
			);
			return undefined;
		}
		return this.read({ kind: 'named', said: kept.link, folder: place.folder }, place);
	}

	/** What is sent stays in sight while the bid is asked for. */
	settle(
		issue: Issue,
		about: { readonly folder: vscode.WorkspaceFolder; readonly suggested?: Settled['spend'] },
	): Promise<Settled | undefined> {
		const { desk, engine } = this.world;
		const subject = {
			...about,
			title: vscode.l10n.t('Fix {0}: Your Bid', issueWords(keptIssue(issue))),
			asked: vscode.l10n.t(
				'The most you pay for a test that shows it and a fix, both together. You pay only what is used.',
			),
			given: undefined,
		};
		return this.preview.during(issue, () => desk.ask(subject, engine, NOTHING));
	}
}

export function keptIssue({ source, title }: Issue): KeptIssue {
	return { name: source.name, title, ...(source.link === undefined ? {} : { link: source.link }) };
}

function keyOf({ name, title, link }: KeptIssue): string {
	return JSON.stringify([name, title, link]);
}
