// What the command line can say, once it is read.
import type { Temper } from '../core/cascade/options';
import type { NanoUsd } from '../core/money';
import type { Bid } from '../core/problem';
import type { MayChange } from '../core/protectedFiles';
import type { SandboxChoice } from '../core/sandbox';
import type { AddedModel } from '../core/settings';
import type { SpendKey, SpendSpan } from '../core/spend';
import type { Target } from '../core/suite';
import type { RowChoice } from '../core/trainingRows';

export type Topic =
	| 'underbid'
	| 'fix'
	| 'verify'
	| 'quote'
	| 'spend'
	| 'models'
	| 'outcomes'
	| 'export'
	| 'mcp';

export type Command =
	| { readonly kind: 'help'; readonly topic: Topic }
	| { readonly kind: 'version' }
	| FixCommand
	| ResumeCommand
	| QuoteCommand
	| { readonly kind: 'explain'; readonly run: string }
	| OutcomesCommand
	| ExportCommand
	| AddCommand
	/** The lab reads its own words. */
	| { readonly kind: 'lab'; readonly argv: readonly string[] }
	| PatchCommand
	| ModelsCommand
	| McpCommand
	| SpendCommand;

export interface FixCommand {
	readonly kind: 'fix';
	readonly bid: Bid;
	readonly target: Target;
	/** What is to be fixed instead: a number, a URL, a file, a place, or `-`. */
	readonly issue: string | undefined;
	/** Everything that fails, cause by cause, instead of one fix for all of it. */
	readonly all: boolean;
	/** A test that is written for the issue is used without being asked about. */
	readonly yes: boolean;
	readonly testCommand: string | undefined;
	/** `tap`, or where the test command leaves its JUnit XML. */
	readonly testReport: string | undefined;
	/** The command that runs the suite on another machine. */
	readonly remoteSuite: string | undefined;
	readonly folder: string;
	readonly proposers: readonly string[] | undefined;
	readonly temper: Temper | undefined;
	readonly sandbox: SandboxChoice;
	/** Part of the related tests is hidden from every proposer. */
	readonly holdOut: boolean;
	/** What of the two may be wrong. */
	readonly mayChange: MayChange;
	readonly json: boolean;
	readonly apply: boolean;
	/** Print each prompt before it leaves, and ask where there is a terminal to ask. */
	readonly showPrompt: boolean;
}

/** Takes a run up again that was cut off. */
export interface ResumeCommand extends Pick<FixCommand, 'folder' | 'json' | 'apply' | 'showPrompt'> {
	readonly kind: 'resume';
	/** Absent: the newest of the repository. */
	readonly run: string | undefined;
	/** The whole bid, with what was spent before; absent: as it was. */
	readonly spend: NanoUsd | undefined;
	readonly timeMs: number | undefined;
}

export interface QuoteCommand {
	readonly kind: 'quote';
	readonly folder: string;
	readonly bids: readonly NanoUsd[];
	readonly proposers: readonly string[] | undefined;
	readonly temper: Temper | undefined;
	readonly json: boolean;
}

/** Judges a patch that is there already. */
export interface PatchCommand
	extends Pick<
		FixCommand,
		| 'bid'
		| 'target'
		| 'testCommand'
		| 'testReport'
		| 'folder'
		| 'sandbox'
		| 'mayChange'
		| 'remoteSuite'
		| 'json'
	> {
	readonly kind: 'verify';
	/** Its file, or `-`: standard input. */
	readonly patch: string;
}

export interface ModelsCommand {
	readonly kind: 'models';
	readonly format: 'table' | 'json';
	/** Fetch OpenRouter's prices first. */
	readonly refresh: boolean;
	/** From now on the fetched prices stand, also where they are lower. */
	readonly acceptPrices: boolean;
	/** Every model that is known, not the pool alone. */
	readonly all: boolean;
	/** Ask each usable one whether it answers. */
	readonly check: boolean;
}

/** The engine for other programs, on stdin and stdout. */
export interface McpCommand
	extends Pick<
		FixCommand,
		'folder' | 'testCommand' | 'testReport' | 'proposers' | 'temper' | 'sandbox' | 'yes'
	> {
	readonly kind: 'mcp';
	/** For all calls together; undefined: nothing but what a person says yes to. */
	readonly limit: NanoUsd | undefined;
	readonly timeMs: number;
}

/** What was learnt from: shown, given out, forgotten. */
export interface OutcomesCommand {
	readonly kind: 'outcomes';
	readonly what: 'table' | 'lines' | 'clear';
}

/** Kept fixes as a data set. */
export interface ExportCommand extends RowChoice {
	readonly kind: 'export';
	/** Where it is written; undefined: only forget what is kept. */
	readonly file: string | undefined;
}

/** One more model in the user's settings. */
export interface AddCommand {
	readonly kind: 'add';
	readonly model: AddedModel;
}

export interface SpendCommand {
	readonly kind: 'spend';
	readonly by: SpendKey;
	readonly span: SpendSpan;
	readonly format: 'table' | 'json' | 'csv';
}
