// The run: baseline, then choose an offer, reserve, propose, settle, verify, until the bid has bought a verified
// fix or nothing is left worth buying.
import { runBaseline } from './baseline';
import type { Effects, Proposer, Tree } from './effects';
import { type JournalEntry, Ledger, type Reservation } from './ledger';
import type { Cost, Proposal } from './offer';
import type { Attempt, Outcome } from './outcome';
import type { ProposedPatch } from './patch';
import { cheapestFirst, type Plan } from './plan';
import type { Baseline, Bid, Problem, Snapshot } from './problem';
import type { Suite, Target, TestResult } from './suite';
import type { Evidence, RunRecord, Verdict } from './verdict';
import { verify } from './verification';

export interface SolveRequest {
	/** Unique on this machine; names the run in journal and receipt. */
	readonly run: string;
	readonly bid: Bid;
	readonly base: Snapshot;
	readonly suite: Suite;
	readonly target: Target;
	/** For the journal; a path or a name. */
	readonly repository: string;
	readonly plan?: Plan;
}

/** Patches of one attempt that are judged before the attempt is given up. */
const MOST_PATCHES = 5;
/** Kept back for judging, on top of a few runs of the suite. */
const VERIFY_RESERVE_MS = 1_500;

/** Never rejects but for bugs. Emits `started` first and `finished` last. */
export async function solve(request: SolveRequest, effects: Effects, signal: AbortSignal): Promise<Outcome> {
	return new Run(request, effects, signal).outcome();
}

type Ending =
	| {
			readonly kind: 'solved';
			readonly attempt: Attempt;
			readonly chosen: ProposedPatch;
			readonly evidence: Evidence;
			readonly alternatives: readonly ProposedPatch[];
			readonly problem: Problem;
			readonly baseline: Baseline;
	  }
	| { readonly kind: 'exhausted'; readonly by: 'bid' | 'time' | 'offers'; readonly reason: string }
	| { readonly kind: 'cancelled' }
	| { readonly kind: 'blocked'; readonly reason: string };

class Run {
	private readonly ledger: Ledger;
	private readonly startedMs: number;
	private readonly deadline: { readonly signal: AbortSignal; stop(): void };
	private readonly signal: AbortSignal;
	private readonly attempts: Attempt[] = [];
	private baselineRuns: readonly RunRecord[] = [];
	private known: { readonly problem: Problem; readonly baseline: Baseline } | undefined;

	constructor(
		private readonly request: SolveRequest,
		private readonly effects: Effects,
		private readonly user: AbortSignal,
	) {
		this.ledger = new Ledger(request.bid.spend, request.run);
		this.startedMs = effects.clock.nowMs();
		this.deadline = effects.clock.timeout(request.bid.timeMs);
		this.signal = AbortSignal.any([user, this.deadline.signal]);
	}

	async outcome(): Promise<Outcome> {
		const { run, bid } = this.request;
		this.effects.events({ kind: 'started', run, bid });
		const ending = await this.end();
		this.deadline.stop();
		const outcome: Outcome = {
			run,
			attempts: this.attempts,
			spent: this.ledger.spent,
			durationMs: Math.round(this.effects.clock.nowMs() - this.startedMs),
			baselineRuns: this.baselineRuns,
			...this.known,
			...ending,
		};
		await this.write({ kind: 'outcome', run, outcome: outcome.kind });
		this.effects.events({ kind: 'finished', outcome });
		return outcome;
	}

	private async end(): Promise<Ending> {
		const { run, bid, base, repository, target } = this.request;
		const named = target.kind === 'named' ? target.names.join(', ') : 'whatever fails';
		const opened = await this.write({ kind: 'run', run, bid: bid.spend, repository, target: named });
		if (opened !== undefined) {
			return { kind: 'blocked', reason: opened };
		}
		this.effects.events({ kind: 'stage', stage: 'making a worktree' });
		const used = await this.effects.trees.borrow(base, (tree) => this.within(tree), this.signal);
		if (used.kind === 'used') {
			return used.value;
		}
		return this.signal.aborted ? this.stopped() : { kind: 'blocked', reason: used.reason };
	}

	private async within(tree: Tree): Promise<Ending> {
		const { suite, target, bid } = this.request;
		this.effects.events({ kind: 'stage', stage: 'running the tests on the current text' });
		const result = await runBaseline(tree, suite, target, bid, this.effects, this.signal);
		this.baselineRuns = result.records;
		switch (result.kind) {
			case 'cancelled':
				return this.stopped();
			case 'blocked':
				return { kind: 'blocked', reason: result.reason };
			case 'ready':
				break;
		}
		const { baseline, failToPass } = result;
		const problem: Problem = {
			statement: statementOf(failToPass),
			base: this.request.base,
			suite,
			failToPass,
		};
		this.known = { problem, baseline };
		this.effects.events({ kind: 'baseline', baseline, failToPass });
		return this.cascade(tree, problem, baseline);
	}

	private async cascade(tree: Tree, problem: Problem, baseline: Baseline): Promise<Ending> {
		const plan = this.request.plan ?? cheapestFirst;
		const offers = this.effects.proposers.map((proposer) => proposer.offer);
		for (;;) {
			if (this.signal.aborted) {
				return this.stopped();
			}
			const choice = plan(offers, this.attempts, this.ledger.left);
			if (choice.kind === 'stop') {
				return { kind: 'exhausted', by: choice.by, reason: choice.reason };
			}
			const proposer = this.effects.proposers.find(({ offer }) => offer.id === choice.offer.id);
			const reservation = this.ledger.reserve(choice.allowance);
			if (proposer === undefined || reservation === undefined) {
				throw new Error(`the plan chose ${choice.offer.id}, which is not there or not affordable`);
			}
			const ending = await this.attempt(proposer, reservation, tree, problem, baseline);
			if (ending !== undefined) {
				return ending;
			}
		}
	}

