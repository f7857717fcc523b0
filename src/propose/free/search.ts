// The search: candidates in order of promise over a pool of warm runners, single edits first, then pairs.
import { createHash } from 'node:crypto';
import type { FileEdit } from '../../core/patch';
import { applied, type Candidate } from './candidate';
import type { Trial, WarmRunner } from './warmRunner';

export interface Scored {
	readonly candidate: Candidate;
	/** prior × suspicion. */
	readonly score: number;
}

export interface Passing {
	readonly candidates: readonly Candidate[];
	readonly score: number;
	readonly runner: WarmRunner;
}

export interface SearchLimits {
	/** Moment, by `nowMs`, when the search must have ended. */
	readonly deadlineMs: number;
	/** Time for one candidate at first: most that do not end in it never end. */
	readonly trialMs: number;
	/** Time for those that did not end, when nothing else passes. */
	readonly retryMs: number;
	/** Passing candidates after which the search ends. */
	readonly mostPassing: number;
	/** Once something passes the search goes on for at least this long, and as long as it took to find. */
	readonly afterPassMs: number;
	/** A candidate below this share of the first passing one's score is not looked at any more. */
	readonly shareOfFirst: number;
}

/** The runners that share one search: the first works at once, others join when they are ready. */
export interface Crew {
	readonly first: WarmRunner;
	/** Resolve to undefined when there is nothing to join; never reject. */
	readonly joining: readonly Promise<WarmRunner | undefined>[];
}

export interface SearchState {
	tried: number;
	readonly passing: Passing[];
	/** Single candidates that made some of the target tests pass. */
	readonly nearMisses: Scored[];
}

type Combination = { readonly candidates: readonly Candidate[]; readonly score: number };

export class Search {
	private readonly state: SearchState = { tried: 0, passing: [], nearMisses: [] };
	/** Digests: whole texts of many candidates would fill the memory. */
	private readonly tried = new Set<string>();
	/** Ran out of time at first. */
	private unended: Combination[] = [];
	private stopMs: number;

	constructor(
		private readonly texts: ReadonlyMap<string, string>,
		private readonly limits: SearchLimits,
		private readonly nowMs: () => number,
		private readonly report: (state: Readonly<SearchState>) => void,
	) {
		this.stopMs = limits.deadlineMs;
	}

	get result(): Readonly<SearchState> {
		return this.state;
	}

	/** Tries single edits, best first. */
	async singles(scored: readonly Scored[], crew: Crew, signal: AbortSignal): Promise<void> {
		await this.over(
			scored.map(({ candidate, score }) => ({ candidates: [candidate], score })),
			crew,
			signal,
		);
	}

	/** Gives those that ran out of time a longer one. */
	async retries(crew: Crew, signal: AbortSignal): Promise<void> {
		const again = this.unended;
		this.unended = [];
		await this.over(again, crew, signal, this.limits.retryMs);
	}

	/** Tries pairs: near misses with everything promising first, then the most promising with one another. */
	async pairs(scored: readonly Scored[], most: number, crew: Crew, signal: AbortSignal): Promise<void> {
		await this.over(pairsOf(this.state.nearMisses, scored, most), crew, signal);
	}

	private async over(
		combinations: readonly Combination[],
		crew: Crew,
		signal: AbortSignal,
		retryMs?: number,
	): Promise<void> {
		const queue = combinations[Symbol.iterator]();
		let over = false;
		const joined: Promise<void>[] = [];
		for (const late of crew.joining) {
			void late.then((runner) => {
				if (runner !== undefined && !over) {
					joined.push(this.work(runner, queue, signal, retryMs));
				}
			});
		}
		await this.work(crew.first, queue, signal, retryMs);
		over = true;
		await Promise.all(joined);
	}

