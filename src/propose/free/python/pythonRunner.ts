// Tries candidate repairs of a Python project: many a second in a warm worker that forks, or, where a project
// cannot be kept warm, by running the suite's own command for each.
import path from 'node:path';
import * as z from 'zod';
import type { FileEdit } from '../../../core/patch';
import type { Behaviour, Trial, WarmBase, WarmRunner, WarmSetup } from '../warmRunner';
import { ColdPython } from './coldPython';
import { childEnvironment, interpreters } from './interpreter';
import { sourcePaths } from './sourcePaths';
import { pytestOptions, runsAsModule, suiteWords } from './suiteArguments';
import { type Answer, WorkerProcess } from './workerProcess';

type Started = Awaited<ReturnType<WarmRunner['start']>>;

const START_LIMIT_MS = 180_000;
/** What forking, importing afresh and the other tests may add to a candidate's own limit. */
const MARGIN_MS = 60_000;

const ready = z.object({
	kind: z.literal('ready'),
	coverage: z.array(
		z.object({ test: z.string(), passed: z.boolean(), lines: z.record(z.string(), z.array(z.number())) }),
	),
	frames: z.array(z.tuple([z.string(), z.number()])),
	targetMs: z.number(),
	otherTests: z.number(),
	plan: z.unknown(),
});
const started = z.discriminatedUnion('kind', [
	ready,
	z.object({ kind: z.literal('unavailable'), reason: z.string() }),
]);
const trial = z.discriminatedUnion('kind', [
	z.object({ kind: z.literal('passed') }),
	z.object({ kind: z.literal('failed'), passedTests: z.number(), signature: z.string() }),
	z.object({
		kind: z.literal('lost'),
		reason: z.enum(['timeout', 'memory', 'exit', 'crash']),
	}),
]);
const behaviour = z.discriminatedUnion('kind', [
	z.object({ kind: z.literal('behaviour'), digests: z.array(z.string()) }),
	z.object({ kind: z.literal('nothing') }),
]);

export class PythonRunner implements WarmRunner {
	private worker: WorkerProcess | undefined;
	private cold: ColdPython | undefined;
	private interpreter = '';
	/** Which tests to run, as the first start found out: a restarted worker need not run the base again. */
	private plan: unknown;
	private closed = false;

	constructor(private readonly setup: WarmSetup) {}

	async start(signal: AbortSignal): Promise<Started> {
		const { problem, root } = this.setup;
		const found = await interpreters(root, problem.suite, signal);
		let reason = 'no Python was found';
		for (const interpreter of found) {
			this.interpreter = interpreter;
			const answer = started.safeParse(valueOf(await this.launch(undefined, signal)));
			if (answer.success && answer.data.kind === 'ready') {
				this.plan = answer.data.plan;
				return { kind: 'ready', base: baseOf(answer.data) };
			}
			reason = answer.success && answer.data.kind === 'unavailable' ? answer.data.reason : this.trouble;
			await this.worker?.close();
			this.worker = undefined;
			if (signal.aborted) {
				return { kind: 'unavailable', reason: 'cancelled' };
			}
			if (!/^ModuleNotFoundError|^ImportError/.test(reason)) {
				break;
			}
		}
		const cold = new ColdPython(this.setup, this.environment());
		const base = await cold.start(signal);
		if (base === undefined) {
			return { kind: 'unavailable', reason };
		}
		this.cold = cold;
		return { kind: 'ready', base };
	}

	async attempt(edits: readonly FileEdit[], limitMs: number, signal: AbortSignal): Promise<Trial> {
		if (this.cold) {
			return this.cold.attempt(edits, limitMs, signal);
		}
		const since = performance.now();
		const answer = await this.ask({ kind: 'attempt', edits, limitMs }, limitMs, signal);
		const parsed = trial.safeParse(valueOf(answer));
		if (parsed.success) {
			return { ...parsed.data, ms: performance.now() - since };
		}
		return {
			kind: 'lost',
			ms: performance.now() - since,
			reason: answer.kind === 'timedOut' || answer.kind === 'cancelled' ? 'timeout' : 'crash',
		};
	}

	async observe(edit: FileEdit, limitMs: number, signal: AbortSignal): Promise<Behaviour | undefined> {
		if (this.cold) {
			return undefined;
		}
		const parsed = behaviour.safeParse(
			valueOf(await this.ask({ kind: 'observe', edit, limitMs }, limitMs, signal)),
		);
		return parsed.success && parsed.data.kind === 'behaviour' ? parsed.data.digests : undefined;
	}

	async close(): Promise<void> {
		this.closed = true;
		await this.worker?.close();
		this.worker = undefined;
	}

	private async ask(request: unknown, limitMs: number, signal: AbortSignal): Promise<Answer> {
		if (this.closed || signal.aborted) {
			return { kind: 'cancelled' };
		}
		if (!this.worker?.alive) {
			const answer = await this.launch(this.plan, signal);
			if (answer.kind !== 'answer' || !this.worker) {
				return answer;
			}
		}
		return this.worker.ask(request, limitMs + MARGIN_MS, signal);
	}

	private trouble = '';

	private async launch(plan: unknown, signal: AbortSignal): Promise<Answer> {
		const { problem, root, assets, memoryBytes } = this.setup;
		const { suite } = problem;
		const cwd = path.join(root, suite.folder);
		const argv = [this.interpreter, path.join(assets, 'python', 'underbid_worker.py')];
		const [program = '', ...args] = [...(this.setup.prefix ?? []), ...argv];
		const worker = new WorkerProcess(program, args, { cwd, env: this.environment() });
		this.worker = worker;
		const pytest = suite.framework === 'pytest';
		const answer = await worker.ask(
			{
				framework: suite.framework,
				root,
				path: [...(runsAsModule(suite) || !pytest ? [''] : []), ...sourcePaths(root, suite)],
				arguments: pytest ? pytestOptions(suite, cwd) : suiteWords(suite),
				memoryBytes,
				plan: plan ?? null,
				targets: problem.failToPass.map((test) => ({
					id: test.id,
					file: test.file ?? fileOf(test.id),
					name: test.name,
					durationMs: test.durationMs ?? null,
					hung: test.failure?.hung ?? false,
				})),
			},
			START_LIMIT_MS,
			signal,
		);
		this.trouble =
			answer.kind === 'died'
				? (answer.stderr.trim().split('\n').at(-1) ?? 'the worker ended')
				: answer.kind === 'answer'
					? 'the worker answered something else'
					: answer.kind;
		return answer;
	}

	private environment(): Record<string, string> {
		return childEnvironment(this.setup.problem.suite, process.env);
	}
}

function valueOf(answer: Answer): unknown {
	return answer.kind === 'answer' ? answer.value : undefined;
}

/** `tests/test_a.py::test_x` is of tests/test_a.py; `tests.test_a.Case.test_x` is left to the worker. */
function fileOf(id: string): string {
	return id.split('::')[0] ?? id;
}

function baseOf(answer: z.infer<typeof ready>): WarmBase {
	return {
		coverage: answer.coverage.map((each) => ({ ...each, lines: new Map(Object.entries(each.lines)) })),
		frames: answer.frames.map(([file, line]) => ({ file, line })),
		targetMs: answer.targetMs,
		otherTests: answer.otherTests,
	};
}
