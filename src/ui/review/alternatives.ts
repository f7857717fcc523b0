// Other patches for the same test, looked at beside the verified fix. None of them is called verified that was not.
import path from 'node:path';
import * as vscode from 'vscode';
import { BASE_SCHEME, FIX_SCHEME, type FixTexts } from '../fixTexts';
import { fixWords } from './reviewWords';
import type { Alternative, StoredReview } from './storedReview';

export function labelOf(alternative: Alternative, review: Pick<StoredReview, 'checked'>): string {
	return alternative.verified
		? vscode.l10n.t('{0} too', fixWords(review).done)
		: vscode.l10n.t('not verified');
}

/** Undefined when the user turned away. */
export async function chooseAlternative(review: StoredReview): Promise<Alternative | undefined> {
	const [only] = review.alternatives;
	if (review.alternatives.length === 1) {
		return only;
	}
	const items = review.alternatives.map((alternative, index) => ({
		label: vscode.l10n.t('Alternative {0}', index + 1),
		description: labelOf(alternative, review),
		detail: alternative.summary,
		alternative,
	}));
	return (
		await vscode.window.showQuickPick(items, {
			title: vscode.l10n.t('Compare Alternatives'),
			placeHolder: vscode.l10n.t('The {0}: {1}', fixWords(review).fix, review.summary),
		})
	)?.alternative;
}

/** The verified fix and the alternative, side by side; where they touch different files, each against the base. */
export async function compare(
	review: StoredReview,
	alternative: Alternative,
	texts: FixTexts,
): Promise<void> {
	const number = review.alternatives.indexOf(alternative) + 1;
	const query = `${review.run}-${number}`;
	const fixed = new Map(review.files.map(({ file, review: one }) => [file, one]));
	const files = [...new Set([...fixed.keys(), ...alternative.changes.map(({ file }) => file)])];
	const sides = files.map((file) => {
		const uri = vscode.Uri.file(file);
		const other = alternative.changes.find((change) => change.file === file);
		const mine = fixed.get(file);
		const base = other === undefined ? mine?.base : other.base;
		const left = uri.with({ scheme: BASE_SCHEME, query: `${query}-verified` });
		const right = uri.with({ scheme: FIX_SCHEME, query });
		const before = mine === undefined ? base : mine.patched;
		const after = other === undefined ? base : other.patched;
		texts.set(left, before ?? '');
		texts.set(right, after ?? '');
		return {
			uri,
			left: before === undefined ? undefined : left,
			right: after === undefined ? undefined : right,
		};
	});
	const title = vscode.l10n.t(
		'{0} ↔ alternative {1} ({2})',
		fixWords(review).Fix,
		number,
		labelOf(alternative, review),
	);
	const [one] = sides;
	if (sides.length === 1 && one?.left !== undefined && one.right !== undefined) {
		await vscode.commands.executeCommand(
			'vscode.diff',
			one.left,
			one.right,
			`${path.basename(one.uri.path)}: ${title}`,
			{ preview: false },
		);
		return;
	}
	await vscode.commands.executeCommand(
		'vscode.changes',
		title,
		sides.map(({ uri, left, right }) => [uri, left, right]),
	);
}
