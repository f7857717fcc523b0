// A run as the window keeps it: the events of the engine folded, step by step, into what is shown and stored.
import type { SolveEvent } from '../../core/events';
import type { ReproductionRecord } from '../../core/issue/reproductionRecord';
import { add, type NanoUsd, nanoUsd, ZERO } from '../../core/money';
import type { Proposal } from '../../core/offer';
import type { Attempt, ExhaustedBy, Outcome } from '../../core/outcome';
import type { ProposedPatch } from '../../core/patch';
import type { MayChange } from '../../core/protectedFiles';
import { isVerified } from '../../core/receipt';
import type { Target } from '../../core/suite';
import type { Verdict } from '../../core/verdict';

export interface KeptPatch {
	readonly summary: string;
	/** Relative to the repository's root, `/`-separated. */
	readonly files: readonly string[];
	/** Unified diff; cut after a hundred thousand characters. */
	readonly diff: string;
	readonly verdict: Verdict['kind'];
	/** Why it is not verified; empty when it is. */
	readonly why: string;
}

export interface KeptAttempt {
	/** 1-based. */
	readonly number: number;
	/** The offer's id. */
	readonly offer: string;
	/** The offer in words. */
	readonly label: string;
	readonly state: 'asking' | 'judging' | 'ended';
	readonly cost: NanoUsd;
	/** The part of `cost` that no provider billed: our own worst case. */
	readonly estimated: NanoUsd;
	/** How the proposer ended; absent while it is asked. */
	readonly proposal?: Proposal['kind'];
	/** Why there is no patch; empty where there is one. */
	readonly why: string;
	/** Patches that were judged, in order. */
	readonly patches: readonly KeptPatch[];
}

export type KeptEnd =
	/** `checked`: against a test that was written for the run, which is less than verified. */
	| { readonly kind: 'solved'; readonly checked?: true }
	| {
			readonly kind: 'exhausted';
			readonly by: ExhaustedBy;
			readonly reason: string;
	  }
	| { readonly kind: 'cancelled' }
	| { readonly kind: 'blocked'; readonly reason: string }
	/** The window was closed while it went on, or its process died. */
	| { readonly kind: 'closed' };

/** What was asked for. */
export interface RunOrder {
	/** Absolute path of the workspace folder. */
	readonly folder: string;
	readonly target: Target;
	readonly bid: NanoUsd;
	readonly timeMs: number;
	/** Absent: found by itself. */
	readonly testCommand?: string;
	/** Absent: all of the pool. */
	readonly proposers?: readonly string[];
	/** Absent: the code alone. */
	readonly mayChange?: MayChange;
	/** What was to be fixed in place of `target`. */
	readonly issue?: KeptIssue;
	/** One of several causes under one bid: it stands on the fixes before it, and cannot go on alone. */
	readonly cause?: true;
}

export interface KeptIssue {
	/** For people: `owner/name#12`, `notes.md`. */
	readonly name: string;
	readonly title: string;
	/** Where it can be read again. */
	readonly link?: string;
}

/** The test that shows the issue of a run. */
export interface KeptTest {
	/** `project`: it was there already, and failed. */
	readonly author: NonNullable<ReproductionRecord['author']>;
	/** Absent where nobody wrote it. */
	readonly offer?: string;
	/** Relative to the repository's root; empty when it was there already. */
	readonly files: readonly string[];
	readonly spent: NanoUsd;
	/** Tests that were tried and refused. */
	readonly refused: number;
}

export interface KeptRun extends RunOrder {
	readonly run: string;
	/** Milliseconds since 1970. */
	readonly startedAt: number;
	readonly endedAt?: number;
	readonly spent: NanoUsd;
	/** Set aside for calls under way. */
	readonly reserved: NanoUsd;
	/** Absent where there is no issue, and until one is settled on. */
	readonly test?: KeptTest;
	readonly attempts: readonly KeptAttempt[];
	/** Absent while it goes on. */
	readonly end?: KeptEnd;
	/** Markdown; there once the run has ended by itself. */
	readonly receipt?: string;
}

const MOST_DIFF = 100_000;

export function newRun(run: string, order: RunOrder, startedAt: number): KeptRun {
	return { ...order, run, startedAt, spent: ZERO, reserved: ZERO, attempts: [] };
}

/** It goes on where it was cut off: what it found out and cost before stands. */
export function takenUp(run: KeptRun, startedAt: number): KeptRun {
	const open: { -readonly [Key in keyof KeptRun]: KeptRun[Key] } = { ...run, startedAt, reserved: ZERO };
	delete open.end;
	delete open.endedAt;
	delete open.receipt;
	return open;
}

/** Cut off, with something behind it: going on is cheaper than doing it all again. */
export function isResumable({ end, issue, cause, attempts }: KeptRun): boolean {
	const wasCut =
		end?.kind === 'closed' || end?.kind === 'cancelled' || (end?.kind === 'exhausted' && end.by === 'time');
	return wasCut && issue === undefined && cause === undefined && attempts.length > 0;
}

