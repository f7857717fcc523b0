// The free proposer: fault localisation, repair templates and warm workers. No model, no key, no network.
// What passes here is only plausible; it is verified like anybody's patch.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { ProposalTask, Proposer } from '../../core/effects';
import { ZERO } from '../../core/money';
import type { Offer, Progress, Proposal } from '../../core/offer';
import type { ProposedPatch } from '../../core/patch';
import { protectedAs } from '../../core/protectedFiles';
import type { TestResult } from '../../core/suite';
import { candidatesOf } from './candidates/candidates';
import type { Grammars } from './grammars';
import { languageOf } from './language';
import { localise, type Suspicion, suspicionAt } from './localise';
import { type Plausible, rank } from './rank';
import { type Crew, editedText, type Passing, type Scored, Search, type SearchState } from './search';
import { summaryOf } from './summary';
import { literalsOf } from './testLiterals';
import type { WarmBase, WarmRunner, WarmSetup } from './warmRunner';

/** Opens a warm runner for a problem; a reason in words when its framework has none. */
export type RunnerFactory = (setup: WarmSetup) => WarmRunner | { readonly unavailable: string };

export interface FreeOptions {
	readonly assets: string;
	readonly grammars: Grammars;
	readonly runnerOf: RunnerFactory;
	readonly nowMs: () => number;
	/** Warm workers at once. */
	readonly workers: number;
}

export const freeOffer: Offer = {
	id: 'free',
	label: 'free proposer',
	leastSpend: ZERO,
	expectedSpend: ZERO,
	usefulMs: 45_000,
	mostAttempts: 1,
};

const WORKER_MEMORY_BYTES = 512 * 1024 * 1024;
/** A second worker costs a start-up: it joins only searches that are not over at once. */
const SECOND_WORKER_AFTER_MS = 700;
const MOST_FILES = 12;
/** Of one file; a line brings some hundred candidates. */
const MOST_LINES = 600;
const MOST_CANDIDATES = 20_000;
const MOST_PAIRS = 6_000;
const MOST_PASSING = 40;
const MOST_PATCHES = 4;
const OBSERVE_MS = 1_500;
const LEAST_TRIAL_MS = 60;
const MOST_HUNG_TRIAL_MS = 100;
/** A candidate may take this many times what the base took. */
const TRIAL_SLACK = 4;

export class FreeProposer implements Proposer {
	readonly offer = freeOffer;

	constructor(private readonly options: FreeOptions) {}

	async propose(
		task: ProposalTask,
		report: (progress: Progress) => void,
		signal: AbortSignal,
	): Promise<Proposal> {
		if (task.problem.mayChange === 'test') {
			return { kind: 'none', reason: 'the free proposer repairs code, and only tests may be changed' };
		}
		const deadlineMs = this.options.nowMs() + task.allowance.timeMs;
		const setup: WarmSetup = {
			problem: task.problem,
			root: task.tree.root,
			assets: this.options.assets,
			partial: task.baseline.partial || task.problem.failToPass.some(({ id, file }) => id === file),
			memoryBytes: WORKER_MEMORY_BYTES,
		};
		const opened: WarmRunner[] = [];
		let joining: readonly Promise<WarmRunner | undefined>[] = [];
		const over = new AbortController();
		const stop = AbortSignal.any([signal, over.signal]);
		try {
			report({ stage: 'warming up' });
			const first = this.options.runnerOf(setup);
			if ('unavailable' in first) {
				return { kind: 'none', reason: first.unavailable };
			}
			opened.push(first);
			const started = await first.start(signal);
			if (signal.aborted) {
				return { kind: 'cancelled' };
			}
			if (started.kind === 'unavailable') {
				return { kind: 'none', reason: started.reason };
			}
			joining = started.base.exclusive ? [] : this.joining(setup, opened, stop);
			return await this.search(task, started.base, { first, joining }, deadlineMs, report, signal);
		} finally {
			over.abort();
			// A runner that is still starting would go on to start its worker after it was closed.
			await Promise.all(joining);
			await Promise.all(opened.map((runner) => runner.close()));
		}
	}

	private joining(
		setup: WarmSetup,
		opened: WarmRunner[],
		stop: AbortSignal,
	): Promise<WarmRunner | undefined>[] {
		return Array.from({ length: this.options.workers - 1 }, async () => {
			if (!(await elapsed(SECOND_WORKER_AFTER_MS, stop))) {
				return undefined;
			}
			const runner = this.options.runnerOf(setup);
			if ('unavailable' in runner) {
				return undefined;
			}
			opened.push(runner);
			const started = await runner.start(stop);
			return started.kind === 'ready' && !stop.aborted ? runner : undefined;
		});
	}

	private async search(
		task: ProposalTask,
		base: WarmBase,
		crew: Crew,
		deadlineMs: number,
		report: (progress: Progress) => void,
		signal: AbortSignal,
	): Promise<Proposal> {
		report({ stage: 'localising' });
		const suspicion = localise(base);
		const { texts, scored } = await this.candidates(task, suspicion, signal);
		const limits = {
			deadlineMs,
			trialMs: trialLimit(base, task.problem.failToPass),
			retryMs: 8 * trialLimit(base, task.problem.failToPass),
			mostPassing: MOST_PASSING,
			afterPassMs: 350,
			shareOfFirst: 0.02,
		};
		const told = (state: Readonly<SearchState>): void =>
			report({ stage: 'trying candidates', tried: state.tried, plausible: state.passing.length });
		const search = new Search(texts, limits, this.options.nowMs, told);
		await search.singles(scored, crew, signal);
		if (search.result.passing.length === 0) {
			await search.retries(crew, signal);
		}
		if (search.result.passing.length === 0) {
			await search.pairs(scored, MOST_PAIRS, crew, signal);
		}
		const { tried, passing } = search.result;
		if (signal.aborted) {
			return { kind: 'cancelled', tried };
		}
		if (passing.length === 0) {
			const why =
				scored.length === 0
					? 'no repairable code was executed by the failing test'
					: 'no candidate passed the tests';
			return { kind: 'none', reason: why, tried };
		}
		report({ stage: 'comparing what passes', tried, plausible: passing.length });
		const patches = await this.patches(task, texts, passing, signal);
		const [best, ...rest] = patches;
		return best === undefined
			? { kind: 'none', reason: 'what passed made no difference to the text', tried }
			: { kind: 'patches', patches: [best, ...rest], tried };
	}

