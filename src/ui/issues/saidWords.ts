// What somebody typed into the field that asks for an issue: a name of one, or the issue itself.

export type Said =
	| { readonly kind: 'number'; readonly said: string }
	| { readonly kind: 'link'; readonly said: string; readonly host: string }
	| { readonly kind: 'words'; readonly text: string };

/** Undefined where nothing is typed. */
export function saidIn(typed: string): Said | undefined {
	const text = typed.trim();
	if (text === '') {
		return undefined;
	}
	if (/^(?:[\w.-]+\/[\w.-]+)?#\d{1,9}$|^\d{1,9}$/.test(text)) {
		return { kind: 'number', said: text };
	}
	if (/^https?:\/\/\S+$/i.test(text) && URL.canParse(text)) {
		return { kind: 'link', said: text, host: new URL(text).host };
	}
	return { kind: 'words', text };
}

/** True when it may be an issue of github.com, whose sign-in the editor may have. */
export function mayBeOnGitHub(said: string): boolean {
	const found = saidIn(said);
	return found?.kind === 'number' || (found?.kind === 'link' && found.host.toLowerCase() === 'github.com');
}
