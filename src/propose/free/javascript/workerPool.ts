// One warm worker in use and a spare behind it, so that a lost worker costs little.
import path from 'node:path';
import type { WarmSetup } from '../warmRunner';
import type { WarmCommand } from './command';
import { childEnvironment } from './environment';
import type { LostReason, Reply, Request } from './protocol';
import { WorkerProcess } from './workerProcess';

export type Answered = Reply | { readonly kind: 'lost'; readonly reason: LostReason };

const spareAfterMs = 500;
const setupLimitMs = 30_000;

export class WorkerPool {
	/** What a new worker is told before its first candidate. */
	setup: readonly Request[] = [];
	private current: WorkerProcess | undefined;
	private spare: { readonly worker: WorkerProcess; readonly ready: Promise<boolean> } | undefined;
	private readonly open = new Set<WorkerProcess>();
	private readonly closing = new AbortController();
	private spareTimer: NodeJS.Timeout | undefined;
	private sparing = false;

	constructor(
		private readonly options: WarmSetup,
		private readonly folder: string,
		private readonly command: Pick<WarmCommand, 'nodeOptions' | 'env'>,
	) {}

	/** Sends to the worker in use; a new one is told everything in `setup` first. Never rejects. */
	async ask(request: Request, limitMs: number, signal: AbortSignal): Promise<Answered> {
		if (!this.current?.alive) {
			const worker = await this.next(signal);
			if (!worker) {
				return { kind: 'lost', reason: 'crash' };
			}
			this.current = worker;
		}
		return this.answer(this.current, request, limitMs, signal);
	}

	/** Like `ask`, for the steps of a start: what is unavailable is told. */
	async send(request: Request, limitMs: number, signal: AbortSignal): Promise<Answered> {
		if (!this.current?.alive) {
			this.current = this.spawn();
			const told = await this.tell(this.current, signal);
			if (told.kind !== 'ready') {
				return told;
			}
		}
		return this.answer(this.current, request, limitMs, signal);
	}

	/** Repeats the setup after its first step in the worker in use; the last step's answer. */
	async warmUp(signal: AbortSignal): Promise<Answered> {
		if (!this.current?.alive) {
			this.current = this.spawn();
			return this.tell(this.current, signal);
		}
		return this.tell(this.current, signal, 1);
	}

	/** From now on a second worker stands ready. */
	keepSpare(): void {
		this.sparing = true;
		this.spareTimer = setTimeout(() => this.addSpare(), spareAfterMs);
	}

	/** Ends the worker in use; the next question goes to another one. */
	discard(reason: LostReason): void {
		this.current?.stop(reason);
	}

	async close(): Promise<void> {
		clearTimeout(this.spareTimer);
		this.closing.abort();
		await Promise.all([...this.open].map((worker) => worker.close()));
	}

	private async answer(
		worker: WorkerProcess,
		request: Request,
		limitMs: number,
		signal: AbortSignal,
	): Promise<Answered> {
		const answer = await worker.ask(request, limitMs, signal);
		return answer.kind === 'reply' ? answer.reply : answer;
	}

	private async next(signal: AbortSignal): Promise<WorkerProcess | undefined> {
		const { spare } = this;
		this.spare = undefined;
		if (spare && (await spare.ready)) {
			this.addSpare();
			return spare.worker;
		}
		if (this.closing.signal.aborted) {
			return undefined;
		}
		const worker = this.spawn();
		const told = await this.tell(worker, signal);
		if (told.kind === 'lost' || told.kind === 'unavailable') {
			worker.stop('crash');
			return undefined;
		}
		if (this.sparing) {
			this.addSpare();
		}
		return worker;
	}

	private addSpare(): void {
		if (this.closing.signal.aborted || this.spare) {
			return;
		}
		const worker = this.spawn();
		const ready = this.tell(worker, this.closing.signal).then(
			(told) => told.kind !== 'lost' && told.kind !== 'unavailable',
		);
		this.spare = { worker, ready };
	}

	/** Gives a worker its setup, from a step on; the last answer. */
	private async tell(worker: WorkerProcess, signal: AbortSignal, from = 0): Promise<Answered> {
		let answer: Answered = { kind: 'ready' };
		for (const request of this.setup.slice(from)) {
			answer = await this.answer(worker, request, setupLimitMs, signal);
			if (answer.kind === 'lost' || answer.kind === 'unavailable') {
				return answer;
			}
		}
		return answer;
	}

	private spawn(): WorkerProcess {
		const worker = new WorkerProcess({
			prefix: this.options.prefix ?? [],
			program: path.join(this.options.assets, 'javascriptWorker.js'),
			folder: this.folder,
			nodeOptions: this.command.nodeOptions,
			environment: childEnvironment(process.env, { ...this.command.env, ...this.options.problem.suite.env }),
			memoryBytes: this.options.memoryBytes,
		});
		this.open.add(worker);
		return worker;
	}
}
