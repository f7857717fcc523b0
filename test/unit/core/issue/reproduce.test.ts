// The stage from an issue to a failing test, its world played by hand.
import assert from 'node:assert/strict';
import type { Tree } from '../../../../src/core/effects';
import type { Issue } from '../../../../src/core/issue/issue';
import type { Opinion } from '../../../../src/core/issue/reasonJudge';
import {
	type Consent,
	ISSUE_OFFER,
	type ReproduceRequest,
	reproduce,
} from '../../../../src/core/issue/reproduce';
import type { TestAuthor, TestTask } from '../../../../src/core/issue/testAuthor';
import { Ledger } from '../../../../src/core/ledger';
import { nanoUsd } from '../../../../src/core/money';
import type { FileEdit, Patch, ProposedPatch } from '../../../../src/core/patch';
import type { Suite, SuiteRun, TestResult } from '../../../../src/core/suite';

const suite: Suite = { framework: 'node:test', folder: '', argv: ['node', '--test'], env: {}, source: 'x' };
const base = { commit: 'c', tree: 't' };
const issue: Issue = {
	source: { kind: 'github', name: 'acme/sums#7', link: 'https://github.com/acme/sums/issues/7' },
	...{
		title: 'adds wrong',
		body: '`add(2, 3)` gives `-1`, it should be `5`.',
		comments: [],
		labels: [],
		code: [],
		leftOut: [],
	},
};
const passing: TestResult = { id: 'test/a.test.js::a', file: 'test/a.test.js', name: 'a', status: 'passed' };
const ended = { argv: ['node', '--test'], durationMs: 10, output: '' };

/** What a test says of itself decides how it ends: `red ACTUAL EXPECTED`, `throw WHAT`, `green`, `cancel`. */
function written(name: string, says: string): ProposedPatch {
	const file = `test/${name}.test.js`;
	const line = `test('${says}', () => add(1));`;
	const diff = `diff --git a/${file} b/${file}\nnew file mode 100644\n--- /dev/null\n+++ b/${file}\n@@ -0,0 +1 @@\n+${line}\n`;
	return {
		patch: { diff, hash: `${name}:${says}`, files: [file], linesAdded: 1, linesRemoved: 0 },
		summary: name,
		warnings: [],
	};
}

interface Story {
	readonly authors: readonly {
		readonly id: string;
		readonly cents?: number;
		readonly tests: readonly ProposedPatch[];
	}[];
	readonly consents?: readonly Consent[];
	/** What the judge says of each test it is asked about, by the test's file; absent: there is no judge. */
	readonly opinions?: Readonly<Record<string, Opinion>>;
	readonly first?: SuiteRun;
	readonly suite?: Suite;
	readonly issue?: Issue;
}

const JUDGED = nanoUsd(1_000_000);

