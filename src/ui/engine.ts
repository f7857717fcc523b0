// What the editor's face needs from the engine, and no more. The composition root hands in the real one.

import type { Temper } from '../core/cascade/options';
import type { Quote } from '../core/cascade/quote';
import type { SolveEvent } from '../core/events';
import type { FailureGroup } from '../core/failureGroups';
import type { GroupsResult } from '../core/fixGroups';
import type { GroupsReceipt } from '../core/groupsReceipt';
import type { Issue } from '../core/issue/issue';
import type { ReproduceRequest } from '../core/issue/reproduce';
import type { Caps } from '../core/ledger';
import type { Listing } from '../core/listing';
import type { Model, Trouble } from '../core/model';
import type { NanoUsd } from '../core/money';
import type { Outcome } from '../core/outcome';
import type { Price } from '../core/price';
import type { Bid } from '../core/problem';
import type { MayChange } from '../core/protectedFiles';
import type { SandboxChoice } from '../core/sandbox';
import type { SpendKey, SpendReport, SpendSpan } from '../core/spend';
import type { Period, SpendingFigures, SpendingRow } from '../core/spendingPage';
import type { Target, TestResult } from '../core/suite';

/** Text that the user sees and that differs from the disk. */
export interface UnsavedText {
	/** Absolute path. */
	readonly file: string;
	readonly text: string;
}

/** Where and on which text: the folder as the user sees it now. */
export interface Place {
	/** Absolute path of the workspace folder; the repository's root may lie above it. */
	readonly folder: string;
	readonly unsaved: readonly UnsavedText[];
	/** How the tests are run, as the user wrote it; found by itself when absent. */
	readonly testCommand?: string;
	/** `tap`, or where the test command leaves its JUnit XML, relative to the folder. */
	readonly testReport?: string;
}

/** What the suite says of the text as it is, free. `failing` may be empty. */
export type FailingTests =
	| {
			readonly kind: 'found';
			readonly failing: readonly TestResult[];
			readonly command: string;
			/** The same tests by what seems to be their cause. */
			readonly groups: readonly FailureGroup[];
	  }
	/** One sentence that says what to do. */
	| { readonly kind: 'blocked'; readonly reason: string }
	| { readonly kind: 'cancelled' };

export interface FixRequest extends Place {
	readonly bid: Bid;
	readonly target: Target;
	/** Offers, models or providers to use; all of the pool when absent. */
	readonly proposers?: readonly string[];
	/** How the bid is used; balanced when absent. */
	readonly temper?: Temper;
	/** What of the two may be wrong; the code alone where absent. */
	readonly mayChange?: MayChange;
	/** What is to be fixed instead of `target`: a test that shows it is found or written first, under the same bid. */
	readonly issue?: Issue;
	/** Asked of a test that was written for the issue; absent: it passes unasked. */
	readonly consent?: NonNullable<ReproduceRequest['consent']>;
}

/** What names an issue, and what may be used to read it. */
export interface IssueQuestion extends Pick<Place, 'folder' | 'unsaved'> {
	/** A number, a URL, a file, a place like `src/a.js:12`, or `-` for what `readInput` gives. */
	readonly said: string;
	readonly keys: readonly IssueKey[];
	readonly readInput: () => Promise<string>;
}

/** A token that goes to its own address and nowhere else. */
export interface IssueKey {
	readonly source: 'github' | 'gitlab' | 'jira';
	readonly origin: string;
	readonly token: string;
	/** The e-mail address that a token of Jira's cloud belongs to. */
	readonly user?: string;
}

export type FoundIssue =
	| { readonly kind: 'read'; readonly issue: Issue }
	| {
			readonly kind: 'refused';
			/** One sentence that says what to do. */
			readonly reason: string;
			/** A token of the user's might open it. */
			readonly lacks?: Pick<IssueKey, 'source' | 'origin'> & { readonly issue: string };
	  };

/** Text that is there already, to be judged against what was there before. */
export interface VerifyRequest extends Place {
	readonly target: Target;
	/** The files before the change, whole texts by absolute path; `undefined`: the file was not there. */
	readonly bases: ReadonlyMap<string, string | undefined>;
	/** The test that decides was written for this very fix: it can be checked, and not verified. */
	readonly testWritten?: true;
	readonly timeMs: number;
	/** What the change may have changed; the code alone where absent. */
	readonly mayChange?: MayChange;
}

