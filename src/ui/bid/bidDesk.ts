// All that is settled before a run: the test command and the models the first time, then the bid and the time. What was
// chosen is kept for the workspace, and never written into its files.
import * as vscode from 'vscode';
import type { Temper } from '../../core/cascade/options';
import type { Quote } from '../../core/cascade/quote';
import { type NanoUsd, nanoUsd, parseUsd } from '../../core/money';
import { MAY_CHANGE, type MayChange } from '../../core/protectedFiles';
import { MAY_CHANGE_WORDS } from '../../core/receipt';
import type { Engine, Place } from '../engine';
import { askModelSources } from '../setup/modelSources';
import {
	askForLimit,
	defaultLimit,
	TEMPERS,
	temperSetting,
	testReport,
	timeLimitMinutes,
} from '../setup/settings';
import { unasked } from '../setup/settingValues';
import { TestCommands } from '../setup/testCommand';
import { type AskOdds, askBid } from './askBid';
import { MOST_MINUTES, minutesOf, TEMPER_WORDS } from './bidRows';

const LAST = 'underbid.lastBid';
const NO_ESTIMATE: Quote = { kind: 'noEstimate', reason: 'Nothing was measured yet.' };
const CHOOSE_MODELS = 'underbid.chooseModels';

/** How the tests of the folder are run, as the engine takes it. */
export type SuitePlace = Pick<Place, 'testCommand' | 'testReport'>;

export interface Settled extends SuitePlace {
	readonly spend: NanoUsd;
	readonly timeMs: number;
	readonly temper: Temper;
	/** Absent: the code alone. */
	readonly mayChange?: MayChange;
}

export interface BidSubject {
	readonly title: string;
	/** What the bid is for, where it is not for one verified fix. */
	readonly asked?: string;
	readonly folder: vscode.WorkspaceFolder;
	/** A test command that the user ran themselves; it is not kept. */
	readonly given: string | undefined;
	/** Offered first and asked in any case, in place of the last bid of the workspace. */
	readonly suggested?: NanoUsd;
	/** What a patch may change unless something else is chosen; absent: the code alone, and nothing to choose. */
	readonly mayChange?: MayChange;
}

export interface DeskMemory {
	/** Of the workspace. */
	readonly workspace: vscode.Memento;
	/** Of the person. */
	readonly person: vscode.Memento;
}

export class BidDesk {
	readonly commands: TestCommands;

	constructor(private readonly memory: DeskMemory) {
		this.commands = new TestCommands(memory.workspace);
	}

	/** The questions of the first time. False when the user turned away or nothing can run here, which is said. */
	async prepare(engine: Engine, folder: vscode.WorkspaceFolder): Promise<boolean> {
		if (this.commands.agreed(folder.uri) !== undefined) {
			return true;
		}
		return (
			(await askModelSources(engine, this.memory.person)) &&
			(await this.commands.confirm(engine, folder)) !== undefined
		);
	}

	/** How the tests are run. `given`: by a command that the user ran themselves. */
	suitePlace(folder: vscode.Uri, given?: string): SuitePlace {
		const report = testReport(folder);
		const testCommand = given ?? this.commands.agreed(folder)?.testCommand;
		return {
			...(testCommand === undefined ? {} : { testCommand }),
			...(report === undefined ? {} : { testReport: report }),
		};
	}

