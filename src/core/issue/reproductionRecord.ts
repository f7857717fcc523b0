import type { NanoUsd } from '../money';
import type { Spent } from '../offer';
import type { ProposedPatch } from '../patch';
import type { RunRecord } from '../verdict';
import type { Refusal } from './reproduction';

/** How an issue became a failing test, or why it did not. */
export interface ReproductionRecord {
	readonly issue: { readonly name: string; readonly title: string; readonly link?: string };
	/**
	 * Who wrote the test: `project`, where a failing test was there already; `issue`, from the code in it; `model`;
	 * `user`, who edited what one of these wrote. Absent when there is none.
	 */
	readonly author?: 'project' | 'issue' | 'model' | 'user';
	/** The offer whose words it is. */
	readonly offer?: string;
	/** The test against the base; absent when there is none, or it is the project's own. */
	readonly test?: ProposedPatch;
	/** Ids of the tests that show the issue. */
	readonly tests: readonly string[];
	/** What of the issue their failure repeats. */
	readonly agrees: readonly string[];
	readonly candidates: readonly {
		readonly offer: string;
		readonly sha256: string;
		readonly files: readonly string[];
		readonly summary: string;
		/** Absent for those that show the issue. */
		readonly refusal?: Refusal;
	}[];
	readonly attempts: readonly {
		readonly number: number;
		readonly offer: string;
		readonly cost: Spent;
		readonly ended: string;
		readonly reason?: string;
	}[];
	/** Of the bid, for the test alone. */
	readonly spent: NanoUsd;
	readonly runs: readonly RunRecord[];
}

/** True when the test was written for this run: then a fix is checked against it, and not verified. */
export function isWritten(record: ReproductionRecord | undefined): boolean {
	return record?.test !== undefined;
}
