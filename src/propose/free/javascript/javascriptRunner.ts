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
		grammars: Grammars,
	) {
		this.runner = new WorkerRunner(setup, grammars);
	}

	/** Why candidates are run by the suite's own command; undefined when they run warm. */
	coldBecause: string | undefined;

	async start(signal: AbortSignal): Promise<Started> {
		const warm = await this.runner.start(signal);
		if (warm.kind === 'ready' || signal.aborted) {
			return warm;
		}
		await this.runner.close();
		this.coldBecause = warm.reason;
		this.runner = new ColdRunner(this.setup);
		const cold = await this.runner.start(signal);
		return cold.kind === 'ready' ? cold : { kind: 'unavailable', reason: `${warm.reason}; ${cold.reason}` };
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
