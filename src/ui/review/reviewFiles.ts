// What the review needs from the user's files. The editor gives it; tests have their own.

export type Seen =
	/** As the user sees it, with `\n` line ends and no byte order mark. */
	| { readonly kind: 'text'; readonly text: string }
	| { readonly kind: 'absent' }
	/** It must not be changed; one sentence says why. */
	| { readonly kind: 'barred'; readonly reason: string; readonly text: string | undefined };

export type FileChange =
	/** Only while the text is still `from`. */
	| { readonly kind: 'turn'; readonly file: string; readonly from: string; readonly to: string }
	/** The whole file, made where it is not there. */
	| { readonly kind: 'write'; readonly file: string; readonly text: string }
	| { readonly kind: 'delete'; readonly file: string };

export interface ReviewFiles {
	look(file: string): Promise<Seen>;
	/** The text of a file that is open, at once; undefined where it must be looked for. Says nothing of what is barred. */
	glance(file: string): string | undefined;
	/** All together, one Undo for them. False when a text moved on meanwhile; then nothing was changed. */
	apply(changes: readonly FileChange[]): Promise<boolean>;
	isUnsaved(file: string): boolean;
	/** False when it is still unsaved. */
	save(file: string): Promise<boolean>;
}
