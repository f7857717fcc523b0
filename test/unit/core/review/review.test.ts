import assert from 'node:assert/strict';
import fc from 'fast-check';
import { differences, linesOf, matchLines, textOf } from '../../../../src/core/review/lines';
import {
	decide,
	type FileReview,
	fileReview,
	isDecided,
	locate,
	originalText,
	place,
	revert,
	reviewedText,
	reviewState,
} from '../../../../src/core/review/review';

/** Short texts over few letters, so that lines repeat and move. */
const line = fc.constantFrom('a', 'b', 'c', 'd', '', '  a', 'longer line');
const text = fc
	.tuple(fc.array(line, { maxLength: 14 }), fc.boolean())
	.map(([lines, ended]) => lines.join('\n') + (ended && lines.length > 0 ? '\n' : ''));
const decisions = fc.array(fc.constantFrom('pending', 'accepted', 'rejected'), { maxLength: 20 });

function decided(review: FileReview, chosen: readonly string[]): FileReview {
	return review.hunks.reduce((so, hunk, index) => {
		const decision = chosen[index % Math.max(1, chosen.length)];
		return decision === 'accepted' || decision === 'rejected' ? decide(so, [hunk.id], decision) : so;
	}, review);
}

describe('lines', () => {
	it('come apart and together again', () => {
		fc.assert(fc.property(fc.string(), (any) => assert.equal(textOf(linesOf(any)), any)));
		assert.deepEqual(linesOf('a\r\n\nb'), ['a\r\n', '\n', 'b']);
	});

	/** The classic table of the longest common subsequence. */
	function lcs(a: readonly string[], b: readonly string[]): number {
		const table = Array.from({ length: a.length + 1 }, () => new Array<number>(b.length + 1).fill(0));
		for (let x = a.length - 1; x >= 0; x -= 1) {
			for (let y = b.length - 1; y >= 0; y -= 1) {
				const [row, next] = [table[x] as number[], table[x + 1] as number[]];
				row[y] =
					a[x] === b[y] ? 1 + (next[y + 1] as number) : Math.max(next[y] as number, row[y + 1] as number);
			}
		}
		return (table[0] as number[])[0] as number;
	}

	it('match equal lines only, in growing places, and as many as can be', () => {
		fc.assert(
			fc.property(text, text, (one, other) => {
				const [a, b] = [linesOf(one), linesOf(other)];
				let last = -1;
				let count = 0;
				for (const [index, at] of matchLines(a, b).entries()) {
					if (at !== undefined) {
						assert.ok(at > last);
						assert.equal(b[at], a[index]);
						last = at;
						count += 1;
					}
				}
				assert.equal(count, lcs(a, b));
			}),
			{ numRuns: 500 },
		);
	});

	it('two long texts with nothing in common do not take for ever', () => {
		const a = Array.from({ length: 5000 }, (_, index) => `a${index}\n`);
		const b = Array.from({ length: 5000 }, (_, index) => `b${index}\n`);
		assert.deepEqual(differences(a, b), [{ a: { start: 0, end: 5000 }, b: { start: 0, end: 5000 } }]);
	}).timeout(10_000);
});

