import assert from 'node:assert/strict';
import type { SolveEvent } from '../../../../src/core/events';
import type { ReproductionRecord } from '../../../../src/core/issue/reproductionRecord';
import { add, nanoUsd, ZERO } from '../../../../src/core/money';
import type { Outcome } from '../../../../src/core/outcome';
import { afterEvent, closedRun, type KeptRun, newRun, type RunOrder } from '../../../../src/ui/runs/keptRun';
import { logLine, masked } from '../../../../src/ui/runs/logLines';
import { statusTooltip } from '../../../../src/ui/runs/runTooltip';
import { type TreeRow, treeRows } from '../../../../src/ui/runs/runTree';
import {
	milli,
	NONE,
	type PlayedAttempt,
	play,
	proposed,
	SMALL,
	TROUBLED,
	unsolvedRun,
	WRONG,
} from '../../../editor/suite/playedRun';

const test = {
	id: 'pricing.test.js::takes ten percent off',
	name: 'takes ten percent off',
	status: 'failed',
} as const;
const order: RunOrder = {
	folder: '/shop',
	target: { kind: 'named', names: [test.id] },
	bid: nanoUsd(250_000_000),
	timeMs: 600_000,
};

async function events(
	attempts: readonly PlayedAttempt[],
	end?: Parameters<typeof unsolvedRun>[3],
): Promise<readonly SolveEvent[]> {
	const seen: SolveEvent[] = [];
	const done = await play('run-1', order.bid, test, attempts, (event) => seen.push(event));
	const spent = add(...done.map(({ cost }) => add(cost.billed, cost.estimated)));
	return end === undefined
		? seen
		: [...seen, { kind: 'finished', outcome: unsolvedRun('run-1', done, spent, end).outcome }];
}

function folded(all: readonly SolveEvent[]): KeptRun {
	return all.reduce((run, event) => afterEvent(run, event, 2000), newRun('run-1', order, 1000));
}

/** The tree as it reads. */
function drawn(rows: readonly TreeRow[], depth = 0): string {
	return rows
		.map(({ icon, label, description, children }) => {
			const line = `${'  '.repeat(depth)}[${icon.id}] ${label} | ${description}\n`;
			return `${line}${drawn(children, depth + 1)}`;
		})
		.join('');
}

const facts = { elsewhere: new Set<string>(), when: (ms: number) => `at ${ms}` };

describe('a kept run of an issue', () => {
	const issue = { name: 'acme/roman#12', title: 'roman() writes plain digits', link: 'https://x.example/12' };
	const proposal = { kind: 'patches', patches: [proposed('writes signs', 'roman.js')] } as const;
	const evidence = {
		...{
			runs: [],
			flipped: [test.id],
			targetPasses: 2,
			failsWithout: true,
			flaky: [],
			knownFailing: [],
			warnings: [],
		},
		before: { passed: 2, failed: 1, skipped: 0 },
		after: { passed: 3, failed: 0, skipped: 0 },
	};
	const record = (author: 'model' | 'project'): ReproductionRecord => ({
		...{ issue, author, tests: [test.id], agrees: [], attempts: [], spent: milli(4), runs: [] },
		...(author === 'project'
			? {}
			: { offer: 'shop/small/test', test: proposed('checks a year', 'roman.test.js') }),
		candidates: [
			{ offer: 'x', sha256: '1', files: [], summary: '', refusal: { kind: 'flaky', reason: 'x' } },
		],
	});

	for (const [author, words, icon] of [
		['model', 'checked', 'check'],
		['project', 'verified', 'verified'],
	] as const) {
		it(`is called ${words} where the test is ${author === 'model' ? 'written for it' : "the project's own"}`, async () => {
			const seen: SolveEvent[] = [{ kind: 'reproduced', record: record(author) }];
			const verdict = { kind: 'resolved', evidence } as const;
			const attempts = await play(
				'run-1',
				order.bid,
				test,
				[{ offer: SMALL, cost: 4, proposal, verdict }],
				(event) => seen.push(event),
			);
			const midway = seen.reduce(
				(run, event) => afterEvent(run, event, 2000),
				newRun('run-1', { ...order, issue }, 1000),
			);
			// What the test cost is not laid to the attempt.
			const onlyTest = afterEvent(midway, { kind: 'money', spent: milli(8), reserved: ZERO }, 2000);
			assert.equal(onlyTest.attempts[0]?.cost, milli(4));
			const outcome = {
				...unsolvedRun('run-1', attempts, milli(8), { kind: 'cancelled' }).outcome,
				...{ kind: 'solved', evidence, reproduction: record(author) },
			} as Outcome;
			const run = afterEvent(onlyTest, { kind: 'finished', outcome }, 2000);
			assert.deepEqual(run.end, { kind: 'solved', ...(author === 'model' ? { checked: true } : {}) });
			const text = drawn(treeRows([run], facts));
			assert.match(
				text,
				new RegExp(
					`^\\[${icon}\\] roman\\(\\) writes plain digits \\| ${words} fix · \\$0\\.008 of \\$0\\.25`,
				),
			);
			assert.match(
				text,
				author === 'model'
					? /Test that shows it \| written by shop\/small\/test · \$0\.004 · 1 refused before/
					: /Test that shows it \| the project’s own · 1 refused/,
			);
			assert.match(text, new RegExp(`1\\. Small Coder \\| \\$0\\.004 · ${words}`));
			assert.ok(
				author === 'project' ||
					!/verified/i.test(
						`${text}${statusTooltip({ kind: 'running', run, doing: '', spent: ZERO, bid: order.bid })}`,
					),
			);
		});
	}
});

