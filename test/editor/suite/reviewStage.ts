// Puts a review on the stage without a run: what waits is taken from the store, as after a reload.
import path from 'node:path';
import * as vscode from 'vscode';
import { nanoUsd, ZERO } from '../../../src/core/money';
import { fileReview } from '../../../src/core/review/review';
import type { TestHandle } from '../../../src/extension';
import type { FixFailingTest } from '../../../src/ui/fixFailingTest';
import type { Alternative, ReviewStore, StoredReview } from '../../../src/ui/review/storedReview';
import type { FakeEngine } from './fakeEngine';
import { until } from './user';
import { folder } from './workspace';

export class MemoryStore implements ReviewStore {
	kept: StoredReview | undefined;

	async load(): ReturnType<ReviewStore['load']> {
		return this.kept === undefined ? { kind: 'none' } : { kind: 'review', review: this.kept };
	}

	async save(review: StoredReview | undefined): Promise<void> {
		this.kept = review;
	}
}

export interface Change {
	readonly file: string;
	/** With `\n` line ends. */
	readonly base?: string;
	readonly patched?: string;
	readonly whole?: boolean;
}

export class Stage {
	readonly store = new MemoryStore();
	private runs = 0;

	constructor(
		private readonly handle: TestHandle,
		readonly engine: FakeEngine,
	) {}

	async waits(
		changes: readonly Change[],
		alternatives: readonly Alternative[] = [],
	): Promise<FixFailingTest> {
		this.runs += 1;
		this.store.kept = {
			run: `run-${this.runs}`,
			revision: 1,
			folder: folder(),
			title: 'Fixing “adds”',
			summary: 'changed + to -',
			spent: ZERO,
			bid: nanoUsd(250_000_000),
			passed: 3,
			target: { kind: 'failing' },
			receipt: '## Verified fix\n',
			stage: 'waiting',
			alternatives,
			files: changes.map(({ file, base, patched, whole }) => ({
				file,
				unsaved: false,
				review: fileReview(path.basename(file), base, patched, whole),
			})),
		};
		return this.reload();
	}

	/** Everything that the window had in memory is gone. */
	async reload(): Promise<FixFailingTest> {
		const command = this.handle.use(async () => this.engine, this.store);
		await command.restore();
		return command;
	}
}

export async function run(command: string, ...args: unknown[]): Promise<void> {
	await vscode.commands.executeCommand(`underbid.${command}`, ...args);
}

export async function opened(file: string): Promise<vscode.TextEditor> {
	return vscode.window.showTextDocument(vscode.Uri.file(file), { preview: false });
}

export async function holds(document: vscode.TextDocument, text: string): Promise<void> {
	try {
		await until('the text', () => document.getText() === text);
	} catch {
		throw new Error(`not ${JSON.stringify(text)} but ${JSON.stringify(document.getText())}`);
	}
}

/** Titles of the lenses over changes of the fix. */
export async function lenses(uri: vscode.Uri): Promise<readonly string[]> {
	const all = await vscode.commands.executeCommand<vscode.CodeLens[]>(
		'vscode.executeCodeLensProvider',
		uri,
		100,
	);
	return all.map((lens) => lens.command?.title ?? '').filter((title) => title.includes('Verified fix'));
}

export async function type(
	document: vscode.TextDocument,
	line: number,
	text: string,
	until = line,
): Promise<void> {
	const edit = new vscode.WorkspaceEdit();
	edit.replace(document.uri, new vscode.Range(line, 0, until, 0), text);
	if (!(await vscode.workspace.applyEdit(edit))) {
		throw new Error('the edit was not made');
	}
}

export async function setting(section: string, key: string, value: unknown): Promise<void> {
	await vscode.workspace.getConfiguration(section).update(key, value, vscode.ConfigurationTarget.Global);
}