	private async work(
		runner: WarmRunner,
		queue: Iterator<Combination>,
		signal: AbortSignal,
		retryMs: number | undefined,
	): Promise<void> {
		while (
			!signal.aborted &&
			this.nowMs() < this.stopMs &&
			this.state.passing.length < this.limits.mostPassing
		) {
			const next = queue.next();
			if (next.done) {
				return;
			}
			const first = this.state.passing[0];
			if (first !== undefined && next.value.score < first.score * this.limits.shareOfFirst) {
				return;
			}
			const edits = this.editsOf(next.value);
			const key = digest(edits);
			if (retryMs === undefined && this.tried.has(key)) {
				continue;
			}
			this.tried.add(key);
			const limitMs = Math.min(
				retryMs ?? this.limits.trialMs,
				Math.max(50, this.limits.deadlineMs - this.nowMs()),
			);
			const startedMs = this.nowMs();
			const trial = await runner.attempt(edits, limitMs, signal);
			this.note(next.value, trial, runner, startedMs);
		}
	}

	private note(combination: Combination, trial: Trial, runner: WarmRunner, startedMs: number): void {
		this.state.tried += 1;
		switch (trial.kind) {
			case 'passed': {
				this.state.passing.push({ ...combination, runner });
				if (this.state.passing.length === 1) {
					const now = this.nowMs();
					this.stopMs = Math.min(
						this.limits.deadlineMs,
						now + Math.max(this.limits.afterPassMs, 3 * (now - startedMs)),
					);
				}
				break;
			}
			case 'failed': {
				const [candidate] = combination.candidates;
				if (trial.passedTests > 0 && candidate !== undefined && combination.candidates.length === 1) {
					this.state.nearMisses.push({ candidate, score: combination.score });
				}
				break;
			}
			case 'lost':
				if (trial.reason === 'timeout' && combination.candidates.length === 1) {
					this.unended.push(combination);
				}
				break;
		}
		if (this.state.tried % 10 === 0 || trial.kind === 'passed') {
			this.report(this.state);
		}
	}

	private editsOf(combination: Combination): FileEdit[] {
		const byFile = new Map<string, Candidate[]>();
		for (const candidate of combination.candidates) {
			byFile.set(candidate.file, [...(byFile.get(candidate.file) ?? []), candidate]);
		}
		return [...byFile].map(([file, candidates]) => ({
			path: file,
			text: editedText(this.texts.get(file) ?? '', candidates),
		}));
	}
}

function digest(edits: readonly FileEdit[]): string {
	const hash = createHash('sha1');
	for (const { path, text } of edits) {
		hash.update(`${path}\0${text}\0`);
	}
	return hash.digest('base64');
}

/** The base text with non-overlapping candidates of one file applied, last offset first. */
export function editedText(base: string, candidates: readonly Candidate[]): string {
	return [...candidates]
		.sort((a, b) => b.start - a.start)
		.reduce((text, candidate) => applied(text, candidate), base);
}

export function pairsOf(
	nearMisses: readonly Scored[],
	scored: readonly Scored[],
	most: number,
): readonly Combination[] {
	const pairs: Combination[] = [];
	const add = (a: Scored, b: Scored, score: number): void => {
		const [first, second] = [a.candidate, b.candidate];
		const apart = first.file !== second.file || first.end <= second.start || second.end <= first.start;
		const same = first.file === second.file && first.start === second.start;
		if (apart && !same) {
			pairs.push({ candidates: [first, second], score });
		}
	};
	const misses = [...nearMisses].sort((a, b) => b.score - a.score).slice(0, 30);
	for (const miss of misses) {
		for (const other of scored.slice(0, Math.ceil(most / Math.max(1, misses.length)))) {
			add(miss, other, other.score);
		}
	}
	const best = scored.slice(0, Math.ceil(Math.sqrt(most)));
	for (const [index, a] of best.entries()) {
		for (const b of best.slice(index + 1)) {
			add(a, b, a.score * b.score);
		}
	}
	const near = new Set(misses.map(({ candidate }) => candidate));
	const fromMiss = (pair: Combination): number =>
		pair.candidates.some((candidate) => near.has(candidate)) ? 1 : 0;
	return pairs.sort((a, b) => fromMiss(b) - fromMiss(a) || b.score - a.score).slice(0, most);
}