describe('a kept run', () => {
	const ALL = [NONE, WRONG, TROUBLED];

	it('reads as a tree, row by row, when it found nothing', async () => {
		const run = folded(
			await events(ALL, { kind: 'exhausted', by: 'bid', reason: 'Too little is left for Large Coder.' }),
		);
		assert.equal(
			drawn(treeRows([run], facts)),
			`[close] takes ten percent off | no verified fix · $0.012 of $0.25 · 3 attempts · at 1000
  [dash] 1. free proposer | free · no fix found: 640 candidates, none passed
  [close] 2. Small Coder | $0.004 · not verified: “never goes below zero” fails now
    [file] pricing.js | src · not verified
  [warning] 3. Large Coder, step by step | $0.008 (estimated) · could not be asked: the provider answered 529, overloaded
`,
		);
	});

	it('reads as a tree while it goes on, the money with the attempt that spends it', async () => {
		const all = await events(ALL);
		const third = all.findIndex((event) => event.kind === 'attempt' && event.attempt === 3);
		assert.equal(
			drawn(treeRows([folded(all.slice(0, third + 1))], facts)),
			`[sync~spin] takes ten percent off | running · $0.004 of $0.25 · 3 attempts · at 1000
  [dash] 1. free proposer | free · no fix found: 640 candidates, none passed
  [close] 2. Small Coder | $0.004 · not verified: “never goes below zero” fails now
    [file] pricing.js | src · not verified
  [sync~spin] 3. Large Coder, step by step | $0.00 · looking for a fix
`,
		);
		const judging = all.findIndex((event) => event.kind === 'verdict');
		assert.match(
			drawn(treeRows([folded(all.slice(0, judging))], facts)),
			/\[sync~spin\] 2\. Small Coder \| \$0\.004 · running your tests/,
		);
	});

	it('counts what was set aside when the window is closed, with the attempt it was for', async () => {
		const all = await events(ALL);
		const reserved = all.findLastIndex((event) => event.kind === 'money' && event.reserved > 0);
		const closed = closedRun(folded(all.slice(0, reserved + 1)), 3000);
		assert.equal(closed.spent, milli(20));
		assert.equal(
			drawn(treeRows([closed], facts)),
			`[debug-disconnect] takes ten percent off | ended by closing the window: $0.02 counted · 3 attempts · at 1000
  [dash] 1. free proposer | free · no fix found: 640 candidates, none passed
  [close] 2. Small Coder | $0.004 · not verified: “never goes below zero” fails now
    [file] pricing.js | src · not verified
  [stop-circle] 3. Large Coder, step by step | $0.016 · stopped
`,
		);
		assert.equal(closedRun(folded(all.slice(0, reserved + 1)), 3000, milli(7)).spent, milli(7));
	});

	it('says what menus may do, and everything aloud', async () => {
		const run = {
			...folded(await events([NONE, WRONG], { kind: 'cancelled' })),
			receipt: '## Receipt',
		};
		const [row] = treeRows([run], { ...facts, waiting: 'run-1' });
		assert.equal(row?.context, '.run.receipt.review.again.prompt.');
		assert.equal(row?.description.startsWith('fix to review · '), true);
		assert.deepEqual(
			row?.children.map(({ context }) => context),
			['.attempt.', '.attempt.prompt.'],
		);
		assert.equal(
			row?.children[1]?.spoken,
			'Attempt 2. Small Coder, $0.004, not verified: “never goes below zero” fails now',
		);
		const elsewhere = treeRows([newRun('run-2', order, 1)], { ...facts, elsewhere: new Set(['run-2']) });
		assert.match(elsewhere[0]?.description ?? '', /^running in another window/);
	});

	it('has a tooltip with a table and links, in which foreign text is only text', async () => {
		const evil = {
			...WRONG,
			offer: {
				...WRONG.offer,
				label: 'x](command:workbench.action.quit) | <img src=x> $(bug) https://evil.example',
			},
		};
		const all = await events([NONE, evil]);
		const text = statusTooltip({
			kind: 'running',
			run: folded(all),
			doing: 'Attempt 2',
			spent: milli(4),
			bid: order.bid,
		});
		assert.equal(
			text.replaceAll('\u2060', '¦'),
			`**Underbid** Attempt 2

“takes ten percent off”: $0.004 of $0.25

| | Model | Cost | Result |
| ---: | --- | ---: | --- |
| 1 | free proposer | free | $(dash) no fix found |
| 2 | x\\]\\(command:workbench.action.quit\\) \\| &lt;img src=x\\> $¦\\(bug\\) https:¦//evil.example | $0.004 | $(sync~spin) running your tests |

[$(debug-stop) Stop](command:underbid.stop) &nbsp; [$(output) Details](command:underbid.showLog) &nbsp; [$(graph) Spending](command:underbid.showSpending)`,
		);
		assert.match(
			statusTooltip({ kind: 'idle', today: milli(180), month: milli(1200) }),
			/\| today \| \$0\.18 \|\n\| this month \| \$1\.20 \|/,
		);
		assert.match(
			statusTooltip({ kind: 'review', title: 'Fixing *x*', spent: ZERO, bid: ZERO }),
			/review:\*\* Fixing \\\*x\\\*\n\n\$0\.00 \(free\) spent\n\n\[\$\(verified\) Review\]\(command:underbid\.reviewInline\)/,
		);
	});
});

