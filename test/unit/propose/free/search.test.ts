import assert from 'node:assert/strict';
import type { FileEdit } from '../../../../src/core/patch';
import type { Candidate } from '../../../../src/propose/free/candidate';
import { editedText, pairsOf, type Scored, Search } from '../../../../src/propose/free/search';
import type { Trial, WarmRunner } from '../../../../src/propose/free/warmRunner';

const text = 'abcdefgh';
const candidate = (start: number, end: number, to: string): Candidate => ({
	file: 'a.js',
	start,
	end,
	text: to,
	line: 1,
	template: 't',
	prior: 1,
});
const scored = (start: number, end: number, to: string, score: number): Scored => ({
	candidate: candidate(start, end, to),
	score,
});

/** A runner for which the text that `passes` says yes to is the fix. */
class FakeRunner implements WarmRunner {
	readonly seen: string[] = [];
	constructor(private readonly judge: (text: string, limitMs: number) => Trial) {}
	start(): never {
		throw new Error('not asked for');
	}
	async attempt(edits: readonly FileEdit[], limitMs: number): Promise<Trial> {
		const all = edits.map((edit) => edit.text).join('|');
		this.seen.push(all);
		return this.judge(all, limitMs);
	}
	async observe(): Promise<undefined> {
		return undefined;
	}
	async close(): Promise<void> {}
}

const passed: Trial = { kind: 'passed', ms: 1 };
const failed = (passedTests = 0): Trial => ({ kind: 'failed', ms: 1, passedTests, signature: '' });
const limits = {
	deadlineMs: 1000,
	trialMs: 100,
	retryMs: 500,
	mostPassing: 3,
	afterPassMs: 10,
	shareOfFirst: 0.1,
};

function search(now: () => number = () => 0): Search {
	return new Search(new Map([['a.js', text]]), limits, now, () => undefined);
}
const signal = new AbortController().signal;

describe('Search', () => {
	it('tries in order, each text once, and keeps what passes', async () => {
		const runner = new FakeRunner((edited) => (edited.startsWith('X') ? passed : failed()));
		const one = search();
		await one.singles(
			[scored(1, 2, 'Y', 3), scored(0, 1, 'X', 2), scored(0, 2, 'Xb', 2)],
			{ first: runner, joining: [] },
			signal,
		);
		assert.deepEqual(runner.seen, ['aYcdefgh', 'Xbcdefgh']);
		assert.equal(one.result.passing.length, 1);
		assert.equal(one.result.tried, 2);
	});

	it('stops at the deadline, at abort, and where the score has fallen too far behind', async () => {
		let now = 0;
		const late = new FakeRunner(() => {
			now += 600;
			return failed();
		});
		await search(() => now).singles(
			[scored(0, 1, '1', 1), scored(0, 1, '2', 1), scored(0, 1, '3', 1)],
			{ first: late, joining: [] },
			signal,
		);
		assert.equal(late.seen.length, 2);

		const aborted = new FakeRunner(() => failed());
		await search().singles([scored(0, 1, '1', 1)], { first: aborted, joining: [] }, AbortSignal.abort());
		assert.equal(aborted.seen.length, 0);

		const happy = new FakeRunner(() => passed);
		await search().singles(
			[scored(0, 1, '1', 1), scored(0, 1, '2', 0.05)],
			{ first: happy, joining: [] },
			signal,
		);
		assert.equal(happy.seen.length, 1);
	});

	it('shares the queue with a runner that joins late', async () => {
		const runners = [new FakeRunner(() => failed()), new FakeRunner(() => failed())] as const;
		const many = Array.from({ length: 20 }, (_, index) => scored(0, 1, String(index), 1));
		await search().singles(
			many,
			{ first: runners[0], joining: [Promise.resolve(runners[1]), Promise.resolve(undefined)] },
			signal,
		);
		assert.equal(runners[0].seen.length + runners[1].seen.length, 20);
		assert.ok(runners[1].seen.length > 0);
	});

	it('gives what ran out of time a longer one, once', async () => {
		const given: number[] = [];
		const runner = new FakeRunner((_text, limitMs) => {
			given.push(limitMs);
			return limitMs > 100 ? passed : { kind: 'lost', ms: 1, reason: 'timeout' };
		});
		const one = search();
		const crew = { first: runner, joining: [] };
		await one.singles([scored(0, 1, 'X', 1)], crew, signal);
		await one.retries(crew, signal);
		await one.retries(crew, signal);
		assert.deepEqual(given, [100, 500]);
		assert.equal(one.result.passing.length, 1);
	});

	it('pairs near misses first', async () => {
		const runner = new FakeRunner((edited) =>
			edited === 'XbcdefgY' ? passed : failed(edited.startsWith('X') ? 1 : 0),
		);
		const one = search();
		const singles = [scored(1, 2, '_', 9), scored(7, 8, 'Y', 2), scored(0, 1, 'X', 1)];
		await one.singles(singles, { first: runner, joining: [] }, signal);
		await one.pairs(singles, 100, { first: runner, joining: [] }, signal);
		assert.deepEqual(runner.seen.slice(3, 5), ['X_cdefgh', 'XbcdefgY']);
		assert.equal(one.result.passing[0]?.candidates.length, 2);
	});
});

describe('pairsOf', () => {
	it('never overlaps, never twice the same place', () => {
		const singles = [scored(0, 3, 'A', 3), scored(2, 4, 'B', 2), scored(5, 5, 'C', 1), scored(5, 5, 'D', 1)];
		for (const { candidates } of pairsOf([], singles, 100)) {
			const [a, b] = candidates;
			assert.ok(a && b && (a.end <= b.start || b.end <= a.start) && a.start !== b.start);
		}
	});
	it('keeps within its bound', () => {
		const singles = Array.from({ length: 100 }, (_, index) => scored(index * 2, index * 2 + 1, 'x', 1));
		assert.equal(pairsOf(singles, singles, 50).length, 50);
	});
});

it('editedText applies from the end', () =>
	assert.equal(editedText(text, [candidate(0, 1, 'XX'), candidate(7, 8, 'YY')]), 'XXbcdefgYY'));
