// Kept fixes as a data set for fine-tuning: one row a fix, and beside each row where it comes from.
import type { KeptFix, Lesson } from './keptFix';
import { type TrainingTerms, trainingTermsOf } from './trainingTerms';

/**
 * - `chat`: `{"messages": [{"role", "content"}]}`, as OpenAI, Together, Mistral and Hugging Face TRL take it.
 * - `sharegpt`: `{"conversations": [{"from", "value"}]}`, as Axolotl and LLaMA-Factory take it.
 * - `gemini`: `{"systemInstruction", "contents"}`, as Vertex AI takes it.
 */
export const ROW_FORMATS = ['chat', 'sharegpt', 'gemini'] as const;
export type RowFormat = (typeof ROW_FORMATS)[number];

export interface RowChoice {
	readonly format: RowFormat;
	/** Names of `TrainingTerms`, or providers: taken in by the user's word, whatever the terms say. */
	readonly include: readonly string[];
	/** Take in what was checked only by a test that was written for it. */
	readonly checked: boolean;
}

/** Where a row comes from; its receipt stands with it, whole. */
export interface RowSource {
	/** 1-based line in the data set. */
	readonly row: number;
	readonly run: string;
	readonly at: string;
	readonly verified: boolean;
	readonly offer: string;
	readonly terms: TrainingTerms;
	/** Why it is there although its terms are not plainly ours. */
	readonly included?: 'by your word';
	readonly tests: readonly string[];
	readonly patchSha256: string;
	readonly receipt: KeptFix['receipt'];
}

export interface DataSet {
	/** One JSON text a row. */
	readonly rows: readonly string[];
	readonly sources: readonly RowSource[];
	readonly leftOut: readonly { readonly why: string; readonly fixes: number }[];
}

/** In the order in which they were kept. The same fix twice is one row. */
export function trainingRows(fixes: readonly KeptFix[], choice: RowChoice): DataSet {
	const rows: string[] = [];
	const sources: RowSource[] = [];
	const leftOut = new Map<string, number>();
	const seen = new Set<string>();
	for (const fix of fixes) {
		const terms = trainingTermsOf(fix);
		const named = choice.include.some((name) => name === terms.name || name === fix.provider);
		const key = JSON.stringify([fix.repository, fix.patchSha256, fix.tests.map(({ id }) => id)]);
		const why = whyNot(fix, terms, { ...choice, named, twice: seen.has(key) });
		if (why !== undefined) {
			leftOut.set(why, (leftOut.get(why) ?? 0) + 1);
			continue;
		}
		seen.add(key);
		rows.push(JSON.stringify(rowOf(fix.lesson, choice.format)));
		sources.push({
			row: rows.length,
			run: fix.run,
			at: fix.at,
			verified: fix.verified,
			offer: fix.offer,
			terms,
			...(terms.kind === 'own' ? {} : { included: 'by your word' }),
			tests: fix.tests.map(({ id }) => id),
			patchSha256: fix.patchSha256,
			receipt: fix.receipt,
		});
	}
	return { rows, sources, leftOut: [...leftOut].map(([why, count]) => ({ why, fixes: count })) };
}

function whyNot(
	fix: KeptFix,
	terms: TrainingTerms,
	{ checked, named, twice }: { readonly checked: boolean; readonly named: boolean; readonly twice: boolean },
): string | undefined {
	if (fix.receipt.run !== fix.run || fix.receipt.patch?.sha256 !== fix.patchSha256) {
		return 'its receipt is of another patch';
	}
	if (fix.verified ? !fix.receipt.verified : !fix.receipt.checked) {
		return 'its receipt does not say that it was verified';
	}
	if (!fix.verified && !checked) {
		return 'only checked by a test that was written for it (take it in with --checked)';
	}
	if (terms.kind !== 'own' && !named) {
		return `${terms.words} (Take it in by your word: --include ${terms.name}.)`;
	}
	return twice ? 'the same fix is there already' : undefined;
}

function rowOf({ system, prompt, answer }: Lesson, format: RowFormat): unknown {
	switch (format) {
		case 'chat':
			return {
				messages: [
					{ role: 'system', content: system },
					{ role: 'user', content: prompt },
					{ role: 'assistant', content: answer },
				],
			};
		case 'sharegpt':
			return {
				conversations: [
					{ from: 'system', value: system },
					{ from: 'human', value: prompt },
					{ from: 'gpt', value: answer },
				],
			};
		case 'gemini':
			return {
				systemInstruction: { role: 'system', parts: [{ text: system }] },
				contents: [
					{ role: 'user', parts: [{ text: prompt }] },
					{ role: 'model', parts: [{ text: answer }] },
				],
			};
	}
}
