// The run: baseline, then choose an offer, reserve, propose, settle, verify, until the bid has bought a verified
// fix or nothing is left worth buying.
import { type BaselineResult, runBaseline, said } from './baseline';
import { Deadline } from './deadline';
import type { Effects, Proposer, Tree } from './effects';
import { chooseHeldOut, type HeldOut, nothing, seenAttempts, seenBaseline, type Without } from './holdOut';
import { issueText } from './issue/issue';
import { type ReproduceRequest, reproduce } from './issue/reproduce';
import type { ReproductionRecord } from './issue/reproductionRecord';
import { type JournalEntry, Ledger } from './ledger';
import { add, type NanoUsd, nanoUsd } from './money';
import type { Offer, Proposal, Spent } from './offer';
import type { Attempt, ExhaustedBy, Outcome } from './outcome';
import { PaidPurse } from './paidPurse';
import type { ProposedPatch } from './patch';
import { cheapestFirst, type Plan } from './plan';
import type { Baseline, Bid, Problem, Snapshot } from './problem';
import type { MayChange } from './protectedFiles';
import { AttemptPurse, journalFault } from './purse';
import { Recollection } from './runMemory';
import type { RunMoney } from './runMoney';
import type { Suite, Target, TestResult } from './suite';
import type { Evidence, RunRecord, SuiteNotRun, Verdict } from './verdict';
import { type Judging, patchedLimitMs, targetScope, verify } from './verification';

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
	/** What the run had cost when it was cut off; absent at its first beginning. */
	readonly before?: RunMoney;
	/** `code` where absent. */
	readonly mayChange?: MayChange;
	/** Present: part of the related tests is hidden from every proposer. */
	readonly holdOut?: Without;
	/** The target is found or written first, from an issue; then `target` says nothing. */
	readonly reproduce?: ReproduceRequest;
}

/** Patches of one attempt that are judged before the attempt is given up. */
const MOST_PATCHES = 5;
/** Of the time left, for one attempt while other offers were not asked yet. */
const SHARE_BESIDE_OTHERS = 0.5;
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
	| {
			readonly kind: 'exhausted';
			readonly by: ExhaustedBy;
			readonly reason: string;
			readonly unproved?: ProposedPatch & { readonly evidence: SuiteNotRun };
	  }
	| { readonly kind: 'cancelled' }
	| { readonly kind: 'blocked'; readonly reason: string };

/** A tree at a base, and what is known of it. */
interface Ground {
	readonly tree: Tree;
	readonly problem: Problem;
	readonly baseline: Baseline;
}

class Run {
	private readonly ledger: Ledger;
	private readonly startedMs: number;
	private readonly deadline: Deadline;
	private readonly signal: AbortSignal;
	private readonly attempts: Attempt[];
	private readonly recalled: Recollection;
	/** The attempt that was cut off, until it was begun again. */
	private cutOff: Recollection['cutOff'];
	private baselineRuns: readonly RunRecord[] = [];
	private reproduction: ReproductionRecord | undefined;
	private heldOut: HeldOut | undefined;
	private known: { readonly problem: Problem; readonly baseline: Baseline } | undefined;

	constructor(
		private readonly request: SolveRequest,
		private readonly effects: Effects,
		private readonly user: AbortSignal,
	) {
		this.ledger = new Ledger(request.bid.spend, request.run, request.before);
		this.recalled = new Recollection(effects.memory?.before ?? []);
		this.attempts = [...this.recalled.attempts];
		this.cutOff = this.recalled.cutOff;
		this.startedMs = effects.clock.nowMs();
		this.deadline = new Deadline(effects.clock, request.bid.timeMs);
		this.signal = AbortSignal.any([user, this.deadline.signal]);
	}

