// What the code inserted into the project's files calls: loop guards and statement counters.

export class LoopLimit extends Error {
	override readonly name = 'LoopLimit';
	constructor() {
		super('the loop went on for too long');
	}
}

const now = performance.now.bind(performance);
const checkEvery = 1024;
const afterLoopMs = 100;

/** One per process; the inserted code reaches it through a global. */
export class Probes {
	/** A guard ended a loop since `arm`, even when the code under test caught the error. */
	looped = false;
	private deadline = Infinity;
	/** Since the last test began: everything in it ends. */
	private tripped = false;
	private mostTurns = Number.POSITIVE_INFINITY;
	private count = 0;
	private lines = new Map<number, Set<number>>();

	/** Loops end with an error after so many milliseconds from now, or so many turns. */
	arm(limitMs: number, mostTurns = Number.POSITIVE_INFINITY): void {
		this.mostTurns = mostTurns;
		this.deadline = now() + limitMs;
		this.looped = false;
		this.tripped = false;
		this.count = 0;
	}

	/** Another test begins: after a loop it gets a little time of its own, since that loop used up all. */
	next(): void {
		if (this.tripped) {
			this.tripped = false;
			this.deadline = now() + afterLoopMs;
		}
	}

	/** Ends every loop from now on. */
	trip(): void {
		this.tripped = true;
	}

	disarm(): void {
		this.tripped = false;
		this.deadline = Number.POSITIVE_INFINITY;
		this.mostTurns = Number.POSITIVE_INFINITY;
	}

	/** Told where tests begin and end, by frameworks that can only say so from inside. */
	onTest: { began(): void; ended(name: string): void } | undefined;

	readonly began = (): void => this.onTest?.began();
	readonly ended = (name: string): void => this.onTest?.ended(name);

	/** Set while the tests' calls of one module are recorded. */
	recorder: { exported(module: { exports: unknown }): void } | undefined;

	/** Called at the end of the recorded module. */
	readonly exported = (module: { exports: unknown }): void => this.recorder?.exported(module);

	/** Makes the probes reachable for the inserted code, in this realm and in jest's. */
	install(): void {
		const place = { value: this, enumerable: false, configurable: true };
		Object.defineProperty(globalThis, '__underbid', place);
		Object.defineProperty(Reflect.get(process, 'cpuUsage'), '__underbid', place);
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
		this.count += 1;
		if (
			this.tripped ||
			(this.count % checkEvery === 0 && (now() > this.deadline || this.count > this.mostTurns))
		) {
			this.tripped = true;
			this.looped = true;
			throw new LoopLimit();
		}
	};
}