export function afterEvent(run: KeptRun, event: SolveEvent, nowMs: number): KeptRun {
	switch (event.kind) {
		case 'started':
		case 'stage':
		case 'note':
		case 'ran':
		case 'baseline':
		case 'progress':
		case 'reproducing':
		case 'candidate':
		case 'group':
			return run;
		case 'reproduced':
			return { ...run, ...testOf(event.record) };
		case 'attempt': {
			const { id, label } = event.offer;
			const fresh: KeptAttempt = {
				number: event.attempt,
				offer: id,
				label,
				state: 'asking',
				cost: ZERO,
				estimated: ZERO,
				why: '',
				patches: [],
			};
			// One that was cut off is begun again under its own number.
			const before = run.attempts.filter(({ number }) => number < event.attempt).map(over);
			return { ...run, attempts: [...before, fresh] };
		}
		case 'money':
			return { ...withCost(run, event.spent), reserved: event.reserved };
		case 'proposed': {
			const { proposal } = event;
			return onLast(withCost(run, event.spent), (attempt) => ({
				...attempt,
				state: proposal.kind === 'patches' ? 'judging' : 'ended',
				proposal: proposal.kind,
				why: 'reason' in proposal ? proposal.reason : '',
			}));
		}
		case 'verdict':
			return onLast(run, (attempt) => ({
				...attempt,
				patches: [...attempt.patches, keptPatch(event.proposed, event.verdict)],
			}));
		case 'finished':
			return afterOutcome(run, event.outcome, nowMs);
	}
}

/** The window goes away in the middle: whatever was set aside counts as spent. */
export function closedRun(run: KeptRun, nowMs: number, counted = add(run.spent, run.reserved)): KeptRun {
	const settled = withCost(run, nanoUsd(Math.max(run.spent, counted)));
	return {
		...settled,
		reserved: ZERO,
		endedAt: nowMs,
		attempts: settled.attempts.map(over),
		end: { kind: 'closed' },
	};
}

function afterOutcome(run: KeptRun, outcome: Outcome, nowMs: number): KeptRun {
	return {
		...run,
		spent: outcome.spent,
		reserved: ZERO,
		endedAt: nowMs,
		...testOf(outcome.reproduction),
		attempts: outcome.attempts.map(keptAttempt),
		end: endOf(outcome),
	};
}

function testOf(record: ReproductionRecord | undefined): Pick<KeptRun, 'test'> {
	if (record?.author === undefined) {
		return {};
	}
	const { author, offer, test, spent, candidates } = record;
	const refused = candidates.filter(({ refusal }) => refusal !== undefined).length;
	return {
		test: {
			...{ author, files: test?.patch.files ?? [], spent, refused },
			...(offer === undefined ? {} : { offer }),
		},
	};
}

/** True when the test that its fix passes was written for it: then the fix is checked, and not verified. */
export function isChecked({ test }: Pick<KeptRun, 'test'>): boolean {
	return test !== undefined && test.author !== 'project';
}

function endOf(outcome: Outcome): KeptEnd {
	switch (outcome.kind) {
		case 'solved':
			return { kind: 'solved', ...(isVerified(outcome) ? {} : { checked: true }) };
		case 'cancelled':
			return { kind: 'cancelled' };
		case 'exhausted':
			return { kind: 'exhausted', by: outcome.by, reason: outcome.reason };
		case 'blocked':
			return { kind: 'blocked', reason: outcome.reason };
	}
}

function keptAttempt(attempt: Attempt): KeptAttempt {
	return {
		number: attempt.number,
		offer: attempt.offer.id,
		label: attempt.offer.label,
		state: 'ended',
		cost: add(attempt.cost.billed, attempt.cost.estimated),
		estimated: attempt.cost.estimated,
		proposal: attempt.ended,
		why: attempt.reason ?? '',
		patches: attempt.verdicts.map(({ proposed, verdict }) => keptPatch(proposed, verdict)),
	};
}

function keptPatch({ patch, summary }: ProposedPatch, verdict: Verdict): KeptPatch {
	const { diff, files } = patch;
	return {
		summary,
		files,
		diff: diff.length > MOST_DIFF ? `${diff.slice(0, MOST_DIFF)}\n… the rest is left out\n` : diff,
		verdict: verdict.kind,
		why: verdict.kind === 'resolved' ? '' : verdict.reason,
	};
}

/** What the run has spent beyond the attempts before belongs to the last one. */
function withCost(run: KeptRun, spent: NanoUsd): KeptRun {
	const before = run.attempts.slice(0, -1).reduce((sum, { cost }) => sum + cost, run.test?.spent ?? 0);
	const cost = nanoUsd(Math.max(0, spent - before));
	return { ...onLast(run, (attempt) => ({ ...attempt, cost })), spent };
}

function over(attempt: KeptAttempt): KeptAttempt {
	return { ...attempt, state: 'ended' };
}

function onLast(run: KeptRun, change: (attempt: KeptAttempt) => KeptAttempt): KeptRun {
	const last = run.attempts.at(-1);
	return last === undefined ? run : { ...run, attempts: [...run.attempts.slice(0, -1), change(last)] };
}
