import type { Candidate } from './candidate';

/** What a set of edits does, for people, and what to look at twice. */
export function summaryOf(
	candidates: readonly Candidate[],
	texts: ReadonlyMap<string, string>,
): { readonly summary: string; readonly warnings: readonly string[] } {
	const parts = candidates.map((candidate) => {
		const before = short((texts.get(candidate.file) ?? '').slice(candidate.start, candidate.end));
		const after = short(candidate.text);
		const change =
			before === '' ? `inserts ${after}` : after === '' ? `removes ${before}` : `${before} becomes ${after}`;
		return `${candidate.file}:${candidate.line}: ${change} (${candidate.template})`;
	});
	const warnings: string[] = [];
	for (const candidate of candidates) {
		if (candidate.template.includes('literal from the test')) {
			warnings.push(
				`A value of the failing test is written into ${candidate.file}:${candidate.line}: this may fit the test and not the intent.`,
			);
		}
		if (candidate.text.trim() === '') {
			warnings.push(`The change at ${candidate.file}:${candidate.line} only takes behaviour away.`);
		}
	}
	return { summary: parts.join('; '), warnings };
}

function short(text: string): string {
	const line = text.replace(/\s+/g, ' ').trim();
	return line === '' ? '' : `\`${line.length > 60 ? `${line.slice(0, 57)}…` : line}\``;
}