	/** Every candidate of the suspicious files, best first, with the base texts they belong to. */
	private async candidates(
		task: ProposalTask,
		suspicion: Suspicion,
		signal: AbortSignal,
	): Promise<{ texts: Map<string, string>; scored: Scored[] }> {
		const { root } = task.tree;
		const literals = await literalsOf(root, task.problem.failToPass);
		const testFiles = new Set(
			[...task.problem.failToPass, ...task.baseline.tests].flatMap((test) => test.file ?? []),
		);
		const ranked = [...suspicion]
			.map(([file, lines]) => ({ file, most: Math.max(...lines.values()) }))
			.filter(
				({ file }) =>
					!testFiles.has(file) && protectedAs(file) === undefined && languageOf(file) !== undefined,
			)
			.sort((a, b) => b.most - a.most)
			.slice(0, MOST_FILES);
		const texts = new Map<string, string>();
		const scored: Scored[] = [];
		for (const { file } of ranked) {
			if (signal.aborted) {
				break;
			}
			const text = await readFile(path.join(root, file), 'utf8').catch(() => undefined);
			if (text === undefined) {
				continue;
			}
			texts.set(file, text);
			const found = await candidatesOf(file, text, this.options.grammars, {
				lines: linesWithin(suspicion, file, text),
				literals,
			});
			for (const candidate of found) {
				const score = candidate.prior * suspicionAt(suspicion, file, candidate.line);
				if (score > 0) {
					scored.push({ candidate, score });
				}
			}
			// File by file, so that what will never be tried is not kept.
			scored.sort((a, b) => b.score - a.score || a.candidate.start - b.candidate.start);
			scored.splice(MOST_CANDIDATES);
		}
		return { texts, scored };
	}

	/** The passing ones, ranked, as patches; warnings where the tests do not tell them apart. */
	private async patches(
		task: ProposalTask,
		texts: ReadonlyMap<string, string>,
		passing: readonly Passing[],
		signal: AbortSignal,
	): Promise<ProposedPatch[]> {
		const plausible: Plausible[] = [];
		for (const { candidates, score, runner } of passing) {
			const files = new Set(candidates.map(({ file }) => file));
			const [file] = files;
			const alone = files.size === 1 && file !== undefined;
			const edit = alone ? { path: file, text: editedText(texts.get(file) ?? '', candidates) } : undefined;
			const behaviour =
				edit && passing.length > 1 ? await runner.observe(edit, OBSERVE_MS, signal) : undefined;
			plausible.push({ candidates, score, ...(behaviour === undefined ? {} : { behaviour }) });
		}
		const { order, behaviours } = rank(plausible);
		const patches: ProposedPatch[] = [];
		for (const one of order) {
			if (patches.length === MOST_PATCHES) {
				break;
			}
			const files = [...new Set(one.candidates.map(({ file }) => file))];
			const edits = files.map((file) => ({
				path: file,
				text: editedText(
					texts.get(file) ?? '',
					one.candidates.filter((candidate) => candidate.file === file),
				),
			}));
			const patch = await task.tree.patchOf(edits);
			if (patch !== undefined && !patches.some((known) => known.patch.hash === patch.hash)) {
				const { summary, warnings } = summaryOf(one.candidates, texts);
				const unsure =
					behaviours > 1
						? [
								`${behaviours} changes that behave differently pass the same tests: the tests do not tell them apart.`,
							]
						: [];
				patches.push({ patch, summary, warnings: [...warnings, ...unsure] });
			}
		}
		return patches;
	}
}

/** Longest time for one candidate. What a hanging target took says nothing of what a mended one takes. */
function trialLimit(base: WarmBase, target: readonly TestResult[]): number {
	const hung = target.some((test) => test.failure?.hung);
	return LEAST_TRIAL_MS + (hung ? Math.min(MOST_HUNG_TRIAL_MS, base.targetMs) : TRIAL_SLACK * base.targetMs);
}

/** Executed lines, and those that belong to a statement begun on one. */
function linesWithin(suspicion: Suspicion, file: string, text: string): ReadonlySet<number> {
	const count = text.split('\n').length;
	const numbers = Array.from({ length: count }, (_, index) => index + 1);
	const suspicious = numbers
		.map((line) => ({ line, suspicion: suspicionAt(suspicion, file, line) }))
		.filter((one) => one.suspicion > 0)
		.sort((a, b) => b.suspicion - a.suspicion);
	return new Set(suspicious.slice(0, MOST_LINES).map(({ line }) => line));
}

/** True after so many milliseconds, false as soon as `stop` aborts. */
async function elapsed(ms: number, stop: AbortSignal): Promise<boolean> {
	return new Promise((resolve) => {
		const timer = setTimeout(() => resolve(!stop.aborted), ms);
		stop.addEventListener(
			'abort',
			() => {
				clearTimeout(timer);
				resolve(false);
			},
			{ once: true },
		);
	});
}
