import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { SolveEvent } from '../../../src/core/events';
import { formatUsd } from '../../../src/core/money';
import { receiptMarkdown, receiptOf } from '../../../src/core/receipt';
import { solve } from '../../../src/core/solve';
import type { Target } from '../../../src/core/suite';
import { base, costing, offer, patch, patches, run, suite, usd, type World, world } from '../../fakes/world';

type Script = Parameters<typeof world>[0];

const free = offer('free', 0);
const none = {
	kind: 'none',
	reason: 'no candidate passed the tests',
} as const;
/** The suite on the base and its target again; then target, suite, target without the patch and with it. */
const redBase = ['red add:F sub:P', 'red add:F'];
const flip = ['red add:F', 'ok add:P'];
const green = ['ok add:P', 'ok add:P sub:P', ...flip];
const tooSlow = ['red add:F sub:P addAll:P addOne:P', 'red add:F'];
const five = (run: string) => Array.from({ length: 5 }, () => run);
const three = (run: string) => Array.from({ length: 3 }, () => run);

const stories: Record<string, Script & { target?: Target; bidCents?: number }> = {
	'solved by the first offer': {
		runs: [...redBase, ...green],
		offers: [{ offer: free, replies: [patches('one', 'two')] }],
	},
	'solved by the third': {
		bidCents: 25,
		runs: [...redBase, 'red add:F', ...green],
		offers: [
			{ offer: offer('strong', 5), replies: [costing(patches('three'), 4)] },
			{ offer: free, replies: [none] },
			{ offer: offer('cheap', 1), replies: [costing(patches('two'), 1, 'estimated')] },
		],
	},
	'nothing left worth buying': {
		bidCents: 25,
		runs: [...redBase, 'red add:F'],
		offers: [
			{ offer: free, replies: [none] },
			{ offer: offer('cheap', 1), replies: [costing(patches('wrong'), 1)] },
		],
	},
	'bid too small for any call': {
		bidCents: 1,
		runs: [...redBase],
		offers: [{ offer: offer('strong', 5), replies: [] }],
	},
	'target passes on base': {
		target: { kind: 'named', names: ['sub'] },
		runs: ['red add:F sub:P'],
		offers: [{ offer: free, replies: [] }],
	},
	'no test fails': { runs: ['ok add:P sub:P'], offers: [{ offer: free, replies: [] }] },
	'the suite does not fit the time that is left': {
		tickMs: 15_000,
		runs: [...tooSlow, 'ok add:P', 'ok addAll:P addOne:P'],
		offers: [
			{ offer: free, replies: [patches('one', 'two')] },
			{ offer: offer('cheap', 1), replies: [] },
		],
	},
	'the suite does not fit the time that is left, and a related test breaks': {
		tickMs: 12_000,
		runs: [
			...tooSlow,
			'ok add:P',
			'red addAll:F addOne:P',
			...three('red addAll:F'),
			...three('ok addAll:P'),
		],
		offers: [{ offer: free, replies: [patches('one')] }],
	},
	'flaky suite: another test fails on the base, twice, and passes with the patch and when looked at again': {
		target: { kind: 'named', names: ['add'] },
		runs: [
			...['red add:F wavers:F', 'red add:F'],
			...['ok add:P', 'ok add:P wavers:P', 'red add:F wavers:F', 'red wavers:F', 'ok wavers:P', 'ok add:P'],
		],
		offers: [{ offer: free, replies: [patches('one')] }],
	},
	'suite never starts': { runs: ['never'], offers: [{ offer: free, replies: [] }] },
	'a slow suite is cut off before the target, then given more time': {
		runs: ['hang sub:P', 'red add:F sub:P', 'red add:F', ...green],
		offers: [{ offer: free, replies: [patches('one')] }],
	},
	'suite hangs': { runs: ['hang add:P', 'hang add:P'], offers: [{ offer: free, replies: [] }] },
	'the target hangs on the base and is fixed': {
		runs: ['hang add:H sub:P', 'ok add:P', 'ok add:P sub:P', 'hang', 'ok add:P'],
		offers: [{ offer: free, replies: [patches('one')] }],
	},
	'the target hangs on the base, and behind it another test fails': {
		runs: ['hang add:H', 'ok add:P', 'red add:P behind:F'],
		offers: [{ offer: free, replies: [patches('half')] }],
	},
	'flaky suite: another test fails on the base, and nobody asked about it': {
		target: { kind: 'named', names: ['add'] },
		runs: ['red add:F sub:F', 'red add:F', 'ok add:P', 'ok add:P sub:P', 'red add:F sub:P', 'ok add:P'],
		offers: [{ offer: free, replies: [patches('one')] }],
	},
	'flaky suite: one of two that fail passes when looked at again': {
		runs: [
			'red add:F sub:F',
			...['red add:F sub:F', 'red add:F sub:P', 'red add:F sub:F', 'red add:F sub:F'],
			...['ok add:P', 'red add:P sub:F', ...flip],
		],
		offers: [{ offer: free, replies: [patches('one')] }],
	},
	'flaky suite: another test fails in every look at it with the patch, and once without': {
		runs: [...redBase, 'ok add:P', 'red add:P sub:F', ...five('red sub:F'), 'ok sub:P', 'red sub:F', ...flip],
		offers: [{ offer: free, replies: [patches('one')] }],
	},
	'flaky suite: another test fails in three runs of five': {
		runs: [
			...[...redBase, 'ok add:P', 'red add:P sub:F', 'red sub:F', 'ok sub:P'],
			...['red add:P sub:F', 'red add:P sub:F', 'ok add:P sub:P', ...flip],
		],
		offers: [{ offer: free, replies: [patches('one')] }],
	},
	'a test passes alone and fails whenever the suite runs': {
		runs: [
			...redBase,
			'ok add:P',
			'red add:P sub:F',
			'ok sub:P',
			...five('red add:P sub:F'),
			'red add:P sub:F',
		],
		offers: [{ offer: free, replies: [patches('one')] }],
	},
	'the target fails again at the end': {
		runs: [...redBase, 'ok add:P', 'ok add:P sub:P', 'red add:F', 'red add:F'],
		offers: [{ offer: free, replies: [patches('lucky')] }],
	},
	'flaky suite: the target': { runs: ['red add:F', 'ok add:P'], offers: [{ offer: free, replies: [] }] },
	'patch edits a test': {
		runs: [...redBase],
		offers: [{ offer: free, replies: [patches(patch('cheat', 'test/add.js'))] }],
	},
	'patch edits a test, the next one is honest': {
		runs: [...redBase, ...green],
		offers: [{ offer: free, replies: [patches(patch('cheat', 'package.json'), 'honest')] }],
	},
	'patch breaks another test': {
		runs: [...redBase, 'ok add:P', 'red add:P sub:F', ...five('red sub:F'), ...three('ok sub:P')],
		offers: [{ offer: free, replies: [patches('breaks')] }],
	},
	'patch makes another test vanish': {
		runs: [...redBase, 'ok add:P', 'ok add:P', ...five('ok'), ...three('ok sub:P')],
		offers: [{ offer: free, replies: [patches('hides')] }],
	},
	'another test fails once and passes again': {
		runs: [...redBase, 'ok add:P', 'red add:P sub:F', 'ok sub:P', 'ok add:P sub:P', ...flip],
		offers: [{ offer: free, replies: [patches('one')] }],
	},
	'target is skipped by the patch': {
		runs: [...redBase, 'ok add:S'],
		offers: [{ offer: free, replies: [patches('skips')] }],
	},
	'target passes without the patch as well': {
		runs: [...redBase, 'ok add:P', 'ok add:P sub:P', 'ok add:P'],
		offers: [{ offer: free, replies: [patches('lucky')] }],
	},
	'all tests pass and the command still fails': {
		runs: [...redBase, 'ok add:P', 'red add:P sub:P'],
		offers: [{ offer: free, replies: [patches('one')] }],
	},
	'patch keeps the suite from starting': {
		runs: [...redBase, 'never', 'red add:F'],
		offers: [{ offer: free, replies: [patches('syntax error')] }],
	},
	'the machine breaks while verifying': {
		bidCents: 25,
		runs: [...redBase, 'never', 'never'],
		offers: [
			{ offer: free, replies: [patches('one')] },
			{ offer: offer('cheap', 1), replies: [] },
		],
	},
	'patch hangs the target': {
		runs: [...redBase, 'hang'],
		offers: [{ offer: free, replies: [patches('loops')] }],
	},
	'cancelled during the baseline': { runs: ['cancel'], offers: [{ offer: free, replies: [] }] },
	'cancelled during propose': {
		bidCents: 25,
		runs: [...redBase],
		offers: [
			{
				offer: offer('cheap', 1),
				replies: [
					(abort) => {
						abort();
						return costing({ kind: 'cancelled' }, 1, 'estimated');
					},
				],
			},
		],
	},
	'cancelled during verify': {
		runs: [...redBase, 'ok add:P', 'cancel'],
		offers: [{ offer: free, replies: [patches('one')] }],
	},
	'provider down': {
		bidCents: 25,
		runs: [...redBase, ...green],
		offers: [
			{
				offer: offer('cheap', 1, 3),
				replies: [{ kind: 'failed', reason: 'the provider answers 503' }],
			},
			{ offer: offer('strong', 5), replies: [costing(patches('two'), 5)] },
		],
	},
	'a provider down as a whole shuts its other offers': {
		bidCents: 25,
		runs: [...redBase, ...green],
		offers: [
			{
				offer: { ...offer('cheap', 1), provider: 'acme' },
				replies: [{ kind: 'failed', reason: 'acme refuses the key', providerWide: true }],
			},
			{ offer: { ...offer('dearer', 2), provider: 'acme' }, replies: [] },
			{ offer: { ...offer('other', 3), provider: 'best' }, replies: [costing(patches('two'), 3)] },
		],
	},
	'trouble with a model shuts the other way to ask it': {
		bidCents: 25,
		runs: [...redBase, ...green],
		offers: [
			{
				offer: { ...offer('one/edit', 1), model: 'one' },
				replies: [{ kind: 'failed', reason: 'acme has no such model' }],
			},
			{ offer: { ...offer('one/agent', 2), model: 'one' }, replies: [] },
			{ offer: { ...offer('two/edit', 3), model: 'two' }, replies: [costing(patches('two'), 3)] },
		],
	},
	'a report that is not believed keeps its money out of reach': {
		bidCents: 6,
		runs: [...redBase, 'red add:F'],
		offers: [
			{
				offer: offer('cheap', 1),
				replies: [{ ...patches('one'), bought: { cents: 1, basis: 'billed', doubtCents: 2 } }],
			},
			{ offer: offer('dear', 4), replies: [] },
		],
	},
	'only trouble with providers': {
		bidCents: 25,
		runs: [...redBase],
		offers: [{ offer: offer('cheap', 1), replies: [{ kind: 'failed', reason: 'acme refuses the key' }] }],
	},
	'an offer needs more for its smallest call than was thought': {
		bidCents: 25,
		runs: [...redBase, ...green],
		offers: [
			{
				offer: offer('cheap', 1),
				replies: [
					{ kind: 'unaffordable', needs: usd(8), reason: 'the prompt is long' },
					costing(patches('two'), 9),
				],
			},
		],
	},
	'an offer needs more than the bid': {
		bidCents: 5,
		runs: [...redBase],
		offers: [
			{
				offer: offer('cheap', 1),
				replies: [{ kind: 'unaffordable', needs: usd(8), reason: 'the prompt is long' }],
			},
		],
	},
	'the cap for the day is reached': {
		bidCents: 25,
		capCents: 2,
		runs: [...redBase, 'red add:F'],
		offers: [
			{ offer: offer('cheap', 1), replies: [costing(patches('two'), 1)] },
			{ offer: offer('dear', 3), replies: [costing(patches('three'), 3)] },
		],
	},
	'a proposer asks for more than it was allowed': {
		bidCents: 3,
		runs: [...redBase],
		offers: [{ offer: offer('liar', 1), replies: [costing(patches('one'), 9)] }],
	},
	'no worktree can be made': {
		runs: [],
		treeFails: 'the disk is full',
		offers: [{ offer: free, replies: [] }],
	},
	'the journal cannot be written': { runs: [], journalFails: true, offers: [{ offer: free, replies: [] }] },
};