	async outcome(): Promise<Outcome> {
		const { run, bid } = this.request;
		this.effects.events({ kind: 'started', run, bid });
		if (this.request.before !== undefined) {
			this.effects.events({ kind: 'money', spent: this.ledger.spent, reserved: this.ledger.reserved });
		}
		const ending = await this.end();
		this.deadline.stop();
		const outcome: Outcome = {
			run,
			attempts: this.attempts,
			spent: this.ledger.spent,
			...(this.ledger.doubted > 0 ? { doubted: this.ledger.doubted } : {}),
			durationMs: Math.round(this.effects.clock.nowMs() - this.startedMs),
			baselineRuns: this.baselineRuns,
			...this.known,
			...(this.heldOut === undefined ? {} : { heldOut: this.heldOut }),
			...(this.reproduction === undefined ? {} : { reproduction: this.reproduction }),
			...ending,
		};
		await this.write({ kind: 'outcome', run, outcome: outcome.kind });
		this.effects.events({ kind: 'finished', outcome });
		return outcome;
	}

	private async end(): Promise<Ending> {
		const { run, bid, base, repository, target } = this.request;
		const { reproduce: wanted } = this.request;
		const named =
			wanted?.issue.source.name ?? (target.kind === 'named' ? target.names.join(', ') : 'whatever fails');
		// A name that is used again would begin another run.
		const opened =
			this.request.before === undefined
				? await this.write({ kind: 'run', run, bid: bid.spend, repository, target: named })
				: undefined;
		if (opened !== undefined) {
			return { kind: 'blocked', reason: opened };
		}
		if (wanted !== undefined) {
			return this.fromIssue(wanted);
		}
		return this.onTree(base, target);
	}

	/** First the failing test, then its fix, both under the one bid. */
	private async fromIssue(wanted: ReproduceRequest): Promise<Ending> {
		const { run, bid, base, suite } = this.request;
		const { ledger, effects, signal } = this;
		const asked = wanted.consent;
		const patient: ReproduceRequest = {
			...wanted,
			...(asked === undefined
				? {}
				: { consent: (...about) => this.deadline.pausedWhile(() => asked(...about)) }),
		};
		const reproduced = await reproduce(patient, { run, bid, base, suite, ledger, effects, signal });
		this.reproduction = reproduced.record;
		switch (reproduced.kind) {
			case 'stopped':
				return this.stopped();
			case 'blocked':
				return { kind: 'blocked', reason: reproduced.reason };
			case 'none':
				return { kind: 'exhausted', by: reproduced.by, reason: reproduced.reason };
			case 'ready':
				this.effects.events({ kind: 'reproduced', record: reproduced.record });
				return this.onTree(reproduced.base, { kind: 'named', names: reproduced.tests });
		}
	}

	private async onTree(base: Snapshot, target: Target): Promise<Ending> {
		this.effects.events({ kind: 'stage', stage: 'making a worktree' });
		const used = await this.effects.trees.borrow(
			base,
			(tree) => this.within(tree, base, target),
			this.signal,
		);
		if (used.kind === 'used') {
			return used.value;
		}
		return this.signal.aborted ? this.stopped() : { kind: 'blocked', reason: used.reason };
	}

	private async within(tree: Tree, base: Snapshot, target: Target): Promise<Ending> {
		const { suite, bid, reproduce: wanted, mayChange } = this.request;
		this.effects.events({ kind: 'stage', stage: 'running the tests on the current text' });
		const result: BaselineResult = this.recalled.baseline
			? { ...this.recalled.baseline, kind: 'ready' }
			: await runBaseline(tree, suite, target, bid, this.effects, this.signal);
		this.baselineRuns = result.records;
		switch (result.kind) {
			case 'cancelled':
				return this.stopped();
			case 'blocked':
				return { kind: 'blocked', reason: result.reason };
			case 'ready':
				break;
		}
		const { baseline, failToPass, records } = result;
		if (this.recalled.baseline === undefined) {
			await this.effects.memory?.keep({ kind: 'baseline', baseline, failToPass, records });
		}
		const problem: Problem = {
			statement: wanted === undefined ? statementOf(failToPass) : issueText(wanted.issue),
			...(wanted === undefined ? {} : { fromIssue: true }),
			base,
			suite,
			failToPass,
			...(mayChange === undefined ? {} : { mayChange }),
		};
		this.known = { problem, baseline };
		this.effects.events({ kind: 'baseline', baseline, failToPass });
		return this.holdingOut({ tree, problem, baseline });
	}

