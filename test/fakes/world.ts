// Hand-written fakes of the core's effects: they play back a script, record what was asked, and throw when the
// script runs out.
import type { Clock, Effects, Proposer, SuiteRunner, Tree, Trees } from '../../src/core/effects';
import type { SolveEvent } from '../../src/core/events';
import type { JournalEntry } from '../../src/core/ledger';
import { add, type NanoUsd, nanoUsd } from '../../src/core/money';
import type { Offer, Proposal } from '../../src/core/offer';
import type { Patch, ProposedPatch } from '../../src/core/patch';
import type { Suite, SuiteRun, TestResult, TestStatus } from '../../src/core/suite';

export const suite: Suite = {
	framework: 'mocha',
	folder: '',
	argv: ['mocha'],
	env: {},
	source: 'scripts.test in package.json',
};
export const base = { commit: 'c0ffee', tree: 'beef' };

/** `add:F sub:P skip:S`, as short as results can be written. */
export function tests(text: string): TestResult[] {
	const status: Record<string, TestStatus> = { P: 'passed', F: 'failed', S: 'skipped' };
	return text
		.split(' ')
		.filter((part) => part !== '')
		.map((part) => {
			const [name = '', letter = ''] = part.split(':');
			const result = {
				id: `test/${name}.js::${name}`,
				file: `test/${name}.js`,
				name,
				status: status[letter] ?? 'failed',
			} as const;
			return result.status === 'failed'
				? { ...result, failure: { message: `${name} is wrong`, ...(letter === 'H' ? { hung: true } : {}) } }
				: result;
		});
}

const ended = { argv: ['mocha'], durationMs: 100, output: '' };
/** Writes a run: `ok add:P` (exit 0), `red add:F` (exit 1), `hang`, `never`, `cancel` (aborts the user's signal). */
export function run(text: string): SuiteRun {
	const [kind = '', ...rest] = text.split(' ');
	const results = tests(rest.join(' '));
	switch (kind) {
		case 'ok':
			return { ...ended, kind: 'finished', tests: results, exitCode: 0 };
		case 'red':
			return { ...ended, kind: 'finished', tests: results, exitCode: 1 };
		case 'hang':
			return { ...ended, kind: 'timedOut', tests: results, limitMs: 10_000, durationMs: 10_000 };
		case 'never':
			return { ...ended, kind: 'neverRan', reason: 'the report is missing' };
		case 'cancel':
			return { ...ended, kind: 'cancelled' };
		default:
			throw new Error(`no such run: ${text}`);
	}
}

export function patch(name: string, file = 'src/add.js'): ProposedPatch {
	const diff = `diff --git a/${file} b/${file}\n+${name}\n`;
	return {
		patch: { diff, hash: name, files: [file], linesAdded: 1, linesRemoved: 0 },
		summary: name,
		warnings: [],
	};
}

export function offer(id: string, cents: number, mostAttempts = 1): Offer {
	const amount = nanoUsd(cents * 10_000_000);
	return { id, label: id, leastSpend: amount, expectedSpend: amount, mostAttempts };
}

/** What a scripted proposer buys before it answers. */
interface Bought {
	readonly cents: number;
	readonly basis: 'billed' | 'estimated';
	/** Of the reservation, not believed to be unused. */
	readonly doubtCents?: number;
}
export type Reply = Proposal & { readonly bought?: Bought };
type Script = Reply | ((abort: () => void) => Reply);
export function patches(...names: (string | ProposedPatch)[]): Proposal {
	const made = names.map((name) => (typeof name === 'string' ? patch(name) : name));
	const [first, ...rest] = made;
	if (first === undefined) {
		throw new Error('a proposal needs a patch');
	}
	return { kind: 'patches', patches: [first, ...rest] };
}

export function costing(proposal: Proposal, cents: number, basis: 'billed' | 'estimated' = 'billed'): Reply {
	return { ...proposal, bought: { cents, basis } };
}

export interface World {
	readonly effects: Effects;
	readonly events: SolveEvent[];
	readonly journal: JournalEntry[];
	readonly scopes: string[];
	readonly user: AbortController;
	/** Names of patches applied and of resets, in order. */
	readonly tree: string[];
	unplayed(): string[];
}

/** `runs` are played in order; a run written `cancel` aborts the user's signal first. */
export function world(script: {
	runs: string[];
	offers: { offer: Offer; replies: Script[] }[];
	treeFails?: string;
	journalFails?: boolean;
	/** The user's limit over all runs. */
	capCents?: number;
	tickMs?: number;
}): World {
	const runs = [...script.runs];
	const events: SolveEvent[] = [];
	const journal: JournalEntry[] = [];
	const scopes: string[] = [];
	const treeLog: string[] = [];
	const user = new AbortController();
	let now = 0;
	let reserved = 0;
	const tree: Tree = {
		root: '/tree',
		reset: async () => {
			treeLog.push('reset');
			return { kind: 'done' };
		},
		apply: async (applied: Patch) => {
			treeLog.push(applied.hash);
			return { kind: 'done' };
		},
		patchOf: async () => undefined,
	};
	const trees: Trees = {
		borrow: async (_base, use) =>
			script.treeFails === undefined
				? { kind: 'used', value: await use(tree) }
				: { kind: 'failed', reason: script.treeFails },
	};
	const runner: SuiteRunner = {
		run: async (_root, _suite, scope) => {
			const next = runs.shift();
			if (next === undefined) {
				throw new Error('the script has no more runs');
			}
			now += script.tickMs ?? 100;
			scopes.push(scope.kind === 'all' ? 'all' : scope.tests.map((test) => test.name).join(','));
			if (next === 'cancel') {
				user.abort();
			}
			const ended = run(next);
			return ended.kind === 'finished' ? { ...ended, durationMs: script.tickMs ?? 100 } : ended;
		},
	};
	const proposers: Proposer[] = script.offers.map(({ offer: one, replies }) => ({
		offer: one,
		propose: async ({ purse }) => {
			const next = replies.shift();
			if (next === undefined) {
				throw new Error(`${one.id} has no more replies`);
			}
			const { bought, ...proposal } = typeof next === 'function' ? next(() => user.abort()) : next;
			if (bought !== undefined) {
				const doubt = usd(bought.doubtCents ?? 0);
				const reserved = await purse.reserve(add(usd(bought.cents), doubt));
				if (reserved.kind === 'refused') {
					return { kind: 'none', reason: reserved.reason };
				}
				await purse.settle(reserved.reservation, { amount: usd(bought.cents), basis: bought.basis }, doubt);
			}
			return proposal;
		},
	}));
	const clock: Clock = {
		nowMs: () => now,
		timeout: () => ({ signal: new AbortController().signal, stop: () => undefined }),
	};
	return {
		effects: {
			trees,
			runner,
			proposers,
			clock,
			journal: {
				append: async (entry) => {
					journal.push(entry);
					return script.journalFails ? { kind: 'failed', reason: 'the disk is full' } : { kind: 'done' };
				},
				reserve: async (entry) => {
					journal.push(entry);
					reserved += entry.amount;
					return reserved > usd(script.capCents ?? 100_000)
						? { kind: 'capped', reason: 'The limit for today is reached.' }
						: { kind: 'done' };
				},
			},
			outbox: { approve: async () => true },
			events: (event) => events.push(event),
		},
		events,
		journal,
		scopes,
		user,
		tree: treeLog,
		unplayed: () => [
			...runs,
			...script.offers.flatMap(({ offer: one, replies }) => replies.map(() => one.id)),
		],
	};
}

export function usd(cents: number): NanoUsd {
	return nanoUsd(cents * 10_000_000);
}