describe('solve', () => {
	for (const [name, script] of Object.entries(stories)) {
		it(name, async () => {
			const played = world(script);
			const bid = { spend: usd(script.bidCents ?? 0), timeMs: 60_000 };
			const request = {
				run: 'r1',
				bid,
				base,
				suite,
				target: script.target ?? { kind: 'failing' as const },
				repository: 'repo',
			};
			const outcome = await solve(request, played.effects, played.user.signal);
			assert.deepEqual(played.unplayed(), [], 'the whole script is played');
			assert.ok(outcome.spent <= bid.spend);
			matchGolden(name, `${transcript(played)}\n${receiptMarkdown(receiptOf(outcome, bid.spend))}`);
		});
	}
});

describe('a run of the suite that was begun before its turn', () => {
	const judged = async (early: string, runs: string[], apart = false, first = redBase) => {
		const script = { runs: [...first, ...runs], offers: [{ offer: free, replies: [patches('one')] }] };
		const played = world(script);
		const { effects, scopes, user } = played;
		const outcome = await solve(
			{
				...{ run: 'r1', bid: { spend: usd(0), timeMs: 60_000 }, base, suite, repository: '/p' },
				target: { kind: 'named', names: ['add'] },
			},
			{ ...effects, apart, begun: async () => run(early) },
			user.signal,
		);
		assert.deepEqual(played.unplayed(), []);
		return { outcome, scopes: scopes.slice(2), tree: played.tree };
	};

	it('spares the target alone where it is over and good: that is seen in it, and at the end', async () => {
		const { outcome, scopes } = await judged('ok add:P sub:P', flip);
		assert.ok(outcome.kind === 'solved');
		assert.equal(outcome.evidence.targetPasses, 2);
		assert.deepEqual(scopes, ['add', 'add']);
		assert.ok(outcome.evidence.runs.some(({ what }) => what === 'suite on the patch, beside the base'));
	});

	it('lets the target run with and without the patch at once where two runs cannot meet', async () => {
		const { outcome, tree } = await judged('ok add:P sub:P', flip, true);
		assert.ok(outcome.kind === 'solved');
		assert.equal(outcome.evidence.targetPasses, 2);
		assert.deepEqual(outcome.evidence.runs.map(({ what, result }) => `${what}: ${result}`).sort(), [
			'suite on the patch, beside the base: 2 passed, 0 failed; exit 0',
			'target on the patch, at the end: 1 passed, 0 failed; exit 0',
			'target without the patch: 0 passed, 1 failed; exit 1',
		]);
		assert.equal(tree.filter((done) => done === 'one').length, 1, 'applied once, in its own tree alone');
	});

	for (const [what, runs] of [
		['passes without the patch', ['ok add:P', 'ok add:P']],
		['fails with it', ['red add:F', 'red add:F']],
		['does not end with it', ['red add:F', 'hang add:P']],
	] as const) {
		it(`calls nothing verified, also at once, when the target ${what}`, async () => {
			const { outcome } = await judged('ok add:P sub:P', [...runs], true);
			assert.ok(outcome.kind === 'exhausted');
			assert.equal(outcome.attempts[0]?.verdicts[0]?.verdict.kind, 'unresolved');
		});
	}

	it('lets one come after the other where a test that failed before passes as well', async () => {
		const { outcome, scopes } = await judged(
			'ok add:P sub:P old:P',
			['red add:F old:F', ...three('red old:F'), 'ok add:P'],
			true,
			['red add:F sub:P old:F', 'red add:F'],
		);
		assert.ok(outcome.kind === 'solved');
		assert.deepEqual(scopes, ['add,old', 'old', 'old', 'old', 'add']);
	});

	for (const early of ['red add:F sub:P', 'ok sub:P', 'never', 'hang add:P', 'ok add:S sub:P']) {
		it(`spares nothing where it ended as ${early}`, async () => {
			const { outcome, scopes } = await judged(early, green);
			assert.ok(outcome.kind === 'solved');
			assert.equal(outcome.evidence.targetPasses, 3);
			assert.deepEqual(scopes, ['add', 'all', 'add', 'add']);
		});
	}

	it('looks again at what differs in it', async () => {
		const { outcome } = await judged('red add:P sub:F', [...five('red sub:F'), ...three('ok sub:P')]);
		assert.ok(outcome.kind === 'exhausted');
	});
});

