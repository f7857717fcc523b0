import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { FailureGroup } from '../../../src/core/failureGroups';
import { fixGroups, type GroupWork, shareOf } from '../../../src/core/fixGroups';
import { groupsReceipt } from '../../../src/core/groupsReceipt';
import { nanoUsd, ZERO } from '../../../src/core/money';
import type { Outcome } from '../../../src/core/outcome';
import type { Bid } from '../../../src/core/problem';
import { base } from '../../fakes/world';

interface Play {
	/** Tests of the group. */
	readonly tests: number;
	/** Shares of what it may spend, 0 to 1. */
	readonly spends: number;
	readonly doubts: number;
	readonly ends: 'solved' | 'exhausted' | 'blocked';
	/** Fails no more once a group before it is fixed. */
	readonly goesAlong: boolean;
	readonly takesMs: number;
}

function played(
	plays: readonly Play[],
	stop?: { readonly at: number; readonly controller: AbortController },
) {
	const groups = plays.map(
		({ tests }, index): FailureGroup => ({
			tests: Array.from({ length: tests }, (_, at) => ({
				id: `${index}:${at}`,
				name: '',
				status: 'failed' as const,
			})),
			error: '',
		}),
	);
	const bids: Bid[] = [];
	const judged: (readonly string[])[] = [];
	const bases: string[] = [];
	let [now, number] = [0, 0];
	const solvedOutcome = (ids: readonly string[], spent: number, doubted: number): Outcome =>
		({
			kind: 'solved',
			spent,
			doubted,
			chosen: { patch: {} },
			evidence: { flipped: ids },
		}) as unknown as Outcome;
	const work: GroupWork = {
		begun: (at) => {
			number = at;
		},
		stillFailing: async (_, group) => {
			const play = plays[groups.indexOf(group)];
			return new Set(play?.goesAlong ? [] : group.tests.map(({ id }) => id));
		},
		fix: async (on, ids, bid) => {
			const play = plays[number - 1] as Play;
			bids.push(bid);
			bases.push(on.commit);
			now += Math.min(play.takesMs, bid.timeMs);
			const spent = Math.floor(bid.spend * play.spends);
			const doubted = Math.floor((bid.spend - spent) * play.doubts);
			if (stop?.at === number) {
				stop.controller.abort();
				return { kind: 'cancelled', spent, attempts: [] } as unknown as Outcome;
			}
			return play.ends === 'solved'
				? solvedOutcome(ids, spent, doubted)
				: ({ kind: play.ends, reason: 'no', spent, doubted } as unknown as Outcome);
		},
		with: async (on) => ({ kind: 'taken', snapshot: { ...on, commit: `${on.commit}+${number}` } }),
		judge: async (_, __, ids) => {
			judged.push(ids);
			return solvedOutcome(ids, 0, 0);
		},
		nowMs: () => now,
	};
	return { groups, work, bids, judged, bases };
}

const anyPlay = fc.record<Play>({
	tests: fc.integer({ min: 1, max: 3 }),
	spends: fc.double({ min: 0, max: 1, noNaN: true }),
	doubts: fc.double({ min: 0, max: 1, noNaN: true }),
	ends: fc.constantFrom('solved', 'exhausted', 'blocked'),
	goesAlong: fc.boolean(),
	takesMs: fc.integer({ min: 0, max: 300_000 }),
});
const NEVER = new AbortController().signal;
const spend = nanoUsd(1_000_000_000);

