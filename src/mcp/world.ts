// What the server needs from the composition root, and no more.
import type { Temper } from '../core/cascade/options';
import type { Quote } from '../core/cascade/quote';
import type { SolveEvent } from '../core/events';
import type { Issue } from '../core/issue/issue';
import type { ReproduceRequest } from '../core/issue/reproduce';
import type { NanoUsd } from '../core/money';
import type { Outcome } from '../core/outcome';
import type { Bid } from '../core/problem';
import type { SandboxChoice } from '../core/sandbox';
import type { SpendKey, SpendReport, SpendSpan } from '../core/spend';
import type { Target } from '../core/suite';

/** What the user settled when they started the server; no caller changes any of it. */
export interface McpOrder {
	/** Absolute path. Callers may name folders inside it. */
	readonly folder: string;
	/** The most that all calls together may spend; undefined: nothing but what a person says yes to. */
	readonly limit: NanoUsd | undefined;
	readonly timeMs: number;
	/** A test that was written for an issue is used unasked. */
	readonly yes: boolean;
	readonly testCommand: string | undefined;
	readonly testReport: string | undefined;
	readonly proposers: readonly string[] | undefined;
	readonly temper: Temper | undefined;
	readonly sandbox: SandboxChoice;
}

export interface McpWorld extends McpOrder {
	readonly version: string;
	readonly engine: McpEngine;
	/** The terminal's own words for figures. */
	readonly words: {
		quote(quote: Quote): string;
		spend(report: SpendReport, by: SpendKey, span: SpendSpan): string;
	};
}

type Place = Pick<McpOrder, 'folder' | 'testCommand' | 'testReport' | 'sandbox'> & {
	readonly unsaved: readonly [];
	readonly target: Target;
};

export interface McpReport {
	readonly outcome: Outcome;
	/** Markdown. */
	readonly receipt: string;
}

/** Rejects with a UserError where a call cannot be begun; nothing was spent then. */
export interface McpEngine {
	fix(
		request: Place & {
			readonly bid: Bid;
			readonly proposers: readonly string[] | undefined;
			readonly temper: Temper | undefined;
			readonly issue: Issue | undefined;
			readonly consent: ReproduceRequest['consent'] | undefined;
		},
		onEvent: (event: SolveEvent) => void,
		signal: AbortSignal,
	): Promise<McpReport>;
	verifyPatch(
		request: Place & { readonly diff: string; readonly timeMs: number },
		onEvent: (event: SolveEvent) => void,
		signal: AbortSignal,
	): Promise<McpReport>;
	issue(said: string, folder: string, readInput: () => Promise<string>, signal: AbortSignal): Promise<Issue>;
	quote(
		request: Pick<McpOrder, 'folder' | 'proposers' | 'temper'>,
		bids: readonly NanoUsd[],
		signal: AbortSignal,
	): Promise<Quote>;
	spending(by: SpendKey, span: SpendSpan): Promise<SpendReport>;
}
