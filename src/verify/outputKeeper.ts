/** Keeps the first and the last bytes of a stream of output, in bounded memory, however much is pushed. */
export class OutputKeeper {
	private readonly head: Buffer[] = [];
	private tail: Buffer[] = [];
	private headBytes = 0;
	private tailBytes = 0;
	private dropped = 0;

	/** @param cap bytes kept of the head, and again of the tail. */
	constructor(private readonly cap: number) {}

	push(chunk: Buffer): void {
		let rest = chunk;
		if (this.headBytes < this.cap) {
			const taken = rest.subarray(0, this.cap - this.headBytes);
			this.head.push(Buffer.from(taken));
			this.headBytes += taken.length;
			rest = rest.subarray(taken.length);
		}
		if (rest.length > this.cap) {
			this.dropped += rest.length - this.cap;
			rest = rest.subarray(rest.length - this.cap);
		}
		if (rest.length === 0) {
			return;
		}
		// Copied: a small slice would keep the stream's whole 64 KB buffer alive.
		this.tail.push(Buffer.from(rest));
		this.tailBytes += rest.length;
		if (this.tailBytes > 2 * this.cap) {
			this.trim();
		}
	}

	text(): string {
		this.trim();
		const head = Buffer.concat(this.head).toString('utf8');
		const tail = Buffer.concat(this.tail).toString('utf8');
		return this.dropped > 0 ? `${head}\n… ${this.dropped} bytes left out …\n${tail}` : head + tail;
	}

	private trim(): void {
		const excess = this.tailBytes - this.cap;
		if (excess <= 0) {
			return;
		}
		this.tail = [Buffer.concat(this.tail).subarray(excess)];
		this.tailBytes = this.cap;
		this.dropped += excess;
	}
}