describe('several causes under one bid', () => {
	it('spends no more than the bid, in money and in time, whatever the groups do', async () => {
		await fc.assert(
			fc.asyncProperty(fc.array(anyPlay, { minLength: 1, maxLength: 8 }), async (plays) => {
				const { groups, work, bids } = played(plays);
				const bid = { spend, timeMs: 600_000 };
				const result = await fixGroups(groups, base, bid, work, NEVER);
				const doubted = result.groups.reduce((sum, { outcome }) => sum + (outcome?.doubted ?? 0), 0);
				assert.ok(result.spent + doubted <= bid.spend);
				assert.ok(bids.every((one) => one.spend <= bid.spend && one.timeMs <= bid.timeMs));
				assert.ok(work.nowMs() <= bid.timeMs);
				assert.equal(result.groups.length, groups.length);
				const good = result.groups.filter(
					({ outcome, along }) => outcome?.kind === 'solved' || along !== undefined,
				);
				assert.deepEqual(
					result.fixed,
					good.flatMap(({ group }) => group.tests.map(({ id }) => id)),
				);
				assert.equal(
					result.whole !== undefined,
					result.groups.some(({ outcome }) => outcome?.kind === 'solved'),
				);
			}),
		);
	});

	const solves: Play = { tests: 1, spends: 0, doubts: 0, ends: 'solved', goesAlong: false, takesMs: 1 };

	it('gives what one leaves to the next, and to none more than its even part', async () => {
		const { groups, work, bids } = played([
			{ ...solves, spends: 0.5 },
			{ ...solves, spends: 1, ends: 'exhausted' },
			{ ...solves, spends: 0 },
		]);
		await fixGroups(groups, base, { spend: nanoUsd(900), timeMs: 600_000 }, work, NEVER);
		assert.deepEqual(
			bids.map((one) => one.spend),
			[300, 375, 375],
		);
	});

	it('makes each fix on top of the ones before it, and judges all of them together', async () => {
		const { groups, work, bases, judged } = played([
			solves,
			{ ...solves, ends: 'exhausted' },
			solves,
			solves,
		]);
		const result = await fixGroups(groups, base, { spend, timeMs: 600_000 }, work, NEVER);
		const b = base.commit;
		assert.deepEqual(bases, [b, `${b}+1`, `${b}+1`, `${b}+1+3`]);
		assert.deepEqual(judged, [['0:0', '2:0', '3:0']]);
		assert.equal(result.whole?.kind, 'solved');
	});

	it('one fix alone was judged already', async () => {
		const { groups, work, judged } = played([{ ...solves, ends: 'exhausted' }, solves]);
		const result = await fixGroups(groups, base, { spend, timeMs: 600_000 }, work, NEVER);
		assert.deepEqual(judged, []);
		assert.equal(result.whole, result.groups[1]?.outcome);
	});

	it('what another fix makes pass costs nothing, and is judged with it', async () => {
		const { groups, work, bids, judged } = played([solves, { ...solves, goesAlong: true, tests: 2 }]);
		const result = await fixGroups(groups, base, { spend, timeMs: 600_000 }, work, NEVER);
		assert.equal(result.groups[1]?.along, 1);
		assert.equal(bids.length, 1);
		assert.deepEqual(judged, [['0:0', '1:0', '1:1']]);
	});

	it('stopped in the middle nothing more is begun or judged, and what was verified before stays so', async () => {
		const controller = new AbortController();
		const { groups, work, judged } = played([solves, { ...solves, spends: 0.5 }, solves], {
			at: 2,
			controller,
		});
		const result = await fixGroups(groups, base, { spend, timeMs: 600_000 }, work, controller.signal);
		assert.deepEqual([result.cancelled, result.groups.length, judged.length], [true, 2, 0]);
		assert.equal(result.whole, result.groups[0]?.outcome);
		assert.ok(result.spent > ZERO);
	});

	it('tells what a fix cost that nothing can be built on, and does not count it as one', async () => {
		const { groups, work } = played([{ ...solves, spends: 1 }, solves]);
		let fails = 1;
		const parting: GroupWork = {
			...work,
			with: async (on, patch) => {
				fails -= 1;
				return fails === 0 ? { kind: 'failed', reason: 'The disk is full.' } : work.with(on, patch);
			},
		};
		const result = await fixGroups(groups, base, { spend, timeMs: 600_000 }, parting, NEVER);
		const [first] = result.groups;
		assert.equal(first?.reason, 'The disk is full.');
		assert.equal(first?.outcome?.spent, spend / 2);
		assert.deepEqual(result.fixed, ['1:0']);
		const receipt = groupsReceipt(result, () => undefined, spend, 1);
		assert.deepEqual(
			receipt.groups.map((one) => [one.result, one.spent]),
			[
				['unfixed', spend / 2],
				['fixed', ZERO],
			],
		);
	});

	it('says so where the time is used up', async () => {
		const { groups, work } = played([
			{ ...solves, takesMs: 300_000 },
			{ ...solves, takesMs: 300_000 },
			solves,
		]);
		const result = await fixGroups(groups, base, { spend, timeMs: 70_000 }, work, NEVER);
		assert.equal(result.groups.at(-1)?.reason, 'No time was left for it.');
	});

	it('an even part is never above what is left', () => {
		fc.assert(
			fc.property(fc.nat(10 ** 12), fc.integer({ min: 1, max: 50 }), (left, waiting) => {
				const share = shareOf(nanoUsd(left), waiting);
				assert.ok(share * waiting <= left && share >= 0);
			}),
		);
	});
});
