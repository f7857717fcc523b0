// What the engine is asked and what it answers, the same for every face.
import type { Temper } from '../core/cascade/options';
import type { FailureGroup } from '../core/failureGroups';
import type { GroupsResult } from '../core/fixGroups';
import type { GroupsReceipt } from '../core/groupsReceipt';
import type { Issue } from '../core/issue/issue';
import type { ReproduceRequest } from '../core/issue/reproduce';
import type { Caps } from '../core/ledger';
import type { Model } from '../core/model';
import type { NanoUsd } from '../core/money';
import type { Outcome } from '../core/outcome';
import type { Bid } from '../core/problem';
import type { MayChange } from '../core/protectedFiles';
import type { Receipt } from '../core/receipt';
import type { SandboxChoice } from '../core/sandbox';
import type { Target, TestResult } from '../core/suite';
import type { IssueKey } from '../issues/keys';
import type { ShowPrompt } from '../store/prompts';

export interface EngineOptions {
	/** Absolute path of the folder with the built child programs and grammars. */
	readonly dist: string;
	readonly environment?: Readonly<Record<string, string | undefined>>;
	/** Keys that are kept elsewhere than in the environment, by provider; asked first, each time a request leaves. */
	readonly secretOf?: (provider: string) => string | undefined;
	/** Sends what is sent to providers; the global one unless told. */
	readonly fetch?: typeof globalThis.fetch;
	/** Models that the face lends: an editor's own. Asked once at each run that may buy, with its bid. */
	readonly lent?: (bid: NanoUsd, signal: AbortSignal) => Promise<readonly Model[]>;
	/** By the user's word, model servers on this computer cost nothing. The settings file may say so too. */
	readonly localFree?: () => boolean;
	/** Limits that hold together with those of the settings file, the lower of each. Asked before each reservation. */
	readonly caps?: () => Caps;
	/** The models to choose from instead of those that the settings file names; undefined: what the file says. */
	readonly pool?: () => readonly string[] | undefined;
	/** Ids and patterns of models in the order in which they are tried; undefined: the odds decide, or the settings file. */
	readonly order?: () => readonly string[] | undefined;
	/** The command that runs every suite on another machine; undefined: they run here. */
	readonly remoteSuite?: () => string | undefined;
	/** How the editor's settings have the runs confined. */
	readonly sandbox?: () => SandboxChoice;
	/** Whether verified fixes are kept; undefined: what the settings file says. */
	readonly keepFixes?: () => boolean | undefined;
}

export interface FixRequest {
	/** Absolute path; the repository's root may lie above it. */
	readonly folder: string;
	readonly unsaved: readonly { readonly file: string; readonly text: string }[];
	readonly bid: Bid;
	readonly target: Target;
	readonly testCommand?: string | undefined;
	/** `tap`, or where the test command leaves its JUnit XML, relative to the folder; a path or glob. */
	readonly testReport?: string | undefined;
	/** The command that runs the suite on another machine; the test command then says nothing. */
	readonly remoteSuite?: string | undefined;
	/** Ids of the proposers to use; all when absent. */
	readonly proposers?: readonly string[] | undefined;
	/** How the bid is used: a fix is worth the bid (thrifty), more (balanced, the default), or all of it (determined). */
	readonly temper?: Temper | undefined;
	/** How the runs are confined; what is not said here the settings say. */
	readonly sandbox?: SandboxChoice | undefined;
	/** Part of the related tests is hidden from every proposer. */
	readonly holdOut?: boolean | undefined;
	/** What of the two may be wrong; `code` where absent. */
	readonly mayChange?: MayChange | undefined;
	/** Write the verified patch into the user's files. */
	readonly apply?: boolean;
	/** What is to be fixed instead of `target`: a test that shows it is found or written first, under the same bid. */
	readonly issue?: Issue | undefined;
	/** Asked of a test that was written for the issue; absent: it passes unasked. */
	readonly consent?: ReproduceRequest['consent'] | undefined;
	/** Sees each prompt before it leaves and says whether it may. */
	readonly showPrompt?: ShowPrompt | undefined;
}

