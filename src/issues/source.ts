// Where an issue comes from. Each source is asked whether a text names an issue of its own, and reads it; whatever it
// brings is data from outside.
import type { GetJson } from './guardedGet';

/** As it came, before it is cleaned and cut. */
export interface RawIssue {
	readonly kind: 'github' | 'gitlab' | 'jira' | 'file' | 'comment' | 'text';
	/** For people: `owner/name#12`. */
	readonly name: string;
	readonly link?: string;
	readonly title: string;
	readonly body: string;
	readonly comments: readonly { readonly author?: string; readonly text: string }[];
	readonly labels: readonly string[];
	/** Sentences on what could not be had. */
	readonly lacks: readonly string[];
}

export type ReadIssue =
	| { readonly kind: 'read'; readonly issue: RawIssue }
	/** What to do instead, in a sentence. */
	| { readonly kind: 'refused'; readonly reason: string; readonly lacks?: LackedKey };

/** A token of the user's might open it: whose, and for which address. */
export interface LackedKey {
	readonly source: 'github' | 'gitlab' | 'jira';
	/** The token goes there and nowhere else. */
	readonly origin: string;
	/** The issue, for people: `owner/name#12`. */
	readonly issue: string;
}

/** What a source may use of the world. */
export interface Reach {
	readonly get: GetJson;
	/** The user's own variables: tokens and addresses. A key goes to its own address alone. */
	readonly environment: Readonly<Record<string, string | undefined>>;
	/** The address that the repository was cloned from; undefined when there is none. */
	readonly remote: string | undefined;
	/** A file by the name the user gave; undefined when it cannot be read as text. */
	readonly readFile: (name: string) => Promise<string | undefined>;
	/** All of the standard input. */
	readonly readInput: () => Promise<string>;
}

export interface IssueSource {
	/** Undefined when the text names none of its issues. */
	match(text: string, reach: Reach): ((signal: AbortSignal) => Promise<ReadIssue>) | undefined;
}

export function refused(reason: string, lacks?: LackedKey): ReadIssue {
	return { kind: 'refused', reason, ...(lacks === undefined ? {} : { lacks }) };
}
