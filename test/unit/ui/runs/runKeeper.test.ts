import assert from 'node:assert/strict';
import { type NanoUsd, nanoUsd } from '../../../../src/core/money';
import { isResumable, type KeptRun, newRun, type RunOrder } from '../../../../src/ui/runs/keptRun';
import { RunKeeper, type RunStore } from '../../../../src/ui/runs/runKeeper';
import { milli, NONE, play, unsolvedRun, WRONG } from '../../../editor/suite/playedRun';

const test = { id: 'a::adds', name: 'adds', status: 'failed' } as const;
const order: RunOrder = {
	folder: '/shop',
	target: { kind: 'named', names: [test.id] },
	bid: nanoUsd(250_000_000),
	timeMs: 600_000,
};

class MemoryStore implements RunStore {
	readonly kept = new Map<string, KeptRun>();
	elsewhere: string[] = [];
	saves = 0;
	holdsRuns = () => this.kept.size > 0;
	holdsOpenRuns = async () => [...this.kept.values()].some(({ end }) => end === undefined);
	load = async () => ({ runs: [...this.kept.values()], elsewhere: this.elsewhere });
	save = async (run: KeptRun) => {
		this.saves += 1;
		await new Promise((resolve) => setTimeout(resolve, 1));
		this.kept.set(run.run, run);
	};
	clear = async () => this.kept.clear();
}

