import type { Clock } from './effects';

/** The time limit of a run. It stands still while the user is thinking. */
export class Deadline {
	private readonly over = new AbortController();
	/** Aborts when the time is used up. */
	readonly signal = this.over.signal;
	private usedBeforeMs = 0;
	/** Undefined while it stands still. */
	private leg: { readonly sinceMs: number; stop(): void } | undefined;

	constructor(
		private readonly clock: Clock,
		private readonly timeMs: number,
	) {
		this.go();
	}

	get usedMs(): number {
		return this.usedBeforeMs + (this.leg === undefined ? 0 : this.clock.nowMs() - this.leg.sinceMs);
	}

	get leftMs(): number {
		return this.timeMs - this.usedMs;
	}

	/** Rejects as `use` does; the time goes on however it ends. */
	async pausedWhile<T>(use: () => Promise<T>): Promise<T> {
		this.stop();
		try {
			return await use();
		} finally {
			this.go();
		}
	}

	stop(): void {
		this.usedBeforeMs = this.usedMs;
		this.leg?.stop();
		this.leg = undefined;
	}

	private go(): void {
		const sinceMs = this.clock.nowMs();
		const timer = this.clock.timeout(Math.max(0, this.leftMs));
		const { signal } = timer;
		const end = (): void => this.over.abort();
		if (signal.aborted) {
			end();
		} else {
			signal.addEventListener('abort', end, { once: true });
		}
		this.leg = { sinceMs, stop: () => timer.stop() };
	}
}
