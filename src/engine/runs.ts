// A run for one problem: begun, taken up again, and what is kept of it.
import { randomUUID } from 'node:crypto';
import path from 'node:path';
import type { SolveEvent } from '../core/events';
import type { Issue } from '../core/issue/issue';
import type { ReproduceRequest } from '../core/issue/reproduce';
import { add, formatUsd, nanoUsd } from '../core/money';
import type { Patch } from '../core/patch';
import { receiptMarkdown, receiptOf } from '../core/receipt';
import { type Memo, Replays } from '../core/runMemory';
import { type RunMoney, runMoney } from '../core/runMoney';
import { noSandbox, type Sandbox } from '../core/sandbox';
import { solve } from '../core/solve';
import { UserError } from '../core/userError';
import { absentNames } from '../propose/tests/absentNames';
import { IssueAuthor } from '../propose/tests/issueAuthor';
import { projectNames } from '../propose/tests/projectNames';
import { landPatch } from '../repo/land';
import { takeSnapshot } from '../repo/snapshot';
import { FileJournal } from '../store/journal';
import { PromptStore } from '../store/prompts';
import { readSettings } from '../store/settings';
import { type FileRunMemory, type RunOrder, UnfinishedRuns } from '../store/unfinishedRuns';
import { clock } from './clock';
import { Lessons } from './lessons';
import { Memory } from './memory';
import { changesOf, testsFirst, withTest } from './patches';
import { type Place, Places } from './places';
import { type Chosen, Proposers } from './proposers';
import type { ChangedFile, FixReport, FixRequest, ResumeRequest } from './requests';
import { unsavedIn, without } from './texts';

/** More are not looked at by anybody. */
const MOST_ALTERNATIVES = 5;

export interface RunParts {
	readonly places: Places;
	readonly proposers: Proposers;
	readonly memory: Memory;
	readonly lessons: Lessons;
	readonly journal: FileJournal;
	/** Where we keep what outlives a run. */
	readonly home: string;
	readonly settingsFile: string;
	readonly keepFixes: (() => boolean | undefined) | undefined;
}

export function newRun(): string {
	return randomUUID().replaceAll('-', '').slice(0, 12);
}

export class Runs {
	private readonly unfinished: UnfinishedRuns;

	constructor(private readonly parts: RunParts) {
		this.unfinished = new UnfinishedRuns(path.join(parts.home, 'unfinished'));
	}

	/** @throws UserError when the request cannot be begun (no git, no tests, no such proposer); nothing was spent. */
	async fix(
		request: FixRequest,
		onEvent: (event: SolveEvent) => void,
		signal: AbortSignal,
	): Promise<FixReport> {
		const run = newRun();
		return this.parts.places.within(request, run, onEvent, signal, async (place) => {
			const memory =
				request.issue === undefined ? await this.unfinished.begin(orderOf(run, request, place)) : undefined;
			try {
				return await this.within(place, run, request, { memory }, onEvent, signal);
			} finally {
				await memory?.close();
			}
		});
	}

	/**
	 * Takes a run up that was cut off, or ended without a fix: what was paid for is not bought again, what was judged not
	 * judged again. The bid is the run's, all that it spent before included, unless the user says another.
	 * @throws UserError when there is no such run, it still goes on, or the files are not as they were.
	 */
	async resume(
		request: ResumeRequest,
		onEvent: (event: SolveEvent) => void,
		signal: AbortSignal,
	): Promise<FixReport> {
		const repository = await this.parts.places.opened(request.folder);
		const found = await this.unfinished.find(request.run, repository.root);
		if (typeof found === 'string') {
			throw new UserError(`${found} Begin a new one.`);
		}
		const { order, memos, learnt } = found;
		const { run, bid, timeMs, sandbox, ...rest } = order;
		const money = runMoney((await this.parts.journal.read()).entries, run);
		const spend = request.spend ?? nanoUsd(bid);
		if (spend < add(money.spent, money.doubted)) {
			throw new UserError(
				`The run ${run} has cost ${formatUsd(add(money.spent, money.doubted))} already, calls that were cut off at their worst; bid more than that with --max-spend.`,
			);
		}
		const asked: FixRequest = {
			...rest,
			unsaved: request.unsaved ?? [],
			bid: { spend, timeMs: request.timeMs ?? timeMs },
			...(sandbox === undefined ? {} : { sandbox }),
			...(request.apply === undefined ? {} : { apply: request.apply }),
			showPrompt: request.showPrompt,
		};
		return this.parts.places.within(asked, run, onEvent, signal, async (place) => {
			if (place.repository.root !== order.repository || place.snapshot.tree !== order.tree) {
				throw new UserError(
					`The files are not as they were when the run ${run} was cut off, so what it knows is of another text. Begin a new one.`,
				);
			}
			if (place.suite.argv.join(' ') !== order.command) {
				throw new UserError(
					`The tests are run by ${place.suite.argv.join(' ')} now, and were by ${order.command} in the run ${run}. Begin a new one.`,
				);
			}
			const memory = await this.unfinished.take(run, memos);
			if (memory === undefined) {
				throw new UserError(`The run ${run} still goes on in another process.`);
			}
			try {
				return await this.within(place, run, asked, { memory, money, learnt }, onEvent, signal);
			} finally {
				await memory.close();
			}
		});
	}

