// Composition root of the engine that both faces share: the rooms put together around core's `solve`.
import { randomUUID } from 'node:crypto';
import { readFile, rmdir, stat } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { Temper } from './core/cascade/options';
import type { Quote } from './core/cascade/quote';
import type { Clock, Journal, SuiteRunner, Tree } from './core/effects';
import type { SolveEvent } from './core/events';
import { type FailureGroup, failureGroups } from './core/failureGroups';
import { fixGroups, type GroupsResult } from './core/fixGroups';
import { type GroupsReceipt, groupsMarkdown, groupsReceipt } from './core/groupsReceipt';
import type { Issue } from './core/issue/issue';
import type { ReproduceRequest } from './core/issue/reproduce';
import type { ReproductionRecord } from './core/issue/reproductionRecord';
import { type Caps, lowerCaps } from './core/ledger';
import type { Model } from './core/model';
import { add, formatUsd, type NanoUsd, nanoUsd, ZERO } from './core/money';
import type { Outcome } from './core/outcome';
import type { FileChange, FileEdit, Patch } from './core/patch';
import type { Bid, Snapshot } from './core/problem';
import { type MayChange, protectedAs } from './core/protectedFiles';
import { type Receipt, receiptMarkdown, receiptOf } from './core/receipt';
import { tamperingIn } from './core/rules/screening';
import { type Memo, Replays } from './core/runMemory';
import { type RunMoney, runMoney } from './core/runMoney';
import { noSandbox, type Sandbox, type SandboxChoice, wallHint } from './core/sandbox';
import { solve } from './core/solve';
import { foldSpend, type SpendKey, type SpendSpan } from './core/spend';
import type { Period, SpendingRow } from './core/spendingPage';
import {
	isWhole,
	type Suite,
	type SuiteRun,
	type SuiteScope,
	type Target,
	type TestResult,
	withWholeFiles,
} from './core/suite';
import { UserError } from './core/userError';
import { guardedGet } from './issues/guardedGet';
import { type IssueKey, withKeys } from './issues/keys';
import { type FoundIssue, readIssue } from './issues/read';
import { Lessons } from './lessons';
import { Memory } from './memory';
import type { Catalogue } from './models/catalogue/catalogue';
import { networkFault } from './models/networkFault';
import { Grammars } from './propose/free/grammars';
import { GivenPatch } from './propose/given';
import { WorkFiles } from './propose/model/workFiles';
import { IssueAuthor } from './propose/tests/issueAuthor';
import { projectNames } from './propose/tests/projectNames';
import { type Chosen, type Ground, Proposers } from './proposers';
import { copyAsRepository } from './repo/copyAsRepository';
import { landPatch } from './repo/land';
import { snapshotWith } from './repo/laterSnapshot';
import { sweep } from './repo/owner';
import { patchFromDiff } from './repo/patch';
import { originOf } from './repo/remote';
import { removeTree } from './repo/removal';
import { openRepository, type Repository } from './repo/repository';
import { type TakenSnapshot, takeSnapshot } from './repo/snapshot';
import { treeFiles } from './repo/treeFiles';
import { Workshop } from './repo/workshop';
import { cacheBeside, Worktrees } from './repo/worktrees';
import { FileJournal, type JournalFigures } from './store/journal';
import { PromptStore, readPrompts, type SentPrompt, type ShowPrompt } from './store/prompts';
import { FileReviewStore } from './store/reviews';
import { FileRunStore } from './store/runs';
import { readSettings } from './store/settings';
import { stateFolder } from './store/stateFolder';
import { type FileRunMemory, type RunOrder, UnfinishedRuns } from './store/unfinishedRuns';
import { childEnvironment } from './verify/childEnvironment';
import { discoverSuite, suiteFromCommand } from './verify/discovery';
import { RemoteSuiteRunner, remoteSuite, templateFault } from './verify/remote/remoteSuite';
import { openSandbox } from './verify/sandbox/openSandbox';
import { ProcessSuiteRunner } from './verify/suiteRunner';

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
		'folder' | 'unsaved' | 'testCommand' | 'testReport' | 'remoteSuite' | 'target' | 'sandbox'
	> {
	/** The files before the change, whole texts by absolute path; `undefined`: the file was not there. */
	readonly bases: ReadonlyMap<string, string | undefined>;
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

/** More are not looked at by anybody. */
const MOST_ALTERNATIVES = 5;

const LISTING_LIMIT_MS = 120_000;

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
	/** As they are now, wherever the user set them. @throws UserError where they cannot be read */
	private readonly caps: () => Promise<Caps>;
	private readonly open = new Set<Worktrees>();
	private readonly proposers: Proposers;
	readonly memory: Memory;
	readonly lessons: Lessons;
	private readonly keepFixes: (() => boolean | undefined) | undefined;
	/** The user's settings, which need not exist. */
	readonly settingsFile: string;
	private readonly treesHome: string;
	private readonly unfinished: UnfinishedRuns;
	/** Where we keep what outlives a run. */
	private readonly home: string;

	private readonly sandbox: (() => SandboxChoice) | undefined;
	private readonly remoteSuite: (() => string | undefined) | undefined;
	private readonly dist: string;
	private readonly fetch: typeof globalThis.fetch;
	private readonly environment: Readonly<Record<string, string | undefined>>;

	constructor({
		dist,
		environment = process.env,
		secretOf,
		fetch,
		lent,
		localFree,
		caps,
		pool,
		order,
		sandbox,
		keepFixes,
		remoteSuite: remote,
	}: EngineOptions) {
		this.sandbox = sandbox;
		this.remoteSuite = remote;
		this.dist = dist;
		this.fetch = fetch ?? ((input, init) => globalThis.fetch(input, init));
		this.environment = environment;
		this.home = stateFolder(environment);
		this.memory = new Memory(this.home);
		this.unfinished = new UnfinishedRuns(path.join(this.home, 'unfinished'));
		const settings = path.join(this.home, 'settings.json');
		this.settingsFile = settings;
		this.caps = async () => lowerCaps((await readSettings(settings)).caps, caps?.() ?? {});
		this.journal = new FileJournal(path.join(this.home, 'spend.jsonl'), {
			caps: this.caps,
			settingsFile: settings,
			...(caps === undefined ? {} : { elsewhere: editorLimit }),
		});
		const grammars = new Grammars(dist);
		this.lessons = new Lessons(this.home, grammars);
		this.keepFixes = keepFixes;
		this.proposers = new Proposers({
			dist,
			home: this.home,
			environment,
			secretOf,
			fetch,
			lent,
			localFree,
			pool,
			order,
			grammars,
			clock,
		});
		this.treesHome = path.join(os.tmpdir(), `underbid-${process.getuid?.() ?? os.userInfo().username}`);
	}

	/** @throws UserError when the request cannot be begun (no git, no tests, no such proposer); nothing was spent. */
	async fix(
		request: FixRequest,
		onEvent: (event: SolveEvent) => void,
		signal: AbortSignal,
	): Promise<FixReport> {
		const run = randomUUID().replaceAll('-', '').slice(0, 12);
		return this.within(request, run, onEvent, signal, async (place) => {
			const memory =
				request.issue === undefined ? await this.unfinished.begin(orderOf(run, request, place)) : undefined;
			try {
				return await this.fixIn(place, run, request, { memory }, onEvent, signal);
			} finally {
				await memory?.close();
			}
		});
	}

	/**
	 * All that fails, cause by cause under the one bid, each fix on top of the ones before it; then all of it is judged
	 * together. With `apply` what was verified as a whole is written into the user's files.
	 * @throws UserError when it cannot be begun; nothing was spent.
	 */
	async fixAll(
		request: Omit<FixRequest, 'target' | 'issue' | 'consent' | 'holdOut' | 'mayChange'>,
		onEvent: (event: SolveEvent) => void,
		signal: AbortSignal,
	): Promise<FixAllReport> {
		const startedMs = performance.now();
		const run = randomUUID().replaceAll('-', '').slice(0, 12);
		return this.within(request, run, onEvent, signal, async (place) => {
			const { trees, snapshot, suite, runner, workshop, repository } = place;
			onEvent({ kind: 'stage', stage: 'running the tests on the current text' });
			const listed = await trees.borrow(
				snapshot,
				async ({ root }) => ({
					root,
					run: await runner.run(root, suite, { kind: 'all' }, LISTING_LIMIT_MS, signal),
				}),
				signal,
			);
			if (listed.kind === 'failed') {
				throw new UserError(listed.reason);
			}
			const found = failingOf(listed.value.run, listed.value.root);
			if (found.kind !== 'found' || found.failing.length === 0) {
				const { argv } = suite;
				throw new UserError(
					found.kind === 'found'
						? `No test fails (${argv.join(' ')}), so there is nothing to fix.`
						: found.kind === 'blocked'
							? found.reason
							: 'Cancelled.',
				);
			}
			const { groups } = found;
			const reports = new Map<Outcome, FixReport>();
			let number = 0;
			const result = await fixGroups(
				groups,
				snapshot,
				request.bid,
				{
					nowMs: () => clock.nowMs(),
					begun: (at, group, bid) => {
						number = at;
						onEvent({ kind: 'group', number, of: groups.length, group, bid });
					},
					stillFailing: async (base, { tests }) => {
						const scope: SuiteScope = isWhole(suite) ? { kind: 'all' } : { kind: 'tests', tests };
						const used = await trees.borrow(
							base,
							({ root }) => runner.run(root, suite, scope, LISTING_LIMIT_MS, signal),
							signal,
						);
						const ended = used.kind === 'used' ? used.value : undefined;
						if (ended?.kind !== 'finished') {
							return undefined;
						}
						const passed = new Set(
							withWholeFiles(ended.tests, tests).flatMap((one) => (one.status === 'passed' ? [one.id] : [])),
						);
						return new Set(tests.map(({ id }) => id).filter((id) => !passed.has(id)));
					},
					fix: async (base, names, bid) => {
						const target: Target = { kind: 'named', names };
						const one = { ...request, bid, target, apply: false };
						const report = await this.fixIn(
							{ ...place, snapshot: base },
							`${run}-${number}`,
							one,
							{ memory: undefined },
							onEvent,
							signal,
						);
						reports.set(report.outcome, report);
						return report.outcome;
					},
					with: (base, patch) => withPatch(trees, workshop, base, patch, signal),
					judge: async (base, now, names, timeMs) => {
						onEvent({ kind: 'stage', stage: 'testing all fixes together' });
						const patch = await patchBetween(trees, base, now, reports, signal);
						const target: Target = { kind: 'named', names };
						const report = await this.judged(
							patch,
							`the fixes of ${groups.length} causes`,
							{ ...place, snapshot: base },
							{ target, timeMs },
							`${run}-all`,
							(event) => (event.kind === 'ran' ? onEvent(event) : undefined),
							signal,
						);
						reports.set(report.outcome, report);
						return report.outcome;
					},
				},
				signal,
			);
			const { whole } = result;
			const patch = whole?.kind === 'solved' ? whole.chosen.patch : undefined;
			const landing =
				patch === undefined || request.apply !== true || result.cancelled
					? undefined
					: await landPatch(workshop, snapshot, patch, signal);
			const evidence = groupsReceipt(
				result,
				(outcome) => reports.get(outcome)?.evidence,
				request.bid.spend,
				Math.round(performance.now() - startedMs),
			);
			return {
				run,
				result,
				evidence,
				receipt: groupsMarkdown(evidence),
				changes: patch === undefined ? [] : await changesOf(trees, snapshot, repository, patch, signal),
				...(landing === undefined ? {} : { landing }),
			};
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
		const { repository } = await this.opened(request.folder);
		const found = await this.unfinished.find(request.run, repository.root);
		if (typeof found === 'string') {
			throw new UserError(`${found} Begin one with underbid fix.`);
		}
		const { order, memos, learnt } = found;
		const { run, bid, timeMs, sandbox, ...rest } = order;
		const money = runMoney((await this.journal.read()).entries, run);
		const spend = request.spend ?? nanoUsd(bid);
		if (spend < add(money.spent, money.doubted)) {
			throw new UserError(
				`The run ${run} has cost ${formatUsd(add(money.spent, money.doubted))} already, calls that were cut off at their worst; bid more than that with --max-spend.`,
			);
		}
		const asked: FixRequest = {
			...rest,
			unsaved: [],
			bid: { spend, timeMs: request.timeMs ?? timeMs },
			...(sandbox === undefined ? {} : { sandbox }),
			...(request.apply === undefined ? {} : { apply: request.apply }),
			showPrompt: request.showPrompt,
		};
		return this.within(asked, run, onEvent, signal, async (place) => {
			if (place.repository.root !== order.repository || place.snapshot.tree !== order.tree) {
				throw new UserError(
					`The files are not as they were when the run ${run} was cut off, so what it knows is of another text. Begin a new one with underbid fix.`,
				);
			}
			if (place.suite.argv.join(' ') !== order.command) {
				throw new UserError(
					`The tests are run by ${place.suite.argv.join(' ')} now, and were by ${order.command} in the run ${run}. Begin a new one with underbid fix.`,
				);
			}
			const memory = await this.unfinished.take(run, memos);
			if (memory === undefined) {
				throw new UserError(`The run ${run} still goes on in another process.`);
			}
			try {
				return await this.fixIn(place, run, asked, { memory, money, learnt }, onEvent, signal);
			} finally {
				await memory.close();
			}
		});
	}

	private async fixIn(
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
		const { proposers, authors, judge, notes, order } = await this.proposers.choose(
			{
				names: request.proposers,
				bid: request.bid.spend,
				ground: place.ground,
				earlier: examples ? await this.lessons.earlier(repository.root) : [],
				kept: memory === undefined ? undefined : { memory, replays },
			},
			signal,
		);
		for (const text of [...sandboxNotes(place.sandbox), ...notes]) {
			onEvent({ kind: 'note', text });
		}
		const outbox = new PromptStore(path.join(this.home, 'prompts'), request.showPrompt);
		const { bid, target } = request;
		const offers = proposers.map(({ offer }) => offer);
		const course = await this.memory.course(run, repository.root, offers, {
			temper: request.temper,
			order,
		});
		const events = (event: SolveEvent): void => {
			course.see(event);
			onEvent(event);
		};
		const effects = {
			...{ trees, runner, proposers, clock, journal: this.journal, outbox, events },
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
			const why = await this.lessons.keep(solved, await this.proposers.secrets(), signal);
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
		};
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
	 * The same, told as a value. `keys` go each to its own address and nowhere else.
	 * @throws UserError when the folder is in no repository.
	 */
	async findIssue(
		{
			said,
			folder,
			unsaved,
			keys,
			readInput,
		}: Pick<FixRequest, 'folder' | 'unsaved'> & {
			readonly said: string;
			readonly keys: readonly IssueKey[];
			readonly readInput: () => Promise<string>;
		},
		signal: AbortSignal,
	): Promise<FoundIssue> {
		const { repository } = await this.opened(folder);
		const files = new WorkFiles(repository.root);
		return readIssue(
			said,
			{
				get: guardedGet(this.fetch, (error) => networkFault(error).reason),
				environment: withKeys(this.environment, keys),
				remote: await originOf(repository.root, signal),
				readInput,
				readFile: async (name) => {
					const file = path.resolve(folder, name);
					return unsaved.find((one) => one.file === file)?.text ?? (await textFile(file));
				},
				linesOf: async (file, from, to) => {
					const read = await files.read(file);
					const lines = read.kind === 'refused' ? [] : read.text.split('\n').slice(from - 1, to);
					return lines.length === 0 ? undefined : lines.join('\n');
				},
			},
			signal,
		);
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
		const { repository } = await this.opened(request.folder);
		const most = Math.max(0, ...bids) as NanoUsd;
		const { proposers, order } = await this.proposers.choose(
			{ names: request.proposers, bid: most, ground: NO_GROUND },
			signal,
		);
		return this.memory.quote(
			repository.root,
			proposers.map(({ offer }) => offer),
			bids,
			{ temper: request.temper, order },
		);
	}

	/** Judges the text as it is like anybody's patch: red without the change, green with it, nothing broken. Free. */
	async verify(
		request: VerifyRequest,
		onEvent: (event: SolveEvent) => void,
		signal: AbortSignal,
	): Promise<FixReport> {
		const run = randomUUID().replaceAll('-', '').slice(0, 12);
		const { repository } = await this.opened(request.folder);
		const texts = await textsOf(request);
		const before = [...request.bases].map(([file, text]) => changeOf(repository, file, text));
		const now = [...texts].map(([file, text]) => changeOf(repository, file, text));
		const place = { ...request, changes: before };
		return this.within(place, run, onEvent, signal, async (opened) => {
			const { trees, snapshot } = opened;
			const used = await trees.borrow(snapshot, (tree) => tree.patchOf(now), signal);
			if (used.kind === 'failed' || used.value === undefined) {
				throw new UserError(
					used.kind === 'failed'
						? used.reason
						: 'There is no change to judge: the files are as they were before.',
				);
			}
			const patch = used.value;
			return this.judged(patch, 'the text as it is', opened, request, run, onEvent, signal);
		});
	}

	/**
	 * Judges a patch from anywhere against the text as it is. Free.
	 * @throws UserError when it is no patch, or holds what no patch may hold.
	 */
	async verifyPatch(
		request: Pick<
			FixRequest,
			'folder' | 'unsaved' | 'testCommand' | 'testReport' | 'remoteSuite' | 'target' | 'sandbox' | 'mayChange'
		> & {
			/** A unified diff against the text as it is. */
			readonly diff: string;
			readonly timeMs: number;
		},
		onEvent: (event: SolveEvent) => void,
		signal: AbortSignal,
	): Promise<FixReport> {
		const read = patchFromDiff(request.diff);
		if (read.kind === 'refused') {
			throw new UserError(read.reason);
		}
		const run = randomUUID().replaceAll('-', '').slice(0, 12);
		return this.within(request, run, onEvent, signal, (place) =>
			this.judged(read.patch, 'the patch at hand', place, request, run, onEvent, signal),
		);
	}

	private async judged(
		patch: Patch,
		summary: string,
		{ trees, runner, snapshot, suite, repository, sandbox }: Place,
		{
			target,
			timeMs,
			mayChange = 'code',
		}: {
			readonly target: Target;
			readonly timeMs: number;
			readonly mayChange?: MayChange | undefined;
		},
		run: string,
		onEvent: (event: SolveEvent) => void,
		signal: AbortSignal,
	): Promise<FixReport> {
		const bid = { spend: ZERO, timeMs };
		// Which changes of tests are within the rules is known only when the base has run.
		const early =
			mayChange === 'code' && suite.source !== REMOTE_SOURCE
				? beginEarly(patch, { trees, runner, snapshot, suite, sandbox }, timeMs, signal)
				: undefined;
		const outcome = await solve(
			{ run, bid, base: snapshot, suite, target, repository: repository.root, mayChange },
			{
				trees,
				runner,
				proposers: [new GivenPatch({ patch, summary, warnings: [] })],
				clock,
				journal: NOTHING_BOUGHT,
				outbox: { approve: async () => false },
				events: onEvent,
				...(early === undefined ? {} : { begun: early.begun }),
			},
			signal,
		).finally(() => early?.stop());
		const evidence = receiptOf(outcome, bid.spend, sandbox.words);
		return { outcome, evidence, receipt: receiptMarkdown(evidence), changes: [], alternatives: [] };
	}

	/** What fails on the text as it is; nothing is spent. */
	async failingTests(
		place: Pick<FixRequest, 'folder' | 'unsaved' | 'testCommand' | 'testReport' | 'remoteSuite' | 'sandbox'>,
		onEvent: (event: SolveEvent) => void,
		signal: AbortSignal,
	): Promise<FailingTests> {
		try {
			return await this.within(
				place,
				randomUUID().replaceAll('-', '').slice(0, 12),
				onEvent,
				signal,
				async ({ trees, snapshot, suite, runner }) => {
					onEvent({ kind: 'stage', stage: 'running the tests on the current text' });
					const used = await trees.borrow(
						snapshot,
						async ({ root }) => ({
							root,
							run: await runner.run(root, suite, { kind: 'all' }, LISTING_LIMIT_MS, signal),
						}),
						signal,
					);
					if (used.kind === 'failed') {
						return signal.aborted ? { kind: 'cancelled' } : { kind: 'blocked', reason: used.reason };
					}
					return failingOf(used.value.run, used.value.root);
				},
			);
		} catch (error) {
			if (error instanceof UserError) {
				return signal.aborted ? { kind: 'cancelled' } : { kind: 'blocked', reason: error.message };
			}
			throw error;
		}
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

	/** How the tests would be run, found and not run. */
	async suiteAt(place: Pick<FixRequest, 'folder' | 'testCommand' | 'testReport' | 'remoteSuite'>): Promise<
		| {
				readonly kind: 'found';
				readonly command: string;
				readonly source: string;
				readonly framework: string;
		  }
		| { readonly kind: 'blocked'; readonly reason: string; readonly lacks?: 'command' }
	> {
		let repository: Repository | undefined;
		try {
			({ repository } = await this.opened(place.folder));
			const { argv, source, framework } = await this.suiteOf(repository, place);
			return { kind: 'found', command: argv.join(' '), source, framework };
		} catch (error) {
			if (error instanceof UserError) {
				const lacks = repository === undefined ? {} : ({ lacks: 'command' } as const);
				return { kind: 'blocked', reason: error.message, ...lacks };
			}
			throw error;
		}
	}

	async close(): Promise<void> {
		await Promise.all([...this.open].map((trees) => trees.close()));
	}

	/** For a process that must end now. */
	removeAllSync(): void {
		for (const trees of this.open) {
			trees.removeAllSync();
		}
	}

	private async opened(folder: string): Promise<{ readonly repository: Repository }> {
		const opened = await openRepository(path.resolve(folder));
		if (opened.kind === 'refused') {
			throw new UserError(opened.reason);
		}
		return opened;
	}

	private async within<T>(
		request: Pick<
			FixRequest,
			'folder' | 'unsaved' | 'testCommand' | 'testReport' | 'remoteSuite' | 'sandbox'
		> & {
			/** Laid over everything else. */
			readonly changes?: readonly FileChange[];
		},
		run: string,
		onEvent: (event: SolveEvent) => void,
		signal: AbortSignal,
		use: (place: Place) => Promise<T>,
	): Promise<T> {
		const { repository } = await this.opened(request.folder);
		const suite = await this.suiteOf(repository, request);
		const remote = this.remoteFor(request);
		const sandbox = await this.sandboxFor(request.sandbox, remote);
		await sweep(this.treesHome);
		const workshop = new Workshop({ repository, home: this.treesHome, ownerId: run });
		const trees = new Worktrees(workshop);
		this.open.add(trees);
		try {
			const over = new Map<string, FileChange>(
				[...unsavedIn(repository, request.unsaved), ...(request.changes ?? [])].map((one) => [one.path, one]),
			);
			const taken = await takeSnapshot(workshop, [...over.values()], signal);
			if (taken.kind === 'failed') {
				throw new UserError(taken.reason);
			}
			const prefixOf = (root: string, folder?: string): readonly string[] => {
				const { writable, readable, hidden } = trees.reachOf(root);
				return sandbox.prefix({
					writable: folder === undefined ? writable : [...writable, folder],
					readable: [...readable, this.dist],
					hidden,
				});
			};
			const beforeRun = (root: string, one: Suite): Promise<void> =>
				Object.keys(buildCacheOf(root, one, sandbox)).length === 0
					? Promise.resolve()
					: trees.beforeRun(root);
			const ground: Ground = { suiteIn: (root, one) => suiteIn(trees, root, one, sandbox), prefixOf };
			const environment = childEnvironment(this.environment);
			const processes =
				remote === undefined
					? new ProcessSuiteRunner({
							assets: this.dist,
							tempRoot: path.join(this.treesHome, 'reports'),
							environment,
							prefixOf,
						})
					: new RemoteSuiteRunner({
							template: remote,
							cwd: repository.root,
							// A key agent is no key: it is what lets the user's own ssh in.
							environment: { ...environment, ...agentOf(this.environment) },
							filesOf: treeFiles,
						});
			const runner = new TreeRunner({ inner: processes, ground, sandbox, beforeRun, onEvent });
			const { snapshot } = taken;
			return await use({ repository, workshop, trees, snapshot, suite, runner, ground, sandbox });
		} finally {
			await trees.close();
			this.open.delete(trees);
			if (this.open.size === 0) {
				await this.tidy();
			}
		}
	}

	/** Whether verified fixes are kept, and shown to models as examples. @throws UserError */
	private async keeping(): Promise<{ readonly keeps: boolean; readonly examples: boolean }> {
		const settings = await readSettings(path.join(this.home, 'settings.json'));
		const keeps = this.keepFixes?.() ?? settings.keepFixes ?? false;
		return { keeps, examples: keeps && settings.examples !== false };
	}

	/** What this run says, else the editor, else the settings file. @throws UserError when it is required and not there. */
	private async sandboxFor(asked: SandboxChoice = {}, remote?: string): Promise<Sandbox> {
		const settings = await readSettings(path.join(this.home, 'settings.json'));
		const editor = this.sandbox?.() ?? {};
		if (remote !== undefined) {
			if ((asked.wish ?? editor.wish ?? settings.sandbox?.wish) === 'required') {
				throw new UserError(
					'A sandbox is required, and what confines the tests on the other machine cannot be seen from here: use one of the two.',
				);
			}
			return {
				kind: 'none',
				words: `elsewhere: the tests ran where ${remoteSuite(remote).argv[0] ?? 'the command'} takes them, and what confines them there is not known here`,
				prefix: () => [],
			};
		}
		const opened = await openSandbox({
			wish: asked.wish ?? editor.wish ?? settings.sandbox?.wish ?? 'auto',
			network: asked.network ?? editor.network ?? settings.sandbox?.network ?? false,
			environment: this.environment,
			temporary: path.join(this.treesHome, 'reports', 'temporary'),
		});
		if (opened.kind === 'refused') {
			throw new UserError(opened.reason);
		}
		return opened.sandbox;
	}

	/** Our own folders go too, when no other run has anything in them. */
	private async tidy(): Promise<void> {
		await removeTree(path.join(this.treesHome, 'reports', 'temporary'));
		for (const folder of [path.join(this.treesHome, 'reports'), this.treesHome]) {
			await rmdir(folder).catch(() => undefined);
		}
	}

	/** @throws UserError when the command cannot be used. */
	private remoteFor({ remoteSuite: said }: Pick<FixRequest, 'remoteSuite'>): string | undefined {
		const template = said ?? this.remoteSuite?.();
		const fault = template === undefined ? undefined : templateFault(template);
		if (fault !== undefined) {
			throw new UserError(fault);
		}
		return template;
	}

	private async suiteOf(
		repository: Repository,
		request: Pick<FixRequest, 'testCommand' | 'testReport' | 'remoteSuite'>,
	): Promise<Suite> {
		const { testCommand: command, testReport: report } = request;
		const remote = this.remoteFor(request);
		if (remote !== undefined) {
			return remoteSuite(remote);
		}
		const found =
			command === undefined
				? await discoverSuite(repository.root, repository.folder)
				: await suiteFromCommand(command, repository.root, repository.folder);
		if (found.kind !== 'found') {
			throw new UserError(found.reason);
		}
		if (report === undefined) {
			return found.suite;
		}
		return report === 'tap'
			? { ...found.suite, framework: 'tap' }
			: { ...found.suite, framework: 'junit', report };
	}
}

/** What a run keeps, and what it had cost where it is taken up again. */
interface Kept {
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

interface Place {
	readonly repository: Repository;
	readonly workshop: Workshop;
	readonly trees: Worktrees;
	readonly snapshot: Snapshot;
	readonly suite: Suite;
	readonly runner: SuiteRunner;
	readonly ground: Ground;
	readonly sandbox: Sandbox;
}

/**
 * The suite on the patch beside the suite on the base, where a second core is free and two runs at once cannot meet at
 * a port: nothing of the patch runs that its text alone forbids.
 */
function beginEarly(
	patch: Patch,
	{
		trees,
		runner,
		snapshot,
		suite,
		sandbox,
	}: Pick<Place, 'trees' | 'runner' | 'snapshot' | 'suite' | 'sandbox'>,
	limitMs: number,
	signal: AbortSignal,
): { readonly begun: () => Promise<SuiteRun>; readonly stop: () => Promise<void> } | undefined {
	const forbidden =
		tamperingIn(patch) !== undefined || patch.files.some((file) => protectedAs(file) !== undefined);
	if (forbidden || isWhole(suite) || sandbox.apart !== true || os.availableParallelism() < 2) {
		return undefined;
	}
	const end = new AbortController();
	const both = AbortSignal.any([signal, end.signal]);
	const running = trees.borrow(
		snapshot,
		async (tree): Promise<SuiteRun> => {
			const applied = await tree.apply(patch);
			return applied.kind === 'done'
				? runner.run(tree.root, suite, { kind: 'all' }, limitMs, both)
				: { kind: 'neverRan', argv: suite.argv, durationMs: 0, output: '', reason: applied.reason };
		},
		both,
	);
	return {
		begun: async (): Promise<SuiteRun> => {
			const used = await running;
			return used.kind === 'used'
				? used.value
				: { kind: 'neverRan', argv: suite.argv, durationMs: 0, output: '', reason: used.reason };
		},
		stop: async () => {
			end.abort();
			await running;
		},
	};
}

/** Two runs at once may meet on the other machine. */
const REMOTE_SOURCE = remoteSuite('').source;

function agentOf({ SSH_AUTH_SOCK: socket }: Readonly<Record<string, string | undefined>>): {
	readonly SSH_AUTH_SOCK?: string;
} {
	return socket === undefined ? {} : { SSH_AUTH_SOCK: socket };
}

/** Looking again buys nothing and solves nothing: the books of runs stay as they are. */
const NOTHING_BOUGHT: Journal = {
	append: async () => ({ kind: 'done' }),
	reserve: async () => ({ kind: 'failed', reason: 'judging a patch spends nothing' }),
};

/** Where nothing is run. */
const NO_GROUND: Ground = { suiteIn: (_, suite) => suite, prefixOf: () => [] };

/** Runs suites with what their tree needs in its environment, and tells once when the sandbox seems to be in the way. */
class TreeRunner implements SuiteRunner {
	private hinted = false;

	constructor(
		private readonly parts: {
			readonly inner: SuiteRunner;
			readonly ground: Ground;
			readonly sandbox: Sandbox;
			readonly beforeRun: (root: string, suite: Suite) => Promise<void>;
			readonly onEvent: (event: SolveEvent) => void;
		},
	) {}

	async run(
		root: string,
		suite: Suite,
		scope: SuiteScope,
		limitMs: number,
		signal: AbortSignal,
	): Promise<SuiteRun> {
		const { inner, ground, sandbox, beforeRun, onEvent } = this.parts;
		await beforeRun(root, suite);
		const ended = await inner.run(root, ground.suiteIn(root, suite), scope, limitMs, signal);
		const failures = ended.kind === 'finished' ? ended.tests.map((test) => test.failure?.message ?? '') : [];
		const hint = this.hinted ? undefined : wallHint(sandbox, failures);
		if (hint !== undefined) {
			this.hinted = true;
			onEvent({ kind: 'note', text: hint });
		}
		return ended;
	}
}

/** That nothing confines the runs is told also while they run, unless the user asked for it. */
function sandboxNotes({ kind, words }: Sandbox): readonly string[] {
	return kind === 'inside' || words === noSandbox('turned off').words ? [] : [`Sandbox: ${words}.`];
}

/**
 * Compilers build beside the tree, where the next run finds it again. Go has a cache for the whole machine, which a
 * sandbox puts out of sight.
 */
function buildCacheOf(root: string, suite: Suite, sandbox: Sandbox): Readonly<Record<string, string>> {
	switch (suite.framework) {
		case 'cargo':
			return { CARGO_TARGET_DIR: path.join(cacheBeside(root), 'target') };
		case 'go':
			return sandbox.kind === 'inside' ? { GOCACHE: path.join(cacheBeside(root), 'go-build') } : {};
		default:
			return {};
	}
}

function suiteIn(trees: Worktrees, root: string, suite: Suite, sandbox: Sandbox): Suite {
	const { prepend, set } = trees.environmentOf(root);
	const paths = Object.entries(prepend).map(([name, folders]) => [
		name,
		[...folders, suite.env[name] ?? process.env[name]]
			.filter((one) => one !== undefined && one !== '')
			.join(path.delimiter),
	]);
	return {
		...suite,
		env: {
			...suite.env,
			...set,
			...(set['NODE_OPTIONS'] === undefined || suite.env['NODE_OPTIONS'] === undefined
				? {}
				: { NODE_OPTIONS: `${set['NODE_OPTIONS']} ${suite.env['NODE_OPTIONS']}` }),
			...buildCacheOf(root, suite, sandbox),
			...(Object.fromEntries(paths) as Record<string, string>),
		},
	};
}

const clock: Clock = {
	nowMs: () => performance.now(),
	timeout: (ms) => {
		const controller = new AbortController();
		const timer = setTimeout(() => controller.abort(), Math.min(ms, 2 ** 31 - 1));
		return { signal: controller.signal, stop: () => clearTimeout(timer) };
	},
};

const MOST_ISSUE_BYTES = 2 * 1024 * 1024;

/** Text of a file that the user named; undefined when it is none, or too large to be an issue. */
async function textFile(file: string): Promise<string | undefined> {
	const found = await stat(file).catch(() => undefined);
	if (found === undefined || !found.isFile() || found.size > MOST_ISSUE_BYTES) {
		return undefined;
	}
	const text = await readFile(file, 'utf8').catch(() => undefined);
	return text?.includes('\0') === true ? undefined : text;
}

/** The test and the fix are written together or not at all. */
function withTest(patch: Patch, reproduction: ReproductionRecord | undefined): Patch {
	const test = reproduction?.test?.patch;
	const both =
		test === undefined
			? undefined
			: patchFromDiff(test.diff.endsWith('\n') ? test.diff + patch.diff : `${test.diff}\n${patch.diff}`);
	return both?.kind === 'patch' ? both.patch : patch;
}

async function withPatch(
	trees: Worktrees,
	workshop: Workshop,
	base: Snapshot,
	patch: Patch,
	signal: AbortSignal,
): Promise<TakenSnapshot> {
	const used = await trees.borrow(
		base,
		async (tree): Promise<readonly FileChange[] | string> => {
			const applied = await tree.apply(patch);
			return applied.kind === 'done' ? changesIn(tree, patch.files) : applied.reason;
		},
		signal,
	);
	if (used.kind === 'failed') {
		return used;
	}
	return typeof used.value === 'string'
		? { kind: 'failed', reason: used.value }
		: snapshotWith(workshop, base, used.value, signal);
}

function changesIn(tree: Tree, files: readonly string[]): Promise<readonly FileChange[]> {
	return Promise.all(
		files.map(async (file): Promise<FileChange> => {
			const text = await tree.read?.(file);
			return text === undefined ? { path: file, deleted: true } : { path: file, text };
		}),
	);
}

/** All that lies between two snapshots, of the files that the fixes touched. @throws when it cannot be told */
async function patchBetween(
	trees: Worktrees,
	base: Snapshot,
	now: Snapshot,
	reports: ReadonlyMap<Outcome, unknown>,
	signal: AbortSignal,
): Promise<Patch> {
	const files = new Set(
		[...reports.keys()].flatMap((outcome) => (outcome.kind === 'solved' ? outcome.chosen.patch.files : [])),
	);
	const later = await trees.borrow(now, (tree) => changesIn(tree, [...files].sort()), signal);
	const patch =
		later.kind === 'used' ? await trees.borrow(base, (tree) => tree.patchOf(later.value), signal) : later;
	if (patch.kind === 'failed' || patch.value === undefined) {
		throw new UserError(
			`The fixes could not be put together: ${patch.kind === 'failed' ? patch.reason : 'they make no difference'}`,
		);
	}
	return patch.value;
}

function testsFirst(
	changes: readonly ChangedFile[],
	repository: Repository,
	reproduction: ReproductionRecord | undefined,
): ChangedFile[] {
	const tests = new Set(
		(reproduction?.test?.patch.files ?? []).map((file) => path.join(repository.root, file)),
	);
	const marked = changes.map((one) => (tests.has(one.file) ? { ...one, isTest: true as const } : one));
	return [...marked.filter(({ isTest }) => isTest), ...marked.filter(({ isTest }) => !isTest)];
}

function unsavedIn(repository: Repository, unsaved: FixRequest['unsaved']): FileEdit[] {
	return unsaved
		.map(({ file, text }) => ({ path: path.relative(repository.root, file).split(path.sep).join('/'), text }))
		.filter((edit) => !edit.path.startsWith('../') && !path.isAbsolute(edit.path));
}

/** The edits, and these files gone. */
function without(edits: readonly FileEdit[], files: readonly string[]): FileChange[] {
	const gone = new Set(files);
	return [
		...edits.filter(({ path: file }) => !gone.has(file)),
		...files.map((file): FileChange => ({ path: file, deleted: true })),
	];
}

function changeOf(repository: Repository, file: string, text: string | undefined): FileChange {
	const relative = path.relative(repository.root, file).split(path.sep).join('/');
	return text === undefined ? { path: relative, deleted: true } : { path: relative, text };
}

/** The texts of the files as the user sees them: unsaved, else on disk; undefined where there is none. */
async function textsOf({ bases, unsaved }: VerifyRequest): Promise<ReadonlyMap<string, string | undefined>> {
	const seen = new Map(unsaved.map(({ file, text }) => [file, text]));
	const texts = new Map<string, string | undefined>();
	for (const file of bases.keys()) {
		texts.set(file, seen.get(file) ?? (await readFile(file, 'utf8').catch(() => undefined)));
	}
	return texts;
}

async function changesOf(
	trees: Worktrees,
	snapshot: Snapshot,
	repository: Repository,
	patch: Patch,
	signal: AbortSignal,
): Promise<ChangedFile[]> {
	const used = await trees.borrow(
		snapshot,
		async (tree) => {
			const read = (file: string): Promise<string | undefined> =>
				readFile(path.join(tree.root, file), 'utf8').catch(() => undefined);
			const before = await Promise.all(patch.files.map(read));
			const applied = await tree.apply(patch);
			const after = applied.kind === 'done' ? await Promise.all(patch.files.map(read)) : before;
			return patch.files.map((file, index) => {
				const [base, patched] = [before[index], after[index]];
				return {
					file: path.join(repository.root, file),
					...(base === undefined ? {} : { base }),
					...(patched === undefined ? {} : { patched }),
				};
			});
		},
		signal,
	);
	return used.kind === 'used' ? used.value : [];
}

function failingOf(run: SuiteRun, root: string): FailingTests {
	const command = run.argv.join(' ');
	switch (run.kind) {
		case 'finished':
		case 'timedOut': {
			const failing = run.tests.filter((test) => test.status === 'failed');
			return { kind: 'found', failing, command, groups: failureGroups(failing, root) };
		}
		case 'cancelled':
			return { kind: 'cancelled' };
		case 'neverRan':
			return { kind: 'blocked', reason: `The tests could not be run: ${run.reason} (command: ${command})` };
	}
}
