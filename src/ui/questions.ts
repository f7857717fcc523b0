// What the command asks before it starts. Every answer is undefined when the user turned away.
import * as vscode from 'vscode';
import type { FailureGroup } from '../core/failureGroups';
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

/** Everything that fails, each cause as a problem of its own. */
export interface Causes {
	readonly kind: 'causes';
	readonly causes: readonly FailureGroup[];
}

interface TargetItem extends vscode.QuickPickItem {
	/** Absent: a heading. */
	readonly target?: Target | Causes;
}

/** Asks only when there is a choice. `failing` must not be empty; `groups` are the same tests by cause. */
export async function askTarget(
	failing: readonly TestResult[],
	groups: readonly FailureGroup[] = [],
): Promise<Target | Causes | undefined> {
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
	const several = groups.length < 2 ? [all] : [...groups.filter(isShared).map(alike), byCause(groups), all];
	const heading = { label: vscode.l10n.t('several at once'), kind: vscode.QuickPickItemKind.Separator };
	const picked = await vscode.window.showQuickPick<TargetItem>([...items, heading, ...several], {
		title: vscode.l10n.t('Fix a Failing Test: Test'),
		placeHolder: vscode.l10n.t('{0} tests fail. Which one shall be fixed?', failing.length),
		matchOnDescription: true,
		ignoreFocusOut: true,
	});
	return picked?.target;
}

function isShared({ tests }: FailureGroup): boolean {
	return tests.length > 1;
}

function alike({ tests, error, at }: FailureGroup): TargetItem {
	return {
		label: vscode.l10n.t('{0} tests that fail alike', tests.length),
		...(at === undefined ? {} : { description: `${at.path}:${at.line}` }),
		detail: error.slice(0, 160),
		target: { kind: 'named', names: tests.map(({ id }) => id) },
	};
}

function byCause(causes: readonly FailureGroup[]): TargetItem {
	return {
		label: vscode.l10n.t('Everything, cause by cause'),
		description: vscode.l10n.t('{0} causes, a fix for each under the one bid', causes.length),
		detail: vscode.l10n.t('All fixes are tested together in the end.'),
		target: { kind: 'causes', causes },
	};
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
