/** Calls at most once in so many milliseconds, the last call never lost. */
export class Paced {
	private timer: ReturnType<typeof setTimeout> | undefined;
	private lastMs = Number.NEGATIVE_INFINITY;

	constructor(
		private readonly call: () => void,
		private readonly everyMs: number,
	) {}

	ask(): void {
		if (this.timer !== undefined) {
			return;
		}
		const waitMs = Math.max(0, this.lastMs + this.everyMs - Date.now());
		if (waitMs === 0) {
			this.now();
		} else {
			this.timer = setTimeout(() => this.now(), waitMs);
		}
	}

	/** At once; what was waiting is done with it. */
	now(): void {
		this.stop();
		this.lastMs = Date.now();
		this.call();
	}

	stop(): void {
		clearTimeout(this.timer);
		this.timer = undefined;
	}
}