	/**
	 * Undefined when the user turned away. `shown` is called once, when the question is on the screen or is not asked at
	 * all; `commandChanged` when the tests are to be run in another way than at first.
	 */
	async ask(
		about: BidSubject,
		engine: () => Promise<Engine>,
		tell: { readonly shown: () => void; readonly commandChanged: () => void },
	): Promise<Settled | undefined> {
		const { title, folder } = about;
		const asked = about.asked === undefined ? {} : { asked: about.asked };
		const standard = defaultLimit();
		const last = about.suggested ?? amountIn(this.memory.workspace.get(LAST));
		const lastWords = about.suggested === undefined ? {} : { lastWords: 'suggested' };
		let { given, mayChange } = about;
		let minutes = timeLimitMinutes(folder.uri);
		let temper = temperSetting();
		let shown = tell.shown;
		const settled = async (spend: NanoUsd): Promise<Settled> => {
			await this.memory.workspace.update(LAST, spend);
			const wider = mayChange === undefined || mayChange === 'code' ? {} : { mayChange };
			return { spend, timeMs: minutes * 60_000, temper, ...wider, ...this.suitePlace(folder.uri, given) };
		};
		const silent = unasked(askForLimit(), last, standard);
		if (silent !== undefined && about.suggested === undefined) {
			shown();
			return settled(silent);
		}
		for (;;) {
			const command = given ?? this.commands.agreed(folder.uri)?.shown;
			const place = { folder: folder.uri.fsPath, temper, ...this.suitePlace(folder.uri, given) };
			const askOdds: AskOdds = async (bids, signal) =>
				(await engine()).quote?.(place, bids, signal) ?? NO_ESTIMATE;
			const answer = await askBid(
				{ title, ...asked, last, ...lastWords, standard, minutes, temper, command, mayChange, askOdds },
				shown,
			);
			shown = () => undefined;
			switch (answer?.kind) {
				case undefined:
					return undefined;
				case 'bid':
					return settled(answer.spend);
				case 'time':
					minutes = (await askMinutes(minutes)) ?? minutes;
					break;
				case 'temper':
					temper = (await askTemper(temper)) ?? temper;
					break;
				case 'mayChange':
					mayChange = (await askMayChange(mayChange)) ?? mayChange;
					break;
				case 'models':
					await chooseModels();
					break;
				case 'command': {
					const changed = await this.commands.change(await engine(), folder, command);
					if (changed !== undefined) {
						given = undefined;
						if (changed.shown !== command) {
							tell.commandChanged();
						}
					}
					break;
				}
			}
		}
	}
}

async function askMinutes(minutes: number): Promise<number | undefined> {
	const typed = await vscode.window.showInputBox({
		title: vscode.l10n.t('Time Limit of This Run'),
		prompt: vscode.l10n.t('Minutes, at most {0}. The run ends then, fixed or not.', MOST_MINUTES),
		value: String(minutes),
		ignoreFocusOut: true,
		validateInput: (value) => {
			const read = minutesOf(value);
			return read.kind === 'unreadable' ? read.message : undefined;
		},
	});
	const read = typed === undefined ? undefined : minutesOf(typed);
	return read?.kind === 'minutes' ? read.minutes : undefined;
}

async function askTemper(now: Temper): Promise<Temper | undefined> {
	return askWord(TEMPERS, TEMPER_WORDS, now, {
		title: vscode.l10n.t('Temper of This Run'),
		placeHolder: vscode.l10n.t('How the bid is used. It is never passed, whatever the temper.'),
	});
}

async function askMayChange(now: MayChange | undefined): Promise<MayChange | undefined> {
	return askWord(MAY_CHANGE, MAY_CHANGE_WORDS, now, {
		title: vscode.l10n.t('What May Be Changed in This Run'),
		placeHolder: vscode.l10n.t('A fix that changes a test is called checked, never verified.'),
	});
}

/** One of a few words, each with what it means. */
async function askWord<T extends string>(
	words: readonly T[],
	meanings: Readonly<Record<T, string>>,
	now: T | undefined,
	about: { readonly title: string; readonly placeHolder: string },
): Promise<T | undefined> {
	const items = words.map((word) => ({
		label: word,
		description: word === now ? vscode.l10n.t('as it is') : '',
		detail: meanings[word],
		word,
	}));
	return (await vscode.window.showQuickPick(items, { ...about, ignoreFocusOut: true }))?.word;
}

async function chooseModels(): Promise<void> {
	const known = await vscode.commands.getCommands(true);
	await (known.includes(CHOOSE_MODELS)
		? vscode.commands.executeCommand(CHOOSE_MODELS)
		: vscode.commands.executeCommand('workbench.action.openSettings', 'underbid.pool'));
}

/** For "Set Default Limit…". */
export async function askDefaultLimit(): Promise<void> {
	const standard = defaultLimit();
	const typed = await vscode.window.showInputBox({
		title: vscode.l10n.t('Default Limit'),
		prompt: vscode.l10n.t(
			'US dollars for one verified fix, offered first in every new workspace. 0: free only.',
		),
		value: String(standard / 1e9),
		validateInput: (value) => {
			const parsed = parseUsd(value);
			return parsed.kind === 'unreadable' ? parsed.message : undefined;
		},
	});
	const parsed = typed === undefined ? undefined : parseUsd(typed);
	if (parsed?.kind === 'amount') {
		await vscode.workspace
			.getConfiguration('underbid')
			.update('defaultLimit', parsed.amount / 1e9, vscode.ConfigurationTarget.Global);
	}
}

/** What is kept may have been written by another version. */
function amountIn(value: unknown): NanoUsd | undefined {
	return Number.isSafeInteger(value) && (value as number) >= 0 ? nanoUsd(value as number) : undefined;
}
