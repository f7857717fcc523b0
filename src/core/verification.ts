// Judges one patch by the project's own tests: flip, nothing else broken, and red again without it.
import { aligned } from './alignment';
import { seconds } from './baseline';
import type { Effects, Tree, Trees } from './effects';
import { heldOutEnd } from './holdOut';
import type { Patch } from './patch';
import { flipsOf } from './patchProgress';
import type { Baseline, Problem } from './problem';
import { relatedTests } from './relatedTests';
import { brokenRule, testsChangedBy } from './rules/brokenRule';
import { mixedTestsChanged, screen } from './rules/screening';
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

/** Looks at a test that differs, alone and on the patch, until it passes; and on the base, until it fails. */
const LOOKS_ON_PATCH = 5;
const LOOKS_ON_BASE = 3;
/** Whole runs on the patch, the first one counted, until each test that differs was seen to pass in one. */
const MOST_WHOLE_RUNS = 7;
/** Looks go on after the third only while all of them together take no longer than this, or than one run of the suite. */
const LOOKS_MS = 5_000;
/** More tests that differ than this are no flakiness. */
const MOST_LOOKED_AT = 50;
/** In a suite that takes longer than this the tests most likely touched run first. */
const RELATED_FIRST_MS = 10_000;
const MOST_RELATED = 200;
/** A run of the suite on the patch is begun where it fits the time left so many times. */
const FITS = 1.2;

const BESIDE = 'suite on the patch, beside the base';

type Judged = Verdict | { readonly kind: 'cancelled' };
type Finished = SuiteRun & { readonly kind: 'finished' };

export interface Judging extends Pick<Effects, 'runner' | 'events'> {
	/** Milliseconds until the run must end; no limit where absent. */
	readonly leftMs?: () => number;
	/** A run of the whole suite on this patch that somebody began already. */
	readonly begun?: (patch: Patch) => Promise<SuiteRun> | undefined;
	/** Where a second tree may be used beside the first. */
	readonly apart?: boolean;
	readonly trees?: Trees;
}

/** @returns `cancelled` when `signal` ended it: then nothing is known. The tree needs a reset afterwards. */
export async function verify(
	tree: Tree,
	problem: Problem,
	baseline: Baseline,
	patch: Patch,
	effects: Judging,
	signal: AbortSignal,
): Promise<Judged> {
	const broken = brokenRule(patch, problem, baseline);
	if (broken !== undefined) {
		return { kind: 'rejected', reason: broken };
	}
	return new Verification(tree, problem, baseline, patch, effects, signal).judge();
}

/** The tests that must flip; a suite known by its exit status alone has no parts. */
export function targetScope({ suite, failToPass }: Problem, baseline?: Baseline): SuiteScope {
	if (isWhole(suite)) {
		return { kind: 'all' };
	}
	return { kind: 'tests', tests: baseline?.needsItsFile ? wholeFiles(failToPass) : failToPass };
}

/** Each file of these tests as one; a test whose file is not known stands for itself. */
function wholeFiles(tests: readonly TestResult[]): readonly TestResult[] {
	const files = new Map(tests.map((test) => [test.file ?? test.id, test]));
	return [...files].map(([file, test]) =>
		test.file === undefined ? test : { id: file, file, name: file, status: 'failed' },
	);
}

/** How long a run on a patch may take before it counts as hanging. */
export function patchedLimitMs(baseline: Baseline): number {
	return Math.max(LEAST_LIMIT_MS, SLACK * (baseline.suiteMs ?? baseline.targetMs ?? 0));
}

class Verification {
	private readonly records: RunRecord[] = [];
	private target: SuiteScope;
	private readonly limitMs: number;
	/** What the rules say of the patch's text. */
	private lookTwice: readonly string[] = [];
	private testsChanged: readonly string[] = [];
	private progress: PatchProgress = {};
	/** The run that somebody began, once it is over. */
	private early: SuiteRun | undefined;
	/** Runs in which the target was seen to pass, when it comes to that. */
	private targetPasses = 3;

