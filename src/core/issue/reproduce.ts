// From an issue to a failing test, as a stage of its own before the cascade and under the same bid: tests that fail
// already, then what the code in the issue makes, then tests that are bought. No test, no purchase of a fix.

import { seconds } from '../baseline';
import type { Effects, Tree } from '../effects';
import type { Ledger } from '../ledger';
import { formatUsd, type NanoUsd, nanoUsd } from '../money';
import type { Attempt } from '../outcome';
import type { FileEdit, ProposedPatch } from '../patch';
import { cheapestFirst } from '../plan';
import type { Bid, Snapshot } from '../problem';
import { AttemptPurse } from '../purse';
import { ranRecord } from '../runRecord';
import { isWhole, type Suite, type SuiteRun, type SuiteScope, type TestResult } from '../suite';
import type { RunRecord } from '../verdict';
import type { Issue } from './issue';
import { type IssueFacts, issueFacts } from './issueFacts';
import type { Opinion, ReasonJudge } from './reasonJudge';
import {
	failsAlike,
	isAboutIssue,
	type Refusal,
	refusal,
	type Seen,
	type Shown,
	seenIn,
	testPatchFault,
} from './reproduction';
import type { ReproductionRecord } from './reproductionRecord';
import type { Fate, TestAuthor, TestTask, Written } from './testAuthor';
import { type Touch, touchOf } from './touch';

/** What the user says to a test before a fix of it is looked for. */
export type Consent =
	| { readonly kind: 'yes' }
	| { readonly kind: 'no' }
	/** Whole texts; judged anew, and asked about again. */
	| { readonly kind: 'edited'; readonly changes: readonly FileEdit[] };

export interface ReproduceRequest {
	readonly issue: Issue;
	readonly authors: readonly TestAuthor[];
	/** Asked of a test that the rules let pass, before it is used; absent: the rules' word stands. */
	readonly judge?: ReasonJudge;
	/** Asked of each test before it is used; absent: it passes unasked, by the user's word. */
	readonly consent?: (
		test: ProposedPatch,
		texts: readonly FileEdit[],
		shown: Shown,
		refused: string | undefined,
	) => Promise<Consent>;
	/** The base with these texts laid over it. */
	readonly withTexts: (
		texts: readonly FileEdit[],
	) => Promise<
		| { readonly kind: 'taken'; readonly snapshot: Snapshot }
		| { readonly kind: 'failed'; readonly reason: string }
	>;
	/** Names that the project's tests know from its sources, in these test files. */
	readonly projectNames: (tree: Tree, tests: readonly TestResult[]) => Promise<ReadonlySet<string>>;
	/** Those of the names that stand nowhere in the project's code; absent: nobody looks. */
	readonly absentNames?: (tree: Tree, names: ReadonlySet<string>) => Promise<ReadonlySet<string>>;
}

export type Reproduced = { readonly record: ReproductionRecord } & (
	| { readonly kind: 'ready'; readonly base: Snapshot; readonly tests: readonly string[] }
	| { readonly kind: 'none'; readonly by: 'reproduction' | 'cap'; readonly reason: string }
	| { readonly kind: 'blocked'; readonly reason: string }
	| { readonly kind: 'stopped' }
);

/** Of the bid, at the most, for the test: the rest is for the fix. */
const SHARE = 0.5;
/** An opinion may cost so many times what is expected. */
const JUDGE_SLACK = 4;
/** Of the run's time. */
const JUDGE_TIME = 0.1;
const RUNS_TO_TRUST = 3;
const LEAST_LIMIT_MS = 10_000;
const SLACK = 5;
const BASE_SHARE = 0.15;
const LEAST_BASE_MS = 8_000;
const MOST_CANDIDATES = 12;
/** An existing failure must repeat this much of the issue to be taken for it. */
const TELLS_OF_ISSUE = 3;

export interface StagePlace {
	readonly run: string;
	readonly bid: Bid;
	readonly base: Snapshot;
	readonly suite: Suite;
	readonly ledger: Ledger;
	readonly effects: Pick<Effects, 'trees' | 'runner' | 'clock' | 'journal' | 'outbox' | 'events'>;
	readonly signal: AbortSignal;
}

export async function reproduce(request: ReproduceRequest, place: StagePlace): Promise<Reproduced> {
	const stage = new Stage(request, place);
	place.effects.events({ kind: 'stage', stage: 'looking for a test that shows the issue' });
	const used = await place.effects.trees.borrow(place.base, (tree) => stage.within(tree), place.signal);
	return {
		...(used.kind === 'used'
			? used.value
			: place.signal.aborted
				? ({ kind: 'stopped' } as const)
				: ({ kind: 'blocked', reason: used.reason } as const)),
		record: stage.record(),
	};
}