export interface ResumeRequest {
	/** Absolute path; the repository's root may lie above it. */
	readonly folder: string;
	/** Texts that the user sees and that are on no disk; none where absent. */
	readonly unsaved?: FixRequest['unsaved'] | undefined;
	/** Absent: the newest of the repository. */
	readonly run: string | undefined;
	/** The whole bid, with what was spent before; absent: as it was. */
	readonly spend?: NanoUsd | undefined;
	/** From now on; absent: as long as at first. */
	readonly timeMs?: number | undefined;
	readonly apply?: boolean | undefined;
	readonly showPrompt?: ShowPrompt | undefined;
}

/** Text that is there already, to be judged against what was there before. */
export interface VerifyRequest
	extends Pick<
		FixRequest,
		'folder' | 'unsaved' | 'testCommand' | 'testReport' | 'remoteSuite' | 'target' | 'sandbox' | 'mayChange'
	> {
	/** The files before the change, whole texts by absolute path; `undefined`: the file was not there. */
	readonly bases: ReadonlyMap<string, string | undefined>;
	/** The test that decides was written for this very fix: it can be checked, and not verified. */
	readonly testWritten?: true;
	readonly timeMs: number;
}

export interface ChangedFile {
	/** Absolute path, in the user's own tree. */
	readonly file: string;
	readonly base?: string;
	readonly patched?: string;
	/** Of the test that was written for an issue, not of the fix. */
	readonly isTest?: true;
}

export type Landing =
	| { readonly kind: 'landed'; readonly files: readonly string[]; readonly merged: readonly string[] }
	| { readonly kind: 'refused'; readonly reason: string };

export interface FixReport {
	readonly outcome: Outcome;
	readonly evidence: Receipt;
	/** The receipt as Markdown. */
	readonly receipt: string;
	/** Whole texts of the files the chosen patch changes, a written test before them; empty unless solved. */
	readonly changes: readonly ChangedFile[];
	/** The same of other patches that pass the target in their proposer's eyes; not verified. */
	readonly alternatives: readonly { readonly summary: string; readonly changes: readonly ChangedFile[] }[];
	/** With `apply`, of a verified patch: what became of writing it into the user's files, all or nothing. */
	readonly landing?: Landing;
}

/** Of everything that fails, so there is no target. */
export type FixAllRequest = Omit<FixRequest, 'target' | 'issue' | 'consent' | 'holdOut' | 'mayChange'>;

/** What became of everything that failed. */
export interface FixAllReport {
	readonly run: string;
	readonly result: GroupsResult;
	readonly evidence: GroupsReceipt;
	/** The same as Markdown. */
	readonly receipt: string;
	/** Whole texts of the files that all fixes together change; empty unless they were verified together. */
	readonly changes: readonly ChangedFile[];
	readonly landing?: Landing;
}

/** How the tests would be run. */
export type SuiteFound =
	| {
			readonly kind: 'found';
			readonly command: string;
			readonly source: string;
			readonly framework: string;
	  }
	| { readonly kind: 'blocked'; readonly reason: string; readonly lacks?: 'command' };

/** A patch from anywhere, to be judged. */
export interface PatchRequest
	extends Pick<
		FixRequest,
		'folder' | 'unsaved' | 'testCommand' | 'testReport' | 'remoteSuite' | 'target' | 'sandbox' | 'mayChange'
	> {
	/** A unified diff against the text as it is. */
	readonly diff: string;
	readonly timeMs: number;
}

/** What is said of an issue, and what may be used to read it. */
export interface IssueRequest extends Pick<FixRequest, 'folder' | 'unsaved'> {
	/** A number, a URL, a file, a place like `src/a.js:12`, or `-` for what `readInput` gives. */
	readonly said: string;
	/** Each goes to its own address and nowhere else. */
	readonly keys: readonly IssueKey[];
	readonly readInput: () => Promise<string>;
}

export type FailingTests =
	| {
			readonly kind: 'found';
			readonly failing: readonly TestResult[];
			readonly command: string;
			/** The same tests by what seems to be their cause. */
			readonly groups: readonly FailureGroup[];
	  }
	| { readonly kind: 'blocked'; readonly reason: string }
	| { readonly kind: 'cancelled' };