/** One file of the verified patch, whole texts. */
export interface ChangedFile {
	/** Absolute path, in the user's own tree. */
	readonly file: string;
	/** Absent when the patch makes the file. */
	readonly base?: string;
	/** Absent when the patch deletes the file. */
	readonly patched?: string;
	/** Of the test that was written for an issue, not of the fix. */
	readonly isTest?: true;
}

export interface FixResult {
	readonly outcome: Outcome;
	/** The receipt, in Markdown. */
	readonly receipt: string;
	/** Of the chosen patch, a written test before it; empty unless the outcome is `solved`. */
	readonly changes: readonly ChangedFile[];
	/** Other patches that pass the target in their proposer's eyes; none of them is verified. */
	readonly alternatives?: readonly {
		/** What the patch changes, in a line. */
		readonly summary: string;
		readonly changes: readonly ChangedFile[];
	}[];
}

/** Of everything that fails, so there is no target. */
export type FixAllRequest = Omit<FixRequest, 'target' | 'issue' | 'consent' | 'mayChange'>;

/** What became of everything that failed. */
export interface FixAllResult {
	readonly run: string;
	readonly result: GroupsResult;
	readonly evidence: GroupsReceipt;
	/** The same as Markdown. */
	readonly receipt: string;
	/** Of all fixes together; empty unless they were verified together. */
	readonly changes: readonly ChangedFile[];
}

/** Never rejects but for bugs. When `signal` aborts, every process and worktree is gone once the promise settles. */
export interface Engine {
	failingTests(
		place: Place,
		onEvent: (event: SolveEvent) => void,
		signal: AbortSignal,
	): Promise<FailingTests>;
	fix(request: FixRequest, onEvent: (event: SolveEvent) => void, signal: AbortSignal): Promise<FixResult>;
	/**
	 * Takes a run up that was cut off, under its own bid: what was paid for is not bought again, what was judged not judged
	 * again. Rejects with a UserError when nothing is kept of it, it goes on elsewhere, or the files are not as they were.
	 */
	resume(
		request: Pick<Place, 'folder' | 'unsaved'> & { readonly run: string },
		onEvent: (event: SolveEvent) => void,
		signal: AbortSignal,
	): Promise<FixResult>;
	/**
	 * All that fails, cause by cause under the one bid; then all fixes are judged together. Rejects with a UserError when
	 * nothing fails or the tests cannot be run.
	 */
	fixAll(
		request: FixAllRequest,
		onEvent: (event: SolveEvent) => void,
		signal: AbortSignal,
	): Promise<FixAllResult>;
	/** Reads an issue. Rejects with a UserError when the folder is in no repository. */
	findIssue(question: IssueQuestion, signal: AbortSignal): Promise<FoundIssue>;
	/** Judges the text as it is like anybody's patch: red without the change, green with it, nothing broken. Free. */
	verify(
		request: VerifyRequest,
		onEvent: (event: SolveEvent) => void,
		signal: AbortSignal,
	): Promise<FixResult>;
	/** Spent today (days as core/spend counts them) by every window and the terminal. */
	spentToday(): Promise<NanoUsd>;
	/** Settled and open amounts of today and of this month, in UTC, over all windows and terminals. */
	totals(): Promise<{ readonly today: NanoUsd; readonly month: NanoUsd }>;
	/** What was spent, by day, model, …; unreadable lines of the journal are named and left out. */
	spending(
		by: SpendKey,
		span?: SpendSpan,
	): Promise<SpendReport & { readonly unreadableLines: readonly number[] }>;
	/** What the page "Spending" shows. */
	spendingFigures(period: Period): Promise<SpendingView>;
	/** What that page exports. */
	spendingRows(period: Period): Promise<readonly SpendingRow[]>;
	/** What the journal counts for one run, open calls at their worst; undefined when it knows of none. */
	spentBy(run: string): Promise<NanoUsd | undefined>;
	/** The prompts that were sent in a run, in order, secrets taken out; empty when none is kept. */
	promptsOf(run: string): Promise<readonly SentPrompt[]>;
	/** How the tests would be run, found and not run. */
	suiteAt(place: Pick<Place, 'folder' | 'testCommand' | 'testReport'>): Promise<FoundSuite>;
	/** The models that are for sale, as the user's settings and keys have it. Rejects with a UserError. */
	catalogue(): Promise<Catalogue>;
	/** The odds at each of the bids, before anything is spent. Absent: nothing can be said yet. */
	readonly quote?: (
		place: Pick<Place, 'folder' | 'testCommand'> & Pick<FixRequest, 'temper'>,
		bids: readonly NanoUsd[],
		signal: AbortSignal,
	) => Promise<Quote>;
}