	/** Undefined when the cascade goes on. */
	private async attempt(
		proposer: Proposer,
		reservation: Reservation,
		tree: Tree,
		problem: Problem,
		baseline: Baseline,
	): Promise<Ending | undefined> {
		const { offer } = proposer;
		const number = this.attempts.length + 1;
		const { run } = this.request;
		const written = await this.write({
			kind: 'reserve',
			run,
			id: reservation.id,
			offer: offer.id,
			amount: reservation.amount,
		});
		if (written !== undefined) {
			this.ledger.release(reservation);
			return { kind: 'blocked', reason: written };
		}
		this.effects.events({ kind: 'attempt', attempt: number, offer, reserved: reservation.amount });
		const startedMs = this.effects.clock.nowMs();
		const reset = await tree.reset();
		if (reset.kind === 'failed') {
			this.ledger.release(reservation);
			await this.write({ kind: 'release', run, id: reservation.id });
			return {
				kind: 'blocked',
				reason: `The worktree could not be brought back to the base: ${reset.reason}`,
			};
		}
		const proposal = await proposer.propose(
			{ problem, baseline, tree, allowance: { spend: reservation.amount, timeMs: this.proposeMs(baseline) } },
			(progress) => this.effects.events({ kind: 'progress', attempt: number, progress }),
			this.signal,
		);
		const { cost, fault } = await this.settle(reservation, offer.id, proposal);
		const proposedMs = this.effects.clock.nowMs();
		this.effects.events({
			kind: 'proposed',
			attempt: number,
			proposal,
			spent: this.ledger.spent,
			reserved: this.ledger.reserved,
		});

		const verdicts: { proposed: ProposedPatch; verdict: Verdict }[] = [];
		const patches =
			proposal.kind === 'patches' && fault === undefined ? proposal.patches.slice(0, MOST_PATCHES) : [];
		let cut = false;
		for (const proposed of patches) {
			this.effects.events({ kind: 'stage', stage: 'verifying' });
			const verdict = await verify(tree, problem, baseline, proposed.patch, this.effects, this.signal);
			if (verdict.kind === 'cancelled') {
				cut = true;
				break;
			}
			verdicts.push({ proposed, verdict });
			this.effects.events({ kind: 'verdict', attempt: number, proposed, verdict });
			if (verdict.kind === 'resolved' || verdict.kind === 'inconclusive') {
				break;
			}
		}
		const attempt: Attempt = {
			number,
			offer,
			allowance: reservation.amount,
			cost,
			ended: proposal.kind,
			...('reason' in proposal ? { reason: proposal.reason } : {}),
			...(proposal.tried === undefined ? {} : { tried: proposal.tried }),
			verdicts,
			proposeMs: Math.round(proposedMs - startedMs),
			verifyMs: Math.round(this.effects.clock.nowMs() - proposedMs),
		};
		this.attempts.push(attempt);
		const last = verdicts.at(-1);
		if (last?.verdict.kind === 'resolved') {
			const judged = new Set(verdicts.map(({ proposed }) => proposed.patch.hash));
			const alternatives =
				proposal.kind === 'patches' ? proposal.patches.filter(({ patch }) => !judged.has(patch.hash)) : [];
			return {
				kind: 'solved',
				attempt,
				chosen: last.proposed,
				evidence: last.verdict.evidence,
				alternatives,
				problem,
				baseline,
			};
		}
		if (fault !== undefined) {
			return { kind: 'blocked', reason: fault };
		}
		if (cut || proposal.kind === 'cancelled') {
			return this.stopped();
		}
		return last?.verdict.kind === 'inconclusive'
			? { kind: 'blocked', reason: last.verdict.reason }
			: undefined;
	}

	/** What the books hold; `fault` when a proposer claims to have cost more than it was allowed, or the journal fails. */
	private async settle(
		reservation: Reservation,
		offer: string,
		proposal: Proposal,
	): Promise<{ cost: Cost; fault?: string }> {
		const over = proposal.cost.amount > reservation.amount;
		const cost: Cost = over ? { amount: reservation.amount, basis: 'estimated' } : proposal.cost;
		this.ledger.settle(reservation, cost.amount);
		const written = await this.write({
			kind: 'settle',
			run: this.request.run,
			id: reservation.id,
			offer,
			cost,
		});
		const fault = over
			? `${offer} reports a cost above what it was allowed, so nothing more is bought.`
			: written;
		return fault === undefined ? { cost } : { cost, fault };
	}

	/** Time left for proposing once the judging of its result is kept back. */
	private proposeMs(baseline: Baseline): number {
		const left = this.request.bid.timeMs - (this.effects.clock.nowMs() - this.startedMs);
		const reserve = VERIFY_RESERVE_MS + 3 * (baseline.suiteMs ?? 0);
		return Math.max(left * 0.3, left - reserve);
	}

	private stopped(): Ending {
		return this.user.aborted
			? { kind: 'cancelled' }
			: { kind: 'exhausted', by: 'time', reason: 'The time limit was reached.' };
	}

	/** A sentence when the journal could not be written: then no money may be spent. */
	private async write(entry: JournalEntry): Promise<string | undefined> {
		const written = await this.effects.journal.append(entry);
		return written.kind === 'done' ? undefined : `The spend journal could not be written: ${written.reason}`;
	}
}

function statementOf(tests: readonly TestResult[]): string {
	return tests
		.slice(0, 5)
		.map((test) =>
			[`${test.id} fails`, test.failure?.message, test.failure?.stack]
				.filter((part) => part !== undefined && part !== '')
				.join('\n'),
		)
		.join('\n\n');
}
