// From a hint to a target of our own run: the one test, all of a group, or a question.
import * as vscode from 'vscode';
import type { Target, TestResult } from '../../core/suite';
import { counted } from '../counted';
import { quoted } from '../outcomeWords';
import { askAmong, targetOf } from './askAmong';
import type { RanTests } from './fixStart';
import { matchHint } from './matchHint';
import type { TestHint } from './testHint';

export async function chooseTest(
	hint: TestHint,
	failing: readonly TestResult[],
	{ folder, command }: RanTests,
): Promise<Target | undefined> {
	if (isWholeSuite(failing, command)) {
		return { kind: 'failing' };
	}
	const name = quoted(short(hint.title));
	const match = matchHint(hint, failing, folder);
	switch (match.kind) {
		case 'tests':
			return targetOf(match.tests);
		case 'several':
			return askAmong(match.candidates, {
				title: vscode.l10n.t('Which test is {0}?', name),
				placeHolder: vscode.l10n.t('It may be any of these in the run of {0}', short(command)),
			});
		case 'none':
			return askAmong(failing, {
				title: vscode.l10n.t('{0} does not fail when {1} runs', name, short(command)),
				placeHolder: vscode.l10n.t(
					'{0} there. Choose one, or press Escape',
					counted(failing.length, 'otherFailing'),
				),
			});
	}
}

/** A command that tells no tests apart: whatever was clicked, it is the command that shall succeed. */
function isWholeSuite(failing: readonly TestResult[], command: string): boolean {
	return failing.length === 1 && failing[0]?.id === command;
}

function short(text: string): string {
	return text.length > 60 ? `${text.slice(0, 59)}…` : text;
}
