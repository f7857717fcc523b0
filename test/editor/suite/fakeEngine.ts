// Plays back what a test wrote down, records what it was asked, and throws when its script runs out.
import type { SolveEvent } from '../../../src/core/events';
import { failureGroups } from '../../../src/core/failureGroups';
import { type NanoUsd, nanoUsd, ZERO } from '../../../src/core/money';
import type { Outcome } from '../../../src/core/outcome';
import type { TestResult } from '../../../src/core/suite';
import type {
	ChangedFile,
	Engine,
	FailingTests,
	FixAllRequest,
	FixAllResult,
	FixRequest,
	FixResult,
	FoundIssue,
	IssueQuestion,
	Place,
	VerifyRequest,
} from '../../../src/ui/engine';

type Step<T> = (onEvent: (event: SolveEvent) => void, signal: AbortSignal) => Promise<T>;

export class FakeEngine implements Engine {
	readonly places: Place[] = [];
	readonly requests: FixRequest[] = [];
	private readonly searches: Step<FailingTests>[] = [];
	private readonly fixes: Step<FixResult>[] = [];
	readonly verified: VerifyRequest[] = [];
	private readonly verifications: Step<FixResult>[] = [];

	finds(...failing: readonly TestResult[]): this {
		return this.searching(async () => ({
			kind: 'found',
			...{ failing, command: 'npm test', groups: failureGroups(failing, '/') },
		}));
	}

	searching(step: Step<FailingTests>): this {
		this.searches.push(step);
		return this;
	}

	fixing(step: Step<FixResult>): this {
		this.fixes.push(step);
		return this;
	}

	failingTests(
		place: Place,
		onEvent: (event: SolveEvent) => void,
		signal: AbortSignal,
	): Promise<FailingTests> {
		this.places.push(place);
		return next(this.searches)(onEvent, signal);
	}

	fix(request: FixRequest, onEvent: (event: SolveEvent) => void, signal: AbortSignal): Promise<FixResult> {
		this.requests.push(request);
		return next(this.fixes)(onEvent, signal);
	}

	readonly resumed: Parameters<Engine['resume']>[0][] = [];
	private readonly resumptions: Step<FixResult>[] = [];

	resuming(step: Step<FixResult>): this {
		this.resumptions.push(step);
		return this;
	}

	resume(
		request: Parameters<Engine['resume']>[0],
		onEvent: (event: SolveEvent) => void,
		signal: AbortSignal,
	): Promise<FixResult> {
		this.resumed.push(request);
		return next(this.resumptions)(onEvent, signal);
	}

	readonly everything: FixAllRequest[] = [];
	private readonly causes: Step<FixAllResult>[] = [];

	fixingAll(step: Step<FixAllResult>): this {
		this.causes.push(step);
		return this;
	}

	fixAll(
		request: FixAllRequest,
		onEvent: (event: SolveEvent) => void,
		signal: AbortSignal,
	): Promise<FixAllResult> {
		this.everything.push(request);
		return next(this.causes)(onEvent, signal);
	}

	verifying(step: Step<FixResult>): this {
		this.verifications.push(step);
		return this;
	}

	verify(
		request: VerifyRequest,
		onEvent: (event: SolveEvent) => void,
		signal: AbortSignal,
	): Promise<FixResult> {
		this.verified.push(request);
		return next(this.verifications)(onEvent, signal);
	}

	/** What was asked about issues, with what stood in for the standard input. */
	readonly questions: (IssueQuestion & { readonly input: string })[] = [];
	private readonly issues: FoundIssue[] = [];

	reading(...found: readonly FoundIssue[]): this {
		this.issues.push(...found);
		return this;
	}

	async findIssue(question: IssueQuestion): Promise<FoundIssue> {
		this.questions.push({ ...question, input: await question.readInput() });
		return next(this.issues);
	}

	/** Handed out by `promptsOf`, whatever the run. */
	prompts: Awaited<ReturnType<Engine['promptsOf']>> = [];
	/** Handed out by `spentBy`, by run. */
	readonly counted = new Map<string, NanoUsd>();

