import type { Target, TestResult } from '../../core/suite';

/** What is known of a fix before anything is asked: every way to begin one goes through the one flow with this. */
export interface FixStart {
	/** The test in words, for titles and messages. */
	readonly name?: string;
	/** Absolute path of the folder; asked for when absent. */
	readonly folder?: string;
	/** How the tests are run, as the user wrote it; found by itself when absent. */
	readonly testCommand?: string;
	/**
	 * Picks among what fails in our own run of the tests, never empty. Asks, and tells the user what cannot be found.
	 * Undefined when nothing shall be fixed.
	 */
	choose?(failing: readonly TestResult[], ran: RanTests): Promise<Target | undefined>;
}

/** Where and how our own run found what fails. */
export interface RanTests {
	/** Absolute path. */
	readonly folder: string;
	readonly command: string;
}
