// A task for an agent: a real repository, a real worktree, a real purse; the tests may be real or played back.
import type { ProposalTask, Tree } from '../../../../../src/core/effects';
import { Ledger } from '../../../../../src/core/ledger';
import { nanoUsd } from '../../../../../src/core/money';
import type { Snapshot } from '../../../../../src/core/problem';
import { AttemptPurse } from '../../../../../src/core/purse';
import { countOf, type Suite, type SuiteRun, type TestResult } from '../../../../../src/core/suite';
import { type Files, FixtureRepository } from '../../../repo/fixtureRepository';

export const SIGNAL = new AbortController().signal;

export const CLOCK = {
	nowMs: () => performance.now(),
	timeout: (ms: number) => {
		const ends = new AbortController();
		const timer = setTimeout(() => ends.abort(), ms);
		return { signal: ends.signal, stop: () => clearTimeout(timer) };
	},
};

export const SUITE: Suite = {
	framework: 'node:test',
	folder: '',
	argv: ['node', '--test'],
	env: {},
	source: 'scripts.test in package.json',
};

export const BROKEN: Files = {
	'package.json': '{"name":"sums","scripts":{"test":"node --test"}}\n',
	'src/add.js': 'exports.add = (a, b) => {\n\treturn a - b;\n};\n',
	'src/sub.js': "const { add } = require('./add');\nexports.sub = (a, b) => add(a, -b);\n",
	'test/add.test.js':
		"const test = require('node:test');\nconst assert = require('node:assert');\nconst { add } = require('../src/add');\ntest('adds', () => assert.equal(add(2, 3), 5));\n",
	'test/other.test.js':
		"const test = require('node:test');\nconst assert = require('node:assert');\ntest('is there', () => assert.equal(typeof require('../src/add').add, 'function'));\n",
	'.gitignore': 'node_modules/\nout/\n',
};

export const TARGET: TestResult = {
	id: 'test/add.test.js::adds',
	file: 'test/add.test.js',
	name: 'adds',
	line: 4,
	status: 'failed',
	failure: { message: 'Expected values to be strictly equal: -1 !== 5', expected: '5', actual: '-1' },
};
export const OTHER: TestResult = {
	id: 'test/other.test.js::is there',
	file: 'test/other.test.js',
	name: 'is there',
	status: 'passed',
};

const ENDED = { argv: ['node', '--test'], durationMs: 5, output: 'some output' };

type Finished = SuiteRun & { readonly kind: 'finished' };

export function finished(...tests: readonly TestResult[]): Finished {
	return {
		...ENDED,
		kind: 'finished',
		tests,
		exitCode: tests.some(({ status }) => status === 'failed') ? 1 : 0,
	};
}

export const RED = finished(TARGET, OTHER);
export const GREEN = finished(
	{ id: TARGET.id, file: 'test/add.test.js', name: 'adds', status: 'passed' },
	OTHER,
);

export interface Bed {
	readonly task: ProposalTask;
	readonly purse: AttemptPurse;
	readonly tree: Tree;
	readonly repository: FixtureRepository;
	/** What was approved, in order. */
	readonly approved: string[];
	/** Scopes that were run. */
	readonly runs: string[];
}

export interface BedWishes {
	readonly files?: Files;
	readonly prepare?: (repository: FixtureRepository) => void;
	readonly tests?: readonly TestResult[];
	readonly run?: (scope: 'target' | 'all', tree: Tree, signal: AbortSignal) => Promise<SuiteRun> | SuiteRun;
	readonly approve?: (prompt: string) => boolean;
	readonly spend?: number;
	readonly timeMs?: number;
	readonly suiteMs?: number;
}

export async function inBed<T>(wishes: BedWishes, use: (bed: Bed) => Promise<T>): Promise<T> {
	const repository = new FixtureRepository('project');
	try {
		repository.commit(wishes.files ?? BROKEN);
		wishes.prepare?.(repository);
		return await repository.inTree((tree, snapshot) => use(bedOf(wishes, repository, tree, snapshot)));
	} finally {
		await repository.remove();
	}
}

function bedOf(wishes: BedWishes, repository: FixtureRepository, tree: Tree, snapshot: Snapshot): Bed {
	const spend = nanoUsd(wishes.spend ?? 1_000_000_000);
	const purse = new AttemptPurse(
		new Ledger(spend, 'run'),
		{ append: async () => ({ kind: 'done' }), reserve: async () => ({ kind: 'done' }) },
		{ run: 'run', attempt: 1, offer: 'somebody/some-model/agent' },
		spend,
	);
	const tests = wishes.tests ?? [TARGET, OTHER];
	const failing = tests.filter(({ status }) => status === 'failed');
	const approved: string[] = [];
	const runs: string[] = [];
	const task: ProposalTask = {
		problem: {
			statement: failing.map(({ id, failure }) => `${id} fails\n${failure?.message ?? ''}`).join('\n'),
			base: snapshot,
			suite: SUITE,
			failToPass: failing,
		},
		baseline: {
			tests,
			count: countOf(tests),
			passToPass: tests.filter(({ status }) => status === 'passed').map(({ id }) => id),
			flaky: [],
			knownFailing: [],
			suiteMs: wishes.suiteMs ?? 100,
			partial: false,
		},
		tree,
		allowance: { spend, timeMs: wishes.timeMs ?? 60_000 },
		purse,
		attempts: [],
		run: async (scope, signal) => {
			runs.push(scope);
			return (await wishes.run?.(scope, tree, signal)) ?? RED;
		},
		approve: async (prompt) => {
			approved.push(prompt);
			return wishes.approve?.(prompt) ?? true;
		},
	};
	return { task, purse, tree, repository, approved, runs };
}