type Ending =
	| { readonly kind: 'ready'; readonly base: Snapshot; readonly tests: readonly string[] }
	| { readonly kind: 'none'; readonly by: 'reproduction' | 'cap'; readonly reason: string }
	| { readonly kind: 'blocked'; readonly reason: string }
	| { readonly kind: 'stopped' };

interface Candidate {
	/** What the judge said of it, asked once. */
	opinion?: Opinion['kind'];
	readonly offer: string;
	readonly proposed: ProposedPatch;
	readonly texts: readonly FileEdit[];
	readonly shown: Shown;
}

class Stage {
	private readonly facts: IssueFacts;
	private readonly runs: RunRecord[] = [];
	private readonly judged: ReproductionRecord['candidates'][number][] = [];
	private readonly attempts: ReproductionRecord['attempts'][number][] = [];
	/** As the plan knows attempts. */
	private readonly planned: Attempt[] = [];
	private readonly showing: Candidate[] = [];
	private readonly spentBefore: NanoUsd;
	private tests: readonly TestResult[] = [];
	private names: ReadonlySet<string> = new Set();
	private absent: ReadonlySet<string> = new Set();
	private suiteMs = 0;
	private chosen: Pick<ReproductionRecord, 'author' | 'offer' | 'test' | 'tests' | 'agrees'> = {
		tests: [],
		agrees: [],
	};

	constructor(
		private readonly request: ReproduceRequest,
		private readonly place: StagePlace,
	) {
		this.facts = issueFacts(request.issue);
		this.spentBefore = place.ledger.spent;
	}

	record(): ReproductionRecord {
		const { source, title } = this.request.issue;
		return {
			issue: { name: source.name, title, ...(source.link === undefined ? {} : { link: source.link }) },
			...this.chosen,
			candidates: this.judged,
			attempts: this.attempts,
			spent: nanoUsd(this.place.ledger.spent - this.spentBefore),
			runs: this.runs,
		};
	}

	async within(tree: Tree): Promise<Ending> {
		const { suite, bid, signal } = this.place;
		if (isWhole(suite)) {
			return {
				kind: 'blocked',
				reason: `The test command (${suite.argv.join(' ')}) tells only success or failure, so a new test could not be told apart; name one whose tests are seen with --test-command, or let it leave a report with --test-report.`,
			};
		}
		const limitMs = Math.max(LEAST_BASE_MS, bid.timeMs * BASE_SHARE);
		const first = await this.run(
			tree,
			'suite on the base, before a test is looked for',
			{ kind: 'all' },
			limitMs,
		);
		if (signal.aborted || first.kind === 'cancelled') {
			return { kind: 'stopped' };
		}
		if (first.kind === 'neverRan') {
			return {
				kind: 'blocked',
				reason: `The tests could not be run: ${first.reason} (command: ${first.argv.join(' ')})`,
			};
		}
		if (first.kind === 'timedOut' && first.tests.length === 0) {
			return {
				kind: 'blocked',
				reason: `The test command did not end within ${seconds(first.limitMs)}; allow more with --time.`,
			};
		}
		this.tests = first.tests;
		this.suiteMs = first.durationMs;
		const existing = this.existing(first);
		if (existing !== undefined) {
			this.chosen = { author: 'project', tests: existing.tests.map(({ id }) => id), agrees: existing.agrees };
			this.told(`The project's own test shows it already: ${existing.tests.map(({ id }) => id).join(', ')}`);
			return { kind: 'ready', base: this.place.base, tests: this.chosen.tests };
		}
		this.names = await this.request.projectNames(tree, this.tests);
		this.absent = (await this.request.absentNames?.(tree, this.facts.names)) ?? this.absent;
		return this.written(tree);
	}

	/** Tests that fail already, and say what the issue says. */
	private existing(run: SuiteRun & { kind: 'finished' | 'timedOut' }): Shown | undefined {
		const failing = run.tests.filter((test) => test.status === 'failed' && test.id !== test.file);
		const fitting = failing.flatMap((test) => {
			const seen = seenIn(
				{ ...run, tests: [test] },
				test.file === undefined ? [] : [test.file],
				[],
				this.facts,
			);
			return seen.kind === 'shows' && seen.shown.telling >= TELLS_OF_ISSUE
				? [{ test, shown: seen.shown }]
				: [];
		});
		const [first] = fitting;
		return first && { ...first.shown, tests: fitting.map(({ test }) => test) };
	}

