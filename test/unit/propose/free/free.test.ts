import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { ProposalTask, Tree } from '../../../../src/core/effects';
import { Ledger } from '../../../../src/core/ledger';
import { ZERO } from '../../../../src/core/money';
import { AttemptPurse } from '../../../../src/core/purse';
import { FreeProposer } from '../../../../src/propose/free/free';
import { Grammars } from '../../../../src/propose/free/grammars';
import type { Trial, WarmBase, WarmRunner } from '../../../../src/propose/free/warmRunner';
import { base, suite, tests } from '../../../fakes/world';

const dist = path.join(__dirname, '../../../../dist');

describe('FreeProposer', () => {
	let root: string;
	beforeEach(() => {
		root = mkdtempSync(path.join(os.tmpdir(), 'free-'));
		mkdirSync(path.join(root, 'src'));
		writeFileSync(path.join(root, 'src/add.js'), 'exports.add = (a, b) => {\n\treturn a - b;\n};\n');
	});
	afterEach(() => rmSync(root, { recursive: true }));

	const failing = async () => ({ kind: 'failed' as const, reason: 'the free proposer pays nothing' });
	const task = (timeMs = 20_000): ProposalTask => {
		const tree: Tree = {
			root,
			reset: async () => ({ kind: 'done' }),
			apply: async () => ({ kind: 'done' }),
			patchOf: async (edits) => {
				const diff = edits.map((edit) => ('text' in edit ? edit.text : '')).join('');
				return { diff, hash: diff, files: edits.map((edit) => edit.path), linesAdded: 1, linesRemoved: 1 };
			},
		};
		const [target] = tests('add:F');
		assert.ok(target);
		return {
			problem: { statement: 'add fails', base, suite, failToPass: [target] },
			baseline: {
				tests: [target],
				count: { passed: 0, failed: 1, skipped: 0 },
				passToPass: [],
				flaky: [],
				knownFailing: [],
				suiteMs: 1,
				partial: false,
			},
			tree,
			allowance: { spend: ZERO, timeMs },
			purse: new AttemptPurse(
				new Ledger(ZERO, 'r'),
				{ append: failing, reserve: failing },
				{ run: 'r', attempt: 1, offer: 'free' },
				ZERO,
			),
			attempts: [],
			run: () => Promise.reject(new Error('the free proposer has runners of its own')),
			approve: async () => false,
		};
	};
	const warm: WarmBase = {
		coverage: [{ test: 't', passed: false, lines: new Map([['src/add.js', [2]]]) }],
		frames: [],
		targetMs: 1,
		otherTests: 0,
	};
	const proposer = (runnerOf: () => WarmRunner | { unavailable: string }, workers = 1) =>
		new FreeProposer({
			assets: dist,
			grammars: new Grammars(dist),
			runnerOf,
			nowMs: () => performance.now(),
			workers,
		});
	const runner = (judge: (text: string) => Trial, over: Partial<WarmRunner> = {}): WarmRunner => ({
		start: async () => ({ kind: 'ready', base: warm }),
		attempt: async (edits) => judge(edits[0]?.text ?? ''),
		observe: async (edit) => [edit.text.includes('a + b') ? 'sum' : 'other'],
		close: async () => undefined,
		...over,
	});
	const signal = new AbortController().signal;

	it('finds the operator and offers it first', async () => {
		const judge = (text: string): Trial =>
			/return a \+ b|return a - -b|return b \+ a/.test(text)
				? { kind: 'passed', ms: 1 }
				: { kind: 'failed', ms: 1, passedTests: 0, signature: '' };
		const proposal = await proposer(() => runner(judge)).propose(task(), () => undefined, signal);
		assert.ok(proposal.kind === 'patches');
		assert.ok(proposal.patches[0].patch.diff.includes('return a + b'), proposal.patches[0].summary);
	});

	it('says why there is none', async () => {
		const none = await proposer(() =>
			runner(() => ({ kind: 'failed', ms: 1, passedTests: 0, signature: '' })),
		).propose(task(), () => undefined, signal);
		assert.ok(none.kind === 'none' && none.tried !== undefined && none.tried > 10);
		const without = await proposer(() => ({ unavailable: 'no worker for Go' })).propose(
			task(),
			() => undefined,
			signal,
		);
		assert.ok(without.kind === 'none' && without.reason === 'no worker for Go');
		const cannot = await proposer(() =>
			runner(() => ({ kind: 'passed', ms: 1 }), {
				start: async () => ({ kind: 'unavailable', reason: 'no such module' }),
			}),
		).propose(task(), () => undefined, signal);
		assert.ok(cannot.kind === 'none' && cannot.reason === 'no such module');
	});

	it('closes every runner after its start has settled, also one that was still joining', async () => {
		const log: string[] = [];
		let opened = 0;
		const slow = (): WarmRunner => {
			const name = opened++ === 0 ? 'first' : 'second';
			return runner(() => ({ kind: 'failed', ms: 1, passedTests: 0, signature: '' }), {
				start: async () => {
					if (name === 'second') {
						await new Promise((resolve) => setTimeout(resolve, 400));
					}
					log.push(`${name} started`);
					return { kind: 'ready', base: warm };
				},
				attempt: async () => {
					await new Promise((resolve) => setTimeout(resolve, 20));
					return { kind: 'failed', ms: 20, passedTests: 0, signature: '' };
				},
				close: async () => {
					log.push(`${name} closed`);
				},
			});
		};
		await proposer(slow, 2).propose(task(900), () => undefined, signal);
		assert.deepEqual(log, ['first started', 'second started', 'first closed', 'second closed']);
	});

	it('is cancelled while it searches', async () => {
		const cancel = new AbortController();
		const proposal = await proposer(() =>
			runner(() => {
				cancel.abort();
				return { kind: 'failed', ms: 1, passedTests: 0, signature: '' };
			}),
		).propose(task(), () => undefined, cancel.signal);
		assert.equal(proposal.kind, 'cancelled');
	});
});
