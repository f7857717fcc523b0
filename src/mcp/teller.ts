// Progress of one call: said when the words change, and again from time to time, so that a client which waits knows
// that somebody is there.

const AGAIN_MS = 10_000;

export class Teller {
	private progress = 0;
	private words = 'Starting';
	private over = false;
	private readonly timer: NodeJS.Timeout | undefined;

	/** `send` absent: the client did not ask to be told. */
	constructor(
		private readonly send: ((progress: number, message: string) => Promise<void>) | undefined,
		againMs = AGAIN_MS,
	) {
		if (send !== undefined) {
			this.timer = setInterval(() => this.say(), againMs);
			this.timer.unref();
		}
	}

	tell(words: string): void {
		if (!this.over && words !== this.words) {
			this.words = words;
			this.say();
		}
	}

	stop(): void {
		clearInterval(this.timer);
		this.over = true;
	}

	private say(): void {
		this.progress += 1;
		// A client that went away is noticed elsewhere.
		this.send?.(this.progress, this.words).catch(() => undefined);
	}
}