	private async written(tree: Tree): Promise<Ending> {
		const { authors } = this.request;
		const offers = authors.map(({ offer }) => offer);
		const most = nanoUsd(Math.floor(this.place.ledger.left * SHARE));
		let reason = 'nobody could write a test';
		// One that says little of the issue waits for one more author, no longer.
		let waited = false;
		while (this.judged.length < MOST_CANDIDATES) {
			if (this.place.signal.aborted) {
				return { kind: 'stopped' };
			}
			const spent = this.place.ledger.spent - this.spentBefore;
			const choice = cheapestFirst(offers, this.planned, nanoUsd(Math.max(0, most - spent)));
			if (choice.kind === 'stop') {
				// Why the last one that was asked brought nothing tells more than that nobody is left.
				reason = this.attempts.findLast(({ reason: why }) => why !== undefined)?.reason ?? choice.reason;
				break;
			}
			const author = authors.find(({ offer }) => offer.id === choice.offer.id);
			if (author === undefined) {
				throw new Error(`the plan chose ${choice.offer.id}, which is not there`);
			}
			const stopped = await this.attempt(author, choice.allowance, tree);
			if (stopped !== undefined) {
				return stopped;
			}
			waited = this.showing.length > 0 && !waited;
			const consented = await this.settleOn(tree, waited ? 'sure' : 'last');
			if (consented !== undefined) {
				return consented;
			}
		}
		const left = await this.settleOn(tree, 'last');
		return left ?? { kind: 'none', by: 'reproduction', reason: this.nothing(reason) };
	}

	/** An ending where the whole run is over. */
	private async attempt(author: TestAuthor, allowance: NanoUsd, tree: Tree): Promise<Ending | undefined> {
		const { offer } = author;
		const { run, ledger, effects, signal, bid } = this.place;
		const number = this.attempts.length + 1;
		effects.events({ kind: 'reproducing', attempt: number, offer, allowance });
		const purse = new AttemptPurse(
			ledger,
			effects.journal,
			{ run, attempt: number, offer: offer.id },
			allowance,
			() => effects.events({ kind: 'money', spent: ledger.spent, reserved: ledger.reserved }),
		);
		let calls = 0;
		const task: TestTask = {
			...{ issue: this.request.issue, facts: this.facts, suite: this.place.suite, base: this.place.base },
			...{ tests: this.tests, tree, purse },
			allowance: { spend: allowance, timeMs: bid.timeMs * SHARE },
			judge: (proposed) => this.judge(tree, offer.id, proposed),
			approve: (text) => {
				calls += 1;
				return effects.outbox.approve({ run, attempt: number, call: calls, offer: offer.id, text });
			},
		};
		const startedMs = effects.clock.nowMs();
		const written = await author.write(
			task,
			(progress) => effects.events({ kind: 'progress', attempt: number, progress }),
			signal,
		);
		await purse.close();
		const cost = purse.spent;
		const why = 'reason' in written ? { reason: written.reason } : {};
		this.attempts.push({ number, offer: offer.id, cost, ended: written.kind, ...why });
		this.planned.push({
			...{ number, offer, allowance, cost, verdicts: [], verifyMs: 0, ...why },
			ended: written.kind === 'done' ? 'none' : written.kind,
			...(written.kind === 'failed' && written.providerWide ? { providerWide: true } : {}),
			...(written.kind === 'unaffordable' ? { needs: written.needs } : {}),
			proposeMs: Math.round(effects.clock.nowMs() - startedMs),
		});
		if ('reason' in written) {
			this.told(`  ${written.reason}`);
		}
		return this.over(written, purse);
	}

	private over(written: Written, purse: AttemptPurse): Ending | undefined {
		if (this.place.signal.aborted || written.kind === 'cancelled') {
			return { kind: 'stopped' };
		}
		// What was paid for and shows the issue is used, also when nothing more can be bought.
		if (purse.stop === undefined || this.showing.length > 0) {
			return undefined;
		}
		return purse.stop.by === 'cap'
			? { kind: 'none', by: 'cap', reason: purse.stop.reason }
			: { kind: 'blocked', reason: purse.stop.reason };
	}