	constructor(
		private readonly tree: Tree,
		private readonly problem: Problem,
		private readonly baseline: Baseline,
		private readonly patch: Patch,
		private readonly effects: Judging,
		private readonly signal: AbortSignal,
	) {
		this.target = targetScope(problem, baseline);
		this.limitMs = patchedLimitMs(baseline);
	}

	async judge(): Promise<Judged> {
		const judged = await this.judgeInOrder();
		return judged.kind === 'unresolved' && Object.keys(this.progress).length > 0
			? { ...judged, progress: this.progress }
			: judged;
	}

	private async judgeInOrder(): Promise<Judged> {
		void this.effects.begun?.(this.patch)?.then((run) => {
			this.early = run;
		});
		const reset = await this.tree.reset();
		if (reset.kind === 'failed') {
			return {
				kind: 'inconclusive',
				reason: `The worktree could not be brought back to the base: ${reset.reason}`,
			};
		}
		const sources = await this.testSources();
		const tests = testsChangedBy(this.patch, this.problem, this.baseline);
		const screening = screen(this.patch, this.problem, sources, tests);
		if (screening.broken !== undefined) {
			return { kind: 'rejected', reason: screening.broken };
		}
		this.lookTwice = screening.warnings;
		const mixed = (this.problem.mayChange ?? 'code') === 'code' ? [] : mixedTestsChanged(this.patch, sources);
		this.testsChanged = [...new Set([...tests, ...mixed])];
		const applied = await this.tree.apply(this.patch);
		if (applied.kind === 'refused') {
			return { kind: 'rejected', reason: applied.reason };
		}
		const early = this.early;
		const known = early?.kind === 'finished' && this.tellsAll(early) ? early : undefined;
		const target = known ?? (await this.targetRun());
		const targetFault =
			target.kind === 'finished' ? this.targetFault(target) : await this.notFinished(target, this.target);
		if (targetFault !== undefined) {
			return targetFault;
		}
		this.targetPasses = known === undefined ? 3 : 2;
		const suite = known === undefined ? await this.suiteRun() : this.kept(BESIDE, known);
		if (!('argv' in suite)) {
			return suite;
		}
		if (suite.kind !== 'finished') {
			return (await this.notFinished(suite, { kind: 'all' })) ?? unreachable();
		}
		const suiteFault = this.wholeFault(suite);
		if (suiteFault !== undefined) {
			return suiteFault;
		}
		const damage = await this.damage(suite);
		if (!Array.isArray(damage)) {
			return damage;
		}
		return this.reverse(target, suite, damage);
	}

	/** A run of everything that is over already and good: the target need not be seen alone before it, only at the end. */
	private tellsAll(run: Finished): boolean {
		const ids = new Set(run.tests.map(({ id }) => id));
		return (
			!isWhole(this.problem.suite) &&
			!this.hangs() &&
			!this.baseline.partial &&
			this.problem.failToPass.every(({ id }) => ids.has(id)) &&
			this.wholeFault(run) === undefined
		);
	}

	/** A target whose name is made from what it tests is called otherwise now: then all tests of its file run. */
	private async targetRun(): Promise<SuiteRun> {
		const run = await this.run('target on the patch', this.target, this.limitMs);
		const ids = new Set(run.kind === 'finished' ? run.tests.map(({ id }) => id) : []);
		const { failToPass } = this.problem;
		if (
			run.kind !== 'finished' ||
			this.target.kind !== 'tests' ||
			failToPass.some(({ id, file }) => ids.has(id) || id === file || file === undefined)
		) {
			return run;
		}
		this.target = { kind: 'tests', tests: wholeFiles(failToPass) };
		return this.run('files of the target on the patch', this.target, this.limitMs);
	}

