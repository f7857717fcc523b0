import assert from 'node:assert/strict';
import { Deadline } from '../../../src/core/deadline';
import type { Clock } from '../../../src/core/effects';

/** Time goes on by hand; timers ring when it passes them. */
class HandClock implements Clock {
	private now = 0;
	private readonly timers = new Set<{ readonly at: number; readonly controller: AbortController }>();

	nowMs(): number {
		return this.now;
	}

	timeout(ms: number) {
		const timer = { at: this.now + ms, controller: new AbortController() };
		this.timers.add(timer);
		return { signal: timer.controller.signal, stop: () => void this.timers.delete(timer) };
	}

	pass(ms: number): void {
		this.now += ms;
		for (const timer of this.timers) {
			if (timer.at <= this.now) {
				timer.controller.abort();
			}
		}
	}
}

describe('the time limit of a run', () => {
	it('ends when the time is used up', () => {
		const clock = new HandClock();
		const deadline = new Deadline(clock, 100);
		clock.pass(99);
		assert.deepEqual([deadline.signal.aborted, deadline.leftMs], [false, 1]);
		clock.pass(1);
		assert.equal(deadline.signal.aborted, true);
	});

	for (const how of ['answers', 'fails'] as const) {
		it(`stands still while somebody is asked who ${how}`, async () => {
			const clock = new HandClock();
			const deadline = new Deadline(clock, 100);
			clock.pass(40);
			const asked = deadline.pausedWhile(async () => {
				clock.pass(10_000);
				assert.deepEqual([deadline.signal.aborted, deadline.usedMs], [false, 40]);
				if (how === 'fails') {
					throw new Error('no answer');
				}
				return 'yes';
			});
			await (how === 'fails' ? assert.rejects(asked) : asked);
			assert.deepEqual([deadline.signal.aborted, deadline.leftMs], [false, 60]);
			clock.pass(59);
			assert.equal(deadline.signal.aborted, false);
			clock.pass(1);
			assert.equal(deadline.signal.aborted, true);
		});
	}

	it('rings no more once it is stopped', () => {
		const clock = new HandClock();
		const deadline = new Deadline(clock, 100);
		deadline.stop();
		clock.pass(1_000);
		assert.equal(deadline.signal.aborted, false);
	});
});