describe('RunKeeper', () => {
	let store: MemoryStore;
	let changes: number;
	let counted: Map<string, NanoUsd>;
	const keeper = () =>
		new RunKeeper({
			store,
			changed: () => {
				changes += 1;
			},
			nowMs: () => 5000,
			counted: async (run) => counted.get(run),
		});
	beforeEach(() => {
		store = new MemoryStore();
		changes = 0;
		counted = new Map();
	});

	it('keeps a run step by step, and whole at its end', async () => {
		const one = keeper();
		one.begin(order);
		const attempts = await play('r1', order.bid, test, [NONE, WRONG], (event) => one.see(event));
		assert.equal(one.current?.attempts.length, 2);
		const { outcome, receipt } = unsolvedRun('r1', attempts, milli(4), {
			kind: 'exhausted',
			by: 'offers',
			reason: 'x',
		});
		one.see({ kind: 'finished', outcome });
		const ended = one.end({ kind: 'result', outcome, receipt });
		assert.equal(ended?.receipt, receipt);
		assert.equal(one.current, undefined);
		await one.flushed();
		assert.deepEqual(store.kept.get('r1'), ended);
		assert.ok(store.saves < 12, `${store.saves} saves`);
		assert.ok(changes > 5);
	});

	it('takes a run up again under its own name, with what was before, and does the attempt anew that was cut off', async () => {
		const first = keeper();
		first.begin(order);
		await play('r1', order.bid, test, [NONE, WRONG], (event) => first.see(event));
		first.end({ kind: 'closing' });
		await first.flushed();

		const one = keeper();
		await one.load();
		const [cut] = one.runs;
		assert.ok(cut !== undefined && isResumable(cut));
		one.begin(cut);
		one.see({ kind: 'started', run: 'r1', bid: { spend: order.bid, timeMs: order.timeMs } });
		assert.deepEqual(
			[one.current?.end, one.current?.endedAt, one.current?.spent],
			[undefined, undefined, milli(4)],
		);
		one.see({ kind: 'attempt', attempt: 2, offer: WRONG.offer, allowance: milli(1) });
		one.see({ kind: 'attempt', attempt: 3, offer: WRONG.offer, allowance: milli(1) });
		assert.deepEqual(
			one.current?.attempts.map(({ number, patches }) => [number, patches.length]),
			[
				[1, 0],
				[2, 0],
				[3, 0],
			],
		);
		assert.equal(one.runs.length, 1);
	});

	it('tells which runs went away without a word, and can go on', async () => {
		const open = { ...newRun('r1', order, 1000), attempts: [] };
		store.kept.set('r1', open);
		store.kept.set('r2', { ...newRun('r2', order, 2000), end: { kind: 'closed' } });
		const lost = await keeper().load();
		assert.deepEqual(
			lost.map(({ run, end }) => [run, end?.kind]),
			[['r1', 'closed']],
		);
		assert.ok(!lost.some(isResumable), 'nothing was tried yet');
	});

	it('keeps the receipt of each of several causes, none of which can go on alone', async () => {
		const one = keeper();
		const ends = [];
		for (const name of ['r-1', 'r-2']) {
			one.begin({ ...order, cause: true });
			const attempts = await play(name, order.bid, test, [NONE, WRONG], (event) => one.see(event));
			const { outcome } = unsolvedRun(name, attempts, milli(4), { kind: 'cancelled' });
			one.see({ kind: 'finished', outcome });
			ends.push({ outcome, receipt: `## ${name}` });
		}
		one.endAll(ends);
		assert.equal(one.current, undefined);
		assert.deepEqual(one.runs.map(({ receipt }) => receipt).sort(), ['## r-1', '## r-2']);
		assert.ok(!one.runs.some(isResumable), 'nothing of them is kept to go on with');
		one.see({ kind: 'started', run: 'r-3', bid: { spend: order.bid, timeMs: order.timeMs } });
		assert.equal(one.runs.length, 2, 'no order waits for a run any more');
	});

	it('keeps a run of which it only saw the end', () => {
		const one = keeper();
		one.begin(order);
		const { outcome, receipt } = unsolvedRun('r1', [], milli(0), { kind: 'cancelled' });
		assert.equal(one.end({ kind: 'result', outcome, receipt })?.run, 'r1');
	});

	it('sees nothing of what is no run that was ordered', async () => {
		const one = keeper();
		await play('r1', order.bid, test, [NONE], (event) => one.see(event));
		assert.equal(one.end({ kind: 'closing' }), undefined);
		assert.deepEqual(one.runs, []);
	});

	it('says that a run broke, with what was set aside counted', async () => {
		const one = keeper();
		one.begin(order);
		await play('r1', order.bid, test, [WRONG], (event) => one.see(event));
		const ended = one.end({ kind: 'broken', reason: 'A bug.' });
		assert.deepEqual(ended?.end, { kind: 'blocked', reason: 'A bug.' });
		assert.equal(ended?.spent, milli(4));
	});

	it('closes what a dead window left, at what the journal counts or else at the worst', async () => {
		const left = { ...newRun('r1', order, 1), spent: milli(1), reserved: milli(2) };
		store.kept.set('r1', left);
		store.kept.set('r2', { ...left, run: 'r2' });
		store.kept.set('r3', { ...left, run: 'r3' });
		store.elsewhere = ['r3'];
		counted.set('r2', milli(9));
		const one = keeper();
		await one.load();
		await one.flushed();
		assert.deepEqual(
			['r1', 'r2', 'r3'].map((run) => [store.kept.get(run)?.end?.kind, store.kept.get(run)?.spent]),
			[
				['closed', milli(3)],
				['closed', milli(9)],
				[undefined, milli(1)],
			],
		);
		// The other window goes away as well.
		store.elsewhere = [];
		await one.load();
		assert.equal(one.find('r3')?.end?.kind, 'closed');
	});

	it('forgets all but what goes on', async () => {
		store.kept.set('old', { ...newRun('old', order, 1), end: { kind: 'cancelled' } });
		const one = keeper();
		await one.load();
		one.begin(order);
		await play('r1', order.bid, test, [NONE], (event) => one.see(event));
		await one.forgetAll();
		await one.flushed();
		assert.deepEqual(
			one.runs.map(({ run }) => run),
			['r1'],
		);
		assert.deepEqual([...store.kept.keys()], ['r1']);
	});

	it('a store that cannot write takes nothing away', async () => {
		store.save = async () => {
			throw new Error('disk full');
		};
		const one = keeper();
		one.begin(order);
		await play('r1', order.bid, test, [NONE], (event) => one.see(event));
		await one.flushed();
		assert.equal(one.runs.length, 1);
	});
});
