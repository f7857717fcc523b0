// Composition root of the engine that all faces share: the rooms put together around core's `solve`.
import path from 'node:path';
import type { Quote } from '../core/cascade/quote';
import type { SolveEvent } from '../core/events';
import type { Issue } from '../core/issue/issue';
import { type Caps, lowerCaps } from '../core/ledger';
import { add, type NanoUsd } from '../core/money';
import { foldSpend, type SpendKey, type SpendSpan } from '../core/spend';
import type { Period, SpendingRow } from '../core/spendingPage';
import { UserError } from '../core/userError';
import type { FoundIssue } from '../issues/read';
import type { Catalogue } from '../models/catalogue/catalogue';
import { Grammars } from '../propose/free/grammars';
import { copyAsRepository } from '../repo/copyAsRepository';
import { FileJournal, type JournalFigures } from '../store/journal';
import { readPrompts, type SentPrompt } from '../store/prompts';
import { FileReviewStore } from '../store/reviews';
import { FileRunStore } from '../store/runs';
import { readSettings } from '../store/settings';
import { stateFolder } from '../store/stateFolder';
import { clock } from './clock';
import { FixAll } from './fixAll';
import { findIssue } from './issues';
import { Judging } from './judging';
import { Lessons } from './lessons';
import { Memory } from './memory';
import { NO_GROUND, type PlaceRequest, Places } from './places';
import { Proposers } from './proposers';
import type {
	EngineOptions,
	FailingTests,
	FixAllReport,
	FixAllRequest,
	FixReport,
	FixRequest,
	IssueRequest,
	PatchRequest,
	ResumeRequest,
	SuiteFound,
	VerifyRequest,
} from './requests';
import { Runs } from './runs';

export function createEngine(options: EngineOptions): Engine {
	return new Engine(options);
}

/**
 * A copy of the sample project with its one red test, as a git repository. `folder` must not exist or be empty.
 * Resolves to a sentence when it cannot be made.
 */
export function makeSample(dist: string, folder: string, signal: AbortSignal): Promise<string | undefined> {
	return copyAsRepository(path.join(dist, 'sample'), folder, signal);
}

function editorLimit(period: 'day' | 'month'): string {
	return `underbid.${period === 'day' ? 'dailyLimit' : 'monthlyLimit'} in the editor's settings`;
}

/** What outlives a window: the fix of a workspace that waits for its review. */
export function createReviewStore(file: string): FileReviewStore {
	return new FileReviewStore(file);
}

/** What outlives a window: the runs of a workspace, in a folder that need not exist. */
export function createRunStore(folder: string): FileRunStore {
	return new FileRunStore(folder);
}

export class Engine {
	readonly journal: FileJournal;
	readonly memory: Memory;
	readonly lessons: Lessons;
	/** The user's settings, which need not exist. */
	readonly settingsFile: string;
	/** As they are now, wherever the user set them. @throws UserError where they cannot be read */
	private readonly caps: () => Promise<Caps>;
	/** Where we keep what outlives a run. */
	private readonly home: string;
	private readonly environment: Readonly<Record<string, string | undefined>>;
	private readonly fetch: typeof globalThis.fetch;
	private readonly proposers: Proposers;
	private readonly places: Places;
	private readonly runs: Runs;
	private readonly judging: Judging;
	private readonly everything: FixAll;

	constructor(options: EngineOptions) {
		const { dist, environment = process.env, caps } = options;
		this.environment = environment;
		this.fetch = options.fetch ?? ((input, init) => globalThis.fetch(input, init));
		this.home = stateFolder(environment);
		const settings = path.join(this.home, 'settings.json');
		this.settingsFile = settings;
		this.memory = new Memory(this.home);
		this.caps = async () => lowerCaps((await readSettings(settings)).caps, caps?.() ?? {});
		this.journal = new FileJournal(path.join(this.home, 'spend.jsonl'), {
			caps: this.caps,
			settingsFile: settings,
			...(caps === undefined ? {} : { elsewhere: editorLimit }),
		});
		const grammars = new Grammars(dist);
		this.lessons = new Lessons(this.home, grammars);
		const { secretOf, fetch, lent, localFree, pool, order, sandbox, remoteSuite, keepFixes } = options;
		this.proposers = new Proposers({
			...{ dist, home: this.home, environment, grammars, clock },
			...{ secretOf, fetch, lent, localFree, pool, order },
		});
		this.places = new Places({ dist, environment, settingsFile: settings, sandbox, remoteSuite });
		this.runs = new Runs({
			...{ places: this.places, proposers: this.proposers, memory: this.memory, lessons: this.lessons },
			...{ journal: this.journal, home: this.home, settingsFile: settings, keepFixes },
		});
		this.judging = new Judging(this.places);
		this.everything = new FixAll(this.places, this.runs, this.judging);
	}

	/** @throws UserError when the request cannot be begun (no git, no tests, no such proposer); nothing was spent. */
	fix(request: FixRequest, onEvent: (event: SolveEvent) => void, signal: AbortSignal): Promise<FixReport> {
		return this.runs.fix(request, onEvent, signal);
	}

	/**
	 * All that fails, cause by cause under the one bid, each fix on top of the ones before it; then all of it is judged
	 * together. With `apply` what was verified as a whole is written into the user's files.
	 * @throws UserError when it cannot be begun; nothing was spent.
	 */
	fixAll(
		request: FixAllRequest,
		onEvent: (event: SolveEvent) => void,
		signal: AbortSignal,
	): Promise<FixAllReport> {
		return this.everything.fix(request, onEvent, signal);
	}