	/** The whole suite where it fits the time left; before it, in a long one, the tests most likely touched. */
	private async suiteRun(): Promise<SuiteRun | Judged> {
		const slow = this.baseline.partial && !this.hangs();
		// What did not come to its end on the base is not waited for.
		const begun = slow ? undefined : await this.effects.begun?.(this.patch);
		// Beside another run more may go wrong than is the patch's fault: what differs is looked at again, and a run that is
		// no good at all is made again by itself.
		if (begun?.kind === 'finished' && this.wholeFault(begun) === undefined) {
			return this.kept(BESIDE, begun);
		}
		const { suiteMs = 0 } = this.baseline;
		const fits = suiteMs * FITS < (this.effects.leftMs?.() ?? Number.POSITIVE_INFINITY);
		if (isWhole(this.problem.suite) || (fits && !slow && suiteMs < RELATED_FIRST_MS)) {
			const what = isWhole(this.problem.suite) ? 'command on the patch, again' : 'suite on the patch';
			return this.run(what, { kind: 'all' }, this.limitMs);
		}
		const passing = new Set(this.baseline.passToPass);
		const near = await relatedTests(
			this.baseline.tests.filter(({ id }) => passing.has(id)),
			this.problem.failToPass,
			this.patch,
			async (file) => this.tree.read?.(file),
		);
		const related = near.slice(0, MOST_RELATED);
		if (related.length > 0) {
			const run = await this.run(
				'related tests on the patch',
				{ kind: 'tests', tests: related },
				this.relatedLimitMs(related),
			);
			const fault =
				run.kind === 'finished'
					? await this.relatedFault(run, related)
					: await this.notFinished(run, { kind: 'tests', tests: related });
			if (fault !== undefined) {
				return fault;
			}
		}
		if (fits && !slow) {
			return this.run('suite on the patch', { kind: 'all' }, this.limitMs);
		}
		const why = slow ? 'it did not come to its end on the base' : `it takes ${seconds(suiteMs)} here`;
		return {
			kind: 'inconclusive',
			reason: `With the patch the target and ${related.length} related test${related.length === 1 ? '' : 's'} pass; the full suite was not run: ${why}, and the time limit does not allow for it. Allow more with --time.`,
			suiteNotRun: { related: related.length, runs: this.records },
		};
	}

	/** Where nobody knows how long the suite takes, by what these tests took on the base. */
	private relatedLimitMs(related: readonly TestResult[]): number {
		const tookMs = related.reduce((sum, { durationMs = 0 }) => sum + durationMs, 0);
		return Math.max(this.limitMs, SLACK * tookMs + (this.baseline.targetMs ?? 0));
	}

	/** Related tests that fail are looked at again, so that a flaky one throws nothing out. */
	private async relatedFault(run: Finished, related: readonly TestResult[]): Promise<Judged | undefined> {
		const ids = new Set(related.map(({ id }) => id));
		const broken = this.brokenIn(run.tests).filter((id) => ids.has(id));
		if (broken.length === 0) {
			return undefined;
		}
		const left = await this.lookedAt(broken);
		return Array.isArray(left) ? (left.length === 0 ? undefined : this.breaks(left)) : left;
	}

	/** Texts of the files of the failing tests, and of patched ones that may hold tests. */
	private async testSources(): Promise<ReadonlyMap<string, string>> {
		const files = testFilesOf(this.patch, this.problem);
		const texts = await Promise.all(
			files.slice(0, MOST_TEST_FILES).map(async (file) => [file, await this.tree.read?.(file)] as const),
		);
		return new Map(texts.flatMap(([file, text]) => (text === undefined ? [] : [[file, text] as const])));
	}

	private async run(
		what: string,
		scope: SuiteScope,
		limitMs: number,
		{ root }: Tree = this.tree,
	): Promise<SuiteRun> {
		const run = await this.effects.runner.run(root, this.problem.suite, scope, limitMs, this.signal);
		return this.kept(what, run);
	}

	private kept(what: string, run: SuiteRun): SuiteRun {
		const record = ranRecord(what, run);
		this.records.push(record);
		this.effects.events({ kind: 'ran', record });
		return run;
	}

	private hangs(): boolean {
		return this.problem.failToPass.some((test) => test.failure?.hung);
	}

	private wholeFault(suite: Finished): Verdict | undefined {
		return this.targetFault(suite) ?? this.exitFault(suite) ?? this.unseenFault(suite);
	}

