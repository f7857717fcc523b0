// What the code inserted into the project's files calls: loop guards and statement counters.

export class LoopLimit extends Error {
	override readonly name = 'LoopLimit';
	constructor() {
		super('the loop went on for too long');
	}
}

const now = performance.now.bind(performance);
const checkEvery = 1024;

/** One per process; the inserted code reaches it through a global. */
export class Probes {
	/** A guard ended a loop since `arm`, even when the code under test caught the error. */
	looped = false;
	private deadline = Infinity;
	private count = 0;
	private lines = new Map<number, Set<number>>();

	/** Loops end with an error after so many milliseconds from now. */
	arm(limitMs: number): void {
		this.deadline = now() + limitMs;
		this.looped = false;
		this.count = 0;
	}

	disarm(): void {
		this.deadline = Infinity;
	}

	/** Makes the probes reachable for the inserted code. */
	install(): void {
		Object.defineProperty(Reflect.get(process, 'cwd'), '__underbid', { value: this, configurable: true });
	}

	/** Statements that ran since the last call: the lines they begin in, by the file's number. */
	takeLines(): Map<number, Set<number>> {
		const taken = this.lines;
		this.lines = new Map();
		return taken;
	}

	/** Called before every statement while coverage is taken. */
	readonly hit = (file: number, line: number): void => {
		const known = this.lines.get(file);
		if (known) {
			known.add(line);
		} else {
			this.lines.set(file, new Set([line]));
		}
	};

	/** Called in every turn of a loop and at the start of every function. */
	readonly turn = (): void => {
		if (this.looped || (++this.count % checkEvery === 0 && now() > this.deadline)) {
			this.looped = this.deadline !== Infinity;
			if (this.looped) {
				throw new LoopLimit();
			}
		}
	};
}
