import assert from 'node:assert/strict';
import { decide, fileReview } from '../../../../src/core/review/review';
import { fixWords, partOf } from '../../../../src/ui/review/reviewWords';
import type { StoredFile } from '../../../../src/ui/review/storedReview';

const TEST = fileReview('a.test.js', undefined, 'test();\n');
const FIX = fileReview('a.js', 'one\ntwo\nthree\n', 'ONE\ntwo\nTHREE\n');

function stored(review: StoredFile['review'], isTest?: true): StoredFile {
	return { file: `/w/${review.path}`, unsaved: false, review, ...(isTest ? { isTest } : {}) };
}

function decided(
	test: 'accepted' | 'rejected',
	...fix: readonly ('accepted' | 'rejected')[]
): readonly StoredFile[] {
	const hunks = fix.reduce((review, decision, index) => decide(review, [`a.js#${index + 1}`], decision), FIX);
	return [stored(decide(TEST, ['a.test.js#1'], test), true), stored(hunks)];
}

describe('the words of a review', () => {
	it('never call a fix verified that a written test decided', () => {
		const words: readonly string[] = Object.values({ ...fixWords({ checked: true }) });
		for (const word of words) {
			assert.doesNotMatch(word, /verified/i);
		}
		assert.equal(fixWords(undefined).fix, 'verified fix');
	});

	for (const [what, files, part] of [
		['the test alone', decided('accepted', 'rejected', 'rejected'), 'test'],
		['the fix alone', decided('rejected', 'accepted', 'accepted'), 'fix'],
		['half of the fix', decided('rejected', 'accepted', 'rejected'), undefined],
		['the test and half of the fix', decided('accepted', 'accepted', 'rejected'), undefined],
		['all', decided('accepted', 'accepted', 'accepted'), undefined],
		['a fix that has no test of its own', [stored(decide(FIX, ['a.js#1', 'a.js#2'], 'accepted'))], undefined],
	] as const) {
		it(`${what}: ${part ?? 'no part that stands by itself'}`, () => assert.equal(partOf({ files }), part));
	}
});