export interface SpendingView {
	readonly figures: SpendingFigures;
	/** Absolute path of the journal; it may not be there yet. */
	readonly file: string;
	/** Lines of it that are not in the figures, 1-based. */
	readonly unreadableLines: readonly number[];
	/** Why the journal could not be read to its end. */
	readonly trouble?: string;
	/** Why the user's limits are not shown. */
	readonly note?: string;
}

export interface SentPrompt {
	/** 1-based, in the run. */
	readonly attempt: number;
	/** 1-based, in the attempt. */
	readonly call: number;
	readonly text: string;
}

export type FoundSuite =
	| {
			readonly kind: 'found';
			readonly command: string;
			/** Where it was found, for people: `scripts.test in package.json`. */
			readonly source: string;
			readonly framework: string;
	  }
	/** `lacks`: all is well but that no test command was found. */
	| { readonly kind: 'blocked'; readonly reason: string; readonly lacks?: 'command' };

export interface Catalogue {
	/** `check`: ask each provider whether it answers. `discover`: ask the usual ports of this computer. */
	view(
		ask: {
			readonly refresh: boolean;
			readonly acceptPrices: boolean;
			readonly all: boolean;
			readonly check: boolean;
		},
		signal: AbortSignal,
	): Promise<{
		readonly listings: readonly Listing[];
		readonly notes: readonly string[];
		/** By provider's or model's id, in words. */
		readonly answers: ReadonlyMap<string, string>;
	}>;
	list(
		ask: { readonly all?: boolean; readonly discover?: boolean },
		signal: AbortSignal,
	): Promise<readonly Listing[]>;
	readonly providers: readonly Provider[];
	keyOf(provider: string): string | undefined;
	/** Whether a provider answers, with this key or the one that is known. Costs nothing. Rejects with a UserError. */
	ask(provider: string, key: string | undefined, signal: AbortSignal): Promise<ProviderAnswer>;
	/** What is published of the models of anybody, whether or not they can be bought from here. */
	published(provider: string): readonly PublishedModel[];
}

export interface Provider {
	readonly provider: string;
	/** For people. */
	readonly name: string;
	readonly baseUrl: string;
	/** Environment variables that may hold the key; none: no key is needed. */
	readonly keyVariables: readonly string[];
	/** Where a key is got. */
	readonly keyPage?: string;
	/** A server that people run on their own computer. */
	readonly local: boolean;
	readonly free: boolean;
}

export type ProviderAnswer =
	| {
			readonly kind: 'answers';
			/** Names in the provider's own words; absent when it gives no list. */
			readonly models?: readonly string[];
			readonly credit?: { readonly limitUsd?: number; readonly remainingUsd?: number };
	  }
	| { readonly kind: 'trouble'; readonly trouble: Trouble; readonly reason: string };

export interface PublishedModel {
	/** The provider's own name. */
	readonly id: string;
	/** For people. */
	readonly name: string;
	/** Absent when it is not known. */
	readonly price?: Price;
	/** Where the price is from, with its date. */
	readonly source: string;
	/** Tokens. */
	readonly context?: number;
	/** One answer, tokens. */
	readonly maxOutput?: number;
	readonly callsTools?: boolean;
}

/** What the composition root exports as createEngine takes. */
export interface EngineOptions {
	/** Absolute path of the folder that holds the built child-process programs and grammars. */
	readonly dist: string;
	/** Keys out of the editor's secret storage, by provider; asked each time a request leaves. */
	readonly secretOf?: (provider: string) => string | undefined;
	/** The editor's own models; asked once at each run that may buy, with its bid. */
	readonly lent?: (bid: NanoUsd, signal: AbortSignal) => Promise<readonly Model[]>;
	/** By the user's word, model servers on this computer cost nothing. */
	readonly localFree?: () => boolean;
	/** Limits of the editor's settings; they hold together with those of the settings file, the lower of each. */
	readonly caps?: () => Caps;
	/** The models to choose from instead of those that the settings file names; undefined: what the file says. */
	readonly pool?: () => readonly string[] | undefined;
	/** Ids and patterns of models in the order in which they are tried; undefined: the odds decide, or the settings file. */
	readonly order?: () => readonly string[] | undefined;
	/** How the editor's settings have the test runs confined. */
	readonly sandbox?: () => SandboxChoice;
	readonly keepFixes?: () => boolean | undefined;
	/** The command that runs every suite on another machine; undefined: they run here. */
	readonly remoteSuite?: () => string | undefined;
}

export type CreateEngine = (options: EngineOptions) => Engine;
