// A place to run in: the repository, its suite, worktrees and sandbox, opened for one use and taken away after it.
import { rmdir } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { SuiteRunner } from '../core/effects';
import type { SolveEvent } from '../core/events';
import type { FileChange } from '../core/patch';
import type { Snapshot } from '../core/problem';
import type { Sandbox, SandboxChoice } from '../core/sandbox';
import type { Suite } from '../core/suite';
import { UserError } from '../core/userError';
import { sweep } from '../repo/owner';
import { removeTree } from '../repo/removal';
import { openRepository, type Repository } from '../repo/repository';
import { takeSnapshot } from '../repo/snapshot';
import { treeFiles } from '../repo/treeFiles';
import { Workshop } from '../repo/workshop';
import { Worktrees } from '../repo/worktrees';
import { readSettings } from '../store/settings';
import { childEnvironment } from '../verify/childEnvironment';
import { discoverSuite, suiteFromCommand } from '../verify/discovery';
import { RemoteSuiteRunner, remoteSuite, templateFault } from '../verify/remote/remoteSuite';
import { openSandbox } from '../verify/sandbox/openSandbox';
import { ProcessSuiteRunner } from '../verify/suiteRunner';
import type { Ground } from './proposers';
import type { EngineOptions, FixRequest, SuiteFound } from './requests';
import { unsavedIn } from './texts';
import { buildCacheOf, suiteIn, TreeRunner } from './treeRunner';

export interface Place {
	readonly repository: Repository;
	readonly workshop: Workshop;
	readonly trees: Worktrees;
	readonly snapshot: Snapshot;
	readonly suite: Suite;
	readonly runner: SuiteRunner;
	readonly ground: Ground;
	readonly sandbox: Sandbox;
}

/** Where something is to run. */
export interface PlaceRequest
	extends Pick<FixRequest, 'folder' | 'unsaved' | 'testCommand' | 'testReport' | 'remoteSuite' | 'sandbox'> {
	/** Laid over everything else. */
	readonly changes?: readonly FileChange[];
}

export interface PlaceParts {
	/** As in the engine's options. */
	readonly dist: string;
	readonly sandbox: EngineOptions['sandbox'];
	readonly remoteSuite: EngineOptions['remoteSuite'];
	readonly environment: Readonly<Record<string, string | undefined>>;
	readonly settingsFile: string;
}

export class Places {
	private readonly open = new Set<Worktrees>();
	private readonly treesHome: string;

	constructor(private readonly parts: PlaceParts) {
		this.treesHome = path.join(os.tmpdir(), `underbid-${process.getuid?.() ?? os.userInfo().username}`);
	}

	async within<T>(
		request: PlaceRequest,
		run: string,
		onEvent: (event: SolveEvent) => void,
		signal: AbortSignal,
		use: (place: Place) => Promise<T>,
	): Promise<T> {
		const repository = await this.opened(request.folder);
		const suite = await this.suiteOf(repository, request);
		const remote = this.remoteFor(request);
		const sandbox = await this.sandboxFor(request.sandbox, remote);
		await sweep(this.treesHome);
		const workshop = new Workshop({ repository, home: this.treesHome, ownerId: run });
		const trees = new Worktrees(workshop);
		this.open.add(trees);
		try {
			const over = new Map<string, FileChange>(
				[...unsavedIn(repository, request.unsaved), ...(request.changes ?? [])].map((one) => [one.path, one]),
			);
			const taken = await takeSnapshot(workshop, [...over.values()], signal);
			if (taken.kind === 'failed') {
				throw new UserError(taken.reason);
			}
			const prefixOf = (root: string, folder?: string): readonly string[] => {
				const { writable, readable, hidden } = trees.reachOf(root);
				return sandbox.prefix({
					writable: folder === undefined ? writable : [...writable, folder],
					readable: [...readable, this.parts.dist],
					hidden,
				});
			};
			const beforeRun = (root: string, one: Suite): Promise<void> =>
				Object.keys(buildCacheOf(root, one, sandbox)).length === 0
					? Promise.resolve()
					: trees.beforeRun(root);
			const ground: Ground = { suiteIn: (root, one) => suiteIn(trees, root, one, sandbox), prefixOf };
			const environment = childEnvironment(this.parts.environment);
			const processes =
				remote === undefined
					? new ProcessSuiteRunner({
							assets: this.parts.dist,
							tempRoot: path.join(this.treesHome, 'reports'),
							environment,
							prefixOf,
						})
					: new RemoteSuiteRunner({
							template: remote,
							cwd: repository.root,
							// A key agent is no key: it is what lets the user's own ssh in.
							environment: { ...environment, ...agentOf(this.parts.environment) },
							filesOf: treeFiles,
						});
			const runner = new TreeRunner({ inner: processes, ground, sandbox, beforeRun, onEvent });
			const { snapshot } = taken;
			return await use({ repository, workshop, trees, snapshot, suite, runner, ground, sandbox });
		} finally {
			await trees.close();
			this.open.delete(trees);
			if (this.open.size === 0) {
				await this.tidy();
			}
		}
	}

