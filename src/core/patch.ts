// A patch is a unified diff against the base snapshot, known by its hash.

export interface Patch {
	/** `git diff` output, paths relative to the repository's root, `a/` and `b/` prefixes. */
	readonly diff: string;
	/** SHA-256 of `diff`, hex. */
	readonly hash: string;
	/** Paths it touches, relative to the repository's root, sorted. */
	readonly files: readonly string[];
	readonly linesAdded: number;
	readonly linesRemoved: number;
}

/** The whole new text of one file. */
export interface FileEdit {
	/** Relative to the repository's root, `/`-separated. */
	readonly path: string;
	readonly text: string;
}

/** A file that shall be gone. */
export interface FileDeletion {
	readonly path: string;
	readonly deleted: true;
}

export type FileChange = FileEdit | FileDeletion;

/** A patch that a proposer offers, best first. */
export interface ProposedPatch {
	readonly patch: Patch;
	/** One line for people: what was changed and why it may be right. */
	readonly summary: string;
	/** Reasons to look twice, each a sentence. */
	readonly warnings: readonly string[];
}