	private async judge(tree: Tree, offer: string, proposed: ProposedPatch): Promise<Fate> {
		const known = this.judged.find(({ sha256 }) => sha256 === proposed.patch.hash);
		if (known?.refusal !== undefined) {
			return { kind: 'refused', refusal: known.refusal };
		}
		const looked = await this.look(tree, proposed);
		if (this.place.signal.aborted) {
			return { kind: 'stopped' };
		}
		const { patch, summary } = proposed;
		const refused = looked.kind === 'refused' ? { refusal: looked.refusal } : {};
		this.judged.push({ offer, sha256: patch.hash, files: patch.files, summary, ...refused });
		this.place.effects.events({ kind: 'candidate', offer, proposed, ...refused });
		if (looked.kind === 'refused') {
			return looked;
		}
		this.showing.push({ offer, proposed, texts: looked.texts, shown: looked.shown });
		return { kind: 'shows', telling: looked.shown.telling, agrees: looked.shown.agrees };
	}

	/** The tree is at its base before and after. */
	private async look(
		tree: Tree,
		{ patch }: ProposedPatch,
		by: 'author' | 'user' = 'author',
	): Promise<
		| { readonly kind: 'refused'; readonly refusal: Refusal }
		| { readonly kind: 'shows'; readonly shown: Shown; readonly texts: readonly FileEdit[] }
	> {
		const fault =
			testPatchFault(patch, this.tests) ??
			(isAboutIssue(patch, this.facts, this.names)
				? undefined
				: refusal('notAboutIt', "It uses nothing that the issue names, and nothing of the project's code."));
		if (fault !== undefined) {
			return { kind: 'refused', refusal: fault };
		}
		let shown: Shown | undefined;
		const { touch, shared } = touchOf(patch, this.facts, this.names);
		for (let look = 1; look <= RUNS_TO_TRUST; look += 1) {
			const seen = await this.once(tree, patch, look, touch);
			// What the user wrote needs no word of the issue's.
			const aside = seen.kind === 'shows' && by === 'author' ? besides(seen.shown, touch) : undefined;
			if (aside !== undefined) {
				return { kind: 'refused', refusal: aside };
			}
			if (seen.kind === 'refused') {
				return look === 1 || seen.refusal.kind === 'inconclusive'
					? seen
					: {
							kind: 'refused',
							refusal: refusal(
								'flaky',
								`It is not stable: it failed, and when run again: ${seen.refusal.reason}`,
							),
						};
			}
			if (shown !== undefined && !failsAlike(shown, seen.shown)) {
				return {
					kind: 'refused',
					refusal: refusal('flaky', 'It is not stable: it fails in other words each time.'),
				};
			}
			shown ??= {
				...seen.shown,
				telling:
					seen.shown.telling +
					(touch === 'values' ? TELLS_VALUE : 0) +
					TELLS_WORD * Math.min(shared, MOST_WORDS),
			};
		}
		await tree.reset();
		const applied = await tree.apply(patch);
		const texts = applied.kind === 'done' ? await textsOf(tree, patch.files) : undefined;
		await tree.reset();
		return texts === undefined || shown === undefined
			? { kind: 'refused', refusal: refusal('inconclusive', 'Its text could not be read back.') }
			: { kind: 'shows', shown, texts };
	}

	private async once(tree: Tree, patch: ProposedPatch['patch'], look: number, touch: Touch): Promise<Seen> {
		const broken = (reason: string): Seen => ({ kind: 'refused', refusal: refusal('inconclusive', reason) });
		const reset = await tree.reset();
		if (reset.kind === 'failed') {
			return broken(`The worktree could not be brought back to the base: ${reset.reason}`);
		}
		const applied = await tree.apply(patch);
		if (applied.kind === 'refused') {
			return broken(applied.reason);
		}
		const what = `${look === 1 ? 'a written test' : 'the written test again'} on the base`;
		const limitMs = Math.max(LEAST_LIMIT_MS, SLACK * this.suiteMs);
		const run = await this.run(tree, what, scopeOf(this.place.suite, patch.files), limitMs);
		await tree.reset();
		return seenIn(run, patch.files, this.tests, this.facts, { touch, absent: this.absent });
	}

