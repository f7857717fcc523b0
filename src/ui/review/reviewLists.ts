// The review by list, for people who work without seeing colours or without a mouse.
import * as vscode from 'vscode';
import { linesOf } from '../../core/review/lines';
import type { Move } from '../../core/review/moves';
import { type FileReview, type Hunk, isWhole } from '../../core/review/review';
import { counted } from '../counted';
import { sizeOf } from './reviewDecorations';
import type { FileState } from './reviewSession';
import { fixWords } from './reviewWords';
import type { StoredReview } from './storedReview';

export interface Chosen {
	readonly answer: 'accept' | 'reject';
	readonly ids: readonly string[];
}

/** Undefined when the user turned away. */
export async function chooseHunks(
	states: readonly FileState[],
	moves: readonly Move[],
	about: Pick<StoredReview, 'stage' | 'checked'>,
): Promise<Chosen | undefined> {
	const items = states.flatMap(({ review, located }) => {
		const [base, patched] = [linesOf(review.base ?? ''), linesOf(review.patched ?? '')];
		return review.hunks
			.filter(({ decision }) => decision === 'pending')
			.map((hunk) => {
				const at = located.find((one) => one.hunk.id === hunk.id);
				const words = isWhole(review)
					? wholeWords(review, moves)
					: about.stage === 'waiting'
						? ''
						: at?.state === 'edited'
							? vscode.l10n.t(', edited by you')
							: at?.state === 'undone'
								? vscode.l10n.t(', not in the file')
								: '';
				return {
					label: `${review.path}:${(at?.span.start ?? hunk.base.start) + 1}`,
					description: `${sizeOf(hunk)}${words}`,
					detail: firstLines(base, patched, hunk),
					id: hunk.id,
					picked: true,
				};
			});
	});
	const title = vscode.l10n.t('{0} Fix: Choose Changes', fixWords(about).Done);
	const picked = await vscode.window.showQuickPick(items, {
		title,
		placeHolder: vscode.l10n.t('Tick the changes to decide on'),
		canPickMany: true,
		ignoreFocusOut: true,
	});
	if (picked === undefined || picked.length === 0) {
		return undefined;
	}
	const changes = counted(picked.length, 'change');
	const decisions = [
		{ label: vscode.l10n.t('Accept {0}', changes), answer: 'accept' as const },
		{ label: vscode.l10n.t('Reject {0}', changes), answer: 'reject' as const },
	];
	const decision = await vscode.window.showQuickPick(decisions, { title });
	return decision && { answer: decision.answer, ids: picked.map(({ id }) => id) };
}

function wholeWords({ path, base, patched }: FileReview, moves: readonly Move[]): string {
	const move = moves.find(({ from, to }) => from === path || to === path);
	if (move !== undefined) {
		return move.from === path
			? vscode.l10n.t(', moved to {0}', move.to)
			: vscode.l10n.t(', moved from {0}', move.from);
	}
	return base === undefined
		? vscode.l10n.t(', new file')
		: patched === undefined
			? vscode.l10n.t(', file deleted')
			: vscode.l10n.t(', whole notebook');
}

function firstLines(base: readonly string[], patched: readonly string[], hunk: Hunk): string {
	const line = (lines: readonly string[], at: number) => lines[at]?.trim() ?? '';
	const out = hunk.base.end > hunk.base.start ? `− ${line(base, hunk.base.start)}` : '';
	const into = hunk.patched.end > hunk.patched.start ? `+ ${line(patched, hunk.patched.start)}` : '';
	return [out, into].filter((part) => part !== '').join('   ');
}
