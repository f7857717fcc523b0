// What the editor's errors about its models mean.
import type { Trouble } from '../../core/model';

export interface EditorTrouble {
	readonly trouble: Trouble;
	/** One sentence. */
	readonly reason: string;
	/** Refused before any work was done: nobody bills that. */
	readonly noWork: boolean;
}

const MOST_WORDS = 200;

/** `label` is the model's, for people. */
export function editorTroubleOf(error: unknown, label: string): EditorTrouble {
	const code = codeOf(error);
	const said = wordsOf(error);
	switch (code) {
		case 'NoPermissions':
			return {
				trouble: 'key',
				reason: `${label} may not be used: you did not allow it. Change that under Accounts, Manage Language Model Access.`,
				noWork: true,
			};
		case 'Blocked':
			return {
				trouble: 'busy',
				reason: `${label} is blocked for now, most likely its quota is used up.`,
				noWork: true,
			};
		case 'NotFound':
			return { trouble: 'gone', reason: `${label} is no longer there.`, noWork: true };
		default:
			break;
	}
	if (/model_not_supported|model[^.]{0,40}not (?:supported|available|found)/i.test(said)) {
		return {
			trouble: 'gone',
			reason: `${label} is listed by the editor but cannot be used; it is left out until the window is reloaded.`,
			noWork: true,
		};
	}
	if (/quota|rate.?limit|too many requests|\b429\b/i.test(said)) {
		return { trouble: 'busy', reason: `${label} has reached its limit: ${said}`, noWork: true };
	}
	if (/content.?filter|responsible.?ai|filtered by/i.test(said)) {
		return { trouble: 'refused', reason: `${label} refused to answer this.`, noWork: false };
	}
	return {
		trouble: 'down',
		reason: `${label} failed: ${said === '' ? 'it did not say why' : said}`,
		noWork: false,
	};
}

function codeOf(error: unknown): string | undefined {
	const code = error instanceof Error && 'code' in error ? error.code : undefined;
	return typeof code === 'string' ? code : undefined;
}

function wordsOf(error: unknown): string {
	const cause = error instanceof Error && error.cause instanceof Error ? ` (${error.cause.message})` : '';
	const text = error instanceof Error ? error.message + cause : String(error);
	const line = text.replace(/\s+/g, ' ').trim();
	return line.length > MOST_WORDS ? `${line.slice(0, MOST_WORDS - 1)}…` : line;
}
