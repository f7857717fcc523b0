// The JavaScript and TypeScript warm runner: a warm worker where the framework can be kept warm, the suite's own
// command, run afresh for every candidate, where it cannot.
import type { FileEdit } from '../../../core/patch';
import type { Grammars } from '../grammars';
import type { Behaviour, Trial, WarmRunner, WarmSetup } from '../warmRunner';
import { ColdRunner } from './coldRunner';
import { WorkerRunner } from './workerRunner';

type Started = Awaited<ReturnType<WarmRunner['start']>>;

export class JavaScriptRunner implements WarmRunner {
	private runner: WarmRunner;

	constructor(
		private readonly setup: WarmSetup,
		private readonly grammars: Grammars,
	) {
		this.runner = new WorkerRunner(setup, grammars);
	}

	/** Why candidates are run by the suite's own command; undefined when they run warm. */
	coldBecause: string | undefined;

	async start(signal: AbortSignal): Promise<Started> {
		const first = this.runner as WorkerRunner;
		let started: Started = await first.start(signal);
		if (started.kind === 'unavailable' && first.framework === 'vitest' && !signal.aborted) {
			started = await this.startInstead(new WorkerRunner(this.setup, this.grammars, true), signal);
		}
		if (started.kind === 'ready' || signal.aborted) {
			return started;
		}
		this.coldBecause = started.reason;
		const cold = await this.startInstead(new ColdRunner(this.setup), signal);
		return cold.kind === 'ready'
			? cold
			: { kind: 'unavailable', reason: `${started.reason}; ${cold.reason}` };
	}

	private async startInstead(runner: WarmRunner, signal: AbortSignal): Promise<Started> {
		await this.runner.close();
		this.runner = runner;
		return runner.start(signal);
	}

	attempt(edits: readonly FileEdit[], limitMs: number, signal: AbortSignal): Promise<Trial> {
		return this.runner.attempt(edits, limitMs, signal);
	}

	observe(edit: FileEdit, limitMs: number, signal: AbortSignal): Promise<Behaviour | undefined> {
		return this.runner.observe(edit, limitMs, signal);
	}

	close(): Promise<void> {
		return this.runner.close();
	}
}