	/** What a proposer is shown is the whole, or the whole without some tests, in a tree of its own. */
	private async holdingOut(whole: Ground): Promise<Ending> {
		const { holdOut } = this.request;
		if (holdOut === undefined) {
			return this.cascade(whole, whole);
		}
		const { tree, problem, baseline } = whole;
		const chosen = await chooseHeldOut(problem, baseline, async (file) => tree.read?.(file));
		const base = chosen.files.length === 0 ? undefined : await holdOut(chosen.files);
		if (base?.kind !== 'taken') {
			this.heldOut = base === undefined ? chosen : nothing(base.reason);
			return this.cascade(whole, whole);
		}
		const used = await this.effects.trees.borrow(
			base.snapshot,
			async (shownTree): Promise<Ending> => {
				// Other tests may need what lies in these files.
				const run = await this.effects.runner.run(
					shownTree.root,
					problem.suite,
					targetScope(problem, baseline),
					patchedLimitMs(baseline),
					this.signal,
				);
				const now = new Map(
					run.kind === 'finished' || run.kind === 'timedOut' ? run.tests.map((test) => [test.id, test]) : [],
				);
				const asBefore = ({ id, failure }: TestResult): boolean =>
					now.get(id)?.status === 'failed' && said(now.get(id)?.failure) === said(failure);
				if (!problem.failToPass.every(asBefore)) {
					this.heldOut = nothing('without the chosen files the failing tests do not run as they did');
					return this.cascade(whole, whole);
				}
				this.heldOut = chosen;
				return this.cascade(
					{ ...whole, problem: { ...problem, heldOut: chosen.tests } },
					{
						tree: shownTree,
						problem: { ...problem, base: base.snapshot },
						baseline: seenBaseline(baseline, chosen),
					},
				);
			},
			this.signal,
		);
		return used.kind === 'used'
			? used.value
			: this.signal.aborted
				? this.stopped()
				: { kind: 'blocked', reason: used.reason };
	}

	/** @param whole what judges; @param shown what a proposer gets. */
	private async cascade(whole: Ground, shown: Ground): Promise<Ending> {
		const plan = this.request.plan ?? cheapestFirst;
		const offers = this.effects.proposers.map((proposer) => proposer.offer);
		for (;;) {
			if (this.signal.aborted) {
				return this.stopped();
			}
			const again = this.again();
			if (again !== undefined) {
				const ending = await this.attempt(again.proposer, again.allowance, whole, shown);
				if (ending !== undefined) {
					return ending;
				}
				continue;
			}
			const choice = plan(offers, this.attempts, this.ledger.left);
			if (choice.kind === 'stop') {
				return { kind: 'exhausted', by: choice.by, reason: choice.reason };
			}
			const proposer = this.effects.proposers.find(({ offer }) => offer.id === choice.offer.id);
			if (proposer === undefined || choice.allowance > this.ledger.left) {
				throw new Error(`the plan chose ${choice.offer.id}, which is not there or not affordable`);
			}
			const ending = await this.attempt(proposer, choice.allowance, whole, shown);
			if (ending !== undefined) {
				return ending;
			}
		}
	}

	/** What was cut off goes on first, where it still can: its answers are paid for. */
	private again(): { readonly proposer: Proposer; readonly allowance: NanoUsd } | undefined {
		const { cutOff } = this;
		this.cutOff = undefined;
		const proposer = this.effects.proposers.find(({ offer }) => offer.id === cutOff?.offer);
		if (cutOff === undefined || proposer === undefined) {
			return undefined;
		}
		const paid = this.effects.replays?.has(cutOff.attempt, cutOff.offer) ?? false;
		const allowance = nanoUsd(Math.min(cutOff.allowance, this.ledger.left));
		return paid || allowance >= proposer.offer.leastSpend ? { proposer, allowance } : undefined;
	}

