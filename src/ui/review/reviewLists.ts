// The review by list, for people who work without seeing colours or without a mouse.
import * as vscode from 'vscode';
import { linesOf } from '../../core/review/lines';
import type { Move } from '../../core/review/moves';
import { type FileReview, type Hunk, isWhole } from '../../core/review/review';
import { count } from '../../core/runWords';
import { sizeOf } from './reviewDecorations';
import type { FileState } from './reviewSession';

export interface Chosen {
	readonly answer: 'accept' | 'reject';
	readonly ids: readonly string[];
}

/** Undefined when the user turned away. */
export async function chooseHunks(
	states: readonly FileState[],
	moves: readonly Move[],
	waiting: boolean,
): Promise<Chosen | undefined> {
	const items = states.flatMap(({ review, located }) => {
		const [base, patched] = [linesOf(review.base ?? ''), linesOf(review.patched ?? '')];
		return review.hunks
			.filter(({ decision }) => decision === 'pending')
			.map((hunk) => {
				const at = located.find((one) => one.hunk.id === hunk.id);
				const words = isWhole(review)
					? wholeWords(review, moves)
					: waiting
						? ''
						: at?.state === 'edited'
							? ', edited by you'
							: at?.state === 'undone'
								? ', not in the file'
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
	const title = 'Verified Fix: Choose Changes';
	const picked = await vscode.window.showQuickPick(items, {
		title,
		placeHolder: 'Tick the changes to decide on',
		canPickMany: true,
		ignoreFocusOut: true,
	});
	if (picked === undefined || picked.length === 0) {
		return undefined;
	}
	const changes = count(picked.length, 'change');
	const answer = await vscode.window.showQuickPick([`Accept ${changes}`, `Reject ${changes}`], { title });
	return answer === undefined
		? undefined
		: { answer: answer.startsWith('Accept') ? 'accept' : 'reject', ids: picked.map(({ id }) => id) };
}

function wholeWords({ path, base, patched }: FileReview, moves: readonly Move[]): string {
	const move = moves.find(({ from, to }) => from === path || to === path);
	if (move !== undefined) {
		return move.from === path
			? vscode.l10n.t(', moved to {0}', move.to)
			: vscode.l10n.t(', moved from {0}', move.from);
	}
	return base === undefined ? ', new file' : patched === undefined ? ', file deleted' : ', whole notebook';
}

function firstLines(base: readonly string[], patched: readonly string[], hunk: Hunk): string {
	const line = (lines: readonly string[], at: number) => lines[at]?.trim() ?? '';
	const out = hunk.base.end > hunk.base.start ? `− ${line(base, hunk.base.start)}` : '';
	const into = hunk.patched.end > hunk.patched.start ? `+ ${line(patched, hunk.patched.start)}` : '';
	return [out, into].filter((part) => part !== '').join('   ');
}