	/** Within a place that is open. */
	async within(
		place: Place,
		run: string,
		request: FixRequest,
		{ memory, money, learnt = 0 }: Kept,
		onEvent: (event: SolveEvent) => void,
		signal: AbortSignal,
	): Promise<FixReport> {
		const { repository, trees, snapshot, suite, runner } = place;
		const replays = new Replays(memory?.before ?? []);
		if (money !== undefined) {
			onEvent({ kind: 'note', text: takenUpWords(memory?.before ?? [], money) });
		}
		const { keeps, examples } = await this.keeping();
		const { proposers, authors, judge, notes, order } = await this.parts.proposers.choose(
			{
				names: request.proposers,
				bid: request.bid.spend,
				ground: place.ground,
				earlier: examples ? await this.parts.lessons.earlier(repository.root) : [],
				kept: memory === undefined ? undefined : { memory, replays },
			},
			signal,
		);
		for (const text of [...sandboxNotes(place.sandbox), ...notes]) {
			onEvent({ kind: 'note', text });
		}
		const outbox = new PromptStore(path.join(this.parts.home, 'prompts'), request.showPrompt);
		const { bid, target } = request;
		const offers = proposers.map(({ offer }) => offer);
		const course = await this.parts.memory.course(run, repository.root, offers, {
			temper: request.temper,
			order,
		});
		const events = (event: SolveEvent): void => {
			course.see(event);
			onEvent(event);
		};
		const effects = {
			...{ trees, runner, proposers, clock, journal: this.parts.journal, outbox, events },
			...(memory === undefined ? {} : { memory, replays }),
		};
		const outcome = await solve(
			{
				...{ run, bid, base: snapshot, suite, target, repository: repository.root, plan: course.plan },
				...(money === undefined ? {} : { before: money }),
				...(request.holdOut === true
					? {
							holdOut: (files: readonly string[]) =>
								takeSnapshot(place.workshop, without(unsavedIn(repository, request.unsaved), files), signal),
						}
					: {}),
				...(request.mayChange === undefined ? {} : { mayChange: request.mayChange }),
				...(request.issue === undefined
					? {}
					: { reproduce: this.reproduction(request, request.issue, place, { authors, judge }, signal) }),
			},
			effects,
			signal,
		);
		// What is believed of fixing code says nothing of mending tests.
		if ((request.mayChange ?? 'code') === 'code') {
			await course.learn({ ...outcome, attempts: outcome.attempts.slice(learnt) }, bid.spend);
		}
		const again = outcome.kind !== 'solved' && (outcome.attempts.length > 0 || outcome.spent > 0);
		await memory?.end(outcome.kind, again);
		const evidence = receiptOf(outcome, bid.spend, place.sandbox.words);
		const patch = outcome.kind === 'solved' ? outcome.chosen.patch : undefined;
		const { reproduction } = outcome;
		const changesWith = (one: Patch): Promise<ChangedFile[]> =>
			changesOf(trees, snapshot, repository, withTest(one, reproduction), signal).then((all) =>
				testsFirst(all, repository, reproduction),
			);
		const changes = patch === undefined ? [] : await changesWith(patch);
		if (keeps && outcome.kind === 'solved' && evidence.testsChanged.length === 0) {
			const own = changes.filter(({ isTest }) => isTest !== true);
			const solved = { outcome, receipt: evidence, changes: own, repository: repository.root, trees };
			const why = await this.parts.lessons.keep(solved, await this.parts.proposers.secrets(), signal);
			if (why !== undefined) {
				onEvent({ kind: 'note', text: `This fix is not kept for export or examples. ${why}` });
			}
		}
		const alternatives: { summary: string; changes: ChangedFile[] }[] = [];
		for (const one of outcome.kind === 'solved' ? outcome.alternatives.slice(0, MOST_ALTERNATIVES) : []) {
			const other = await changesWith(one.patch);
			if (other.length > 0) {
				alternatives.push({ summary: one.summary, changes: other });
			}
		}
		const landing =
			patch === undefined || request.apply !== true
				? undefined
				: await landPatch(place.workshop, snapshot, withTest(patch, reproduction), signal);
		const receipt = receiptMarkdown(evidence);
		return {
			outcome,
			evidence,
			receipt,
			changes,
			alternatives,
			...(landing === undefined ? {} : { landing }),
		};
	}

