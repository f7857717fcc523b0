import assert from 'node:assert/strict';
import fc from 'fast-check';
import { COURSE_LIMITS, Course } from '../../../../src/propose/model/agentCourse';

describe('agentCourse', () => {
	const limits = { steps: 20, idleSteps: 4, uselessSteps: 3, sameCalls: 3, sameStates: 3 };
	/** `a` edits to state a, `.` is a step on the same files, `!` one in which nothing could be done. */
	const after = (steps: string): string | undefined => {
		const course = new Course('0', limits);
		let state = '0';
		for (const [index, step] of [...steps].entries()) {
			assert.equal(course.over, undefined, `${steps} at ${index}`);
			state = step === '.' || step === '!' ? state : step;
			course.step(state, step === '!' ? 'useless' : 'useful');
		}
		return course.over;
	};

	it('ends each kind of running in place, and not a step before', () => {
		const table: readonly (readonly [string, RegExp | undefined])[] = [
			['.........', undefined],
			['..........', /changed nothing for 10 steps/],
			['a...', undefined],
			['a....', /changed nothing for 4 steps/],
			['a...b...c', undefined],
			['!!.!!', undefined],
			['!!!', /3 of its answers in a row/],
			['abab', undefined],
			['ababa', /same files 3 times/],
			['a0b', undefined],
			['a0b0', /same files 3 times/],
			['abcdefghijklmnopqrst', /20 steps without/],
		];
		for (const [steps, expected] of table) {
			const over = after(steps);
			assert.ok(
				expected === undefined ? over === undefined : expected.test(over ?? ''),
				`${steps}: ${over ?? 'goes on'}`,
			);
		}
	});

	it('counts the same call on the same files alone', () => {
		const course = new Course('0', limits);
		assert.deepEqual(
			[
				course.call('read', '{}', '0'),
				course.call('read', '{}', 'a'),
				course.call('read', '{"a":1}', '0'),
				course.call('list', '{}', '0'),
				course.call('read', '{}', '0'),
			],
			[1, 1, 1, 1, 2],
		);
		assert.equal(course.over, undefined);
		course.call('read', '{}', '0');
		assert.match(course.over ?? '', /same call 3 times/);
	});

	it('always ends', () => {
		fc.assert(
			fc.property(fc.infiniteStream(fc.constantFrom('a', 'b', 'c', '.', '!')), (stream) => {
				const course = new Course('0');
				let state = '0';
				for (const step of stream) {
					if (course.over !== undefined) {
						break;
					}
					state = step === '.' || step === '!' ? state : step;
					course.step(state, step === '!' ? 'useless' : 'useful');
				}
				assert.ok(course.steps <= COURSE_LIMITS.steps);
				assert.ok(course.left >= 0);
			}),
			{ numRuns: 200 },
		);
	});
});
