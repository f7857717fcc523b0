// What the command asks before it starts. Every answer is undefined when the user turned away.
import * as vscode from 'vscode';
import type { Target, TestResult } from '../core/suite';
import { quoted, testName } from './outcomeWords';

export async function askFolder(
	folders: readonly vscode.WorkspaceFolder[],
): Promise<vscode.WorkspaceFolder | undefined> {
	const onDisk = folders.filter((folder) => folder.uri.scheme === 'file');
	if (onDisk.length < 2) {
		return onDisk[0];
	}
	const items = onDisk.map((folder) => ({
		label: folder.name,
		description: vscode.workspace.asRelativePath(folder.uri, false),
		folder,
	}));
	const picked = await vscode.window.showQuickPick(items, {
		title: vscode.l10n.t('Fix a Failing Test: Folder'),
		placeHolder: vscode.l10n.t('Which folder has the failing test?'),
	});
	return picked?.folder;
}

interface TargetItem extends vscode.QuickPickItem {
	readonly target: Target;
}

/** Asks only when there is a choice. `failing` must not be empty. */
export async function askTarget(failing: readonly TestResult[]): Promise<Target | undefined> {
	const [only] = failing;
	if (failing.length === 1 && only !== undefined) {
		return { kind: 'named', names: [only.id] };
	}
	const items = failing.map(
		(test): TargetItem => ({
			label: testName(test.name),
			...(test.file === undefined
				? {}
				: { description: test.line === undefined ? test.file : `${test.file}:${test.line}` }),
			detail: firstLine(test),
			target: { kind: 'named', names: [test.id] },
		}),
	);
	const all: TargetItem = {
		label:
			failing.length === 2
				? vscode.l10n.t('Both failing tests')
				: vscode.l10n.t('All {0} failing tests', failing.length),
		description: vscode.l10n.t('one fix that makes every one of them pass'),
		detail: '',
		target: { kind: 'failing' },
	};
	const picked = await vscode.window.showQuickPick([...items, all], {
		title: vscode.l10n.t('Fix a Failing Test: Test'),
		placeHolder: vscode.l10n.t('{0} tests fail. Which one shall be fixed?', failing.length),
		matchOnDescription: true,
		ignoreFocusOut: true,
	});
	return picked?.target;
}

function firstLine(test: TestResult): string {
	const line = test.failure?.message.split('\n').find((one) => one.trim() !== '');
	return line === undefined ? '' : line.trim().slice(0, 160);
}

export function titleOf(target: Target): string {
	const [name] = target.kind === 'named' ? target.names : [];
	return name === undefined
		? vscode.l10n.t('Fixing the failing tests')
		: vscode.l10n.t('Fixing {0}', quoted(testName(name)));
}