	async promptsOf(): ReturnType<Engine['promptsOf']> {
		return this.prompts;
	}

	async spentBy(run: string): ReturnType<Engine['spentBy']> {
		return this.counted.get(run);
	}

	async totals() {
		return { today: nanoUsd(180_000_000), month: nanoUsd(1_200_000_000) };
	}

	async spending(): ReturnType<Engine['spending']> {
		throw new Error('the fake engine has no spending');
	}

	async spendingFigures(): ReturnType<Engine['spendingFigures']> {
		throw new Error('the fake engine has no figures');
	}

	async spendingRows(): ReturnType<Engine['spendingRows']> {
		throw new Error('the fake engine has no rows');
	}

	async suiteAt(): ReturnType<Engine['suiteAt']> {
		return { kind: 'found', command: 'npm test', source: 'scripts.test in package.json', framework: 'mocha' };
	}

	async catalogue(): ReturnType<Engine['catalogue']> {
		throw new Error('the fake engine has no catalogue');
	}

	async spentToday(): Promise<NanoUsd> {
		return nanoUsd(180_000_000);
	}
}

function next<T>(steps: T[]): T {
	const step = steps.shift();
	if (step === undefined) {
		throw new Error('the script of the fake engine ran out');
	}
	return step;
}

export function failing(name: string, file = 'pricing.test.js'): TestResult {
	return {
		id: `${file}::${name}`,
		file,
		name,
		line: 5,
		status: 'failed',
		failure: { message: 'Expected values to be strictly equal:\n\n110 !== 90\n' },
	};
}

const told = { run: 'run-1', attempts: [], spent: ZERO, durationMs: 1200, baselineRuns: [] };

export function solved(test: TestResult, changes: readonly ChangedFile[], run = 'run-1'): FixResult {
	const suite = {
		framework: 'node:test',
		folder: '',
		argv: ['node', '--test'],
		env: {},
		source: 'x',
	} as const;
	const base = { commit: '0'.repeat(40), tree: '0'.repeat(40) };
	const problem = { statement: '', base, suite, failToPass: [test] };
	const patch = { diff: '', hash: '0'.repeat(64), files: [], linesAdded: 1, linesRemoved: 1 };
	const chosen = { patch, summary: 'changed + to -', warnings: [] };
	const count = { passed: 2, failed: 1, skipped: 0 };
	const verdict = {
		kind: 'resolved',
		evidence: {
			runs: [],
			flipped: [test.id],
			targetPasses: 2,
			failsWithout: true,
			before: count,
			after: { passed: 3, failed: 0, skipped: 0 },
			flaky: [],
			knownFailing: [],
			warnings: [],
		},
	} as const;
	const outcome: Outcome = {
		...told,
		run,
		kind: 'solved',
		attempt: {
			number: 1,
			offer: { id: 'free', label: 'free', leastSpend: ZERO, expectedSpend: ZERO, mostAttempts: 1 },
			allowance: ZERO,
			cost: { billed: ZERO, estimated: ZERO },
			ended: 'patches',
			verdicts: [{ proposed: chosen, verdict }],
			proposeMs: 1,
			verifyMs: 1,
		},
		chosen,
		evidence: verdict.evidence,
		alternatives: [],
		problem,
		baseline: {
			tests: [test],
			count,
			passToPass: [],
			flaky: [],
			knownFailing: [],
			suiteMs: 10,
			partial: false,
		},
	};
	return { outcome, receipt: `## Verified fix, $0.00\n\nrun ${run}\n`, changes };
}

export function unsolved(
	ending:
		| { readonly kind: 'exhausted'; readonly by: 'offers'; readonly reason: string }
		| { readonly kind: 'cancelled' }
		| { readonly kind: 'blocked'; readonly reason: string },
): FixResult {
	return { outcome: { ...told, ...ending }, receipt: '## No verified fix\n', changes: [] };
}