async function told(story: Story) {
	const stop = new AbortController();
	let applied: Patch | undefined;
	const tree: Tree = {
		root: '/tree',
		reset: async () => {
			applied = undefined;
			return { kind: 'done' };
		},
		apply: async (patch) => {
			applied = patch;
			return { kind: 'done' };
		},
		patchOf: async ([change]) =>
			change !== undefined && 'text' in change ? written('edited', change.text).patch : undefined,
		read: async (file) => `text of ${file}`,
	};
	const asked: (string | undefined)[] = [];
	const allowances: number[] = [];
	const consents = [...(story.consents ?? [])];
	const authors = story.authors.map(({ id, cents = 0, tests }): TestAuthor => {
		const price = nanoUsd(cents * 10_000_000);
		return {
			offer: { id, label: id, leastSpend: price, expectedSpend: price, mostAttempts: 1 },
			write: async (task: TestTask) => {
				allowances.push(task.allowance.spend);
				const paid = cents === 0 ? undefined : await task.purse.reserve(price);
				if (paid?.kind === 'reserved') {
					await task.purse.settle(paid.reservation, { amount: price, basis: 'billed' });
				}
				for (const one of tests) {
					if ((await task.judge(one)).kind === 'stopped') {
						return { kind: 'cancelled' };
					}
				}
				return { kind: 'done' };
			},
		};
	});
	const laid: (readonly FileEdit[])[] = [];
	const judged: string[] = [];
	const request: ReproduceRequest = {
		issue: story.issue ?? issue,
		authors,
		...(story.opinions === undefined
			? {}
			: {
					judge: {
						offer: {
							...{ id: 'm/judge', label: 'The judge', leastSpend: JUDGED, expectedSpend: JUDGED },
							mostAttempts: 1,
						},
						judge: async (task) => {
							const { texts, purse } = task;
							assert.ok(await task.approve('the prompt'));
							const paid = await purse.reserve(JUDGED);
							if (paid.kind === 'reserved') {
								await purse.settle(paid.reservation, { amount: JUDGED, basis: 'billed' });
							}
							const [{ path = '' } = {}] = texts;
							judged.push(path);
							return story.opinions?.[path] ?? { kind: 'none', reason: 'it was unsure' };
						},
					},
				}),
		...(story.consents === undefined
			? {}
			: {
					consent: async (proposed, _texts, _shown, refused) => {
						asked.push(`${proposed.summary}${refused === undefined ? '' : `: ${refused}`}`);
						return consents.shift() ?? assert.fail('nobody was to be asked again');
					},
				}),
		withTexts: async (texts) => {
			laid.push(texts);
			return { kind: 'taken', snapshot: { commit: 'c2', tree: 't2' } };
		},
		projectNames: async () => new Set(['add']),
	};
	let now = 0;
	const ledger = new Ledger(nanoUsd(1_000_000_000), 'r');
	const reproduced = await reproduce(request, {
		...{ run: 'r', base, suite: story.suite ?? suite, ledger, signal: stop.signal },
		bid: { spend: nanoUsd(1_000_000_000), timeMs: 60_000 },
		effects: {
			trees: { borrow: async (_, use) => ({ kind: 'used', value: await use(tree) }) },
			runner: {
				run: async (): Promise<SuiteRun> => {
					now += 1;
					if (applied === undefined) {
						return story.first ?? { ...ended, kind: 'finished', exitCode: 0, tests: [passing] };
					}
					const [file = ''] = applied.files;
					const [how, actual = '', expected = ''] = (/'(.*)'/.exec(applied.diff)?.[1] ?? '').split(' ');
					if (how === 'cancel') {
						stop.abort();
						return { ...ended, kind: 'cancelled' };
					}
					const own = { id: `${file}::x`, file, name: 'x' };
					const test: TestResult =
						how === 'green'
							? { ...own, status: 'passed' }
							: {
									...own,
									status: 'failed',
									failure:
										how === 'throw'
											? { message: `TypeError: ${actual}` }
											: { message: `${actual} !== ${expected}`, actual, expected },
								};
					return { ...ended, kind: 'finished', exitCode: 1, tests: [passing, test] };
				},
			},
			clock: { nowMs: () => now, timeout: () => ({ signal: stop.signal, stop: () => undefined }) },
			journal: { append: async () => ({ kind: 'done' }), reserve: async () => ({ kind: 'done' }) },
			outbox: { approve: async () => true },
			events: () => undefined,
		},
	});
	return { reproduced, asked, allowances, laid, ledger, judged };
}

