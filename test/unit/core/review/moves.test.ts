import assert from 'node:assert/strict';
import fc from 'fast-check';
import { movesIn } from '../../../../src/core/review/moves';
import { fileReview } from '../../../../src/core/review/review';

const TEXT = 'one\ntwo\nthree\nfour\n';

describe('files of a fix that were moved', () => {
	const gone = (path: string, text: string) => fileReview(path, text, undefined);
	const made = (path: string, text: string) => fileReview(path, undefined, text);

	it('pairs a deleted file with a made one of much the same text', () => {
		assert.deepEqual(movesIn([gone('a.js', TEXT), made('b.js', TEXT)]), [{ from: 'a.js', to: 'b.js' }]);
		assert.deepEqual(movesIn([made('b.js', TEXT.replace('two', 'TWO')), gone('a.js', TEXT)]), [
			{ from: 'a.js', to: 'b.js' },
		]);
	});

	it('leaves alone what has little in common, and files that stay where they are', () => {
		assert.deepEqual(movesIn([gone('a.js', TEXT), made('b.js', 'five\nsix\nseven\nfour\n')]), []);
		assert.deepEqual(movesIn([fileReview('a.js', TEXT, 'one\n'), made('b.js', TEXT)]), []);
		assert.deepEqual(movesIn([gone('a.js', TEXT), gone('b.js', TEXT)]), []);
		assert.deepEqual(movesIn([gone('a.js', ''), made('b.js', '')]), []);
	});

	it('takes the closest first', () => {
		const near = TEXT.replace('two', 'TWO');
		assert.deepEqual(
			movesIn([gone('a.js', TEXT), gone('b.js', near), made('c.js', near), made('d.js', TEXT)]),
			[
				{ from: 'a.js', to: 'd.js' },
				{ from: 'b.js', to: 'c.js' },
			],
		);
	});

	it('names no file twice', () => {
		const texts = fc
			.array(fc.constantFrom('a\n', 'b\n', 'c\n'), { maxLength: 4 })
			.map((lines) => lines.join(''));
		fc.assert(
			fc.property(fc.array(fc.tuple(fc.boolean(), texts), { maxLength: 6 }), (files) => {
				const moves = movesIn(
					files.map(([isGone, text], index) => (isGone ? gone : made)(`${index}.js`, text)),
				);
				const names = moves.flatMap(({ from, to }) => [from, to]);
				assert.equal(new Set(names).size, names.length);
			}),
		);
	});
});
