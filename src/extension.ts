// The composition root of the editor: builds one of each and registers it.
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import * as vscode from 'vscode';
import { BidDesk, type DeskMemory } from './ui/bid/bidDesk';
import type { CreateEngine, Engine } from './ui/engine';
import { FailureCommands } from './ui/failures/failureCommands';
import { FIX_COMMAND, FixFailingTest } from './ui/fixFailingTest';
import { IssueCommands } from './ui/issues/issueCommands';
import { IssueKeys } from './ui/issues/issueKeys';
import { IssueReader } from './ui/issues/issueReader';
import { Models } from './ui/models/models';
import type { ReviewStore } from './ui/review/storedReview';
import { NO_RUNS, type RunStore } from './ui/runs/runKeeper';
import { guideHere } from './ui/setup/sampleGuide';
import { editorCaps, editorRemoteSuite, editorSandbox, keepFixes } from './ui/setup/settings';
import { setupCommands } from './ui/setup/setupCommands';
import { SHOW_SPENDING, SPENDING_VIEW, SpendingPanel } from './ui/spending/spendingPanel';
import { FixTool } from './ui/tools/fixTool';

/** What the engine's bundle exports; read on the first use, so that starting the editor does not wait for it. */
interface EngineBundle {
	readonly createEngine: CreateEngine;
	createReviewStore(file: string): ReviewStore;
	createRunStore(folder: string): Omit<RunStore, 'holdsRuns' | 'holdsOpenRuns'>;
	makeSample(dist: string, folder: string, signal: AbortSignal): Promise<string | undefined>;
}

/** Handed out under test alone: the same face over another engine. */
export interface TestHandle {
	use(
		engine: () => Promise<Engine>,
		store: ReviewStore,
		memory?: DeskMemory,
		runs?: RunStore,
	): FixFailingTest;
	readonly memory: DeskMemory;
	/** Back to the real engine. */
	reset(): void;
	readonly models: Models;
	readonly tool: FixTool;
	/** The one in use. */
	engine(): Promise<Engine>;
	/** Where the log is written. */
	readonly logs: string;
}

let fix: FixFailingTest | undefined;
let log: vscode.LogOutputChannel | undefined;

export function activate(context: vscode.ExtensionContext): TestHandle | undefined {
	const channel = vscode.window.createOutputChannel('Underbid', { log: true });
	log = channel;
	const memory: DeskMemory = { workspace: context.workspaceState, person: context.globalState };
	const models = new Models(context, () => engineNow(), channel);
	let engineNow = lazyEngine(models);
	let desk = new BidDesk(memory);
	const tool = new FixTool(
		() => fix,
		() => desk,
	);
	const failures = new FailureCommands(memory.workspace);
	const keys = new IssueKeys(context.secrets);
	const issues = new IssueCommands(keys);
	const spending = new SpendingPanel(() => engineNow(), channel, context.extensionUri, FIX_COMMAND);
	const use: TestHandle['use'] = (engine, store, own = memory, runs = NO_RUNS) => {
		fix?.dispose();
		engineNow = engine;
		desk = new BidDesk(own);
		fix = new FixFailingTest(engine, channel, store, desk, runs, new IssueReader(keys));
		failures.use(fix);
		issues.use(fix);
		return fix;
	};
	const kept = keptFolder(context.globalStorageUri);
	const store = lazyStore(kept);
	const ownRuns = lazyRuns(kept);
	const reset = (): void => void use(lazyEngine(models), store, memory, ownRuns).restore();
	reset();
	context.subscriptions.push(
		models,
		vscode.commands.registerCommand(FIX_COMMAND, () => failures.pick()),
		failures,
		issues,
		...setupCommands({
			log: channel,
			desk: () => desk,
			engine: () => engineNow(),
			memory: memory.person,
			samplesHome: context.globalStorageUri,
			makeSample: (folder, signal) => bundle().makeSample(__dirname, folder, signal),
		}),
		tool,
		spending,
		vscode.commands.registerCommand(SHOW_SPENDING, () => spending.show()),
		vscode.window.registerWebviewPanelSerializer(SPENDING_VIEW, spending),
	);
	void guideHere(memory.person, FIX_COMMAND);
	return context.extensionMode === vscode.ExtensionMode.Test
		? { use, reset, memory, models, tool, engine: () => engineNow(), logs: context.logUri.fsPath }
		: undefined;
}

/** The subscriptions are disposed of before this has settled: what a run needs until its end is not among them. */
export async function deactivate(): Promise<void> {
	await fix?.end();
	fix?.dispose();
	log?.dispose();
}

/**
 * Where a workspace's fix to review and its runs are kept. Not in `storageUri`: the editor locks that, and gives another
 * folder to a second window on the same workspace, and to one that comes back while its old self is still ending.
 */
function keptFolder(home: vscode.Uri): vscode.Uri {
	const workspace = vscode.workspace.workspaceFile ?? vscode.workspace.workspaceFolders?.[0]?.uri;
	if (workspace === undefined) {
		return home;
	}
	const name = createHash('sha256').update(workspace.toString()).digest('hex').slice(0, 16);
	return vscode.Uri.joinPath(home, 'workspaces', name);
}

function bundle(): EngineBundle {
	return createRequire(__filename)('./engine.js') as EngineBundle;
}

function lazyEngine(models: Models): () => Promise<Engine> {
	let engine: Engine | undefined;
	return async () => {
		await models.ready();
		engine ??= bundle().createEngine({
			dist: __dirname,
			caps: editorCaps,
			sandbox: editorSandbox,
			keepFixes,
			remoteSuite: editorRemoteSuite,
			...models.options,
		});
		return engine;
	};
}

/** Nothing is read at the start where nothing waits. */
function lazyStore(folder: vscode.Uri): ReviewStore {
	const file = path.join(folder.fsPath, 'review.json');
	let store: ReviewStore | undefined;
	const opened = (): ReviewStore => {
		store ??= bundle().createReviewStore(file);
		return store;
	};
	return {
		load: async () => (existsSync(file) ? opened().load() : { kind: 'none' }),
		save: (review) => opened().save(review),
		watch: (written) => {
			const watcher = vscode.workspace.createFileSystemWatcher(
				new vscode.RelativePattern(folder, 'review.json'),
			);
			return vscode.Disposable.from(
				watcher,
				watcher.onDidChange(written),
				watcher.onDidCreate(written),
				watcher.onDidDelete(written),
			);
		},
	};
}

/** Stands in the text of a run that has its end, and nowhere else: inside a string its quotes are escaped. */
const ENDED = '"end":{"kind":';

/** The same for the runs of this workspace. */
function lazyRuns(kept: vscode.Uri): RunStore {
	const folder = path.join(kept.fsPath, 'runs');
	let store: ReturnType<EngineBundle['createRunStore']> | undefined;
	const opened = (): ReturnType<EngineBundle['createRunStore']> => {
		store ??= bundle().createRunStore(folder);
		return store;
	};
	return {
		holdsRuns: () => existsSync(folder),
		holdsOpenRuns: async () => {
			const names = (await readdir(folder).catch(() => [])).filter((name) => name.endsWith('.json'));
			const texts = await Promise.all(
				names.map((name) => readFile(path.join(folder, name), 'utf8').catch(() => ENDED)),
			);
			return texts.some((text) => !text.includes(ENDED));
		},
		load: async () => (existsSync(folder) ? opened().load() : { runs: [], elsewhere: [] }),
		save: (run) => opened().save(run),
		clear: async () => (existsSync(folder) ? opened().clear() : undefined),
	};
}