	/**
	 * Takes the most telling test that the user agrees to. `sure`: only one that says something of the issue, or of which
	 * the judge says that it does; the others stay.
	 */
	private async settleOn(tree: Tree, which: 'sure' | 'last'): Promise<Ending | undefined> {
		this.showing.sort(
			(a, b) =>
				b.shown.telling - a.shown.telling || a.proposed.patch.linesAdded - b.proposed.patch.linesAdded,
		);
		for (let best = this.showing.shift(); best !== undefined; best = this.showing.shift()) {
			const refused = await this.otherReason(best);
			if (this.place.signal.aborted) {
				return { kind: 'stopped' };
			}
			if (refused !== undefined) {
				this.refuse(best, refused);
				continue;
			}
			if (which === 'sure' && !isSure(best)) {
				this.showing.unshift(best);
				return undefined;
			}
			const agreed = await this.consented(tree, best);
			if (this.place.signal.aborted) {
				return { kind: 'stopped' };
			}
			if (agreed === undefined) {
				continue;
			}
			const taken = await this.request.withTexts(agreed.texts);
			if (taken.kind === 'failed') {
				return { kind: 'blocked', reason: taken.reason };
			}
			const tests = agreed.shown.tests.map(({ id }) => id);
			const own = agreed === best;
			const author = own ? (best.offer === ISSUE_OFFER ? 'issue' : 'model') : 'user';
			this.chosen = { author, offer: best.offer, test: agreed.proposed, tests, agrees: agreed.shown.agrees };
			return { kind: 'ready', base: taken.snapshot, tests };
		}
		return undefined;
	}

	private refuse({ proposed }: Candidate, why: Refusal): void {
		const at = this.judged.findIndex(({ sha256 }) => sha256 === proposed.patch.hash);
		const judged = this.judged[at];
		if (judged !== undefined) {
			this.judged[at] = { ...judged, refusal: why };
		}
	}

	/** What a model says against it, where one is asked; its silence is no objection. */
	private async otherReason(candidate: Candidate): Promise<Refusal | undefined> {
		const { offer: author, texts, shown } = candidate;
		const { judge, issue } = this.request;
		const { run, ledger, effects, signal, bid } = this.place;
		// The error of the issue, out of the issue's own code, needs nobody's word; what it asserts may be what is wrong.
		const isPlain = author === ISSUE_OFFER && shown.agrees.includes('the same error');
		if (judge === undefined || isPlain || candidate.opinion !== undefined) {
			return undefined;
		}
		const { offer } = judge;
		const spent = ledger.spent - this.spentBefore;
		const most = nanoUsd(Math.max(0, Math.floor((ledger.left + spent) * SHARE) - spent));
		if (most < offer.leastSpend) {
			return undefined;
		}
		const number = this.attempts.length + 1;
		const allowance = nanoUsd(Math.min(most, Math.max(offer.leastSpend, JUDGE_SLACK * offer.expectedSpend)));
		const purse = new AttemptPurse(
			ledger,
			effects.journal,
			{ run, attempt: number, offer: offer.id },
			allowance,
			() => effects.events({ kind: 'money', spent: ledger.spent, reserved: ledger.reserved }),
		);
		let calls = 0;
		const opinion = await judge.judge(
			{
				...{ issue, texts, shown, purse },
				allowance: { spend: allowance, timeMs: bid.timeMs * JUDGE_TIME },
				approve: (text) => {
					calls += 1;
					return effects.outbox.approve({ run, attempt: number, call: calls, offer: offer.id, text });
				},
			},
			signal,
		);
		await purse.close();
		candidate.opinion = opinion.kind;
		const why = 'reason' in opinion ? { reason: opinion.reason } : {};
		this.attempts.push({ number, offer: offer.id, cost: purse.spent, ended: opinion.kind, ...why });
		switch (opinion.kind) {
			case 'same':
				this.told(`  ${offer.label}: it fails for the issue's reason.`);
				return undefined;
			case 'none':
				this.told(`  ${offer.label}: ${opinion.reason}.`);
				return undefined;
			case 'cancelled':
				return undefined;
			case 'other':
				this.told(`  ${offer.label}: it fails for another reason. ${opinion.reason}`);
				return refusal(
					'anotherReason',
					`It fails for another reason, says ${offer.label}: ${opinion.reason}`,
				);
		}
	}

	private async consented(tree: Tree, best: Candidate): Promise<Candidate | undefined> {
		const { consent } = this.request;
		let now = best;
		let refused: string | undefined;
		while (consent !== undefined) {
			const said = await consent(now.proposed, now.texts, now.shown, refused);
			if (said.kind === 'yes') {
				return now;
			}
			if (said.kind === 'no' || this.place.signal.aborted) {
				this.refuse(best, refusal('withheld', 'You said no to it.'));
				return undefined;
			}
			const patch = await tree.patchOf(said.changes);
			const proposed = patch && { patch, summary: `${best.proposed.summary} (edited by you)`, warnings: [] };
			const looked = proposed && (await this.look(tree, proposed, 'user'));
			if (proposed !== undefined && looked?.kind === 'shows') {
				now = { offer: best.offer, proposed, texts: looked.texts, shown: looked.shown };
				refused = undefined;
			} else {
				refused = looked?.kind === 'refused' ? looked.refusal.reason : 'The edited text makes no change.';
			}
		}
		return now;
	}

