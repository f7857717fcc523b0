import * as vscode from 'vscode';
import type { Target, TestResult } from '../../core/suite';
import { testName } from '../outcomeWords';

interface TestPick extends vscode.QuickPickItem {
	readonly tests: readonly TestResult[];
}

/** Which of several tests is meant, or all of them; never empty. Undefined when the user turned away. */
export async function askAmong(
	tests: readonly TestResult[],
	words: { readonly title: string; readonly placeHolder: string },
): Promise<Target | undefined> {
	const items = tests.map(
		(test): TestPick => ({
			label: testName(test.name),
			description: test.line === undefined ? (test.file ?? '') : `${test.file ?? ''}:${test.line}`,
			detail: firstLine(test.failure?.message),
			tests: [test],
		}),
	);
	const all: TestPick = {
		label: tests.length === 2 ? vscode.l10n.t('Both tests') : vscode.l10n.t('All {0} tests', tests.length),
		description: vscode.l10n.t('one fix that makes every one of them pass'),
		tests,
	};
	const picked = await vscode.window.showQuickPick(tests.length > 1 ? [...items, all] : items, {
		...words,
		matchOnDescription: true,
		ignoreFocusOut: true,
	});
	return picked === undefined ? undefined : targetOf(picked.tests);
}

export function targetOf(tests: readonly TestResult[]): Target {
	return { kind: 'named', names: tests.map((test) => test.id) };
}

export function firstLine(text: string | undefined): string {
	const line = text?.split('\n').find((one) => one.trim() !== '');
	return (line ?? '').trim().slice(0, 160);
}
