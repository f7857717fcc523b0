// Judges one patch by the project's own tests: flip, nothing else broken, and red again without it.
import { seconds } from './baseline';
import type { Effects, Tree } from './effects';
import type { Patch } from './patch';
import { flipsOf } from './patchProgress';
import type { Baseline, Problem } from './problem';
import { brokenRule } from './rules/brokenRule';
import { screen } from './rules/screening';
import { testFilesOf } from './rules/testFiles';
import { ranRecord } from './runRecord';
import { countOf, isWhole, type SuiteRun, type SuiteScope, type TestResult, withWholeFiles } from './suite';
import type { PatchProgress, RunRecord, Verdict } from './verdict';

/** A run on a patch may take this many times what the base took before it counts as hanging. */
const SLACK = 5;
const LEAST_LIMIT_MS = 10_000;
/** A base that was seen to hang is not waited for again: it gets this many times what the patched target took. */
const REVERSAL_SLACK = 2;
const LEAST_REVERSAL_MS = 2_000;
/** Test files that are read for the values a patch may have been made for. */
const MOST_TEST_FILES = 20;

type Judged = Verdict | { readonly kind: 'cancelled' };

/** @returns `cancelled` when `signal` ended it: then nothing is known. The tree needs a reset afterwards. */
export async function verify(
	tree: Tree,
	problem: Problem,
	baseline: Baseline,
	patch: Patch,
	effects: Pick<Effects, 'runner' | 'events'>,
	signal: AbortSignal,
): Promise<Judged> {
	const broken = brokenRule(patch, problem, baseline);
	if (broken !== undefined) {
		return { kind: 'rejected', reason: broken };
	}
	return new Verification(tree, problem, baseline, patch, effects, signal).judge();
}

/** The tests that must flip; a suite known by its exit status alone has no parts. */
export function targetScope(problem: Problem): SuiteScope {
	return isWhole(problem.suite) ? { kind: 'all' } : { kind: 'tests', tests: problem.failToPass };
}

/** How long a run on a patch may take before it counts as hanging. */
export function patchedLimitMs(baseline: Baseline): number {
	return Math.max(LEAST_LIMIT_MS, SLACK * (baseline.suiteMs ?? 0));
}

class Verification {
	private readonly records: RunRecord[] = [];
	private readonly target: SuiteScope;
	private readonly limitMs: number;
	/** What the rules say of the patch's text. */
	private lookTwice: readonly string[] = [];
	private progress: PatchProgress = {};

	constructor(
		private readonly tree: Tree,
		private readonly problem: Problem,
		private readonly baseline: Baseline,
		private readonly patch: Patch,
		private readonly effects: Pick<Effects, 'runner' | 'events'>,
		private readonly signal: AbortSignal,
	) {
		this.target = targetScope(problem);
		this.limitMs = patchedLimitMs(baseline);
	}

	async judge(): Promise<Judged> {
		const judged = await this.judgeInOrder();
		return judged.kind === 'unresolved' && Object.keys(this.progress).length > 0
			? { ...judged, progress: this.progress }
			: judged;
	}

	private async judgeInOrder(): Promise<Judged> {
		const reset = await this.tree.reset();
		if (reset.kind === 'failed') {
			return {
				kind: 'inconclusive',
				reason: `The worktree could not be brought back to the base: ${reset.reason}`,
			};
		}
		const screening = screen(this.patch, this.problem, await this.testSources());
		if (screening.broken !== undefined) {
			return { kind: 'rejected', reason: screening.broken };
		}
		this.lookTwice = screening.warnings;
		const applied = await this.tree.apply(this.patch);
		if (applied.kind === 'refused') {
			return { kind: 'rejected', reason: applied.reason };
		}
		const target = await this.run('target on the patch', this.target, this.limitMs);
		const targetFault =
			target.kind === 'finished' ? this.targetFault(target) : await this.notFinished(target, this.target);
		if (targetFault !== undefined) {
			return targetFault;
		}
		const suite = await this.run(
			isWhole(this.problem.suite) ? 'command on the patch, again' : 'suite on the patch',
			{ kind: 'all' },
			this.limitMs,
		);
		if (suite.kind !== 'finished') {
			return (await this.notFinished(suite, { kind: 'all' })) ?? unreachable();
		}
		const suiteFault = this.targetFault(suite) ?? this.exitFault(suite) ?? this.unseenFault(suite);
		if (suiteFault !== undefined) {
			return suiteFault;
		}
		const damage = await this.damage(suite);
		if (!Array.isArray(damage)) {
			return damage;
		}
		return this.reverse(target, suite, damage);
	}