	private async run(tree: Tree, what: string, scope: SuiteScope, limitMs: number): Promise<SuiteRun> {
		const { runner, events } = this.place.effects;
		const run = await runner.run(tree.root, this.place.suite, scope, limitMs, this.place.signal);
		const record = ranRecord(what, run);
		this.runs.push(record);
		events({ kind: 'ran', record });
		return run;
	}

	private told(text: string): void {
		this.place.effects.events({ kind: 'note', text });
	}

	private nothing(reason: string): string {
		const spent = nanoUsd(this.place.ledger.spent - this.spentBefore);
		const tried = this.judged.length;
		const kinds = new Map<string, number>();
		for (const { refusal: one } of this.judged) {
			const words = one === undefined ? 'not used' : WORDS[one.kind];
			kinds.set(words, (kinds.get(words) ?? 0) + 1);
		}
		const list = [...kinds].map(([words, count]) => `${count} ${words}`).join(', ');
		const what =
			tried === 0
				? 'No test could be tried'
				: `${tried} ${tried === 1 ? 'test was' : 'tests were'} tried (${list})`;
		return `No test shows this issue, so no fix was bought. ${what}; that cost ${formatUsd(spent)}. ${reason}`.trim();
	}
}

/** A judge that cannot tell lets only plain evidence, or the issue's own code, pass without one more author. */
function isSure({ offer, opinion, shown }: Candidate): boolean {
	switch (opinion) {
		case 'same':
			return true;
		case 'none':
			return shown.telling >= (offer === ISSUE_OFFER ? LEAST_TELLING : SURE);
		default:
			return shown.telling >= LEAST_TELLING;
	}
}

/** A value of the issue in it, or any of the ways in which its failure repeats the issue. */
const LEAST_TELLING = 0.4;
/** For a value of the issue in the test's text. */
const TELLS_VALUE = 0.5;
/** For a word of the issue in it: of two that tell little else, the one that says more of it. All of them make none sure. */
const TELLS_WORD = 0.05;
const MOST_WORDS = 6;

/** What fails in the issue's own words is about it, whatever it calls. */
const SURE = 2;

/** It fails well enough, and yet for something that the issue does not speak of. */
function besides(shown: Shown, touch: Touch): Refusal | undefined {
	if (shown.telling >= SURE) {
		return undefined;
	}
	switch (touch) {
		case 'none':
			return refusal(
				'notAboutIt',
				'It fails, but for something else: nothing that it calls, gives or asks for stands in the issue.',
			);
		case 'calls':
			return refusal(
				'notAboutIt',
				"It fails, but for something else: it calls none of the project's functions that the issue calls.",
			);
		case 'values':
		case 'words':
		case 'unknown':
			return undefined;
	}
}

/** The offer that costs nothing: what is in the issue itself. */
export const ISSUE_OFFER = 'issue';

const WORDS: Readonly<Record<Refusal['kind'], string>> = {
	otherFiles: 'changed more than tests',
	reachesOut: 'did what a test does not need',
	passesOnBase: 'passed on the current text',
	notRun: 'did not run',
	doesNotLoad: 'could not be loaded',
	anotherReason: 'failed for another reason',
	hangs: 'did not end',
	flaky: 'not stable',
	breaksTests: 'broke other tests',
	notAboutIt: 'not about the issue',
	withheld: 'refused by you',
	inconclusive: 'could not be judged',
};

/** Frameworks that can be asked for one file; the others run everything. */
function scopeOf(suite: Suite, files: readonly string[]): SuiteScope {
	return ['node:test', 'jest', 'vitest', 'pytest', 'mocha'].includes(suite.framework)
		? { kind: 'tests', tests: files.map((file) => ({ id: file, file, name: file, status: 'failed' })) }
		: { kind: 'all' };
}

async function textsOf(tree: Tree, files: readonly string[]): Promise<readonly FileEdit[] | undefined> {
	const texts: FileEdit[] = [];
	for (const path of files) {
		const text = await tree.read?.(path);
		if (text === undefined) {
			return undefined;
		}
		texts.push({ path, text });
	}
	return texts;
}