	private reproduction(
		request: FixRequest,
		issue: Issue,
		{ repository, workshop, suite }: Place,
		{ authors, judge }: Pick<Chosen, 'authors'> & { readonly judge: Chosen['judge'] | undefined },
		signal: AbortSignal,
	): ReproduceRequest {
		const { consent } = request;
		return {
			issue,
			authors: [new IssueAuthor(), ...authors],
			...(judge === undefined ? {} : { judge }),
			...(consent === undefined ? {} : { consent }),
			withTexts: (texts) =>
				takeSnapshot(workshop, [...unsavedIn(repository, request.unsaved), ...texts], signal),
			projectNames: (tree, tests) => projectNames(tree, tests, suite.folder, signal),
			absentNames: (tree, names) => absentNames(tree, names, signal),
		};
	}

	/** Whether verified fixes are kept, and shown to models as examples. @throws UserError */
	private async keeping(): Promise<{ readonly keeps: boolean; readonly examples: boolean }> {
		const settings = await readSettings(this.parts.settingsFile);
		const keeps = this.parts.keepFixes?.() ?? settings.keepFixes ?? false;
		return { keeps, examples: keeps && settings.examples !== false };
	}
}

/** What a run keeps, and what it had cost where it is taken up again. */
export interface Kept {
	readonly memory: FileRunMemory | undefined;
	readonly money?: RunMoney;
	/** Attempts that were learnt from. */
	readonly learnt?: number;
}

function orderOf(run: string, request: FixRequest, { repository, snapshot, suite }: Place): RunOrder {
	const { folder, bid, target, testCommand, testReport, remoteSuite: remote, proposers } = request;
	const { temper, mayChange, holdOut, sandbox } = request;
	return {
		run,
		repository: repository.root,
		folder: path.resolve(folder),
		tree: snapshot.tree,
		command: suite.argv.join(' '),
		bid: bid.spend,
		timeMs: bid.timeMs,
		target: target.kind === 'named' ? { kind: 'named', names: [...target.names] } : target,
		...(testCommand === undefined ? {} : { testCommand }),
		...(testReport === undefined ? {} : { testReport }),
		...(remote === undefined ? {} : { remoteSuite: remote }),
		...(proposers === undefined ? {} : { proposers: [...proposers] }),
		...(temper === undefined ? {} : { temper }),
		...(mayChange === undefined ? {} : { mayChange }),
		...(holdOut === undefined ? {} : { holdOut }),
		...(sandbox === undefined
			? {}
			: {
					sandbox: {
						...(sandbox.wish === undefined ? {} : { wish: sandbox.wish }),
						...(sandbox.network === undefined ? {} : { network: sandbox.network }),
					},
				}),
	};
}

function takenUpWords(memos: readonly Memo[], { spent }: RunMoney): string {
	const attempts = memos.filter(({ kind }) => kind === 'attempt').length;
	const replies = memos.filter(({ kind }) => kind === 'reply').length;
	return `Taken up again: ${attempts} ended attempt${attempts === 1 ? '' : 's'} and ${replies} paid answer${replies === 1 ? '' : 's'} are known; ${formatUsd(spent)} was spent before, calls that were cut off at their worst.`;
}

/** That nothing confines the runs is told also while they run, unless the user asked for it. */
function sandboxNotes({ kind, words }: Sandbox): readonly string[] {
	return kind === 'inside' || words === noSandbox('turned off').words ? [] : [`Sandbox: ${words}.`];
}