describe('time', () => {
	const timeOf = async (...offers: (readonly [string, number])[]): Promise<number> => {
		let given = 0;
		const played = world({
			runs: ['red add:F', 'red add:F'],
			offers: offers.map(([id, cents]) => ({ offer: offer(id, cents), replies: [none] })),
		});
		const [first, ...rest] = played.effects.proposers;
		assert.ok(first);
		const watched = {
			offer: { ...first.offer, usefulMs: 20_000 },
			propose: async (task: Parameters<typeof first.propose>[0]) => {
				given = task.allowance.timeMs;
				return none;
			},
		};
		await solve(
			{
				run: 'r1',
				bid: { spend: usd(10), timeMs: 600_000 },
				base,
				suite,
				target: { kind: 'failing' },
				repository: 'repo',
			},
			{ ...played.effects, proposers: [watched, ...rest] },
			played.user.signal,
		);
		return given;
	};

	it('is shared with offers that wait for their turn, and all there is for the only one', async () => {
		assert.equal(await timeOf(['free', 0], ['cheap', 1]), 20_000);
		assert.ok((await timeOf(['free', 0])) > 500_000);
		assert.ok(
			(await timeOf(['free', 0], ['dear', 11])) > 500_000,
			'what the bid does not hold does not wait',
		);
	});
});