	/** Undefined when the cascade goes on. */
	private async attempt(
		proposer: Proposer,
		allowance: NanoUsd,
		{ tree, problem, baseline }: Ground,
		shown: Ground,
	): Promise<Ending | undefined> {
		const { offer } = proposer;
		const number = (this.reproduction?.attempts.length ?? 0) + this.attempts.length + 1;
		this.effects.events({ kind: 'attempt', attempt: number, offer, allowance });
		await this.effects.memory?.keep({ kind: 'asking', attempt: number, offer: offer.id, allowance });
		const startedMs = this.effects.clock.nowMs();
		const reset = await shown.tree.reset();
		if (reset.kind === 'failed') {
			return {
				kind: 'blocked',
				reason: `The worktree could not be brought back to the base: ${reset.reason}`,
			};
		}
		const { ledger } = this;
		const purse = new AttemptPurse(
			ledger,
			this.effects.journal,
			{ run: this.request.run, attempt: number, offer: offer.id },
			allowance,
			() => this.effects.events({ kind: 'money', spent: ledger.spent, reserved: ledger.reserved }),
		);
		const proposal = await this.propose(proposer, number, purse, allowance, shown);
		await purse.close();
		const proposedMs = this.effects.clock.nowMs();
		this.effects.events({ kind: 'proposed', attempt: number, proposal, spent: ledger.spent });

		// What was paid for is judged, also when nothing more can be bought.
		const judged = await this.judge(proposal, number, tree, problem, baseline);
		const attempt: Attempt = {
			number,
			offer,
			allowance,
			cost: together(purse.spent, this.request.before?.byAttempt.get(number)),
			ended: proposal.kind,
			...('reason' in proposal ? { reason: proposal.reason } : {}),
			...(proposal.kind === 'failed' && proposal.providerWide ? { providerWide: true } : {}),
			...(proposal.kind === 'unaffordable' ? { needs: proposal.needs } : {}),
			...(proposal.tried === undefined ? {} : { tried: proposal.tried }),
			verdicts: judged.verdicts,
			proposeMs: Math.round(proposedMs - startedMs),
			verifyMs: Math.round(this.effects.clock.nowMs() - proposedMs),
		};
		this.attempts.push(attempt);
		await this.write({
			kind: 'attempt',
			run: this.request.run,
			attempt: number,
			offer: offer.id,
			ended: attempt.ended,
			verified: judged.verdicts.at(-1)?.verdict.kind === 'resolved',
			proposeMs: attempt.proposeMs,
			verifyMs: attempt.verifyMs,
		});
		const last = judged.verdicts.at(-1);
		const isOver =
			!judged.cut &&
			proposal.kind !== 'cancelled' &&
			purse.stop === undefined &&
			last?.verdict.kind !== 'inconclusive';
		if (isOver) {
			await this.effects.memory?.keep({ kind: 'attempt', attempt });
		}
		if (last?.verdict.kind === 'resolved') {
			const seen = new Set(judged.verdicts.map(({ proposed }) => proposed.patch.hash));
			const alternatives =
				proposal.kind === 'patches' ? proposal.patches.filter(({ patch }) => !seen.has(patch.hash)) : [];
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
		if (judged.cut || proposal.kind === 'cancelled') {
			return this.stopped();
		}
		if (purse.stop !== undefined) {
			return purse.stop.by === 'cap'
				? { kind: 'exhausted', by: 'cap', reason: purse.stop.reason }
				: { kind: 'blocked', reason: purse.stop.reason };
		}
		if (last?.verdict.kind === 'inconclusive' && last.verdict.suiteNotRun !== undefined) {
			const { reason, suiteNotRun } = last.verdict;
			// Any other patch would come no further.
			return {
				kind: 'exhausted',
				by: 'suite',
				reason,
				unproved: { ...last.proposed, evidence: suiteNotRun },
			};
		}
		return last?.verdict.kind === 'inconclusive'
			? { kind: 'blocked', reason: last.verdict.reason }
			: undefined;
	}

	private propose(
		proposer: Proposer,
		number: number,
		purse: AttemptPurse,
		spend: NanoUsd,
		{ tree, problem, baseline }: Ground,
	): Promise<Proposal> {
		const { effects } = this;
		let calls = 0;
		const replays = (): boolean => effects.replays?.has(number, proposer.offer.id) ?? false;
		const paid = replays();
		return proposer.propose(
			{
				problem,
				baseline,
				tree,
				allowance: {
					spend: paid ? this.allowanceOf(number, spend) : spend,
					timeMs: this.proposeMs(baseline, proposer.offer),
				},
				purse: paid ? new PaidPurse(purse, this.allowanceOf(number, spend), replays) : purse,
				attempts: this.heldOut === undefined ? this.attempts : seenAttempts(this.attempts, this.heldOut),
				run: (scope, signal) =>
					effects.runner.run(
						tree.root,
						problem.suite,
						scope === 'all' ? { kind: 'all' } : targetScope(problem, baseline),
						patchedLimitMs(baseline),
						signal,
					),
				approve: (text) => {
					calls += 1;
					return effects.outbox.approve({
						run: this.request.run,
						attempt: number,
						call: calls,
						offer: proposer.offer.id,
						text,
					});
				},
			},
			(progress) => effects.events({ kind: 'progress', attempt: number, progress }),
			this.signal,
		);
	}

	/** As it was when the answers that are there already were asked for. */
	private allowanceOf(attempt: number, now: NanoUsd): NanoUsd {
		const { cutOff } = this.recalled;
		return cutOff?.attempt === attempt ? cutOff.allowance : now;
	}

	/** The verdicts in order; `cut` when the user or the time limit ended the judging. */
	private async judge(
		proposal: Proposal,
		attempt: number,
		tree: Tree,
		problem: Problem,
		baseline: Baseline,
	): Promise<{ verdicts: { proposed: ProposedPatch; verdict: Verdict }[]; cut: boolean }> {
		const verdicts: { proposed: ProposedPatch; verdict: Verdict }[] = [];
		const patches = proposal.kind === 'patches' ? proposal.patches.slice(0, MOST_PATCHES) : [];
		const judging: Judging = { ...this.effects, leftMs: () => this.deadline.leftMs };
		for (const proposed of patches) {
			this.effects.events({ kind: 'stage', stage: 'verifying' });
			const { hash } = proposed.patch;
			const known = this.recalled.verdictOf(hash);
			const verdict = known ?? (await verify(tree, problem, baseline, proposed.patch, judging, this.signal));
			if (verdict.kind === 'cancelled') {
				return { verdicts, cut: true };
			}
			if (known === undefined && verdict.kind !== 'inconclusive') {
				await this.effects.memory?.keep({ kind: 'verdict', hash, verdict });
			}
			verdicts.push({ proposed, verdict });
			this.effects.events({ kind: 'verdict', attempt, proposed, verdict });
			if (verdict.kind === 'resolved' || verdict.kind === 'inconclusive') {
				break;
			}
		}
		return { verdicts, cut: false };
	}

	/** Time left for proposing once the judging of its result, and the turns of others, are kept back. */
	private proposeMs(baseline: Baseline, offer: Offer): number {
		const left = this.deadline.leftMs;
		const reserve = VERIFY_RESERVE_MS + 3 * (baseline.suiteMs ?? 0);
		const all = Math.max(left * 0.3, left - reserve);
		const othersWait = this.effects.proposers.some(
			({ offer: other }) =>
				other.id !== offer.id &&
				other.leastSpend <= this.ledger.left &&
				!this.attempts.some((attempt) => attempt.offer.id === other.id),
		);
		return othersWait ? Math.min(all, left * SHARE_BESIDE_OTHERS, offer.usefulMs ?? all) : all;
	}

	private stopped(): Ending {
		return this.user.aborted
			? { kind: 'cancelled' }
			: { kind: 'exhausted', by: 'time', reason: 'The time limit was reached.' };
	}

	/** A sentence when the journal could not be written: then no money may be spent. */
	private async write(entry: JournalEntry): Promise<string | undefined> {
		const written = await this.effects.journal.append(entry);
		return written.kind === 'done' ? undefined : journalFault(written.reason);
	}
}

function together(now: Spent, before: Spent | undefined): Spent {
	return before === undefined
		? now
		: { billed: add(now.billed, before.billed), estimated: add(now.estimated, before.estimated) };
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
