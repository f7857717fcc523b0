/** One small change of one file that may be the fix. */
export interface Candidate {
	/** Relative to the repository's root, `/`-separated. */
	readonly file: string;
	/** UTF-16 offsets into the file's base text: `text` replaces [start, end). */
	readonly start: number;
	readonly end: number;
	readonly text: string;
	/** 1-based line of the base text where the change begins: what coverage is looked up by. */
	readonly line: number;
	/** The repair template's name: `relational operator`, `constant`, `negated condition`. */
	readonly template: string;
	/** How often such a change is the fix, relative to other templates; greater is likelier. */
	readonly prior: number;
}

/** The file's text with the change made. */
export function applied(base: string, candidate: Candidate): string {
	return base.slice(0, candidate.start) + candidate.text + base.slice(candidate.end);
}