function transcript(played: World): string {
	const lines = played.events.map(eventLine);
	return [
		...lines,
		`tree: ${played.tree.join(', ')}`,
		`scopes: ${played.scopes.join(' | ')}`,
		`journal: ${played.journal.map((entry) => entry.kind).join(', ')}`,
	].join('\n');
}

function eventLine(event: SolveEvent): string {
	switch (event.kind) {
		case 'started':
			return `started with a bid of ${formatUsd(event.bid.spend)}`;
		case 'stage':
			return event.stage;
		case 'note':
			return `note: ${event.text}`;
		case 'ran':
			return `  ran ${event.record.what}: ${event.record.result}`;
		case 'baseline':
			return `  to flip: ${event.failToPass.map(({ id }) => id).join(', ')}; to keep: ${event.baseline.passToPass.join(', ') || 'nothing'}`;
		case 'reproducing':
			return `test wanted ${event.attempt}: ${event.offer.id}, may use ${formatUsd(event.allowance)}`;
		case 'candidate':
			return `  ${event.proposed.summary}: ${event.refusal === undefined ? 'shows the issue' : `${event.refusal.kind}, ${event.refusal.reason}`}`;
		case 'reproduced':
			return `reproduced: ${event.record.author ?? 'nobody'}, ${event.record.tests.join(', ')}`;
		case 'group':
			return `group ${event.number} of ${event.of}`;
		case 'attempt':
			return `attempt ${event.attempt}: ${event.offer.id}, may use ${formatUsd(event.allowance)}`;
		case 'money':
			return `  spent ${formatUsd(event.spent)}, reserved ${formatUsd(event.reserved)}`;
		case 'progress':
			return `  ${event.progress.stage}`;
		case 'proposed':
			return `  proposed: ${event.proposal.kind}; spent ${formatUsd(event.spent)}`;
		case 'verdict':
			return `  ${event.proposed.summary}: ${event.verdict.kind}${'reason' in event.verdict ? `, ${event.verdict.reason}` : ''}`;
		case 'finished':
			return `finished: ${event.outcome.kind}${'reason' in event.outcome ? `, ${event.outcome.reason}` : ''}; spent ${formatUsd(event.outcome.spent)}`;
	}
}

/** A missing golden file fails; UPDATE_GOLDEN=1 writes them for review. */
function matchGolden(name: string, text: string): void {
	const file = path.join(__dirname, 'transcripts', `${name.replace(/[^a-z]+/gi, '-')}.txt`);
	const actual = `${text.trimEnd()}\n`;
	if (process.env['UPDATE_GOLDEN'] === '1') {
		writeFileSync(file, actual);
		return;
	}
	assert.equal(actual, readFileSync(file, 'utf8'));
}