	/** Texts of the files of the failing tests, and of patched ones that may hold tests. */
	private async testSources(): Promise<ReadonlyMap<string, string>> {
		const files = testFilesOf(this.patch, this.problem);
		const texts = await Promise.all(
			files.slice(0, MOST_TEST_FILES).map(async (file) => [file, await this.tree.read?.(file)] as const),
		);
		return new Map(texts.flatMap(([file, text]) => (text === undefined ? [] : [[file, text] as const])));
	}

	private async run(what: string, scope: SuiteScope, limitMs: number): Promise<SuiteRun> {
		const run = await this.effects.runner.run(
			this.tree.root,
			this.problem.suite,
			scope,
			limitMs,
			this.signal,
		);
		const record = ranRecord(what, run);
		this.records.push(record);
		this.effects.events({ kind: 'ran', record });
		return run;
	}

	/** Every target test must be seen to pass. Skipped, missing and "0 of 0" are not passing. */
	private targetFault(run: SuiteRun & { kind: 'finished' }): Verdict | undefined {
		if (isWhole(this.problem.suite)) {
			return run.exitCode === 0
				? undefined
				: unresolved(`The test command still fails (exit ${run.exitCode}).`);
		}
		const found = byId(withWholeFiles(run.tests, this.problem.failToPass));
		this.progress = { ...this.progress, ...flipsOf(this.problem.failToPass, found) };
		const missing = this.problem.failToPass.filter(({ id }) => found.get(id)?.status !== 'passed');
		const [first] = missing;
		if (first === undefined) {
			return undefined;
		}
		const now = found.get(first.id);
		const state =
			now === undefined
				? 'did not run'
				: now.status === 'skipped'
					? 'was skipped'
					: `still fails: ${firstLine(now)}`;
		const more = missing.length > 1 ? ` (and ${missing.length - 1} more)` : '';
		return unresolved(`${JSON.stringify(first.id)} ${state}${more}`);
	}

	private exitFault(run: SuiteRun & { kind: 'finished' }): Verdict | undefined {
		const agrees = run.exitCode === 0 || run.tests.some((test) => test.status === 'failed');
		return agrees ? undefined : unresolved(`No test fails, yet the test command exits with ${run.exitCode}.`);
	}

	/** Where the base never came to its end, tests that it never reached must pass: nothing excuses them. */
	private unseenFault(run: SuiteRun & { kind: 'finished' }): Verdict | undefined {
		if (!this.baseline.partial) {
			return undefined;
		}
		const known = new Set(this.baseline.knownFailing);
		const failing = run.tests.find((test) => test.status === 'failed' && !known.has(test.id));
		return (
			failing &&
			unresolved(
				`${JSON.stringify(failing.id)}, which the base never reached, fails with the patch: ${firstLine(failing)}`,
			)
		);
	}

	/**
	 * A run on the patch that did not finish is the patch's fault when the same run on the base finishes, and the
	 * machine's otherwise.
	 */
	private async notFinished(run: SuiteRun, scope: SuiteScope): Promise<Judged | undefined> {
		switch (run.kind) {
			case 'finished':
				return undefined;
			case 'cancelled':
				return { kind: 'cancelled' };
			case 'timedOut':
				return unresolved(`With the patch the tests do not end within ${seconds(run.limitMs)}.`);
			case 'neverRan': {
				const reset = await this.tree.reset();
				const control =
					reset.kind === 'done' ? await this.run('control on the base', scope, this.limitMs) : undefined;
				if (control?.kind === 'cancelled') {
					return { kind: 'cancelled' };
				}
				return control?.kind === 'finished' || (control?.kind === 'timedOut' && this.baseline.partial)
					? unresolved(`With the patch the tests do not start: ${run.reason}`)
					: {
							kind: 'inconclusive',
							reason: `The tests do not start any more, with or without the patch: ${run.reason}`,
						};
			}
		}
	}

