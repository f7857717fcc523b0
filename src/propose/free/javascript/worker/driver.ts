// What a framework must offer to be kept warm.
import { plainId } from '../outcomes';
import type { Preparation, TestOutcome } from '../protocol';
import type { ProjectModules } from './modules';
import type { Probes } from './probes';
import type { Sandbox } from './sandbox';

export interface Workbench {
	readonly preparation: Preparation;
	readonly modules: ProjectModules;
	readonly probes: Probes;
	readonly sandbox: Sandbox;
}

/** Which tests to run. */
export interface Selection {
	/** Absolute test files, in order; empty for a suite known by its exit status alone. */
	readonly files: readonly string[];
	/** Ids to run; everything in the files when undefined. */
	readonly ids: ReadonlySet<string> | undefined;
	/** Ids not to run, where everything else is. */
	readonly except?: ReadonlySet<string>;
	/** Stops after the first failure when set. */
	readonly failFast: boolean;
}

/** A file's number → lines in which statements that ran begin. */
export type Hits = NonNullable<TestOutcome['lines']>;

/** Told of every test as it happens. */
export interface Recorder {
	started(): void;
	/** `hits`: what it ran, where that was taken before. */
	ended(outcome: Omit<TestOutcome, 'lines' | 'ms'>, hits?: Hits): void;
	/** What ran since the test started. */
	hits(): Hits;
}

export interface Driver {
	/** Loads what stays loaded. A reason when this project cannot be kept warm. */
	prepare(): Promise<string | undefined>;
	/** Every test file of the suite, absolute. */
	testFiles(): Promise<readonly string[]>;
	/** Runs the selected tests, with the project's modules as they are to be loaded now. May throw anything. */
	run(selection: Selection, recorder: Recorder, limitMs: number): Promise<void>;
	/** Asks the run that goes on to end early. */
	stop(): void;
	/** Called before a run whose texts of these files differ from the run before. */
	changed(files: readonly string[]): void;
	/** The base's texts were replaced and every project file forgotten. May throw what the project throws. */
	reset(coverage: boolean): Promise<void>;
}

/** True when the test is asked for, lies inside one that is, or holds one. */
export function isWanted({ ids, except }: Pick<Selection, 'ids' | 'except'>, id: string): boolean {
	if (!ids) {
		return !except?.has(id);
	}
	if (ids.has(id)) {
		return true;
	}
	for (const numbered of ids) {
		const wanted = plainId(numbered);
		if (
			wanted === id ||
			wanted.startsWith(`${id} > `) ||
			id.startsWith(`${wanted} > `) ||
			id.startsWith(`${wanted}::`)
		) {
			return true;
		}
	}
	return false;
}
