// What somebody says is wrong, wherever it was said. All of it is data from outside, never an instruction.

export interface Issue {
	readonly source: {
		readonly kind: 'github' | 'gitlab' | 'jira' | 'file' | 'comment' | 'text';
		/** For people: `owner/name#12`, `notes.md`, `src/a.js:7`. */
		readonly name: string;
		readonly link?: string;
	};
	/** One line; '' where there is none. */
	readonly title: string;
	readonly body: string;
	readonly comments: readonly { readonly author?: string; readonly text: string }[];
	readonly labels: readonly string[];
	/** Lines of this repository that it links to, as they are now. Lines are 1-based, `to` included. */
	readonly code: readonly {
		readonly path: string;
		readonly from: number;
		readonly to: number;
		readonly text: string;
	}[];
	/** What was taken out of it or cut off, each a sentence. */
	readonly leftOut: readonly string[];
}

/** All of it as one text, for people and for a prompt: exactly what may be sent, before secrets are taken out. */
export function issueText(issue: Issue): string {
	const parts = [
		issue.title,
		issue.labels.length > 0 ? `Labels: ${issue.labels.join(', ')}` : '',
		issue.body,
		...issue.comments.map(
			({ author, text }) => `Comment${author === undefined ? '' : ` by ${author}`}:\n${text}`,
		),
		...issue.code.map(({ path, from, to, text }) => `${path}, lines ${from} to ${to}:\n${text}`),
	];
	return parts.filter((part) => part.trim() !== '').join('\n\n');
}
