// The runs of this workspace: the one under way, and those before it, kept across reloads of the window.
import type { SolveEvent } from '../../core/events';
import type { NanoUsd } from '../../core/money';
import type { Outcome } from '../../core/outcome';
import { afterEvent, closedRun, type KeptRun, newRun, type RunOrder, takenUp } from './keptRun';

/** One per workspace; several windows may write to it. */
export interface RunStore {
	/** Whether there is anything to load; quick. */
	holdsRuns(): boolean;
	/** Whether one has no end yet: it goes on somewhere, or was cut off; quick. */
	holdsOpenRuns(): Promise<boolean>;
	/** Newest first. What cannot be read is left out and left alone. */
	load(): Promise<{
		readonly runs: readonly KeptRun[];
		/** Ids of runs that go on in another living process. */
		readonly elsewhere: readonly string[];
	}>;
	save(run: KeptRun): Promise<void>;
	clear(): Promise<void>;
}

/** Keeps nothing. */
export const NO_RUNS: RunStore = {
	holdsRuns: () => false,
	holdsOpenRuns: async () => false,
	load: async () => ({ runs: [], elsewhere: [] }),
	save: async () => undefined,
	clear: async () => undefined,
};

export interface KeeperWorld {
	readonly store: RunStore;
	/** Called whenever something that is shown has changed. */
	changed(): void;
	nowMs(): number;
	/** What the journal counts for a run, open calls at their worst; undefined when it cannot be told. */
	counted(run: string): Promise<NanoUsd | undefined>;
}

/** How a run came to its end, in the eyes of the window. */
export type RunEnding =
	| { readonly kind: 'result'; readonly outcome: Outcome; readonly receipt: string }
	/** A bug or a refusal; `reason` is a sentence. */
	| { readonly kind: 'broken'; readonly reason: string }
	/** The window goes away; the engine has cleaned up by now. */
	| { readonly kind: 'closing' };

const MOST_RUNS = 50;

export class RunKeeper {
	private readonly kept = new Map<string, KeptRun>();
	private elsewhereIds: ReadonlySet<string> = new Set();
	private order: RunOrder | undefined;
	private underWay: string | undefined;
	private saving: Promise<void> = Promise.resolve();
	/** Written as soon as the write before it is through; only the latest of a run counts. */
	private unsaved = new Map<string, KeptRun>();

	constructor(private readonly world: KeeperWorld) {}

	/** Newest first. */
	get runs(): readonly KeptRun[] {
		return [...this.kept.values()].sort((a, b) => b.startedAt - a.startedAt).slice(0, MOST_RUNS);
	}

	get elsewhere(): ReadonlySet<string> {
		return this.elsewhereIds;
	}

	get current(): KeptRun | undefined {
		return this.underWay === undefined ? undefined : this.kept.get(this.underWay);
	}

	find(run: string): KeptRun | undefined {
		return this.kept.get(run);
	}

	/**
	 * Reads what was kept. Runs whose window went away without a word are closed, at what the journal counts; they are
	 * what is returned.
	 */
	async load(): Promise<readonly KeptRun[]> {
		const { runs, elsewhere } = await this.world.store.load();
		const before = this.elsewhereIds;
		this.elsewhereIds = new Set(elsewhere);
		const lost: KeptRun[] = [];
		for (const run of runs) {
			// What this window has seen itself is newer than what is on disk.
			if (this.kept.has(run.run) && !before.has(run.run)) {
				continue;
			}
			if (run.end === undefined && !this.elsewhereIds.has(run.run)) {
				lost.push(run);
			} else {
				this.kept.set(run.run, run);
			}
		}
		for (const run of lost) {
			this.keep(closedRun(run, this.world.nowMs()));
		}
		this.world.changed();
		for (const run of lost) {
			const counted = await this.world.counted(run.run);
			if (counted !== undefined) {
				this.keep(closedRun(run, this.world.nowMs(), counted));
				this.world.changed();
			}
		}
		return lost.flatMap(({ run }) => this.kept.get(run) ?? []);
	}

	/** The next run that starts was ordered like this. */
	begin(order: RunOrder): void {
		this.order = order;
		this.underWay = undefined;
	}

	see(event: SolveEvent): void {
		if (event.kind === 'started' && this.order !== undefined) {
			this.underWay = event.run;
			const before = this.kept.get(event.run);
			const nowMs = this.world.nowMs();
			this.keep(before === undefined ? newRun(event.run, this.order, nowMs) : takenUp(before, nowMs));
			this.world.changed();
			return;
		}
		const before = this.current;
		const after = before && afterEvent(before, event, this.world.nowMs());
		if (after !== undefined && after !== before) {
			this.keep(after);
			this.world.changed();
		}
	}

	/** The run is over. Undefined when none had begun. */
	end(how: RunEnding): KeptRun | undefined {
		const { current, order } = this;
		this.underWay = undefined;
		this.order = undefined;
		const ended = endedRun(current, order, how, this.world.nowMs());
		if (ended !== undefined) {
			this.keep(ended);
			this.world.changed();
		}
		return ended;
	}

	/** Several runs in a row are over, and none is under way. */
	endAll(results: readonly { readonly outcome: Outcome; readonly receipt: string }[]): void {
		for (const { outcome, receipt } of results) {
			const run = this.kept.get(outcome.run);
			if (run !== undefined) {
				const endedAt = run.endedAt ?? this.world.nowMs();
				this.keep({ ...afterEvent(run, { kind: 'finished', outcome }, endedAt), receipt });
			}
		}
		this.underWay = undefined;
		this.order = undefined;
		this.world.changed();
	}

	async forgetAll(): Promise<void> {
		for (const run of this.kept.keys()) {
			if (run !== this.underWay && !this.elsewhereIds.has(run)) {
				this.kept.delete(run);
			}
		}
		await this.flushed();
		await this.world.store.clear();
		for (const run of this.kept.values()) {
			this.keep(run);
		}
		this.world.changed();
	}

	/** Settles when everything is on disk. */
	async flushed(): Promise<void> {
		while (this.unsaved.size > 0) {
			await this.saving;
		}
		await this.saving;
	}

	private keep(run: KeptRun): void {
		this.kept.set(run.run, run);
		const waits = this.unsaved.size > 0;
		this.unsaved.set(run.run, run);
		if (!waits) {
			this.saving = this.saving.then(() => this.saveAll());
		}
	}

	private async saveAll(): Promise<void> {
		const runs = [...this.unsaved.values()];
		this.unsaved.clear();
		for (const run of runs) {
			// A run that cannot be kept is shown as long as the window stands.
			await this.world.store.save(run).catch(() => undefined);
		}
	}
}

function endedRun(
	current: KeptRun | undefined,
	order: RunOrder | undefined,
	how: RunEnding,
	nowMs: number,
): KeptRun | undefined {
	switch (how.kind) {
		case 'result': {
			const { outcome, receipt } = how;
			const run = current ?? (order && newRun(outcome.run, order, nowMs - outcome.durationMs));
			return run && { ...afterEvent(run, { kind: 'finished', outcome }, nowMs), receipt };
		}
		case 'broken':
			return current && { ...closedRun(current, nowMs), end: { kind: 'blocked', reason: how.reason } };
		case 'closing':
			return current && closedRun(current, nowMs);
	}
}
