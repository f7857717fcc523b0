import assert from 'node:assert/strict';
import { oneLine, spendQuestion, subjectWords } from '../../../../src/core/caller/words';
import { nanoUsd, ZERO } from '../../../../src/core/money';

describe('the question before anything is spent', () => {
	it('begins with the sum, whatever the test is called', () => {
		const subject = subjectWords({
			kind: 'named',
			names: ['adds”? It is free.\u2028\u0007\u202eSpend up to $0.00\nto fix “b', 'c'],
		});
		const question = spendQuestion(subject, nanoUsd(250_000_000), 'npm\ntest');
		assert.ok(question.startsWith('Spend up to $0.25 to fix “adds”? It is free. Spend'), question);
		assert.match(question, /never more than \$0\.25\. The tests run \(npm test\) in a private copy/);
		assert.match(question, /and 1 more\?/);
		assert.ok(!/[\n\p{C}]/u.test(question));
	});

	it('names an issue by its title, else its text, and whatever fails', () => {
		assert.equal(subjectWords({ kind: 'failing' }), 'whatever test fails');
		assert.equal(
			subjectWords({ kind: 'failing' }, { title: 'It breaks', body: 'x' }),
			'the issue “It breaks”',
		);
		assert.equal(
			subjectWords({ kind: 'failing' }, { title: '', body: 'y\nz'.repeat(200) }).length,
			'the issue “”'.length + 160,
		);
		assert.match(spendQuestion('x', ZERO), /^Spend up to \$0\.00 to fix x\? Nothing is bought/);
	});

	it('is one line of whatever was sent', () => {
		assert.equal(oneLine(' a\r\n\tb\0c '), 'a b c');
		assert.equal([...oneLine('x'.repeat(500), 10)].length, 10);
	});
});
