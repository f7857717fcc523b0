import assert from 'node:assert/strict';
import { setTimeout as elapse } from 'node:timers/promises';
import type { SolveEvent } from '../../../../src/core/events';
import { Search } from '../../../../src/ui/bid/search';
import type { FailingTests } from '../../../../src/ui/engine';

const stage = (name: string): SolveEvent => ({ kind: 'stage', stage: name });
const FOUND: FailingTests = { kind: 'found', failing: [], groups: [], command: 'npm test' };

describe('a search that begins before it is asked for', () => {
	it('tells who joins what happened meanwhile, in order, and then the rest', async () => {
		let go = (): void => undefined;
		const gate = new Promise<void>((resolve) => {
			go = resolve;
		});
		const search = new Search(async (see) => {
			see(stage('one'));
			await gate;
			see(stage('two'));
			return FOUND;
		});
		search.begin();
		search.begin();
		await elapse(1);
		const seen: SolveEvent[] = [];
		const joined = search.join((event) => seen.push(event), new AbortController().signal);
		go();
		assert.equal(await joined, FOUND);
		assert.deepEqual(seen, [stage('one'), stage('two')]);
	});

	it('stops, and settles only when nothing runs any more', async () => {
		let running = true;
		const search = new Search(async (_see, signal) => {
			await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
			await elapse(5);
			running = false;
			return { kind: 'cancelled' };
		});
		search.begin();
		await elapse(1);
		await search.stop();
		assert.equal(running, false);
	});

	it('looks anew, one look after the other, and drops what the old one saw', async () => {
		const log: string[] = [];
		let round = 0;
		const search = new Search(async (see, signal) => {
			round += 1;
			const mine = round;
			log.push(`begin ${mine}`);
			see(stage(`look ${mine}`));
			if (mine === 1) {
				await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
			}
			log.push(`end ${mine}`);
			return FOUND;
		});
		search.begin();
		await elapse(1);
		search.restart();
		const seen: SolveEvent[] = [];
		await search.join((event) => seen.push(event), new AbortController().signal);
		assert.deepEqual(log, ['begin 1', 'end 1', 'begin 2', 'end 2']);
		assert.deepEqual(seen, [stage('look 2')]);
	});

	it('passes a cancellation on, and a failure to who joins', async () => {
		const cancel = new AbortController();
		const search = new Search(async (_see, signal) => {
			await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
			return { kind: 'cancelled' };
		});
		const joined = search.join(() => undefined, cancel.signal);
		cancel.abort();
		assert.deepEqual(await joined, { kind: 'cancelled' });
		const broken = new Search(() => Promise.reject(new Error('broken')));
		broken.begin();
		await elapse(1);
		await assert.rejects(
			broken.join(() => undefined, new AbortController().signal),
			/broken/,
		);
		await broken.stop();
	});
});