	/** Ids of tests that passed on the base, failed once on the patch, and pass when run again. */
	private async damage(suite: SuiteRun & { kind: 'finished' }): Promise<string[] | Judged> {
		const broken = this.brokenIn(suite.tests);
		if (broken.length === 0) {
			return [];
		}
		const again = await this.run('suite on the patch, again', { kind: 'all' }, this.limitMs);
		if (again.kind !== 'finished') {
			return (await this.notFinished(again, { kind: 'all' })) ?? unreachable();
		}
		const still = this.brokenIn(again.tests);
		const [first] = still;
		if (first === undefined) {
			return this.targetFault(again) ?? broken;
		}
		this.progress = { ...this.progress, broken: still.length };
		const now = byId(again.tests).get(first);
		const state =
			now === undefined ? 'is missing' : now.status === 'skipped' ? 'is skipped' : `fails: ${firstLine(now)}`;
		return unresolved(
			`The patch breaks ${still.length === 1 ? 'a test' : `${still.length} tests`} that passed before: ${JSON.stringify(first)} ${state}`,
		);
	}

	private brokenIn(tests: readonly TestResult[]): string[] {
		const found = byId(tests);
		return isWhole(this.problem.suite)
			? []
			: this.baseline.passToPass.filter((id) => found.get(id)?.status !== 'passed');
	}

	/** With the patch taken away the target must fail again: so it was the patch, in this tree, that did it. */
	private async reverse(
		target: SuiteRun,
		suite: SuiteRun & { kind: 'finished' },
		flaky: readonly string[],
	): Promise<Judged> {
		const reset = await this.tree.reset();
		if (reset.kind === 'failed') {
			return { kind: 'inconclusive', reason: `The patch could not be taken away again: ${reset.reason}` };
		}
		const hangs = this.problem.failToPass.some((test) => test.failure?.hung);
		const limitMs = hangs ? Math.max(LEAST_REVERSAL_MS, REVERSAL_SLACK * target.durationMs) : this.limitMs;
		const without = await this.run('target without the patch', this.target, limitMs);
		switch (without.kind) {
			case 'cancelled':
				return { kind: 'cancelled' };
			case 'neverRan':
				return {
					kind: 'inconclusive',
					reason: `The target could not be run without the patch: ${without.reason}`,
				};
			case 'timedOut':
			case 'finished':
				break;
		}
		const passing = without.kind === 'finished' ? this.passingWithout(without) : [];
		if (passing.length > 0) {
			return unresolved(
				`${JSON.stringify(passing[0])} passes without the patch as well, so the patch proves nothing.`,
			);
		}
		return {
			kind: 'resolved',
			evidence: {
				runs: this.records,
				flipped: this.problem.failToPass.map((test) => test.id),
				targetPasses: 2,
				failsWithout: true,
				before: this.baseline.count,
				after: countOf(suite.tests),
				flaky,
				knownFailing: this.baseline.knownFailing,
				warnings: [...this.lookTwice, ...warningsOf(this.baseline, flaky, this.problem)],
			},
		};
	}

	private passingWithout(run: SuiteRun & { kind: 'finished' }): string[] {
		if (isWhole(this.problem.suite)) {
			return run.exitCode === 0 ? this.problem.failToPass.map((test) => test.id) : [];
		}
		const found = byId(withWholeFiles(run.tests, this.problem.failToPass));
		return this.problem.failToPass.filter(({ id }) => found.get(id)?.status === 'passed').map(({ id }) => id);
	}
}

function warningsOf(baseline: Baseline, flaky: readonly string[], problem: Problem): string[] {
	const warnings: string[] = [];
	if (isWhole(problem.suite)) {
		warnings.push('The command tells only success or failure: no single test was seen.');
	}
	if (baseline.partial) {
		warnings.push(
			'On the base the suite never came to its end, so only the tests seen until then could be compared.',
		);
	}
	if (flaky.length > 0) {
		warnings.push(`Failed once on the patch and passed when run again: ${flaky.join(', ')}.`);
	}
	if (baseline.flaky.length > 0) {
		warnings.push(
			`Flaky on the base and left out: ${baseline.flaky.map(({ id, passed, runs }) => `${id} (${passed} of ${runs} passed)`).join(', ')}.`,
		);
	}
	return warnings;
}

function unresolved(reason: string): Verdict {
	return { kind: 'unresolved', reason };
}

function byId(tests: readonly TestResult[]): ReadonlyMap<string, TestResult> {
	return new Map(tests.map((test) => [test.id, test]));
}

function firstLine(test: TestResult): string {
	return (
		test.failure?.message
			.split('\n')
			.find((line) => line.trim() !== '')
			?.slice(0, 200) ?? 'no message'
	);
}

function unreachable(): never {
	throw new Error('a run that did not finish has a verdict');
}