	/** How the tests would be run, found and not run. */
	async suiteAt(
		place: Pick<FixRequest, 'folder' | 'testCommand' | 'testReport' | 'remoteSuite'>,
	): Promise<SuiteFound> {
		let repository: Repository | undefined;
		try {
			repository = await this.opened(place.folder);
			const { argv, source, framework } = await this.suiteOf(repository, place);
			return { kind: 'found', command: argv.join(' '), source, framework };
		} catch (error) {
			if (error instanceof UserError) {
				const lacks = repository === undefined ? {} : ({ lacks: 'command' } as const);
				return { kind: 'blocked', reason: error.message, ...lacks };
			}
			throw error;
		}
	}

	async close(): Promise<void> {
		await Promise.all([...this.open].map((trees) => trees.close()));
	}

	/** For a process that must end now. */
	removeAllSync(): void {
		for (const trees of this.open) {
			trees.removeAllSync();
		}
	}

	/** @throws UserError when the folder is in no repository. */
	async opened(folder: string): Promise<Repository> {
		const opened = await openRepository(path.resolve(folder));
		if (opened.kind === 'refused') {
			throw new UserError(opened.reason);
		}
		return opened.repository;
	}

	/** What this run says, else the editor, else the settings file. @throws UserError when it is required and not there. */
	private async sandboxFor(asked: SandboxChoice = {}, remote?: string): Promise<Sandbox> {
		const settings = await readSettings(this.parts.settingsFile);
		const editor = this.parts.sandbox?.() ?? {};
		if (remote !== undefined) {
			if ((asked.wish ?? editor.wish ?? settings.sandbox?.wish) === 'required') {
				throw new UserError(
					'A sandbox is required, and what confines the tests on the other machine cannot be seen from here: use one of the two.',
				);
			}
			return {
				kind: 'none',
				words: `elsewhere: the tests ran where ${remoteSuite(remote).argv[0] ?? 'the command'} takes them, and what confines them there is not known here`,
				prefix: () => [],
			};
		}
		const opened = await openSandbox({
			wish: asked.wish ?? editor.wish ?? settings.sandbox?.wish ?? 'auto',
			network: asked.network ?? editor.network ?? settings.sandbox?.network ?? false,
			environment: this.parts.environment,
			temporary: path.join(this.treesHome, 'reports', 'temporary'),
		});
		if (opened.kind === 'refused') {
			throw new UserError(opened.reason);
		}
		return opened.sandbox;
	}

	/** Our own folders go too, when no other run has anything in them. */
	private async tidy(): Promise<void> {
		await removeTree(path.join(this.treesHome, 'reports', 'temporary'));
		for (const folder of [path.join(this.treesHome, 'reports'), this.treesHome]) {
			await rmdir(folder).catch(() => undefined);
		}
	}

	/** @throws UserError when the command cannot be used. */
	private remoteFor({ remoteSuite: said }: Pick<FixRequest, 'remoteSuite'>): string | undefined {
		const template = said ?? this.parts.remoteSuite?.();
		const fault = template === undefined ? undefined : templateFault(template);
		if (fault !== undefined) {
			throw new UserError(fault);
		}
		return template;
	}

	private async suiteOf(
		repository: Repository,
		request: Pick<FixRequest, 'testCommand' | 'testReport' | 'remoteSuite'>,
	): Promise<Suite> {
		const { testCommand: command, testReport: report } = request;
		const remote = this.remoteFor(request);
		if (remote !== undefined) {
			return remoteSuite(remote);
		}
		const found =
			command === undefined
				? await discoverSuite(repository.root, repository.folder)
				: await suiteFromCommand(command, repository.root, repository.folder);
		if (found.kind !== 'found') {
			throw new UserError(found.reason);
		}
		if (report === undefined) {
			return found.suite;
		}
		return report === 'tap'
			? { ...found.suite, framework: 'tap' }
			: { ...found.suite, framework: 'junit', report };
	}
}

function agentOf({ SSH_AUTH_SOCK: socket }: Readonly<Record<string, string | undefined>>): {
	readonly SSH_AUTH_SOCK?: string;
} {
	return socket === undefined ? {} : { SSH_AUTH_SOCK: socket };
}

/** Where nothing is run. */
export const NO_GROUND: Ground = { suiteIn: (_, suite) => suite, prefixOf: () => [] };