describe('the log', () => {
	it('has a line for every event', async () => {
		const all = await events([NONE, WRONG, TROUBLED], {
			kind: 'exhausted',
			by: 'bid',
			reason: 'Too little is left.',
		});
		const progress: SolveEvent = {
			kind: 'progress',
			attempt: 1,
			progress: { stage: 'trying candidates', tried: 12, plausible: 1 },
		};
		const note: SolveEvent = { kind: 'note', text: 'two lines\nare one' };
		assert.equal(
			[...all, progress, note]
				.map(logLine)
				.map(({ level, text }) => `${level} ${text}\n`)
				.join(''),
			`info run run-1 began: at most $0.25, 600.0 s
info making a worktree
info running the tests on the current text
info baseline: npm test: 41 passed, 1 failed; exit 1 (1.2 s)
info the code as it is: 41 pass, 1 fail, 0 skipped; to be fixed: pricing.test.js::takes ten percent off
info attempt 1: free proposer (free), may use $0.00
info money: $0.00 spent, $0.00 set aside
info attempt 1: no fix found: 640 candidates, none passed; $0.00 spent so far
info attempt 2: Small Coder (shop/small/edit), may use $0.012
info money: $0.00 spent, $0.008 set aside
info money: $0.004 spent, $0.00 set aside
info attempt 2: 1 change to verify; $0.004 spent so far
info verifying
info attempt 2: not verified: “never goes below zero” fails now (rounds the price; src/pricing.js)
info attempt 3: Large Coder, step by step (shop/large/agent), may use $0.024
info money: $0.004 spent, $0.016 set aside
info money: $0.012 spent, $0.00 set aside
warn attempt 3: could not be asked: the provider answered 529, overloaded; $0.012 spent so far
info run run-1 ended exhausted: Too little is left.; 3 attempts, $0.012 spent (of it $0.008 estimated), 4.2 s
debug attempt 1: trying candidates, 12 tried, 1 pass
info note: two lines are one
`,
		);
	});

	for (const secret of [
		'sk-or-v1-0123456789abcdef0123456789abcdef',
		'ghp_0123456789abcdefghijABCDEFGHIJ012345',
		'AIzaSyA0123456789abcdefghijklmnopqrstuv',
		'Bearer abcdefghijklmnop',
		'https://me:hunter22@example.com/x',
		'OPENAI_API_KEY=abc123def456',
		'"password": "hunter2222"',
	]) {
		it(`hides ${secret.slice(0, 12)}…`, () => {
			const text = masked(`before ${secret} after`);
			assert.match(text, /^before .*\[hidden\].* after$/);
			const core = secret.split(/[\s:="@/]+/).findLast((part) => /\d{2}|abcdef/.test(part)) ?? secret;
			assert.ok(!text.includes(core), text);
		});
	}

	it('leaves what is no secret', () => {
		const text =
			'attempt 2: tokens: 1200 in, 33 out; src/token.ts, keys of the map, https://example.com/a:b@c';
		assert.equal(masked(text), text);
	});
});