	/**
	 * Takes a run up that was cut off, or ended without a fix: what was paid for is not bought again, what was judged not
	 * judged again. The bid is the run's, all that it spent before included, unless the user says another.
	 * @throws UserError when there is no such run, it still goes on, or the files are not as they were.
	 */
	resume(
		request: ResumeRequest,
		onEvent: (event: SolveEvent) => void,
		signal: AbortSignal,
	): Promise<FixReport> {
		return this.runs.resume(request, onEvent, signal);
	}

	/** Judges the text as it is like anybody's patch: red without the change, green with it, nothing broken. Free. */
	verify(
		request: VerifyRequest,
		onEvent: (event: SolveEvent) => void,
		signal: AbortSignal,
	): Promise<FixReport> {
		return this.judging.verify(request, onEvent, signal);
	}

	/**
	 * Judges a patch from anywhere against the text as it is. Free.
	 * @throws UserError when it is no patch, or holds what no patch may hold.
	 */
	verifyPatch(
		request: PatchRequest,
		onEvent: (event: SolveEvent) => void,
		signal: AbortSignal,
	): Promise<FixReport> {
		return this.judging.verifyPatch(request, onEvent, signal);
	}

	/** What fails on the text as it is; nothing is spent. */
	failingTests(
		place: PlaceRequest,
		onEvent: (event: SolveEvent) => void,
		signal: AbortSignal,
	): Promise<FailingTests> {
		return this.everything.find(place, onEvent, signal);
	}

	/** How the tests would be run, found and not run. */
	suiteAt(place: Omit<PlaceRequest, 'unsaved' | 'changes' | 'sandbox'>): Promise<SuiteFound> {
		return this.places.suiteAt(place);
	}

	/**
	 * An issue by a number, a URL, a file, a place like `src/a.js:12`, or `-` for what `readInput` gives.
	 * @throws UserError when it cannot be read; the sentence says what to do.
	 */
	async issue(
		said: string,
		folder: string,
		readInput: () => Promise<string>,
		signal: AbortSignal,
	): Promise<Issue> {
		const found = await this.findIssue({ said, folder, unsaved: [], keys: [], readInput }, signal);
		if (found.kind === 'refused') {
			throw new UserError(found.reason);
		}
		return found.issue;
	}

	/**
	 * The same, told as a value.
	 * @throws UserError when the folder is in no repository.
	 */
	async findIssue(request: IssueRequest, signal: AbortSignal): Promise<FoundIssue> {
		const { root } = await this.places.opened(request.folder);
		return findIssue(request, { root, environment: this.environment, fetch: this.fetch }, signal);
	}

	/**
	 * The odds at several bids, before anything runs or is spent.
	 * @throws UserError when the folder is no repository, or a proposer cannot be used.
	 */
	async quote(
		request: Pick<FixRequest, 'folder' | 'proposers' | 'temper'>,
		bids: readonly NanoUsd[],
		signal: AbortSignal,
	): Promise<Quote> {
		const { root } = await this.places.opened(request.folder);
		const most = Math.max(0, ...bids) as NanoUsd;
		const { proposers, order } = await this.proposers.choose(
			{ names: request.proposers, bid: most, ground: NO_GROUND },
			signal,
		);
		return this.memory.quote(
			root,
			proposers.map(({ offer }) => offer),
			bids,
			{ temper: request.temper, order },
		);
	}

	/**
	 * The models that are for sale, as the user's settings and keys have it. Read anew each time.
	 * @throws UserError when the settings cannot be used.
	 */
	catalogue(): Promise<Catalogue> {
		return this.proposers.catalogue();
	}

	/** Settled and open amounts of today (days in UTC, as the journal counts them). */
	async spentToday(): Promise<NanoUsd> {
		return (await this.totals()).today;
	}

	/** Settled and open amounts of today and of this month, in UTC, over all windows and terminals. */
	async totals(): Promise<{ readonly today: NanoUsd; readonly month: NanoUsd }> {
		const { today, month } = await this.journal.totals();
		return { today: add(today.spent, today.reserved), month: add(month.spent, month.reserved) };
	}

	/** What was spent, by day, model, …; unreadable lines of the journal are named and left out. */
	spending(by: SpendKey, span?: SpendSpan): ReturnType<FileJournal['spend']> {
		return this.journal.spend(by, span);
	}

	/** The figures of the page "Spending". Settings that cannot be read are a note, and then no limits are shown. */
	async spendingFigures(period: Period): Promise<JournalFigures & { readonly note?: string }> {
		try {
			return await this.journal.figures(period, await this.caps());
		} catch (error) {
			if (error instanceof UserError) {
				return { ...(await this.journal.figures(period)), note: error.message };
			}
			throw error;
		}
	}

	/** What the page "Spending" exports. */
	spendingRows(period: Period): Promise<readonly SpendingRow[]> {
		return this.journal.figureRows(period);
	}

	/** What the journal counts for one run, open calls at their worst; undefined when it knows of none. */
	async spentBy(run: string): Promise<NanoUsd | undefined> {
		const { entries } = await this.journal.read();
		const own = entries.filter((entry) => entry.run === run);
		const [row] = foldSpend(own, 'outcome');
		return row === undefined ? undefined : add(row.billed, row.estimated);
	}

	/** The prompts that were sent in a run, in order, secrets taken out; empty when none is kept. */
	promptsOf(run: string): Promise<readonly SentPrompt[]> {
		return readPrompts(path.join(this.home, 'prompts'), run);
	}

	async close(): Promise<void> {
		await this.places.close();
	}

	/** For a process that must end now. */
	removeAllSync(): void {
		this.places.removeAllSync();
	}
}
