// A problem and its verified fix in the form in which we ask models for one: what a tuned model would be asked, and
// what it should answer.
import type { ProposalTask } from '../../core/effects';
import type { Lesson } from '../../core/keptFix';
import { oneLine } from './agentWords';
import { editSystem } from './editPrompt';
import { applyEdits, parseEdits } from './edits';
import { blocksText, type TextChange } from './edits/writeBlocks';
import { type ProblemTextServices, problemText } from './problemText';
import { redact } from './secrets';
import type { WorkFiles } from './workFiles';

const PROMPT_BYTES = 24_000;

export type LessonMade =
	| { readonly kind: 'made'; readonly lesson: Lesson }
	/** Why it is not worth keeping, in a sentence. */
	| { readonly kind: 'refused'; readonly reason: string };

/**
 * `task.tree` is at its base. Refused where the fix cannot be written as edits that give exactly the verified texts,
 * where one of its files may not be shown to a model, or where it holds a secret itself.
 */
export async function lessonOf(
	task: Pick<ProposalTask, 'problem' | 'baseline' | 'tree'>,
	changes: readonly TextChange[],
	summary: string,
	files: Pick<WorkFiles, 'list' | 'read' | 'refusal'>,
	services: ProblemTextServices,
	signal: AbortSignal,
): Promise<LessonMade> {
	const { literals = [] } = services;
	const said = oneLine(redact(summary, literals).text, 300);
	const answer = `${/[.!?]$/.test(said) ? said : `${said}.`}\n\n${blocksText(changes)}\n`;
	if (redact(answer, literals).found.length > 0) {
		return { kind: 'refused', reason: 'The fix holds what looks like a key or a password.' };
	}
	for (const { path } of changes) {
		const refusal = files.refusal(path);
		if (refusal !== undefined) {
			return { kind: 'refused', reason: refusal };
		}
	}
	const applied = await applyEdits(parseEdits(answer), files, signal);
	const given = new Map(
		applied.kind === 'applied' ? applied.edits.map(({ path, text }) => [path, text] as const) : [],
	);
	if (given.size !== changes.length || changes.some(({ path, patched }) => given.get(path) !== patched)) {
		return { kind: 'refused', reason: 'The fix cannot be written as edits that give the same text.' };
	}
	const own = { ...services, earlier: [] };
	const prompt = await problemText({ ...task, attempts: [] }, files, own, PROMPT_BYTES, signal);
	return {
		kind: 'made',
		lesson: { system: editSystem(task.problem.mayChange ?? 'code'), prompt: prompt.text, answer },
	};
}
