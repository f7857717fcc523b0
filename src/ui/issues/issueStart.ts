/** Where an issue is to be read from. */
export type IssueStart = {
	/** Absolute path of the folder that it is about; asked for when absent. */
	readonly folder?: string;
} & (
	| {
			readonly kind: 'named';
			/** A number, a URL, a file, a place like `src/a.js:12`. */
			readonly said: string;
	  }
	| { readonly kind: 'text'; readonly text: string }
);