describe('the stage from an issue to a test', () => {
	it('keeps the most telling of several, and lays it over the base', async () => {
		const { reproduced, laid } = await told({
			authors: [
				{
					id: 'm/test',
					cents: 1,
					tests: [written('vague', 'red 7 8'), written('telling', 'red -1 5'), written('green', 'green')],
				},
			],
		});
		assert.ok(reproduced.kind === 'ready');
		assert.deepEqual(
			[reproduced.record.author, reproduced.record.test?.summary, reproduced.tests],
			['model', 'telling', ['test/telling.test.js::x']],
		);
		assert.deepEqual(laid, [[{ path: 'test/telling.test.js', text: 'text of test/telling.test.js' }]]);
		assert.equal(reproduced.base.commit, 'c2');
	});

	it('buys nothing where the code in the issue shows it', async () => {
		const { reproduced, ledger } = await told({
			authors: [
				{ id: 'm/test', cents: 1, tests: [] },
				{ id: ISSUE_OFFER, tests: [written('own', 'red -1 5')] },
			],
		});
		assert.equal(reproduced.record.author, 'issue');
		assert.equal(ledger.spent, 0);
	});

	it("a test that fails for another reason in the judge's eyes is not used, the next one is judged", async () => {
		const { reproduced, asked, judged, ledger } = await told({
			authors: [
				{ id: 'm/test', cents: 1, tests: [written('telling', 'red -1 5'), written('vague', 'red 7 8')] },
			],
			opinions: {
				'test/telling.test.js': { kind: 'other', reason: 'It expects a sum of strings.' },
				'test/vague.test.js': { kind: 'same' },
			},
			consents: [{ kind: 'yes' }],
		});
		assert.ok(reproduced.kind === 'ready');
		assert.deepEqual(judged, ['test/telling.test.js', 'test/vague.test.js']);
		assert.deepEqual(asked, ['vague'], 'the user is asked of what is left alone');
		assert.deepEqual(
			reproduced.record.candidates.map(({ summary, refusal }) => [summary, refusal?.kind, refusal?.reason]),
			[
				[
					'telling',
					'anotherReason',
					'It fails for another reason, says The judge: It expects a sum of strings.',
				],
				['vague', undefined, undefined],
			],
		);
		assert.deepEqual(
			reproduced.record.attempts.map(({ offer, ended, cost }) => [offer, ended, cost.billed]),
			[
				['m/test', 'done', 10_000_000],
				['m/judge', 'other', 1_000_000],
				['m/judge', 'same', 1_000_000],
			],
		);
		assert.equal(reproduced.record.spent, ledger.spent);
	});

	it('a judge that does not know changes nothing', async () => {
		const unsure = await told({
			authors: [{ id: 'm/test', cents: 1, tests: [written('telling', 'red -1 5')] }],
			opinions: {},
		});
		assert.equal(unsure.reproduced.kind, 'ready');
		assert.deepEqual(unsure.judged, ['test/telling.test.js']);
		const own = await told({
			authors: [{ id: ISSUE_OFFER, tests: [written('own', 'red 7 8')] }],
			opinions: {},
		});
		assert.deepEqual([own.reproduced.kind, own.judged], ['ready', ['test/own.test.js']]);
	});

	it("what the issue's own code asserts may be what is wrong: the judge is asked, but for the issue's own error", async () => {
		const opinions = { 'test/own.test.js': { kind: 'other', reason: 'no' } } as const;
		const asserts = await told({
			authors: [{ id: ISSUE_OFFER, tests: [written('own', 'red -1 5')] }],
			opinions,
		});
		assert.deepEqual([asserts.reproduced.kind, asserts.judged], ['none', ['test/own.test.js']]);
		const throws = await told({
			authors: [{ id: ISSUE_OFFER, tests: [written('own', 'throw no-such-sum')] }],
			issue: { ...issue, body: '`add(2, 3)` throws:\n```\nTypeError: no-such-sum\n```' },
			opinions,
		});
		assert.deepEqual([throws.reproduced.kind, throws.judged, throws.ledger.spent], ['ready', [], 0]);
	});

	it('no judge is paid beyond the half of the bid', async () => {
		const { reproduced, judged, ledger } = await told({
			authors: [{ id: 'm/test', cents: 50, tests: [written('telling', 'red -1 5')] }],
			opinions: { 'test/telling.test.js': { kind: 'other', reason: 'no' } },
		});
		assert.deepEqual([reproduced.kind, judged, ledger.spent], ['ready', [], 500_000_000]);
	});

	it('spends at most half of the bid on it', async () => {
		const { reproduced, allowances, ledger } = await told({
			authors: [30, 40, 45].map((cents) => ({
				id: `m${cents}/test`,
				cents,
				tests: [written(`t${cents}`, 'green')],
			})),
		});
		assert.ok(reproduced.kind === 'none');
		assert.equal(reproduced.by, 'reproduction');
		assert.match(reproduced.reason, /1 test was tried \(1 passed on the current text\); that cost \$0\.30\./);
		assert.deepEqual(allowances, [500_000_000]);
		assert.equal(ledger.spent, 300_000_000);
	});

	it('a test that the user refuses is not used, the next one is asked about', async () => {
		const { reproduced, asked } = await told({
			authors: [{ id: 'm/test', cents: 1, tests: [written('one', 'red -1 5'), written('two', 'red 0 5')] }],
			consents: [{ kind: 'no' }, { kind: 'yes' }],
		});
		assert.deepEqual(asked, ['one', 'two']);
		assert.equal(reproduced.record.test?.summary, 'two');
		assert.equal(reproduced.record.candidates[0]?.refusal?.kind, 'withheld');
	});

	describe('a test that says little of the issue', () => {
		const weak = { id: 'a/test', cents: 1, tests: [written('one', 'red 7 8')] };
		const later = (says: string) => [
			{ id: 'b/test', cents: 2, tests: [written('two', says)] },
			{ id: 'c/test', cents: 3, tests: [written('three', 'red -1 5')] },
		];

		it('waits for one more author, and the more telling one is kept', async () => {
			const { reproduced } = await told({ authors: [weak, ...later('red -1 5')] });
			assert.equal(reproduced.record.test?.summary, 'two');
			assert.equal(reproduced.record.attempts.length, 2);
		});

		it('is used where that one brings nothing', async () => {
			const { reproduced } = await told({ authors: [weak, ...later('green')] });
			assert.equal(reproduced.record.test?.summary, 'one');
			assert.equal(reproduced.record.attempts.length, 2);
		});

		it('is used at once where the judge says that it shows the issue', async () => {
			const { reproduced } = await told({
				authors: [weak, ...later('red -1 5')],
				opinions: { 'test/one.test.js': { kind: 'same' } },
			});
			assert.equal(reproduced.record.test?.summary, 'one');
		});

		it('is used where nobody else is there, and the judge is asked once', async () => {
			const { reproduced } = await told({
				authors: [weak],
				opinions: { 'test/one.test.js': { kind: 'none', reason: 'it was unsure' } },
			});
			assert.equal(reproduced.record.test?.summary, 'one');
			assert.deepEqual(
				reproduced.record.attempts.map(({ offer }) => offer),
				['a/test', 'm/judge'],
			);
		});
	});

	it('a test that fails for something else is refused', async () => {
		const one = written('one', 'red 7 8');
		const lines = ["const { total } = require('../total');", "test('red 7 8', () => total([]));"];
		const file = 'test/one.test.js';
		const diff = `diff --git a/${file} b/${file}\nnew file mode 100644\n--- /dev/null\n+++ b/${file}\n@@ -0,0 +1,2 @@\n${lines.map((line) => `+${line}`).join('\n')}\n`;
		const { reproduced } = await told({
			authors: [{ id: 'm/test', cents: 1, tests: [{ ...one, patch: { ...one.patch, diff } }] }],
		});
		assert.equal(reproduced.kind, 'none');
		const [candidate] = reproduced.record.candidates;
		assert.deepEqual(
			[candidate?.refusal?.kind, candidate?.refusal?.reason],
			[
				'notAboutIt',
				'It fails, but for something else: nothing that it calls, gives or asks for stands in the issue.',
			],
		);
	});

	it('an edit is judged like any other test and asked about again', async () => {
		const edited = (says: string): Consent => ({
			kind: 'edited',
			changes: [{ path: 'test/edited.test.js', text: says }],
		});
		const { reproduced, asked } = await told({
			authors: [{ id: 'm/test', cents: 1, tests: [written('one', 'red 7 8')] }],
			consents: [edited('green'), edited('red -1 5'), { kind: 'yes' }],
		});
		assert.deepEqual(asked, [
			'one',
			'one: It passes on the current text, so it does not show what is wrong.',
			'one (edited by you)',
		]);
		assert.ok(reproduced.kind === 'ready');
		assert.deepEqual([reproduced.record.author, reproduced.tests], ['user', ['test/edited.test.js::x']]);
	});

	it('refused by the user alone is no reproduction', async () => {
		const { reproduced } = await told({
			authors: [{ id: ISSUE_OFFER, tests: [written('one', 'red -1 5')] }],
			consents: [{ kind: 'no' }],
		});
		assert.match(reproduced.kind === 'none' ? reproduced.reason : '', /1 refused by you/);
	});

	it('a failing test of the project that says the same is taken first', async () => {
		const failing: TestResult = {
			...{ id: 'test/b.test.js::b', file: 'test/b.test.js', name: 'b', status: 'failed' },
			failure: { message: '-1 !== 5', actual: '-1', expected: '5' },
		};
		const { reproduced } = await told({
			authors: [],
			first: { ...ended, kind: 'finished', exitCode: 1, tests: [passing, failing] },
		});
		assert.ok(reproduced.kind === 'ready');
		assert.deepEqual(
			[reproduced.record.author, reproduced.tests, reproduced.base],
			['project', [failing.id], base],
		);
	});

	it('ends when it is cancelled', async () => {
		const { reproduced, ledger } = await told({
			authors: [{ id: 'm/test', cents: 1, tests: [written('one', 'cancel'), written('two', 'red -1 5')] }],
		});
		assert.equal(reproduced.kind, 'stopped');
		assert.equal(ledger.reserved, 0);
		assert.deepEqual(reproduced.record.candidates, []);
	});

	it('is blocked, for nothing, where single tests are not told apart or nothing runs', async () => {
		const whole = await told({ authors: [], suite: { ...suite, framework: 'exit-code' } });
		assert.match(
			whole.reproduced.kind === 'blocked' ? whole.reproduced.reason : '',
			/only success or failure/,
		);
		const never = await told({
			authors: [],
			first: { ...ended, kind: 'neverRan', reason: 'no such program' },
		});
		assert.match(never.reproduced.kind === 'blocked' ? never.reproduced.reason : '', /no such program/);
	});
});