	/** Every target test must be seen to pass. Skipped, missing and "0 of 0" are not passing. */
	private targetFault(run: Finished): Verdict | undefined {
		if (isWhole(this.problem.suite)) {
			return run.exitCode === 0
				? undefined
				: unresolved(`The test command still fails (exit ${run.exitCode}).`);
		}
		const found = this.found(run);
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

	private exitFault(run: Finished): Verdict | undefined {
		const agrees = run.exitCode === 0 || run.tests.some((test) => test.status === 'failed');
		return agrees ? undefined : unresolved(`No test fails, yet the test command exits with ${run.exitCode}.`);
	}

	/** Where the base never came to its end, tests that it never reached must pass: nothing excuses them. */
	private unseenFault(run: Finished): Verdict | undefined {
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
				if (run.elsewhere) {
					return { kind: 'inconclusive', reason: run.reason };
				}
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

	/** By the ids of the base. */
	private found(run: Pick<Finished, 'tests'>): ReadonlyMap<string, TestResult> {
		const inFiles = new Set(run.tests.map(({ file }) => file));
		const before = this.baseline.tests.filter(({ file }) => inFiles.has(file));
		return byId(withWholeFiles(aligned(before, run.tests).tests, this.problem.failToPass));
	}

	/**
	 * Ids of tests that passed on the base and not in every run on the patch, when each of them was seen to pass in a
	 * whole run all the same, or to fail on the base as well.
	 */
	private async damage(suite: Finished): Promise<string[] | Judged> {
		const broken = this.brokenIn(suite.tests);
		if (broken.length === 0) {
			return [];
		}
		const alone = await this.lookedAt(broken);
		if (!Array.isArray(alone)) {
			return alone;
		}
		if (alone.length > 0) {
			return this.breaks(alone);
		}
		const flaky = new Set(broken);
		let always = broken.filter((id) => !this.flakyOnBase.has(id));
		for (let runs = 1; always.length > 0; runs++) {
			if (runs === MOST_WHOLE_RUNS || (runs > 2 && !this.haveTime(suite.durationMs))) {
				const [first] = always;
				return unresolved(
					`With the patch ${JSON.stringify(first)} passes alone, and fails in each of ${runs} runs of the suite.`,
				);
			}
			const again = await this.run('suite on the patch, again', { kind: 'all' }, this.limitMs);
			if (again.kind !== 'finished') {
				return (await this.notFinished(again, { kind: 'all' })) ?? unreachable();
			}
			const fault = this.wholeFault(again);
			if (fault !== undefined) {
				return fault;
			}
			const still = new Set(this.brokenIn(again.tests));
			for (const id of still) {
				flaky.add(id);
			}
			always = always.filter((id) => still.has(id));
		}
		return [...flaky];
	}

	private haveTime(runMs: number): boolean {
		return runMs * FITS < (this.effects.leftMs?.() ?? Number.POSITIVE_INFINITY);
	}

	/** What the looks made of tests that differ, for the words of `breaks`. */
	private readonly lastSeen = new Map<string, TestResult | undefined>();
	private readonly flakyOnBase = new Set<string>();

	/** Of these ids, which passed on the base, those that never pass on the patch and never fail on the base. */
	private async lookedAt(ids: readonly string[]): Promise<string[] | Judged> {
		const wanted = new Set(ids);
		const tests = this.baseline.tests.filter(({ id }) => wanted.has(id));
		if (ids.length > MOST_LOOKED_AT) {
			return [...ids];
		}
		const onPatch = await this.looks(tests, 'failed', LOOKS_ON_PATCH, 'the patch');
		if (!Array.isArray(onPatch) || onPatch.length === 0) {
			return onPatch;
		}
		const reset = await this.tree.reset();
		if (reset.kind === 'failed') {
			return { kind: 'inconclusive', reason: `The patch could not be taken away again: ${reset.reason}` };
		}
		const left = new Set(onPatch);
		const onBase = await this.looks(
			tests.filter(({ id }) => left.has(id)),
			'passed',
			LOOKS_ON_BASE,
			'the base',
		);
		if (!Array.isArray(onBase)) {
			return onBase;
		}
		for (const id of onPatch.filter((one) => !onBase.includes(one))) {
			this.flakyOnBase.add(id);
		}
		if (onBase.length > 0) {
			return onBase;
		}
		const applied = await this.tree.apply(this.patch);
		return applied.kind === 'done' ? [] : { kind: 'inconclusive', reason: applied.reason };
	}

	/** Ids that never came out of the state `while` (whatever is not passed is failed) in so many runs of these tests. */
	private async looks(
		tests: readonly TestResult[],
		state: 'passed' | 'failed',
		most: number,
		where: string,
	): Promise<string[] | Judged> {
		let left = tests;
		let tookMs = 0;
		for (let look = 0; look < most && left.length > 0; look++) {
			if (look >= 3 && tookMs > Math.max(LOOKS_MS, this.baseline.suiteMs ?? 0)) {
				break;
			}
			const scope: SuiteScope = { kind: 'tests', tests: left };
			const run = await this.run(`tests that differ, alone, on ${where}`, scope, this.limitMs);
			tookMs += run.durationMs;
			if (run.kind === 'cancelled') {
				return { kind: 'cancelled' };
			}
			if (run.kind === 'neverRan' && run.elsewhere) {
				return { kind: 'inconclusive', reason: run.reason };
			}
			if (run.kind !== 'finished') {
				return where === 'the patch'
					? ((await this.notFinished(run, scope)) ?? unreachable())
					: left.map(({ id }) => id);
			}
			const found = this.found(run);
			left = left.filter(({ id }) => {
				const now = found.get(id);
				if (state === 'failed') {
					this.lastSeen.set(id, now);
				}
				return (now?.status === 'passed') === (state === 'passed');
			});
		}
		return left.map(({ id }) => id);
	}

	private breaks(ids: readonly string[]): Verdict {
		const [first = ''] = ids;
		this.progress = { ...this.progress, broken: ids.length };
		const now = this.lastSeen.get(first);
		const state =
			now === undefined ? 'is missing' : now.status === 'skipped' ? 'is skipped' : `fails: ${firstLine(now)}`;
		const held = this.problem.heldOut?.includes(first) ? ' and was held out' : '';
		return unresolved(
			`The patch breaks ${ids.length === 1 ? 'a test' : `${ids.length} tests`} that passed before${held}: ${JSON.stringify(first)} ${state}`,
		);
	}

	private brokenIn(tests: readonly TestResult[]): string[] {
		if (isWhole(this.problem.suite)) {
			return [];
		}
		const found = this.found({ tests });
		return this.baseline.passToPass.filter((id) => found.get(id)?.status !== 'passed');
	}

	/** With the patch taken away the target must fail again: so it was the patch, in this tree, that did it. */
	private async reverse(target: SuiteRun, suite: Finished, flaky: readonly string[]): Promise<Judged> {
		const turned = this.turnedGreen(suite);
		const known = turned.length === 0 ? await this.bothSides() : undefined;
		const without = known?.without ?? (await this.runWithout(target, turned));
		if (!('argv' in without)) {
			return without;
		}
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
		const flakyBefore = await this.waveringBefore(turned, without);
		if (!Array.isArray(flakyBefore)) {
			return flakyBefore;
		}
		const passing = without.kind === 'finished' ? this.passingWithout(without) : [];
		if (passing.length > 0) {
			return unresolved(
				`${JSON.stringify(passing[0])} passes without the patch as well, so the patch proves nothing.`,
			);
		}
		const again = known?.again ?? (await this.runAtTheEnd());
		if (!('argv' in again)) {
			return again;
		}
		const fault =
			again.kind === 'finished' ? this.targetFault(again) : await this.notFinished(again, this.target);
		if (fault !== undefined) {
			return fault;
		}
		const wavering = [...flaky, ...flakyBefore];
		const { renamed } = aligned(this.baseline.tests, suite.tests);
		return {
			kind: 'resolved',
			evidence: {
				runs: this.records,
				flipped: this.problem.failToPass.map((test) => test.id),
				targetPasses: this.targetPasses,
				failsWithout: true,
				before: this.baseline.count,
				after: countOf(suite.tests),
				flaky: wavering,
				knownFailing: this.baseline.knownFailing.filter((id) => !flakyBefore.includes(id)),
				...(this.problem.heldOut === undefined
					? {}
					: { heldOut: heldOutEnd(this.problem.heldOut, this.found(suite)) }),
				...(this.testsChanged.length === 0 ? {} : { testsChanged: this.testsChanged }),
				warnings: [
					...this.lookTwice,
					...warningsOf(this.baseline, wavering, this.problem),
					...(renamed.length === 0 ? [] : [renamedWords(renamed)]),
				],
			},
		};
	}

	/**
	 * Both at once, each in the other's tree: where the patch was green it is taken away, and where the base was red the
	 * patch lies already. Undefined where one must come after the other.
	 */
	private async bothSides(): Promise<{ readonly without: SuiteRun; readonly again: SuiteRun } | undefined> {
		const { trees, apart } = this.effects;
		if (this.targetPasses === 3 || apart !== true || trees === undefined) {
			return undefined;
		}
		const [without, again] = await Promise.all([
			trees.borrow(
				this.problem.base,
				(tree) => this.run('target without the patch', this.target, this.limitMs, tree),
				this.signal,
			),
			this.run('target on the patch, at the end', this.target, this.limitMs),
		]);
		return without.kind === 'used' ? { without: without.value, again } : undefined;
	}

	private async runWithout(target: SuiteRun, turned: readonly TestResult[]): Promise<SuiteRun | Verdict> {
		const reset = await this.tree.reset();
		if (reset.kind === 'failed') {
			return { kind: 'inconclusive', reason: `The patch could not be taken away again: ${reset.reason}` };
		}
		const limitMs = this.hangs()
			? Math.max(LEAST_REVERSAL_MS, REVERSAL_SLACK * target.durationMs)
			: this.limitMs;
		const scope: SuiteScope =
			this.target.kind === 'tests'
				? { kind: 'tests', tests: [...this.target.tests, ...turned] }
				: this.target;
		return this.run('target without the patch', scope, limitMs);
	}

	private async runAtTheEnd(): Promise<SuiteRun | Verdict> {
		const applied = await this.tree.apply(this.patch);
		return applied.kind === 'refused'
			? { kind: 'inconclusive', reason: `The patch could not be applied again: ${applied.reason}` }
			: this.run('target on the patch, at the end', this.target, this.limitMs);
	}

	/** Failed on the base, unasked for, and pass with the patch: those that pass without it as well are flaky. */
	private turnedGreen(suite: Finished): readonly TestResult[] {
		const known = new Set(this.baseline.knownFailing);
		const found = this.found(suite);
		const turned = this.baseline.tests.filter(
			({ id, failure }) => known.has(id) && !failure?.hung && found.get(id)?.status === 'passed',
		);
		return turned.length > MOST_LOOKED_AT ? [] : turned;
	}

	/** Of these, which failed on the base and pass with the patch, those that pass on the base as well when looked at again. */
	private async waveringBefore(turned: readonly TestResult[], without: SuiteRun): Promise<string[] | Judged> {
		const found = without.kind === 'finished' ? this.found(without) : new Map<string, TestResult>();
		const passed = turned.filter(({ id }) => found.get(id)?.status === 'passed').map(({ id }) => id);
		const unsure = turned.filter(({ id }) => found.get(id)?.status === 'failed');
		if (unsure.length === 0) {
			return passed;
		}
		const never = await this.looks(unsure, 'failed', LOOKS_ON_BASE, 'the base');
		return Array.isArray(never)
			? [...passed, ...unsure.map(({ id }) => id).filter((id) => !never.includes(id))]
			: never;
	}

	private passingWithout(run: Finished): string[] {
		if (isWhole(this.problem.suite)) {
			return run.exitCode === 0 ? this.problem.failToPass.map((test) => test.id) : [];
		}
		const found = this.found(run);
		return this.problem.failToPass.filter(({ id }) => found.get(id)?.status === 'passed').map(({ id }) => id);
	}
}

function renamedWords(renamed: readonly { readonly from: string; readonly to: string }[]): string {
	const some = renamed.slice(0, 3).map(({ from, to }) => `${from} → ${to}`);
	const more = renamed.length > some.length ? ` and ${renamed.length - some.length} more` : '';
	return `Called otherwise than on the base and known by their place in the file: ${some.join('; ')}${more}.`;
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
		warnings.push(`Flaky: passed and failed on the same text: ${flaky.join(', ')}.`);
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
