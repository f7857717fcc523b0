// When an agent has gone on for long enough: each rule is a sign that further steps would be paid for nothing.

export interface CourseLimits {
	/** Calls of the model. */
	readonly steps: number;
	/** Steps in a row, from the second half on or after a first edit, in which no file changed. */
	readonly idleSteps: number;
	/** Answers in a row in which nothing could be done. */
	readonly uselessSteps: number;
	/** The same call on the same files. */
	readonly sameCalls: number;
	/** Tests on the same files, after other ones in between. */
	readonly sameStates: number;
}

export const COURSE_LIMITS: CourseLimits = {
	steps: 30,
	idleSteps: 8,
	uselessSteps: 4,
	sameCalls: 3,
	sameStates: 3,
};

export class Course {
	steps = 0;
	private idle = 0;
	private useless = 0;
	private edited = false;
	private repeated: string | undefined;
	private readonly calls = new Map<string, number>();
	private readonly states = new Map<string, number>();
	private last: string;

	constructor(
		base: string,
		private readonly limits: CourseLimits = COURSE_LIMITS,
	) {
		this.last = base;
		this.states.set(base, 1);
	}

	/** How often this very call was made on these very files, this time included. */
	call(name: string, args: string, state: string): number {
		const key = JSON.stringify([name, args, state]);
		const count = (this.calls.get(key) ?? 0) + 1;
		this.calls.set(key, count);
		if (count >= this.limits.sameCalls) {
			this.repeated = `It made the same call ${count} times on the same files.`;
		}
		return count;
	}

	/** One answer of the model was worked on. `state` of the files after it. */
	step(state: string, outcome: 'useful' | 'useless'): void {
		this.steps += 1;
		this.useless = outcome === 'useless' ? this.useless + 1 : 0;
		if (state === this.last) {
			this.idle += 1;
			return;
		}
		this.idle = 0;
		this.edited = true;
		this.last = state;
		const count = (this.states.get(state) ?? 0) + 1;
		this.states.set(state, count);
		if (count >= this.limits.sameStates) {
			this.repeated = `It came back to the same files ${count} times.`;
		}
	}

	/** Why it ends here, in a sentence. */
	get over(): string | undefined {
		const { limits } = this;
		if (this.steps >= limits.steps) {
			return `It took ${this.steps} steps without making the target pass.`;
		}
		if (this.useless >= limits.uselessSteps) {
			return `Nothing could be done with ${this.useless} of its answers in a row.`;
		}
		if (this.repeated !== undefined) {
			return this.repeated;
		}
		return this.idle >= this.mostIdle ? `It changed nothing for ${this.idle} steps.` : undefined;
	}

	/** Steps that are left at the most, as far as can be said. */
	get left(): number {
		return Math.min(this.limits.steps - this.steps, this.mostIdle - this.idle);
	}

	/** Reading comes first: before a first edit more of it is fine. */
	private get mostIdle(): number {
		return this.edited
			? this.limits.idleSteps
			: Math.max(this.limits.idleSteps, Math.ceil(this.limits.steps / 2));
	}
}