describe('review', () => {
	it('all accepted is the patched text, all rejected the base', () => {
		fc.assert(
			fc.property(text, text, (base, patched) => {
				const review = fileReview('a.js', base, patched);
				const ids = review.hunks.map(({ id }) => id);
				assert.equal(reviewedText(review), patched);
				assert.equal(originalText(review), base);
				assert.equal(originalText(decide(review, ids, 'accepted')), patched);
				assert.equal(reviewedText(decide(review, ids, 'rejected')), base);
				assert.ok(isDecided(decide(review, ids, 'rejected')));
			}),
		);
	});

	it('a decision is final', () => {
		const review = fileReview('a.js', 'a\n', 'b\n');
		const [hunk] = review.hunks;
		assert.ok(hunk);
		const once = decide(review, [hunk.id], 'accepted');
		assert.deepEqual(decide(once, [hunk.id], 'rejected'), once);
	});

	it('a reverted hunk leaves the others, when nobody typed', () => {
		fc.assert(
			fc.property(text, text, decisions, fc.nat(), (base, patched, chosen, pick) => {
				const review = decided(fileReview('a.js', base, patched), chosen);
				const pending = review.hunks.filter(({ decision }) => decision === 'pending');
				const hunk = pending[pick % Math.max(1, pending.length)];
				if (hunk === undefined) {
					return;
				}
				const reverted = revert(review, reviewedText(review), [hunk.id]);
				assert.ok(reverted.kind === 'text', 'nobody typed');
				assert.equal(reverted.text, reviewedText(decide(review, [hunk.id], 'rejected')));
			}),
		);
	});

	it('a revert takes nothing the user typed: their own lines are all still there', () => {
		fc.assert(
			fc.property(
				text,
				text,
				fc.array(fc.tuple(fc.nat(40), fc.nat(9)), { maxLength: 4 }),
				(base, patched, typed) => {
					const review = fileReview('a.js', base, patched);
					const lines = [...linesOf(reviewedText(review))];
					const own = typed.map(([at, number]) => {
						const mine = `mine ${number}\n`;
						lines.splice(Math.min(at, lines.length), 0, mine);
						return mine;
					});
					const current = lines.join('');
					for (const { hunk } of locate(review, current)) {
						const reverted = revert(review, current, [hunk.id]);
						if (reverted.kind === 'text') {
							for (const mine of own) {
								const count = (where: string) => where.split(mine).length;
								assert.equal(count(reverted.text), count(current));
							}
						}
					}
				},
			),
		);
	});

	it('a hunk is placed in a newer text only where its lines are as they were', () => {
		const review = fileReview('a.js', 'one\ntwo\nthree\nfour\n', 'one\nTWO\nthree\nfour\nfive\n');
		assert.deepEqual(place(review, 'zero\none\ntwo\nthree\nfour\n'), {
			text: 'zero\none\nTWO\nthree\nfour\nfive\n',
			unplaced: [],
			exact: false,
		});
		assert.deepEqual(place(review, 'one\ntwo, my way\nthree\nfour\n'), {
			text: 'one\ntwo, my way\nthree\nfour\nfive\n',
			unplaced: ['a.js#1'],
			exact: false,
		});
		assert.ok(place(review, 'one\ntwo\nthree\nfour\n').exact);
	});

	it('placing keeps every line the user wrote', () => {
		fc.assert(
			fc.property(
				text,
				text,
				fc.array(fc.tuple(fc.nat(40), fc.nat(9)), { maxLength: 4 }),
				(base, patched, typed) => {
					const review = fileReview('a.js', base, patched);
					const lines = [...linesOf(base)];
					for (const [at, number] of typed) {
						lines.splice(Math.min(at, lines.length), 0, `mine ${number}\n`);
					}
					const placed = place(review, lines.join(''));
					for (const [, number] of typed) {
						assert.ok(placed.text.includes(`mine ${number}\n`));
					}
					if (typed.length === 0) {
						assert.ok(placed.exact);
					}
				},
			),
		);
	});

	it('knows which hunks stand in the text, whatever was undone', () => {
		fc.assert(
			fc.property(
				text,
				text,
				decisions,
				fc.array(fc.boolean(), { minLength: 1, maxLength: 9 }),
				(base, patched, chosen, undo) => {
					const review = decided(fileReview('a.js', base, patched), chosen);
					const pending = review.hunks.filter(({ decision }) => decision === 'pending');
					const gone = pending.filter((_, index) => undo[index % undo.length]).map(({ id }) => id);
					const current = reviewedText(decide(review, gone, 'rejected'));
					const located = locate(review, current);
					assert.ok(located.every(({ state }) => state !== 'edited') || gone.length > 0);
					const back = place(review, current);
					if (back.unplaced.length === 0) {
						assert.equal(back.text, reviewedText(review), 'what was undone can be put back');
					}
				},
			),
		);
	});

	it('a line typed beside a hunk leaves it where it is', () => {
		const review = fileReview('a.js', 'one\ntwo\nthree\n', 'one\nTWO\nthree\n');
		assert.deepEqual(
			locate(review, 'zero\none\nTWO\nthree\n').map(({ state, span }) => [state, span]),
			[['there', { start: 2, end: 3 }]],
		);
		assert.deepEqual(
			locate(review, 'one\ntwo\nthree\nfour\n').map(({ state }) => state),
			['undone'],
		);
		assert.deepEqual(
			locate(review, 'one\n2\nthree\n').map(({ state }) => state),
			['edited'],
		);
	});

	it('made and deleted files are one hunk', () => {
		assert.equal(fileReview('new.js', undefined, 'a\nb\n').hunks.length, 1);
		const gone = fileReview('old.js', 'a\n', undefined);
		assert.equal(gone.hunks.length, 1);
		assert.equal(originalText(decide(gone, ['old.js#1'], 'accepted')), '');
	});

	it('only the verified text is called verified', () => {
		const review = fileReview('a.js', 'a\nb\nc\n', 'A\nb\nC\n');
		const texts = (now: string) => new Map([['a.js', now]]);
		assert.equal(reviewState([review], texts('A\nb\nC\n')), 'verified');
		assert.equal(reviewState([review], texts('A\nb\nc\n')), 'changed');
		assert.equal(reviewState([review], texts('A\nb\nc\n'), texts('A\nb\nc\n')), 'reverified');
		assert.equal(reviewState([review], texts('A\nb\nc \n'), texts('A\nb\nc\n')), 'changed');
	});
});
