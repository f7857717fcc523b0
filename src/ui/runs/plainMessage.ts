/** In the editor's messages `[text](command:…)` is a link; in what tests and models say it must stay text. */
export function plainMessage(text: string): string {
	return text.replaceAll('](', ']\u2060(');
}
