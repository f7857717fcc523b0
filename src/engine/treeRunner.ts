// Suites run in a tree with what that tree needs.
import path from 'node:path';
import type { SuiteRunner } from '../core/effects';
import type { SolveEvent } from '../core/events';
import { type Sandbox, wallHint } from '../core/sandbox';
import type { Suite, SuiteRun, SuiteScope } from '../core/suite';
import { cacheBeside, Worktrees } from '../repo/worktrees';
import type { Ground } from './proposers';

/** Runs suites with what their tree needs in its environment, and tells once when the sandbox seems to be in the way. */
export class TreeRunner implements SuiteRunner {
	private hinted = false;

	constructor(
		private readonly parts: {
			readonly inner: SuiteRunner;
			readonly ground: Ground;
			readonly sandbox: Sandbox;
			readonly beforeRun: (root: string, suite: Suite) => Promise<void>;
			readonly onEvent: (event: SolveEvent) => void;
		},
	) {}

	async run(
		root: string,
		suite: Suite,
		scope: SuiteScope,
		limitMs: number,
		signal: AbortSignal,
	): Promise<SuiteRun> {
		const { inner, ground, sandbox, beforeRun, onEvent } = this.parts;
		await beforeRun(root, suite);
		const ended = await inner.run(root, ground.suiteIn(root, suite), scope, limitMs, signal);
		const failures = ended.kind === 'finished' ? ended.tests.map((test) => test.failure?.message ?? '') : [];
		const hint = this.hinted ? undefined : wallHint(sandbox, failures);
		if (hint !== undefined) {
			this.hinted = true;
			onEvent({ kind: 'note', text: hint });
		}
		return ended;
	}
}

/**
 * Compilers build beside the tree, where the next run finds it again. Go has a cache for the whole machine, which a
 * sandbox puts out of sight.
 */
export function buildCacheOf(root: string, suite: Suite, sandbox: Sandbox): Readonly<Record<string, string>> {
	switch (suite.framework) {
		case 'cargo':
			return { CARGO_TARGET_DIR: path.join(cacheBeside(root), 'target') };
		case 'go':
			return sandbox.kind === 'inside' ? { GOCACHE: path.join(cacheBeside(root), 'go-build') } : {};
		default:
			return {};
	}
}

export function suiteIn(trees: Worktrees, root: string, suite: Suite, sandbox: Sandbox): Suite {
	const { prepend, set } = trees.environmentOf(root);
	const paths = Object.entries(prepend).map(([name, folders]) => [
		name,
		[...folders, suite.env[name] ?? process.env[name]]
			.filter((one) => one !== undefined && one !== '')
			.join(path.delimiter),
	]);
	return {
		...suite,
		env: {
			...suite.env,
			...set,
			...(set['NODE_OPTIONS'] === undefined || suite.env['NODE_OPTIONS'] === undefined
				? {}
				: { NODE_OPTIONS: `${set['NODE_OPTIONS']} ${suite.env['NODE_OPTIONS']}` }),
			...buildCacheOf(root, suite, sandbox),
			...(Object.fromEntries(paths) as Record<string, string>),
		},
	};
}
